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


class StmReceivablePage(models.TransientModel):
    """Receivables as of a day: ageing, days sales outstanding and what collection achieves."""

    _name = "stm.receivable.page"
    _description = "Receivable Figures of a Day"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of = fields.Date(required=True, default=lambda self: self.env.company._get_stm_today())
    by = fields.Selection(BY, required=True, default="customer")
    days = fields.Integer("Days of Sales", required=True, default=90)
    line_ids = fields.One2many("stm.receivable.page.line", "page_id", "Figures", readonly=True)

    _days_positive = models.Constraint("CHECK(days BETWEEN 1 AND 3660)", "Enter 1 to 3,660 days.")

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
        found = self.env["stm.receivable.figures"]._get_figures(
            self.company_id, self.as_of, self.by, self.days
        )
        names = {
            record.id: record.display_name
            for record in self.env[MODELS[self.by]].sudo().browse([key for key in found if key])
        }
        rows = sorted(found.items(), key=lambda row: (-row[1].receivable, names.get(row[0], "")))
        self.line_ids.unlink()
        self.env["stm.receivable.page.line"].create(
            [
                {"page_id": self.id, "name": names.get(key) or self.env._("None"), **prepare_line(one)}
                for key, one in rows
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receivable Figures"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }


class StmReceivablePageLine(models.TransientModel):
    _name = "stm.receivable.page.line"
    _description = "Receivable Figures of One"
    _order = "id"

    page_id = fields.Many2one("stm.receivable.page", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="page_id.currency_id")
    name = fields.Char()
    receivable = fields.Monetary()
    overdue = fields.Monetary()
    current = fields.Monetary("Not Due")
    days_30 = fields.Monetary("1–30 Days")
    days_60 = fields.Monetary("31–60 Days")
    days_90 = fields.Monetary("61–90 Days")
    older = fields.Monetary("Over 90 Days")
    unapplied = fields.Monetary("Not Applied")
    sales = fields.Monetary(help="Invoiced in the days asked for, taxes included, less credit notes.")
    dso = fields.Char(
        "DSO, Countback",
        help="Days sales outstanding: how many days of sales the receivable consists of, counting back "
        "from the newest month of 30 days. “>” where more is owed than was sold in twelve months.",
    )
    dso_simple = fields.Char("DSO, Simple", help="Receivable ÷ sales × days.")
    best_dso = fields.Char("Best Possible DSO", help="What is not due ÷ sales × days.")
    late_days = fields.Char(
        "Average Days Delinquent", help="Simple DSO less the best possible: what lateness costs in days."
    )
    effectiveness = fields.Char(
        "Collection Effectiveness, %",
        help="(Receivable at the beginning + sales − at the end) ÷ (the same, with only what is not due "
        "taken off) × 100.",
    )


def prepare_line(one):
    """Values of a line; a figure that cannot be told is empty and not zero."""
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
        **{name: float(one.ageing[bucket]) for name, bucket in BUCKETS.items()},
    }
