from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..stm_links import check_links
from .stm_commission_entry import CORRECTION

STATES = [("requested", "To Approve"), ("approved", "Approved"), ("refused", "Refused")]
CONTENT = frozenset(("lineage_id", "payee_id", "amount", "date", "reason", "dispute_id"))


class StmCommissionCorrection(models.Model):
    """An adjustment by hand: an input of the computation, like a document.

    requested → approved by another administrator → an entry of kind `adjustment` in the statement
    that is open for its day when the plan is computed, once and for good. Nobody adjusts the own
    pay. A correction that was posted is taken back by another one.
    """

    _name = "stm.commission.correction"
    _description = "Commission Adjustment"
    _inherit = ["stm.commission.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True

    lineage_id = fields.Many2one(
        "stm.commission.plan",
        "Plan",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('previous_id', '=', False), ('state', '=', 'active')]",
    )
    company_id = fields.Many2one(related="lineage_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="lineage_id.currency_id")
    payee_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="restrict", check_company=True
    )
    # who has left is settled as well, with the contact archived
    allowed_payee_ids = fields.Many2many(
        "res.partner", compute="_compute_allowed_payee_ids", context={"active_test": False}
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    amount = fields.Monetary(required=True, help="Added to the pay; taken away if it is negative.")
    date = fields.Date(
        "Counts On",
        required=True,
        default=fields.Date.context_today,
        help="In the statement of this day, or in the open one if that is posted.",
    )
    reason = fields.Text(required=True, help="The payee reads it.")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="requested", index=True, copy=False, tracking=True
    )
    requested_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", copy=False)
    dispute_id = fields.Many2one(
        "stm.commission.dispute", index="btree_not_null", ondelete="restrict", copy=False
    )
    statement_id = fields.Many2one("stm.commission.statement", compute="_compute_statement_id")
    is_posted = fields.Boolean(compute="_compute_statement_id")

    _amount_set = models.Constraint("CHECK(amount <> 0)", "An adjustment of nothing changes nothing.")

    @api.constrains("payee_id", "lineage_id")
    def _check_payee(self):
        for one in self.sudo():
            if one.lineage_id.state != "active" or one.lineage_id.previous_id:
                raise ValidationError(
                    self.env._("“%s” is not in force: choose a plan that is.", one.lineage_id.display_name)
                )
            if one.payee_id not in one.allowed_payee_ids:
                raise ValidationError(
                    self.env._(
                        "“%(payee)s” is not paid by “%(plan)s”: add the payee to the plan, or choose "
                        "another.",
                        payee=one.payee_id.name,
                        plan=one.lineage_id.name,
                    )
                )

    @api.depends("payee_id", "amount", "currency_id")
    def _compute_display_name(self):
        for one in self:
            payee = one.sudo().payee_id
            # a new one is called new
            one.display_name = f"{payee.name} {one.currency_id.format(one.amount)}" if payee else False

    @api.depends("lineage_id")
    def _compute_allowed_payee_ids(self):
        for one in self:
            one.allowed_payee_ids = one.sudo().lineage_id._get_versions().assignment_ids.payee_id

    @api.depends("payee_id", "lineage_id")
    def _compute_user_id(self):
        for one in self:
            lines = one.sudo().lineage_id._get_versions().assignment_ids
            one.user_id = lines.filtered(lambda line, one=one: line.payee_id == one.payee_id).user_id[:1]

    def _compute_statement_id(self):
        """Where its entry stands."""
        found = (
            self.env["stm.commission.entry"]
            .sudo()
            .search_fetch(
                [
                    ("lineage_id", "in", self.lineage_id.ids),
                    ("component", "=", CORRECTION),
                    ("source_key", "in", [one._get_key() for one in self]),
                ],
                ["source_key", "statement_id", "posted"],
            )
            .grouped("source_key")
        )
        for one in self:
            entry = found.get(one._get_key(), self.env["stm.commission.entry"])[:1]
            one.statement_id = entry.statement_id.id
            one.is_posted = entry.posted

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "lineage_id", "payee_id", "dispute_id")
        asked = {"state": "requested", "approved_by_id": False, **self._prepare_request()}
        # a default of the client counts for as little as a value
        made = super().create([_keep(vals) | asked for vals in vals_list])
        made._check_not_own()
        for one in made:
            one.sudo()._schedule_approval()
        return made

    def write(self, vals):
        content = vals.keys() & CONTENT
        if vals.keys() - CONTENT - self._get_mail_fields():
            raise UserError(self.env._("An adjustment is approved or refused with its buttons."))
        if content:
            self.check_access("write")
            check_links(self, [vals], "lineage_id", "payee_id", "dispute_id")
            self._check_not_own()
            self._check_state("requested")
            # who changes it answers for it, and somebody else approves
            vals = {**vals, **self._prepare_request()}
        result = super().write(vals)
        self._check_not_own()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_not_own()
        self._check_state("requested", "refused")

    def action_approve(self):
        """Approve what another administrator requested; it counts from the next computation on."""
        self._check_admin()
        self._check_not_own()
        self._check_state("requested")
        for one in self:
            if one.requested_by_id == self.env.user and one._get_other_admins():
                raise UserError(
                    self.env._(
                        "You have requested “%s” yourself: another commission administrator approves it.",
                        one.display_name,
                    )
                )
            one._approve()

    def action_refuse(self):
        """Refuse it, or take an approval back as long as nothing is posted."""
        self._check_admin()
        self._check_not_own()
        self._check_state("requested", "approved")
        for one in self:
            if one.is_posted:
                raise UserError(
                    self.env._(
                        "“%s” is posted in a statement and stays: enter another adjustment that takes it "
                        "back.",
                        one.display_name,
                    )
                )
        self._decide({"state": "refused"})

    def action_open_statement(self):
        """The statement in which its entry stands."""
        self.ensure_one()
        self.check_access("read")
        if not self.statement_id:
            raise UserError(self.env._("It comes into a statement with the next computation of the plan."))
        return self.env["stm.achievement"]._open_document("stm.commission.statement", self.statement_id.id)

    def _approve(self):
        return self._decide({"state": "approved", "approved_by_id": self.env.uid})

    def _decide(self, vals):
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        return self._write_guarded(vals)

    def _write_guarded(self, vals):
        return super(StmCommissionCorrection, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def _prepare_request(self):
        """Who asks for it as it is now."""
        return {"requested_by_id": self.env.uid}

    def _get_approvers_asked(self):
        """Whom to ask: the administrator who can decide, if there is another one."""
        return self._get_other_admins()[:1]

    def _schedule_approval(self):
        for user in self._get_approvers_asked():
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.with_context(lang=user.lang).env._("Approve a commission adjustment"),
            )

    def _get_key(self):
        """The source key of its entry."""
        return f"{CORRECTION}:{self.id}"


def _keep(vals):
    return {name: value for name, value in vals.items() if name in CONTENT}
