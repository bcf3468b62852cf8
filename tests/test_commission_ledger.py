"""What is posted stays, whoever tries; the way of plans and statements."""

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionLedger(CommissionCase):
    def setUp(self):
        super().setUp()
        self._sold("2026-05-10", 1000)
        self.plan = self._commission([0.1])
        self.statement = self._settle(self.plan)

    def test_nobody_changes_what_is_posted(self):
        self._post(self.statement)
        entry = self._entries(self.plan)
        for user in (self.env.user, self.payroll, self.rep):
            for change in (lambda one: one.write({"amount": 1}), lambda one: one.unlink()):
                with self.assertRaises(UserError):
                    change(entry.with_user(user))
        for query in (
            "UPDATE stm_commission_entry SET amount = 1",
            "DELETE FROM stm_commission_entry",
            "TRUNCATE stm_commission_entry CASCADE",
        ):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
                self.cr.execute(query)
        with self.assertRaises(UserError):
            self.env["stm.commission.entry"].create([{}])

    def test_the_contact_of_a_payee_stays_when_contacts_are_merged(self):
        self._post(self.statement)
        twin = self.env["res.partner"].create({"name": "Twin"})
        both = self.rep.partner_id | twin
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.assertRaisesRegex(UserError, "the contact that stays"):
            wizard._merge(both.ids, twin)
        wizard._merge(both.ids, self.rep.partner_id)
        self.assertEqual((self.statement.payee_id, twin.exists()), (self.rep.partner_id, twin.browse()))

    def test_statements_from_before_plans_had_a_currency(self):
        """As an upgrade finds them: the column is new and has to be filled."""
        self.env.cr.execute("ALTER TABLE stm_commission_statement ALTER currency_id DROP NOT NULL")
        self.env.cr.execute("UPDATE stm_commission_statement SET currency_id = NULL")
        self.env.invalidate_all()
        self.assertFalse(self.statement.currency_id)
        self.statement._init_column("currency_id")
        self.env.invalidate_all()
        self.assertEqual(self.statement.currency_id, self.company.currency_id)

    def test_the_same_event_twice_is_impossible(self):
        self._post(self.statement)
        columns = ", ".join(
            name for name, field in self.env["stm.commission.entry"]._fields.items()
            if field.store and field.column_type and name != "id"
        )  # fmt: skip
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.cr.execute(
                f"INSERT INTO stm_commission_entry ({columns}) SELECT {columns} FROM stm_commission_entry"
            )

    def test_the_way_of_a_statement(self):
        mine = self.statement.with_user(self.payroll)
        with self.assertRaises(UserError):
            mine.action_approve()
        mine.action_check()
        self.assertTrue(all(self.statement.entry_ids.mapped("posted")))
        with self.assertRaises(UserError):
            mine.action_check()
        with self.assertRaisesRegex(UserError, "checked"):
            mine.action_approve()
        self.statement.with_user(self.payroll2).action_approve()
        mine.action_lock()
        mine.action_pay()
        self.assertEqual(self.statement.state, "paid")
        self.statement.with_user(self.rep).action_acknowledge()
        self.assertTrue(self.statement.acknowledged_on)
        with self.assertRaises(UserError):
            self.statement.with_user(self.payroll).action_acknowledge()

    def test_earlier_statements_are_checked_first(self):
        self._sold("2026-06-01", 100)
        _may, june = self._settle(self.plan)
        with self.assertRaisesRegex(UserError, "first"):
            self._post(june)

    def test_a_plan_in_force_does_not_change(self):
        for change in (
            {"paid_for": "margin"},
            {"date_from": "2026-02-01"},
            {"rule_ids": [(1, self.plan.rule_ids.id, {"rate": 0.5})]},
            {"rule_ids": [(2, self.plan.rule_ids.id)]},
            {"state": "draft"},
        ):
            with self.assertRaises(UserError):
                self.plan.write(change)
        with self.assertRaises(UserError):
            self.plan.rule_ids.rate = 0.5
        with self.assertRaises(UserError):
            self.plan.assignment_ids.share = 0.5
        with self.assertRaises(UserError):
            self.plan.unlink()

    def test_acceptance(self):
        plan = self.plan.with_user(self.rep)
        self.assertTrue(plan.can_accept)
        plan.action_accept()
        plan.action_accept()
        [accepted] = self.plan.acceptance_ids
        self.assertEqual((accepted.user_id, accepted.content_hash), (self.rep, self.plan.content_hash))
        self.assertFalse(plan.can_accept)
        with self.assertRaises(UserError):
            self.plan.with_user(self.payroll).action_accept()

    def test_entries_of_every_kind_are_recomputed_from_their_own_content(self):
        """Two currencies, own rates, a minimum, a refund, a formula that changed after posting."""
        self._sold("2026-04-10", 333.33)
        invoice = self._sold("2026-05-11", 777.77)
        tiers = [(0, 1000, 0.03), (1000, 0, 0.05)]
        rules = [
            {"method": "marginal", "tiers": tiers, "has_floor": True, "floor": 5000},
            {"method": "unit", "unit_amount": 3.33, "name": "Pieces"},
            {"method": "formula", "formula": "amount * rate / 3", "rate": 0.07, "name": "Third"},
        ]
        own = {"user_id": self.rep.id, "has_own_rate": True, "rate": 0.0555}
        self.env["res.currency.rate"].create(
            {"currency_id": self.env.ref("base.JPY").id, "company_id": self.company.id,
             "name": "2026-01-01", "rate": 163.57}
        )  # fmt: skip
        plan = self._commission(rules, [own], currency_id=self.env.ref("base.JPY").id, name="Yen")
        self._post(self._settle(plan, "2026-05-31").filtered(lambda one: one.currency_id == plan.currency_id))
        self._refund(invoice, "2026-06-05", 300)
        version = self.env["stm.commission.plan"].browse(plan.action_new_version()["res_id"])
        third = version.rule_ids.filtered(lambda rule: rule.method == "formula")
        changed = [(1, third.id, {"formula": "amount * rate / 2"})]
        version.write({"date_from": "2026-01-01", "rule_ids": changed})
        version.with_user(self.payroll).action_activate()
        self._settle(plan)
        entries = self._entries(plan)
        self.assertLessEqual({"earn", "clawback", "floor"}, set(entries.mapped("kind")))
        for entry in entries.filtered("slices"):
            self._assert_recomputed(entry)
        self.assertGreater(len(entries.filtered("slices")), 9)

    def _assert_recomputed(self, entry):
        cents = entry.currency_id.round
        earned = entry.exact + sum(float(part[2]) for part in entry.slices)
        self.assertEqual(entry.amount, cents(earned) - cents(entry.exact))
        for base, rate, amount in entry.slices:
            # what goes back has no rate
            if float(rate):
                self.assertAlmostEqual(float(base) * float(rate), float(amount), 6)

    def test_an_entry_is_recomputed_from_its_own_content(self):
        [entry] = self._entries(self.plan)
        self._assert_recomputed(entry)
