from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import receivables


class StmCreditFinancials(models.Model):
    """Figures of a customer's annual accounts, and how far they are from insolvency."""

    _name = "stm.credit.financials"
    _description = "Annual Accounts of a Customer"
    _order = "account_id, date desc, id desc"

    account_id = fields.Many2one("stm.credit.account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    date = fields.Date("Year Ends On", required=True)
    working_capital = fields.Monetary()
    retained_earnings = fields.Monetary()
    ebit = fields.Monetary("EBIT")
    equity = fields.Monetary("Book Equity")
    liabilities = fields.Monetary("Total Liabilities")
    total_assets = fields.Monetary()
    sales = fields.Monetary()
    altman = fields.Float("Altman Z′", digits=(16, 3), compute="_compute_altman")
    zone = fields.Selection(
        [("distress", "Distress"), ("grey", "Grey"), ("safe", "Safe")], compute="_compute_altman"
    )

    _assets_positive = models.Constraint(
        "CHECK(total_assets > 0 AND liabilities > 0)",
        "Total assets and liabilities have to be above zero: the ratios are divided by them.",
    )

    @api.depends(
        "working_capital", "retained_earnings", "ebit", "equity", "liabilities", "total_assets", "sales"
    )
    def _compute_altman(self):
        for year in self:
            year.altman, year.zone = 0.0, False
            if year.total_assets > 0 and year.liabilities > 0:
                whole = year.total_assets
                ratios = [one / whole for one in (year.working_capital, year.retained_earnings, year.ebit)]
                ratios += [year.equity / year.liabilities, year.sales / whole]
                value = receivables.altman_z("private", *ratios)
                year.altman = float(value)
                year.zone = receivables.altman_zone("private", value)


class StmCreditEvidence(models.Model):
    """What others say about a customer, or what a person knows: a score with its date and source."""

    _name = "stm.credit.evidence"
    _description = "Evidence about a Customer's Credit"
    _order = "account_id, date desc, id desc"

    account_id = fields.Many2one("stm.credit.account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("agency", "Score of a credit agency"), ("manual", "Judgement by hand")],
        required=True,
        default="agency",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    value = fields.Float("Score", required=True, digits=(16, 2))
    source = fields.Char("Source or Reason", required=True)
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    user_id = fields.Many2one(
        "res.users", "Done By", required=True, readonly=True, default=lambda self: self.env.user
    )

    @api.constrains("source")
    def _check_source(self):
        if any(not evidence.source.strip() for evidence in self):
            raise ValidationError(self.env._("Say where the score comes from, or why you judge so."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and {"user_id", "account_id"} & set(vals):
            raise UserError(self.env._("Who entered it about whom stays: delete it and enter it anew."))
        return super().write(vals)
