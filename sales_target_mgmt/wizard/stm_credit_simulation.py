from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.credit.stm_credit_account_decision import CONTROLLER
from ..models.credit.stm_credit_rating import _compare


class StmCreditSimulation(models.TransientModel):
    """What a scorecard would make of today's customers, before it goes live. Nothing is rated."""

    _name = "stm.credit.simulation"
    _description = "Simulation of a Scorecard"

    scorecard_id = fields.Many2one(
        "stm.credit.scorecard",
        required=True,
        ondelete="cascade",
        default=lambda self: self._default_scorecard(),
    )
    is_done = fields.Boolean(readonly=True)
    count_ids = fields.One2many("stm.credit.simulation.count", "simulation_id", "By Grade", readonly=True)
    line_ids = fields.One2many("stm.credit.simulation.line", "simulation_id", "Who Moves", readonly=True)
    customers = fields.Integer(readonly=True)
    risers = fields.Integer("Better", readonly=True)
    fallers = fields.Integer("Worse", readonly=True)

    @api.model
    def _default_scorecard(self):
        is_card = self.env.context.get("active_model") == "stm.credit.scorecard"
        return self.env.context.get("active_id") if is_card else False

    def action_compute(self):
        """Rate all accounts of the company as of today, and keep who moves."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("Only credit controllers can do this."))
        scorecard = self.scorecard_id
        scorecard._check_complete()
        accounts = self.env["stm.credit.account"].search([("company_id", "=", scorecard.company_id.id)])
        today = scorecard.company_id._get_stm_today()
        rows = self.env["stm.credit.rating"]._get_rows(scorecard.sudo(), accounts.sudo(), today)
        grades = self.env["stm.credit.grade"]
        before, after, lines = Counter(), Counter(), []
        for account, row in zip(accounts, rows, strict=True):
            grade = grades.browse(row["grade_id"] or [])
            before[account.grade_id] += 1
            after[grade] += 1
            direction = _compare(account.grade_id, grade)
            if direction != "same":
                lines.append(
                    {
                        "simulation_id": self.id,
                        "account_id": account.id,
                        "before_id": account.grade_id.id,
                        "after_id": grade.id,
                        "value": row["value"],
                        "coverage": row["coverage"],
                        "direction": direction,
                    }
                )
        self._keep(before, after, lines, len(accounts))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Simulation of a Scorecard"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _keep(self, before, after, lines, customers):
        self.count_ids.unlink()
        self.line_ids.unlink()
        known = (before.keys() | after.keys()) - {self.env["stm.credit.grade"]}
        ordered = [*sorted(known, key=lambda grade: (grade.sequence, grade.id)), self.env["stm.credit.grade"]]
        self.env["stm.credit.simulation.count"].create(
            [
                {
                    "simulation_id": self.id,
                    "grade_id": grade.id,
                    "before": before[grade],
                    "after": after[grade],
                }
                for grade in ordered
                if before[grade] or after[grade]
            ]
        )
        self.env["stm.credit.simulation.line"].create(lines)
        moves = Counter(line["direction"] for line in lines)
        self.write(
            {
                "is_done": True,
                "customers": customers,
                "risers": moves["up"],
                "fallers": moves["down"],
            }
        )


class StmCreditSimulationCount(models.TransientModel):
    _name = "stm.credit.simulation.count"
    _description = "Customers by Grade in a Simulation"
    _order = "id"

    simulation_id = fields.Many2one("stm.credit.simulation", required=True, index=True, ondelete="cascade")
    grade_id = fields.Many2one("stm.credit.grade", ondelete="cascade")
    before = fields.Integer()
    after = fields.Integer()


class StmCreditSimulationLine(models.TransientModel):
    _name = "stm.credit.simulation.line"
    _description = "Customer Who Moves in a Simulation"
    _order = "direction, value, id"

    simulation_id = fields.Many2one("stm.credit.simulation", required=True, index=True, ondelete="cascade")
    account_id = fields.Many2one("stm.credit.account", "Customer", required=True, ondelete="cascade")
    before_id = fields.Many2one("stm.credit.grade", "Grade Before", ondelete="cascade")
    after_id = fields.Many2one("stm.credit.grade", "Grade After", ondelete="cascade")
    value = fields.Float("Score", digits=(16, 2))
    coverage = fields.Float()
    direction = fields.Selection([("down", "Worse"), ("up", "Better"), ("first", "First")])
