from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import HttpCase

from .common_target import StmTargetCase


class TestCommissionWay(StmTargetCase, HttpCase):
    """Pay from the first plan to the books, by what four people click and type and nothing else.

    Rita has invoiced 150,000, of which half is paid, and shares a deal of 10,000 with Sven; her
    target is 100,000.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = "sales_target_mgmt.group_commission_admin"
        cls.payroll, cls.payroll2 = (cls._make_user(login, admin) for login in ("payroll", "payroll2"))
        cls.today = Date.today()
        cls.first = cls.today.replace(day=1)
        cls.rep.name, cls.rep2.name = "Rita Rep", "Sven Second"
        cls.measure = cls.env.ref("sales_target_mgmt.measure_invoiced").copy(
            {"name": "Billed by Hand", "code": "billed_by_hand"}
        )
        plan = cls._plan(
            name="Quota", date_from=cls.first.replace(month=1), date_to=cls.first.replace(month=12, day=31)
        )
        node = cls._node(plan=plan, user=cls.rep)
        last = cls.first + relativedelta(months=1, days=-1)
        cls._line(node, 100000, str(cls.first), str(last), cls.measure)
        cls._approve(plan)
        big = cls._invoice(cls._order(str(cls.first), 150000), str(cls.first))
        cls._pay(big, str(cls.first), amount=75000)
        cls.shared = cls._order(str(cls.today), 10000)
        cls._keep_books()

    @classmethod
    def _keep_books(cls):
        """What an accountant sets once under Settings."""
        company = cls.company
        journal = cls.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "general")], limit=1
        )
        accounts = {
            f"stm_commission_{use}_account_id": cls.env["account.account"]
            .create({"code": code, "name": use, "account_type": kind, "company_ids": [(6, 0, company.ids)]})
            .id
            for use, code, kind in (
                ("expense", "699001", "expense"),
                ("accrual", "219001", "liability_current"),
                ("payroll", "219002", "liability_current"),
            )
        }
        company.write(
            {"stm_commission_accounting": True, "stm_commission_journal_id": journal.id, **accounts}
        )

    def _walk(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        people = self.payroll | self.payroll2 | self.rep | self.accountant
        people.lang = lang
        self._tour("plan", self.payroll)
        order = f"/odoo/sales/{self.shared.id}"
        self._tour("split", self.payroll, order)
        invoice = self._invoice(self.shared, str(self.today))
        self._pay(invoice, str(self.today))
        self._tour("settle", self.payroll)
        self._tour("approve", self.payroll2)
        self._tour("dispute", self.rep)
        self._tour("answer", self.payroll)
        self._tour("books", self.accountant)
        self._check_result()

    def _tour(self, name, user, url="/odoo"):
        self.start_tour(url, f"stm_commission_way_{name}", login=user.login, timeout=180)

    def _check_result(self):
        plan = self.env["stm.commission.plan"].search([("company_id", "=", self.company.id)])
        self.assertEqual((plan.state, plan.acceptance_ids.user_id), ("active", self.rep))
        statement = self.env["stm.commission.statement"].search(
            [("payee_id", "=", self.rep.partner_id.id), ("state", "=", "paid")]
        )
        self.assertEqual((statement.earned, statement.payable, statement.waiting), (9170, 5045, 4125))
        self.assertTrue(all(statement.entry_ids.mapped("posted")))
        dispute = self.env["stm.commission.dispute"].search([("company_id", "=", self.company.id)])
        self.assertEqual((dispute.state, dispute.granted), ("accepted", 50))
        self._check_books(statement)

    def _check_books(self, statement):
        """What is accrued and not handed to payroll is what waits for the customer's money."""
        moves = statement.accrual_move_id | statement.release_move_id
        self.assertEqual(len(moves), 2)
        self.assertEqual([sum(move.line_ids.mapped("balance")) for move in moves], [0, 0])
        sums = {
            use: sum(
                moves.line_ids.filtered(
                    lambda line, account=self.company[f"stm_commission_{use}_account_id"]: (
                        line.account_id == account
                    )
                ).mapped("balance")
            )
            for use in ("expense", "accrual", "payroll")
        }
        self.assertEqual(sums, {"expense": 9170, "accrual": -4125, "payroll": -5045})

    def test_in_english(self):
        self._walk("en_US")

    def test_in_chinese(self):
        self._walk("zh_CN")
