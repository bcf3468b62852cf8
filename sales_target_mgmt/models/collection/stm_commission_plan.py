import json
from hashlib import sha256

from odoo import fields, models
from odoo.tools import SQL


class StmCommissionPlan(models.Model):
    """Commission waits for customers whose credit grade is too low."""

    _inherit = "stm.commission.plan"

    hold_grade_id = fields.Many2one(
        "stm.credit.grade",
        "Hold from Grade",
        check_company=True,
        ondelete="restrict",
        help="Nothing more becomes payable for a customer of this credit grade or a worse one. It is "
        "released by itself once the grade is better; what was paid out before stays.",
    )

    def _has_conditions(self):
        return super()._has_conditions() or bool(self.hold_grade_id)

    def _get_hold(self, customer, until):
        held = super()._get_hold(customer, until)
        rank = customer.get("grade_rank")
        if held or not self.hold_grade_id or rank is None:
            return held
        grade = self.hold_grade_id.sudo()
        return "grade" if rank >= (grade.sequence, grade.id) else ""

    def _describe_hold(self, reason, customer):
        """Who sells sees the customer's grade on quotations; agents read their plan's threshold only."""
        if reason != "grade" or not self.hold_grade_id:
            return super()._describe_hold(reason, customer)
        threshold = self.hold_grade_id.sudo().name
        rank = customer.get("grade_rank")
        if rank and not self.env.user.share:
            return self.env._(
                "On hold: the customer's credit grade is %(grade)s; the plan holds %(threshold)s and worse",
                grade=self.env["stm.credit.grade"].sudo().browse(rank[1]).name,
                threshold=threshold,
            )
        return self.env._("On hold: the customer's credit grade is %s or worse", threshold)

    def _get_content_hash(self):
        """Plans without the condition keep the hash that their payees accepted."""
        content = super()._get_content_hash()
        if not self.hold_grade_id:
            return content
        more = json.dumps([content, "hold_grade_id", self.hold_grade_id.id])
        return sha256(more.encode()).hexdigest()

    def _compare(self, old, new, names):
        if "hold_overdue" in names:
            names = (*names, "hold_grade_id")
        return super()._compare(old, new, names)


class StmCommissionEngine(models.AbstractModel):
    _inherit = "stm.commission.engine"

    def _read_customers(self, book):
        """Adds `grade_rank`: place of the customer's credit grade, the best one first."""
        customers = super()._read_customers(book)
        if not any(version.hold_grade_id for version in book.versions):
            return customers
        self.env["stm.credit.account"].flush_model(["company_id", "partner_id", "grade_id"])
        self.env["stm.credit.grade"].flush_model(["sequence"])
        rows = self.env.execute_query(
            SQL(
                """SELECT a.partner_id, g.sequence, g.id
                FROM stm_credit_account a JOIN stm_credit_grade g ON g.id = a.grade_id
                WHERE a.company_id = %s""",
                book.company,
            )
        )
        for partner, sequence, grade in rows:
            customers.setdefault(partner, {})["grade_rank"] = (sequence, grade)
        return customers
