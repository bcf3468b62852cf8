from odoo import api, models


class StmCommissionMine(models.AbstractModel):
    """Ways from pay to documents and back."""

    _inherit = "stm.commission.mine"

    @api.model
    @api.readonly
    def open_payment(self, partial_id):
        """Action that opens the payment of a reconciliation, as far as the rights go.

        :param partial_id: id of a reconciliation, which may be gone by now
        """
        partial = self.env["account.partial.reconcile"].sudo().browse(int(partial_id)).exists()
        moves = (partial.credit_move_id | partial.debit_move_id).move_id
        payment = moves.origin_payment_id[:1].sudo(False)
        if not payment or not payment.has_access("read"):
            return self.env["stm.achievement"]._tell_rights_end()
        return {
            "type": "ir.actions.act_window",
            "res_model": payment._name,
            "res_id": payment.id,
            "views": [(False, "form")],
        }

    @api.model
    @api.readonly
    def action_why(self, model, document_id):
        """Action that tells what became of the lines of an order or invoice."""
        self._get_asked(model, document_id)
        return self._get_why_action({"model": model, "document_id": document_id})

    def _get_why_action(self, asked):
        action = self.env["ir.actions.client"]._for_xml_id("sales_target_mgmt.stm_commission_why_action")
        return action | {"context": {"stm_why": asked}}


class StmCommissionStatement(models.Model):
    _inherit = "stm.commission.statement"

    def action_why(self):
        """What became of every document line of the statement's payee in its period."""
        self.ensure_one()
        self.check_access("read")
        asked = {"payee_id": self.payee_id.id, "day": str(self.date_from)}
        return self.env["stm.commission.mine"]._get_why_action(asked)
