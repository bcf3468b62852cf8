"""Odoo's figures against those of the files, to the cent."""

from collections import defaultdict
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.addons.sales_target_mgmt.models.achievement.stm_achievement_totals import TotalRequest

from . import sums
from .company import TIME_ZONE

SHOWN = 12
# measure: what it is called in :class:`sums.Line`
MEASURES = {
    "ordered": "amount",
    "invoiced": "amount",
    "margin_ordered": "margin",
    "margin_invoiced": "margin",
    "quantity": "quantity",
}


class Comparison:
    """Collects what was compared and what differed.

    :param files: :class:`sums.Sums`
    :param data: :class:`load.Loaded`, what was made of them in Odoo
    """

    def __init__(self, files, data):
        self.files = files
        self.data = data
        self.env = data.company.env
        self.count = 0
        self.differences = []

    def check(self, what, odoo, files):
        """Compare two mappings of a key to a figure; where one lacks a key, the figure is zero."""
        for key in sorted(odoo.keys() | files.keys(), key=str):
            ours, theirs = figure(odoo.get(key, 0)), figure(files.get(key, 0))
            self.count += 1
            if ours != theirs:
                self.differences.append(f"{what}, {key}: {ours} in Odoo, {theirs} in the files")

    def report(self):
        """Lines that say how it went; the first differences when there are any."""
        if not self.differences:
            return [f"{self.count} figures compared, none differs"]
        more = len(self.differences) - SHOWN
        return [
            f"{len(self.differences)} of {self.count} figures differ:",
            *self.differences[:SHOWN],
            *([f"… and {more} more"] if more > 0 else []),
        ]

    def documents(self):
        """Orders and invoices one by one: amount, number of lines, day, person, team."""
        company = [("company_id", "=", self.data.company.id)]
        orders = self.env["sale.order"].search([*company, ("state", "=", "sale")])
        self.check("order amount", {o.name: o.amount_untaxed for o in orders}, self.files.by("order"))
        self.check("order total with tax", {o.name: o.amount_total for o in orders}, self.files.by("order"))
        moves = self.env["account.move"].search(
            [*company, ("state", "=", "posted"), ("move_type", "=", "out_invoice")]
        )
        self.check(
            "invoice amount",
            {m.invoice_origin: m.amount_untaxed_signed for m in moves},
            self.files.by("order"),
        )
        lines = defaultdict(int)
        for line in self.files.lines:
            lines[line.order] += 1
        self.check("lines of the order", {o.name: len(o.order_line) for o in orders}, lines)
        self.check("lines of the invoice", {m.invoice_origin: len(m.invoice_line_ids) for m in moves}, lines)
        self._heads(orders, moves)

    def _heads(self, orders, moves):
        zone, utc = ZoneInfo(TIME_ZONE), ZoneInfo("UTC")
        person = {user.id: key for key, user in self.data.people.items()}
        leader = {team.user_id.id: team.id for team in self.data.teams.values()}
        wanted = {line.order: line for line in self.files.lines}
        for order in orders:
            line = wanted.get(order.name)
            if not line:
                continue
            day = order.date_order.replace(tzinfo=utc).astimezone(zone).date()
            team = leader[self.data.people[line.manager].id]
            self.same(
                order.name,
                (day, person.get(order.user_id.id), order.team_id.id, order.partner_id, order.tag_ids),
                (line.day, line.employee, team, self.data.partners[line.reseller],
                 self.data.tags[line.territory]),
            )  # fmt: skip
        for move in moves:
            line = wanted.get(move.invoice_origin)
            if not line:
                continue
            team = leader[self.data.people[line.manager].id]
            head = (move.invoice_date, person.get(move.invoice_user_id.id), move.team_id.id)
            self.same(move.name, head, (line.day, line.employee, team))

    def figures(self, how):
        """Achieved totals by many keys, through the one way in which the addon reads them.

        :param how: said with a difference, "from the documents" for example
        """
        files, data = self.files, self.data
        person = {key: {"user_id": user.id} for key, user in data.people.items()}
        team = {key: {"team_id": data.teams[key].id} for key in set(files.by("manager"))}
        partner = {key: {"partner_id": record.id} for key, record in data.partners.items()}
        top = {pair[0]: {"categ_id": record.id} for pair, record in data.categories.items() if not pair[1]}
        leaf = {pair[1]: {"categ_id": record.id} for pair, record in data.categories.items() if pair[1]}
        region = {key: {"territory_id": record.id} for key, record in data.territories.items()}
        country, group = self._above()
        years = list(sums.YEARS.values())
        spans = sorted({(quota.first, quota.last) for quota in files.quotas} | set(years))
        wanted, requests = {}, []
        for code, value in MEASURES.items():
            measure = self.env.ref(f"sales_target_mgmt.measure_{code}")
            for key, dimensions, ranges in (
                ("employee", person, spans),
                ("manager", team, spans),
                ("category", top, spans),
                ("subcategory", leaf, years),
                ("reseller", partner, years),
                ("territory", region, spans),
                ("country", country, years),
                ("group", group, years),
                (None, {"": {}}, spans),
            ):
                what = f"{code} by {key}" if key else code
                for first, last in ranges:
                    days = f"{first} to {last}"
                    for name, amount in files.by(key or (lambda line: ""), value, first, last).items():
                        wanted[what, name, days] = amount
                    requests += [
                        TotalRequest((what, name, days), measure.id, data.company.id, first, last, where)
                        for name, where in dimensions.items()
                    ]
        self.check(f"figures {how}", self.env["stm.achievement"]._get_totals(requests), wanted)

    def _above(self):
        """Dimensions of the territories that stand for countries and for groups, by name."""
        country, group = {}, {}
        for territory in self.data.territories.values():
            top, land = territory, territory
            while top.parent_id:
                top, land = top.parent_id, top
            country[land.name] = {"territory_id": land.id}
            group[top.name] = {"territory_id": top.id}
        return country, group

    def customers(self):
        """New and active customers by year, counted."""
        first_days = {}
        for line in self.files.lines:
            first_days[line.reseller] = min(line.day, first_days.get(line.reseller, line.day))
        for name, (first, last) in sums.YEARS.items():
            buyers = {line.reseller for line in self.files.lines if first <= line.day <= last}
            fresh = [key for key, day in first_days.items() if first <= day <= last]
            for code, wanted in (("new_customers", len(fresh)), ("active_customers", len(buyers))):
                measure = self.env.ref(f"sales_target_mgmt.measure_{code}")
                request = TotalRequest(name, measure.id, self.data.company.id, first, last, {})
                self.check(code, self.env["stm.achievement"]._get_totals([request]), {name: wanted})

    def targets(self, plan):
        """Target, actual and attainment of every quota as the plan's lines show them.

        :return: {(employee key, first day, last day): (target, actual, attainment)}
        """
        person = {user.id: key for key, user in self.data.people.items()}
        shown, wanted = {}, {}
        for line in plan.line_ids.filtered("user_id"):
            key = (person[line.user_id.id], line.date_from, line.date_to)
            shown[key] = (line.target, line.actual, line.attainment)
        for quota in self.files.quotas:
            done = self.files.by("employee", "amount", quota.first, quota.last)
            actual = done.get(quota.employee, Decimal(0))
            wanted[quota.employee, quota.first, quota.last] = (quota.amount, actual, actual / quota.amount)
        for column, (name, scale) in enumerate((("quota", 1), ("achieved", 1), ("attainment %", 100))):
            self.check(
                name,
                {key: values[column] * scale for key, values in shown.items()},
                {key: values[column] * scale for key, values in wanted.items()},
            )
        return shown

    def same(self, what, odoo, files):
        """Compare two values of any kind."""
        self.count += 1
        if odoo != files:
            self.differences.append(f"{what}: {odoo} in Odoo, {files} in the files")


def figure(value):
    """A figure of either side as Decimal cents."""
    return sums.cents(value if isinstance(value, Decimal) else Decimal(repr(value)))
