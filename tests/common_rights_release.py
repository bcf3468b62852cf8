"""Release levels and delegates for the tests of rights; hooked into `common_rights_credit`."""

from odoo.tests import new_test_user

NOBODY = "- - - - - - - - - - -"
LEVEL, DELEGATE = "stm.credit.release.level", "stm.credit.delegate"
TABLE = {LEVEL: NOBODY, DELEGATE: NOBODY}
# refused to the manager as well, in words
REFUSED = {(DELEGATE, "write")}
RELEASE = "sales_target_mgmt.group_credit_release"
DAYS = {"date_from": "2099-01-01", "date_until": "2099-01-02"}


def _make_releaser(env, company, name):
    return new_test_user(
        env,
        f"stm_credit_{name}_{company.id}",
        RELEASE,
        company_id=company.id,
        company_ids=[(6, 0, company.ids)],
    )


def fill(env, company):
    """A level that no order reaches, and its approver's delegate."""
    absent, delegate = (_make_releaser(env, company, name) for name in ("absent", "delegate"))
    env[LEVEL].create(
        {"name": "Large", "amount": 1e9, "company_id": company.id, "user_ids": [(4, absent.id)]}
    )
    env[DELEGATE].create({"company_id": company.id, "user_id": absent.id, "delegate_id": delegate.id, **DAYS})


def get_calls(case):
    """{(model, method): arguments}, about a company of the hidden world."""
    env, company = case.env, case.company
    absent, delegate = (_make_releaser(env, company, name) for name in ("away", "stand_in"))
    values = {"company_id": company.id, "amount": 1e9, "user_ids": [[4, absent.id]]}
    level = env[LEVEL].create(values | {"name": "Hidden"})
    people = {"company_id": company.id, "user_id": absent.id, "delegate_id": delegate.id, **DAYS}
    one = env[DELEGATE].create(people)
    return {
        (LEVEL, "create"): [values | {"name": "Mine"}],
        (LEVEL, "write"): [level.ids, {"active": False}],
        (LEVEL, "unlink"): [level.ids],
        (LEVEL, "action_view_changes"): [level.ids],
        (DELEGATE, "create"): [people],
        (DELEGATE, "write"): [one.ids, {"date_until": "2099-01-09"}],
        (DELEGATE, "action_end"): [one.ids],
    }
