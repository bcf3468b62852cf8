"""The quotas as an approved plan: company, the managers' teams, their people.

AdventureWorks sets them against what its people sell to resellers, so that the measure is
orders. A manager has a quota of his own as well; what a team or the company has to reach is
the sum of its people's quotas.
"""

from collections import defaultdict

from odoo import Command


def make(data, quotas):
    """Create and approve the plan.

    :param data: :class:`load.Loaded` with its people and teams
    :param quotas: :class:`sums.Quota` items
    :return: the plan
    """
    env = data.company.env
    measure = env.ref("sales_target_mgmt.measure_ordered")
    plan = env["stm.target.plan"].create(
        {
            "name": "Reseller quotas",
            "company_id": data.company.id,
            "user_id": env.ref("base.user_admin").id,
            "date_from": min(quota.first for quota in quotas),
            "date_to": max(quota.last for quota in quotas),
            "granularity": "free",
            "measure_ids": [Command.set(measure.ids)],
        }
    )
    nodes = _nodes(plan, data, dict.fromkeys(quota.employee for quota in quotas))
    targets = defaultdict(int)
    for quota in quotas:
        for node in nodes[quota.employee]:
            targets[node.id, quota.first, quota.last] += quota.amount
    env["stm.target.line"].create(
        [
            {"node_id": node, "measure_id": measure.id, "date_from": first, "date_to": last,
             "target": float(amount)}
            for (node, first, last), amount in targets.items()
        ]
    )  # fmt: skip
    plan.action_approve()
    return plan


def _nodes(plan, data, employees):
    """The nodes that each person's quota counts for: company, team, person."""
    Node = plan.env["stm.target.node"]
    top = Node.create({"plan_id": plan.id, "name": data.company.name})
    teams, found = {}, {}
    for key in employees:
        team = data.teams[key]
        if team not in teams:
            teams[team] = Node.create({"parent_id": top.id, "team_id": team.id})
        person = Node.create({"parent_id": teams[team].id, "user_id": data.people[key].id})
        found[key] = (top, teams[team], person)
    return found
