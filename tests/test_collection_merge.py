"""Two customers with collection cases become one: nothing that was agreed or done is lost."""

from odoo.fields import Command, Date

from .common_collection import CollectionCase


class TestCollectionMerge(CollectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.partner"].create(
            {"name": "Acme again", "is_company": True, "email": "again@example.com"}
        )

    def _make(self, partner, amount):
        """A case of who owes twice as much, of which one half is in an open plan."""
        planned, asked = self._owe(amount, 10, partner), self._owe(amount, 10, partner)
        case = self._run(partner)
        values = {"case_id": case.id, "move_ids": [Command.set(planned.ids)]}
        plan = self.env["stm.collection.plan"].create(values)
        plan.action_agree()
        self.env["stm.collection.promise"].create(
            {"case_id": case.id, "amount": amount, "date": Date.add(self.today, days=3), "note": partner.name}
        )
        line = {"move_id": asked.id, "date_from": self.today, "date_to": self.today, "fixed": 5}
        self.env["stm.collection.fee"].create(
            {"case_id": case.id, "date": self.today, "line_ids": [Command.create(line)]}
        )
        self.env["stm.collection.writeoff"].create(
            {"partner_id": partner.id, "company_id": self.company.id, "note": "Rest", "amount": 1}
            | {"move_ids": [Command.set(asked.ids)], "reason": "small"}
        )
        return case

    def test_the_case_that_stays_has_all(self):
        gone, stays = self._make(self.other, 100), self._make(self.customer, 200)
        self.assertEqual((len(gone.log_ids), len(stays.log_ids)), (1, 1))
        gone.user_id = self.accountant
        both = self.customer | self.other
        self.env["base.partner.merge.automatic.wizard"]._merge(both.ids, self.customer)
        found = self.env["stm.collection.case"].search([("company_id", "=", self.company.id)])
        self.assertEqual(found, stays)
        self.assertEqual((stays.amount_open, stays.user_id), (600, self.accountant))
        # the same step of the same days was taken for both: one row, as the index wants
        self.assertEqual(stays.log_ids.mapped("days"), [7])
        self.assertEqual(sorted(stays.promise_ids.mapped("amount")), [100, 200])
        plans = {plan.amount: plan.state for plan in stays.plan_ids}
        self.assertEqual(plans, {200: "open", 100: "cancelled"})
        self.assertEqual(sorted(stays.fee_ids.line_ids.mapped("fixed")), [5, 5])
        self.assertEqual((len(stays.fee_ids), stays.fee_ids.amount), (1, 10))
        self.assertEqual(len(stays.writeoff_ids), 2)
        for name in ("promise_ids", "plan_ids", "fee_ids", "writeoff_ids"):
            self.assertEqual(stays[name].partner_id, self.customer)
        self.assertEqual(stays.plan_ids.line_ids.partner_id, self.customer)
        self.assertIn("agree on one plan", stays.message_ids[:1].body)
        # and the run goes on
        self.assertEqual(self._run(now=True).planned, 200)
