import logging

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .stm_commission_readiness import FactsNotReady

ADMIN = "sales_target_mgmt.group_commission_admin"
WARNING = "mail.mail_activity_data_warning"
# somebody else was faster
CONCURRENCY = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
_logger = logging.getLogger(__name__)


class StmCommissionPlan(models.Model):
    """The daily computation of every plan in force."""

    _name = "stm.commission.plan"
    _inherit = ["stm.commission.plan", "mail.activity.mixin"]

    computed_daily_on = fields.Date("Last Daily Computation", readonly=True, copy=False)
    # pay of others may be named in it
    failure = fields.Text("Failed Because", readonly=True, copy=False, groups=ADMIN)

    @api.model
    def _cron_settle(self):
        """Compute the open statements of the plans that were not yet today, one by one.

        Each is committed on its own: whoever is interrupted goes on with the rest, and a second
        run finds nothing due. A plan that somebody else is computing is left to them.
        """
        due = self._get_due()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(due))
        for number, origin in enumerate(due, 1):
            try:
                if origin.try_lock_for_update() and origin in self._get_due():
                    origin._settle_daily()
            except CONCURRENCY:
                self.env.cr.rollback()
                self.env.invalidate_all()
            if not commit(1, remaining=len(due) - number):
                break

    def _get_due(self):
        """First versions of the plans in force that were not computed today, in the order they began."""
        origins = self.search([("state", "=", "active")])._get_origins_in_order()
        return origins.filtered(
            lambda plan: (
                not plan.computed_daily_on or plan.computed_daily_on < plan.company_id._get_stm_today()
            )
        )

    def _settle_daily(self):
        """Compute one plan; if that fails, its administrator is told and the others go on.

        A plan whose facts are being rebuilt stays due.
        """
        self.ensure_one()
        admin = self._get_administrator()
        plan = self.with_context(lang=admin.lang or self.env.lang)
        today = self.company_id._get_stm_today()
        failure = False
        try:
            with self.env.cr.savepoint():
                plan.env["stm.commission.engine"]._settle(plan, today)
        except CONCURRENCY:
            raise
        except FactsNotReady as reason:
            # still due with the next run
            _logger.info("commission plan %s is left for later: %s", self.id, reason)
            return
        except UserError as error:
            failure = str(error)
        except Exception:  # pylint: disable=broad-except
            _logger.exception("commission plan %s could not be computed", self.id)
            failure = plan.env._("An error that the server's log describes.")
        plan._note_failure(failure, admin)
        self._write_guarded({"computed_daily_on": today, "failure": failure})

    def _note_failure(self, failure, admin):
        """Ask the administrator to look after a plan that failed, once; and to forget it again."""
        summary = self.env._("The daily computation failed")
        asked = self.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(WARNING) and activity.automated
        )
        if not failure:
            asked.unlink()
        elif not asked:
            note = self.env._("Its statements are as they were before. The plan says why.")
            self.sudo().activity_schedule(WARNING, summary=summary, note=note, user_id=admin.id)

    def _get_administrator(self):
        """Who made the plan, if still in charge of commissions; else another one who is."""
        admins = (
            self.env.ref(ADMIN)
            .sudo()
            .all_user_ids.filtered(
                lambda user: user.active and not user.share and self.company_id in user.company_ids
            )
        )
        maker = self.create_uid & admins
        return maker or (admins - self.env.ref("base.user_root"))[:1] or self.env.ref("base.user_root")
