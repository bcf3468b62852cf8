import logging

from odoo import api, fields, models

from ...tools.account_statement import same_ledger

_logger = logging.getLogger(__name__)
BATCH = 100
SEND_BATCH = 20
# months for which it is looked whether the ledger has changed since
WATCHED_MONTHS = 15


class StmAccountStatement(models.Model):
    """Statements on a schedule, and the look whether the ledger has changed since."""

    _inherit = "stm.account.statement"

    @api.model
    def _cron_make(self):
        """Draw up the statements of the last period of every company that has a schedule.

        Each batch is committed; what there is already is not made again, so that it goes on where
        it was stopped.
        """
        for company in self.env["res.company"].search([("stm_statement_period", "!=", False)]):
            date_from, date_to = company._get_stm_statement_period()
            while wanted := self._get_scheduled(company, date_from, date_to):
                made = self._make(company, wanted[:BATCH], date_from, date_to)
                if company.stm_statement_mail:
                    made.write({"send_due": True})
                    self.env.ref("sales_target_mgmt.ir_cron_stm_account_statement_send")._trigger()
                if not self.env["ir.cron"]._commit_progress(len(made), remaining=len(wanted) - len(made)):
                    return

    @api.model
    def _get_scheduled(self, company, date_from, date_to):
        """Customers that should get a statement of the period and have none yet."""
        ledger = self.env["stm.receivable"]
        ids = set(ledger._get_balances(company, None, date_to))
        if company.stm_statement_customers == "moved":
            ids |= set(ledger._get_movements(company, None, date_from, date_to))
        period = [("company_id", "=", company.id), ("date_from", "=", date_from), ("date_to", "=", date_to)]
        have = self.sudo().with_context(active_test=False).search(period).partner_id
        return self.env["res.partner"].browse(sorted(ids - set(have.ids)))

    @api.model
    def _cron_send(self):
        """Send what is due; what cannot be sent says why, and keeps nobody else waiting."""
        while due := self.search([("send_due", "=", True)], order="id", limit=SEND_BATCH):
            for statement in due:
                try:
                    with self.env.cr.savepoint():
                        statement._send()
                # whatever is wrong with one document or template
                except Exception as error:  # noqa: BLE001
                    _logger.warning("Account statement %s could not be sent: %s", statement.id, error)
                    statement.write({"send_due": False, "send_error": str(error)})
            left = self.search_count([("send_due", "=", True)])
            if not self.env["ir.cron"]._commit_progress(len(due), remaining=left):
                break

    @api.model
    def _cron_check(self):
        """Mark statements whose period has other movements in the ledger now, oldest check first."""
        began = fields.Datetime.now()
        domain = [
            ("state", "!=", "draft"),
            ("ledger_changed_on", "=", False),
            ("checked_on", "<", began),
            ("date_to", ">=", fields.Date.subtract(fields.Date.today(), months=WATCHED_MONTHS)),
        ]
        while some := self.search(domain, order="checked_on, id", limit=BATCH):
            some._check_ledger()
            if not self.env["ir.cron"]._commit_progress(len(some), remaining=self.search_count(domain)):
                break

    def _check_ledger(self):
        """Compare with the ledger as it is now, in few queries for any number of statements."""
        now = fields.Datetime.now()
        periods = self.grouped(lambda one: (one.company_id, one.date_from, one.date_to))
        for (company, date_from, date_to), some in periods.items():
            contents = self._read_contents(company, some.partner_id, date_from, date_to)
            changed = some.filtered(
                lambda one, contents=contents: not same_ledger(one.content, contents[one.partner_id.id])
            )
            changed.filtered(lambda one: not one.ledger_changed_on).write({"ledger_changed_on": now})
            (some - changed).write({"ledger_changed_on": False})
        self.write({"checked_on": now})
