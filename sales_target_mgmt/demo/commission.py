"""The demonstration firm's commission: one plan, settled month by month and paid up to last quarter."""

from dateutil.relativedelta import relativedelta

from odoo import Command

from . import figures

TIERS = ((0, 20000, 0.03), (20000, 60000, 0.04), (60000, 0, 0.055))
BONUS = ((90, 100, 300), (100, 120, 800), (120, 0, 1500))
# months settled before the one in progress, and how many of them are how far
MONTHS = 6
OPEN_MONTHS, CHECKED_MONTHS, APPROVED_MONTHS = 2, 1, 1


class Commission:
    """Makes a plan for all salespeople, computes it, and settles what is over.

    :param documents: the firm's `Documents`, with its target plans made
    """

    def __init__(self, documents):
        self.today = documents.today
        self.users = documents.users
        self.month = self.today.replace(day=1)
        # the plan is made by whom it belongs to, with the rights of that role and no more
        company = documents.env.context["allowed_company_ids"]
        self.env = documents.env(
            user=documents.users["pia"], su=False, context={"allowed_company_ids": company}
        )

    def make(self):
        """The plan in force since half a year, its older statements approved and paid."""
        plan = self._make_plan(self.month - relativedelta(months=MONTHS))
        plan.action_activate()
        self.env["stm.commission.engine"]._settle(plan, self.today)
        checked = self._get_statements(OPEN_MONTHS)
        checked.action_check()
        # nobody approves what he or she has checked
        approved = self._get_statements(OPEN_MONTHS + CHECKED_MONTHS)
        approved.with_user(self.env.ref("base.user_admin")).action_approve()
        paid = self._get_statements(OPEN_MONTHS + CHECKED_MONTHS + APPROVED_MONTHS)
        paid.action_lock()
        paid.action_export_payroll()
        paid.action_pay()
        for login in ("lea", "sam", "lina"):
            plan.with_user(self.users[login]).action_accept()
        return plan

    def _get_statements(self, months):
        """Statements of more than that many months ago, counting the one in progress."""
        before = self.month - relativedelta(months=months - 1)
        return self.env["stm.commission.statement"].search([("date_from", "<", before)], order="date_from")

    def _make_plan(self, day):
        return self.env["stm.commission.plan"].create(
            {
                "name": f"Field Sales {self.today.year}",
                "date_from": day,
                "payable_on": "proportional",
                "note": "Sell more than last year, to customers who pay.",
                "rule_ids": [
                    Command.create(
                        {
                            "name": "Revenue",
                            "method": "marginal",
                            "tier_ids": [
                                Command.create({"lower": lower, "upper": upper, "rate": rate})
                                for lower, upper, rate in TIERS
                            ],
                        }
                    ),
                    Command.create(
                        {
                            "name": "Quota bonus",
                            "method": "bonus",
                            "measure_id": self.env.ref("sales_target_mgmt.measure_invoiced").id,
                            "tier_ids": [
                                Command.create({"lower": lower, "upper": upper, "amount": amount})
                                for lower, upper, amount in BONUS
                            ],
                        }
                    ),
                ],
                "assignment_ids": [
                    Command.create({"user_id": self.users[seller.login].id}) for seller in figures.SELLERS
                ],
            }
        )
