"""Ratings of customers for the tests of rights; hooked into `common_rights_credit`."""

BOOKS = "- - - - - all all - - - -"
PARTS = ("criterion", "points", "cutoff")
TABLE = {f"stm.credit.{name}": BOOKS for name in ("scorecard", *PARTS, "rating", "evidence", "financials")}
# refused to the manager as well, in words
REFUSED = {("stm.credit.rating", name) for name in ("create", "write", "unlink")}
YEAR = {"date": "2025-12-31", "total_assets": 7, "liabilities": 3}


def fill(env, account):
    """A customer with evidence who was rated; the company controls credit, so there is a scorecard."""
    env["stm.credit.evidence"].create({"account_id": account.id, "value": 7, "source": "Agency"})
    env["stm.credit.financials"].create({"account_id": account.id, **YEAR})
    env["stm.credit.rating"]._rate(account)


def _make_scorecard(env, company, grade):
    return env["stm.credit.scorecard"].create(
        {
            "name": "Hidden",
            "company_id": company.id,
            "criterion_ids": [(0, 0, {"input": "agency", "point_ids": [(0, 0, {"figure": 0, "points": 7})]})],
            "cutoff_ids": [(0, 0, {"grade_id": grade.id, "lower": 0})],
        }
    )


def get_calls(case, account, grade):
    """{(model, method): arguments}, about a customer of the hidden world."""
    env, company = case.env, case.company
    card, active = (_make_scorecard(env, company, grade) for _number in range(2))
    active._switch("active")
    evidence = env["stm.credit.evidence"].create({"account_id": account.id, "source": "Hidden", "value": 7})
    [one] = env["stm.credit.rating"]._rate(account)
    other = env["stm.credit.grade"].create({"company_id": company.id, "name": "Hidden too"})
    mine = env(user=case.manager)
    override = mine["stm.credit.override"].create(
        {
            "account_id": account.id,
            "grade_id": grade.id,
            "valid_until": "2099-12-31",
            "reason": "Hidden",
        }
    )
    simulation = mine["stm.credit.simulation"].create({"scorecard_id": card.id})
    criterion = card.criterion_ids
    scored = {"scorecard_id": card.id}
    return {
        ("stm.credit.scorecard", "write"): [card.ids, {"months": 7}],
        ("stm.credit.scorecard", "action_activate"): [card.ids],
        ("stm.credit.scorecard", "action_new_version"): [active.ids],
        ("stm.credit.criterion", "create"): [{**scored, "input": "revenue"}],
        ("stm.credit.criterion", "write"): [criterion.ids, {"weight": 7}],
        ("stm.credit.points", "create"): [{"criterion_id": criterion.id, "figure": 9, "points": 7}],
        ("stm.credit.points", "write"): [criterion.point_ids.ids, {"points": 9}],
        ("stm.credit.cutoff", "create"): [{**scored, "grade_id": other.id, "lower": 7}],
        ("stm.credit.cutoff", "write"): [card.cutoff_ids.ids, {"lower": 7}],
        ("stm.credit.rating", "create"): [{"account_id": account.id}],
        ("stm.credit.rating", "write"): [one.ids, {"value": 7}],
        ("stm.credit.rating", "unlink"): [one.ids],
        ("stm.credit.evidence", "create"): [{"account_id": account.id, "value": 7, "source": "Mine"}],
        ("stm.credit.evidence", "write"): [evidence.ids, {"value": 9}],
        ("stm.credit.account", "action_stm_rate"): [account.ids],
        ("stm.credit.account", "action_stm_ratings"): [account.ids],
        ("stm.credit.account", "action_stm_override"): [account.ids, grade.id, "2099-12-31", "Mine"],
        ("stm.credit.override", "action_apply"): [override.ids],
        ("stm.credit.simulation", "action_compute"): [simulation.ids],
        ("stm.credit.simulation", "action_apply"): [simulation.ids],
    }
