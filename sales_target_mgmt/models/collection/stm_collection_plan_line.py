from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.collection import plan_states
from ..stm_links import check_links
from .stm_collection_money import find_undecided
from .stm_collection_promise import STATES


class StmCollectionPlanLine(models.Model):
    """An instalment: so much is there until a day, besides what earlier ones are."""

    _name = "stm.collection.plan.line"
    _description = "Instalment"
    _inherit = ["stm.collection.money.mixin"]
    _order = "plan_id, date, id"
    _rec_name = "date"

    plan_id = fields.Many2one("stm.collection.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True, precompute=True)
    given_on = fields.Date(related="plan_id.given_on", store=True)
    date = fields.Date("Until", required=True)
    amount = fields.Monetary(required=True)
    received = fields.Monetary(readonly=True, help="Of the money that came until its day.")
    state = fields.Selection(
        [one for one in STATES if one[0] != "cancelled"], required=True, default="open", readonly=True
    )

    _amount_positive = models.Constraint("CHECK(amount > 0)", "An instalment is an amount above zero.")
    _date_unique = models.UniqueIndex("(plan_id, date)", "Two instalments of a plan fall on the same day.")

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "plan_id")
        if not self.env.su:
            vals_list = [{**vals, "state": "open", "received": 0.0} for vals in vals_list]
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self.check_access("write")
        if not self.env.su and {"state", "received", "plan_id"} & set(vals):
            raise UserError(self.env._("Whether an instalment was paid is found by the payments."))
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_draft()

    def _check_draft(self):
        if not self.env.su:
            self.plan_id._check_state("draft")


class StmCollectionPlan(models.Model):
    _inherit = "stm.collection.plan"

    @api.model
    @api.private
    def _get_undecided(self, company, partner_ids):
        """Domain of what money that is booked now may decide."""
        return find_undecided(company, partner_ids, "closed_on")

    @api.model
    @api.private
    def _check_payments(self, company, partner_ids):
        """Find which instalments of plans were paid, and with them which plans are kept or broken.

        A plan that was missed goes on if the money of its days is booked within two weeks.
        """
        plans = self.search(self._get_undecided(company, partner_ids))
        if not plans:
            return
        today = company._get_stm_today()
        money = plans.line_ids._read_money()
        for plan in plans:
            lines = plan.line_ids.sorted("date")
            parts = [
                (Decimal(str(line.amount)), line.date, sum(money.get(line.id, {}).values(), Decimal(0)))
                for line in lines
            ]
            found, state = plan_states(parts, today)
            if plan.state != "open" and (state in ("part", "broken") or plan != plan._get_last()):
                continue
            if not plan._get_open_amount():
                # a credit note or the money of others has settled the invoices
                state = "kept"
            for line, (line_state, paid) in zip(lines, found, strict=True):
                if (line.state, line.received) != (line_state, float(paid)):
                    line.write({"state": line_state, "received": float(paid)})
            if state != plan.state:
                plan.write({"state": state, "closed_on": today if state != "open" else False})
                plan.case_id.message_post(
                    body=self.env._(
                        "%(plan)s: %(state)s", plan=plan.display_name, state=plan._get_state_name()
                    )
                )

    def _get_last(self):
        """The plan that was agreed last with the customer."""
        return self.case_id.plan_ids.filtered("given_on").sorted("id")[-1:]

    def _get_state_name(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
