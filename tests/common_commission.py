from freezegun import freeze_time

from .common import StmCase


@freeze_time("2026-06-15 12:00:00")
class CommissionCase(StmCase):
    """A commission administrator, a second one, and plans on the documents of `rep` and `rep2`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = "sales_target_mgmt.group_commission_admin"
        cls.payroll = cls._make_user("payroll", admin)
        cls.payroll2 = cls._make_user("payroll2", admin)

    @classmethod
    def _commission(cls, rules, payees=None, *, activate=True, **values):
        """A plan, in force from January 2026.

        :param rules: values of components; the first of them may be a rate
        :param payees: users, or values of assignments
        """
        payees = payees or [cls.rep]
        lines = [one if isinstance(one, dict) else {"user_id": one.id} for one in payees]
        plan = (
            cls.env["stm.commission.plan"]
            .with_user(cls.payroll)
            .create(
                {
                    "name": "Field",
                    "company_id": cls.company.id,
                    "date_from": "2026-01-01",
                    "rule_ids": [(0, 0, cls._rule(rule)) for rule in rules],
                    "assignment_ids": [(0, 0, line) for line in lines],
                    **values,
                }
            )
        )
        if activate:
            plan.action_activate()
        return plan

    @classmethod
    def _rule(cls, rule):
        """Values of a component: a rate, a list of tiers, or values."""
        if isinstance(rule, (int, float)):
            return {"name": "Sales", "rate": rule}
        if isinstance(rule, list):
            rule = {"method": "marginal", "tiers": rule}
        tiers = [
            (0, 0, {"lower": lower, "upper": upper, "rate": rate})
            for lower, upper, rate in rule.pop("tiers", [])
        ]
        return {"name": "Sales", "tier_ids": tiers, **rule}

    def _settle(self, plan, until="2026-06-15"):
        """Compute on a day, and return the statements in order."""
        with freeze_time(f"{until} 12:00:00"):
            plan.with_user(self.payroll).action_compute()
        return self._statements(plan)

    def _statements(self, plan):
        return self.env["stm.commission.statement"].search(
            [("company_id", "=", plan.company_id.id)], order="date_from, payee_id"
        )

    def _post(self, statements):
        statements.with_user(self.payroll).action_check()

    def _entries(self, plan):
        return self.env["stm.commission.entry"].search([("lineage_id", "=", plan.origin_id.id)], order="id")

    def _sold(self, date, amount=1000.0, **values):
        """The posted invoice of an order of that day."""
        return self._invoice(self._order(date, amount, **values), date)

    def _refund(self, invoice, date, amount=None):
        """A posted refund of an invoice, or of so much of it."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        reversal = wizard.create({"journal_id": invoice.journal_id.id, "date": date})
        refund = self.env["account.move"].browse(reversal.reverse_moves()["res_id"])
        refund.invoice_date = date
        if amount is not None:
            refund.invoice_line_ids.price_unit = amount
        refund.action_post()
        return refund
