from odoo import fields, models
from odoo.exceptions import UserError

from .stm_commission_dispute import STATES


class StmCommissionEntry(models.Model):
    _inherit = "stm.commission.entry"

    dispute_state = fields.Selection(STATES, "Dispute", compute="_compute_dispute_state")

    def _compute_dispute_state(self):
        """Of the last dispute about the event, for who may read it."""
        disputes = self.env["stm.commission.dispute"]
        found = {}
        if disputes.has_access("read"):
            rows = disputes.search_fetch(
                [("payee_id", "in", self.payee_id.ids), ("source_key", "in", self.mapped("source_key"))],
                ["payee_id", "component", "source_key", "state"],
                order="id",
            )
            found = {(row.payee_id, row.component, row.source_key): row.state for row in rows}
        for entry in self:
            entry.dispute_state = found.get((entry.payee_id, entry.component, entry.source_key))

    def action_dispute(self):
        """Say what is wrong with an entry of one's own."""
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise UserError(self.env._("Only the payee disputes an entry."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_dispute_action_new"
        )
        action["context"] = {
            "default_entry_id": self.id,
            "default_document": self.document,
            "default_amount": self.amount or self.payable,
        }
        return action
