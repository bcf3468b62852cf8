"""Arguments of the public methods of planning, for the walk of :mod:`.test_rights_methods`."""


def get_planning_calls(case):
    """{(model, method): arguments as RPC sends them}, all about what is hidden.

    :param case: a :class:`.common_rights_calls.HiddenWorldCase`
    """
    line = case.draft.line_ids[0]
    values = {"kind": "settle", "line_ids": [(6, 0, line.ids)], "reason": "Hidden"}
    settle = case.env["stm.target.settle"].with_user(case.manager).create(values)
    manager = case.env(user=case.manager)
    plan = {"plan_id": case.draft.id}
    compare = manager["stm.target.compare"].create({**plan, "other_id": case.plan.id})
    grown = manager["stm.target.next.year"].create(plan)
    people = manager["stm.headcount"].create({"company_id": case.company.id})
    return {
        ("stm.headcount", "action_keep_classes"): [people.ids],
        ("stm.target.plan", "action_what_if"): [case.draft.ids],
        ("stm.target.plan", "action_promote"): [case.draft.ids],
        ("stm.target.plan", "action_compare"): [case.draft.ids],
        ("stm.target.plan", "action_next_year"): [case.draft.ids],
        ("stm.target.plan", "action_view_not_smart"): [case.draft.ids],
        ("stm.target.compare", "create"): [{**plan, "other_id": case.plan.id}],
        ("stm.target.compare", "action_confirm"): [compare.ids],
        ("stm.target.next.year", "action_confirm"): [grown.ids],
        ("stm.quota", "get_proposals"): [],
        ("stm.quota", "set_proposals"): [[{"id": line.id, "amount": 1}]],
        ("stm.target.line", "propose"): [line.ids, 1],
        ("stm.target.line", "adjust_proposal"): [line.ids, 1, "Because"],
        ("stm.target.line", "settle_proposals"): [line.ids, "top_down", "Because"],
        ("stm.target.line", "action_adjust"): [line.ids],
        ("stm.target.line", "action_settle"): [line.ids],
        ("stm.target.plan", "action_ask_proposals"): [case.draft.ids],
        ("stm.target.plan", "action_stop_proposals"): [case.draft.ids],
        ("stm.target.plan", "action_view_proposals"): [case.draft.ids],
        ("stm.target.plan", "action_settle"): [case.draft.ids],
        ("stm.target.settle", "action_confirm"): [settle.ids],
    }


def ask_for_proposals(case):
    """Let the people of the draft be asked, so that they could answer and be settled."""
    draft = case.draft.with_user(case.manager)
    draft.proposals_until = "2099-02-20"
    draft.action_ask_proposals()
