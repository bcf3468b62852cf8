"""The demonstration firm's plans: last year's, the one under way, and the years around them."""

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, Command

from ..tools.allocation import allocate
from . import figures

TEAMS = ("team_china", "team_apac", "team_west")
# as their names in product.category.csv, with the share of revenue that is planned
CATEGORIES = {
    "category_pumps": 45,
    "category_valves": 12,
    "category_sensors": 27,
    "category_service": 16,
}
# as in stm_territory_demo.xml, with those who sell there
TERRITORIES = {
    "territory_china": {
        "territory_east_china": ("lina", "wei"),
        "territory_south_china": ("jing",),
    },
    "territory_apac": {
        "territory_south_asia": ("priya",),
        "territory_japan_korea": ("kenji",),
    },
    "territory_west": {
        "territory_europe": ("lea",),
        "territory_uk_na": ("sam",),
        "territory_latin": ("diego",),
    },
}
RESERVE_PERCENT = 2
MARGIN_SHARE = 0.38
CONVERSION = 60
MEASURES = ("invoiced", "margin_invoiced", "new_customers", "conversion")


class Plans:
    """Makes plans whose figures are those of `figures`, and has the sales manager approve them.

    :param documents: the firm's `Documents`
    """

    def __init__(self, documents):
        self.documents = documents
        self.today = documents.today
        # planned by the one who plans, with the rights of that role and no more; what
        # happens to a plan is told in its chatter
        company = documents.env.context["allowed_company_ids"]
        self.env = documents.env(
            user=documents.users["max"], su=False, context={"allowed_company_ids": company}
        )

    def make(self):
        """A closed plan of last year, an approved one of this year, and a long-term one above."""
        year = self.today.year
        years = {year - 1: self._annual_total(year - 1), year: self._annual_total(year)}
        years[year + 1] = round(years[year] * 1.12 / figures.UNIT) * figures.UNIT
        growth = self._plan(f"Growth Plan {year - 1}–{year + 1}", year - 1, year + 1, "year", ["invoiced"])
        top = self._node(growth, label="Company")
        for one, amount in years.items():
            self._lines(top, "invoiced", {(one, None): amount})
        self._approve(growth)
        for one in (year - 1, year):
            plan = self._plan(f"Sales Plan {one}", one, one, "month", MEASURES, growth)
            self._divide(plan, one)
            self._approve(plan)
            if one < year:
                plan._close_until(plan.date_to)
        plans = growth | growth.child_ids
        self.env["stm.target.result"].sudo()._refresh(plans.line_ids)
        return plans

    def _plan(self, name, first, last, granularity, measures, parent=None):
        accountant = self.documents.users["ann"]
        return self.env["stm.target.plan"].create(
            {
                "name": name,
                "company_id": self.env.company.id,
                "date_from": f"{first}-01-01",
                "date_to": f"{last}-12-31",
                "granularity": granularity,
                "parent_id": parent.id if parent else False,
                "user_id": self.env.uid,
                "participant_ids": [Command.set(accountant.ids)],
                "measure_ids": [Command.set([self._ref(f"measure_{code}").id for code in measures])],
            }
        )

    def _ref(self, name):
        return self.env.ref(f"sales_target_mgmt.{name}")

    def _node(self, plan, parent=None, **values):
        return self.env["stm.target.node"].create(
            {"plan_id": plan.id, "parent_id": parent.id if parent else False, **values}
        )

    def _divide(self, plan, year):
        """Company by team and person, and by product category."""
        company = self._node(plan, label="Company")
        totals = {}
        for name in TEAMS:
            team = self._ref(name)
            node = self._node(plan, company, team_id=team.id)
            members = [s for s in figures.SELLERS if self.documents.users[s.login].sale_team_id == team]
            whole = {}
            for seller in members:
                own = self._node(plan, node, user_id=self.documents.users[seller.login].id)
                targets = self._targets(seller, year)
                self._write_targets(own, targets)
                whole = _add(whole, targets)
            self._write_targets(node, whole)
            self._lines(node, "conversion", dict.fromkeys(self._months(year), CONVERSION))
            totals = _add(totals, whole)
        self._lines(company, "conversion", dict.fromkeys(self._months(year), CONVERSION))
        self._write_targets(company, {**totals, "invoiced": _with_reserve(totals["invoiced"])})
        self._by_category(plan, company, totals["invoiced"])
        self._by_territory(plan, company, year)

    def _by_territory(self, plan, company, year):
        sellers = {seller.login: seller for seller in figures.SELLERS}
        for name, parts in TERRITORIES.items():
            node = self._node(plan, company, territory_id=self._ref(name).id)
            whole = {}
            for part, logins in parts.items():
                targets = {}
                for login in logins:
                    own = self._targets(sellers[login], year)["invoiced"]
                    targets = _add(targets, {"invoiced": own})
                self._write_targets(self._node(plan, node, territory_id=self._ref(part).id), targets)
                whole = _add(whole, targets)
            self._write_targets(node, whole)

    def _by_category(self, plan, company, totals):
        nodes = [self._node(plan, company, categ_id=self._ref(name).id) for name in CATEGORIES]
        shares = {
            period: allocate(amount, CATEGORIES.values(), unit=figures.UNIT)
            for period, amount in totals.items()
        }
        for position, node in enumerate(nodes):
            self._lines(
                node, "invoiced", {period: float(parts[position]) for period, parts in shares.items()}
            )

    def _months(self, year):
        return [(year, month) for month in range(1, 13)]

    def _targets(self, seller, year):
        """A person's targets: {measure: {(year, month): amount}}."""
        months = self._months(year)
        invoiced = {
            period: figures.target(seller, self.today.replace(year=year, month=period[1], day=1), self.today)
            for period in months
        }
        return {
            "invoiced": invoiced,
            "margin_invoiced": {
                period: round(amount * MARGIN_SHARE, -2) for period, amount in invoiced.items()
            },
            # too few for months: one range of days that is as long as the plan
            "new_customers": {(year, None): seller.new_customers},
        }

    def _annual_total(self, year):
        months = {}
        for seller in figures.SELLERS:
            months = _add(months, {"invoiced": self._targets(seller, year)["invoiced"]})
        return sum(_with_reserve(months["invoiced"]).values())

    def _write_targets(self, node, targets):
        for code, amounts in targets.items():
            self._lines(node, code, amounts)

    def _lines(self, node, code, amounts):
        """Targets of a node by (year, month), or by (year, None) for a whole year."""
        values = []
        for (year, month), amount in amounts.items():
            first = self.today.replace(year=year, month=month or 1, day=1)
            last = first + relativedelta(months=1 if month else 12, days=-1)
            values.append(
                {
                    "node_id": node.id,
                    "measure_id": self._ref(f"measure_{code}").id,
                    "date_from": first,
                    "date_to": last,
                    "target": amount,
                }
            )
        self.env["stm.target.line"].create(values)

    def _approve(self, plan):
        # four eyes: who submits does not approve
        plan.with_user(SUPERUSER_ID).action_submit()
        plan.action_approve()


def _add(one, other):
    """Sum of two {measure: {period: amount}}."""
    return {
        code: {period: one.get(code, {}).get(period, 0) + amount for period, amount in amounts.items()}
        for code, amounts in other.items()
    }


def _with_reserve(amounts):
    """What the company plans: the teams' sum and a little that is not given to any team yet."""
    return {
        period: amount + round(amount * RESERVE_PERCENT / 100 / figures.UNIT) * figures.UNIT
        for period, amount in amounts.items()
    }
