from odoo import api, fields, models
from odoo.exceptions import UserError

from ..stm_print import cut_table

# rows between two heads, where the program that prints repeats none
ROWS = 25


class StmAccountStatement(models.Model):
    """The statement as a document, and how it reaches the customer."""

    _inherit = "stm.account.statement"

    sent_on = fields.Datetime(readonly=True)
    send_due = fields.Boolean(readonly=True)
    send_error = fields.Char("Not Sent", readonly=True, help="Why the mail could not be written.")

    html = fields.Html("What It Says", compute="_compute_html", sanitize=False)

    _send_due_idx = models.Index("(id) WHERE send_due")

    @api.depends("content")
    @api.depends_context("lang")
    def _compute_html(self):
        for statement in self:
            statement.html = self.env["ir.qweb"]._render(
                "sales_target_mgmt.account_statement_body", {"doc": statement}
            )

    def action_send(self):
        """Send statements to their customers now; again if need be."""
        self._check_maker()
        for statement in self:
            if not statement.active:
                raise UserError(
                    self.env._("“%s” was replaced by a newer one: send that.", statement.display_name)
                )
            if not statement.user_id:
                statement.sudo().user_id = self.env.user
        self.sudo()._send()

    def action_preview(self):
        """The page as the customer sees it."""
        self._check_maker()
        self.ensure_one()
        if self.state == "draft":
            raise UserError(self.env._("The customer's page opens once the statement has been sent."))
        return {"type": "ir.actions.act_url", "target": "self", "url": self.get_portal_url()}

    def action_check(self):
        """Look now whether the ledger has changed since."""
        self._check_maker()
        self.sudo().filtered(lambda one: one.state != "draft")._check_ledger()

    def action_xlsx(self):
        self._check_maker()
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/stm/account-statements.xlsx?ids={','.join(map(str, self.ids))}",
        }

    def _send(self):
        """Queue the mail with the document and the link to the customer's page."""
        template = self.env.ref("sales_target_mgmt.mail_template_account_statement")
        for statement in self:
            recipient = statement._get_recipient()
            if not recipient.email:
                raise UserError(
                    self.env._("“%s” has no email address: enter it first.", recipient.display_name)
                )
            if statement.state == "draft":
                # what is sent is what the ledger says now
                statement._draw_up()
            statement.write(
                {
                    "state": "sent" if statement.state == "draft" else statement.state,
                    "sent_on": fields.Datetime.now(),
                    "send_due": False,
                    "send_error": False,
                }
            )
            statement._portal_ensure_token()
            template.send_mail(
                statement.id,
                # the link in it opens the page: it stays in no thread
                email_values={"model": False, "res_id": False},
                email_layout_xmlid="mail.mail_notification_light",
            )

    def _get_recipient(self):
        """The customer's address for invoices."""
        self.ensure_one()
        partner = self.partner_id.sudo()
        return partner.browse(partner.address_get(["invoice"])["invoice"])

    def _get_open_items(self):
        """What is open, for pages and documents: dates as dates, amounts as numbers."""
        items = (self.content or {}).get("open", ())
        currencies = self._get_currencies(items)
        return [
            {
                **item,
                "date": fields.Date.to_date(item["date"]),
                "due": fields.Date.to_date(item["due"]),
                "residual": float(item["residual"]),
                **self._read_foreign(item, currencies),
            }
            for item in items
        ]

    def _get_open_sections(self, items):
        """Open items by currency, the company's first: [(currency, whether it is another one, items)]."""
        found = {self.currency_id: []}
        for item in items:
            found.setdefault(item["currency"] or self.currency_id, []).append(item)
        return [(currency, currency != self.currency_id, rows) for currency, rows in found.items() if rows]

    def _get_open_totals(self):
        """[(currency, what is open in it)] of documents in other currencies than the company's."""
        sections = self._get_open_sections(self._get_open_items())
        return [(one, sum(row["foreign"] for row in rows)) for one, other, rows in sections if other]

    def _get_currencies(self, told):
        """{code: currency} of what is told in other currencies than the company's."""
        codes = {one["currency"] for one in told if one.get("currency")}
        currencies = self.env["res.currency"].with_context(active_test=False)
        return {one.name: one for one in currencies.search([("name", "in", list(codes))])} if codes else {}

    def _read_foreign(self, told, currencies):
        """`currency`, False where it is the company's, and `foreign`, the amount in it."""
        currency = currencies.get(told.get("currency"), False)
        return {"currency": currency, "foreign": float(told["foreign"]) if currency else 0.0}

    def _cut_table(self, rows):
        return cut_table(rows, ROWS, ROWS)
