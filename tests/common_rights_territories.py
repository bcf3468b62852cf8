"""Territories for the walk over public methods and the matrix of roles."""

from odoo.fields import Command

SKILL = "sales_target_mgmt.stm_skill_negotiation"


def fill(env, company, people, team):
    """At least one row of every model of territories in a company, and a confirmed case for everybody.

    :param people: users who have a case; the first one has one that is suspected as well
    :return: the territory
    """
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    country = env.ref("base.is")
    place = env["stm.territory"].create({"name": f"Place of {company.name}", "company_id": company.id})
    env["stm.territory.role"].create({"name": f"Role of {company.name}", "company_id": company.id})
    rule = env["stm.territory.rule"].create({"territory_id": place.id, "country_id": country.id})
    partner = env["res.partner"].create(
        {"name": "Reykjavik", "is_company": True, "country_id": country.id, "company_id": company.id}
    )
    env["stm.territory.assignment"].create({"territory_id": place.id, "user_id": people[0].id})
    env["stm.territory.exception"].create(
        {"division_id": place.division_id.id, "partner_id": partner.id, "reason": "Head office"}
    )
    product = env["product.product"].create({"name": "Anchor"})
    env["stm.territory.floor"].create({"territory_id": place.id, "product_id": product.id, "price": 1.0})
    cases = [(user, "confirmed", False) for user in people] + [(people[0], "suspected", team.id)]
    env["stm.territory.case"].create(
        [
            {
                "kind": "territory",
                "state": state,
                "company_id": company.id,
                "date": "2026-01-10",
                "user_id": user.id,
                "team_id": team_id,
                "territory_id": place.id,
                "rule_id": rule.id,
                "document": f"{company.name} {number}",
            }
            for number, (user, state, team_id) in enumerate(cases)
        ]
    )
    return place


def fill_abilities(env, company, people):
    """A profile with a judged skill of each person, and a skill of the company's own.

    :return: the profiles
    """
    skill = env["stm.skill"].create({"name": "Hidden skill", "company_id": company.id})
    return env["stm.ability"].create(
        [
            {
                "company_id": company.id,
                "user_id": user.id,
                "note": "Hidden note",
                "skill_ids": [(0, 0, {"skill_id": skill.id, "level": "1"})],
            }
            for user in people
        ]
    )


def hide(case):
    """A territory with a suspected case and the manager's wizards, on a case class."""
    place = fill(case.env, case.company, case.rep2, case.team)
    suspected = case.env["stm.territory.case"].search(
        [("territory_id", "=", place.id), ("state", "=", "suspected")]
    )
    suspected.order_id = case.order
    env = case.env(user=case.manager)
    division = place.division_id
    partner = case.env["stm.territory.member"].search([("territory_id", "=", place.id)]).partner_id
    other = case.env["stm.territory"].create({"name": "Elsewhere", "company_id": case.company.id})
    coverage = env["stm.territory.coverage"].create({"division_id": division.id, "date": "2026-01-20"})
    gap = env["stm.territory.coverage.line"].create(
        {"coverage_id": coverage.id, "kind": "gap", "partner_id": case.customer.id}
    )
    made = {
        "coverage": coverage,
        "coverage.line": gap,
        "accept": env["stm.territory.accept"].create(
            {"line_ids": [Command.set(gap.ids)], "reason": "Hidden reason"}
        ),
        "move": env["stm.territory.move"].create(
            {
                "division_id": division.id,
                "date": "2026-01-20",
                "partner_ids": [Command.set(partner.ids)],
                "territory_id": other.id,
            }
        ),
        "scan": env["stm.territory.scan"].create({"company_id": case.company.id}),
        "case.decision": env["stm.territory.case.decision"].create(
            {"case_ids": [Command.set(suspected.ids)], "decision": "cleared", "reason": "Hidden reason"}
        ),
    }
    wizards = {f"stm.territory.{name}": wizard for name, wizard in made.items()}
    wizards["stm.ability"] = fill_abilities(case.env, case.company, case.rep2)
    return place, partner, suspected, wizards


def get_calls(case):
    """{(model, method): arguments} about what :func:`hide` made."""
    place, partner, suspected, wizards = case.territories
    division = place.division_id
    again = {"division_id": division.id, "reason": "Mine", "partner_id": case.customer.id}
    profile = wizards["stm.ability"]
    calls = {
        ("stm.ability", "get_past"): [profile.ids],
        ("stm.ability", "action_add_missing"): [[]],
        ("stm.ability.skill", "create"): [{"ability_id": profile.id, "skill_id": case.env.ref(SKILL).id}],
        ("stm.ability.skill", "write"): [profile.skill_ids.ids, {"level": "5"}],
        ("stm.ability.match", "create"): [{"division_id": division.id}],
        ("stm.ability.match", "action_apply"): [case.wizards["stm.ability.match"].ids],
        ("res.partner", "action_stm_view_territories"): [partner.ids],
        ("stm.territory.division", "action_stamp_earlier"): [division.ids],
        ("stm.territory.division", "action_check_coverage"): [division.ids],
        ("stm.territory.division", "action_move"): [division.ids],
        ("stm.territory.division", "action_view_territories"): [division.ids],
        ("stm.territory.division", "action_view_customers"): [division.ids],
        ("stm.territory", "create"): [{"name": "Mine", "parent_id": place.id}],
        ("stm.territory", "action_view_customers"): [place.ids],
        ("stm.territory", "action_view_target"): [place.ids],
        ("stm.territory.exception", "create"): [again],
        ("stm.territory.exception", "write"): [division.exception_ids.ids, {"reason": "Mine"}],
        ("stm.territory.coverage", "create"): [{"division_id": division.id, "date": "2026-01-20"}],
        ("stm.territory.case", "action_open_document"): [suspected.ids],
        ("stm.territory.case", "action_confirm"): [suspected.ids],
        ("stm.territory.case", "action_clear"): [suspected.ids],
        ("stm.territory.case", "action_approve"): [suspected.ids],
    }
    for model, method, *arguments in (
        ("coverage", "write", {"date": "2026-01-21"}),
        ("coverage", "action_check"),
        ("coverage", "action_view_lines"),
        ("coverage.line", "action_accept"),
        ("coverage.line", "action_give"),
        ("accept", "action_confirm"),
        ("move", "write", {"date": "2026-01-21"}),
        ("move", "action_preview"),
        ("move", "action_apply"),
        ("scan", "action_scan"),
        ("case.decision", "action_decide"),
    ):
        model = f"stm.territory.{model}"
        calls[model, method] = [wizards[model].ids, *arguments]
    return calls
