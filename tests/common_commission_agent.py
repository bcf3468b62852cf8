from freezegun import freeze_time

from odoo import http
from odoo.tests import HttpCase, new_test_user

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class CommissionAgentCase(CommissionCase, HttpCase):
    """Two agencies that share an order of 1,000: 10 % of 300 for Alpha, of 700 for Beta."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agents = []
        for name, share in (("Alpha Agency", 0.3), ("Beta Agency", 0.7)):
            company = cls.env["res.partner"].create({"name": name, "is_company": True})
            login = f"stm_{name.split()[0].lower()}"
            user = new_test_user(cls.env, login, "base.group_portal", name=f"Contact of {name}")
            user.partner_id.parent_id = company
            cls.agents.append((company, user, share))
        order = cls._order("2026-05-10", 1000)
        order.stm_split_ids = [
            (0, 0, {"partner_id": company.id, "share": share}) for company, _user, share in cls.agents
        ]
        cls._invoice(order, "2026-05-10")
        cls.plan = cls._commission([0.1], [{"partner_id": company.id} for company, _user, _ in cls.agents])
        cls.plan.with_user(cls.payroll).action_compute()
        cls.alpha, cls.beta = (
            cls.env["stm.commission.statement"].search([("payee_id", "=", company.id)])
            for company, _user, _share in cls.agents
        )

    def _open(self, path, user):
        self.authenticate(user.login, user.login)
        return self.url_open(path)

    def _send(self, path, **values):
        """What a form of the page sends, as whoever is logged in."""
        return self.url_open(path, data={"csrf_token": http.Request.csrf_token(self), **values})
