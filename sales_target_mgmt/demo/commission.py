"""The demonstration firm's commission: one plan, settled up to the month before last."""

from dateutil.relativedelta import relativedelta

from odoo import Command

TIERS = ((0, 20000, 0.03), (20000, 60000, 0.04), (60000, 0, 0.055))
BONUS = ((90, 100, 300), (100, 120, 800), (120, 0, 1500))
OPEN_MONTHS = 2


class Commission:
    """Makes a plan for all salespeople, computes it and posts what is long over.

    :param documents: the firm's `Documents`, with its target plans made
    """

    def __init__(self, documents):
        self.today = documents.today
        self.users = documents.users
        self.env = documents.env

    def make(self):
        """The plan in force since January of this year."""
        people = [user for login, user in self.users.items() if login not in ("max", "ann")]
        measure = self.env.ref("sales_target_mgmt.measure_invoiced")
        plan = self.env["stm.commission.plan"].create(
            {
                "name": f"Field Sales {self.today.year}",
                "date_from": self.today.replace(month=1, day=1),
                "payable_on": "proportional",
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
                            "measure_id": measure.id,
                            "tier_ids": [
                                Command.create({"lower": lower, "upper": upper, "amount": amount})
                                for lower, upper, amount in BONUS
                            ],
                        }
                    ),
                ],
                "assignment_ids": [Command.create({"user_id": user.id}) for user in people],
            }
        )
        plan.action_activate()
        self.env["stm.commission.engine"]._settle(plan, self.today)
        over = self.today.replace(day=1) - relativedelta(months=OPEN_MONTHS)
        self.env["stm.commission.statement"].search([("date_from", "<", over)]).action_check()
        return plan
