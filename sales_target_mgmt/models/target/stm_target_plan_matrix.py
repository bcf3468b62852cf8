from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date, formatLang

from ...tools.amounts import is_amount

# what the matrix and its panel may change in a target
EDITABLE = ("target", "stretch", "pinned", "note")


class StmTargetPlan(models.Model):
    """The matrix of nodes and periods in which a plan is edited like a spreadsheet."""

    _inherit = "stm.target.plan"

    def action_view_matrix(self):
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "stm_target_matrix",
            # the plan stands before it in the breadcrumbs
            "name": self.env._("Matrix"),
            "path": "target-matrix",
            "context": {"active_id": self.id, "active_model": self._name},
        }

    @api.readonly
    def get_matrix(self, measure_id=None):
        """The plan's targets of one measure as a matrix, in a constant number of queries.

        The record rules of nodes and targets hold: a leader gets the rows of the own team.

        :param measure_id: None for the plan's leading measure
        :return: `plan` (`id`, `name`, `state`, `editable`), `measures`, `measure` (`id`, `name`,
            `unit`, `additive`, `currency_id`), `columns` (`date_from`, `date_to`, `running`),
            `rows` in the order of the tree (`id`, `name`, `parent_id`, `depth`), `breakdowns`
            (`id`, `node_id`, `name`, `children`, `reserves`; these `date_from`, `date_to`,
            `reserve`, `state` and `crossing` per period, see :class:`stm.target.reserve`) and
            `cells` (`node_id`, `date_from`, `date_to`, `target`, `pinned`; `stretch` and `note`
            where there are any; `actual`, `attainment` and `pace_state` once it runs)
        """
        self.ensure_one()
        self.check_access("read")
        measures = self.measure_ids.sorted("sequence")
        measure = measures.filtered(lambda one: one.id == measure_id) or self.headline_measure_id
        lines = self.env["stm.target.line"].search(
            [("plan_id", "=", self.id), ("measure_id", "=", measure.id)]
        )
        nodes = self.env["stm.target.node"].search([("plan_id", "=", self.id)])
        breakdowns = self.env["stm.target.breakdown"].search([("plan_id", "=", self.id)])
        today = self.company_id.sudo()._get_stm_today()
        return {
            "plan": {
                "id": self.id,
                "name": self.display_name,
                "state": self.state,
                "editable": not self.is_frozen and self.has_access("write"),
            },
            "measures": [{"id": one.id, "name": one.name} for one in measures],
            "measure": self._get_matrix_measure(measure),
            "columns": self._get_matrix_columns(lines, today),
            "rows": self._get_matrix_rows(nodes),
            "breakdowns": self._get_matrix_breakdowns(breakdowns, nodes, measure),
            "cells": self._get_matrix_cells(lines, today),
        }

    def _get_matrix_measure(self, measure):
        return {
            "id": measure.id,
            "name": measure.name,
            "unit": measure.unit,
            "additive": measure.is_additive,
            "currency_id": self.currency_id.id if measure.unit == "money" else False,
        }

    def _get_matrix_columns(self, lines, today):
        """The plan's periods and every other range of days that a target uses."""
        ranges = {(period.date_from, period.date_to) for period in self._get_periods()}
        ranges |= {(line.date_from, line.date_to) for line in lines}
        return [
            {
                "date_from": fields.Date.to_string(start),
                "date_to": fields.Date.to_string(end),
                "running": start <= today <= end,
            }
            for start, end in sorted(ranges, key=lambda pair: (pair[0], -pair[1].toordinal()))
        ]

    def _get_matrix_rows(self, nodes):
        """Parents before their children, whatever the order in which they were made."""
        children = nodes.grouped("parent_id")
        visible = set(nodes.ids)
        rows, stack = [], [(node, 0) for node in reversed(nodes) if node.parent_id.id not in visible]
        while stack:
            node, depth = stack.pop()
            rows.append(
                {
                    "id": node.id,
                    "name": node.name,
                    "parent_id": node.parent_id.id if node.parent_id.id in visible else False,
                    "depth": depth,
                }
            )
            below = children.get(node, nodes.browse()).sorted(
                lambda child: (child.breakdown_id.sequence, child.breakdown_id.id, child.sequence, child.id)
            )
            stack += [(child, depth + 1) for child in reversed(below)]
        return rows

    def _get_matrix_breakdowns(self, breakdowns, nodes, measure):
        labels = dict(breakdowns._fields["dimension"]._description_selection(self.env))
        children = nodes.grouped("breakdown_id")
        reserves = self._get_matrix_reserves(measure)
        return [
            {
                "id": breakdown.id,
                "node_id": breakdown.node_id.id,
                "name": labels.get(breakdown.dimension, ""),
                # the order of paths is that of texts: 98/100 before 98/99
                "children": children[breakdown].sorted(lambda child: (child.sequence, child.id)).ids,
                "reserves": reserves[breakdown.id],
            }
            for breakdown in breakdowns
            if breakdown in children
        ]

    def _get_matrix_reserves(self, measure):
        """{breakdown id: what it leaves in each period}, the periods in order."""
        rows = self.env["stm.target.reserve"].search(
            [("plan_id", "=", self.id), ("measure_id", "=", measure.id), ("state", "!=", "compared")]
        )
        result = defaultdict(list)
        for row in rows:
            result[row.breakdown_id.id].append(
                {
                    "date_from": fields.Date.to_string(row.date_from),
                    "date_to": fields.Date.to_string(row.date_to),
                    "reserve": row.reserve,
                    "state": row.state,
                    "crossing": row.crossing,
                }
            )
        return result

    def _get_matrix_cells(self, lines, today):
        """Every target; with its figures once the plan is approved and the period has begun."""
        running = lines.filtered(lambda line: self.is_frozen and line.date_from <= today)
        actuals, elapsed = running._get_actuals(), running._get_elapsed()
        thresholds = self.company_id.sudo()._get_pace_thresholds()
        offers = self._get_matrix_offers(lines)
        cells = []
        for line in lines:
            cell = line._get_matrix_cell()
            cell |= offers.get(line, {})
            if line in elapsed:
                progress = line._get_progress(elapsed[line], actuals.get(line), thresholds)
                for name in ("actual", "attainment", "pace_state"):
                    cell[name] = progress[name]
            cells.append(cell)
        return cells

    def _get_matrix_offers(self, lines):
        """{target: `bottom_up`, what is proposed; who has not answered counts with what was asked}.

        Of what is added up from people also `bottom_up_gap`, how far their answers lie from their
        own targets: what the node keeps in reserve is no difference of opinion.
        """
        if not self.is_collecting:
            return {}
        found = self._read_bottom_up()
        answers = {line: found.get(line.node_id.id, {}).get(line._get_answer_key()) for line in lines}
        return {
            line: {
                "bottom_up": float(sums.amount + sums.open_amount),
                **({} if line.is_asked else {"bottom_up_gap": float(sums.gap)}),
            }
            for line, sums in answers.items()
            if sums and sums.answered
        }

    def set_matrix_values(self, measure_id, changes):
        """Write many targets, all of them or none.

        A change names its cell by `node_id`, `date_from` and `date_to`; `old` is the target that
        the user saw there (None: an empty cell) and `values` is what to write (`target`,
        `stretch`, `pinned`, `note`), or None to empty the cell.

        :return: the cells that were written, as in :meth:`get_matrix`
        :raises UserError: when somebody else has changed one of the cells, which is named
        """
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        self._serialize_edits()
        Line = self.env["stm.target.line"]
        nodes = self.env["stm.target.node"].browse({int(change["node_id"]) for change in changes})
        if nodes.plan_id - self:
            raise UserError(self.env._("These rows belong to another plan: reload the matrix."))
        lines = Line.search([("node_id", "in", nodes.ids), ("measure_id", "=", int(measure_id))])
        known = {line._get_matrix_key(): line for line in lines}
        unlinked, created, written = Line, [], {}
        for change in changes:
            key, values = self._clean_change(change)
            line = known.get(key, Line)
            self._check_conflict(line, change, key)
            if values is None:
                unlinked |= line
            elif line:
                written[line] = values
            else:
                created.append({**dict(zip(("node_id", "date_from", "date_to"), key, strict=True)), **values})
        unlinked.unlink()
        for line, values in written.items():
            line.write(values)
        made = Line.create([{"measure_id": int(measure_id), "target": 0.0, **vals} for vals in created])
        touched = made.union(*written)
        return [line._get_matrix_cell() for line in touched]

    def _serialize_edits(self):
        """Write the plan's row, so that of two people who edit at once one is retried."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE stm_target_plan SET write_uid = %s WHERE id = %s", self.env.uid, self.id)
        )

    def _clean_change(self, change):
        """(key of the cell, values to write or None) of a change that came from outside."""
        key = (
            int(change["node_id"]),
            fields.Date.to_date(change["date_from"]),
            fields.Date.to_date(change["date_to"]),
        )
        values = change.get("values")
        if values is None:
            return key, None
        unknown = values.keys() - set(EDITABLE)
        if unknown:
            raise UserError(self.env._("The matrix cannot change %s.", ", ".join(sorted(unknown))))
        for name in {"target", "stretch"} & values.keys():
            if not is_amount(values[name]):
                raise ValidationError(
                    self.env._(
                        "%(cell)s: “%(value)s” is no amount of zero or more.",
                        cell=self._get_cell_name(*key),
                        value=values[name],
                    )
                )
        return key, values

    def _check_conflict(self, line, change, key):
        old = change.get("old")
        seen = None if old is None else float(old)
        found = line.target if line else None
        same = seen == found if None in (seen, found) else abs(seen - found) < 1e-6 * max(1, abs(found))
        if same:
            return
        if not line:
            raise UserError(
                self.env._(
                    "%s has been emptied by somebody else since you opened the matrix. Nothing was "
                    "saved; reload to see the present figures.",
                    self._get_cell_name(*key),
                )
            )
        raise UserError(
            self.env._(
                "%(cell)s has been changed to %(value)s by %(user)s since you opened the matrix. "
                "Nothing was saved; reload to see the present figures.",
                cell=self._get_cell_name(*key),
                value=formatLang(self.env, line.target, currency_obj=line.currency_id or None),
                user=line.write_uid.sudo().name,
            )
        )

    def _get_cell_name(self, node_id, date_from, date_to):
        return self.env._(
            "“%(node)s”, %(start)s to %(end)s",
            node=self.env["stm.target.node"].browse(node_id).name,
            start=format_date(self.env, date_from),
            end=format_date(self.env, date_to),
        )
