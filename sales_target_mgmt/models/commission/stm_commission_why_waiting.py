from odoo import fields, models
from odoo.tools import format_date

# conditions of a plan, of later rooms as well
HOLDS = ("overdue", "grade")


class StmCommissionMine(models.AbstractModel):
    """For what something waits that is earned: a condition, a day, or money that is still open."""

    _inherit = "stm.commission.mine"

    def _say_hold(self, book, verdict, fact, parts):
        """The condition that holds back what is paid; empty: none does."""
        reasons = [one.reason for one in parts.values() if one.reason in HOLDS]
        if not reasons:
            return ""
        customer = book.customers.get(fact.commercial_partner_id, {})
        return verdict.version._describe_hold(reasons[0], customer) or self._get_reason_label(reasons[0])

    def _say_waiting(self, version, fact, open_amounts):
        if version.payable_on == "days":
            due = fields.Date.add(fact.date, days=version.wait_days)
            return self.env._("Payable on %s", format_date(self.env, due))
        if fact.document_key in open_amounts:
            left, total = open_amounts[fact.document_key]
            if left:
                return self._say_open(version.company_currency_id, left, total)
            if version.payable_on in ("proportional", "full"):
                return self.env._("Not all of it was paid, and nothing is open any more: the rest waits")
        return self.env._("Payable: %s", self._describe(version, "payable_on"))

    def _say_open(self, currency, left, total):
        """What is open of a document; outside of the firm as a share, for the whole is not theirs to know."""
        if self.env.user.share:
            percent = f"{round(left / total * 100, 1):g}" if total else "100"
            return self.env._("Waits for payment: %s %% of it is open", percent)
        return self.env._(
            "Waits for payment: %(open)s of %(total)s are open",
            open=currency.format(left),
            total=currency.format(total),
        )

    def _read_open_amounts(self, facts):
        """(model, id) of a document → (what is open, total), in company currency with taxes.

        Of an order everything is open that was not paid, also what was not invoiced yet.
        """
        moves = self.env["account.move"].sudo().browse({fact.move_id for fact in facts if fact.move_id})
        orders = {fact.order_id for fact in facts if fact.source == "order"}
        found = {
            (move._name, move.id): (move.amount_residual_signed, move.amount_total_signed) for move in moves
        }
        for order in self.env["sale.order"].sudo().browse(orders):
            found[order._name, order.id] = self._read_open_amount(order)
        return found

    def _read_open_amount(self, order):
        """What is open of an order, and its total."""
        currency = order.company_id.currency_id
        total = currency.round(order.amount_total / (order.currency_rate or 1))
        invoiced = left = 0.0
        for move in order.invoice_ids.filtered(lambda move: move.state == "posted"):
            own = move.invoice_line_ids.filtered(lambda line: line.sale_line_ids.order_id == order)
            whole = sum(move.invoice_line_ids.mapped("price_total"))
            share = sum(own.mapped("price_total")) / whole if whole else 0.0
            left += move.amount_residual_signed * share
            if move.move_type != "out_refund":
                invoiced += move.amount_total_signed * share
        return currency.round(left + max(total - invoiced, 0.0)), total
