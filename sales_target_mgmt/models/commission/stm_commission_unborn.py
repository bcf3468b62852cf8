from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import float_compare

SALES_TYPES = ("out_invoice", "out_receipt")
INVOICE_TYPES = (*SALES_TYPES, "out_refund")
LIMIT = 100


class StmCommissionMine(models.AbstractModel):
    """Documents that earn nothing yet, because they are not what the plan pays for."""

    _inherit = "stm.commission.mine"

    def _explain_unborn(self, book, payee, period, document=None):
        """Quotations, orders without invoice, draft and unpaid invoices of the period, the latest ones.

        :param document: an order or invoice, to look at it and its invoices only
        :return: rows of `get_why`, each with `is_inside`: whether the payee is in the plan on its day
        """
        version = book.get_version(period[0])
        if not version:
            return []
        users = list(book.get_users())
        wanted = self._get_asked_domains(document)
        orders, moves = self._find_orders(book, users, payee, period, version, wanted["sale.order"]), []
        if version.earned_on != "order":
            moves = self._find_moves(book, users, payee, period, version, wanted["account.move"])
        rows = [self._prepare_order(order, version, payee) for order in orders]
        rows += [self._prepare_move(move, payee, users) for move in moves]
        latest = min(period[1], book.until)
        for row in rows:
            day = fields.Date.to_date(row["date"]) or latest
            row |= {"is_inside": self._is_in_plan(book, payee, day), "plan": book.origin.name}
        return rows

    def _get_asked_domains(self, document):
        """Model → domain of what is asked about: everything, or a document and the invoices of an order."""
        if not document:
            return dict.fromkeys(("sale.order", "account.move"), Domain.TRUE)
        orders = document.sudo() if document._name == "sale.order" else self.env["sale.order"]
        moves = orders.invoice_ids if orders else document
        return {"sale.order": Domain("id", "in", orders.ids), "account.move": Domain("id", "in", moves.ids)}

    def _find_orders(self, book, users, payee, period, version, asked):
        quota = self.env["stm.quota"]
        company = self.env["res.company"].sudo().browse(book.company)
        start, end = quota._get_bounds(company, period)
        states = Domain("state", "in", ("draft", "sent", "cancel"))
        if version.earned_on != "order":
            states |= Domain("invoice_status", "=", "to invoice") | Domain("invoice_status", "=", "no")
        mine = Domain("user_id", "in", users) | Domain("stm_split_ids.payee_id", "=", payee.id)
        domain = asked & mine & states & Domain(
            [("company_id", "=", book.company), ("date_order", ">=", start), ("date_order", "<", end)]
        )  # fmt: skip
        found = self.env["sale.order"].sudo()
        found = found.search(domain, order="date_order desc, id desc", limit=LIMIT)
        return found.filtered(lambda order: order.state != "sale" or not self._was_all_invoiced(order))

    def _was_all_invoiced(self, order):
        """Whether every line was invoiced once: what was refunded since has rows of its own."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        for line in order.order_line.filtered(lambda line: not line.display_type):
            ordered = line.product_uom_qty
            if line.product_id.invoice_policy == "delivery":
                ordered = max(ordered, line.qty_delivered)
            sold = line.invoice_lines.filtered(
                lambda one: one.move_type in SALES_TYPES and one.parent_state != "cancel"
            )
            invoiced = sum(
                one.product_uom_id._compute_quantity(one.quantity, line.product_uom_id) for one in sold
            )
            if float_compare(invoiced, ordered, precision_digits=digits) < 0:
                return False
        return True

    def _find_moves(self, book, users, payee, period, version, asked):
        wanted = Domain("state", "in", ("draft", "cancel"))
        if version.earned_on == "payment":
            wanted |= Domain("state", "=", "posted") & Domain("payment_state", "in", ("not_paid", "partial"))
        dated = Domain("invoice_date", ">=", period[0]) & Domain("invoice_date", "<=", period[1])
        split = Domain("line_ids.sale_line_ids.order_id.stm_split_ids.payee_id", "=", payee.id)
        domain = (
            asked
            & wanted
            & (Domain("invoice_user_id", "in", users) | split)
            & (Domain("invoice_date", "=", False) | dated)
            & Domain([("company_id", "=", book.company), ("move_type", "in", INVOICE_TYPES)])
        )
        return self.env["account.move"].sudo().search(domain, order="invoice_date desc, id desc", limit=LIMIT)

    def _prepare_order(self, order, version, payee):
        day = fields.Datetime.context_timestamp(
            order.with_context(tz=order.company_id.stm_tz), order.date_order
        ).date()
        share = self._get_split_share(order, payee)
        amount = order.company_id.currency_id.round(
            order.amount_untaxed / (order.currency_rate or 1) * (1 if share is None else share)
        )
        code, reason = self._explain_order(order, version)
        if share == 0:
            code, reason = "split", self._say_split(order.stm_split_ids.payee_id)
        return self._prepare_unborn(order, day, amount, code, reason) | {"order_id": order.id}

    def _get_split_share(self, order, payee):
        """The payee's share of an order; None where it is not split."""
        splits = order.stm_split_ids
        if not splits:
            return None
        return sum(splits.filtered(lambda split: split.payee_id == payee).mapped("share"))

    def _explain_order(self, order, version):
        if order.state == "cancel":
            return "cancelled", self.env._("Cancelled")
        if order.state in ("draft", "sent"):
            return "quotation", self.env._("Quotation: it is not confirmed yet")
        if version.earned_on == "payment":
            return "not_invoiced", self.env._("Not invoiced yet; your plan earns when it is paid")
        return "not_invoiced", self.env._("Not all of it is invoiced yet; your plan earns on the invoice")

    def _prepare_move(self, move, payee, users):
        code, reason = self._explain_move(move)
        own = move.invoice_user_id.id in users
        amount, others = 0.0, self.env["res.partner"]
        for line in move.invoice_line_ids:
            share = self._get_split_share(line.sale_line_ids.order_id[:1], payee)
            if not share and share is not None:
                others |= line.sale_line_ids.order_id[:1].stm_split_ids.payee_id
            amount -= line.balance * (own if share is None else share)
        if others and not amount:
            amount, code = move.amount_untaxed_signed, "split"
            reason = self._say_split(others)
        currency = move.company_id.currency_id
        row = self._prepare_unborn(move, move.invoice_date, currency.round(amount), code, reason)
        return row | {"order_id": move.line_ids.sale_line_ids.order_id[:1].id}

    def _explain_move(self, move):
        if move.state == "cancel":
            return "invoice_cancelled", self.env._("Invoice cancelled")
        if move.state == "draft":
            return "invoice_draft", self.env._("The invoice is a draft: it is not posted yet")
        currency = move.company_id.currency_id
        left, total = move.amount_residual_signed, move.amount_total_signed
        if self.env.user.share:
            return "unpaid", self._say_open(currency, left, total)
        return "unpaid", self.env._(
            "Not paid yet: %(open)s of %(total)s are open",
            open=currency.format(left),
            total=currency.format(total),
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
            "is_money": True,
            "amount": 0.0,
            "payable": 0.0,
            "state": "nothing",
            "code": code,
            "reason": reason,
        }
