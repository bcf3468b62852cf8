"""The demonstration firm's orders, invoices, refunds and payments.

Odoo itself confirms, invoices, posts and reconciles; only the dates are set back. Work is
done in batches, because a database with demonstration data should not take long to make.
"""

from datetime import datetime, time, timedelta
from random import Random

from odoo import Command
from odoo.tools import groupby

from . import figures

QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_notify_noemail": True,
    "skip_pdf_attachment_generation": True,
}
REFUND_REASONS = ("Goods returned", "Damaged in transit", "Delivered twice", "Price agreed later")


class Documents:
    """Makes the documents of the sellers in `figures.SELLERS` in the company of `env`.

    :param env: an environment that may do everything, in the main company
    :param today: the day on which the firm is shown, `datetime.date`
    :param months: how many months of sales, the one in progress included
    :param seed: another seed makes another firm
    """

    def __init__(self, env, today, months=figures.MONTHS, seed=figures.SEED):
        self.env = env(context={**env.context, **QUIET})
        self.today = today
        self.months = months
        self.seed = seed
        self.products = self._demo_records("product.template", "product_").product_variant_id
        self.prices = {product.id: product.list_price for product in self.products}
        self.users = {user.login: user for user in self._demo_records("res.users", "user_")}
        customers = self._demo_records("res.partner", "customer_")
        self.customers = {
            seller.login: customers.filtered(lambda c, s=seller: c.user_id.login == s.login)
            for seller in figures.SELLERS
        }

    def _demo_records(self, model, prefix):
        """The records that the data files of this folder made, in the order of the files."""
        names = self.env["ir.model.data"].search(
            [
                ("module", "=", "sales_target_mgmt"),
                ("model", "=", model),
                ("name", "=like", f"{prefix}%"),
            ],
            order="id",
        )
        records = self.env[model].browse(names.mapped("res_id")).exists()
        if not records:
            raise ValueError(f"No {model} of the demonstration data: load demo/*.csv and *.xml first.")
        return records

    def make(self):
        """Make everything; returns the orders that were invoiced, oldest first."""
        sold = self._sell()
        self._quote()
        invoices = self._invoice(sold)
        self._refund(invoices)
        self._collect(invoices)
        self._rate(sold)
        return [order for _sale, order in sold]

    def at(self, day, hour=8):
        """A moment of that day which is the same day from Shanghai to Seattle, never in the future."""
        moment = datetime.combine(day, time(hour, 15))
        return min(moment, self.env.cr.now().replace(microsecond=0))

    def _order_values(self, seller, customer, day, amount, rng):
        chosen = figures.lines(rng, amount, self.prices, seller.discount)
        user = self.users[seller.login]
        values = {
            "partner_id": customer.id,
            "user_id": user.id,
            "team_id": user.sale_team_id.id,
            "date_order": self.at(day),
            "create_date": self.at(day),
            "order_line": [
                Command.create({"product_id": product, "product_uom_qty": quantity, "discount": discount})
                for product, quantity, discount in chosen
            ],
        }
        return values, figures.worth(chosen, self.prices)

    def _planned(self):
        """All sales as (sale, order values), by the day of their invoice."""
        planned = []
        for seller in figures.SELLERS:
            rng = Random(f"{self.seed}/{seller.login}/lines")
            customers = self.customers[seller.login]
            over = 0.0
            for sale in figures.sales(seller, self.today, self.months, self.seed):
                values, worth = self._order_values(
                    seller, customers[sale.customer], sale.ordered, sale.amount - over, rng
                )
                # products have prices: what one order lacks or exceeds, the next one evens out
                over += worth - sale.amount
                planned.append((sale, values))
        return sorted(planned, key=lambda pair: (pair[0].invoiced, pair[1]["user_id"]))

    def _confirm(self, orders):
        """Confirm and give back the dates, which confirming sets to now."""
        days = {order: order.date_order for order in orders}
        orders.action_confirm()
        for order, moment in days.items():
            order.date_order = moment
        self.env.flush_all()

    def _sell(self):
        planned = self._planned()
        orders = self.env["sale.order"].create([values for _sale, values in planned])
        self._confirm(orders)
        return [(sale, order) for (sale, _values), order in zip(planned, orders, strict=True)]

    def _quote(self):
        """Quotations that were sent, and confirmed orders that wait for their invoice."""
        ordered, sent = [], []
        for seller in figures.SELLERS:
            rng = Random(f"{self.seed}/{seller.login}/open lines")
            customers = self.customers[seller.login]
            usual = [c for n, c in enumerate(customers) if seller.joined[n] >= self.months]
            for target, source in ((ordered, figures.not_invoiced), (sent, figures.quoted)):
                for day, amount in source(seller, self.today, self.seed):
                    customer = rng.choice(usual[1:])
                    target.append(self._order_values(seller, customer, day, amount, rng)[0])
        self._confirm(self.env["sale.order"].create(ordered))
        self.env["sale.order"].create(sent).write({"state": "sent"})

    def _invoice(self, sold):
        """One posted invoice per order, oldest first, dated as planned."""
        invoices = self.env["account.move"]
        for day, group in groupby(sold, lambda pair: pair[0].invoiced):
            orders = self.env["sale.order"].union(*(order for _sale, order in group))
            # a date written later recomputes taxes, terms and receivable of each invoice
            invoices += orders.with_context(default_invoice_date=day)._create_invoices(grouped=True)
        invoices.action_post()
        self.env.flush_all()
        return invoices

    def _refund(self, invoices):
        """Some invoices are partly refunded, and the refund is set off against the invoice."""
        rng = Random(f"{self.seed}/refunds")
        latest = self.today - timedelta(days=6)
        usual = invoices.filtered(
            lambda m: m.invoice_date < latest and max(m.invoice_line_ids.mapped("quantity")) >= 2
        )
        chosen = rng.sample(list(usual), min(len(usual), max(1, self.months // 2)))
        for invoice in sorted(chosen, key=lambda m: m.invoice_date):
            day = invoice.invoice_date + timedelta(days=rng.randint(2, 6))
            wizard = (
                self.env["account.move.reversal"]
                .with_context(active_model="account.move", active_ids=invoice.ids)
                .create(
                    {
                        "date": day,
                        "reason": rng.choice(REFUND_REASONS),
                        "journal_id": invoice.journal_id.id,
                    }
                )
            )
            wizard.refund_moves()
            refund = wizard.new_move_ids
            line = max(refund.invoice_line_ids, key=lambda line: line.quantity)
            (refund.invoice_line_ids - line).unlink()
            line.quantity = max(1, line.quantity // 3)
            refund.action_post()
            (invoice + refund).line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            ).reconcile()

    def _collect(self, invoices):
        """Customers pay by their habit; what one pays on a day is one payment."""
        journal = self._bank()
        whole, parts = {}, []
        for number, invoice in enumerate(invoices):
            rng = Random(f"{self.seed}/paid/{number}")
            shares = figures.paid(
                invoice.invoice_date_due, invoice.amount_residual, rng, self._habit(invoice)
            )
            if len(shares) == 1:
                whole.setdefault(shares[0][0], invoices.browse())
                whole[shares[0][0]] |= invoice
            else:
                parts += [(day, invoice, amount) for day, amount in shares]
        for day in sorted(whole):
            self._register(journal, whole[day], day)
        for day, invoice, amount in sorted(parts, key=lambda part: (part[0], part[1].id)):
            self._register(journal, invoice, day, amount)

    def _habit(self, invoice):
        """How the customer of an invoice pays: the same for all its invoices."""
        names = ("prompt",) * 3 + ("usual",) * 5 + ("late",) * 2 + ("slow",) * 2
        return Random(f"{self.seed}/habit/{invoice.partner_id.email}").choice(names)

    def _register(self, journal, invoices, day, amount=None):
        if day > self.today:
            return
        values = {"payment_date": day, "journal_id": journal.id, "group_payment": True}
        if amount:
            values["amount"] = amount
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create(values)._create_payments()

    def _rate(self, sold):
        """A third of the customers answers how satisfied they were, some days after the invoice."""
        values = []
        forms = {seller.login: seller.form for seller in figures.SELLERS}
        model = self.env["ir.model"]._get_id("sale.order")
        for number, (sale, order) in enumerate(sold):
            rng = Random(f"{self.seed}/rated/{number}")
            day = sale.invoiced + timedelta(days=rng.randint(3, 20))
            if day > self.today or rng.random() > 0.35:
                continue
            usual = 3.9 + 0.8 * (forms[order.user_id.login] - 0.9)
            values.append(
                {
                    "res_model_id": model,
                    "res_id": order.id,
                    "partner_id": order.partner_id.id,
                    "rated_partner_id": order.user_id.partner_id.id,
                    "rating": min(5, max(1, round(rng.gauss(usual, 0.8)))),
                    "consumed": True,
                    "rated_on": self.at(day),
                }
            )
        self.env["rating.rating"].create(values)

    def _bank(self):
        """A bank account of the firm's own; money arrives on it without a detour."""
        journal = self.env["account.journal"].create(
            {
                "name": "Fluid Technology Bank",
                "type": "bank",
                "code": "FLT",
                "company_id": self.env.company.id,
            }
        )
        journal.inbound_payment_method_line_ids.payment_account_id = journal.default_account_id
        return journal
