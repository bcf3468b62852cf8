from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import split_every

from ..models.collection.stm_collection_case import STOPS
from ..models.collection.stm_collection_engine import BATCH


class StmCollectionPreview(models.TransientModel):
    """What the run would do now, customer by customer; what is chosen is done."""

    _name = "stm.collection.preview"
    _description = "Run Collection"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many(
        "stm.collection.preview.line", "preview_id", default=lambda self: self._get_lines(self.env.company)
    )
    count = fields.Integer("Steps to Take", compute="_compute_count")
    amount = fields.Monetary("At Stake", compute="_compute_count")

    @api.depends("line_ids.is_chosen", "line_ids.amount")
    def _compute_count(self):
        for preview in self:
            chosen = preview.line_ids.filtered("is_chosen")
            preview.count = len(chosen)
            preview.amount = sum(chosen.mapped("amount"))

    @api.onchange("company_id")
    def _onchange_company_id(self):
        self.line_ids = self._get_lines(self.company_id)

    def _get_lines(self, company):
        return [(5,)] + [(0, 0, values) for values in self._get_rows(company)]

    def _get_rows(self, company):
        """Values of the lines: due steps first, then what waits, each by its weight."""
        self.env["stm.collection.case"].check_access("write")
        if company not in self.env.companies:
            raise AccessError(self.env._("You do not work for “%s”.", company.sudo().name))
        engine = self.env["stm.collection.engine"].sudo()
        rows, most = [], 0
        for batch in split_every(BATCH, engine._find_partners(company, again=True)):
            plans = self.env["stm.collection.reader"].sudo()._read_plans(company, batch).values()
            most = max([most, *(plan.gain for plan, _after in plans)])
            rows += [self._prepare_row(plan, after) for plan, after in plans if after or plan.stop]
        for row in rows:
            row["priority"] = round(100 * row["gain"] / float(most)) if most else 0
        return sorted(rows, key=lambda row: (not row["is_due"], -row["gain"], row["partner_id"]))

    def _prepare_row(self, plan, after):
        """Values of the line of a customer; `after`: the plan after a step that is due, or None."""
        return {
            "partner_id": plan.partner,
            "step_id": plan.step.id,
            "amount": float(plan.amount),
            "overdue_days": plan.overdue_days,
            "gain": float(plan.gain),
            "stop": plan.stop or False,
            "is_due": bool(after),
            "is_chosen": bool(after),
        }

    def action_run(self):
        """Take the steps of the chosen customers, each batch committed on its own."""
        self.ensure_one()
        self.env["stm.collection.case"].check_access("write")
        chosen = self.line_ids.filtered(lambda line: line.is_chosen and line.is_due).partner_id.ids
        engine = self.env["stm.collection.engine"].sudo()
        for batch in split_every(BATCH, chosen):
            engine._run(self.company_id, batch)
            if len(chosen) > BATCH:
                self.env["ir.cron"]._commit_progress()
        return self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_collection_case_action")


class StmCollectionPreviewLine(models.TransientModel):
    """A customer of the preview."""

    _name = "stm.collection.preview.line"
    _description = "Run Collection: Customer"
    _order = "is_due desc, gain desc, id"

    preview_id = fields.Many2one("stm.collection.preview", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="preview_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    step_id = fields.Many2one("stm.collection.step", readonly=True)
    channel = fields.Selection(related="step_id.channel")
    amount = fields.Monetary("At Stake", readonly=True)
    overdue_days = fields.Integer(readonly=True)
    gain = fields.Float("Weight", readonly=True, digits=(16, 2))
    priority = fields.Integer(
        readonly=True,
        help="From 0 to 100: 100 has the case to ask first, the others by their weight in proportion to it.",
    )
    stop = fields.Selection(STOPS, "Waits For", readonly=True)
    is_due = fields.Boolean(readonly=True)
    is_chosen = fields.Boolean("Take")
