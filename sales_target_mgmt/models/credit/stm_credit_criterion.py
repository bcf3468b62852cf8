from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import rating, scorecard
from .stm_credit_inputs import CATEGORIES, INPUTS


class StmCreditScorecardPart(models.AbstractModel):
    """What belongs to a scorecard is edited while that is a draft, and never after."""

    _name = "stm.credit.scorecard.part.mixin"
    _description = "Part of a Credit Scorecard"

    def _get_stm_scorecards(self):
        return self.scorecard_id

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._get_stm_scorecards()._check_stm_draft()
        return parts

    def write(self, vals):
        self._get_stm_scorecards()._check_stm_draft()
        result = super().write(vals)
        self._get_stm_scorecards()._check_stm_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._get_stm_scorecards()._check_stm_draft()


class StmCreditCriterion(models.Model):
    """One thing that a scorecard looks at, its weight, and the points that it gives."""

    _name = "stm.credit.criterion"
    _description = "Criterion of a Credit Scorecard"
    _inherit = ["stm.credit.scorecard.part.mixin"]
    _order = "scorecard_id, sequence, id"

    scorecard_id = fields.Many2one("stm.credit.scorecard", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="scorecard_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Own Name", translate=True, help="Empty: called after what it looks at.")
    input = fields.Selection(
        INPUTS,
        "Looks At",
        required=True,
        help="The used share of the limit on an earlier day takes from the orders of until then what they "
        "are now: what was cancelled since is not in it, what was changed counts as it became.",
    )
    is_category = fields.Boolean(compute="_compute_is_category")
    weight = fields.Float(default=10.0, required=True)
    required = fields.Boolean("Has to Be Known", help="Without it no grade is given.")
    point_ids = fields.One2many("stm.credit.points", "criterion_id", "Points", copy=True)
    summary = fields.Char("Points Table", compute="_compute_summary")

    _weight_not_negative = models.Constraint("CHECK(weight >= 0)", "A weight cannot be negative.")
    _input_unique = models.UniqueIndex(
        "(scorecard_id, input)", "A scorecard looks at each thing once: change the weight instead."
    )

    @api.depends_context("lang")
    @api.depends("input", "name")
    def _compute_display_name(self):
        labels = dict(self._fields["input"]._description_selection(self.env))
        for criterion in self:
            criterion.display_name = criterion.name or labels.get(criterion.input, "")

    @api.depends("input")
    def _compute_is_category(self):
        for criterion in self:
            criterion.is_category = criterion.input in CATEGORIES

    @api.depends("is_category", "point_ids.figure", "point_ids.category", "point_ids.points")
    def _compute_summary(self):
        for criterion in self:
            criterion.summary = " · ".join(
                f"{row.category or '…' if criterion.is_category else f'{row.figure:g}'} → {row.points:g}"
                for row in criterion._get_rows()
            )

    @api.constrains("point_ids", "input")
    def _check_points(self):
        for criterion in self.filtered("point_ids"):
            try:
                criterion._check_table()
            except ValueError as error:
                raise ValidationError(str(error)) from error

    def _check_table(self):
        """:raises ValueError: for a table of points that says nothing, or two things at once"""
        if not self.point_ids:
            raise ValueError(self.env._("“%s” has no points", self.display_name))
        if not self.is_category:
            try:
                scorecard.interpolate(0, self._get_criterion().table)
            except ValueError as error:
                raise ValueError(
                    self.env._("“%(criterion)s” has the same figure twice", criterion=self.display_name)
                ) from error
        elif len(set(self.point_ids.mapped("category"))) < len(self.point_ids):
            raise ValueError(self.env._("“%s” has the same category twice", self.display_name))

    def _get_rows(self):
        return self.point_ids.sorted(lambda row: (row.figure, row.id or row.id.origin or 0))

    def _get_criterion(self):
        """:class:`~...tools.rating.Criterion`."""
        return rating.Criterion(
            self.name or "",
            self.input,
            self.weight,
            [
                [(row.category or "") if self.is_category else row.figure, row.points]
                for row in self._get_rows()
            ],
            self.is_category,
            self.required,
        )


class StmCreditPoints(models.Model):
    """One row of a table of points: a figure, linear in between, or a category."""

    _name = "stm.credit.points"
    _description = "Points of a Criterion"
    _inherit = ["stm.credit.scorecard.part.mixin"]
    _order = "criterion_id, figure, id"

    criterion_id = fields.Many2one("stm.credit.criterion", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="criterion_id.company_id", store=True, index=True)
    figure = fields.Float(digits=(16, 4))
    category = fields.Char(help="A country's or legal form's code, as CN or limited; empty: all others.")
    points = fields.Float(required=True, digits=(16, 2))

    _points_range = models.Constraint("CHECK(points BETWEEN 0 AND 100)", "Points lie between 0 and 100.")

    def _get_stm_scorecards(self):
        return self.criterion_id.scorecard_id


class StmCreditCutoff(models.Model):
    """From which score on a grade is given."""

    _name = "stm.credit.cutoff"
    _description = "Lower Bound of a Credit Grade"
    _inherit = ["stm.credit.scorecard.part.mixin"]
    _order = "scorecard_id, lower desc, id"
    _check_company_auto = True

    scorecard_id = fields.Many2one("stm.credit.scorecard", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="scorecard_id.company_id", store=True, index=True)
    grade_id = fields.Many2one("stm.credit.grade", required=True, ondelete="restrict", check_company=True)
    lower = fields.Float("From Score", digits=(16, 2), help="Itself included.")

    _grade_unique = models.UniqueIndex("(scorecard_id, grade_id)", "A grade has one lower bound.")

    @api.constrains("lower")
    def _check_lower(self):
        for cutoff in self:
            if not 0 <= cutoff.lower <= 100:
                raise UserError(self.env._("“%s” begins at a score between 0 and 100.", cutoff.grade_id.name))
