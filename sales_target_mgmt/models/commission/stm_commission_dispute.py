from odoo import api, fields, models
from odoo.exceptions import UserError

from ..stm_links import check_links

STATES = [
    ("open", "Pending"),
    ("answered", "Answered"),
    ("accepted", "Accepted"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]
PENDING = ("open", "answered")
# what an administrator fills in before deciding
ANSWER = frozenset(("answer", "granted", "lineage_id", "owner_id"))
ADMIN = "sales_target_mgmt.group_commission_admin"


class StmCommissionDispute(models.Model):
    """A payee says that an entry is wrong, or that a document earned nothing.

    open → answered → accepted, refused, or withdrawn by the payee. Only the payee and the
    administrators read it, its chatter included. What is granted becomes a
    `stm.commission.correction`, which another administrator approves: the entry itself stays.
    """

    _name = "stm.commission.dispute"
    _description = "Commission Dispute"
    _inherit = ["stm.commission.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    payee_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.partner_id,
    )
    user_id = fields.Many2one("res.users", "Person", readonly=True, index=True, ondelete="restrict")
    # rows of an open statement are replaced by every computation: the key stays
    entry_id = fields.Many2one("stm.commission.entry", index="btree_not_null", ondelete="set null")
    entry_ids = fields.Many2many("stm.commission.entry", string="Entries", compute="_compute_entry_ids")
    component = fields.Char(readonly=True)
    source_key = fields.Char("Source", readonly=True)
    order_id = fields.Many2one("sale.order", index="btree_not_null", ondelete="set null")
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        index="btree_not_null",
        ondelete="set null",
        domain="[('move_type', 'in', ('out_invoice', 'out_refund', 'out_receipt'))]",
    )
    document = fields.Char(readonly=True, help="As it was called when the dispute was opened.")
    amount = fields.Monetary("Disputed", readonly=True, help="What the entry said.")
    lineage_id = fields.Many2one(
        "stm.commission.plan",
        "Plan",
        ondelete="restrict",
        domain="[('previous_id', '=', False), ('state', '=', 'active')]",
    )
    reason = fields.Text("What Is Wrong", required=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True, tracking=True)
    owner_id = fields.Many2one(
        "res.users", "Handled By", ondelete="restrict", index=True, domain="[('share', '=', False)]"
    )
    # drafts until they are given
    answer = fields.Text("Draft of the Answer", groups=ADMIN, help="The payee reads it once you decide.")
    given_answer = fields.Text("Answer", readonly=True)
    granted = fields.Monetary(
        groups=ADMIN,
        help="Accepting asks another administrator to approve an adjustment of this amount. Nothing, if "
        "an order or plan is corrected instead: then the difference comes by itself.",
    )
    answered_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    correction_ids = fields.One2many("stm.commission.correction", "dispute_id", "Adjustments", readonly=True)
    is_mine = fields.Boolean(compute="_compute_is_mine")

    # two clicks at once are one dispute
    _pending_unique = models.UniqueIndex(
        "(payee_id, COALESCE(component, ''), COALESCE(source_key, ''), COALESCE(order_id, 0), "
        "COALESCE(move_id, 0)) WHERE state IN ('open', 'answered') "
        # the documents themselves may be deleted
        "AND (source_key IS NOT NULL OR order_id IS NOT NULL OR move_id IS NOT NULL)",
        "This is disputed already: write in that dispute.",
    )

    @api.depends("document", "payee_id")
    def _compute_display_name(self):
        for one in self:
            parts = [one.document, one.sudo().payee_id.name]
            one.display_name = " · ".join(filter(None, parts))

    @api.depends("source_key", "component", "payee_id")
    def _compute_entry_ids(self):
        """The rows of the ledger that the dispute is about, as they are now."""
        entries = self.env["stm.commission.entry"].search(
            [("payee_id", "in", self.payee_id.ids), ("source_key", "in", self.mapped("source_key"))]
        )
        for one in self:
            key = (one.payee_id, one.component, one.source_key)
            one.entry_ids = entries.filtered(
                lambda entry, key=key: (entry.payee_id, entry.component, entry.source_key) == key
            )

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for one in self:
            one.is_mine = one.user_id == self.env.user

    @api.onchange("entry_id", "order_id", "move_id")
    def _onchange_document(self):
        """What a new dispute will be about, before it is saved."""
        self.document = self.entry_id.document or self.order_id.name or self.move_id.name
        self.amount = self.entry_id.amount or self.entry_id.payable

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "entry_id", "order_id", "move_id", "payee_id")
        made = super().create([self._prepare_dispute(vals) for vals in vals_list])
        for one in made:
            one.sudo()._ask_owner()
        return made

    def write(self, vals):
        if vals.keys() - ANSWER - self._get_mail_fields():
            raise UserError(
                self.env._("What a dispute says stays as it is: answer it, and decide with its buttons.")
            )
        if vals.keys() & ANSWER:
            self._check_admin()
            self._check_not_own()
            self._check_state(*PENDING)
            check_links(self, [vals], "lineage_id", "owner_id")
        result = super().write(vals)
        if "owner_id" in vals:
            for one in self.sudo():
                one._ask_owner()
        return result

    def action_answer(self):
        """Tell the payee what there is to say, without a decision yet."""
        self._decide("answered")

    def action_accept(self):
        """The payee is right: ask for the adjustment, if there is an amount."""
        self._check_admin()
        granted = [one._prepare_correction() for one in self if one.granted]
        self._decide("accepted")
        self.env["stm.commission.correction"].create(granted)

    def action_refuse(self):
        """The entry is right as it is."""
        self._decide("refused")

    def action_reopen(self):
        """The payee does not agree with an answer."""
        self._check_payee()
        self._check_state("answered")
        self._write_guarded({"state": "open"})
        for one in self.sudo():
            one._ask_owner()

    def action_withdraw(self):
        """The payee has nothing to object any more."""
        self._check_payee()
        self._check_state(*PENDING)
        self._write_guarded({"state": "withdrawn"})
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def action_open_document(self):
        """Open the order or invoice, or say that the rights end here."""
        self.ensure_one()
        self.check_access("read")
        document = self.sudo().order_id or self.sudo().move_id
        if not document:
            raise UserError(self.env._("This entry concerns the period as a whole and has no document."))
        return self.env["stm.achievement"]._open_document(document._name, document.id)

    def _prepare_correction(self):
        if not self.lineage_id:
            raise UserError(
                self.env._("Choose the plan in which the adjustment of “%s” counts.", self.display_name)
            )
        return {
            "lineage_id": self.lineage_id.origin_id.id,
            "payee_id": self.payee_id.id,
            "amount": self.granted,
            # in the same statement, as long as that is open
            "date": self.entry_ids[:1].date or fields.Date.context_today(self),
            "reason": f"{self.document}: {self.answer}",
            "dispute_id": self.id,
        }

    def _decide(self, state):
        self._check_admin()
        self._check_not_own()
        self._check_state(*PENDING)
        for one in self:
            if not (one.answer or "").strip():
                raise UserError(
                    self.env._("Write an answer to “%s” first: the payee reads it.", one.display_name)
                )
        for one in self:
            one._write_guarded({"state": state, "answered_by_id": self.env.uid, "given_answer": one.answer})
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        for one in self:
            one.message_post(
                body=one.answer,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=one.payee_id.ids,
            )

    def _write_guarded(self, vals):
        return super(StmCommissionDispute, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def _check_payee(self):
        """:raises UserError: unless the user is the payee"""
        self.check_access("read")
        if any(one.payee_id != self.env.user.partner_id for one in self) and not self.env.su:
            raise UserError(self.env._("Only the payee does this: decide about it, or answer."))

    def _ask_owner(self):
        """An activity for who handles it: whoever is named, else the first administrator."""
        self.activity_unlink(["mail.mail_activity_data_todo"])
        if not self.owner_id:
            admins = self._get_other_admins()
            owner = self.company_id.stm_dispute_owner_id & admins or admins[:1]
            self._write_guarded({"owner_id": owner.id})
        if self.owner_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self.owner_id.id,
                summary=self.with_context(lang=self.owner_id.lang).env._("Answer a commission dispute"),
            )
            self.message_subscribe(self.owner_id.partner_id.ids)
