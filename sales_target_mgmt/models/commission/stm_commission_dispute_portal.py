from odoo import models
from odoo.tools import html2plaintext, plaintext2html


class StmCommissionDispute(models.Model):
    """A dispute of an outside agent, who reads it on the portal without access to the model."""

    _inherit = "stm.commission.dispute"

    def _open_from_portal(self, entry, text):
        """A dispute of the user, who has no login inside and gets the messages by mail."""
        dispute = self.create({"entry_id": entry.id, "reason": text})
        dispute.message_subscribe(self.env.user.partner_id.ids)
        return dispute

    def _get_portal_path(self):
        self.ensure_one()
        return f"/my/commissions/disputes/{self.id}"

    def _get_portal_messages(self):
        """What the payee may read of the chatter, oldest first: no notes, and no log."""
        self.ensure_one()
        comment = self.env.ref("mail.mt_comment")
        return self.website_message_ids.filtered(
            lambda one: one.subtype_id == comment and not one.is_internal and one.body
        ).sorted("id")

    def _post_portal_message(self, text):
        """A message of the user to who handles the dispute.

        The same text again, from a form that was sent twice, is the same message.

        :raises UserError: if there is no text, or too much of it
        """
        self.ensure_one()
        author = self.env.user.partner_id
        body = plaintext2html(self._check_text(text))
        last = self._get_portal_messages()[-1:]
        if last.author_id == author and html2plaintext(last.body) == html2plaintext(body):
            return last
        return self.message_post(
            body=body, author_id=author.id, message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Mails lead people outside to the portal, where they have to log in: no token opens it."""
        groups = super()._notify_get_recipients_groups(message, model_description, msg_vals=msg_vals)
        if self:
            url = f"{self.get_base_url()}{self._get_portal_path()}"
            outside = {"active": True, "has_button_access": True, "button_access": {"url": url}}
            for name, _is_of, data in groups:
                if name == "portal":
                    data.update(outside)
        return groups
