"""My Commission, the explanation and the estimator in a browser."""

from odoo.fields import Date
from odoo.tests import HttpCase

from .common_commission import CommissionCase


class TestCommissionMineTours(CommissionCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        (cls.rep | cls.rep2).lang = "en_US"
        today = Date.today()
        cls._invoice(cls._order(today, 800), today)
        cls._order(today, 500, confirm=False)
        tiers = [(0, 1000, 0.02), (1000, 0, 0.03)]
        cls._commission([tiers], date_from=today.replace(month=1, day=1))

    def test_a_payee(self):
        self.start_tour("/odoo/commission-mine", "stm_my_commission", login=self.rep.login, timeout=120)

    def test_nobody_elses(self):
        self.start_tour("/odoo/commission-mine", "stm_no_commission", login=self.rep2.login, timeout=120)
