"""Commission of a customer's sales waits while the customer's credit grade is too low."""

from freezegun import freeze_time

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionGradeHold(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grades = {
            name: cls.env["stm.credit.grade"].create(
                {"name": name, "company_id": cls.company.id, "sequence": place}
            )
            for place, name in enumerate("ABC", 1)
        }
        cls.credit = cls.env["stm.credit.account"].create(
            {"company_id": cls.company.id, "partner_id": cls.customer.id}
        )

    def _grade(self, name):
        self.credit.sudo().grade_id = self.grades[name]

    def test_grade_c_holds_and_grade_b_releases(self):
        self._grade("C")
        plan = self._commission([0.1], hold_grade_id=self.grades["C"].id)
        self._sold("2026-05-10", 1000)
        nobody_rated = self.env["res.partner"].create({"name": "Prompt"})
        self._invoice(self._order("2026-05-11", 300, partner=nobody_rated), "2026-05-11")
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.payable, may.waiting, may.held), (130, 30, 100, 100))
        held = may.entry_ids.filtered("held")
        self.assertEqual((held.held, held.payable, held.reason), (100, 0, "grade"))
        self._post(may)
        self._grade("B")
        _may, june = self._settle(plan)
        self.assertEqual((june.earned, june.payable, june.waiting, june.held), (0, 100, 0, 0))

    def test_worse_than_the_grade_holds_too(self):
        self._grade("C")
        plan = self._commission([0.1], hold_grade_id=self.grades["B"].id)
        self._sold("2026-05-10", 1000)
        self.assertEqual(self._settle(plan).payable, 0)

    def test_the_payee_is_told_grade_and_threshold(self):
        self._grade("C")
        self._commission([0.1], hold_grade_id=self.grades["B"].id)
        self._sold("2026-06-02", 1000)
        [row] = self.env["stm.commission.mine"].with_user(self.rep).get_why()["rows"]
        said = "On hold: the customer's credit grade is C; the plan holds B and worse"
        self.assertEqual((row["code"], row["payable"], row["reason"]), ("waiting", 0, said))

    def test_it_is_a_term_that_payees_accept(self):
        plan = self._commission([0.1], activate=False)
        before = plan._get_content_hash()
        plan.hold_grade_id = self.grades["C"]
        self.assertNotEqual(plan._get_content_hash(), before)
        plan.hold_grade_id = False
        self.assertEqual(plan._get_content_hash(), before)
