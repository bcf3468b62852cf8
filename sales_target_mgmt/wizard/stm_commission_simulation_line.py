from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from .stm_commission_simulation import SIDES


class StmCommissionSimulationPayee(models.TransientModel):
    """What a simulation means for one payee."""

    _name = "stm.commission.simulation.payee"
    _description = "Payee of a Simulation"
    _order = "difference desc, id"

    simulation_id = fields.Many2one(
        "stm.commission.simulation", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    payee_id = fields.Many2one("res.partner", readonly=True)
    current = fields.Monetary("In Force", readonly=True)
    simulated = fields.Monetary(readonly=True)
    difference = fields.Monetary(readonly=True)
    percent = fields.Float("Change", digits=(16, 4), readonly=True, aggregator=None)

    def action_view_lines(self):
        """Month by month and component by component."""
        self.ensure_one()
        return self.simulation_id._view_lines(
            {"group_by": ["month:month"]}, [("payee_id", "=", self.payee_id.id)]
        )

    def action_view_deals(self):
        """Document by document, computed anew for this payee."""
        self.ensure_one()
        simulation = self.simulation_id
        simulation._check()
        deals = self.env["stm.commission.simulation.deal"]
        deals.search([("line_id", "=", self.id)]).unlink()
        deals.create(self._prepare_deals())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_simulation_deal_action"
        )
        action["domain"] = [("line_id", "=", self.id)]
        action["display_name"] = self.payee_id.sudo().name
        return action

    def _prepare_deals(self):
        simulation = self.simulation_id
        sums = {}
        for side, plan in (("current", simulation.other_id), ("simulated", simulation.plan_id)):
            book, lines = simulation._simulate(plan, self.payee_id) if plan else (None, ())
            names = {rule.code: rule.name for rule in book.versions.rule_ids} if book else {}
            for line in lines:
                row = line.row
                fact = row.credit.fact[0] if row.credit else None
                key = fact.document_key if fact else (line.code, row.period)
                if key not in sums:
                    name = fact.document if fact else names.get(line.code, line.code)
                    sums[key] = self._prepare_deal(row, fact, name)
                sums[key][side] += row.amount
                sums[key]["difference"] += row.amount if side == "simulated" else -row.amount
        return [values for values in sums.values() if values["current"] or values["simulated"]]

    def _prepare_deal(self, row, fact, name):
        model, id_ = fact.document_key if fact else (False, False)
        return {
            "line_id": self.id,
            "date": fact.date if fact else row.period,
            "document": name,
            "document_model": model,
            "document_id": id_,
            "customer": fact.customer if fact else False,
            "current": Decimal(0),
            "simulated": Decimal(0),
            "difference": Decimal(0),
        }


class StmCommissionSimulationLine(models.TransientModel):
    """What one of the plans pays somebody for a component in a month."""

    _name = "stm.commission.simulation.line"
    _description = "Line of a Simulation"
    _order = "month, payee_id, component, side, id"

    simulation_id = fields.Many2one(
        "stm.commission.simulation", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    side = fields.Selection(SIDES, "Plan", required=True, readonly=True)
    payee_id = fields.Many2one("res.partner", readonly=True)
    month = fields.Date(readonly=True)
    component = fields.Char(readonly=True)
    amount = fields.Monetary("Earned", readonly=True)
    payable = fields.Monetary(readonly=True)
    current = fields.Monetary("In Force", readonly=True)
    simulated = fields.Monetary(readonly=True)
    difference = fields.Monetary(readonly=True)


class StmCommissionSimulationDeal(models.TransientModel):
    """What both plans pay somebody for a document."""

    _name = "stm.commission.simulation.deal"
    _description = "Document of a Simulation"
    _order = "date, id"

    line_id = fields.Many2one(
        "stm.commission.simulation.payee", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="line_id.currency_id")
    date = fields.Date(readonly=True)
    document = fields.Char(readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        "Document ID", model_field="document_model", readonly=True, aggregator=None
    )
    customer = fields.Char(readonly=True)
    current = fields.Monetary("In Force", readonly=True)
    simulated = fields.Monetary(readonly=True)
    difference = fields.Monetary(readonly=True)

    def action_open_document(self):
        """Open the order or invoice, or say that the rights end here."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_model:
            raise UserError(self.env._("This concerns the period as a whole and has no document."))
        return self.env["stm.achievement"]._open_document(self.document_model, self.document_id)
