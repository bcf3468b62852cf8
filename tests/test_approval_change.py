"""Whoever lowers an approval level does not approve alone by it, and it is noted who did what."""

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from .common_commission import CommissionCase

LEVEL = "stm.commission.approval.level"
DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule", "odoo.http")


@freeze_time("2026-06-15 12:00:00")
class ChangeCase(CommissionCase):
    """A statement of 900, checked by `payroll`; “Board” from 500 on is `boss`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._make_user("boss", "sales_target_mgmt.group_commission_admin")
        cls._invoice(cls._order("2026-05-10", 9000), "2026-05-10")
        cls.plan = cls._commission([0.1], [cls.rep])
        cls.plan.with_user(cls.payroll).action_compute()
        cls.statement = cls.env["stm.commission.statement"].search([("company_id", "=", cls.company.id)])
        with freeze_time("2026-01-02 12:00:00"):
            cls.level = cls._make_level(cls.payroll, "Board", 500, cls.boss)

    @classmethod
    def _make_level(cls, user, name, amount, users):
        values = {"name": name, "company_id": cls.company.id, "amount": amount}
        return cls.env[LEVEL].with_user(user).create({**values, "user_ids": [(6, 0, users.ids)]})

    def _changes(self, user=None):
        changes = self.env["stm.approval.change"]
        return changes.with_user(user or self.payroll).search([("res_model", "=", LEVEL)])

    def _approve(self, user):
        return self.statement.with_user(user).action_approve()


class TestApprovalChange(ChangeCase):
    def test_every_change_is_noted(self):
        level = self.level.with_user(self.payroll2)
        level.amount = 600
        level.name = "Directors"
        level.active = False
        level.unlink()
        deleted, archived, raised, made = self._changes()
        self.assertEqual([one.user_id for one in (made, raised)], [self.payroll, self.payroll2])
        texts = [(one.name, one.before, one.after) for one in (made, raised, archived, deleted)]
        first, second = "from 500.00\xa0€, 1 of Boss", "from 600.00\xa0€, 1 of Boss"
        self.assertEqual(
            texts,
            [
                ("Board", "new", first),
                ("Board", first, second),
                ("Directors", second, f"archived ({second})"),
                ("Directors", f"archived ({second})", "deleted"),
            ],
        )

    def test_lowered_alone(self):
        """Raised above the amount, handed to oneself, archived or deleted: the boss is asked as before."""
        ways = {
            "amount": lambda level: level.write({"amount": 5000}),
            "people": lambda level: level.write({"user_ids": [(6, 0, self.payroll2.ids)]}),
            "archived": lambda level: level.write({"active": False}),
            "deleted": lambda level: level.unlink(),
            "company": self._move_away,
        }
        for name, way in ways.items():
            for first in (True, False):
                with self.subTest(name, before_the_check=first), self.env.cr.savepoint() as savepoint:
                    if first:
                        way(self.level.with_user(self.payroll2))
                    self._post(self.statement)
                    if not first:
                        way(self.level.with_user(self.payroll2))
                    with self.assertRaisesRegex(UserError, "Board.*as it was until 2026-06-15.*Boss"):
                        # with an approver who belongs to the new level it takes two presses
                        self._approve(self.payroll2)
                        self._approve(self.payroll2)
                    self.assertEqual(self.statement.state, "checked")
                    self._approve(self.boss)
                    savepoint.rollback()
                self.env.invalidate_all()

    def _move_away(self, level):
        self.payroll2.company_ids |= self.other_company
        self.boss.company_ids |= self.other_company
        level.with_context(allowed_company_ids=(self.company | self.other_company).ids).write(
            {"company_id": self.other_company.id}
        )

    def test_needed_lowered(self):
        with freeze_time("2026-01-03 12:00:00"):
            self.level.with_user(self.payroll).write(
                {"needed": 2, "user_ids": [(6, 0, (self.boss | self.payroll2).ids)]}
            )
        self.level.with_user(self.payroll2).needed = 1
        self._post(self.statement)
        self._approve(self.payroll2)
        self.assertEqual(self.statement.state, "checked")
        self._approve(self.boss)
        self.assertEqual(self.statement.state, "approved")

    @mute_logger("odoo.sql_db")
    def test_not_in_sql_either(self):
        self.level.with_user(self.payroll2).amount = 5000
        change = self._changes()[0]
        forged = [
            "UPDATE stm_approval_change SET user_id = %(boss)s WHERE id = %(id)s",
            """UPDATE stm_approval_change SET terms_before = '{"amount": 9}' WHERE id = %(id)s""",
            "UPDATE stm_approval_change SET is_pending = NOT is_pending WHERE id = %(id)s",
            "DELETE FROM stm_approval_change WHERE id = %(id)s",
            "TRUNCATE stm_approval_change CASCADE",
        ]
        again = "UPDATE stm_approval_change SET confirmed_by_id = %(payroll)s WHERE id = %(id)s"
        values = {"boss": self.boss.id, "payroll": self.payroll.id, "id": change.id}
        self.env.flush_all()
        for number in range(2):
            for query in (*forged, *([again] if number else [])):
                with (
                    self.subTest(query, confirmed=bool(number)),
                    self.assertRaisesRegex(IntegrityError, "noted for good"),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(query, values)
            if not number:
                change.with_user(self.boss).action_confirm()
                self.env.flush_all()
        self.assertEqual(change.user_id, self.payroll2)

    def test_confirmed_by_another(self):
        self.level.with_user(self.payroll2).amount = 5000
        change = self._changes()[0]
        self.assertTrue(change.is_pending)
        self.assertTrue(self.level.is_pending)
        with self.assertRaisesRegex(UserError, "yourself, somebody else confirms it: .*Boss"):
            change.with_user(self.payroll2).action_confirm()
        change.with_user(self.boss).action_confirm()
        self.assertEqual((change.is_pending, change.confirmed_by_id), (False, self.boss))
        with self.assertRaisesRegex(UserError, "does not wait"):
            change.with_user(self.boss).action_confirm()
        with freeze_time("2026-06-16 12:00:00"):
            self._post(self.statement)
        self._approve(self.payroll2)
        self.assertEqual(self.statement.state, "approved")

    def test_a_statement_keeps_what_was_asked_for_when_it_was_checked(self):
        """Also when two lower the level together."""
        self._post(self.statement)
        with freeze_time("2026-06-16 12:00:00"):
            self.level.with_user(self.payroll2).amount = 5000
            self._changes()[0].with_user(self.payroll).action_confirm()
        with self.assertRaisesRegex(UserError, "as it was until 2026-06-16"):
            self._approve(self.payroll2)
        self._approve(self.boss)
        self.assertEqual(self.statement.state, "approved")

    def test_who_has_left_is_not_waited_for(self):
        self._post(self.statement)
        self.boss.active = False
        with freeze_time("2026-06-16 12:00:00"):
            self.level.with_user(self.payroll2).user_ids = self.payroll2
            with self.assertRaisesRegex(UserError, "unless its change is confirmed"):
                self._approve(self.payroll2)
                self._approve(self.payroll2)
            self._changes()[0].with_user(self.payroll).action_confirm()
        self._approve(self.payroll2)
        self.assertEqual(self.statement.state, "approved")

    def test_asking_for_more_counts_at_once(self):
        self.level.with_user(self.payroll2).write({"user_ids": [(6, 0, self.payroll2.ids)], "amount": 800})
        self._changes()[0].with_user(self.boss).action_confirm()
        self._make_level(self.boss, "All", 0, self.boss)
        with freeze_time("2026-06-16 12:00:00"):
            self._post(self.statement)
        self._approve(self.payroll2)
        self.assertEqual(self.statement.state, "checked")
        self._approve(self.boss)
        self.assertEqual(self.statement.state, "approved")

    def test_one_administrator(self):
        """Nothing waits where there is nobody to confirm it."""
        (self.payroll2 | self.boss).active = False
        level = self._make_level(self.payroll, "Alone", 0, self.payroll)
        level.amount = 10000
        self.level.with_user(self.payroll).unlink()
        self.assertFalse(self._changes().filtered("is_pending"))
        with freeze_time("2026-06-16 12:00:00"):
            self._post(self.statement)
            self._approve(self.payroll)
        self.assertEqual(self.statement.state, "approved")

    def test_others_are_told(self):
        found = [("subject", "like", "approval level was changed")]
        before = self.env["mail.message"].search(found)
        self.level.with_user(self.payroll2).amount = 5000
        message = self.env["mail.message"].search(found) - before
        self.assertEqual(message.partner_ids, (self.payroll | self.boss).partner_id)
        self.assertIn("Payroll2", message[0].body)

    @mute_logger(*DENIED)
    def test_nobody_changes_what_is_noted(self):
        self.level.with_user(self.payroll2).amount = 5000
        change = self._changes()[0]
        values = {"name": "Sly", "res_model": LEVEL, "res_id": 1, "company_id": self.company.id}
        values |= {"user_id": self.boss.id, "changed_on": "2026-01-01 00:00:00"}
        for user in (self.payroll2, self.manager, self.env.ref("base.user_admin")):
            own = change.with_user(user)
            for forbidden in (
                lambda own=own: own.write({"is_pending": False}),
                lambda own=own: own.unlink(),
                lambda own=own: own.create(values),
            ):
                with self.assertRaises(UserError):
                    forbidden()
        with self.assertRaises(UserError):
            change.sudo().unlink()

    @mute_logger(*DENIED)
    def test_only_the_role_sees_it(self):
        for user in (self.rep, self.leader, self.accountant):
            with self.assertRaises(AccessError):
                self.env["stm.approval.change"].with_user(user).search([])
        self.assertFalse(self._changes(self.manager))
        with self.assertRaises(AccessError):
            self._changes().with_user(self.manager).action_confirm()


class TestThroughRpc(ChangeCase):
    """The same by the way of the web client, as the administrator whom the level is to stop."""

    def _call(self, user, model, method, *args):
        return call_kw(self.env(user=user, context={})[model], method, list(args), {})

    def test_lowered_alone(self):
        self._call(self.payroll, "stm.commission.statement", "action_check", self.statement.ids)
        level = self.level.ids
        self._call(self.payroll2, LEVEL, "web_save", level, {"user_ids": [[6, 0, self.payroll2.ids]]}, {})
        approve = ("stm.commission.statement", "action_approve", self.statement.ids)
        self._call(self.payroll2, *approve)
        with self.assertRaisesRegex(UserError, "Boss"):
            self._call(self.payroll2, *approve)
        change = self._changes().ids[:1]
        for method, *args in (
            ("write", {"is_pending": False}),
            ("web_save", {"is_pending": False}, {}),
            ("unlink",),
            ("action_confirm",),
        ):
            with self.assertRaises(UserError), mute_logger(*DENIED):
                self._call(self.payroll2, "stm.approval.change", method, change, *args)
        self.assertTrue(self._changes()[0].is_pending)
        self._call(self.boss, *approve)
        self.assertEqual(self.statement.state, "approved")
