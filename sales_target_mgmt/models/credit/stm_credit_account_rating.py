from odoo import api, fields, models
from odoo.exceptions import UserError

from .stm_credit_rating import _compare

RATED_FIELDS = frozenset(("rating_id", "credit_rating_ids"))
LEGAL_FORMS = [
    ("listed", "Listed company"),
    ("limited", "Limited company"),
    ("partnership", "Partnership"),
    ("sole", "Sole proprietor"),
    ("public", "Public body"),
    ("other", "Other"),
]


class StmCreditAccount(models.Model):
    """The grade of a customer: from the newest rating, or decided by a person for a time."""

    _inherit = "stm.credit.account"

    rating_id = fields.Many2one(
        "stm.credit.rating", "Rating in Force", readonly=True, copy=False, ondelete="restrict"
    )
    credit_rating_ids = fields.One2many("stm.credit.rating", "account_id", "History", readonly=True)
    legal_form = fields.Selection(LEGAL_FORMS)
    founded = fields.Integer("Founded In", help="The year.")
    financial_ids = fields.One2many("stm.credit.financials", "account_id", "Annual Accounts")
    evidence_ids = fields.One2many("stm.credit.evidence", "account_id")
    rated_on = fields.Date(related="rating_id.date", string="Rated On")
    rating_kind = fields.Selection(related="rating_id.kind", string="Rated By")
    rating_reason = fields.Char(related="rating_id.reason", string="Reason of the Rating")
    grade_direction = fields.Selection(related="rating_id.direction", string="Direction")
    card_rating_id = fields.Many2one("stm.credit.rating", "Newest Scorecard", compute="_compute_card")
    rating_value = fields.Float("Score", digits=(16, 2), compute="_compute_card")
    coverage = fields.Float("Weights Known", compute="_compute_card")
    why_none = fields.Selection(
        lambda self: self.env["stm.credit.rating"]._fields["why_none"].selection,
        "No Grade Because",
        compute="_compute_card",
    )
    card = fields.Html("Scorecard", compute="_compute_card", sanitize=False)

    _founded_year = models.Constraint(
        "CHECK(COALESCE(founded, 0) = 0 OR founded BETWEEN 1000 AND 2200)", "Founded in: enter a year."
    )

    @api.depends_context("lang")
    @api.depends("rating_id", "credit_rating_ids")
    def _compute_card(self):
        for account in self:
            newest = account.credit_rating_ids.filtered(lambda one: one.kind == "computed")[:1]
            account.card_rating_id = newest
            account.rating_value = newest.value
            account.coverage = newest.coverage
            account.why_none = newest.why_none
            account.card = newest.card

    def _check_stm_guarded(self, names):
        result = super()._check_stm_guarded(names)
        if not self.env.su and RATED_FIELDS & set(names):
            raise UserError(self.env._("Ratings are made by “Rate Now”, the hourly run or an override."))
        return result

    def _has_override(self, day):
        """Whether a person decided the grade, and it has not expired."""
        one = self.rating_id
        return one.kind == "override" and (not one.valid_until or one.valid_until >= day)

    @api.private
    def _apply_rating(self, one):
        """Put a rating into force; a change of grade is told to followers and to the salesperson."""
        self.ensure_one()
        account = self.sudo()
        before = account.grade_id
        account.write(
            {
                "grade_id": one.grade_id.id,
                "rated_until": one.valid_until if one.grade_id else False,
                "rating_id": one.id,
            }
        )
        if before != one.grade_id:
            account._announce(before, one)

    def _announce(self, before, one):
        """A note on the account; a message to colleagues who follow it and to the salesperson."""
        self.message_post(body=self._say_change(before, one))
        people = self.message_partner_ids.user_ids | self.partner_id.user_id
        for user in people.filtered(lambda user: user.active and user._is_internal()):
            # told without a link: the account is not the salesperson's to open
            text = self.with_context(lang=user.lang)
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=text.env._("Credit grade of %s", self.partner_id.display_name),
                body=text._say_change(before.with_env(text.env), one.with_env(text.env)),
            )

    def _say_change(self, before, one):
        names = {
            "customer": self.partner_id.display_name,
            "before": before.name or self.env._("none"),
            "after": one.grade_id.name or self.env._("none"),
        }
        if _compare(before, one.grade_id) == "down":
            return self.env._(
                "The credit grade of “%(customer)s” fell: from %(before)s to %(after)s.", **names
            )
        return self.env._("The credit grade of “%(customer)s” is now %(after)s, before: %(before)s.", **names)

    def action_stm_rate(self):
        """Rate these customers now.

        :raises UserError: where no scorecard is in force
        """
        self._check_stm_controller()
        for company in self.company_id:
            if not self.env["stm.credit.scorecard"]._get_active(company):
                raise UserError(
                    self.env._(
                        "No scorecard of “%s” is in force: put one into force under Policy > Scorecards.",
                        company.display_name,
                    )
                )
        made = self.env["stm.credit.rating"]._rate(self)
        if all(one.account_id.rating_id == one for one in made):
            return None
        message = self.env._("Rated. The grade that was decided by hand stays until it expires.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "next": {"type": "ir.actions.client", "tag": "soft_reload"}},
        }

    def action_stm_override(self, grade_id, valid_until, reason):
        """Decide the grade by hand until a day, itself included.

        :raises UserError: without a reason, without an end, or for a grade of another company
        """
        self._check_stm_controller()
        grade = self.env["stm.credit.grade"].browse(grade_id).exists()
        until = fields.Date.to_date(valid_until)
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason stays with the rating."))
        for account in self:
            today = account.company_id._get_stm_today()
            if not grade or grade.company_id != account.company_id:
                raise UserError(self.env._("Choose a grade of “%s”.", account.company_id.display_name))
            if not until or until < today:
                raise UserError(self.env._("Say until when: a day that is not over."))
            one = (
                self.env["stm.credit.rating"]
                .sudo()
                .create(
                    {
                        "account_id": account.id,
                        "partner_id": account.partner_id.id,
                        "company_id": account.company_id.id,
                        "date": today,
                        "kind": "override",
                        "grade_id": grade.id,
                        "grade_before_id": account.grade_id.id,
                        "valid_until": until,
                        "user_id": self.env.uid,
                        "reason": reason.strip(),
                    }
                )
            )
            account._apply_rating(one)

    def action_stm_ratings(self):
        """The history of ratings."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_credit_rating_action")
        return {**action, "domain": [("account_id", "=", self.id)], "context": {}}
