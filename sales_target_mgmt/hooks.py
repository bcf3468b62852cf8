"""What happens once, when the addon comes and when it goes."""

from .models.stm_guard import drop_guard


def post_init_hook(env):
    """Give companies their time zone; have the months before now counted in batches."""
    for company in env["res.company"].with_context(active_test=False).search([]):
        company.stm_tz = company._guess_sales_time_zone()
    env.ref("sales_target_mgmt.ir_cron_stm_refresh_cells")._trigger()


def uninstall_hook(env):
    """Leave the tables and settings of Odoo as they were."""
    env["crm.team"].with_context(active_test=False).search([])._restore_invoiced_target()
    env["stm.credit.account"]._restore_core()
    env["stm.achievement"]._drop_triggers()
    for name in ("stm.commission.entry", "stm.approval.change", "stm.credit.hold", "stm.credit.rating"):
        drop_guard(env.cr, env[name]._table)
    for name in ("stm.credit.limit", "stm.collection.writeoff"):
        drop_guard(env.cr, env[name]._table)
        drop_guard(env.cr, env[name]._fields["approver_ids"].relation)
    env["stm.account.statement"]._drop_guard()
