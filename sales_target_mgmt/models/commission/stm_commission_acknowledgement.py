from datetime import timedelta

from odoo import fields, models

from .stm_commission_statement import POSTED_STATES

ACKNOWLEDGE = "sales_target_mgmt.mail_activity_type_commission_acknowledge"


class StmCommissionStatement(models.Model):
    """The payee is asked to look at a statement once it is checked, and reminded."""

    _inherit = "stm.commission.statement"

    def action_check(self):
        result = super().action_check()
        for statement in self.filtered(lambda one: one.state == "checked").sudo():
            statement._ask_payee()
        return result

    def action_acknowledge(self):
        result = super().action_acknowledge()
        self.sudo().activity_unlink([ACKNOWLEDGE])
        return result

    def action_remind(self):
        """Tell the payees of these statements who have not acknowledged them."""
        self._check_admin()
        late = self.filtered(
            lambda one: one.state in POSTED_STATES and not one.acknowledged_on and one._get_payee_user()
        )
        for statement in late:
            user = statement._get_payee_user()
            env = statement.with_context(lang=user.lang).env
            statement.sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=env._("Please acknowledge your commission statement"),
                body=env._(
                    "Your commission statement from %(start)s to %(end)s waits for you: acknowledge it, or "
                    "dispute what is wrong.",
                    start=statement.date_from,
                    end=statement.date_to,
                ),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("%s payees have been reminded.", len(late)),
                "type": "info",
            },
        }

    def _ask_payee(self):
        user = self._get_payee_user()
        if user and not self.acknowledged_on:
            days = timedelta(days=self.company_id.stm_acknowledge_days)
            self.activity_schedule(
                ACKNOWLEDGE,
                fields.Date.context_today(self) + days,
                user_id=user.id,
                summary=self.with_context(lang=user.lang).env._("Acknowledge your commission statement"),
            )

    def _get_payee_user(self):
        """The payee's login, if statements can be read with it."""
        user = self.sudo().user_id
        is_reader = user.active and user.has_group("sales_team.group_sale_salesman")
        return user if is_reader and self.company_id in user.company_ids else user.browse()
