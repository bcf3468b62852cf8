from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import fields, models

from ...tools.rate_table import exact


class Advance(NamedTuple):
    """What was received for an order, in company currency.

    :ivar booked: of it, what nothing is settled with yet and the customer's exposure counts as received
    :ivar received: with what has settled invoices of the order, or stands on bank statements only
    """

    booked: Decimal
    received: Decimal


class SaleOrder(models.Model):
    """Money in advance: it has to be received, an authorisation only promises it."""

    _inherit = "sale.order"

    def _get_stm_advance(self, named=None):
        """The :class:`Advance` of an order: online payments, and transfers that name it.

        A line of a bank statement may be a payment that was entered before, and without matching it
        stays there: of what is in the books and what is on statements the larger one counts.

        :param named: what :meth:`~.StmCreditExposure._get_named_money` knows of the customer
        """
        self.ensure_one()
        if named is None:
            named = self.env["stm.credit.exposure"]._get_named_money(self.company_id, self._get_stm_payers())
        booked, bank = named.get(self._origin.id, (Decimal(0), Decimal(0)))
        booked += self._get_stm_paid_in_advance()
        settled, _left = self._get_stm_settled()
        received = max(booked + settled, bank) + self._get_stm_paid_in_advance(is_own=False)
        return Advance(booked, received)

    def _get_stm_paid_in_advance(self, is_own=True):
        """What was received online for this order and is not used up, in company currency.

        Refunds count against it; of a payment that was captured in parts, the parts count; of one
        for several orders, the share of this one. Of the payer's own payments it is what the
        customer's exposure knows of them, see `stm_credit_exposure_money.py`. Others pay as well: who
        buys may have a login beside the customer, and a clerk pays what is read out on the phone.

        :param is_own: whether the order's payer paid, or somebody else
        """
        payers = self._get_stm_payers() | self.partner_id.commercial_partner_id
        paid = self._get_stm_paid_online().items()
        amounts = (amount for payer, amount in paid if (payer in payers) == is_own)
        return max(sum(amounts, Decimal(0)), Decimal(0))

    def _get_stm_paid_online(self):
        """Who paid online for this order → what of it is not used up, in company currency."""
        self.ensure_one()
        found, transactions = defaultdict(Decimal), self.sudo().transaction_ids
        for one in transactions | transactions.child_transaction_ids:
            if one.state == "done" and one.operation != "validation":
                amount = self._get_stm_unused(one) * self._get_stm_share(one)
                found[one.partner_id.commercial_partner_id] += amount
        return found

    def _get_stm_reserved(self, named, due=None):
        """What was received for this order and is for nothing else, in company currency.

        It pays the order's own invoices that are due first; of the rest, as much is reserved as the
        order is not invoiced yet and its later invoices ask for. More than the order comes to is
        for whatever the customer owes.

        :param due: the last day of due invoices; None: none of them is looked at
        """
        booked = self._get_stm_advance(named).booked
        if not due:
            return min(booked, self._get_stm_credit_amount())
        lines = self._get_stm_posted().line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and line.amount_residual > 0
                and line.move_id.commercial_partner_id == self._get_stm_payers()
            )
        )
        asked = later = Decimal(0)
        for line in lines:
            if (line.date_maturity or line.date) <= due:
                asked += exact(line.amount_residual)
            else:
                later += exact(line.amount_residual)
        left = max(self._get_stm_credit_amount() - self._get_stm_invoiced(), Decimal(0))
        return max(min(booked - asked, left + later), Decimal(0))

    def _get_stm_deposit(self, share):
        """A share of the whole order, in company currency."""
        currency = self.company_id.currency_id
        return exact(currency.round(float(self._get_stm_credit_amount()) * share))

    def _get_stm_settled(self):
        """(what settled the posted invoices of this order, what they still ask of the payer of now)."""
        posted, payer = self._get_stm_posted(), self._get_stm_payers()
        settled = (exact(one.amount_total_signed - one.amount_residual_signed) for one in posted)
        own = posted.filtered(lambda move: move.commercial_partner_id == payer)
        left = (exact(one.amount_residual_signed) for one in own)
        return sum(settled, Decimal(0)), sum(left, Decimal(0))

    def _get_stm_invoiced(self):
        """What posted invoices of this order come to."""
        return sum((exact(one.amount_total_signed) for one in self._get_stm_posted()), Decimal(0))

    def _get_stm_posted(self):
        self.ensure_one()
        return self.sudo().invoice_ids.filtered(lambda move: move.state == "posted")

    def _get_stm_share(self, transaction):
        """This order's share of an online payment for several orders, by what they come to."""
        orders = transaction.sale_order_ids or transaction.source_transaction_id.sale_order_ids
        # a form that is not saved is the order itself
        others = (orders._origin - self._origin).filtered(lambda order: order.state != "cancel")
        total = self.amount_total + sum(others.mapped("amount_total"))
        return exact(self.amount_total) / exact(total) if others and total else Decimal(1)

    def _get_stm_unused(self, transaction):
        payment = transaction.payment_id
        lines = payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        if lines:
            return -exact(sum(lines.mapped("amount_residual")))
        is_known = payment.state == "in_process" if payment else not transaction.is_post_processed
        if not is_known or transaction.invoice_ids:
            return Decimal(0)
        today = fields.Date.context_today(self)
        own = self.company_id.currency_id
        return exact(transaction.currency_id._convert(transaction.amount, own, self.company_id, today))
