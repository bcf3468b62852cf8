"""Outside agents read their own statements on the portal, and nobody else's."""

from freezegun import freeze_time

from odoo import http
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common_commission_agent import CommissionAgentCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionPortal(CommissionAgentCase):
    def test_own_statements_once_they_are_posted(self):
        _company, user, _share = self.agents[0]
        page = self._open("/my/commissions", user).text
        self.assertIn("There is no statement for you yet", page)
        self._post(self.alpha | self.beta)
        page = self._open("/my/commissions", user).text
        self.assertIn(f"/my/commissions/{self.alpha.id}", page)
        self.assertNotIn(f"/my/commissions/{self.beta.id}", page)
        self.assertIn("30.00", page)
        page = self._open(f"/my/commissions/{self.alpha.id}", user).text
        entry = self.alpha.entry_ids
        for text in (self.product.display_name, entry.document, "300 × 10 %", "Alpha Agency", "30.00"):
            self.assertIn(text, page)
        self.assertNotIn("70.00", page)

    @mute_logger("odoo.http")
    def test_nobody_elses(self):
        self._post(self.alpha | self.beta)
        for user in (self.agents[1][1], self.rep, self.manager):
            answer = self._open(f"/my/commissions/{self.alpha.id}", user)
            self.assertNotIn("30.00", answer.text)
            self.assertNotIn("Alpha", answer.text)
        stranger = new_test_user(self.env, "stm_stranger", "base.group_portal")
        page = self._open("/my/commissions", stranger).text
        self.assertNotIn("/my/commissions/" + str(self.alpha.id), page)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/commissions").url)

    def _share(self, order, *agents):
        order.stm_split_ids = [
            (5,),
            *((0, 0, {"partner_id": company.id, "share": 1 / len(agents)}) for company, _u, _s in agents),
        ]

    def test_the_open_month(self):
        """2,500 more for Alpha in June: 10 % of it on top of the 30 of May."""
        alpha, beta = self.agents
        order = self._order("2026-06-02", 2500)
        self._share(order, alpha)
        self._invoice(order, "2026-06-02")
        page = self._open("/my/commissions", alpha[1]).text
        for text in ("Not in a Statement Yet", "30.00", "250.00", "Field · Sales", "so far at 10 %"):
            self.assertIn(text, page)
        self.assertNotIn("70.00", page)
        page = self._open("/my/commissions", beta[1]).text
        self.assertIn("70.00", page)
        for text in ("Alpha", "30.00", "250.00"):
            self.assertNotIn(text, page)
        self._post(self.alpha | self.beta)
        page = self._open("/my/commissions", beta[1]).text
        self.assertIn("Nothing has been earned since the last statement", page)

    def test_what_cannot_be_computed_hides_no_statement(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", dollar.id)]).unlink()
        self._post(self.alpha)
        company, user, _share = self.agents[0]
        self._commission([0.1], [{"partner_id": company.id}], name="Dollars", currency_id=dollar.id)
        page = self._open("/my/commissions", user).text
        self.assertIn("there is no exchange rate", page)
        self.assertIn(f"/my/commissions/{self.alpha.id}", page)
        self.assertIn("there is no exchange rate", self._open("/my/commissions/documents", user).text)

    def test_what_is_missing_to_the_next_tier(self):
        company, user, _share = self.agents[0]
        self.plan.assignment_ids.with_user(self.payroll).date_to = "2026-05-31"
        tiers = [(0, 1000, 0.02), (1000, 0, 0.03)]
        self._commission([tiers], [{"partner_id": company.id}], date_from="2026-06-01", name="Tiers")
        order = self._order("2026-06-02", 800)
        self._share(order, self.agents[0])
        self._invoice(order, "2026-06-02")
        page = self._open("/my/commissions", user).text
        self.assertRegex(page, r"200\.00.* more to 3 % · brings .*4\.00")

    @mute_logger("odoo.http")
    def test_why_nothing_of_the_own_documents(self):
        """Alpha's part of the invoice of May, which a second plan pays with its payment; a quotation."""
        alpha, beta = self.agents
        self._commission([0.02], [{"partner_id": alpha[0].id}], name="Slow", earned_on="payment")
        self._share(self._order("2026-06-03", 450, confirm=False), alpha, beta)
        self._share(self._order("2026-06-04", 77, confirm=False), beta)
        page = self._open("/my/commissions/documents?day=2026-05-31", alpha[1]).text
        for text in ("300.00", "30.00", "Credited", "Waits for payment: 100 % of it is open"):
            self.assertIn(text, page)
        for text in ("1,000.00", "700.00", "70.00", "Beta"):
            self.assertNotIn(text, page)
        others = f"?payee_id={beta[0].id}"
        for asked in ("", "?day=nonsense&state=x", "?day=0001-01-01", others, "/page/9"):
            page = self._open(f"/my/commissions/documents{asked}", alpha[1]).text
            self.assertIn("Quotation: it is not confirmed yet", page)
            self.assertRegex(page, r'name="plan"[^>]*>[^<]*Slow')
            self.assertIn("225.00", page)
            self.assertNotIn("77.00", page)
        page = self._open("/my/commissions/documents?day=2026-05-31&state=nothing", beta[1]).text
        self.assertNotIn("30.00", page)
        stranger = new_test_user(self.env, "stm_stranger2", "base.group_portal")
        page = self._open("/my/commissions/documents", stranger).text
        self.assertIn("You are paid by no commission plan", page)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/commissions/documents").url)

    def test_of_a_team_only_what_it_sold_on_the_own_days(self):
        """Paid for the team in April, an agent and a salesperson read nothing of March and June."""
        agency = self.env["res.partner"].create({"name": "Gamma Agency"})
        dates = {"date_from": "2026-04-01", "date_to": "2026-04-30"}
        team = {"credit": "team", "team_id": self.team.id, **dates}
        self._commission(
            [0.1], [{"partner_id": agency.id, **team}, {"user_id": self.rep.id, **team}], name="Override"
        )
        days = ("2026-03-10", "2026-04-10", "2026-06-10")
        for number, day in enumerate(days, 1):
            self._sold(day, number * 1000, user=self.rep2)
        self.env.invalidate_all()
        mine = self.env["stm.commission.mine"]
        own = mine.with_user(self.rep)
        for day, bases in zip(days, ([], [2000], []), strict=True):
            for page in (mine.sudo()._get_portal_why(agency, day), own.get_why(day)):
                self.assertEqual([row["base"] for row in page["rows"]], bases)

    def test_more_documents_need_no_more_queries(self):
        company, user, _share = self.agents[0]
        mine = self.env["stm.commission.mine"].with_user(user).sudo()

        def count():
            found = []
            for _time in range(2):
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                rows = mine._get_portal_why(company, "2026-06-15")["rows"]
                found.append(self.cr.sql_log_count - before)
            return min(found), len(rows)

        def add(number):
            for _number in range(number):
                order = self._order("2026-06-02", 100)
                self._share(order, self.agents[0])
                self._invoice(order, "2026-06-02")
                self._share(self._order("2026-06-02", 50, confirm=False), self.agents[0])

        add(2)
        few, rows = count()
        self.assertEqual(rows, 4)
        add(5)
        many, rows = count()
        self.assertEqual(rows, 14)
        self.assertLessEqual(many, few)

    @mute_logger("odoo.http")
    def test_portal_users_read_no_model(self):
        user = self.agents[0][1]
        self.authenticate(user.login, user.login)
        for model in ("statement", "entry", "dispute", "correction", "plan"):
            answer = self.url_open(
                "/web/dataset/call_kw",
                json={
                    "params": {
                        "model": f"stm.commission.{model}",
                        "method": "search",
                        "args": [[]],
                        "kwargs": {},
                    }
                },
            ).json()
            self.assertIn("AccessError", str(answer))

    def test_acknowledge(self):
        self._post(self.alpha)
        _company, user, _share = self.agents[0]
        self._open("/my/commissions", user)
        token = http.Request.csrf_token(self)
        path = f"/my/commissions/{self.alpha.id}/acknowledge"
        self.assertEqual(self.url_open(path).status_code, 405)
        self.assertEqual(self.url_open(path, data={"csrf_token": "wrong"}).status_code, 400)
        self.assertFalse(self.alpha.acknowledged_on)
        self.url_open(path, data={"csrf_token": token})
        self.assertTrue(self.alpha.acknowledged_on)

    def test_the_card_counts(self):
        self._post(self.alpha | self.beta)
        user = self.agents[0][1]
        self.authenticate(user.login, user.login)
        answer = self.url_open("/my/counters", json={"params": {"counters": ["stm_commission_count"]}}).json()
        self.assertEqual(answer["result"]["stm_commission_count"], 1)
