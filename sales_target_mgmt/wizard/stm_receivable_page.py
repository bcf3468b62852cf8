from odoo import api, fields, models
from odoo.exceptions import UserError

BY = [
    ("company", "Company"),
    ("customer", "Customer"),
    ("person", "Salesperson"),
    ("team", "Sales Team"),
    ("territory", "Sales Territory"),
    ("grade", "Credit Grade"),
]
MODELS = {
    "company": "res.company",
    "customer": "res.partner",
    "person": "res.users",
    "team": "crm.team",
    "territory": "stm.territory",
    "grade": "stm.credit.grade",
}
# field of a line → ageing bucket
BUCKETS = {
    "current": "current",
    "days_30": "1-30",
    "days_60": "31-60",
    "days_90": "61-90",
    "older": "90+",
    "unapplied": "unapplied",
}
# so many are told apart, those that owe the most
MOST = 200


class StmReceivableFigureMixin(models.AbstractModel):
    """The figures of all or of one; what cannot be told is empty and not zero."""

    _name = "stm.receivable.figure.mixin"
    _description = "Receivable Figures"

    currency_id = fields.Many2one("res.currency", readonly=True)
    receivable = fields.Monetary(readonly=True)
    overdue = fields.Monetary(readonly=True)
    current = fields.Monetary("Not Due", readonly=True)
    days_30 = fields.Monetary("1–30 Days", readonly=True)
    days_60 = fields.Monetary("31–60 Days", readonly=True)
    days_90 = fields.Monetary("61–90 Days", readonly=True)
    older = fields.Monetary("Over 90 Days", readonly=True)
    unapplied = fields.Monetary("Not Applied", readonly=True)
    sales = fields.Monetary(
        readonly=True, help="Invoiced in the days asked for, taxes included, less credit notes."
    )
    dso = fields.Char(
        "DSO, Countback",
        readonly=True,
        help="Days sales outstanding: how many days of sales the receivable consists of, counting back "
        "from the newest month of 30 days. “>” where more is owed than was sold in twelve months.",
    )
    dso_simple = fields.Char("DSO, Simple", readonly=True, help="Receivable ÷ sales × days.")
    best_dso = fields.Char("Best Possible DSO", readonly=True, help="What is not due ÷ sales × days.")
    late_days = fields.Char(
        "Average Days Delinquent",
        readonly=True,
        help="Simple DSO less the best possible: what lateness costs in days.",
    )
    effectiveness = fields.Char(
        "Collection Effectiveness, %",
        readonly=True,
        help="CEI: (Receivable at the beginning + sales − at the end) ÷ (the same, with only what is not due "
        "taken off) × 100.",
    )
    written_off = fields.Monetary(readonly=True, help="As lost in the days asked for, less what came back.")
    bad_debt = fields.Char(
        "Bad Debt, %",
        readonly=True,
        help="Written off ÷ invoiced in the days asked for, both without taxes. Empty until the accounts of "
        "bad debts are set.",
    )
    expected_loss = fields.Monetary(
        readonly=True,
        help="Of what is owed, by the loss rates of the newest loss allowance until the day: one matrix for "
        "all customers of the company, whatever their grade.",
    )


class StmReceivablePage(models.TransientModel):
    """Receivables as of a day: ageing, days sales outstanding and what collection achieves."""

    _name = "stm.receivable.page"
    _description = "Receivable Figures of a Day"
    _inherit = ["stm.receivable.figure.mixin"]

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of = fields.Date(required=True, default=lambda self: self.env.company._get_stm_today())
    by = fields.Selection(BY, "Group By", required=True, default="customer")
    days = fields.Integer("Days of Sales", required=True, default=90)
    shown_by = fields.Selection(BY, readonly=True)
    rates_date = fields.Date("Loss Rates of", readonly=True)
    line_ids = fields.One2many("stm.receivable.page.line", "page_id", "Figures", readonly=True)
    has_targets = fields.Boolean(compute="_compute_has_targets")

    _days_positive = models.Constraint("CHECK(days BETWEEN 1 AND 3660)", "Enter 1 to 3,660 days.")

    @api.depends("line_ids.has_target")
    def _compute_has_targets(self):
        for page in self:
            page.has_targets = any(page.line_ids.mapped("has_target"))

    @api.depends("as_of")
    def _compute_display_name(self):
        for page in self:
            page.display_name = self.env._("Receivable Figures")

    @api.model
    @api.private
    def _open(self):
        """A page of today, filled, as an action."""
        return self.create({}).action_compute()

    def action_compute(self):
        """Read the ledger anew."""
        self.ensure_one()
        self.check_access("write")
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose one of the companies that you work in."))
        whole, found = self.env["stm.receivable.figures"]._get_page(
            self.company_id, self.as_of, self.by, self.days, MOST
        )
        self.line_ids.unlink()
        rates_date, _rates = self.env["stm.receivable.losses"]._read_rates(self.company_id, self.as_of)
        self.write({**prepare_figures(whole), "shown_by": self.by, "rates_date": rates_date})
        self.env["stm.receivable.page.line"].create(self._prepare_lines(found))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receivable Figures"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _prepare_lines(self, found):
        """Values of the lines, those that owe the most first, all others last."""
        ids = [key for key in found if key]
        names = {one.id: one.display_name for one in self.env[MODELS[self.by]].sudo().browse(ids)}
        names |= {False: self.env._("None"), None: self.env._("All others")}
        cards = self._get_cards(ids)
        rows = sorted(found.items(), key=lambda row: (row[0] is None, -row[1].receivable, names[row[0]]))
        return [
            {"page_id": self.id, "name": names[key], **prepare_figures(one), **prepare_card(cards.get(key))}
            for key, one in rows
        ]

    def _get_cards(self, ids):
        """What was achieved by the day of the targets of its period."""
        figures = self.env["stm.receivable.figures"].with_company(self.company_id)
        is_past = self.as_of != self.company_id._get_stm_today()
        return figures._get_attainments(self.by, ids, self.as_of if is_past else None)


class StmReceivablePageLine(models.TransientModel):
    _name = "stm.receivable.page.line"
    _description = "Receivable Figures of One"
    _inherit = ["stm.receivable.figure.mixin"]
    _order = "id"

    page_id = fields.Many2one("stm.receivable.page", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="page_id.currency_id")
    name = fields.Char()
    target = fields.Char(help="The leading target of the period in which the day lies.")
    has_target = fields.Boolean()
    attainment = fields.Float(digits=(16, 4), help="Achieved until the day ÷ target of the whole period.")


def prepare_figures(one):
    """Values of the fields of the mixin."""
    late = one.delinquency
    return {
        "receivable": float(one.receivable),
        "overdue": float(one.overdue),
        "sales": float(one.sales),
        "dso": f"> {one.dso.days}" if one.dso.capped else str(one.dso.days),
        "dso_simple": str(late.dso) if late else False,
        "best_dso": str(late.best_possible) if late else False,
        "late_days": str(late.average_days_delinquent) if late else False,
        "effectiveness": f"{one.effectiveness:.1f}" if one.effectiveness is not None else False,
        "written_off": float(one.written_off),
        "bad_debt": f"{one.bad_debt:.2f}" if one.bad_debt is not None else False,
        "expected_loss": float(one.expected_loss or 0),
        **{name: float(one.ageing[bucket]) for name, bucket in BUCKETS.items()},
    }


def prepare_card(card):
    """What is shown of a target beside the figures."""
    if not card:
        return {}
    name, share = card
    return {"has_target": True, "target": name, "attainment": share}
