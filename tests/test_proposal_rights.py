"""Who sees, makes and changes proposals."""

import json
from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .test_proposal import ProposalCase


class TestProposalRights(ProposalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.write({"proposals_until": "2099-11-30"})
        cls.plan.with_user(cls.manager).action_ask_proposals()
        for line in (cls.line_rep, cls.line_rep2, cls.line_alone):
            line.with_user(line.user_id).propose(10, "mine")
        cls.abroad = cls._plan(
            name="Abroad",
            company_id=cls.other_company.id,
            user_id=False,
            proposals_until="2099-11-30",
        )
        cls.line_abroad = cls._line(cls._node(plan=cls.abroad, user=cls.rep_other), 5, *cls.january)
        both = (cls.company | cls.other_company).ids
        cls.abroad.with_context(allowed_company_ids=both).action_ask_proposals()
        cls.env(user=cls.rep_other, context={})["stm.target.line"].browse(cls.line_abroad.id).propose(4)
        cls.env.flush_all()

    def test_who_sees_which(self):
        ours = self.plan | self.abroad
        for user, lines in {
            self.rep: self.line_rep,
            self.rep2: self.line_rep2,
            self.rep3: self.line_alone,
            self.leader: self.line_rep | self.line_rep2,
            self.sees_all: self.line_rep | self.line_rep2 | self.line_alone,
            self.manager: self.line_rep | self.line_rep2 | self.line_alone,
            self.rep_other: self.line_abroad,
        }.items():
            env = self.env(user=user, context={})
            for model in ("stm.target.proposal", "stm.target.proposal.change"):
                found = env[model].search([])
                found = found.proposal_id if model.endswith("change") else found
                found = found.filtered(lambda one: one.plan_id in ours)
                self.assertEqual(found.line_id, lines, f"{user.login} {model}")

    def test_nobody_writes_them_directly(self):
        proposal = self.line_rep.proposal_ids
        for user in (self.rep, self.leader, self.sees_all, self.manager):
            for record in (proposal, proposal.change_ids):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(record.with_user(user).has_access(operation))

    def test_leaders_sums_end_at_the_team(self):
        node = self.north.with_user(self.leader)
        self.assertEqual((node.bottom_up_total, node.unanswered_count), (20, 1))
        self.assertEqual(self.node_rep.with_user(self.rep).bottom_up_total, 10)


@tagged("post_install", "-at_install")
class TestProposalRpc(ProposalCase, HttpCase):
    """The same through the doors that clients use."""

    def _call(self, user, model, call, **parameters):
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "test", self.env.cr.now() + timedelta(days=1))
        )
        self.env.flush_all()
        response = self.url_open(
            f"/json/2/{model}/{call}",
            data=json.dumps(parameters),
            headers={"Authorization": f"bearer {key}", "Content-Type": "application/json"},
        )
        return response.status_code, response.json()

    def test_doors(self):
        self._ask()
        line = "stm.target.line"
        status, _answer = self._call(self.rep, line, "propose", ids=self.line_rep.ids, amount=33, comment="x")
        self.assertEqual((status, self.line_rep.proposal_ids.amount), (200, 33))
        for user, target, method, values in (
            (self.rep, self.line_rep2, "propose", {"amount": 1}),
            (self.rep, self.line_rep, "adjust_proposal", {"amount": 1, "reason": "x"}),
            (self.leader, self.line_rep, "settle_proposals", {"method": "bottom_up", "reason": "x"}),
            (self.rep_other, self.line_rep, "propose", {"amount": 1}),
            (self.rep, self.line_rep, "write", {"vals": {"target": 1}}),
        ):
            status, answer = self._call(user, line, method, ids=target.ids, **values)
            self.assertEqual(status, 403, f"{user.login} {method}: {answer}")
        status, _answer = self._call(
            self.rep,
            "stm.target.proposal",
            "create",
            vals_list=[{"line_id": self.line_rep_later.id, "user_id": self.rep.id, "amount": 5}],
        )
        self.assertEqual(status, 403)
        status, rows = self._call(
            self.rep, "stm.target.proposal", "search_read", domain=[], fields=["amount"]
        )
        self.assertEqual([row["amount"] for row in rows], [33])
        self.assertFalse(self.line_rep2.proposal_ids)
