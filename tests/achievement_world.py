"""A small firm in which people do what people do, in any order."""

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.fields import Date

from .achievement_world_invoices import SALES, InvoiceDeeds


class World(InvoiceDeeds):
    """Two persons, two teams, four products, three customers, four past months.

    :param case: the test case, with the company and people of :class:`StmCase`

    Every method ``do_…`` is something that somebody does; it takes a :class:`random.Random`
    from which all its choices come, and does nothing where there is nothing to do it with.
    """

    DEEDS = (
        "order", "order", "order", "edit", "add_line", "cancel", "confirm_again", "move_order", "reassign",
        "invoice", "invoice", "reset", "post_again", "refund", "pay", "pay", "pay_back", "unreconcile",
        "lead", "win", "win", "lose", "reopen", "rate", "merge", "move_contact", "delete", "recategorise",
        "unit", "zone", "team", "split", "split", "receipt", "bank", "bank_undo", "build", "build", "build",
    )  # fmt: skip

    def __init__(self, case):
        self.case = case
        self.env = case.env
        self.company = case.company
        self.today = Date.today()
        self.first = self.today.replace(day=1) - relativedelta(months=4)
        self.users = case.rep | case.rep2
        self.teams = case.team | self.env["crm.team"].create({"name": "South", "company_id": self.company.id})
        self.tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale"), ("amount", "=", 15)],
            limit=1,
        )
        self._make_products()
        self._make_customers()
        self._make_dollars()

    @property
    def spans(self):
        """Months, uneven ranges, everything."""
        months = [self.first + relativedelta(months=number) for number in range(5)]
        return [
            *((month, month + relativedelta(months=1, days=-1)) for month in months[1:4:2]),
            (self.first - relativedelta(days=2), months[2] + relativedelta(days=9)),
            (months[1] + relativedelta(days=14), self.today),
            (self.first - relativedelta(months=1), self.today + relativedelta(months=1)),
        ]

    def filters(self):
        return [
            {},
            *({"user_id": user} for user in self.users),
            *({"team_id": team} for team in self.teams.exists()),
            *({"categ_id": category} for category in self.categories),
            *({"partner_id": customer} for customer in self.customers.exists().commercial_partner_id),
            {"user_id": self.users[0], "categ_id": self.case.category},
        ]

    def _make_products(self):
        hoses = self.env["product.category"].create({"name": "Hoses"})
        self.categories = self.case.category | self.case.subcategory | hoses
        self.crate = self.env["uom.uom"].create(
            {
                "name": "Crate",
                "relative_factor": 6,
                "relative_uom_id": self.env.ref("uom.product_uom_unit").id,
            }
        )
        self.products = self.case.product | self.env["product.product"].create(
            [
                {
                    "name": f"Part {number}",
                    "type": "service",
                    "categ_id": category.id,
                    "list_price": 10.0 * number + 0.07,
                    "standard_price": 4.0 * number,
                    "invoice_policy": "order",
                }
                for number, category in enumerate(self.categories, 1)
            ]
        )

    def _make_customers(self):
        self.customers = self.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Alpha", "Beta", "Gamma")]
        )
        self.customers |= self.env["res.partner"].create(
            {"name": "Ann of Alpha", "parent_id": self.customers[0].id}
        )

    def _make_dollars(self):
        dollar = self.env.ref("base.USD")
        self.env["res.currency.rate"].search([("currency_id", "=", dollar.id)]).unlink()
        for months, rate in ((5, 1.25), (3, 1.1), (1, 1.4)):
            day = self.today.replace(day=1) - relativedelta(months=months)
            self.env["res.currency.rate"].create(
                {"currency_id": dollar.id, "company_id": self.company.id, "name": day, "rate": rate}
            )
        self.dollars = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id, "company_id": self.company.id}
        )

    # choices

    def _day(self, dice):
        return self.first + relativedelta(days=dice.randrange((self.today - self.first).days + 1))

    def _line(self, dice):
        product = dice.choice(self.products)
        return {
            "product_id": product.id,
            "product_uom_qty": dice.choice((1, 2, 3.5)),
            "product_uom_id": dice.choice((product.uom_id, self.crate)).id,
            "price_unit": dice.choice((0.0, 19.99, 100.0, 333.33)),
            "purchase_price": dice.choice((0.0, 12.34, 60.0)),
            "tax_ids": [Command.set(self.tax.ids if dice.random() < 0.5 else [])],
        }

    def _orders(self, *states):
        domain = [("company_id", "=", self.company.id), ("state", "in", states or ("sale",))]
        return self.env["sale.order"].search(domain, order="id")

    def _moves(self, state="posted", kinds=SALES):
        domain = [("company_id", "=", self.company.id), ("state", "=", state), ("move_type", "in", kinds)]
        return self.env["account.move"].search(domain, order="id")

    def _leads(self, *states):
        leads = self.env["crm.lead"].with_context(active_test=False)
        domain = [("company_id", "=", self.company.id), ("won_status", "in", states)]
        return leads.search(domain, order="id")

    @staticmethod
    def _any(dice, records):
        return dice.choice(records) if records else records

    # deeds

    def do_order(self, dice):
        values = {
            "partner_id": dice.choice(self.customers.exists()).id,
            "user_id": dice.choice([*self.users.ids, False]),
            "team_id": dice.choice([*self.teams.exists().ids, False]),
            "company_id": self.company.id,
            "order_line": [Command.create(self._line(dice)) for _number in range(dice.choice((1, 2)))],
        }
        if dice.random() < 0.3:
            values["pricelist_id"] = self.dollars.id
        order = self.env["sale.order"].create(values)
        if dice.random() < 0.5:
            order.date_order = f"{self._day(dice)} 12:00:00"
        order.action_confirm()
        order.date_order = f"{self._day(dice)} {dice.choice(('02', '12', '23'))}:30:00"

    def do_edit(self, dice):
        if order := self._any(dice, self._orders()):
            line = dice.choice(order.order_line)
            if not line.display_type:
                line.write(
                    dice.choice(({"price_unit": 55.55}, {"product_uom_qty": 4}, {"purchase_price": 1.11}))
                )

    def do_add_line(self, dice):
        if order := self._any(dice, self._orders()):
            order.order_line = [
                Command.create(self._line(dice)),
                Command.create({"display_type": "line_note", "name": "Thanks"}),
            ]

    def do_cancel(self, dice):
        if order := self._any(dice, self._orders()):
            order._action_cancel()

    def do_confirm_again(self, dice):
        if order := self._any(dice, self._orders("cancel", "draft")):
            order.filtered(lambda one: one.state == "cancel").action_draft()
            order.action_confirm()

    def do_move_order(self, dice):
        if order := self._any(dice, self._orders()):
            order.date_order = f"{self._day(dice)} 08:00:00"

    def do_reassign(self, dice):
        values = {"user_id": dice.choice([*self.users.ids, False])}
        team = dice.choice([*self.teams.exists().ids, False])
        if order := self._any(dice, self._orders()):
            order.write({**values, "team_id": team})
        if move := self._any(dice, self._moves()):
            move.write({"invoice_user_id": values["user_id"], "team_id": team})
        if lead := self._any(dice, self._leads("won", "lost")):
            lead.write(values)

    def do_split(self, dice):
        """Half of the deal is another's, or an outside partner's, or both and an overlay on top."""
        if order := self._any(dice, self._orders()):
            one, other = dice.sample(self.users.ids, 2)
            agent = {"partner_id": self.company.partner_id.id}
            lines = dice.choice(
                (
                    [],
                    [{"user_id": one, "share": 0.6}, {"user_id": other, "share": 0.4}],
                    [{"user_id": one, "share": 0.7}, {**agent, "share": 0.3}],
                    [{"user_id": other, "share": 1}, {"user_id": one, "share": 0.25, "is_overlay": True}],
                )
            )
            order.stm_split_ids = [Command.clear(), *map(Command.create, lines)]

    def do_lead(self, dice):
        self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "user_id": dice.choice([*self.users.ids, False]),
                "company_id": self.company.id,
                "partner_id": dice.choice([*self.customers.exists().ids, False]),
                "expected_revenue": dice.choice((0.0, 500.0, 99.99)),
            }
        )

    def do_win(self, dice):
        self.do_lead(dice)
        lead = self._any(dice, self._leads("pending"))
        lead.action_set_won()
        lead.date_closed = f"{self._day(dice)} 23:30:00"

    def do_lose(self, dice):
        self.do_lead(dice)
        lead = self._any(dice, self._leads("pending"))
        lead.action_set_lost()
        lead.date_closed = f"{self._day(dice)} 01:30:00"

    def do_reopen(self, dice):
        if lead := self._any(dice, self._leads("lost")):
            lead.action_unarchive()

    def do_rate(self, dice):
        if order := self._any(dice, self._orders()):
            rating = order.rating_apply(dice.randint(1, 5), token=order._rating_get_access_token())
            rating.rated_on = f"{self._day(dice)} 12:00:00"

    def do_merge(self, dice):
        firms = self.customers.exists().filtered("is_company")
        if len(firms) > 1:
            kept, gone = dice.sample(list(firms), 2)
            self.env["base.partner.merge.automatic.wizard"].create({})._merge((kept | gone).ids, kept)
            self.env.invalidate_all()
            self.customers = self.customers.exists()

    def do_move_contact(self, dice):
        people = self.customers.exists().filtered(lambda one: not one.is_company)
        firms = self.customers.exists() - people
        if people:
            people[0].parent_id = dice.choice([*firms.ids, False])

    def do_delete(self, dice):
        for records in (self._orders("draft", "cancel"), self._moves("draft"), self._leads("won", "lost")):
            self._any(dice, records).unlink()

    def do_recategorise(self, dice):
        dice.choice(self.products).categ_id = dice.choice(self.categories)

    def do_unit(self, dice):
        # Odoo refuses it on the screen once a unit is used; imports and scripts do it
        self.crate.relative_factor = dice.choice((6, 10, 24))

    def do_zone(self, dice):
        self.company.stm_tz = dice.choice(("UTC", "Asia/Shanghai", "America/New_York"))

    def do_team(self, dice):
        team = self._any(dice, self.teams.exists())
        if dice.random() < 0.5:
            team.active = not team.active
        else:
            team.unlink()

    def do_build(self, dice):
        self.case._build_cells()
