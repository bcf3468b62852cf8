"""Payment plans, write-offs and late fees for the tests of rights; hooked into `common_rights_credit`."""

from odoo import fields
from odoo.tests import new_test_user

BOOKS = "- - - - - all all - - - -"
NOBODY = "- - - - - - - - - - -"
CASES = "own own led own own all all - - own own"
TABLE = {
    "stm.collection.plan": CASES,
    "stm.collection.plan.line": CASES,
    "stm.collection.writeoff": CASES,
    "stm.collection.writeoff.level": NOBODY,
    "stm.collection.fee": BOOKS,
    "stm.collection.fee.line": BOOKS,
}
LEVEL = "stm.collection.writeoff.level"
# refused to the manager as well, in words
REFUSED = {
    # no policy has a fee
    ("stm.collection.case", "action_propose_fee"),
    ("stm.collection.log", "action_print"),
    # nothing is open
    ("stm.collection.plan", "action_agree"),
    ("stm.collection.plan", "action_cancel"),
    *(("stm.collection.fee", name) for name in ("create", "action_invoice", "action_drop")),
    ("stm.collection.fee", "action_open_invoice"),
    *(("stm.collection.writeoff", name) for name in ("create", "action_approve", "action_refuse")),
    ("stm.collection.writeoff", "action_open_entry"),
}


def fill(env, case, move):
    """A plan, a write-off and a late fee of a case."""
    _make_plan(env, case)
    _make_writeoff(env, case)
    _make_fee(env, case, move)


def fill_level(env, company):
    """A level of approval, with somebody who can approve."""
    approver = new_test_user(
        env,
        f"writeoff_approver_{company.id}",
        "sales_target_mgmt.group_credit_controller",
        company_id=company.id,
        company_ids=[(6, 0, company.ids)],
    )
    level = {"name": "Large", "amount": 1e6, "company_id": company.id, "user_ids": [(4, approver.id)]}
    env[LEVEL].create(level)


def _make_plan(env, case):
    lines = [(0, 0, {"date": "2100-01-01", "amount": 7})]
    return env["stm.collection.plan"].create({"case_id": case.id, "note": "Hidden", "line_ids": lines})


def _make_writeoff(env, case):
    """Without invoices, which here are drafts."""
    env.cr.execute(
        """INSERT INTO stm_collection_writeoff (company_id, partner_id, case_id, amount, reason, note, state,
            user_id, asked_on) VALUES (%s, %s, %s, 7, 'other', 'Hidden', 'asked', %s, %s) RETURNING id""",
        [case.company_id.id, case.partner_id.id, case.id, env.uid, fields.Datetime.now()],
    )
    return env["stm.collection.writeoff"].browse(env.cr.fetchone())


def _make_fee(env, case, move):
    line = {"move_id": move.id, "date_from": "2026-01-01", "date_to": "2026-01-08", "fixed": 7}
    values = {"case_id": case.id, "date": "2026-01-08", "line_ids": [(0, 0, line)]}
    return env["stm.collection.fee"].create(values)


def get_calls(case, found, move):
    """{(model, method): arguments}, about a case and an invoice of the hidden world."""
    env, company = case.env, case.company
    plan, writeoff, fee = _make_plan(env, found), _make_writeoff(env, found), _make_fee(env, found, move)
    values = {"company_id": company.id, "user_ids": [[4, case.manager.id]], "amount": 1e6}
    level = env[LEVEL].create(values | {"name": "Hidden"})
    log = env["stm.collection.log"].create(
        {
            "case_id": found.id,
            "company_id": company.id,
            "step_name": "Hidden",
            "cycle": "2026-01-01",
            "date": "2026-01-02",
            "channel": "letter",
            "result": "print",
        }
    )
    proposal = {"partner_id": found.partner_id.id, "company_id": company.id, "amount": 7, "note": "Mine"}
    line = {"plan_id": plan.id, "date": "2101-01-01", "amount": 7}
    return {
        ("stm.collection.case", "action_propose_fee"): [found.ids],
        ("stm.collection.log", "action_print"): [log.ids],
        ("stm.collection.plan", "create"): [{"case_id": found.id, "note": "Mine"}],
        ("stm.collection.plan", "write"): [plan.ids, {"note": "Mine"}],
        ("stm.collection.plan", "action_agree"): [plan.ids],
        ("stm.collection.plan", "action_cancel"): [plan.ids],
        ("stm.collection.plan.line", "create"): [line],
        ("stm.collection.plan.line", "write"): [plan.line_ids.ids, {"amount": 8}],
        ("stm.collection.writeoff", "create"): [proposal],
        ("stm.collection.writeoff", "write"): [writeoff.ids, {"note": "Mine"}],
        ("stm.collection.writeoff", "action_approve"): [writeoff.ids],
        ("stm.collection.writeoff", "action_refuse"): [writeoff.ids],
        ("stm.collection.writeoff", "action_open_entry"): [writeoff.ids],
        ("stm.collection.fee", "create"): [{"case_id": found.id, "date": "2026-01-09"}],
        ("stm.collection.fee", "write"): [fee.ids, {"reason": "Mine"}],
        ("stm.collection.fee", "action_invoice"): [fee.ids],
        ("stm.collection.fee", "action_drop"): [fee.ids],
        ("stm.collection.fee", "action_open_invoice"): [fee.ids],
        (LEVEL, "create"): [values | {"name": "Mine"}],
        (LEVEL, "write"): [level.ids, {"active": False}],
        (LEVEL, "unlink"): [level.ids],
        (LEVEL, "action_view_changes"): [level.ids],
    }
