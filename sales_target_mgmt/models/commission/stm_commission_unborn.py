from odoo import fields, models
from odoo.fields import Domain

INVOICE_TYPES = ("out_invoice", "out_refund", "out_receipt")
LIMIT = 100


class StmCommissionMine(models.AbstractModel):
    """Documents that earn nothing yet, because they are not what the plan pays for."""

    _inherit = "stm.commission.mine"

    def _explain_unborn(self, book, payee, period, document=None):
        """Quotations, orders without invoice, draft and unpaid invoices of the period, the latest ones.

        :param document: an order or invoice, to look at it and its invoices only
        """
        version = book.get_version(period[0])
        users = list(book.get_users())
        if not version or not users:
            return []
        orders, moves = self._find_orders(book, users, payee, period, version), []
        if version.earned_on != "order":
            moves = self._find_moves(book, users, period, version)
        if document:
            order = document._name == "sale.order"
            orders = orders & document if order else []
            moves = moves and moves & (document.sudo().invoice_ids if order else document)
        rows = [self._prepare_order(order, version) for order in orders]
        return rows + [self._prepare_move(move, version) for move in moves]

    def _find_orders(self, book, users, payee, period, version):
        quota = self.env["stm.quota"]
        company = self.env["res.company"].sudo().browse(book.company)
        start, end = quota._get_bounds(company, period)
        states = Domain("state", "in", ("draft", "sent", "cancel"))
        if version.earned_on != "order":
            states |= Domain("invoice_status", "=", "to invoice") | Domain("invoice_status", "=", "no")
        mine = Domain("user_id", "in", users) | Domain("stm_split_ids.payee_id", "=", payee.id)
        domain = mine & states & Domain(
            [("company_id", "=", book.company), ("date_order", ">=", start), ("date_order", "<", end)]
        )  # fmt: skip
        return self.env["sale.order"].sudo().search(domain, order="date_order desc, id desc", limit=LIMIT)

    def _find_moves(self, book, users, period, version):
        wanted = Domain("state", "in", ("draft", "cancel"))
        if version.earned_on == "payment":
            wanted |= Domain("state", "=", "posted") & Domain("payment_state", "in", ("not_paid", "partial"))
        dated = Domain("invoice_date", ">=", period[0]) & Domain("invoice_date", "<=", period[1])
        domain = (
            wanted
            & (Domain("invoice_date", "=", False) | dated)
            & Domain(
                [
                    ("company_id", "=", book.company),
                    ("move_type", "in", INVOICE_TYPES),
                    ("invoice_user_id", "in", users),
                ]
            )
        )
        return self.env["account.move"].sudo().search(domain, order="invoice_date desc, id desc", limit=LIMIT)

    def _prepare_order(self, order, version):
        day = fields.Datetime.context_timestamp(
            order.with_context(tz=order.company_id.stm_tz), order.date_order
        ).date()
        amount = order.company_id.currency_id.round(order.amount_untaxed / (order.currency_rate or 1))
        code, reason = self._explain_order(order, version)
        return self._prepare_unborn(order, day, amount, code, reason) | {"order_id": order.id}

    def _explain_order(self, order, version):
        if order.state == "cancel":
            return "cancelled", self.env._("Cancelled")
        if order.state in ("draft", "sent"):
            return "quotation", self.env._("Quotation: it is not confirmed yet")
        if version.earned_on == "payment":
            return "not_invoiced", self.env._("Not invoiced yet; your plan earns when it is paid")
        return "not_invoiced", self.env._("Not all of it is invoiced yet; your plan earns on the invoice")

    def _prepare_move(self, move, version):
        code, reason = self._explain_move(move)
        row = self._prepare_unborn(move, move.invoice_date, move.amount_untaxed_signed, code, reason)
        return row | {"order_id": move.line_ids.sale_line_ids.order_id[:1].id}

    def _explain_move(self, move):
        if move.state == "cancel":
            return "invoice_cancelled", self.env._("Invoice cancelled")
        if move.state == "draft":
            return "invoice_draft", self.env._("The invoice is a draft: it is not posted yet")
        currency = move.company_id.currency_id
        return "unpaid", self.env._(
            "Not paid yet: %(open)s of %(total)s are open",
            open=currency.format(move.amount_residual_signed),
            total=currency.format(move.amount_total_signed),
        )

    def _prepare_unborn(self, document, day, amount, code, reason):
        return {
            "date": fields.Date.to_string(day) if day else False,
            "document": document.display_name,
            "model": document._name,
            "document_id": document.id,
            "customer": document.partner_id.commercial_partner_id.name or "",
            "product": "",
            "currency_id": document.company_id.currency_id.id,
            "base": amount,
            "amount": 0.0,
            "payable": 0.0,
            "state": "nothing",
            "code": code,
            "reason": reason,
        }
