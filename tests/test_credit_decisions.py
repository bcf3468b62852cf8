"""What allows more than before is decided by two, and stays as it was decided."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from .common_credit import CreditCase


class TestCreditDecisions(CreditCase):
    """Acme has 1,000; from 900 on, `board` has to approve as well as another controller."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "sales_target_mgmt.group_credit_controller"
        cls.second, cls.board = (cls._make_user(name, group) for name in ("second", "board"))
        cls.account = cls.account.with_user(cls.controller)
        cls.limits = cls.env["stm.credit.limit"]

    def _add_level(self):
        values = {"name": "Board", "amount": 900.0, "company_id": self.company.id}
        self.env["stm.credit.limit.level"].create(values | {"user_ids": [(6, 0, self.board.ids)]})

    def _make_account(self, name):
        partner = self.env["res.partner"].create({"name": name, "is_company": True})
        values = {"partner_id": partner.id, "company_id": self.company.id}
        return self.env["stm.credit.account"].with_user(self.controller).create(values)

    def _get_asked(self, kind):
        return self.limits.search([("state", "=", "asked"), ("kind", "=", kind)])

    def test_a_block_is_set_by_one_and_lifted_by_two(self):
        self._add_level()
        self.account.action_stm_block("Insolvent")
        self.assertTrue(self.account.is_blocked)
        for reason in (False, " "):
            with self.assertRaisesRegex(UserError, "Say why"):
                self.account.action_stm_unblock(reason)
        notice = self.account.action_stm_unblock("Paid all")
        self.assertIn("Board", notice["params"]["message"])
        asked = self._get_asked("unblock")
        self.assertEqual((asked.reason, self.account.is_blocked), ("Paid all", True))
        self.assertIn("unblock", asked.display_name)
        for user, words in ((self.controller, "asked for"), (self.second, "Board")):
            with self.assertRaisesRegex(UserError, words):
                asked.with_user(user).action_approve()
        self.assertTrue(self.account.is_blocked)
        asked.with_user(self.board).action_approve()
        self.assertEqual((asked.state, self.account.is_blocked), ("approved", False))
        self.assertFalse(self.account.block_reason)
        self.account.action_stm_block("Again")
        self.assertEqual((asked.state, asked.ended_by_id, asked.answer),
                         ("superseded", self.controller, "Again"))  # fmt: skip

    def test_another_block_ends_what_was_asked_for(self):
        self.account.action_stm_block("Insolvent")
        self.account.action_stm_unblock("Paid all")
        asked = self._get_asked("unblock")
        self.account.action_stm_block("Fraud")
        self.assertEqual((asked.state, asked.answer), ("superseded", "Fraud"))

    def test_nothing_to_lift(self):
        with self.assertRaisesRegex(UserError, "not blocked"):
            self.account.action_stm_unblock("Why")
        with self.assertRaisesRegex(UserError, "belongs to no group"):
            self.account.action_stm_set_group(False, "Why")

    def test_a_group_is_entered_at_once_and_left_by_two(self):
        head, other = self._make_account("Holding"), self._make_account("Other holding")
        member = self._make_account("Daughter")
        self.assertIsNone(member.action_stm_set_group(head.id, "Bought"))
        self.assertEqual(member.parent_id, head)
        member.action_stm_set_group(other.id, "Sold")
        asked = self._get_asked("group")
        self.assertEqual((member.parent_id, asked.head_id), (head, other))
        with self.assertRaisesRegex(UserError, "asked for"):
            asked.with_user(self.controller).action_approve()
        asked.with_user(self.second).action_approve()
        self.assertEqual(member.parent_id, other)
        self.assertEqual(self.limits.search([("account_id", "=", member.id)]).mapped("state"),
                         ["approved", "superseded"])  # fmt: skip

    def test_a_group_is_checked_again_when_it_is_approved(self):
        head, other, member = (self._make_account(name) for name in ("Holding", "Other", "Daughter"))
        member.action_stm_set_group(head.id, "Bought")
        member.action_stm_set_group(other.id, "Sold")
        other.action_stm_set_group(head.id, "Bought")
        with self.assertRaisesRegex(UserError, "belongs to a group itself"):
            self._get_asked("group").with_user(self.second).action_approve()

    def test_neither_over_rpc(self):
        self.account.action_stm_block("Insolvent")
        accounts, ids = self.account, self.account.ids
        with self.assertRaises(TypeError):
            call_kw(accounts, "action_stm_unblock", [ids], {})
        for values in ({"is_blocked": False}, {"parent_id": False}):
            with self.assertRaises(UserError):
                call_kw(accounts, "write", [ids, values], {})
        context = {"default_state": "approved", "default_kind": "unblock", "stm_only_ask": True}
        values = {"account_id": ids[0], "kind": "unblock", "reason": "Mine"}
        for forged in ({"state": "approved"}, {"is_proposal": True}, {"ended_by_id": 1}):
            with self.assertRaises(UserError):
                call_kw(self.limits.with_user(self.controller), "create", [[values | forged]], {})
        made = call_kw(self.limits.with_user(self.controller), "create", [[values]], {"context": context})
        limit = self.limits.browse(made)
        self.assertEqual((limit.state, limit.is_proposal, self.account.is_blocked), ("asked", False, True))
        with self.assertRaises(AccessError):
            call_kw(limit.with_user(self.accountant), "action_approve", [limit.ids], {})

    def _propose(self):
        self._quote(2000)
        grade = {"name": "Mine", "company_id": self.company.id}
        self.account.sudo().grade_id = self.env["stm.credit.grade"].create(grade)
        self._run_cron(self.env["stm.credit.account"]._cron_propose_limits)
        return self._get_asked("limit")

    def test_a_person_takes_the_place_of_the_job(self):
        proposal = self._propose()
        self.assertTrue(proposal.is_proposal)
        self.account.action_stm_set_limit("limited", 1500.0, "Their own figures")
        self.assertEqual((proposal.state, proposal.ended_by_id), ("superseded", self.controller))
        self.assertIn("Their own figures", proposal.answer)
        mine = self._get_asked("limit")
        self.assertEqual((mine.amount, mine.user_id), (1500.0, self.controller))
        with self.assertRaises(RedirectWarning) as caught:
            self.account.with_user(self.second).action_stm_set_limit("limited", 1600.0, "No, mine")
        self.assertEqual(caught.exception.args[1]["res_id"], mine.id)
        # the job leaves alone what a person has asked for
        self._run_cron(self.env["stm.credit.account"]._cron_propose_limits)
        self.assertEqual(self._get_asked("limit"), mine)

    @mute_logger("odoo.sql_db")
    def test_what_was_decided_is_not_rewritten_in_sql(self):
        self.account.action_stm_set_limit("limited", 1500.0, "More")
        limit = self._get_asked("limit")
        self.env.flush_all()
        self._refuse_sql("UPDATE stm_credit_limit SET amount = 9 WHERE id = %s", limit)
        limit.with_user(self.second).action_approve()
        self.env.flush_all()
        for change in ("amount = 9", "state = 'asked'", "reason = 'Mine'", "user_id = 1", "answer = 'x'"):
            self._refuse_sql(f"UPDATE stm_credit_limit SET {change} WHERE id = %s", limit)
        self._refuse_sql("DELETE FROM stm_credit_limit WHERE id = %s", limit)
        self._refuse_sql("DELETE FROM stm_credit_limit_approver_rel WHERE limit_id = %s", limit)
        self.account.action_stm_set_limit("limited", 5.0, "Less")
        self.assertEqual((limit.state, limit.ended_by_id), ("superseded", self.controller))
        self.env.flush_all()
        self._refuse_sql("UPDATE stm_credit_limit SET ended_on = NULL WHERE id = %s", limit)

    def test_a_column_that_an_upgrade_adds(self):
        """It is filled once, before the database knows of it, and then kept like the others."""
        self.account.action_stm_set_limit("limited", 5.0, "Less")
        limit = self.limits.search([("account_id", "=", self.account.id)], limit=1)
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE stm_credit_limit ADD COLUMN later varchar")
        fill = "UPDATE stm_credit_limit SET later = 'default' WHERE id = %s"
        self._refuse_sql(fill.replace("default'", "default', amount = 9"), limit)
        self.env.cr.execute(fill, limit.ids)
        self._refuse_sql(fill.replace("default", "other"), limit)
        self._refuse_sql("UPDATE stm_credit_limit SET ended_by_id = 1 WHERE id = %s", limit)
        self.env.cr.execute("ALTER TABLE stm_credit_limit ADD COLUMN known varchar")
        self.limits.init()
        self._refuse_sql("UPDATE stm_credit_limit SET known = 'default' WHERE id = %s", limit)

    def _refuse_sql(self, statement, record):
        with self.assertRaisesRegex(IntegrityError, "never changed"), self.env.cr.savepoint():
            self.env.cr.execute(statement, [record.id])
