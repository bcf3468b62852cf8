from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context, format_amount, format_date

from ..approval.read_once import reading_once
from ..stm_guard import guard_rows

# what is asked for; everything else is written by what happens to it
ASKED_FIELDS = frozenset(
    ("account_id", "kind", "limit_state", "amount", "date_from", "date_until", "reason", "reference",
     "document", "document_name", "head_id")
)  # fmt: skip
# kinds that say how much, and those of them that end by themselves
AMOUNTS = ("limit", "temporary", "cover")
WITH_DAYS = ("temporary", "cover")
# merging contacts may rewrite who is meant; and what was asked is decided, what holds is ended
MEANT = "'{account_id,partner_id,head_id,write_uid,write_date}'::text[]"
ENDED = "'{state,ended_on,ended_by_id,answer}'::text[]"
KEPT = f"""TG_OP = 'DELETE' OR (
    to_jsonb(OLD) - {MEANT} <> to_jsonb(NEW) - {MEANT} AND NOT (
        OLD.state = 'asked' AND to_jsonb(OLD) - {MEANT} - {ENDED} - 'decided_on'::text
            = to_jsonb(NEW) - {MEANT} - {ENDED} - 'decided_on'::text
        OR OLD.state = 'approved' AND NEW.state = 'superseded'
            AND to_jsonb(OLD) - {MEANT} - {ENDED} = to_jsonb(NEW) - {MEANT} - {ENDED}
    ))"""


class StmCreditLimit(models.Model):
    """A decision about how much a customer may owe and have ordered: asked for, then decided.

    A *limit* holds until the next one. A *temporary* one replaces it from one day to another and
    ends by itself. A *cover*, an insurance or a guarantee, comes on top of either while it lasts.
    To *unblock* a customer, or to take one out of a *group* whose head's limit holds, allows more
    as well: it is asked for and decided the same way. What was decided stays as it is, in the
    database too; the one in force before becomes superseded.
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
        [
            ("limit", "Permanent limit"),
            ("temporary", "Temporary limit"),
            ("cover", "Insured or guaranteed"),
            ("group", "Change of the group"),
            ("unblock", "Unblocking"),
        ],
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
    head_id = fields.Many2one(
        "stm.credit.account",
        "New Group",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The head of the group; empty: no group.",
    )
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
    ended_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    is_proposal = fields.Boolean(
        "Proposed by the Rating", readonly=True, help="Makes way for what a person asks for."
    )
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
        "CHECK(kind NOT IN ('temporary', 'cover') OR (date_from IS NOT NULL AND date_until >= date_from))",
        "A temporary limit and a cover need a first and a last day, the last one not before the first.",
    )
    _without_days = models.Constraint(
        "CHECK(kind IN ('temporary', 'cover') OR (date_from IS NULL AND date_until IS NULL))",
        "A limit holds until the next one: choose a temporary limit to give it days.",
    )
    _head_of_group = models.Constraint(
        "CHECK(kind = 'group' OR head_id IS NULL)", "Only a change of the group names a head."
    )
    _cover_amount = models.Constraint(
        "CHECK(kind <> 'cover' OR limit_state = 'limited')", "A cover is an amount."
    )
    _temporary_decided = models.Constraint(
        "CHECK(kind <> 'temporary' OR limit_state <> 'unset')", "A temporary limit is an amount or unlimited."
    )

    def init(self):
        guard_rows(self.env.cr, self._table, KEPT, "Decisions about limits are never changed or deleted.")
        guard_rows(
            self.env.cr,
            self._fields["approver_ids"].relation,
            "TG_OP = 'DELETE' OR OLD <> NEW",
            "Approvals of limits are never changed or deleted.",
        )

    @api.depends("account_id", "kind", "limit_state", "amount", "currency_id", "head_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for limit in self:
            what = limit._describe_what()
            limit.display_name = f"{limit.account_id.display_name}: {what}" if limit.account_id else False

    @api.depends("proposal", "currency_id")
    @api.depends_context("lang")
    def _compute_proposal_text(self):
        for limit in self:
            is_known = limit.proposal and limit.kind in AMOUNTS
            limit.proposal_text = limit._describe_proposal() if is_known else False

    @api.depends("state", "approver_ids", "amount")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        with reading_once(self.env):
            for limit in self:
                missing = limit._get_missing() if limit.state == "asked" and limit.id else None
                limit.waits_for = missing is not None and (
                    limit._describe_missing(missing)
                    or self.env._("a credit controller who has not asked for it")
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

        What the job has proposed makes way for what a person asks for.

        :raises UserError: without a reason, or for what changes nothing
        :raises RedirectWarning: where somebody has asked for the same kind already
        """
        # a default of the client asks for nothing
        self = self.with_context(clean_context(self.env.context))  # noqa: PLW0642
        self.check_access("create")
        if not self.env.su and any(
            vals.keys() - ASKED_FIELDS - {"proposal", "proposed"} for vals in vals_list
        ):
            self._refuse_by_hand()
        accounts = self.env["stm.credit.account"].browse({vals.get("account_id") for vals in vals_list})
        accounts = accounts.exists()
        accounts.check_access("read")
        self._check_asked(vals_list)
        self._clear_the_way(vals_list)
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

    def _describe_what(self):
        """What is asked for, without the customer's name."""
        if self.kind == "unblock":
            return self.env._("unblock")
        if self.kind == "group":
            head = self.head_id.display_name
            return self.env._("into the group of “%s”", head) if head else self.env._("out of the group")
        if self.limit_state == "limited" and self.currency_id:
            return format_amount(self.env, self.amount, self.currency_id)
        return dict(self._fields["limit_state"]._description_selection(self.env)).get(self.limit_state)

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
