"""Commission plans, statements and entries for the tests of rights."""

from odoo.tests import new_test_user

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
    company.stm_allow_overlay = True
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
    _object(env, plan, people)
    _approve(env, company, statements)
    return plan


def _approve(env, company, statements):
    """A level and an approval, which are for administrators only."""
    user = new_test_user(
        env,
        f"stm_pays_{company.id}",
        "sales_target_mgmt.group_commission_admin",
        company_id=company.id,
        company_ids=[(6, 0, company.ids)],
    )
    level = {"name": "Hidden", "company_id": company.id, "user_ids": [(6, 0, user.ids)]}
    env["stm.commission.approval.level"].create(level)
    customer = env["res.partner"].create({"name": "Hidden"})
    env["stm.split.default"].create({"partner_id": customer.id, "company_id": company.id})
    env["stm.commission.approval"].create({"statement_id": statements[0].id, "user_id": user.id})


def _object(env, plan, people):
    """A dispute of everybody, and an adjustment that is approved."""
    for user in people:
        entry = env["stm.commission.entry"].search(
            [("user_id", "=", user.id), ("lineage_id", "=", plan.id)], limit=1
        )
        own = env(user=user, context={})["stm.commission.dispute"]
        dispute = own.create({"entry_id": entry.id, "reason": "Hidden"})
        dispute.with_env(env).write({"answer": "Hidden"})
        correction = env["stm.commission.correction"].create(make_correction(plan, user))
        correction._decide({"state": "approved"})


def make_correction(plan, user):
    return {"lineage_id": plan.id, "payee_id": user.partner_id.id, "amount": 5, "reason": "Hidden"}


def hide(case):
    """Pay of `rep2` that the manager, who administers commissions here, may see."""
    case.manager.group_ids |= case.env.ref("sales_target_mgmt.group_commission_admin")
    case.pay = fill(case.env, case.company, case.rep2, case.team)
    tiers = [(0, 0, {"lower": 0, "upper": 0, "rate": 0.1})]
    values = make_correction(case.pay, case.rep2)
    case.correction = case.env["stm.commission.correction"].create(values)
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
        ("stm.commission.statement", "action_view_documents"): [statement.ids],
    }
    calls |= _get_manager_calls(case, statement)
    calls |= _get_own_calls(case, statement)
    calls |= _get_money_calls(case, statement)
    calls |= _get_people_calls(case, pay, entry)
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
        ("stm.commission.preview", "write"): [preview.ids, {"until": "2026-05-01"}],
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
    forecast = env["stm.commission.forecast"]
    forecast = forecast.browse(forecast.action_open()["res_id"])
    cost = env["stm.cost.of.sales"].create({"date_from": "2026-01-01", "date_to": "2026-01-31"})
    cost.action_confirm()
    rates = env["stm.cost.of.sales.line"].search([("cost_id", "=", cost.id)], limit=1)
    calls |= {
        ("stm.commission.forecast", "action_open"): [],
        ("stm.commission.forecast", "action_view_lines"): [forecast.ids],
        ("stm.commission.forecast.line", "action_view_entries"): [forecast.line_ids[:1].ids],
        ("stm.cost.of.sales", "action_confirm"): [cost.ids],
        ("stm.cost.of.sales.line", "action_view_entries"): [rates.ids],
    }
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


def _get_people_calls(case, pay, entry):
    dispute = case.env["stm.commission.dispute"].search([("company_id", "=", case.company.id)], limit=1)
    calls = {
        ("stm.commission.entry", "action_dispute"): [entry],
        ("stm.commission.dispute", "create"): [{"order_id": case.order.id, "reason": "Mine"}],
        ("stm.commission.dispute", "write"): [dispute.ids, {"answer": "Mine"}],
        ("stm.commission.correction", "create"): [make_correction(pay, case.rep2)],
        ("stm.commission.correction", "write"): [case.correction.ids, {"amount": 7}],
    }
    split = case.env["stm.split"].search([("company_id", "=", case.company.id)], limit=1)
    default = case.env["stm.split.default"].search([("company_id", "=", case.company.id)], limit=1)
    on_top = {"order_id": split.order_id.id, "user_id": case.manager.id, "share": 0.1, "is_overlay": True}
    calls |= {
        ("sale.order", "copy"): [case.order.ids],
        ("stm.split", "create"): [on_top],
        ("stm.split", "write"): [split.ids, {"share": 1.0}],
        ("stm.split", "unlink"): [split.ids],
        ("stm.split.default", "create"): [{"partner_id": case.customer.id, "company_id": case.company.id}],
        ("stm.split.default", "write"): [default.ids, {"share": 1.0}],
        ("stm.split.default", "unlink"): [default.ids],
    }
    for name in ("answer", "accept", "refuse", "reopen", "withdraw", "open_document"):
        calls["stm.commission.dispute", f"action_{name}"] = [dispute.ids]
    for name in ("approve", "refuse", "open_statement"):
        calls["stm.commission.correction", f"action_{name}"] = [case.correction.ids]
    calls["stm.commission.statement", "action_remind"] = [
        case.env["stm.commission.statement"].search([("company_id", "=", case.company.id)], limit=1).ids
    ]
    return calls
