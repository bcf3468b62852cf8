from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.spans import shift_period, whole_months


class StmTargetNextYear(models.TransientModel):
    """Copies a plan to the year after it, with growth: same tree, nothing pinned, why noted."""

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
        self.env["stm.target.line"].create(
            [self._prepare_line(line, target, nodes) for line, target in targets.items()]
        )
        copy.message_post(
            body=self.env._(
                "Copied from “%(plan)s” with %(growth)s %% on what was %(basis)s.",
                plan=plan.display_name,
                growth=f"{self.growth:g}",
                basis=self.env._("achieved") if self.basis == "actual" else self.env._("planned"),
            )
        )
        return copy._get_records_action()

    def _prepare_line(self, line, target, nodes):
        start, end = shift_period(line.date_from, line.date_to, self.months)
        factor = 1 + self.growth / 100
        (vals,) = line.copy_data(
            {
                "node_id": nodes[line.node_id].id,
                "date_from": start,
                "date_to": end,
                "target": target,
                "stretch": line.stretch * factor,
                "top_down": 0.0,
                "pinned": False,
                "note": self._get_note(line),
            }
        )
        return vals

    def _get_note(self, line):
        """Why the target is what it is."""
        amount = line._amount(self._get_base(line))
        if line.measure_id.aggregation == "ratio":
            return self.env._("%(amount)s as in %(period)s", amount=amount, period=self._get_period(line))
        return self.env._(
            "%(amount)s in %(period)s and %(growth)s %%",
            amount=amount,
            period=self._get_period(line),
            growth=f"{self.growth:g}",
        )

    def _get_period(self, line):
        return f"{format_date(self.env, line.date_from)} – {format_date(self.env, line.date_to)}"

    def _get_base(self, line):
        achieved = line.actual if self.basis == "actual" and line.has_actual else 0.0
        return achieved or line.target

    def _get_targets(self):
        """{line: the target of the year after}; parts and reserve grow alike, to the cent."""
        lines = self.plan_id.line_ids
        factor = Decimal(str(1 + self.growth / 100))
        targets = {
            line: self._get_base(line)
            if line.measure_id.aggregation == "ratio"
            else float(line._round(Decimal(str(self._get_base(line))) * factor))
            for line in lines
        }
        if self.basis == "target":
            targets |= lines._share_growth(targets)
        return targets


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    def _share_growth(self, targets):
        """What the children of each breakdown get of a whole that has changed, the sum exact.

        :param targets: {line: amount} of the wholes
        """
        result = dict(targets)
        wholes = {(line.node_id, *line._get_answer_key()): line for line in self}
        groups = self.filtered("measure_id.is_additive").grouped(
            lambda line: (line.node_id.breakdown_id, *line._get_answer_key())
        )
        # from the top down: what a node gets is settled before its children share it
        for (breakdown, *where), parts in sorted(
            groups.items(), key=lambda item: len(item[0][0].node_id.parent_path or "")
        ):
            if whole := wholes.get((breakdown.node_id, *where)):
                result.update(whole._share_out(parts, result[whole]))
        return result
