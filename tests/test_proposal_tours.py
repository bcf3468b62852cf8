"""Proposals in a browser: the person on a phone, the leader, the manager."""

from odoo.tests import HttpCase

from .test_proposal import ProposalCase


class ProposalTourCase(ProposalCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        (cls.rep | cls.leader | cls.manager).lang = "en_US"
        cls.plan.proposals_until = "2099-11-30"
        cls.plan.with_user(cls.manager).action_ask_proposals()


class TestProposalOnAPhone(ProposalTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_propose(self):
        self.start_tour("/odoo/my-quota", "stm_propose", login=self.rep.login)
        self.assertEqual(self.line_rep.proposal_ids.amount, 55)
        self.assertEqual(self.line_rep.proposal_ids.comment, "two customers less")
        self.assertEqual(self.line_rep_later.proposal_ids.amount, 50)
        self.assertNotIn(self.rep, self.plan._get_proposal_activities().user_id)


class TestProposalTours(ProposalTourCase):
    def test_adjust(self):
        self.line_rep.with_user(self.rep).propose(55, "two customers less")
        self.start_tour("/odoo/target-proposals", "stm_adjust_proposal", login=self.leader.login)
        self.assertEqual(self.line_rep.proposal_ids.amount, 60)

    def test_settle(self):
        self.line_rep.with_user(self.rep).propose(60)
        self.line_alone.with_user(self.rep3).propose(50)
        url = f"/odoo/target-plans/{self.plan.id}"
        self.start_tour(url, "stm_settle_proposals", login=self.manager.login)
        self.assertEqual(self.line_root.target, 190)
