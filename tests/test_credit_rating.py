"""Ratings: golden numbers through documents, immutability, overrides, when they are due."""

import re
from datetime import date
from decimal import Decimal

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date

from .common_credit_rating import TODAY, CreditRatingCase


@freeze_time("2026-06-30 12:00:00")
class TestCreditRating(CreditRatingCase):
    def test_golden_through_documents(self):
        self._golden_documents()
        self._golden_scorecard()
        self._add_agency()
        self.account.action_stm_rate()
        one = self.account.rating_id
        self.assertEqual([row["points"] for row in one.points], [80, 60, 70, 50, 90])
        self.assertEqual(one.inputs["payment_index"], 71)
        self.assertEqual((one.value, one.coverage, one.grade_id.name), (71.0, 1.0, "B"))
        self.assertEqual(self.account.grade_id.name, "B")
        self.assertEqual(self.account.rated_until, date(2027, 6, 30))

    def test_golden_with_one_missing(self):
        self._golden_documents()
        self._golden_scorecard()
        self.account.action_stm_rate()
        one = self.account.rating_id
        self.assertIsNone(one.points[4]["points"])
        self.assertEqual((one.value, one.coverage, one.grade_id.name), (67.65, 0.85, "C"))
        again = one._recompute_from_itself()
        self.assertEqual((again.value, again.grade), (Decimal("67.65"), self.grades["C"].id))

    def test_too_little_known_gives_no_grade(self):
        self._golden_scorecard()
        self.account.action_stm_rate()
        one = self.account.rating_id
        # nothing but the used share of the limit, 15 of 100
        self.assertEqual((one.value, one.coverage, one.why_none), (100.0, 0.15, "coverage"))
        self.assertFalse(self.account.grade_id)
        self.assertFalse(self.account.rated_until)

    def test_a_rating_recomputes_from_itself_after_everything_changed(self):
        self._golden_documents()
        card = self._golden_scorecard()
        self._add_agency()
        self.account.action_stm_rate()
        first = self.account.rating_id
        action = card.action_new_version()
        draft = self.env["stm.credit.scorecard"].browse(action["res_id"])
        self.assertEqual(draft.version, card.version + 1)
        draft.criterion_ids.filtered(lambda one: one.input == "agency").weight = 1000
        draft.with_user(self.controller).action_activate()
        self.assertEqual(card.state, "superseded")
        self._add_agency(10)
        self.account.action_stm_rate()
        self.assertNotEqual(self.account.rating_id, first)
        again = first._recompute_from_itself()
        self.assertEqual((again.value, again.grade), (Decimal("71.00"), self.grades["B"].id))
        self.assertEqual(self.account.grade_id.name, "E")
        self.assertEqual(self.account.rating_id.direction, "down")
        # what an accountant reads of both of them, later
        old, new = (one.with_user(self.accountant) for one in (first, self.account.rating_id))
        self.assertEqual((old.previous_id, old.check_state), (old.browse(), "same"))
        self.assertEqual((new.previous_id, new.check_state, new.value_before), (old, "same", 71.0))
        self.assertIn("A from 85, B from 70, C from 55, D from 40, E from 0", old.grade_text)
        self.assertIn("60%", old.grade_text)
        cells = re.findall("<td[^>]*>([^<]*)</td>", new.card)
        # criterion, what is known now and before, points now and before, weight
        self.assertEqual(cells[-6:], ["Score of a credit agency", "10", "90", "10", "90", "1000"])
        self.assertIn('class="fw-bold"', new.card)
        self.assertNotIn("fw-bold", old.card)

    def test_ratings_are_never_changed(self):
        self.account.action_stm_rate()
        one = self.account.rating_id
        for user in (self.env.user, self.controller):
            with self.assertRaises(UserError):
                one.with_user(user).write({"value": 100})
            with self.assertRaises(UserError):
                one.with_user(user).unlink()
        self.env.flush_all()
        with self.assertRaisesRegex(Exception, "never changed"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE stm_credit_rating SET value = 100 WHERE id = %s", [one.id])

    def test_an_override_stays_until_it_expires(self):
        self._golden_documents()
        self._golden_scorecard()
        account = self.account
        account.action_stm_override(self.grades["A"].id, date(2026, 7, 31), "Guarantee")
        self.assertFalse(account.rating_id.check_state or account.rating_id.card)
        self.assertEqual((account.grade_id.name, account.rated_until), ("A", date(2026, 7, 31)))
        account.action_stm_rate()
        self.assertEqual(account.grade_id.name, "A")
        self.assertEqual(account.card_rating_id.grade_id.name, "C")
        with freeze_time("2026-08-01 12:00:00"):
            self._run_cron(self.env["stm.credit.account"]._cron_rate)
            self.assertNotEqual(account.rating_id.kind, "override")
            self.assertEqual(account.rating_id.date, date(2026, 8, 1))

    def test_an_override_needs_reason_end_and_grade(self):
        grade = self.grades["A"]
        foreign = self.env["stm.credit.grade"].create({"name": "X", "company_id": self.other_company.id})
        for arguments in (
            (grade.id, date(2026, 7, 31), " "),
            (grade.id, date(2026, 6, 29), "Late"),
            (grade.id, False, "Never"),
            (foreign.id, date(2026, 7, 31), "Other"),
        ):
            with self.assertRaises(UserError):
                self.account.action_stm_override(*arguments)

    def test_a_change_is_told(self):
        self.customer.user_id = self.rep
        self.account.action_stm_override(self.grades["B"].id, date(2026, 7, 31), "Known")
        self.assertIn("B", self.account.message_ids[0].body)
        told = self.env["mail.message"].search([("partner_ids", "in", self.rep.partner_id.ids)], limit=1)
        self.assertIn("B", told.body)
        self.assertFalse(told.model)

    def test_used_scorecards_stay(self):
        card = self.env["stm.credit.scorecard"]._get_active(self.company).with_user(self.controller)
        for change in (
            lambda: card.write({"months": 3}),
            lambda: card.criterion_ids[0].write({"weight": 99}),
            lambda: card.criterion_ids[0].point_ids[0].write({"points": 99}),
            card.criterion_ids[0].point_ids[0].unlink,
            lambda: card.cutoff_ids[0].write({"lower": 1}),
            card.cutoff_ids[0].unlink,
            card.unlink,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_a_company_begins_with_grades_and_a_scorecard(self):
        card = self.env["stm.credit.scorecard"]._get_active(self.company)
        bounds = [(line.grade_id.name, line.lower) for line in card.cutoff_ids]
        self.assertEqual(bounds, [("A", 85), ("B", 70), ("C", 55), ("D", 40), ("E", 0)])
        self.assertEqual(sum(card.criterion_ids.mapped("weight")), 100)

    def test_events_make_due(self):
        accounts = self.env["stm.credit.account"]
        card = self.env["stm.credit.scorecard"]._get_active(self.company)
        invoice = self._bill(1000, date(2026, 6, 1), date(2026, 7, 1))
        self.assertEqual(accounts._get_due(self.company, card), self.account.ids)
        self._run_cron(accounts._cron_rate)
        self.assertFalse(accounts._get_due(self.company, card))
        with freeze_time("2026-07-01 12:00:00"):
            self.assertFalse(accounts._get_due(self.company, card))
        with freeze_time("2026-07-02 12:00:00"):
            self.assertEqual(accounts._get_due(self.company, card), self.account.ids)
            self._run_cron(accounts._cron_rate)
            self.assertFalse(accounts._get_due(self.company, card))
        with freeze_time("2026-07-03 12:00:00"):
            self.assertFalse(accounts._get_due(self.company, card))
            self.account.sudo().write({"checked_at": "2099-01-01 00:00:00"})
            self.assertEqual(accounts._get_due(self.company, card), self.account.ids)
            self.account.sudo().write({"checked_at": False})
            self._pay(invoice, "2026-07-03")
            # what settles is stamped with the time of the transaction, as the rating before it is
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE account_partial_reconcile SET create_date = '2099-01-01'"
                " WHERE debit_move_id = ANY(%s)",
                [invoice.line_ids.ids],
            )
            self.assertEqual(accounts._get_due(self.company, card), self.account.ids)
            self._run_cron(accounts._cron_rate)
            self.env.flush_all()
            self.env.cr.execute("UPDATE account_partial_reconcile SET create_date = '2000-01-01'")
        with freeze_time("2026-07-04 12:00:00"):
            self.assertFalse(accounts._get_due(self.company, card))
            with freeze_time("2099-01-01 12:00:00"):
                invoice.line_ids.remove_move_reconcile()
            self.assertEqual(accounts._get_due(self.company, card), self.account.ids)

    def test_simulation_writes_no_rating(self):
        self._golden_documents()
        card = self._golden_scorecard()
        self.account.action_stm_rate()
        draft = self.env["stm.credit.scorecard"].browse(card.action_new_version()["res_id"])
        draft.cutoff_ids.filtered(lambda line: line.grade_id.name == "B").lower = 60
        before = self.env["stm.credit.rating"].search_count([])
        wizard = (
            self.env["stm.credit.simulation"].with_user(self.controller).create({"scorecard_id": draft.id})
        )
        wizard.action_compute()
        self.assertEqual(
            [(row.grade_id.name, row.before, row.after) for row in wizard.count_ids],
            [("B", 0, 1), ("C", 1, 0)],
        )
        self.assertEqual((wizard.customers, wizard.risers, wizard.fallers), (1, 1, 0))
        self.assertEqual(self.env["stm.credit.rating"].search_count([]), before)

    def test_who_may(self):
        for user in (self.rep, self.manager, self.accountant, self.releaser):
            with self.assertRaises(AccessError):
                self.account.with_user(user).action_stm_rate()
            with self.assertRaises(AccessError):
                self.account.with_user(user).action_stm_override(
                    self.grades["A"].id, Date.to_string(TODAY), "Please"
                )
        self.account.action_stm_rate()
        self.assertTrue(self.account.rating_id.with_user(self.accountant).read(["value"]))
        with self.assertRaises(AccessError):
            self.account.rating_id.with_user(self.rep).read(["value"])
        with self.assertRaises(AccessError):
            self.env["stm.credit.evidence"].with_user(self.accountant).create(
                {"account_id": self.account.id, "value": 1, "source": "Mine"}
            )
        with self.assertRaises(UserError):
            self.account.write({"grade_id": self.grades["A"].id})
