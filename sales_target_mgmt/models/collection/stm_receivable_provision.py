from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.provision import NAMES, Row, net_ageing
from ...tools.receivables import provision

BUCKETS = [
    ("current", "Not due"),
    ("1-30", "1–30 days"),
    ("31-60", "31–60 days"),
    ("61-90", "61–90 days"),
    ("90+", "More than 90 days"),
]
# what people decide; all else is read from the ledger
FREE_FIELDS = {"date", "history_months", "lost_days", "factor", "note", "line_ids"}
FREE_LINE_FIELDS = {"rate", "reason"}


class StmReceivableProvision(models.Model):
    """What is expected to be lost of what customers owe on a day, and the entry that provides for it.

    The provision matrix of IFRS 9's simplified approach: each ageing bucket has the rate at which
    invoices that had entered it were lost in the past, see `tools/provision.py`. The entry is a draft
    over the difference to what the books have provided for: what was written off in between and what
    earlier entries provided too much is in it, and nothing is ever posted by itself.
    """

    _name = "stm.receivable.provision"
    _description = "Loss Allowance"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("As of", required=True, tracking=True, default=lambda self: self._default_date())
    history_months = fields.Integer(
        "Months of History", required=True, default=24, help="Due dates of the invoices that rates are from."
    )
    lost_days = fields.Integer(
        "Lost after Days",
        required=True,
        default=180,
        help="An invoice that is unpaid so many days after it was due is taken for lost, unless it is paid "
        "after all. Only invoices that were due before that are counted.",
    )
    factor = fields.Float(
        "Outlook",
        required=True,
        default=1.0,
        digits=(16, 3),
        tracking=True,
        help="What is expected of the future against the past: 1.2 for a fifth more losses.",
    )
    note = fields.Text("Reasons", help="Why the outlook or a rate differs from the past.")
    line_ids = fields.One2many("stm.receivable.provision.line", "provision_id", "Matrix")
    amount = fields.Monetary("Owed", compute="_compute_required", store=True)
    required = fields.Monetary("Expected Loss", compute="_compute_required", store=True, tracking=True)
    provided = fields.Monetary(
        compute="_compute_provided", help="Balance of the account of the loss allowance on the day."
    )
    adjustment = fields.Monetary(
        compute="_compute_provided", help="Expected loss less what the books have provided for."
    )
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("proposed", "Entry Proposed"), ("posted", "Posted")], compute="_compute_state"
    )

    _values_in_bounds = models.Constraint(
        "CHECK(history_months BETWEEN 1 AND 120 AND lost_days BETWEEN 91 AND 1825"
        " AND factor >= 0 AND factor <= 10)",
        "Enter 1 to 120 months, 91 to 1,825 days, and an outlook from 0 to 10.",
    )

    def _default_date(self):
        return self.env.company._get_stm_today().replace(day=1) - timedelta(days=1)

    # not on the date: the picker of a new form shows the old day again while the server is asked
    @api.depends("company_id")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._("Loss allowance %s", one.date or "")

    @api.depends("line_ids.amount", "line_ids.rate", "factor", "company_id")
    def _compute_required(self):
        for one in self:
            rows = [line._get_row() for line in one.line_ids]
            one.amount = float(sum((row.amount for row in rows), Decimal(0)))
            expected = provision((row.amount, row.loss_rate) for row in rows)
            one.required = one.currency_id.round(float(expected))

    @api.depends("company_id", "required", "move_id.state")
    def _compute_provided(self):
        for one in self:
            one.provided = one._read_provided()
            one.adjustment = one.currency_id.round(one.required - one.provided)

    @api.depends("move_id.state")
    def _compute_state(self):
        for one in self.sudo():
            one.state = {"posted": "posted", "draft": "proposed"}.get(one.move_id.state, "draft")

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        for vals in vals_list:
            self._refuse(vals.keys() - FREE_FIELDS - {"company_id"})
        # a default of the client counts for as little as a value
        found = super().create([vals | {"move_id": False} for vals in vals_list])
        found.filtered(lambda one: not one.line_ids)._compute_matrix()
        return found

    def write(self, vals):
        self.check_access("write")
        self._refuse(vals.keys() - FREE_FIELDS - {"message_follower_ids", "message_main_attachment_id"})
        if FREE_FIELDS & vals.keys():
            self._check_open()
        result = super().write(vals)
        if {"date", "history_months", "lost_days"} & vals.keys():
            self.invalidate_recordset(["display_name", "provided", "adjustment"])
            self._compute_matrix()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        self._check_open()

    def action_compute(self):
        """Read the ledger anew; rates that somebody has set stay."""
        self.check_access("write")
        self._check_open()
        self._compute_matrix()

    def _refuse(self, names):
        if names and not self.env.su:
            raise UserError(
                self.env._("Amounts and entries of a loss allowance come from the ledger and its buttons.")
            )

    def _check_open(self):
        for one in self:
            if one.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” has its entry: delete the draft first, or make a new one for a later day.",
                        one.display_name,
                    )
                )

    def _compute_matrix(self):
        """Amounts and historic rates of the buckets, from the ledger as of the day."""
        for one in self.sudo():
            amounts = one._read_amounts()
            cohort = one._read_cohort()
            lines = {line.bucket: line for line in one.line_ids}
            for place, (name, entered) in enumerate(zip(NAMES, cohort.entered, strict=True)):
                historic = cohort.get_rates()[place]
                values = {
                    "sequence": place,
                    "amount": float(amounts[name]),
                    "entered": float(entered),
                    "lost": float(cohort.lost),
                    "has_history": historic is not None,
                    "historic": float(historic or 0),
                }
                line = lines.get(name, one.line_ids.browse())
                if not line.reason:
                    values["rate"] = values["historic"]
                if line:
                    line.write(values)
                else:
                    line.create({**values, "provision_id": one.id, "bucket": name})

    def _read_amounts(self):
        """{bucket: what customers owe}, of each what is not applied taken off the oldest."""
        found = defaultdict(Decimal)
        for items in self.env["stm.receivable"]._get_open_items(self.company_id, None, self.date).values():
            for name, amount in net_ageing(items, self.date).items():
                found[name] += amount
        return found

    def _read_cohort(self):
        last = self.date - timedelta(days=self.lost_days)
        first = last - relativedelta(months=self.history_months) + timedelta(days=1)
        return self.env["stm.receivable.losses"]._read_cohort(self.company_id, first, last, self.date)


class StmReceivableProvisionLine(models.Model):
    """A bucket of a provision matrix."""

    _name = "stm.receivable.provision.line"
    _description = "Bucket of a Loss Allowance"
    _order = "provision_id, sequence"

    provision_id = fields.Many2one(
        "stm.receivable.provision", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="provision_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="provision_id.currency_id")
    sequence = fields.Integer(readonly=True)
    bucket = fields.Selection(BUCKETS, "Overdue", required=True, readonly=True)
    amount = fields.Monetary("Owed", readonly=True, help="After what is not applied yet, off the oldest.")
    entered = fields.Monetary(
        readonly=True, help="Of the invoices of the history: what was unpaid when this bucket began."
    )
    lost = fields.Monetary(readonly=True, help="Of the invoices of the history: what was never paid.")
    has_history = fields.Boolean(readonly=True)
    historic = fields.Float("Historic Rate", readonly=True, digits=(16, 5))
    rate = fields.Float(
        "Loss Rate", digits=(16, 5), help="The historic rate, or what you decide with a reason."
    )
    reason = fields.Char()
    expected = fields.Monetary("Expected Loss", compute="_compute_expected")

    _bucket_unique = models.Constraint("UNIQUE(provision_id, bucket)", "A bucket stands in the matrix once.")
    _rate_in_bounds = models.Constraint(
        "CHECK(rate BETWEEN 0 AND 1)", "A rate lies between 0 % and 100 %: mend it."
    )

    @api.depends("amount", "rate", "provision_id.factor")
    def _compute_expected(self):
        for line in self:
            row = line._get_row()
            line.expected = float(row.amount * row.loss_rate)

    def _get_row(self):
        return Row(*(Decimal(str(value)) for value in (self.amount, self.rate, self.provision_id.factor)))

    @api.constrains("rate", "historic", "reason")
    def _check_reason(self):
        for line in self:
            if abs(line.rate - line.historic) > 1e-6 and not (line.reason or "").strip():
                raise UserError(
                    self.env._(
                        "“%s”: say why the rate is not the historic one.",
                        dict(self._fields["bucket"]._description_selection(self.env))[line.bucket],
                    )
                )

    def write(self, vals):
        self.check_access("write")
        if not self.env.su:
            self.provision_id._refuse(vals.keys() - FREE_LINE_FIELDS)
            self.provision_id._check_open()
        return super().write(vals)
