from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools import rating
from .stm_credit_account_decision import CONTROLLER


class StmCreditScorecard(models.Model):
    """How points are given to customers, and which score is which grade.

    Of a company one version is in force. It is never edited once it was: a new version is a copy
    that supersedes it, so that a rating can always be followed to what it was made with.
    """

    _name = "stm.credit.scorecard"
    _description = "Credit Scorecard"
    _inherit = ["mail.thread"]
    _order = "company_id, version desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict", default=lambda self: self.env.company
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "stm.credit.scorecard", "Made From", readonly=True, copy=False, ondelete="restrict"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In force"), ("superseded", "Superseded")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    criterion_ids = fields.One2many("stm.credit.criterion", "scorecard_id", "Criteria", copy=True)
    cutoff_ids = fields.One2many("stm.credit.cutoff", "scorecard_id", "Grades", copy=True)
    coverage_min = fields.Float(
        "Lowest Coverage",
        default=0.6,
        digits=(16, 4),
        help="Share of the weights that has to be known; below it no grade is given.",
    )
    months = fields.Integer("Valid for Months", default=12, help="Afterwards a rating has expired.")
    activated_on = fields.Date("In Force Since", readonly=True, copy=False)

    _one_active = models.UniqueIndex(
        "(company_id) WHERE state = 'active'", "Another scorecard of the company is in force."
    )
    _coverage_share = models.Constraint(
        "CHECK(coverage_min BETWEEN 0 AND 1)", "The lowest coverage is a share between 0 and 100 %."
    )
    _months_positive = models.Constraint("CHECK(months > 0)", "A rating is valid for a month at least.")

    @api.depends("name", "version")
    def _compute_display_name(self):
        for card in self:
            card.display_name = f"{card.name or ''} v{card.version}"

    def write(self, vals):
        if set(vals) - {"name"}:
            self._check_stm_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_stm_draft()

    def _check_stm_draft(self):
        """:raises UserError: for versions that are or were in force"""
        used = self.filtered(lambda card: card.state != "draft")
        if used and not self._is_stm_switching():
            raise UserError(
                self.env._(
                    "“%s” is or was in force and stays as it is: make a new version of it.",
                    used[0].display_name,
                )
            )

    def _is_stm_switching(self):
        return bool(self.env.cr.cache.get("stm_credit_scorecard_switch"))

    def _switch(self, state, **values):
        """Change the state; noted with the cursor, which no call from outside reaches."""
        self.env.cr.cache["stm_credit_scorecard_switch"] = True
        try:
            self.sudo().write({"state": state, **values})
            self.flush_recordset()
        finally:
            del self.env.cr.cache["stm_credit_scorecard_switch"]

    def action_activate(self):
        """Put a draft into force; what was in force is superseded, all customers are due for a rating.

        :raises UserError: for a scorecard that cannot give grades
        """
        self._check_stm_controller()
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("“%s” is no draft.", self.display_name))
        self._check_complete()
        active = self.sudo().search([("company_id", "=", self.company_id.id), ("state", "=", "active")])
        active._switch("superseded")
        self._switch("active", activated_on=self.company_id._get_stm_today())
        cron = self.env.ref("sales_target_mgmt.ir_cron_stm_credit_rate", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    def action_new_version(self):
        """A draft with the same content, to be edited."""
        self._check_stm_controller()
        self.ensure_one()
        newest = max(self.sudo().search([("company_id", "=", self.company_id.id)]).mapped("version"))
        draft = self.copy({"version": newest + 1, "previous_id": self.id, "name": self.name})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def _check_complete(self):
        """:raises UserError: naming what keeps it from giving grades"""
        try:
            rating.rate(self._get_criteria(), {}, self._get_bounds(), self.coverage_min)
            if not self.cutoff_ids:
                raise ValueError(self.env._("there are no grades"))
            for criterion in self.criterion_ids:
                criterion._check_table()
        except ValueError as error:
            raise UserError(
                self.env._(
                    "“%(scorecard)s” cannot be used: %(error)s.", scorecard=self.display_name, error=error
                )
            ) from error

    def _check_stm_controller(self):
        self.check_access("read")
        if not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("Only credit controllers can do this."))

    @api.model
    @api.private
    def _get_active(self, company):
        """The scorecard in force, or none."""
        return self.sudo().search([("company_id", "=", company.id), ("state", "=", "active")], limit=1)

    def _get_criteria(self):
        """:class:`~...tools.rating.Criterion` items."""
        return [criterion._get_criterion() for criterion in self.criterion_ids]

    def _get_bounds(self):
        """(grade id, lower bound) pairs from the best on."""
        lines = self.cutoff_ids.sorted(lambda line: (line.grade_id.sequence, line.grade_id.id))
        return [(line.grade_id.id, line.lower) for line in lines]
