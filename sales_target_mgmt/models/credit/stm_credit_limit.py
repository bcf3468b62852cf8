from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

# what is asked for; everything else is written by what happens to it
ASKED_FIELDS = frozenset(
    ("account_id", "kind", "limit_state", "amount", "date_from", "date_until", "reason", "reference",
     "document", "document_name")
)  # fmt: skip


class StmCreditLimit(models.Model):
    """A decision about how much a customer may owe and have ordered: asked for, then decided.

    A *limit* holds until the next one. A *temporary* one replaces it from one day to another and
    ends by itself. A *cover*, an insurance or a guarantee, comes on top of either while it lasts.
    What was decided stays as it is; the one in force before becomes superseded.
    """

    _name = "stm.credit.limit"
    _description = "Credit Limit Decision"
    _inherit = ["stm.state.mixin", "stm.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _approval_level = "stm.credit.limit.level"
    _check_company_auto = True

    account_id = fields.Many2one(
        "stm.credit.account", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True, precompute=True)
    partner_id = fields.Many2one(related="account_id.partner_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("limit", "Permanent limit"), ("temporary", "Temporary limit"), ("cover", "Insured or guaranteed")],
        required=True,
        default="limit",
        tracking=True,
    )
    limit_state = fields.Selection(
        [("unset", "Not decided"), ("limited", "Limit"), ("unlimited", "Unlimited")],
        "Limit Is",
        required=True,
        default="limited",
        tracking=True,
    )
    amount = fields.Monetary(tracking=True, help="Zero: nothing on credit.")
    date_from = fields.Date("From", help="Temporary limits and covers only.")
    date_until = fields.Date("Until", help="The last day on which it holds.")
    reason = fields.Char(required=True)
    reference = fields.Char(help="Number of the policy or of the guarantee.")
    document = fields.Binary(attachment=True)
    document_name = fields.Char()
    proposed = fields.Monetary("Proposed Limit", readonly=True)
    proposal = fields.Json("Inputs of the Proposal", readonly=True)
    proposal_text = fields.Text("How It Comes About", compute="_compute_proposal_text")
    state = fields.Selection(
        [
            ("asked", "Requested"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="asked",
        readonly=True,
        index=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users", "Asked By", required=True, readonly=True, ondelete="restrict",
        default=lambda self: self.env.user,
    )  # fmt: skip
    asked_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    approver_ids = fields.Many2many(
        "res.users", "stm_credit_limit_approver_rel", "limit_id", "user_id", "Approved By", readonly=True
    )
    decided_on = fields.Datetime(readonly=True)
    ended_on = fields.Datetime(readonly=True, help="When another decision took its place, or it was ended.")
    answer = fields.Char("Why Not", readonly=True)
    waits_for = fields.Char("Still to Approve", compute="_compute_waits_for")

    _one_request = models.UniqueIndex(
        "(account_id, kind) WHERE state = 'asked'", "This is asked for already: decide about that first."
    )
    _in_force = models.Index("(account_id) WHERE state = 'approved' AND kind <> 'limit'")
    _amount_not_negative = models.Constraint(
        "CHECK(COALESCE(amount, 0) >= 0)", "A limit cannot be negative: zero means nothing on credit."
    )
    _with_days = models.Constraint(
        "CHECK(kind = 'limit' OR (date_from IS NOT NULL AND date_until >= date_from))",
        "A temporary limit and a cover need a first and a last day, the last one not before the first.",
    )
    _without_days = models.Constraint(
        "CHECK(kind <> 'limit' OR (date_from IS NULL AND date_until IS NULL))",
        "A limit holds until the next one: choose a temporary limit to give it days.",
    )
    _cover_amount = models.Constraint(
        "CHECK(kind <> 'cover' OR limit_state = 'limited')", "A cover is an amount."
    )
    _temporary_decided = models.Constraint(
        "CHECK(kind <> 'temporary' OR limit_state <> 'unset')", "A temporary limit is an amount or unlimited."
    )

    @api.depends("account_id", "kind", "limit_state", "amount", "currency_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["limit_state"]._description_selection(self.env))
        for limit in self:
            amount = labels.get(limit.limit_state)
            if limit.limit_state == "limited" and limit.currency_id:
                amount = format_amount(self.env, limit.amount, limit.currency_id)
            limit.display_name = f"{limit.account_id.display_name}: {amount}" if limit.account_id else False

    @api.depends("proposal", "currency_id")
    @api.depends_context("lang")
    def _compute_proposal_text(self):
        for limit in self:
            limit.proposal_text = limit._describe_proposal() if limit.proposal else False

    @api.depends("state", "approver_ids", "amount")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        for limit in self:
            missing = limit._get_missing() if limit.state == "asked" and limit.id else None
            limit.waits_for = missing is not None and (
                limit._describe_missing(missing) or self.env._("a credit controller who has not asked for it")
            )

    @api.onchange("account_id")
    def _onchange_account_id(self):
        """Begin with the proposal for the account, where there is one."""
        account = self.account_id._origin
        account.check_access("read")
        self.proposal = account._get_limit_proposals()[account.id] if account else False
        self.proposed = self.amount = (self.proposal or {}).get("limit") or 0.0

    @api.model_create_multi
    def create(self, vals_list):
        """To ask is to create; what needs nobody else is decided at once.

        :raises UserError: without a reason, or where something else is asked for already
        """
        self.check_access("create")
        if not self.env.su and any(
            vals.keys() - ASKED_FIELDS - {"proposal", "proposed"} for vals in vals_list
        ):
            self._refuse_by_hand()
        accounts = self.env["stm.credit.account"].browse({vals.get("account_id") for vals in vals_list})
        accounts = accounts.exists()
        accounts.check_access("read")
        self._check_nothing_asked(accounts, vals_list)
        proposals = accounts._get_limit_proposals()
        limits = super().create([{**vals, **self._prepare_asked(vals, proposals)} for vals in vals_list])
        for limit in limits:
            limit._submit()
        return limits

    def write(self, vals):
        self.check_access("write")
        if not self.env.su and any(not name.startswith(("message_", "activity_")) for name in vals):
            self._refuse_by_hand()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_by_hand()

    def _refuse_by_hand(self):
        raise UserError(
            self.env._("A decision about a limit is asked for, approved or refused, and stays as it is.")
        )

    def _check_nothing_asked(self, accounts, vals_list):
        """:raises UserError: where the same kind of limit waits for a decision already"""
        wanted = {(vals.get("account_id"), vals.get("kind") or "limit") for vals in vals_list}
        for waiting in self.sudo().search([("account_id", "in", accounts.ids), ("state", "=", "asked")]):
            if (waiting.account_id.id, waiting.kind) in wanted:
                raise UserError(
                    self.env._(
                        "“%(limit)s” was asked for by %(user)s already: decide about that first.",
                        limit=waiting.display_name,
                        user=waiting.user_id.name,
                    )
                )

    def _prepare_asked(self, vals, proposals):
        """What a request is stored with: its reason, and the proposal of now, not the client's."""
        if not (vals.get("reason") or "").strip():
            raise UserError(self.env._("Say why: the reason stays with the limit."))
        is_amount = (vals.get("limit_state") or "limited") == "limited"
        proposal = proposals.get(vals.get("account_id")) or {"limit": None}
        return {
            "reason": vals["reason"].strip(),
            "amount": (vals.get("amount") or 0.0) if is_amount else 0.0,
            "proposal": proposal,
            "proposed": proposal["limit"] or 0.0,
            # whatever the client calls a default
            "state": "asked",
            "user_id": self.env.uid,
            "asked_on": fields.Datetime.now(),
            "decided_on": False,
            "ended_on": False,
            "answer": False,
            "approver_ids": [],
        }

    def _describe_proposal(self):
        """The inputs of the proposal and what became of them, a line each."""
        known = self.proposal

        def money(value):
            if value is None:
                return self.env._("not known")
            return format_amount(self.env, value, self.currency_id)

        lines = [
            self.env._(
                "What is needed, the highest balance of a year or what is used and quoted now: %s",
                money(known["need"]),
            ),
            self.env._(
                "Net worth in the annual accounts, of which a tenth counts: %s", money(known["net_worth"])
            ),
            self.env._("What was paid in two average months of the last year: %s", money(known["paid"])),
            self.env._("Factor of the grade: %s %%", round(known["factor"] * 100, 2)),
            self.env._("Highest limit of the grade: %s", money(known["ceiling"]))
            if known["ceiling"] is not None
            else self.env._("The grade has no highest limit."),
            self.env._(
                "What is needed, at most the mean of the others, times the factor: %s", money(known["limit"])
            ),
        ]
        return "\n".join(lines)

    def _describe_days(self):
        return self.env._(
            "from %(first)s to %(last)s",
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_until),
        )
