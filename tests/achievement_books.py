"""What documents say, added up in Python record by record, knowing nothing of the addon's SQL."""

from collections import defaultdict
from zoneinfo import ZoneInfo

SHARED = ("amount", "margin", "quantity", "count", "new_customer")
SALES = ("out_invoice", "out_refund", "out_receipt")
VALUES = ("amount", "margin", "quantity", "count", "new_customer", "won", "rating")


class Fact:
    """One line of a document and what it is worth, in company currency."""

    def __init__(self, source, day, user, team, category, customer, **values):
        self.source = source
        self.day = day
        self.user = user
        self.team = team
        self.category = category
        self.customer = customer
        self.values = {"count": 1.0, **values}

    @property
    def key(self):
        return (self.source, self.day, self.user.id, self.team.id, self.category.id, self.customer.id)

    def matches(self, dimensions):
        category = dimensions.get("categ_id")
        return (
            dimensions.get("user_id", self.user) == self.user
            and dimensions.get("team_id", self.team) == self.team
            and dimensions.get("partner_id", self.customer) == self.customer
            and (not category or (self.category and self._is_below(category)))
        )

    def share(self, order):
        """The fact, and what an order's splits change of it for persons."""
        yield self
        splits = order.stm_split_ids
        if splits:
            yield self._take(self.user, -1.0)
        for split in splits.filtered("user_id"):
            yield self._take(split.user_id, split.share)

    def _take(self, user, factor):
        values = {name: factor * self.values[name] for name in SHARED if name in self.values}
        source = f"{self.source}_split"
        return Fact(source, self.day, user, self.team, self.category, self.customer, **values)

    def _is_below(self, category):
        step = self.category
        while step and step != category:
            step = step.parent_id
        return bool(step)


class Books:
    """The facts of a company as the documents have them now."""

    def __init__(self, company):
        self.company = company
        self.env = company.env
        self.zone = ZoneInfo(company.stm_tz)
        self.facts = [
            *self._orders(),
            *self._invoices(),
            *self._payments(),
            *self._leads(),
            *self._ratings(),
        ]

    def by_key(self):
        """Sums of every value by source, day and dimensions."""
        sums = defaultdict(lambda: dict.fromkeys(VALUES, 0.0))
        for fact in self.facts:
            for name, value in fact.values.items():
                sums[fact.key][name] += value
        return sums

    def total(self, measure, date_from, date_to, dimensions):
        """The value of a measure: a float, or None for a ratio without denominator."""
        if measure.aggregation == "ratio":
            parts = (measure.numerator_id, measure.denominator_id)
            above, below = (self.total(part, date_from, date_to, dimensions) for part in parts)
            return measure.factor * above / below if below else None
        sources = [measure.source]
        if measure.aggregation == "sum" and dimensions.get("user_id"):
            sources.append(f"{measure.source}_split")
        facts = [
            fact
            for fact in self.facts
            if fact.source in sources and date_from <= fact.day <= date_to and fact.matches(dimensions)
        ]
        if measure.aggregation == "distinct":
            return float(len({fact.customer.id for fact in facts if fact.customer}))
        return sum(fact.values.get(measure.value_field, 0.0) for fact in facts)

    def _day(self, stamp):
        return stamp.replace(tzinfo=ZoneInfo("UTC")).astimezone(self.zone).date()

    def _confirmed(self):
        domain = [("company_id", "=", self.company.id), ("state", "=", "sale")]
        return self.env["sale.order"].search(domain)

    @staticmethod
    def _real_lines(order):
        return order.order_line.filtered(lambda line: not line.display_type and not line.is_downpayment)

    @staticmethod
    def _quantity(line, quantity):
        own = line.product_id.uom_id
        return quantity * line.product_uom_id.factor / own.factor if own else quantity

    def _round(self, amount):
        return self.company.currency_id.round(amount)

    def _orders(self):
        bought = defaultdict(list)
        for order in self._confirmed():
            for line in self._real_lines(order):
                bought[order.partner_id.commercial_partner_id].append((order.date_order, line.id))
        for order in self._confirmed():
            customer = order.partner_id.commercial_partner_id
            for line in self._real_lines(order):
                yield from Fact(
                    "order", self._day(order.date_order), order.user_id, order.team_id,
                    line.product_id.categ_id, customer,
                    amount=self._round(line.price_subtotal / order.currency_rate),
                    margin=self._round(line.margin / order.currency_rate),
                    quantity=self._quantity(line, line.product_uom_qty),
                    new_customer=float(min(bought[customer]) == (order.date_order, line.id)),
                ).share(order)  # fmt: skip

    def _posted(self):
        domain = [("company_id", "=", self.company.id), ("state", "=", "posted"), ("move_type", "in", SALES)]
        return self.env["account.move"].search(domain)

    def _invoice_lines(self, move, day, source, share=1.0):
        sign = -1 if move.move_type == "out_refund" else 1
        for line in move.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            sold = line.sale_line_ids
            base = sum(sold.mapped("price_subtotal"))
            if base:
                margin = -line.balance * sum(sold.mapped("margin")) / base
            elif ordered := sum(sold.mapped("product_uom_qty")):
                unit = sum(sold.mapped("margin")) / move.invoice_currency_rate / ordered
                margin = sign * line.quantity * unit
            else:
                margin = 0.0
            yield from Fact(
                source, day, move.invoice_user_id, move.team_id,
                line.product_id.categ_id, move.partner_id.commercial_partner_id,
                amount=-line.balance * share,
                margin=self._round(margin) if source == "invoice" else margin * share,
                quantity=sign * self._quantity(line, line.quantity) * share,
            ).share(sold.sorted("id")[:1].order_id)  # fmt: skip

    def _invoices(self):
        for move in self._posted():
            yield from self._invoice_lines(move, move.invoice_date, "invoice")

    def _payments(self):
        """From the payment's side: what of it went to which invoice, less what was written off."""
        company = [("company_id", "=", self.company.id)]
        payments = self.env["account.payment"].search(company)
        for payment in payments.filtered(lambda one: one.move_id.state == "posted"):
            yield from self._money(payment.move_id, payment.date, payment.outstanding_account_id)
        for line in self.env["account.bank.statement.line"].search(company):
            yield from self._money(line.move_id, line.date, line.journal_id.default_account_id)

    def _money(self, move, day, account):
        receivable = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        if not receivable:
            return
        money = move.line_ids.filtered(lambda line: line.account_id == account)
        cash = abs(sum(money.mapped("balance"))) / abs(sum(receivable.mapped("balance")))
        rate = abs(receivable.balance / receivable.amount_currency)
        for partial in receivable.matched_debit_ids:
            paid = partial.credit_amount_currency * rate * cash
            yield from self._paid(partial.debit_move_id.move_id, day, paid)
        for partial in receivable.matched_credit_ids:
            paid = partial.debit_amount_currency * rate * cash
            yield from self._paid(partial.credit_move_id.move_id, day, paid)

    def _paid(self, move, day, paid):
        # Odoo keeps payments on an invoice that is drafted again
        if move.move_type in SALES and move.state == "posted":
            share = paid / abs(move.amount_total_signed)
            yield from self._invoice_lines(move, day, "payment", share)

    def _leads(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        domain = [("company_id", "=", self.company.id), ("type", "=", "opportunity")]
        for lead in leads.search(domain):
            if lead.won_status not in ("won", "lost"):
                continue
            won = lead.won_status == "won"
            yield Fact(
                "lead", self._day(lead.date_closed or lead.create_date), lead.user_id, lead.team_id,
                self.env["product.category"], lead.partner_id.commercial_partner_id,
                amount=lead.expected_revenue if won else 0.0,
                won=float(won),
            )  # fmt: skip

    def _ratings(self):
        for order in self._confirmed():
            lines = self._real_lines(order)
            for rating in order.rating_ids.filtered(lambda one: one.consumed and one.rating >= 1):
                for line in lines:
                    yield Fact(
                        "rating", self._day(rating.rated_on), order.user_id, order.team_id,
                        line.product_id.categ_id, order.partner_id.commercial_partner_id,
                        count=1 / len(lines),
                        rating=rating.rating / len(lines),
                    )  # fmt: skip
