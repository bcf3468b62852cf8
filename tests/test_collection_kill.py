"""The run is killed between its batches, and run by two at once."""

from unittest.mock import patch

from psycopg2 import errors

from odoo.addons.sales_target_mgmt.models.collection import stm_collection_engine
from odoo.tools import mute_logger

from .common_collection import DebtorsCase


class Killed(BaseException):
    """What a killed process leaves: nothing that was not committed."""


class TestCollectionKill(DebtorsCase):
    """Batches of two."""

    def setUp(self):
        super().setUp()
        patcher = patch.object(stm_collection_engine, "BATCH", 2)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _count(self):
        """Numbers of logs and of mails, and of logs whose mail is there."""
        with self._transaction() as env:
            logs = env["stm.collection.log"].search([("company_id", "=", self.company)])
            mails = env["mail.mail"].search(
                [("model", "=", "stm.collection.case"), ("res_id", "in", logs.case_id.ids)]
            )
            return len(logs), len(mails), len(logs.mail_id & mails.mail_message_id)

    def _run(self, env):
        engine = env["stm.collection.engine"]
        company = env["res.company"].browse(self.company)
        for partners in (self.partners[:2], self.partners[2:]):
            engine._run(company, [one for one in partners if one in engine._find_partners(company)])

    def test_killed_between_batches(self):
        """The first batch is kept whole, the second comes with the next run, nothing comes twice."""
        cls = self.registry["stm.collection.engine"]
        original = cls._deliver
        batches = []

        def deliver(engine, company, taken):
            batches.append(taken)
            if len(batches) == 2:
                raise Killed
            return original(engine, company, taken)

        with patch.object(cls, "_deliver", deliver), self.assertRaises(Killed), self._transaction() as env:
            self._only_ours(env)._run_all()
        self.assertEqual(self._count(), (2, 2, 2))
        for _again in range(2):
            with self._transaction() as env:
                self._only_ours(env)._run_all()
            self.assertEqual(self._count(), (4, 4, 4))

    def _only_ours(self, env):
        """The run, of the companies of which only ours collects."""
        others = env["res.company"].search([("stm_collection", "=", True), ("id", "!=", self.company)])
        self.assertFalse(others, "other companies would be reminded")
        return env["stm.collection.engine"]

    @mute_logger("odoo.sql_db")
    def test_two_at_once(self):
        """The second waits for nobody: it fails, is retried, and finds nothing left to do."""
        with self._transaction() as first, self._transaction() as second:
            second["res.company"].browse(self.company).name  # noqa: B018 (takes the snapshot)
            self._run(first)
            first.flush_all()
            first.cr.commit()
            with self.assertRaises(errors.OperationalError):
                self._run(second)
            second.cr.rollback()
            second.invalidate_all()
        with self._transaction() as again:
            self._run(again)
        self.assertEqual(self._count(), (4, 4, 4))
