"""What a plan has lent is recovered by the plan that its payee joins afterwards, and once."""

from freezegun import freeze_time

from .common_commission import CommissionCase


@freeze_time("2026-07-15 12:00:00")
class TestCommissionCarried(CommissionCase):
    """A draw of 500 in May, 100 of it earned: 400 to be recovered by who pays 10 % from June on."""

    def setUp(self):
        super().setUp()
        self._sold("2026-05-10", 1000)
        payee = {"user_id": self.rep.id, "draw": 500, "date_to": "2026-05-31"}
        self.old = self._commission([0.1], [payee], name="Old", date_from="2026-05-01")

    def _settle_all(self, *plans, until="2026-07-15"):
        for plan in plans:
            self._settle(plan, until)
        return self._statements(self.old)

    def _follow(self, **values):
        return self._commission([0.1], **{"name": "New", "date_from": "2026-06-01", **values})

    def _sums(self, statements):
        return [(one.earned, one.payable, one.draw_balance, one.owed) for one in statements]

    def _recovered(self, plan):
        rows = self._entries(plan).filtered("former_id")
        return [(str(row.pot_date)[5:7], row.payable) for row in rows.sorted("pot_date")]

    def test_the_next_plan_recovers(self):
        self._post(self._settle_all(self.old))
        may = self._statements(self.old)
        self.assertEqual(self._sums(may), [(100, 500, 400, 400)])
        new = self._follow()
        self._sold("2026-06-05", 3000)
        self._sold("2026-07-05", 2000)
        self.env.invalidate_all()
        _may, june, july = self._settle_all(self.old, new)
        self.assertEqual(self._sums(may | june | july), [
            (100, 500, 400, 0), (300, 0, 100, 0), (200, 100, 0, 0),
        ])  # fmt: skip
        self.assertEqual(self._recovered(new), [("06", -300), ("07", -100)])
        row = june.entry_ids.filtered("former_id").with_user(self.rep)
        self.assertEqual((row.former_id, row.kind, row.amount), (self.old, "draw_recovery", 0))
        self.assertEqual(row.calculation, "Carried over from “Old”")
        self.assertEqual((self.old | new).assignment_ids.mapped("draw_balance"), [0, 0])
        page = self.env["stm.commission.mine"].with_user(self.rep).get_page()
        self.assertEqual([(one["draw_balance"], one["payable"]) for one in page["sums"]], [(0, 600)])
        said = [one["reason"] for one in page["entries"] if one["payable"] in (-300, -100)]
        self.assertEqual(said, ["Carried over from “Old”"] * 2)
        [name] = {part["name"] for part in june._get_document_parts() if part["payable"] < 0}
        self.assertEqual(name, "New: Draw Recovered")
        # a rerun replaces nothing, nor does it after posting
        rows = self._entries(new) | self._entries(self.old)
        self._settle_all(self.old, new)
        self.assertEqual(self._entries(new) | self._entries(self.old), rows)
        self._post(june)
        self._settle_all(new, self.old)
        self.assertEqual(self._entries(new) | self._entries(self.old), rows)
        for one in self._statements(self.old):
            self.assertEqual(sum(one.entry_ids.mapped("payable")), one.payable)

    def test_the_old_plan_takes_what_it_can_and_the_new_one_the_rest(self):
        """150 late for the old plan: of the 400 it recovers these, and the new plan 250."""
        new = self._follow()
        self._sold("2026-07-05", 3000)
        adjustment = self.env["stm.commission.correction"].with_user(self.payroll).create(
            {"lineage_id": self.old.id, "payee_id": self.rep.partner_id.id, "amount": 150,
             "date": "2026-07-02", "reason": "Forgotten"}
        )  # fmt: skip
        adjustment.with_user(self.payroll2).action_approve()
        _may, july = self._settle_all(self.old, new)
        self.assertEqual(self._recovered(new), [("07", -250)])
        # 300 and 150, less 400
        self.assertEqual(self._sums(july), [(450, 50, 0, 0)])
        # whoever is computed first
        self._settle_all(new, self.old, new)
        self.assertEqual(self._sums(july), [(450, 50, 0, 0)])
        preview = self.env["stm.commission.preview"].with_user(self.payroll)
        preview = preview.browse(preview.action_open((self.old | new).ids)["res_id"])
        self.assertEqual(preview.changed, 0)

    def test_a_preview_of_both_recovers_once(self):
        """Nothing is written yet: the second plan knows what the first one would recover."""
        new = self._follow()
        self._post(self._settle_all(self.old))
        self._sold("2026-06-05", 5000)
        # of May, so that it is the old plan's, and in the statement that is open
        self._sold("2026-05-20", 1500)
        preview = self.env["stm.commission.preview"].with_user(self.payroll)
        preview = preview.browse(preview.action_open((new | self.old).ids)["res_id"])
        # 150 less 150, and 500 less 250
        amounts = {line.plan_id: line.payable_after for line in preview.line_ids}
        self.assertEqual((amounts[self.old], amounts[new]), (0, 250))
        page = self.env["stm.commission.mine"].with_user(self.rep).get_page()
        self.assertEqual([one["draw_balance"] for one in page["sums"]], [0])

    def test_what_was_recovered_too_much_goes_back(self):
        """A quarter is still open when June is paid, and one more deal of May makes less of its draw needed.

        910 for 91 days are 610 for April and May; 100 are earned and 510 lent, then 200 and 410.
        """
        payee = {"user_id": self.rep.id, "draw": 910, "date_to": "2026-05-31"}
        old = self._commission([0.1], [payee], name="Quarter", period="quarter", date_from="2026-04-01")
        new = self._follow()
        self._sold("2026-06-05", 10000)
        quarter, june = self._settle_all(old, new, until="2026-06-30")
        self.assertEqual(self._sums(quarter | june), [(100, 610, 0, 0), (1000, 490, 0, 0)])
        self._post(june)
        self._sold("2026-05-20", 1000)
        quarter, _june, july = self._settle_all(old, new)
        self.assertEqual(self._recovered(new), [("06", -510), ("07", 100)])
        self.assertEqual(self._sums(quarter | july), [(200, 610, -100, 0), (0, 100, 0, 0)])
        # what another plan is settled to says nothing of the quarter
        self._settle_all(new, until="2026-06-30")
        self.assertEqual(str(quarter.computed_until), "2026-07-15")
        self._post(quarter | july)
        self.assertEqual(len(self._settle_all(old, new)), 3)

    def test_settled_in_other_periods(self):
        new = self._follow(period="quarter", date_from="2026-07-01")
        self._sold("2026-07-05", 3000)
        may, quarter = self._settle_all(self.old, new)
        self.assertEqual(self._sums(may | quarter), [(100, 500, 400, 0), (300, 0, 100, 0)])
        rows = quarter.with_context(stm_amount="draw_balance").action_view_entries()["domain"]
        self.assertEqual(sum(self.env["stm.commission.entry"].search(rows).mapped("payable")), 100)

    def test_what_no_plan_follows_stays_owed(self):
        """Another currency, a plan beside the old one, and one that has not begun."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2026-01-01", "rate": 1.25}
        )
        self._post(self._settle_all(self.old))
        self._sold("2026-06-05", 3000)
        for terms, payable in (
            ({"currency_id": dollar.id}, 375),
            ({"date_from": "2026-05-01"}, 400),
            ({"date_from": "2026-08-01"}, 0),
        ):
            with self.subTest(str(terms)), self.env.cr.savepoint() as savepoint:
                new = self._follow(**terms)
                statements = self._settle_all(self.old, new)
                self.assertEqual(sum(self._entries(new).mapped("payable")), payable)
                self.assertEqual(statements[0].owed, 400)
                self.assertEqual(self.old.assignment_ids.draw_balance, 400)
                page = self.env["stm.commission.mine"].with_user(self.rep).get_page()
                self.assertEqual(page["sums"][0]["owed"], 400)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_it_follows_waits(self):
        """Also where nothing was lent, in another currency: the old plan may be earning the same deals."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        new = self._follow(currency_id=dollar.id)
        beside = self._follow(date_from="2026-05-01")
        engine = self.env["stm.commission.engine"]
        self.assertEqual(self.env.execute_query(engine._get_former_sql(new)), [(self.old.id,)])
        self.assertFalse(self.env.execute_query(engine._get_former_sql(beside)))
