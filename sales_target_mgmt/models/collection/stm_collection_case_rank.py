from odoo import api, fields, models
from odoo.tools import formatLang

from ...tools.collection import AGE_FACTORS, BROKEN_FACTOR
from ...tools.receivables import ageing_bucket


class StmCollectionCase(models.Model):
    """Where a case stands among those of the company, and why."""

    _inherit = "stm.collection.case"

    priority = fields.Integer(
        compute="_compute_priority",
        help="From 0 to 100: 100 has the case to ask first, the others by their weight in proportion to it.",
    )
    priority_text = fields.Char("Why So Urgent", compute="_compute_priority_text")

    @api.depends("gain", "state", "company_id")
    def _compute_priority(self):
        groups = self.sudo()._read_group(
            [("company_id", "in", self.company_id.ids), ("state", "=", "open")], ["company_id"], ["gain:max"]
        )
        highest = {company.id: weight for company, weight in groups}
        for case in self:
            most = highest.get(case.company_id.id) if case.state == "open" else 0
            case.priority = round(100 * case.gain / most) if most else 0

    @api.depends("gain", "amount", "overdue_days", "is_broken")
    @api.depends_context("lang")
    def _compute_priority_text(self):
        """The factors of :func:`..tools.collection.expected_gain`, that of the grade from what is left."""
        for case in self:
            if not case.gain or not case.amount:
                case.priority_text = False
                continue
            age = float(AGE_FACTORS[ageing_bucket(case.overdue_days)])
            broken = float(BROKEN_FACTOR) if case.is_broken else 1.0
            values = {
                "amount": formatLang(self.env, case.amount, currency_obj=case.currency_id),
                "age": formatLang(self.env, age, digits=1),
                "grade": formatLang(self.env, case.gain / case.amount / age / broken, digits=2),
                "broken": formatLang(self.env, broken, digits=1),
            }
            case.priority_text = (
                self.env._(
                    "%(amount)s × %(age)s for its age × %(grade)s for the grade × %(broken)s after a broken "
                    "promise",
                    **values,
                )
                if case.is_broken
                else self.env._("%(amount)s × %(age)s for its age × %(grade)s for the grade", **values)
            )
