"""Two decide about a write-off at once: both count, or the second is told; nothing is booked twice."""

from psycopg2 import errors

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from .common_collection import DebtorsCase

CONTROLLER = "sales_target_mgmt.group_credit_controller"
MODEL = "stm.collection.writeoff"


class TestWriteoffRace(DebtorsCase):
    """Two controllers, both of whom a level asks for."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            company = env["res.company"].browse(self.company)
            env = env(context={**env.context, "allowed_company_ids": company.ids})
            people = env["res.users"].with_context(no_reset_password=True)
            group = env.ref(CONTROLLER).id
            self.users = people.create(
                [
                    {"name": f"Race {name}", "login": f"stm_writeoff_{name}", "company_id": company.id}
                    | {"company_ids": [Command.set(company.ids)], "group_ids": [Command.link(group)]}
                    for name in ("one", "two")
                ]
            ).ids
            company.stm_loss_account_id = env["account.account"].search(
                [("account_type", "=", "expense"), ("company_ids", "=", company.id)], limit=1
            )
            level = {"name": "Race", "company_id": company.id, "needed": 2}
            level |= {"user_ids": [Command.set(self.users)]}
            self.level = env["stm.collection.writeoff.level"].create(level).id
            moves = env["account.move"].search([("company_id", "=", company.id)], limit=2, order="id")
            self.writeoffs = (
                env[MODEL]
                .create(
                    [
                        {"partner_id": move.partner_id.id, "company_id": company.id, "note": "Race"}
                        | {"move_ids": [Command.set(move.ids)], "reason": "small"}
                        for move in moves
                    ]
                )
                .ids
            )

    def _clean(self):
        with self._transaction() as env:
            env[MODEL].browse(self.writeoffs).activity_ids.unlink()
            env.cr.execute("ALTER TABLE stm_collection_writeoff DISABLE TRIGGER USER")
            env.cr.execute("DELETE FROM stm_collection_writeoff WHERE id = ANY(%s)", [self.writeoffs])
            env.cr.execute("ALTER TABLE stm_collection_writeoff ENABLE TRIGGER USER")
            env["stm.collection.writeoff.level"].browse(self.level).unlink()
            env.cr.execute("ALTER TABLE stm_approval_change DISABLE TRIGGER USER")
            env.cr.execute("DELETE FROM stm_approval_change WHERE company_id = %s", [self.company])
            env.cr.execute("ALTER TABLE stm_approval_change ENABLE TRIGGER USER")
            users = env["res.users"].browse(self.users)
            partners = users.partner_id
            users.unlink()
            partners.unlink()
        super()._clean()

    def _press(self, env, place, user, button):
        writeoff = env[MODEL].with_user(self.users[user]).with_company(self.company)
        getattr(writeoff.browse(self.writeoffs[place]), button)()

    def _race(self, place, first):
        """One presses a button and has done it while the other, who began before, approves."""
        with self.registry.cursor() as one, self.registry.cursor() as two:
            envs = [api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True}) for cr in (one, two)]
            for cr in (one, two):
                cr.execute("SET LOCAL lock_timeout = '5s'")
                cr.execute("SELECT COUNT(*) FROM stm_collection_writeoff")
            self._press(envs[0], place, 0, first)
            envs[0].flush_all()
            one.commit()
            with self.assertRaises(errors.SerializationFailure), mute_logger("odoo.sql_db"):
                self._press(envs[1], place, 1, "action_approve")
            two.rollback()
        with self._transaction() as env:
            self._press(env, place, 1, "action_approve")

    def test_the_second_is_retried_and_sees_the_first(self):
        both, other = self.writeoffs
        with self._transaction() as env:
            tasks = env[MODEL].browse(both).activity_ids
            self.assertEqual(tasks.user_id.ids, self.users)
        self._race(0, "action_approve")
        with self._transaction() as env:
            writeoff = env[MODEL].browse(both)
            self.assertEqual((writeoff.state, len(writeoff.approver_ids)), ("approved", 2))
            self.assertEqual((writeoff.entry_id.state, writeoff.move_ids.amount_residual), ("posted", 0))
            self.assertFalse(writeoff.activity_ids)
            env[MODEL].browse(other).answer = "Ask once more"
        with self.assertRaisesRegex(UserError, "Refused"):
            self._race(1, "action_refuse")
        with self._transaction() as env:
            writeoff = env[MODEL].browse(other)
            self.assertEqual((writeoff.state, writeoff.entry_id.ids), ("refused", []))
