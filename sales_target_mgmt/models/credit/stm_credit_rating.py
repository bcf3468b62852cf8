from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import rating
from ..stm_guard import guard_rows

# merging contacts may rewrite who is meant, nothing else
MEANT = "'{partner_id,account_id}'::text[]"
KEPT = f"TG_OP = 'DELETE' OR to_jsonb(OLD) - {MEANT} <> to_jsonb(NEW) - {MEANT}"


class StmCreditRating(models.Model):
    """A rating as it was made: rows are only added.

    It carries all that it was computed from (inputs, points with their tables, lower bounds), so
    that it can be computed again from itself alone.
    """

    _name = "stm.credit.rating"
    _description = "Credit Rating"
    _inherit = ["stm.log.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    account_id = fields.Many2one("stm.credit.account", required=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="restrict")
    scorecard_id = fields.Many2one("stm.credit.scorecard", index="btree_not_null", ondelete="restrict")
    date = fields.Date(required=True, help="As of the end of this day.")
    kind = fields.Selection(
        [("computed", "Computed"), ("override", "Decided by hand")], required=True, default="computed"
    )
    inputs = fields.Json(help="Figures and categories as they were known, null where they were not.")
    points = fields.Json(help="Criteria with their tables and the points that they gave.")
    bounds = fields.Json(help="Lower bounds of the grades, and the lowest coverage.")
    value = fields.Float("Score", digits=(16, 2))
    coverage = fields.Float("Weights Known", digits=(16, 4))
    grade_id = fields.Many2one("stm.credit.grade", ondelete="restrict")
    grade_before_id = fields.Many2one("stm.credit.grade", ondelete="restrict")
    direction = fields.Selection(
        [("up", "Better"), ("down", "Worse"), ("same", "Same"), ("first", "First Grade")],
        compute="_compute_direction",
    )
    why_none = fields.Selection(
        [("coverage", "Too little is known"), ("required", "Something that has to be known is missing")],
        "No Grade Because",
    )
    valid_until = fields.Date()
    user_id = fields.Many2one("res.users", "Done By", required=True, ondelete="restrict")
    reason = fields.Char()

    def init(self):
        guard_rows(self.env.cr, self._table, KEPT, "Credit ratings are never changed or deleted.")

    @api.depends("grade_id", "grade_before_id")
    def _compute_direction(self):
        for one in self:
            one.direction = _compare(one.grade_before_id, one.grade_id)

    def _refuse(self):
        self.check_access("read")
        raise UserError(
            self.env._("Ratings are made by “Rate Now”, the hourly run or an override, and never changed.")
        )

    @api.model
    @api.private
    def _rate(self, accounts, as_of=None, reason=False):
        """Rate accounts by the scorecards in force and put the grades into force.

        A grade that was decided by hand and has not expired stays: the rating is kept beside it.

        :param as_of: a day; only ratings as of today reach the account
        :return: the ratings, in the order of the accounts; none where no scorecard is in force
        """
        ratings = self.sudo().browse()
        for company, batch in accounts.sudo().grouped("company_id").items():
            scorecard = self.env["stm.credit.scorecard"]._get_active(company)
            if not scorecard:
                continue
            day = as_of or company._get_stm_today()
            made = self.sudo().create(self._get_rows(scorecard, batch, day, reason))
            ratings += made
            if day == company._get_stm_today():
                for one in made:
                    if not one.account_id._has_override(day):
                        one.account_id._apply_rating(one)
        return ratings

    @api.model
    @api.private
    def _get_rows(self, scorecard, accounts, day, reason=False):
        """Values of the ratings that a scorecard gives, nothing written: simulations use it too."""
        criteria, bounds = scorecard._get_criteria(), scorecard._get_bounds()
        inputs = self.env["stm.credit.inputs"]._gather(scorecard.company_id, accounts.partner_id, day)
        until = fields.Date.add(day, months=scorecard.months)
        rows = []
        for account in accounts:
            known = inputs[account.partner_id.id]
            known = {one.input: known[one.input] for one in criteria}
            result = rating.rate(criteria, known, bounds, scorecard.coverage_min)
            rows.append(
                {
                    "account_id": account.id,
                    "partner_id": account.partner_id.id,
                    "company_id": scorecard.company_id.id,
                    "scorecard_id": scorecard.id,
                    "date": day,
                    "inputs": known,
                    "points": [
                        {**one._asdict(), "points": None if points is None else float(points)}
                        for one, points in zip(criteria, result.points, strict=True)
                    ],
                    "bounds": {"coverage_min": scorecard.coverage_min, "grades": bounds},
                    "value": float(result.value or 0),
                    "coverage": float(result.coverage),
                    "grade_id": result.grade or False,
                    "grade_before_id": account.grade_id.id,
                    "why_none": result.why or False,
                    "valid_until": until,
                    "user_id": self.env.uid,
                    "reason": reason,
                }
            )
        return rows

    def _recompute_from_itself(self):
        """:class:`~...tools.rating.Rating` from what this row carries; None for what a person decided."""
        self.ensure_one()
        if self.kind != "computed":
            return None
        criteria = [
            rating.Criterion(**{name: one[name] for name in rating.Criterion._fields}) for one in self.points
        ]
        return rating.rate(criteria, self.inputs, self.bounds["grades"], self.bounds["coverage_min"])


def _compare(before, after):
    """Whether a grade is better than the one before; no grade is worse than any."""
    if not before:
        return "first" if after else "same"
    if before == after:
        return "same"
    if not after:
        return "down"
    better = (after.sequence, after.id) < (before.sequence, before.id)
    return "up" if better else "down"
