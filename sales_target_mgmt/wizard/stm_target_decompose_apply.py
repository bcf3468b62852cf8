from decimal import Decimal
from typing import Any, NamedTuple

from odoo import models
from odoo.exceptions import UserError

from ..tools.allocation import allocate
from ..tools.margins import cell_unit, fill
from .stm_target_decompose import CHOICES, exact
from .stm_target_decompose_propose import FAULTS

# what a message names at most
NAMED = 5


class _Cell(NamedTuple):
    """A target that is wanted."""

    node: Any
    date_from: Any
    date_to: Any
    amount: Decimal
    row: Any
    factor: Decimal | None


class StmTargetDecompose(models.TransientModel):
    """Applying a proposal: all of it or nothing, as one step that can be undone."""

    _inherit = "stm.target.decompose"

    def action_apply(self):
        """Write the proposal to the plan.

        :raises UserError: for a proposal that does not hold, and when somebody else has changed
            one of the targets since it was read
        """
        self.ensure_one()
        plan = self.plan_id
        plan._hold_open()
        plan.check_access("write")
        plan._serialize_edits()
        self._check_proposal()
        self._check_basis()
        made = self.env["stm.target.node"]
        breakdowns = self._get_breakdown() if self.mode == "nodes" else self.env["stm.target.breakdown"]
        children = {}
        if self.mode == "nodes":
            children, made = self._ensure_children()
            breakdowns = self._get_breakdown() - breakdowns
        cells = self._get_node_cells(children) if self.mode == "nodes" else self._get_period_cells()
        step = self._write_cells(cells, {"nodes": made.ids, "breakdowns": breakdowns.ids})
        if self.mode == "nodes" and self.dimension == "user_id":
            self._keep_start_dates()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s targets are set. The plan's steps can be undone.", step.line_count),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_proposal(self):
        """:raises UserError: when what is stored cannot be divided, whoever stored it"""
        self._propose()
        faults = [one for one in self.remarks or [] if one["code"] in FAULTS]
        if faults:
            raise UserError("\n".join(self._describe_remark(fault) for fault in faults))

    def _read_basis(self):
        """The targets that a proposal rests on: {id: [target, pinned]}."""
        nodes = self.node_id
        if self.mode == "nodes":
            nodes |= self._get_breakdown().child_ids
        lines = nodes.line_ids.filtered(self._is_decomposed)
        return {str(line._origin.id): [line.target, line.pinned] for line in lines}

    def _check_basis(self):
        """:raises UserError: naming who changed what since the proposal was made"""
        self.env["stm.target.line"].invalidate_model(["target", "pinned"])
        now, then = self._read_basis(), self.basis or {}
        changed = [int(id_) for id_, state in now.items() if then.get(id_) != state]
        lines = self.env["stm.target.line"].browse(changed)
        words = [line._describe_state() for line in lines[:NAMED]]
        if gone := len(then.keys() - now.keys()):
            words.append(self.env._("%s targets have been removed", gone))
        if words:
            raise UserError(
                self.env._(
                    "The plan has been worked on since this proposal was made: %s. Nothing was changed; "
                    "open the proposal again to see the present figures.",
                    "; ".join(words),
                )
            )

    def _ensure_children(self):
        """({id of the record: child}, children made) of all parts."""
        model = self._fields[CHOICES[self.dimension]].comodel_name
        ids = self.line_ids.mapped("res_id")
        gone = set(ids) - set(self.env[model].browse(ids).exists().ids)
        if gone:
            names = ", ".join(line.name for line in self.line_ids if line.res_id in gone)
            raise UserError(
                self.env._("%s does not exist any more: open the proposal again without it.", names)
            )
        children = self._get_children()
        missing = [id_ for id_ in ids if id_ not in children]
        breakdown = self._get_breakdown()
        if missing and not breakdown:
            breakdown = breakdown.create({"node_id": self.node_id.id, "dimension": self.dimension})
        made = self.env["stm.target.node"].create(
            [{"breakdown_id": breakdown.id, self.dimension: id_} for id_ in missing]
        )
        return {**children, **dict(zip(missing, made, strict=True))}, made

    def _get_node_cells(self, children):
        """A cell per part and period of the node, sums of both kept."""
        rows, lines = list(self.line_ids), self._get_lines()
        smallest = self._get_smallest()
        own = [exact(line.target) for line in lines]
        columns = own if exact(self.assigned) == sum(own) else allocate(exact(self.assigned), own, smallest)
        fixed = self._get_fixed(rows, lines, children)
        amounts = [exact(row.proposal) for row in rows]
        ramps = self._get_ramps(rows)
        unit = cell_unit(exact(self.unit), smallest, amounts, columns, fixed.values())
        table = fill(amounts, columns, unit, shapes=ramps, fixed=fixed)
        return [
            _Cell(
                children[row.res_id],
                line.date_from,
                line.date_to,
                table[at][column],
                row,
                ramps[at][column] if at in ramps else None,
            )
            for at, row in enumerate(rows)
            for column, line in enumerate(lines)
        ]

    def _get_fixed(self, rows, lines, children):
        """(row, column) → amount, of targets that are pinned and whose part stays as it is."""
        fixed = {}
        for at, row in enumerate(rows):
            known = {
                (line.date_from, line.date_to): line
                for line in children[row.res_id].line_ids.filtered(self._is_decomposed)
                if line.pinned
            }
            # a part that was pinned as a whole and got another number, or was let go
            whole = known and not row.floor
            if whole and not (row.pinned and row.proposal == row.current):
                continue
            for column, line in enumerate(lines):
                if pinned := known.get((line.date_from, line.date_to)):
                    fixed[at, column] = exact(pinned.target)
        return fixed

    def _get_period_cells(self):
        return [
            _Cell(self.node_id, row.date_from, row.date_to, exact(row.proposal), row, None)
            for row in self.line_ids
        ]

    def _write_cells(self, cells, data):
        """Write the cells in a constant number of queries; return the step."""
        Line = self.env["stm.target.line"].sudo()
        nodes = self.env["stm.target.node"].union(*{cell.node for cell in cells})
        lines = nodes.sudo().line_ids.filtered(lambda line: line.measure_id == self.measure_id)
        known = {line._get_matrix_key(): line for line in lines}
        wanted = {(cell.node.id, cell.date_from, cell.date_to) for cell in cells}
        obsolete = self._get_obsolete([line for key, line in known.items() if key not in wanted])
        deleted = [
            {**vals, "date_from": str(vals["date_from"]), "date_to": str(vals["date_to"]), "why": line.why}
            for line, vals in zip(obsolete, obsolete.copy_data(), strict=True)
        ]
        obsolete.unlink()
        common = self._get_why()
        created, written = [], {}
        for cell in cells:
            line = known.get((cell.node.id, cell.date_from, cell.date_to))
            vals = self._get_cell_values(cell, line, common)
            if line:
                written[line] = vals
            else:
                created.append(
                    {
                        "node_id": cell.node.id,
                        "measure_id": self.measure_id.id,
                        "date_from": cell.date_from,
                        "date_to": cell.date_to,
                        **vals,
                    }
                )
        before = {
            line: {name: line[name] for name in ("target", "top_down", "pinned", "why")} for line in written
        }
        Line._write_each(written)
        made = Line.create(created)
        data = {
            **data,
            "created": {line.id: [line.target, line.pinned] for line in made},
            "written": {
                line.id: {"before": old, "after": [line.target, line.pinned]} for line, old in before.items()
            },
            "deleted": deleted,
        }
        return self._make_step(data, len(cells))

    def _get_obsolete(self, lines):
        """Targets in other periods that overlap the days that are set now.

        :raises UserError: when one of them is pinned, or reaches beyond these days
        """
        lines = [line for line in lines if line.date_from <= self.date_to and line.date_to >= self.date_from]
        kept = [
            line
            for line in lines
            if line.pinned or line.date_from < self.date_from or line.date_to > self.date_to
        ]
        if kept:
            raise UserError(
                self.env._(
                    "In other periods there are targets that stay: %s. Unpin or remove them first.",
                    "; ".join(line.display_name for line in kept[:NAMED]),
                )
            )
        return self.env["stm.target.line"].sudo().union(*lines)

    def _get_cell_values(self, cell, line, common):
        amount = float(cell.amount)
        pinned = cell.row.pinned or bool(line and line.pinned and cell.row.floor)
        return {
            "target": amount,
            "top_down": amount,
            "pinned": pinned,
            "why": {"proposal": {**common, **self._get_row_why(cell.row), **self._get_cell_why(cell)}},
        }

    def _keep_start_dates(self):
        """Start dates typed here are kept for the next plan."""
        for line in self.line_ids:
            user = self.env["res.users"].browse(line.res_id)
            if line.start_date and line.start_date != user.stm_start_date:
                user.sudo().stm_start_date = line.start_date

    def _make_step(self, data, count):
        name = (
            self.env._("“%(node)s” by %(dimension)s", node=self.node_id.name, dimension=self._get_label())
            if self.mode == "nodes"
            else self.env._("“%s” over its periods", self.node_id.name)
        )
        return (
            self.env["stm.target.step"]
            .sudo()
            .create(
                {
                    "name": f"{name}, {self.measure_id.name}",
                    "plan_id": self.plan_id.id,
                    "node_id": self.node_id.id,
                    "measure_id": self.measure_id.id,
                    "user_id": self.env.uid,
                    "line_count": count,
                    "data": data,
                }
            )
        )

    def _get_label(self):
        return dict(self._fields["dimension"]._description_selection(self.env))[self.dimension]
