"""The quotas of a year as the addon's own dialog proposes them: by season, then among people."""

from odoo import Command

from . import sums
from .compare_methods import ALPHA, UNIT


def make(data, methods, total):
    """Create a plan of the year and have it decomposed; it stays a draft.

    :param data: :class:`load.Loaded` with documents of the years before
    :param methods: :class:`compare_methods.Methods` of the year
    :param total: what is to be divided
    :return: the plan
    """
    env = data.company.env
    measure = env.ref("sales_target_mgmt.measure_ordered")
    plan = env["stm.target.plan"].create(
        {
            "name": f"{methods.year}, proposed from the years before",
            "company_id": data.company.id,
            "user_id": env.ref("base.user_admin").id,
            "date_from": methods.spans[0][0],
            "date_to": methods.spans[-1][1],
            "granularity": "free",
            "measure_ids": [Command.set(measure.ids)],
        }
    )
    top = env["stm.target.node"].create({"plan_id": plan.id, "name": data.company.name})
    env["stm.target.line"].create(
        [
            {"node_id": top.id, "measure_id": measure.id, "date_from": first, "date_to": last, "target": 1}
            for first, last in methods.spans
        ]
    )
    _open(top, mode="periods", period_method="season", total=float(total)).action_apply()
    first, last = sums.YEARS[methods.before[-1]]
    dialog = _by_person(data, methods, top, first, last, "level")
    dialog.action_apply()
    return plan


def _by_person(data, methods, top, first, last, projection):
    """The dialog that divides the whole among the people who had a quota."""
    return _open(
        top,
        mode="nodes",
        dimension="user_id",
        user_ids=[Command.set([data.people[key].id for key in methods.people])],
        method="mix",
        alpha=float(ALPHA * 100),
        history_from=first,
        history_to=last,
        projection=projection,
    )


def _open(node, **values):
    return node.env["stm.target.decompose"].create(
        {"plan_id": node.plan_id.id, "node_id": node.id, "unit": UNIT, **values}
    )


def compare(comparison, methods, total):
    """The dialog's proposals in the database against the same maths on the files alone."""
    data = comparison.data
    plan = make(data, methods, total)
    person = {user.id: key for key, user in data.people.items()}
    proposed = {
        (person[line.user_id.id], methods.spans.index((line.date_from, line.date_to))): line.target
        for line in plan.line_ids
        if line.user_id
    }
    first, last = sums.YEARS[methods.before[0]][0], sums.YEARS[methods.before[-1]][1]
    trend = _by_person(
        data, methods, plan.node_ids.filtered(lambda node: not node.parent_id), first, last, "trend"
    )
    people = [person[row.res_id] for row in trend.line_ids]
    comparison.check("proposal", proposed, methods.engine(total, people=people))
    wanted = dict.fromkeys(people, 0)
    for (key, _quarter), amount in methods.engine(total, trend=True, people=people).items():
        wanted[key] += amount
    comparison.check(
        "proposal with the trend", {person[row.res_id]: row.proposal for row in trend.line_ids}, wanted
    )
