from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.allocation import share_out
from ..tools.decomposition import in_units
from ..tools.spans import shift_period, whole_months


class _Base(NamedTuple):
    """What a target of the year after grows from: a target in its whole length.

    :ivar line: the newest version of it
    :ivar node: the node in the newest version of the plan
    :ivar amount: what was planned or achieved
    :ivar basis: `target` or `actual`
    """

    line: Any
    node: Any
    date_from: Any
    date_to: Any
    planned: Decimal
    amount: Decimal
    basis: str

    def get_spot(self, node):
        """Equal for targets of a node and its parts for the same measure and days."""
        return node, self.line.measure_id, self.date_from, self.date_to


class StmTargetNextYear(models.TransientModel):
    """Copies a plan to the year after it, with growth: same tree, nothing pinned, why noted.

    Of a plan that was revised the whole year is copied: what older versions ruled as they
    planned it, the rest as the newest one does.
    """

    _name = "stm.target.next.year"
    _description = "Copy of a Plan to the Next Year"

    plan_id = fields.Many2one("stm.target.plan", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id")
    months = fields.Integer(string="Months Later", compute="_compute_months")
    name = fields.Char(compute="_compute_name", store=True, readonly=False, required=True, precompute=True)
    basis = fields.Selection(
        [("target", "What was planned"), ("actual", "What was achieved")],
        string="Grow from",
        required=True,
        default="target",
        help="Where nothing was achieved yet, what was planned.",
    )
    growth = fields.Float(default=5.0, digits=(16, 2), help="In percent; negative: less.")

    @api.depends("plan_id")
    def _compute_months(self):
        for wizard in self:
            plan = wizard.plan_id
            wizard.months = (plan.date_from and whole_months(plan.date_from, plan.date_to)) or 12

    @api.depends("plan_id", "months")
    def _compute_name(self):
        for wizard in self:
            plan = wizard.plan_id
            if not plan:
                continue
            start, _end = shift_period(plan.date_from, plan.date_to, wizard.months)
            year = str(plan.date_from.year)
            wizard.name = (
                plan.name.replace(year, str(start.year))
                if year in plan.name
                else self.env._("%(plan)s %(year)s", plan=plan.name, year=start.year)
            )

    def action_confirm(self):
        """Make the plan as a draft and open it."""
        self.ensure_one()
        plan = self.plan_id
        plan._check_manager()
        if self.growth <= -100:
            raise UserError(self.env._("A growth of %s %% leaves nothing to plan.", self.growth))
        start, end = shift_period(plan.date_from, plan.date_to, self.months)
        parent = plan.parent_id
        inside = parent and parent.date_from <= start and end <= parent.date_to
        (vals,) = plan.copy_data(
            {
                "name": self.name,
                "date_from": start,
                "date_to": end,
                "deadline": False,
                "parent_id": parent.id if inside else False,
            }
        )
        copy = plan.create(vals)
        nodes = plan._copy_nodes(copy, linked=False)
        targets = self._get_targets()
        # why they are what they are is written by the server only
        self.env["stm.target.line"].sudo().create(
            [self._prepare_line(base, target, nodes[base.node]) for base, target in targets.items()]
        )
        values = {"plan": plan.display_name, "growth": f"{self.growth:g}"}
        copy.message_post(
            body=self.env._("Copied from “%(plan)s”: what was achieved and %(growth)s %%.", **values)
            if self.basis == "actual"
            else self.env._("Copied from “%(plan)s”: what was planned and %(growth)s %%.", **values)
        )
        return copy._get_records_action()

    def _prepare_line(self, base, target, node):
        start, end = shift_period(base.date_from, base.date_to, self.months)
        (vals,) = base.line.copy_data(
            {
                "node_id": node.id,
                "date_from": start,
                "date_to": end,
                "target": target,
                "stretch": base.line.stretch * (1 + self.growth / 100),
                "top_down": 0.0,
                "pinned": False,
                "why": {"proposal": self._get_why(base, target)},
            }
        )
        return vals

    def _get_why(self, base, target):
        """What the target of the year after comes from; free of any language."""
        line = base.line
        return {
            "mode": "year",
            "plan": self.plan_id.name,
            "basis": base.basis,
            "base": float(base.amount),
            "dates": [fields.Date.to_string(base.date_from), fields.Date.to_string(base.date_to)],
            "growth": None if line.measure_id.aggregation == "ratio" else self.growth / 100,
            "amount": target,
            "unit": float(line._get_unit()),
            "user_id": self.env.uid,
            "user": self.env.user.name,
            "date": fields.Date.to_string(fields.Date.context_today(self)),
        }

    def _get_bases(self):
        """Every target of the plan in its whole length, those of older versions included.

        Targets and nodes that a newer version has removed are left out.
        """
        nodes = {}
        for node in self.plan_id.node_ids:
            older = node
            while older:
                nodes[older] = node
                older = older.previous_id
        bases, version, until = [], self.plan_id, None
        while version:
            bases += [
                self._make_base(line, nodes[line.node_id])
                for line in version.line_ids
                if line.node_id in nodes and (not until or line.date_to < until)
            ]
            version, until = version.previous_id, version.date_effective
        return bases

    def _make_base(self, line, node):
        """Put a target together with what its older versions planned for the days before."""
        parts = [line]
        while (last := parts[-1]).previous_id and last.date_from == last.plan_id._get_start():
            parts.append(last.previous_id)
        planned = Decimal(str(line.target))
        for newer, older in pairwise(parts):
            planned += Decimal(str(older.target)) - Decimal(str(newer.target_previous))
        counted = parts if line.measure_id.is_additive else parts[:1]
        achieved = sum(Decimal(str(one.actual)) for one in counted if one.has_actual)
        grows_from_actual = self.basis == "actual" and achieved
        return _Base(
            line,
            node,
            parts[-1].date_from,
            line.date_to,
            planned,
            achieved if grows_from_actual else planned,
            "actual" if grows_from_actual else "target",
        )

    def _get_targets(self):
        """{base: the target of the year after}; parts and reserve grow alike, to the cent."""
        factor = 1 + Decimal(str(self.growth)) / 100
        targets = {
            base: float(
                base.amount
                if base.line.measure_id.aggregation == "ratio"
                else in_units(base.amount * factor, base.line._get_unit())
            )
            for base in self._get_bases()
        }
        if self.basis == "target":
            self._share_growth(targets)
        return targets

    def _share_growth(self, targets):
        """Give the parts of each breakdown what they have of a whole that has changed, the sum exact.

        :param targets: {base: target}, changed in place
        """
        wholes, groups = {}, {}
        for base in targets:
            if base.line.measure_id.is_additive:
                wholes[base.get_spot(base.node)] = base
                groups.setdefault(base.get_spot(base.node.breakdown_id), []).append(base)
        # from the top down: what a node gets is settled before its children share it
        for (breakdown, *where), parts in sorted(
            groups.items(), key=lambda item: len(item[1][0].node.parent_path or "")
        ):
            if whole := wholes.get((breakdown.node_id, *where)):
                shares = share_out(
                    whole.planned,
                    [part.planned for part in parts],
                    Decimal(str(targets[whole])),
                    whole.line._get_unit(),
                )
                if shares:
                    targets.update(zip(parts, map(float, shares), strict=True))
