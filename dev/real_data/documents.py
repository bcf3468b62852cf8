"""The documents: orders confirmed on their day, each invoiced in full on the same day."""

from datetime import datetime, time
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.tools import SQL, split_every

from . import source
from .company import TIME_ZONE

# big enough to share queries, small enough that the cache of one batch stays small
BATCH = 60
# planned as if they were empty, tables that grow this fast make Odoo's own queries crawl;
# so do those of payments, which are empty, as long as they have no statistics that say so
ANALYZED = ("sale_order", "sale_order_line", "account_move", "account_move_line",
            "sale_order_line_invoice_rel", "account_payment", "account_partial_reconcile")  # fmt: skip
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
}


class Books:
    """Writes orders and invoices of one company.

    :param data: :class:`load.Loaded` with its people, products and partners
    """

    def __init__(self, data):
        self.data = data
        self.company = data.company
        self.env = self.company.env(context={**self.company.env.context, **QUIET})
        self.promotions = {
            row["promotion_key"]: row["name"]
            for row in source.rows(data.folder, "promotions")
            if float(row["discount_pct"])
        }
        self.names = {key: product.display_name for key, product in data.products.items()}

    def write(self, orders, done=lambda orders, lines: None):
        """Make the documents of the orders, batch by batch.

        :param orders: :class:`source.Order` sorted by day
        :param done: called after each batch with the number of orders and lines in it
        """
        for day, of_day in groupby(orders, key=attrgetter("day")):
            for batch in split_every(BATCH, of_day):
                self._write_batch(day, batch)
                done(len(batch), sum(len(order.lines) for order in batch))

    def _write_batch(self, day, batch):
        moment = confirmed_at(day)
        made = self.env["sale.order"].create([self.order_values(order) for order in batch])
        made.action_confirm()
        # confirming says that it happened now
        made.date_order = moment
        invoices = made._create_account_invoices([self._invoice(order, day) for order in made], False)
        invoices._post(soft=False)
        self.env.flush_all()
        self.env.invalidate_all()
        analyze(self.env)

    def order_values(self, order):
        """Values of the `sale.order` that an :class:`source.Order` becomes."""
        data = self.data
        return {
            "name": order.name,
            "company_id": self.company.id,
            "partner_id": data.partners[order.reseller].id,
            "user_id": data.people[order.employee].id,
            "team_id": data.teams[order.employee].id,
            "tag_ids": [Command.set(data.tags[order.territory].ids)],
            "date_order": confirmed_at(order.day),
            "commitment_date": datetime.combine(order.due, time(20)),
            "order_line": [Command.create(self._line(line)) for line in order.lines],
        }

    def _line(self, line):
        key = line["product_key"]
        promotion = self.promotions.get(line["promotion_key"])
        return {
            "sequence": int(line["line"]),
            "product_id": self.data.products[key].id,
            "name": "\n".join(filter(None, (self.names[key], promotion))),
            "product_uom_qty": float(line["quantity"]),
            "price_unit": float(line["unit_price"]),
            "discount": float(line["discount_pct"]) * 100,
            "analytic_distribution": False,
        }

    @staticmethod
    def _invoice(order, day):
        """What Odoo's own invoicing prepares, with the amounts that it would compute.

        Given amounts spare one write per line; there is no tax and no other currency, so
        that they are the order line's.
        """
        lines = [
            {
                **line._prepare_invoice_line(sequence=position),
                "amount_currency": -line.price_subtotal,
                "balance": -line.price_subtotal,
                "analytic_distribution": False,
            }
            for position, line in enumerate(order._get_invoiceable_lines())
        ]
        return {
            **order._prepare_invoice(),
            "invoice_date": day,
            "invoice_line_ids": [Command.create(values) for values in lines],
        }


def analyze(env):
    """Bring PostgreSQL's statistics of the tables of documents up to date."""
    env.cr.execute(SQL("ANALYZE %s", SQL(", ").join(map(SQL.identifier, ANALYZED))))


def confirmed_at(day):
    """A moment of the day in the company's time zone, in UTC as Odoo keeps it.

    The hour moves from morning to late evening from day to day, so that in UTC some orders
    fall on the day after.
    """
    hour = 8 + day.toordinal() % 12
    local = datetime.combine(day, time(hour, 30), ZoneInfo(TIME_ZONE))
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
