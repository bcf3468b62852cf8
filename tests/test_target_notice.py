"""People are told once at 50, 90 and 100 per cent, leaders at 100."""

from freezegun import freeze_time

from odoo.exceptions import ValidationError

from .common_target import StmTargetCase


@freeze_time("2026-06-15 09:00:00")
class TestTargetNotice(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([("id", "!=", cls.company.id)]).stm_notice = False
        (cls.rep | cls.leader).lang = "en_US"
        cls.team_node = cls._node(team=cls.team)
        cls.mine = cls._node(cls.team_node, user=cls.rep)
        cls.line = cls._line(cls.mine, 100, "2026-06-01", "2026-06-30")
        cls.past = cls._line(cls.mine, 10, "2026-01-01", "2026-01-31")
        cls._line(cls.team_node, 1000, "2026-06-01", "2026-06-30")
        cls._approve()

    def _told(self):
        """Run the job; return {(login, subject)} of what it sent."""
        last = self.env["mail.message"].search([], order="id desc", limit=1).id
        self.env.invalidate_all()
        self._run_cron(self.env["stm.target.notice"]._cron_notify)
        messages = self.env["mail.message"].search(
            [("id", ">", last), ("model", "=", "stm.target.plan"), ("res_id", "=", self.plan.id)]
        )
        return {
            (partner.user_ids.login, message.subject)
            for message in messages
            for partner in message.notified_partner_ids | message.partner_ids
        }

    def test_once_per_threshold(self):
        self.assertFalse(self._told())
        self._order("2026-06-02", 55)
        self.assertEqual(self._told(), {("stm_rep", "50 % of Rep")})
        self.assertFalse(self._told(), "once")
        self._order("2026-06-03", 50)
        self.assertEqual(self._told(), {("stm_rep", "100 % of Rep"), ("stm_leader", "100 % of Rep")})
        self.assertFalse(self._told())
        notices = self.env["stm.target.notice"].search([("line_id", "=", self.line.id)])
        self.assertEqual(set(notices.mapped("threshold")), {50, 90, 100})

    def test_a_threshold_that_is_met_exactly(self):
        """0.57 × 100 is less than 57 in binary fractions."""
        self.company.stm_notice_thresholds = "57"
        self._order("2026-06-02", 57)
        self.assertEqual(self._told(), {("stm_rep", "57 % of Rep")})

    def test_leader_is_told_about_the_team(self):
        self._order("2026-06-02", 600, user=self.rep2)
        self.assertEqual(self._told(), {("stm_leader", "50 % of North")})

    def test_archived_team_has_no_leader(self):
        self.team.active = False
        self._order("2026-06-02", 600)
        self.assertEqual(self._told(), {("stm_rep", "100 % of Rep")})

    def test_only_who_is_told_reads_it(self):
        """The leader and the manager read the plan and its other messages, but not these."""
        self._order("2026-06-02", 55)
        self._told()
        told = [("message_type", "=", "user_notification"), ("model", "=", "stm.target.plan")]
        found = {}
        for user in self.rep | self.leader | self.manager:
            self.env.invalidate_all()
            messages = self.env["mail.message"].with_user(user)
            found[user] = messages.search_count([*told, ("res_id", "=", self.plan.id)])
        self.assertEqual(found, {self.rep: 1, self.leader: 0, self.manager: 0})

    def test_nothing_about_the_past(self):
        self._order("2026-01-05", 500)
        self.assertFalse(self._told())

    def test_reached_on_the_last_day(self):
        self._order("2026-06-30", 100)
        with freeze_time("2026-07-02 09:00:00"):
            self.assertIn(("stm_rep", "100 % of Rep"), self._told())

    def test_settings(self):
        self.company.stm_notice_thresholds = "75"
        self._order("2026-06-02", 60)
        self.assertFalse(self._told())
        self.company.stm_notice = False
        self._order("2026-06-02", 60)
        self.assertFalse(self._told())
        for text in ("a lot", "0", "50;90"):
            with self.assertRaisesRegex(ValidationError, "cannot be read"):
                self.company.stm_notice_thresholds = text
        with self.assertRaisesRegex(ValidationError, "must descend"):
            self.company.stm_pace_on = 110
