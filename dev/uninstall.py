"""Uninstall the addon in a copy of a database, with a document or two, and look for what it left."""

import sys

import odoo
from odoo.fields import Command
from odoo.modules.registry import Registry

ADDON = "sales_target_mgmt"

# everything in the schema that bears our prefix
NAMED = """
    SELECT 'relation ' || relname FROM pg_class WHERE relname LIKE 'stm\\_%%'
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE proname LIKE 'stm\\_%%'
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname LIKE 'stm\\_%%'
    UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE conname LIKE 'stm\\_%%'
    UNION ALL SELECT 'column ' || table_name || '.' || column_name FROM information_schema.columns
        WHERE column_name LIKE 'stm\\_%%'
    UNION ALL SELECT 'index ' || indexname FROM pg_indexes WHERE indexdef ~ '[ (."]stm_'
    UNION ALL SELECT 'model ' || model FROM ir_model WHERE model LIKE 'stm.%%'
    UNION ALL SELECT 'xml id ' || module || '.' || name FROM ir_model_data WHERE module = %s
    UNION ALL SELECT 'parameter ' || key FROM ir_config_parameter WHERE key ~ ('^(stm|' || %s || ')[._]')
"""
# columns of models that no field knows
ORPHANS = """
    SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c
    JOIN ir_model m ON replace(m.model, '.', '_') = c.table_name
    WHERE c.table_schema = current_schema() AND NOT EXISTS (
        SELECT 1 FROM ir_model_fields f WHERE f.model = m.model AND f.name = c.column_name)
"""


def _rows(cr, query, parameters=None):
    cr.execute(query, parameters)
    return {row[0] for row in cr.fetchall()}


def _sell(env):
    """Documents that leave facts, marks and first purchases behind."""
    product = env["product.product"].create({"name": "Pump", "type": "service"})
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Acme"}).id,
            "order_line": [Command.create({"product_id": product.id, "price_unit": 1.0})],
        }
    )
    order.action_confirm()
    order.date_order = "2020-01-01 12:00:00"
    env.flush_all()
    return order


def _settle(env, order):
    """Commission that was posted, accrued and billed: the journal's part of it stays."""
    company = env.company
    accounts = {
        use: env["account.account"].create({"code": code, "name": use, "account_type": kind}).id
        for use, code, kind in (
            ("expense", "699991", "expense"),
            ("accrual", "299991", "liability_current"),
            ("payroll", "299992", "liability_current"),
        )
    }
    journals = {
        kind: env["account.journal"].create({"name": kind, "code": f"UN{kind[:3]}", "type": kind}).id
        for kind in ("general", "purchase")
    }
    company.write(
        {
            "stm_commission_accounting": True,
            "stm_commission_journal_id": journals["general"],
            **{f"stm_commission_{use}_account_id": account for use, account in accounts.items()},
        }
    )
    agent = env["res.partner"].create({"name": "Agent"})
    payees = [{"partner_id": agent.id}, {"user_id": env.ref("base.user_admin").id}]
    plan = env["stm.commission.plan"].create(
        {
            "name": "Uninstalled",
            "date_from": "2020-01-01",
            "earned_on": "order",
            "rule_ids": [Command.create({"name": "Sales", "rate": 0.5})],
            "assignment_ids": [Command.create(payee) for payee in payees],
        }
    )
    plan.action_activate()
    order.stm_split_ids = [Command.create({**payee, "share": 0.5}) for payee in payees]
    plan.action_compute()
    statements = env["stm.commission.statement"].search([("company_id", "=", company.id)])
    statements.action_check()
    statements.checked_by_id = statements.user_id
    statements.action_approve()
    statements.action_lock()
    agent_statement = statements.filtered(lambda one: not one.user_id)
    agent_statement.action_create_bill()
    (statements - agent_statement).action_pay()
    moves = statements.accrual_move_id | statements.release_move_id | statements.bill_id
    assert len(moves) == 3, moves
    env.flush_all()
    return moves.ids


def _trust(env):
    """A customer whose own limit of Odoo follows the credit account."""
    customer = env["res.partner"].create({"name": "Trusted", "credit_limit": 77.0, "trust": "good"})
    env.company.stm_credit_control = True
    account = env["stm.credit.account"].create({"partner_id": customer.id, "company_id": env.company.id})
    account.action_stm_set_limit("limited", 5.0, "Uninstalled")
    account.action_stm_block("Uninstalled")
    customer.invalidate_recordset()
    assert (customer.credit_limit, customer.trust) == (5.0, "bad"), customer.credit_limit
    env.flush_all()
    return customer.id


def _check_moves(moves):
    """Balanced as they were, and Odoo's own again: drafts can be deleted."""
    assert sorted(moves.mapped("state")) == ["draft", "posted", "posted"], moves.mapped("state")
    for move in moves:
        assert not round(sum(move.line_ids.mapped("balance")), 2), move.name
    moves.filtered(lambda move: move.state == "draft").unlink()


def main(name):
    odoo.tools.config.parse_config(["-d", name, "--no-http", "--max-cron-threads=0"])
    with Registry(name).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        orphans = _rows(cr, ORPHANS)
        order = _sell(env)
        moves = _settle(env, order)
        order, customer = order.id, _trust(env)
        env["stm.achievement.month"]._cron_refresh()
        cr.commit()
        env["ir.module.module"].search([("name", "=", ADDON)]).button_immediate_uninstall()
        cr.commit()
    with Registry(name).cursor() as cr:
        left = _rows(cr, NAMED, [ADDON, ADDON]) | (_rows(cr, ORPHANS) - orphans)
        # Odoo works without it
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        env["sale.order"].browse(order).order_line.price_unit = 2.0
        env["sale.order"].browse(order).partner_id.parent_id = False
        _check_moves(env["account.move"].browse(moves))
        customer = env["res.partner"].browse(customer)
        assert (customer.credit_limit, customer.trust) == (77.0, "good"), customer.credit_limit
        env.flush_all()
        cr.rollback()
    if left:
        sys.exit("The uninstallation left: " + ", ".join(sorted(left)))


if __name__ == "__main__":
    main(sys.argv[1])
