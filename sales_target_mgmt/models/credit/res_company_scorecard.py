from odoo import Command, models

# name, lower bound, limit factor, longest term in days, deposit; a company changes them as it likes
FIRST_GRADES = (
    ("A", 85, 1.5, 90, 0.0),
    ("B", 70, 1.0, 60, 0.0),
    ("C", 55, 0.6, 30, 0.0),
    ("D", 40, 0.3, 14, 0.3),
    ("E", 0, 0.0, 0, 1.0),
)
# input, weight, points by figure
FIRST_CRITERIA = (
    ("payment_index", 30, ((20, 0), (50, 30), (70, 65), (80, 90), (90, 100))),
    ("days_late", 20, ((0, 100), (5, 80), (15, 55), (30, 30), (60, 0))),
    ("overdue_share", 15, ((0, 100), (0.2, 65), (0.5, 25), (1, 0))),
    ("days_late_trend", 10, ((-10, 100), (0, 75), (10, 30), (30, 0))),
    ("relation_years", 10, ((0, 20), (1, 50), (3, 75), (10, 100))),
    ("broken_promises", 5, ((0, 100), (1, 50), (3, 0))),
    ("disputes", 5, ((0, 100), (2, 50), (6, 0))),
    ("altman", 5, ((1, 0), (1.23, 25), (2.9, 80), (4, 100))),
)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _make_stm_credit_rules(self):
        """Give a company that begins to control credit its first grades and scorecard too."""
        result = super()._make_stm_credit_rules()
        cards = self.env["stm.credit.scorecard"].sudo()
        wanted = self.sudo().filtered("stm_credit_control")
        for company in wanted - cards.search([("company_id", "in", wanted.ids)]).company_id:
            cards.create(company._prepare_stm_scorecard())._switch(
                "active", activated_on=company._get_stm_today()
            )
        return result

    def _prepare_stm_scorecard(self):
        self.ensure_one()
        grades = self._make_stm_credit_grades()
        return {
            "name": "Standard",
            "company_id": self.id,
            "criterion_ids": [
                Command.create(
                    {
                        "input": code,
                        "weight": weight,
                        "sequence": place,
                        "point_ids": [
                            Command.create({"figure": figure, "points": points}) for figure, points in table
                        ],
                    }
                )
                for place, (code, weight, table) in enumerate(FIRST_CRITERIA, 1)
            ],
            "cutoff_ids": [Command.create({"grade_id": grade.id, "lower": lower}) for grade, lower in grades],
        }

    def _make_stm_credit_grades(self):
        """(grade, lower bound) pairs; grades that are there already under these names are used."""
        grades = self.env["stm.credit.grade"].sudo().with_context(active_test=False)
        present = {grade.name: grade for grade in grades.search([("company_id", "=", self.id)])}
        pairs = []
        for place, (name, lower, factor, term, deposit) in enumerate(FIRST_GRADES, 1):
            grade = present.get(name) or grades.create(
                {
                    "name": name,
                    "company_id": self.id,
                    "sequence": place * 10,
                    "factor": factor,
                    "has_term": True,
                    "longest_term": term,
                    "deposit": deposit,
                }
            )
            pairs.append((grade, lower))
        return pairs
