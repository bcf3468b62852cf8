"""Measures: what counts for an approved target does not change behind its back."""

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .common_target import StmTargetCase


class TestTargetMeasure(StmTargetCase):
    def _define(self, code, **values):
        return self.env["stm.measure"].create({"name": code.title(), "code": code, **values})

    def test_filters_that_cannot_be_used(self):
        """The message says what may be named, in the user's words, and nothing of Python."""
        for text in ("rubbish", "[('user_id', '=', uid)]"):
            with self.assertRaisesRegex(ValidationError, "fixed values.$"), self.cr.savepoint():
                self._define("wrong", domain=text)
        with self.assertRaisesRegex(ValidationError, r"uses month; it can use User \(user_id\), Team"):
            self._define("wrong", domain="[('month', '>', '2026-01-01')]")

    def test_definition_under_an_approved_plan(self):
        share = self._define(
            "share",
            aggregation="ratio",
            numerator_id=self._define("part", source="order").id,
            denominator_id=self._define("whole", source="order").id,
        )
        plan = self._plan(name="Shares", measure_ids=[(6, 0, share.ids)])
        self._line(self._node(plan=plan), 5, measure=share)
        share.factor = 10
        self._approve(plan)
        changes = [
            (share, {"factor": 100}),
            (share, {"direction": "down"}),
            (share, {"denominator_id": share.numerator_id.id}),
            (share, {"company_id": self.company.id}),
            (share.numerator_id, {"source": "invoice"}),
            (share.numerator_id, {"domain": f"[('user_id', '=', {self.rep.id})]"}),
            (share.denominator_id, {"value_field": "margin"}),
        ]
        for measure, vals in changes:
            with self.assertRaisesRegex(UserError, "“Shares”.*Copy the measure"), self.cr.savepoint():
                measure.with_user(self.manager).write(vals)
        share.with_user(self.manager).write({"name": "Share of all", "factor": 10, "sequence": 3})
        self.assertEqual((share.name, share.factor), ("Share of all", 10))
        duplicate = share.with_user(self.manager).copy()
        duplicate.factor = 100
        self.assertEqual((duplicate.code, share.copy().code), ("share_2", "share_3"))

    def test_ratio_below_a_ratio(self):
        """A measure that ratios use cannot become a ratio itself."""
        part, whole = self._define("part"), self._define("whole")
        ratio = {"aggregation": "ratio", "numerator_id": whole.id, "denominator_id": whole.id}
        values = {"aggregation": "ratio", "numerator_id": part.id, "denominator_id": whole.id}
        self._define("share", active=False, **values)
        with self.assertRaisesRegex(ValidationError, "“Share” cannot be a ratio of a ratio"):
            part.write(ratio)

    def test_one_code_for_all(self):
        own = {"company_id": self.company.id}
        self._define("twice")
        self._define("twice", **own)
        for values in ({}, own):
            with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
                self._define("twice", **values)
