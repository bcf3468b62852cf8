import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..stm_print import cut_table
from .stm_commission_statement import APPROVED_STATES

_logger = logging.getLogger(__name__)
BATCH = 20
# rows between two heads, where the program that prints repeats none
ROWS = 8


class StmCommissionStatement(models.Model):
    """The statement as a document, and how it reaches its payee."""

    _inherit = "stm.commission.statement"

    sent_on = fields.Datetime(readonly=True, help="When it was sent to the payee by mail.")
    send_due = fields.Boolean(readonly=True)
    send_error = fields.Char(
        "Not Sent",
        readonly=True,
        groups="sales_target_mgmt.group_commission_admin",
        help="Why the mail to the payee could not be written.",
    )

    _send_due_idx = models.Index("(id) WHERE send_due")

    def action_approve(self):
        result = super().action_approve()
        # of several some may be left, or lack a second approval
        due = self.sudo().filtered(
            lambda one: (
                one.state in APPROVED_STATES and not one.sent_on and one.company_id.stm_commission_mail
            )
        )
        if due:
            due.write({"send_due": True, "send_error": False})
            # in the background: hundreds of documents take minutes
            self.env.ref("sales_target_mgmt.ir_cron_stm_commission_mail")._trigger()
        return result

    def action_send(self):
        """Send approved statements to their payees now, again if need be."""
        self._check_admin()
        for statement in self:
            if statement.state not in APPROVED_STATES:
                raise UserError(self.env._("“%s” is sent once it has been approved.", statement.display_name))
        self.sudo()._send()

    @api.model
    def _cron_send(self):
        """Send what was approved; what cannot be sent says why, and keeps nobody else waiting."""
        while due := self.search([("send_due", "=", True)], order="id", limit=BATCH):
            for statement in due:
                try:
                    with self.env.cr.savepoint():
                        statement._send()
                # whatever is wrong with one document or template
                except Exception as error:  # noqa: BLE001
                    _logger.warning("Statement %s could not be sent: %s", statement.id, error)
                    statement.write({"send_due": False, "send_error": str(error)})
            left = self.search_count([("send_due", "=", True)])
            if not self.env["ir.cron"]._commit_progress(len(due), remaining=left):
                break

    def _send(self):
        """Queue the mail with the document; nothing of it stays in a thread that others read."""
        template = self.env.ref("sales_target_mgmt.mail_template_commission_statement")
        for statement in self:
            if not statement.payee_id.email:
                raise UserError(
                    self.env._("“%s” has no email address: enter it first.", statement.payee_id.name)
                )
            template.send_mail(
                statement.id,
                email_values={"model": False, "res_id": False},
                email_layout_xmlid="mail.mail_notification_light",
            )
            statement.write({"sent_on": fields.Datetime.now(), "send_due": False, "send_error": False})

    def _get_payee_link(self):
        """Where the payee reads it after logging in: My Commission, the agents' portal, or nowhere.

        :return: an address, or False for payees without a login
        """
        self.ensure_one()
        if self._get_payee_user():
            return f"{self.get_base_url()}/odoo/commission-mine"
        payee = self.payee_id
        owners = ["|", ("partner_id", "=", payee.id), ("partner_id.commercial_partner_id", "=", payee.id)]
        logins = self.env["res.users"].sudo().search([("share", "=", True), *owners])
        is_reader = any(user._is_portal() for user in logins)
        return is_reader and f"{self.get_base_url()}/my/commissions/{self.id}"

    def _get_document_parts(self):
        """The entries by component, for the printed statement, as far as the reader may see entries.

        :return: list of dictionaries: name, earned, payable, and tables, which are lists of lines
        """
        self.ensure_one()
        entries = self.env["stm.commission.entry"]
        if not entries.has_access("read"):
            return []
        found = entries.search([("statement_id", "=", self.id)], order="component, date, id")
        # the terms are the payee's own, who may not read later versions of the plan
        return [
            {
                "name": self._name_component(rows.sudo()),
                "earned": sum(rows.mapped("amount")),
                "payable": sum(rows.mapped("payable")),
                "tables": cut_table([self._prepare_document_line(row) for row in rows], ROWS, ROWS * 3 // 2),
            }
            for rows in found.grouped(lambda row: (row.lineage_id.id, row.component)).values()
        ]

    def _name_component(self, rows):
        kinds = dict(rows._fields["kind"]._description_selection(self.env))
        plan = rows.lineage_id.name
        return f"{plan}: {rows.rule_id[-1:].name or kinds[rows[0].kind]}"

    def _prepare_document_line(self, row):
        kinds = dict(row._fields["kind"]._description_selection(self.env))
        reasons = dict(row._fields["reason"]._description_selection(self.env))
        return {
            "row": row,
            "kind": kinds[row.kind],
            "how": row.calculation or reasons.get(row.reason, ""),
            "amount": row.amount,
            "payable": row.payable,
        }
