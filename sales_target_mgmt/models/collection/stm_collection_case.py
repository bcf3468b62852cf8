from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

STOPS = [
    ("paused", "Paused"),
    ("promise", "Promise to pay"),
    ("dispute", "Dispute"),
    ("plan", "Payment plan"),
    ("writeoff", "Write-off proposed"),
    ("small", "Below the minimum amount"),
    ("quiet", "Quiet days"),
]
# found by the run, or changed by buttons
GUARDED = frozenset(
    ("company_id", "partner_id", "state", "salesperson_id", "leader_id", "grade_id", "policy_id",
     "amount_open", "amount_due", "unapplied", "disputed", "planned", "next_payment_date", "amount",
     "oldest_date", "overdue_days", "gain", "is_broken", "step_id", "step_date", "stop", "last_contact",
     "checked_on", "pause_until")
)  # fmt: skip


class StmCollectionCase(models.Model):
    """A customer who has something due in a company: one case for each, opened and closed by the run.

    Cases are ranked by a weight for what asking brings (:mod:`..tools.collection`).
    """

    _name = "stm.collection.case"
    _description = "Collection Case"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "gain desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="restrict")
    state = fields.Selection([("open", "Open"), ("closed", "Closed")], required=True, default="open")
    user_id = fields.Many2one("res.users", "Collector", index="btree_not_null", tracking=True)
    salesperson_id = fields.Many2one("res.users", index="btree_not_null", ondelete="set null", readonly=True)
    leader_id = fields.Many2one(
        "res.users", "Team Leader", index="btree_not_null", ondelete="set null", readonly=True
    )
    grade_id = fields.Many2one("stm.credit.grade", ondelete="set null", readonly=True)
    own_policy_id = fields.Many2one(
        "stm.collection.policy",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Empty: the policy of the customer's grade, else the company's first one.",
    )
    policy_id = fields.Many2one("stm.collection.policy", ondelete="set null", readonly=True)
    amount_open = fields.Monetary("Open", readonly=True)
    amount_due = fields.Monetary(readonly=True, help="Of it, what is due today or before.")
    unapplied = fields.Monetary(
        "Payments Not Applied",
        readonly=True,
        help="Payments and credit notes that no invoice is settled with yet. What an open order was paid "
        "with in advance is left to that order and not part of it.",
    )
    disputed = fields.Monetary(
        "In Disputed Invoices", readonly=True, help="Of what is open: not asked for until it is decided."
    )
    planned = fields.Monetary(
        "In a Payment Plan", readonly=True, help="Of what is open: paid in instalments, and not asked for."
    )
    amount = fields.Monetary("At Stake", readonly=True, help="What is due, less payments not applied.")
    oldest_date = fields.Date("Oldest Due Date", readonly=True)
    overdue_days = fields.Integer(readonly=True, aggregator="max")
    gain = fields.Float(
        "Weight",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Amount at stake × age × grade × broken promise: the order of the cases, and no forecast.",
    )
    is_broken = fields.Boolean("Promise Broken", readonly=True)
    step_id = fields.Many2one("stm.collection.step", "Next Step", ondelete="set null", readonly=True)
    step_date = fields.Date("On", readonly=True)
    stop = fields.Selection(STOPS, "Waits For", readonly=True)
    next_payment_date = fields.Date(
        "Next Payment", readonly=True, help="The day by which money was promised, or the next instalment."
    )
    last_contact = fields.Date(readonly=True)
    checked_on = fields.Date("Looked At", readonly=True, index=True)
    pause_until = fields.Date("Paused Until", readonly=True, tracking=True)
    log_ids = fields.One2many("stm.collection.log", "case_id", "Steps Taken")
    dispute_ids = fields.One2many("stm.collection.dispute", "case_id", "Disputes")
    promise_ids = fields.One2many("stm.collection.promise", "case_id", "Promises")
    plan_ids = fields.One2many("stm.collection.plan", "case_id", "Payment Plans")
    writeoff_ids = fields.One2many("stm.collection.writeoff", "case_id", "Write-Offs")
    fee_ids = fields.One2many("stm.collection.fee", "case_id", "Late Fees")

    _partner_unique = models.UniqueIndex(
        "(company_id, partner_id)", "This customer has a collection case in the company already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self.check_access("read")
            raise UserError(self.env._("Cases are opened by the collection run, for who has something due."))
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        if GUARDED & set(vals) and not self.env.su:
            raise UserError(
                self.env._("What a case says is found by the run; use its buttons to change what comes next.")
            )
        return super().write(vals)

    def action_call(self, note):
        """Note that somebody was spoken to; it counts as a contact.

        :raises UserError: without words
        """
        self._check_worker()
        if not (note or "").strip():
            raise UserError(self.env._("Say what was agreed: the note stays in the history."))
        for case in self.sudo():
            case.message_post(
                body=note.strip(), subtype_xmlid="mail.mt_note", author_id=self.env.user.partner_id.id
            )
            case.last_contact = case.company_id._get_stm_today()
        self._refresh()

    def action_promise(self, amount, until, note):
        """Note that the customer said to pay so much until a day; no step is taken through that day."""
        self._check_worker()
        self.ensure_one()
        promise = self.env["stm.collection.promise"].create(
            {"case_id": self.id, "amount": amount, "date": until, "note": note}
        )
        self.sudo().message_post(
            body=self.env._(
                "Promise to pay %(amount)s until %(date)s: %(note)s",
                amount=formatLang(self.env, promise.amount, currency_obj=promise.currency_id),
                date=format_date(self.env, promise.date),
                note=note or "–",
            ),
            author_id=self.env.user.partner_id.id,
        )

    def action_propose_fee(self):
        """Propose late fee and interest as the policy says, and show them.

        :raises UserError: if the policy has none, or nothing is late enough
        """
        self._check_worker()
        self.ensure_one()
        fee = self.env["stm.collection.fee"].sudo()._propose(self.sudo())
        if not fee:
            raise UserError(
                self.env._(
                    "Nothing is proposed: “%s” has no late fee, no invoice is late enough, or all was "
                    "proposed before.",
                    self.policy_id.sudo().name or "–",
                )
            )
        return self.env["stm.achievement"]._open_document("stm.collection.fee", fee.id)

    def action_pause(self, until, reason):
        """No step is taken through that day.

        :raises UserError: without a reason, or for a day that is over
        """
        self._check_worker()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the steps are paused."))
        until = fields.Date.to_date(until)
        for case in self.sudo():
            if not until or until < case.company_id._get_stm_today():
                raise UserError(self.env._("Pause until a day to come: %s is over.", until or "–"))
            case.pause_until = until
            case.message_post(body=reason.strip(), author_id=self.env.user.partner_id.id)
        self._refresh()

    def action_resume(self):
        self._check_worker()
        self.sudo().pause_until = False
        self._refresh()

    def action_send(self):
        """Take the next step now, quiet days or not; what stops a case stops this as well."""
        self._check_worker()
        engine = self.env["stm.collection.engine"].sudo()
        for company, cases in self.sudo().grouped("company_id").items():
            plans = engine._run(company, cases.partner_id.ids, now=True)
            if left := [case for case in cases if not plans[case.partner_id.id][1]]:
                labels = dict(self._fields["stop"]._description_selection(self.env))
                raise UserError(
                    "\n".join(
                        self.env._(
                            "Nothing is sent to “%(customer)s”: %(reason)s.",
                            customer=case.partner_id.display_name,
                            reason=labels.get(plans[case.partner_id.id][0].stop)
                            or self.env._("no step is left for the oldest open invoice"),
                        )
                        for case in left
                    )
                )

    def _check_worker(self):
        """:raises AccessError: if the user may not work these cases"""
        self.check_access("write")

    def _refresh(self):
        """Find figures and next steps again, without taking any step."""
        engine = self.env["stm.collection.engine"].sudo()
        for company, cases in self.sudo().grouped("company_id").items():
            engine._refresh(company, cases.partner_id.ids)

    def _get_stops(self):
        """Case → why no step is taken now, one of :data:`STOPS`; cases that nothing stops are left out."""
        stops = {}
        reader = self.env["stm.collection.reader"].sudo()
        for company, cases in self.sudo().grouped("company_id").items():
            found = reader._read_plans(company, cases.partner_id.ids)
            found = {case: found[case.partner_id.id][0].stop for case in cases}
            stops |= {case: stop for case, stop in found.items() if stop}
        return stops

    @api.model
    def _cron_run(self):
        """Take the steps that are due, company by company, in batches that are committed each."""
        self.env["stm.collection.engine"]._run_all()
