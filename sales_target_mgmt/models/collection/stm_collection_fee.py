from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ...tools.collection import late_interest


class StmCollectionFee(models.Model):
    """Late fees and interest that a customer could be charged: a proposal, never more by itself.

    Proposed by a step of a policy or by hand; an accountant makes a draft invoice of it, or drops
    it with a reason. What was invoiced or dropped is not proposed again: interest goes on from the
    day to which it was reckoned, the fixed fee comes once for an invoice.
    """

    _name = "stm.collection.fee"
    _description = "Late Fee"
    _inherit = ["stm.collection.part.mixin", "stm.state.mixin", "mail.thread"]
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    date = fields.Date("Reckoned Until", required=True, readonly=True)
    line_ids = fields.One2many("stm.collection.fee.line", "fee_id", "Invoices", readonly=True)
    fixed = fields.Monetary("Late Fees", compute="_compute_amount", store=True)
    interest = fields.Monetary(compute="_compute_amount", store=True)
    amount = fields.Monetary(compute="_compute_amount", store=True)
    state = fields.Selection(
        [("proposed", "Proposed"), ("invoiced", "Invoiced"), ("dropped", "Dropped")],
        required=True,
        default="proposed",
        readonly=True,
        index=True,
        tracking=True,
    )
    reason = fields.Char("Why Dropped", tracking=True)
    invoice_id = fields.Many2one("account.move", readonly=True, ondelete="set null", index="btree_not_null")

    _one_proposed = models.UniqueIndex(
        "(case_id) WHERE state = 'proposed'", "Late fees of this customer are proposed already."
    )

    @api.depends("line_ids.fixed", "line_ids.interest")
    def _compute_amount(self):
        for fee in self:
            fee.fixed = sum(fee.line_ids.mapped("fixed"))
            fee.interest = sum(fee.line_ids.mapped("interest"))
            fee.amount = fee.fixed + fee.interest

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self.check_access("read")
            raise UserError(self.env._("Late fees are proposed by the steps of a policy, or by the case."))
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        names = {name for name in vals if not name.startswith("message_")}
        if not self.env.su and names - {"reason"}:
            raise UserError(self.env._("Late fees are reckoned from the invoices: invoice or drop them."))
        if not self.env.su and names:
            # the reason of what was dropped stays
            self._check_state("proposed")
        return super().write(vals)

    def action_invoice(self):
        """Make a draft invoice, which somebody still posts and sends.

        :raises UserError: without a product for late fees in the settings
        """
        self.check_access("write")
        self._check_state("proposed")
        for fee in self:
            product = fee.company_id.sudo().stm_fee_product_id
            if not product:
                raise UserError(
                    self.env._(
                        "“%s” has no product for late fees: choose one in the settings of Collection.",
                        fee.company_id.name,
                    )
                )
            invoice = self.env["account.move"].create(fee._prepare_invoice(product))
            fee.sudo().write({"state": "invoiced", "invoice_id": invoice.id})
        return self.action_open_invoice() if len(self) == 1 else None

    def action_drop(self):
        """Not charged, and not proposed again for these days.

        :raises UserError: without a reason
        """
        self.check_access("write")
        self._check_state("proposed")
        if any(not (fee.reason or "").strip() for fee in self):
            raise UserError(self.env._("Write why it is dropped: the reason stays."))
        self.sudo().write({"state": "dropped"})

    def action_open_invoice(self):
        """The invoice that was made of it."""
        self.ensure_one()
        self.check_access("read")
        if not self.invoice_id:
            raise UserError(self.env._("It was not invoiced."))
        return self.env["stm.achievement"]._open_document("account.move", self.invoice_id.id)

    @api.model
    @api.private
    def _propose(self, cases):
        """Propose what the cases' policies ask for, in place of what is still proposed.

        :return: the proposals; none for who owes nothing that costs anything
        """
        cases = cases.filtered(lambda case: case.policy_id._has_fee())
        if not cases:
            return self.browse()
        self.search([("case_id", "in", cases.ids), ("state", "=", "proposed")]).unlink()
        moves = {case: self._get_late_moves(case) for case in cases}
        lines = self.env["stm.collection.fee.line"].search(
            [("move_id", "in", cases.browse().union(*moves).line_ids.move_id.ids)]
        )
        known = lines.grouped("move_id")
        values = []
        for case in cases:
            today = case.company_id._get_stm_today()
            rows = [
                row
                for move in moves[case]
                if (row := self._prepare_line(case, move, known.get(move, lines.browse()), today))
            ]
            if rows:
                values.append(
                    {"case_id": case.id, "date": today, "line_ids": list(map(Command.create, rows))}
                )
        return self.create(values)

    def _get_late_moves(self, case):
        """Open invoices that are asked for and overdue, late fees themselves left out."""
        waiting = case._get_waiting_moves()
        moves = case.line_ids.filtered(
            lambda line: (
                line.amount_residual > 0
                and not line.no_followup
                and line.move_id.move_type == "out_invoice"
                and line.move_id.payment_state != "blocked"
            )
        ).move_id
        return moves - waiting - self.search([("invoice_id", "in", moves.ids)]).invoice_id

    def _prepare_line(self, case, move, known, today):
        """Values of what an invoice costs by the policy, or None."""
        policy, company = case.policy_id, case.company_id
        since = max(known.mapped("date_to"), default=None)
        parts, first = defaultdict(float), None
        for line in move.line_ids.filtered(lambda one: one.account_id.account_type == "asset_receivable"):
            start = max(filter(None, (line.date_maturity or line.date, since)))
            if (today - (line.date_maturity or line.date)).days <= policy.fee_after:
                continue
            first = min(filter(None, (first, start)))
            parts[today - start] += line.amount_residual
            for partial in line.matched_credit_ids:
                # what was credited was never owed
                if partial.credit_move_id.move_id.move_type != "out_refund":
                    parts[min(partial.max_date, today) - start] += partial.amount
        if first is None:
            return None
        rate = str(policy.fee_rate)
        interest = late_interest(
            [(str(company.currency_id.round(amount)), days.days) for days, amount in parts.items()],
            rate,
            str(company.currency_id.rounding),
        )
        fixed = 0.0 if any(known.mapped("fixed")) else policy.fee_fixed
        if not fixed and not interest:
            return None
        return {
            "move_id": move.id,
            "date_from": first,
            "date_to": today,
            "rate": policy.fee_rate,
            "interest": float(interest),
            "fixed": fixed,
        }

    def _prepare_invoice(self, product):
        """A draft invoice with a line for each fee and interest, of nobody's sales."""
        self.ensure_one()
        partner = self.case_id.sudo().contact_id or self.partner_id
        texts = self.with_context(lang=partner.lang or self.env.lang)
        rows = []
        for line in self.line_ids:
            name = line.move_id.name
            if line.fixed:
                rows.append((texts.env._("Late fee for %s", name), line.fixed))
            if line.interest:
                text = texts.env._(
                    "Interest for late payment of %(invoice)s from %(first)s to %(last)s, %(rate)s %% a year",
                    invoice=name,
                    first=format_date(texts.env, line.date_from),
                    last=format_date(texts.env, line.date_to),
                    rate=round(line.rate * 100, 2),
                )
                rows.append((text, line.interest))
        return {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "invoice_origin": ", ".join(self.line_ids.move_id.mapped("name")),
            # a sale of nobody
            "invoice_user_id": False,
            "invoice_line_ids": [
                Command.create({"product_id": product.id, "name": text, "quantity": 1, "price_unit": amount})
                for text, amount in rows
            ],
        }


class StmCollectionFeeLine(models.Model):
    """What an invoice that is paid late costs: interest for days, and a fee once."""

    _name = "stm.collection.fee.line"
    _description = "Late Fee of an Invoice"
    _order = "fee_id, date_from, id"
    _rec_name = "move_id"

    fee_id = fields.Many2one("stm.collection.fee", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="fee_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="fee_id.currency_id")
    move_id = fields.Many2one("account.move", "Invoice", required=True, index=True, ondelete="restrict")
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    rate = fields.Float("Interest Rate", digits=(16, 6), aggregator=None)
    interest = fields.Monetary()
    fixed = fields.Monetary("Late Fee")
