from odoo import fields, models
from odoo.exceptions import UserError


class StmTerritoryScan(models.TransientModel):
    """Scans the orders and invoices of a period for sales outside of territories and below floors."""

    _name = "stm.territory.scan"
    _description = "Scan for Cross-Territory Sales"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date_from = fields.Date(
        "From", required=True, default=lambda self: self.env.company._get_stm_today().replace(month=1, day=1)
    )
    date_to = fields.Date("To", required=True, default=lambda self: self.env.company._get_stm_today())

    def action_scan(self):
        """Scan, and show what is new and what is known of that period."""
        self.ensure_one()
        self.check_access("write")
        cases = self.env["stm.territory.case"]
        cases._check_manager()
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Switch to %s first.", self.company_id.name))
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins."))
        if not cases._get_division(self.company_id):
            raise UserError(
                self.env._(
                    "There is no division by geography in %s: make one, with territories and rules.",
                    self.company_id.name,
                )
            )
        found = cases.sudo()._scan(self.company_id, self.date_from, self.date_to)
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_territory_case_action")
        return {
            **action,
            "name": self.env._("%s new cases", sum(found.values())),
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            "context": {},
        }


class StmTerritoryCaseDecision(models.TransientModel):
    """Asks why a case is confirmed or cleared."""

    _name = "stm.territory.case.decision"
    _description = "Decision about Cases"

    case_ids = fields.Many2many("stm.territory.case", readonly=True)
    decision = fields.Selection(
        [("confirmed", "Confirm"), ("cleared", "Clear")], required=True, readonly=True
    )
    reason = fields.Text(required=True)

    def action_decide(self):
        """Decide; the method of the cases checks the rights."""
        self.ensure_one()
        self.check_access("write")
        self.case_ids._decide(self.decision, self.reason)
        return {"type": "ir.actions.act_window_close"}
