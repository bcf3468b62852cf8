"""Commission plans, statements and entries for the tests of rights."""

# terms of a plan are known to its payees: the way to the plan
PLAN_OF = {
    "stm.commission.plan": "origin_id",
    "stm.commission.rule": "plan_id",
    "stm.commission.tier": "rule_id.plan_id",
}


def is_theirs(row, user):
    """Whether pay, or a plan's terms, are somebody's own."""
    if row._name in PLAN_OF:
        return user in row.mapped(PLAN_OF[row._name]).assignment_ids.user_id
    if row._name == "stm.split":
        return user in row.user_id | row.order_id.user_id
    return row.user_id == user


def fill(env, company, people, team):
    """A plan in force by which everybody is paid for the team's orders of January, all approved.

    :param people: users, each of whom has an entry, a statement, an acceptance and a share
    """
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    lines = [(0, 0, {"user_id": user.id, "credit": "team", "team_id": team.id}) for user in people]
    tiers = [(0, 0, {"lower": 0, "upper": 0, "rate": 0.1})]
    plan = env["stm.commission.plan"].create(
        {
            "name": f"Pay {company.name}",
            "company_id": company.id,
            "date_from": "2026-01-01",
            "earned_on": "order",
            "rule_ids": [(0, 0, {"name": "Orders", "method": "marginal", "tier_ids": tiers})],
            "assignment_ids": lines,
        }
    )
    plan.action_activate()
    order = env["sale.order"].search([("company_id", "=", company.id), ("team_id", "=", team.id)], limit=1)
    order.stm_split_ids = [
        (0, 0, {"user_id": user.id, "share": 1.0, "is_overlay": number > 0})
        for number, user in enumerate(people)
    ]
    env["stm.commission.engine"]._settle(plan, plan.date_from.replace(month=2, day=15))
    statements = env["stm.commission.statement"].search([("company_id", "=", company.id)])
    statements.action_check()
    statements.sudo().approved_by_id = env.user
    statements.sudo().state = "approved"
    env["stm.commission.payroll"].create({"name": "2026-01", "company_id": company.id})
    for user in people:
        plan.with_env(env(user=user, context={})).action_accept()
    return plan


def hide(case):
    """Pay of `rep2` that the manager, who administers commissions here, may see."""
    case.manager.group_ids |= case.env.ref("sales_target_mgmt.group_commission_admin")
    case.pay = fill(case.env, case.company, case.rep2, case.team)
    tiers = [(0, 0, {"lower": 0, "upper": 0, "rate": 0.1})]
    case.pay_draft = case.env["stm.commission.plan"].create(
        {
            "name": "Hidden pay",
            "company_id": case.company.id,
            "date_from": "2026-01-01",
            "rule_ids": [(0, 0, {"name": "Hidden", "method": "marginal", "tier_ids": tiers})],
            "assignment_ids": [(0, 0, {"user_id": case.rep2.id})],
        }
    )


def get_calls(case):
    """{(model, method): arguments as RPC sends them}, all about what :func:`hide` made."""
    pay, draft = case.pay, case.pay_draft
    statement = case.env["stm.commission.statement"].search([("company_id", "=", case.company.id)], limit=1)
    entry = statement.entry_ids[:1].ids
    calls = {
        ("stm.commission.plan", "create"): [{"name": "Mine", "company_id": case.company.id}],
        ("stm.commission.plan", "write"): [draft.ids, {"note": "Mine"}],
        ("stm.commission.plan", "copy_data"): [draft.ids],
        ("stm.commission.plan", "action_activate"): [draft.ids],
        ("stm.commission.rule", "create"): [{"plan_id": draft.id, "name": "Mine", "rate": 0.1}],
        ("stm.commission.rule", "write"): [draft.rule_ids.ids, {"name": "Mine"}],
        ("stm.commission.tier", "create"): [{"rule_id": draft.rule_ids.id, "lower": 5}],
        ("stm.commission.tier", "write"): [draft.rule_ids.tier_ids.ids, {"rate": 0.5}],
        ("stm.commission.assignment", "create"): [{"plan_id": draft.id, "user_id": case.manager.id}],
        ("stm.commission.assignment", "write"): [draft.assignment_ids.ids, {"share": 0.5}],
        ("stm.commission.rule", "get_curve"): [{"method": "percent", "rate": 0.1}, [100]],
        ("stm.commission.entry", "create"): [{"statement_id": statement.id}],
        ("stm.commission.entry", "write"): [entry, {"amount": 1}],
        ("stm.commission.entry", "unlink"): [entry],
        ("stm.commission.entry", "action_open_document"): [entry],
        ("stm.commission.statement", "action_view_entries"): [statement.ids],
    }
    calls |= _get_manager_calls(case, statement)
    calls |= _get_own_calls(case, statement)
    calls |= _get_money_calls(case, statement)
    for name in ("compute", "new_version", "view_statements", "accept"):
        calls["stm.commission.plan", f"action_{name}"] = [pay.ids]
    for name in ("check", "compute_again", "approve", "lock", "pay", "acknowledge"):
        calls["stm.commission.statement", f"action_{name}"] = [statement.ids]
    return calls


def _get_manager_calls(case, statement):
    """Of previews and simulations."""
    pay = case.pay
    preview = case.env["stm.commission.preview"].with_user(case.manager)
    preview = preview.browse(preview.action_open(pay.ids)["res_id"])
    effect = preview.line_ids.create(
        {"preview_id": preview.id, "payee_id": case.rep2.partner_id.id, "statement_id": statement.id}
    )
    calls = {
        ("stm.commission.preview", "action_open"): [pay.ids],
        ("stm.commission.preview", "action_show"): [preview.ids],
        ("stm.commission.preview", "action_compute"): [preview.ids],
        ("stm.commission.preview.line", "action_open_statement"): [effect.ids],
    }
    env = case.env(user=case.manager)
    simulation = env["stm.commission.simulation"].browse(pay.with_env(env).action_simulate()["res_id"])
    payee = simulation.payee_ids[:1]
    document = {"line_id": payee.id, "document_model": "sale.order", "document_id": case.order.id}
    calls[("stm.commission.plan", "action_simulate")] = [pay.ids]
    for name in ("simulate", "view_months", "view_components"):
        calls["stm.commission.simulation", f"action_{name}"] = [simulation.ids]
    for name in ("view_lines", "view_deals"):
        calls["stm.commission.simulation.payee", f"action_{name}"] = [payee.ids]
    deal = env["stm.commission.simulation.deal"].create(document)
    calls["stm.commission.simulation.deal", "action_open_document"] = [deal.ids]
    return calls


def _get_own_calls(case, statement):
    """Of My Commission, the estimator and its explanations."""
    payee = case.rep2.partner_id.id
    return {
        ("stm.commission.mine", "is_payee"): [],
        ("stm.commission.mine", "get_page"): [payee],
        ("stm.commission.mine", "get_why"): ["2026-01-15", payee],
        ("stm.commission.mine", "get_estimate"): ["sale.order", case.order.id],
        ("stm.commission.mine", "open_payment"): [1],
        ("stm.commission.mine", "action_why"): ["sale.order", case.order.id],
        ("stm.commission.statement", "action_why"): [statement.ids],
    }


def _get_money_calls(case, statement):
    file = case.env["stm.commission.payroll"].create(
        {"name": "Hidden file", "company_id": case.company.id, "content": "SGlkZGVu"}
    )
    calls = {("stm.commission.payroll", f"action_{name}"): [file.ids] for name in ("download", "pay")}
    for name in ("send", "export_payroll", "view_moves", "create_bill"):
        calls["stm.commission.statement", f"action_{name}"] = [statement.ids]
    return calls
