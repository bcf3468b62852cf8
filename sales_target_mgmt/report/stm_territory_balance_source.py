from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..models.target.stm_target_breakdown import DIMENSIONS


class StmTerritoryBalanceSource(models.AbstractModel):
    """Gathers what a balance compares: one grouped query per figure, however many territories."""

    _name = "stm.territory.balance.source"
    _description = "Figures of a Balance"

    @api.model
    def _get_rows(self, report):
        """(values of the lines of a balance, whether the workload is in hours)"""
        self.env.flush_all()
        nodes = self._read_quotas(report)
        places = self._get_places(report.division_id, nodes)
        work, in_hours = self._read_workload(report)
        rows = defaultdict(lambda: defaultdict(float), {one: defaultdict(float) for one in places.values()})
        for territory, (customers, hours) in work.items():
            # customers directly in a territory that is divided further have a line there
            row = rows[places.get(territory, territory)]
            row["customer_count"] += customers
            row["workload"] += hours if in_hours else customers
        for territory, amount in self._read_leads(report).items():
            rows[places.get(territory, territory)]["leads"] += amount
        potentials = report.division_id._get_potentials(report.date.year)
        budgets = report.division_id._get_budgets(report.date.year)
        for territory in set(places.values()):
            rows[territory]["potential"] = float(potentials.get(territory) or 0)
            rows[territory]["budget"] = float(budgets.get(territory) or 0)
            rows[territory]["quota"] = self._get_quota(nodes, "territory_id", territory)
        if report.by == "person":
            return self._by_person(report, rows, nodes), in_hours
        order = self.env["stm.territory"].sudo().browse(rows).sorted("parent_path").ids
        return [{"territory_id": one, **rows[one]} for one in order], in_hours

    def _by_person(self, report, rows, nodes):
        """The same per person: what several answer for is divided evenly among them."""
        people = defaultdict(lambda: defaultdict(float))
        for territory, owners in self._get_owners(report, rows).items():
            for owner in owners or [False]:
                for name, value in rows[territory].items():
                    people[owner][name] += value / max(len(owners), 1)
        for person, row in people.items():
            # the person's own quota, where the plan has one
            if person and (own := self._get_quota(nodes, "user_id", person)):
                row["quota"] = own
        users = self.env["res.users"].sudo().browse([one for one in people if one]).sorted("name").ids
        lines = [{"user_id": one, **people[one]} for one in users]
        if False in people:
            lines.append({"user_id": False, **people[False], "is_vacant": True})
        return lines

    def _get_places(self, division, nodes):
        """{territory id: id of the territory whose line it belongs to}

        Lines are the deepest territories that the plan names, and those without anything below.
        """
        territories = self.env["stm.territory"].sudo().search([("division_id", "=", division.id)])
        parents = {one.id: one.parent_id.id for one in territories}
        named = {node["territory_id"] for node in nodes} & parents.keys()
        above = set()
        for one in named:
            step = parents[one]
            while step and step not in above:
                above.add(step)
                step = parents.get(step)
        named -= above
        whole = {parent for parent in parents.values() if parent}
        result = {}
        for one in parents:
            step = one
            while step and step not in named:
                step = parents.get(step)
            if step or one not in whole:
                result[one] = step or one
        return result

    def _read_workload(self, report):
        """({territory id: (customers, hours a year)}, whether classes say anything about hours)"""
        rows = self.env.execute_query(
            SQL(
                """SELECT m.territory_id, COUNT(*),
                    COALESCE(SUM(c.calls_per_year * c.hours_per_call), 0)
                FROM stm_territory_member m
                LEFT JOIN stm_customer_profile p ON p.partner_id = m.partner_id AND p.company_id = %(company)s
                LEFT JOIN stm_customer_class c ON c.id = p.class_id
                WHERE m.division_id = %(division)s AND m.date_from <= %(day)s
                    AND (m.date_to IS NULL OR m.date_to >= %(day)s)
                GROUP BY m.territory_id""",
                company=report.company_id.id,
                division=report.division_id.id,
                day=report.date,
            )
        )
        in_hours = any(hours for _territory, _customers, hours in rows)
        return {territory: (customers, hours) for territory, customers, hours in rows}, in_hours

    def _read_leads(self, report):
        """{territory id: expected revenue of open opportunities} by the customer's territory that day."""
        groups = (
            self.env["stm.achievement"]
            .sudo()
            ._read_group(
                [("source", "=", "pipeline"), ("company_id", "=", report.company_id.id)],
                ["commercial_partner_id", "territory_id"],
                ["amount:sum"],
            )
        )
        places = dict(
            self.env.execute_query(
                SQL(
                    """SELECT partner_id, territory_id FROM stm_territory_member
                    WHERE division_id = %(division)s AND partner_id = ANY(%(partners)s)
                        AND date_from <= %(day)s AND (date_to IS NULL OR date_to >= %(day)s)""",
                    division=report.division_id.id,
                    # who only asked is no customer yet
                    partners=[partner.id for partner, _territory, _amount in groups if partner],
                    day=report.date,
                )
            )
        )
        result = defaultdict(float)
        for partner, territory, amount in groups:
            stamped = territory.id if report.division_id.is_primary else None
            if place := places.get(partner.id, stamped):
                result[place] += amount or 0
        return result

    def _read_quotas(self, report):
        """Targets of the plan's leading measure by node: dimensions and `target`."""
        if not report.plan_id:
            return []
        names = [*DIMENSIONS]
        rows = self.env.execute_query(
            SQL(
                """SELECT %(columns)s, SUM(l.target) FROM stm_target_line l
                JOIN stm_target_node n ON n.id = l.node_id
                WHERE l.plan_id = %(plan)s AND l.measure_id = %(measure)s
                GROUP BY n.id""",
                columns=SQL(", ").join(SQL.identifier("n", name) for name in names),
                plan=report.plan_id.id,
                measure=report.measure_id.id or 0,
            )
        )
        return [
            {**dict(zip(names, dimensions, strict=True)), "target": float(target or 0)}
            for *dimensions, target in rows
        ]

    @staticmethod
    def _get_quota(nodes, name, record):
        """The quota of a territory or person: of the nodes that say least beside it.

        A territory may have a node of its own and others below it by product or person; those
        are its parts.
        """
        found = [node for node in nodes if node[name] == record]
        extra = [sum(1 for one in DIMENSIONS if one != name and node[one]) for node in found]
        least = min(extra, default=0)
        return sum(node["target"] for node, more in zip(found, extra, strict=True) if more == least)

    def _get_owners(self, report, rows):
        """{territory id: ids of who answers for it that day}, or for the nearest one above."""
        assignments = self.env["stm.territory.assignment"].sudo()
        own = defaultdict(list)
        for one in assignments.search(
            [
                ("division_id", "=", report.division_id.id),
                ("role_id.is_owner", "=", True),
                *assignments._get_covering_domain(report.date),
            ]
        ):
            own[one.territory_id.id].append(one.user_id.id)
        result = {}
        for territory in self.env["stm.territory"].sudo().browse(rows):
            step = territory
            while step and step.id not in own:
                step = step.parent_id
            result[territory.id] = own[step.id] if step else []
        return result
