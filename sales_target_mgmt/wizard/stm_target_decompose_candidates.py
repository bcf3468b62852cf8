from decimal import Decimal

from odoo import models

from ..models.target.stm_target_node import TREE_DIMENSIONS
from .stm_target_decompose import CHOICES, exact

# in the order in which a number is usually handed on
SUGGESTED = ("territory_id", "team_id", "user_id", "categ_id")
KEY_ACCOUNTS = 20


class StmTargetDecompose(models.TransientModel):
    """By what a node can be divided, and into what: what suggests itself, all of it can be changed."""

    _inherit = "stm.target.decompose"

    def _suggest_dimension(self):
        """The first thing that the node does not name and that it has parts of.

        People follow on what they look after: a territory is not divided by team, a person
        neither by territory nor by team.
        """
        self.ensure_one()
        node = self.node_id
        for name in SUGGESTED:
            known = node.user_id or (name == "team_id" and node.territory_id)
            if name != "categ_id" and (known or (name != "territory_id" and node[name])):
                continue
            if self._get_candidates(name):
                return name
        return "categ_id" if node.user_id else "user_id"

    def _get_candidates(self, dimension):
        """Records of a dimension that suggest themselves as parts of the node."""
        node, company = self.node_id, self.company_id
        shared = [("company_id", "in", [company.id, False])]
        if dimension == "territory_id":
            return self._get_candidate_territories()
        if dimension == "team_id":
            return self.plan_id._filter_teams(
                self.env["crm.team"].search(shared), (self.history_from, self.history_to)
            )
        if dimension == "user_id":
            return self._get_candidate_people()
        if dimension == "categ_id":
            return self.env["product.category"].search([("parent_id", "=", node.categ_id.id)])
        if dimension == "channel_id":
            return self.env["stm.channel"].search(shared)
        if dimension == "partner_id":
            return self._get_candidate_customers()
        classes = self.env[self._fields[dimension.removesuffix("_id") + "_ids"].comodel_name]
        return classes.search([("company_id", "=", company.id)])

    def _get_candidate_territories(self):
        """Those next to the territories that are there already, else the parts of the node's own.

        The topmost ones otherwise; one that stands alone at the top divides nothing, its parts do.
        """
        territories = self.env["stm.territory"]
        known = self._get_breakdown().child_ids.territory_id
        if known:
            return territories.search(
                [
                    ("division_id", "in", known.division_id.ids),
                    ("parent_id", "in", known.parent_id.ids or [False]),
                ]
            )
        above = self.node_id.territory_id
        if above:
            return territories.search([("parent_id", "=", above.id)])
        division = self.env["stm.territory.division"]._get_primary(self.company_id)
        found = territories.search([("division_id", "=", division.id), ("parent_id", "=", False)])
        while len(found) == 1 and found.child_ids:
            found = found.child_ids
        return found

    def _get_candidate_people(self):
        """Who answers for the node's territory while the plan runs, else the members of its teams."""
        node, company = self.node_id, self.company_id
        seats = self.env["stm.territory.assignment"]
        division = self.env["stm.territory.division"]._get_primary(company)
        within = (
            [("territory_id", "child_of", node.territory_id.id)]
            if node.territory_id
            else [("division_id", "=", division.id)]
        )
        covering = seats._get_covering_domain(self.date_from, self.date_to)
        responsible = seats.search([*within, ("role_id.is_owner", "=", True), *covering]).user_id
        if node.territory_id and responsible:
            return responsible
        shared = [("company_id", "in", [company.id, False])]
        teams = node.team_id or self.env["crm.team"].search(shared)
        return teams._get_members_of(company) or responsible

    def _get_candidate_customers(self):
        """The key accounts of the node and its customers of class A, the largest first."""
        node = self.node_id
        if node.partner_id:
            return self.env["res.partner"]
        domain = [
            ("company_id", "=", self.company_id.id),
            ("partner_id.active", "=", True),
            "|",
            ("relation", "=", "key"),
            ("class_id.abc", "=", "A"),
        ]
        if node.territory_id:
            today = self.company_id.sudo()._get_stm_today()
            covering = self.env["stm.territory.assignment"]._get_covering_domain(today)
            inside = self.env["stm.territory.member"].search(
                [("territory_id", "child_of", node.territory_id.id), *covering]
            )
            domain.append(("partner_id", "in", inside.partner_id.ids))
        if node.user_id:
            domain.append(("partner_id.user_id", "=", node.user_id.id))
        if node.customer_class_id:
            domain.append(("class_id", "=", node.customer_class_id.id))
        return self.env["stm.customer.profile"].search(domain, limit=KEY_ACCOUNTS).partner_id

    def _request_whole(self, spans):
        """What is read of the past besides the parts: of the whole, where parts are a choice of it."""
        if self.mode != "nodes" or self.dimension != "partner_id":
            return []
        dimensions = self.node_id._get_dimensions()
        return [self._request(("whole", at), span, dimensions) for at, span in enumerate(spans)]

    def _hold_back(self, whole, scale):
        """Leave to all other customers what they bought of the whole before: key accounts are a part.

        The hedge says so; it can be typed over.

        :param whole: achieved by the node in each span, None where that was not asked
        :param scale: as in :meth:`_get_scale`
        """
        if self.dimension != "partner_id" or self.hedge > 0:
            return
        past = sum(exact(one) for one in whole) / len(whole) * scale
        share = sum(exact(line.history) for line in self.line_ids) / past if past > 0 else Decimal(1)
        self.hedge = float(round((share - 1) * 100, 1)) if 0 < share < 1 else 0.0

    def _remark_overlaps(self):
        """Parts that lie in one another, or in divisions that cut the same market: counted twice."""
        if self.mode != "nodes" or self.dimension not in TREE_DIMENSIONS:
            return []
        records = self[CHOICES[self.dimension]]._origin
        chosen = set(records.ids)
        inside = [
            record.display_name
            for record in records
            if chosen.intersection(map(int, (record.parent_path or "").split("/")[:-2]))
        ]
        remarks = [{"code": "nested", "names": inside[:5]}] if inside else []
        if self.dimension == "territory_id" and len(records.division_id) > 1:
            names = records.division_id.mapped("name")
            remarks.append({"code": "divisions", "names": names})
        return remarks
