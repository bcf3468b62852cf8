"""Credit and collection for the tests of rights."""

from odoo import fields
from odoo.tests import new_test_user

from . import common_rights_collection, common_rights_rating, common_rights_release

BOOKS = "- - - - - all all - - - -"
NOBODY = "- - - - - - - - - - -"
CASES = "own own led own own all all - - own own"
# as in test_rights_matrix: rep, rep3, leader, sees_all, manager, accountant, readonly, outsider,
# portal, rep_other, manager_other; controllers have a test of their own, test_credit_rights
TABLE = {
    "stm.credit.grade": BOOKS,
    "stm.credit.rule": NOBODY,
    "stm.credit.account": BOOKS,
    "stm.credit.hold": NOBODY,
    # salespeople read those of their own customers
    "stm.account.statement": "own own own own own all all - - own own",
    "stm.collection.policy": BOOKS,
    "stm.collection.step": BOOKS,
    "stm.collection.case": CASES,
    "stm.collection.log": CASES,
    "stm.collection.promise": CASES,
    **common_rights_rating.TABLE,
    **common_rights_release.TABLE,
    "stm.collection.dispute": CASES,
    "stm.receivable.ageing": BOOKS,
    "stm.receivable.provision": BOOKS,
    "stm.receivable.provision.line": BOOKS,
    **common_rights_collection.TABLE,
    "stm.credit.limit": BOOKS,
    "stm.credit.limit.level": NOBODY,
}


VALS = {"stm.credit.rule": {"kind": "limit"}, "stm.credit.grade": {"name": "Mine"}}
# refused to the manager as well, in words
REFUSED = common_rights_rating.REFUSED | {
    *common_rights_collection.REFUSED,
    *common_rights_release.REFUSED,
    ("stm.credit.account", "write"),
    *(("stm.collection.case", name) for name in ("create", "write", "action_send", "action_promise")),
    # nothing is owed
    *(("stm.collection.promise", name) for name in ("create", "write")),
    # nobody wrote what was found
    *(("stm.collection.dispute", name) for name in ("action_accept", "action_reject")),
    *(("stm.collection.log", name) for name in ("create", "write", "unlink")),
    ("stm.credit.limit", "write"),
    # decided already
    *(("stm.credit.limit", f"action_{name}") for name in ("approve", "refuse", "end")),
    ("stm.credit.limit.refuse", "action_apply"),
    *(("stm.credit.hold", name) for name in ("create", "write", "unlink")),
    *(("stm.account.statement", name) for name in ("create", "write", "action_renew", "action_preview")),
    ("stm.account.statement.make", "action_make"),
    # what it says comes from the ledger, and its accounts are not set
    ("stm.receivable.provision", "action_propose"),
    ("stm.receivable.provision.line", "write"),
    # nothing is held
    ("stm.credit.release", "action_apply"),
    *(("sale.order", f"action_stm_{name}") for name in ("release", "refuse")),
}


def fill(env, company, user):
    """A row in every table: a customer with a limit of zero whose order is held."""
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    company.stm_credit_control = True
    env["stm.credit.grade"].create({"name": "Z", "company_id": company.id})
    approver = new_test_user(
        env,
        f"stm_credit_approver_{company.id}",
        "sales_target_mgmt.group_credit_controller",
        company_id=company.id,
        company_ids=[(6, 0, company.ids)],
    )
    level = {"name": "Large", "amount": 1e6, "company_id": company.id, "user_ids": [(4, approver.id)]}
    env["stm.credit.limit.level"].create(level)
    customer = env["res.partner"].create({"name": f"Held {company.name}", "is_company": True})
    account = env["stm.credit.account"].create({"company_id": company.id, "partner_id": customer.id})
    account.action_stm_set_limit("limited", 0.0, "Unknown")
    common_rights_rating.fill(env, account)
    common_rights_release.fill(env, company)
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "company_id": company.id,
            "user_id": user.id,
            "order_line": [
                (
                    0,
                    0,
                    {
                        "name": "One",
                        "product_id": env["product.product"].search([], limit=1).id,
                        "price_unit": 5,
                    },
                )
            ],
        }
    )
    order.action_confirm()
    company.stm_credit_control = False
    fill_statements(env, company)
    _fill_receivables(env, company, customer)
    _fill_collection(env, company)
    return order


def fill_statements(env, company):
    """A statement for a customer of everybody of the company."""
    people = env["res.users"].search([("company_id", "=", company.id)])
    customers = env["res.partner"].create(
        [{"name": f"Customer of {user.login}", "user_id": user.id} for user in people]
    )
    day = fields.Date.to_date("2026-05-31")
    env["stm.account.statement"]._make(company, customers, day, day)


def _fill_receivables(env, company, customer):
    """An open invoice, and a matrix."""
    line = {"name": "One", "price_unit": 5, "tax_ids": [(5,)]}
    env["account.move"].create(
        {
            "move_type": "out_invoice",
            "company_id": company.id,
            "partner_id": customer.id,
            "invoice_date": "2026-01-01",
            "invoice_line_ids": [(0, 0, line)],
        }
    ).action_post()
    env["stm.receivable.provision"].create({"company_id": company.id})


def _fill_collection(env, company):
    """A case with a promise and a step taken for a customer of everybody."""
    company.stm_collection = True
    common_rights_collection.fill_level(env, company)
    step = env["stm.collection.step"].search([("company_id", "=", company.id)], limit=1)
    for user in env["res.users"].search([("company_id", "=", company.id), ("login", "=like", "stm_%")]):
        case = make_case(env, company, env["res.partner"].create({"name": f"Debtor {user.name}"}), user)
        env["stm.collection.promise"].create({"case_id": case.id, "amount": 7, "date": "2100-01-01"})
        dispute = make_dispute(env, company, case.partner_id)
        common_rights_collection.fill(env, case, dispute.move_id)
        # the run finds no salesperson without invoices
        case.write({"salesperson_id": user.id, "leader_id": user.sale_team_id.user_id.id})
        env["stm.collection.log"].create(
            {
                "case_id": case.id,
                "company_id": company.id,
                "step_id": step.id,
                "step_name": "Call",
                "cycle": "2026-01-01",
                "date": "2026-01-02",
                "channel": "call",
                "result": "task",
            }
        )


def make_case(env, company, partner, user):
    return env["stm.collection.case"].create(
        {"company_id": company.id, "partner_id": partner.id, "salesperson_id": user.id, "amount": 1}
    )


def make_dispute(env, company, partner):
    move = env["account.move"].create(
        {"move_type": "out_invoice", "company_id": company.id, "partner_id": partner.id}
    )
    values = {"move_id": move.id, "company_id": company.id, "amount": 7, "note": "Hidden"}
    return env["stm.collection.dispute"].create(values)


def is_theirs(row, user, led):
    """Whether a case, or what hangs on it, is of the user's customer or of the led team's."""
    row = row.plan_id if row._name == "stm.collection.plan.line" else row
    case = row if row._name == "stm.collection.case" else row.case_id
    return case.salesperson_id == user or (led and case.leader_id == user)


def hide(case):
    """Make the manager of the hidden world a controller who releases, and who keeps the books."""
    for group in ("group_credit_controller", "group_credit_release"):
        case.manager.group_ids |= case.env.ref(f"sales_target_mgmt.{group}")
    case.manager.group_ids |= case.env.ref("account.group_account_invoice")


def get_calls(case):
    """{(model, method): arguments}, about a customer of the hidden world."""
    env, company = case.env, case.company
    account = env["stm.credit.account"].create({"company_id": company.id, "partner_id": case.customer.id})
    rule = env["stm.credit.rule"].create({"company_id": company.id, "kind": "limit"})
    grade = env["stm.credit.grade"].create({"company_id": company.id, "name": "Hidden"})
    mine = env(user=case.manager)
    release = mine["stm.credit.release"].create({"order_ids": [(6, 0, case.order.ids)], "note": "Hidden"})
    limit = env["stm.credit.limit"].create({"account_id": account.id, "amount": 7, "reason": "Hidden"})
    refusal = mine["stm.credit.limit.refuse"].create({"limit_id": limit.id, "answer": "Hidden"})
    block = mine["stm.credit.block"].create({"account_id": account.id, "reason": "Hidden"})
    values = {"company_id": company.id, "partner_id": company.partner_id.id}
    blocked = env["stm.credit.account"].create(values)
    blocked.action_stm_block("Hidden")
    lifted = mine["stm.credit.block"].create({"account_id": blocked.id, "reason": "Hidden"})
    group = mine["stm.credit.group.set"].create(
        {"account_id": account.id, "head_id": blocked.id, "reason": "Hidden"}
    )
    asked = {"account_id": account.id, "amount": 8, "reason": "Mine"}
    levels = "stm.credit.limit.level"
    values = {"company_id": company.id, "user_ids": [[4, case.manager.id]]}
    level = env[levels].create(values | {"name": "Hidden"})
    held = {"order_id": case.order.id, "order_name": "Mine", "company_id": company.id}
    calls = {
        ("stm.credit.account", "create"): [{"company_id": company.id, "partner_id": case.rep2.partner_id.id}],
        ("stm.credit.account", "write"): [account.ids, {"credit_limit": 7}],
        ("stm.credit.account", "action_stm_block"): [account.ids, "Mine"],
        ("stm.credit.account", "action_stm_unblock"): [blocked.ids, "Mine"],
        ("stm.credit.account", "action_stm_set_limit"): [account.ids, "unlimited", 0, "Mine"],
        ("stm.credit.hold", "create"): [held],
        ("stm.credit.hold", "write"): [[1], {"event": "released"}],
        ("stm.credit.hold", "unlink"): [[1]],
        ("stm.credit.release", "action_apply"): [release.ids],
        ("stm.credit.account", "action_stm_set_group"): [account.ids, blocked.id, "Mine"],
        ("stm.credit.account", "action_stm_held_orders"): [account.ids],
        ("stm.credit.limit", "create"): [asked],
        (levels, "create"): [values | {"name": "Mine"}],
        (levels, "write"): [level.ids, {"active": False}],
        (levels, "unlink"): [level.ids],
        (levels, "action_view_changes"): [level.ids],
        ("stm.credit.limit", "write"): [limit.ids, {"amount": 9}],
        ("stm.credit.limit", "action_approve"): [limit.ids],
        ("stm.credit.limit", "action_refuse"): [limit.ids, "Mine"],
        ("stm.credit.limit", "action_end"): [limit.ids],
        ("stm.credit.limit.refuse", "action_apply"): [refusal.ids],
        ("stm.credit.group.set", "action_apply"): [group.ids],
        ("stm.credit.block", "action_apply"): [block.ids],
        ("stm.credit.block", "action_unblock"): [lifted.ids],
        ("res.partner", "action_view_stm_credit_account"): [case.customer.ids],
        ("sale.order", "action_stm_release"): [case.order.ids, "Mine"],
        ("sale.order", "action_stm_refuse"): [case.order.ids, "Mine"],
        ("sale.order", "action_stm_check_credit"): [case.order.ids],
        ("sale.order", "action_stm_view_credit"): [case.order.ids],
    }
    calls.update(get_statement_calls(case, mine))
    calls |= _get_collection_calls(case)
    calls |= common_rights_release.get_calls(case)
    for model, record in (("stm.credit.rule", rule), ("stm.credit.grade", grade)):
        calls[model, "create"] = [VALS[model] | {"company_id": company.id}]
        calls[model, "write"] = [record.ids, {"active": False}]
        calls[model, "unlink"] = [record.ids]
    spare = env["stm.credit.grade"].create({"company_id": company.id, "name": "Hidden, unused"})
    calls["stm.credit.grade", "unlink"] = [spare.ids]
    return calls | common_rights_rating.get_calls(case, account, grade)


def get_statement_calls(case, mine):
    company, day = case.company, fields.Date.to_date("2026-01-01")
    customer = case.rep2.partner_id
    customer.email = "hidden@example.com"
    statement = case.env["stm.account.statement"]._make(company, customer, day, day)
    wizard = mine["stm.account.statement.make"].create({"date_from": "2025-01-01", "date_to": "2025-01-02"})
    model = "stm.account.statement"
    page = mine["stm.receivable.page"].create({})
    return {
        ("stm.receivable.page", "action_compute"): [page.ids],
        (model, "create"): [{"company_id": company.id, "partner_id": customer.id}],
        (model, "write"): [statement.ids, {"closing": 7}],
        (model, "action_send"): [statement.ids],
        (model, "action_recompute"): [statement.ids],
        (model, "action_check"): [statement.ids],
        (model, "action_xlsx"): [statement.ids],
        (model, "action_renew"): [statement.ids],
        (model, "action_preview"): [statement.ids],
        (model, "action_disputes"): [statement.ids],
        **_get_receivable_calls(case),
        ("stm.account.statement.make", "action_make"): [wizard.ids],
    }


def _get_receivable_calls(case):
    model, values = "stm.receivable.provision", {"company_id": case.company.id}
    one = case.env[model].create(values)
    return {
        (model, "create"): [values],
        (model, "write"): [one.ids, {"factor": 2}],
        (model, "action_compute"): [one.ids],
        (model, "action_propose"): [one.ids],
        (model, "action_view_entry"): [one.ids],
        (f"{model}.line", "write"): [one.line_ids[0].ids, {"rate": 0.5}],
    }


def _get_collection_calls(case):
    env, company = case.env, case.company
    # in no territory: one with documents could not be deleted
    debtor = env["res.partner"].create({"name": "Hidden debtor", "is_company": True})
    found = make_case(env, company, debtor, case.rep2)
    promise = env["stm.collection.promise"].create(
        {"case_id": found.id, "amount": 7, "date": "2100-01-01", "note": "Hidden"}
    )
    dispute = make_dispute(env, company, debtor)
    another = env["account.move"].create(
        {"move_type": "out_invoice", "company_id": company.id, "partner_id": debtor.id}
    )
    mine = env(user=case.manager)
    note = mine["stm.collection.note"].create({"case_id": found.id, "note": "Hidden"})
    preview = mine["stm.collection.preview"].create({"company_id": company.id})
    return common_rights_collection.get_calls(case, found, dispute.move_id) | {
        ("stm.collection.case", "create"): [{"company_id": company.id, "partner_id": case.customer.id}],
        ("stm.collection.case", "write"): [found.ids, {"gain": 7}],
        ("stm.collection.case", "action_call"): [found.ids, "Mine"],
        ("stm.collection.case", "action_promise"): [found.ids, 7, "2100-01-01", "Mine"],
        ("stm.collection.case", "action_pause"): [found.ids, "2100-01-01", "Mine"],
        ("stm.collection.case", "action_resume"): [found.ids],
        ("stm.collection.case", "action_send"): [found.ids],
        ("stm.collection.log", "create"): [{"case_id": found.id}],
        ("stm.collection.log", "write"): [[1], {"step_name": "Mine"}],
        ("stm.collection.log", "unlink"): [[1]],
        ("stm.collection.promise", "create"): [{"case_id": found.id, "amount": 7, "date": "2100-01-01"}],
        ("stm.collection.promise", "write"): [promise.ids, {"amount": 8}],
        ("stm.collection.promise", "action_cancel"): [promise.ids],
        ("stm.collection.dispute", "create"): [{"move_id": another.id, "amount": 7, "note": "Mine"}],
        ("stm.collection.dispute", "write"): [dispute.ids, {"amount": 8}],
        ("stm.collection.dispute", "action_accept"): [dispute.ids],
        ("stm.collection.dispute", "action_reject"): [dispute.ids],
        ("stm.collection.note", "action_apply"): [note.ids],
        ("stm.collection.preview", "action_run"): [preview.ids],
    }
