"""Arguments of the public methods of approval levels, for the walk of :mod:`.test_rights_methods`."""

from odoo import fields

KINDS = ("stm.target.approval.level", "stm.commission.approval.level")


def get_approval_calls(case):
    """{(model, method): arguments as RPC sends them}, all about levels that are hidden.

    :param case: a :class:`.common_rights_calls.HiddenWorldCase`
    """
    # so high that nothing of the others waits for it
    values = {"company_id": case.company.id, "amount": 10**9, "user_ids": [(6, 0, case.manager.ids)]}
    calls = {}
    for kind in KINDS:
        level = case.env[kind].create({**values, "name": "Hidden level"})
        calls |= {
            (kind, "create"): [{**values, "name": "Mine"}],
            (kind, "write"): [level.ids, {"amount": 7}],
            (kind, "unlink"): [level.ids],
            (kind, "action_view_changes"): [level.ids],
        }
    change = case.env["stm.approval.change"].create(
        {
            "name": "Hidden level",
            "res_model": KINDS[0],
            "res_id": 1,
            "company_id": case.company.id,
            "user_id": case.rep2.id,
            "changed_on": fields.Datetime.now(),
            "terms_before": level._get_terms(),
            "is_pending": True,
        }
    )
    return calls | {
        ("stm.approval.change", "create"): [{"name": "Mine", "company_id": case.company.id}],
        ("stm.approval.change", "write"): [change.ids, {"is_pending": False}],
        ("stm.approval.change", "unlink"): [change.ids],
        ("stm.approval.change", "action_confirm"): [change.ids],
    }
