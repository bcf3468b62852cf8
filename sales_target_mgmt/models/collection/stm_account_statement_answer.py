from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

MAX_NAME = 100
MAX_TEXT = 1000


class StmAccountStatement(models.Model):
    """What the customer answers on the portal."""

    _inherit = "stm.account.statement"

    answered_by = fields.Char(readonly=True, help="The name that the customer's person entered.")
    answered_on = fields.Datetime(readonly=True)
    answered_user_id = fields.Many2one(
        "res.users", "Answered with Login", readonly=True, help="Empty: with the link of the mail."
    )
    differences = fields.Json(readonly=True, export_string_translation=False)
    difference_text = fields.Text("What the Customer Says", compute="_compute_difference_text")

    @api.depends("differences")
    def _compute_difference_text(self):
        for statement in self:
            said = statement.differences or []
            statement.difference_text = "\n".join(
                f"{one['name']}: {one['text']}" if one["name"] else one["text"] for one in said
            )

    @api.private
    def _confirm(self, name, user=None):
        """The customer agrees with the balance.

        :raises UserError: without a name, or if somebody answered already
        """
        self._answer("confirmed", name, user)

    @api.private
    def _report(self, name, texts, user=None):
        """The customer says what is wrong; somebody here has to look.

        :param texts: place of a line of the content, or None for the whole → text
        """
        lines = self.content["lines"]
        said = []
        for place, text in texts.items():
            text = (text or "").strip()
            if not text:
                continue
            if len(text) > MAX_TEXT:
                raise UserError(
                    self.env._("A text has at most %(most)s characters, yours has %(have)s: shorten it.",
                               most=MAX_TEXT, have=len(text))
                )  # fmt: skip
            if place is not None and not 0 <= place < len(lines):
                raise UserError(self.env._("This line is not on the statement: open the page again."))
            line = lines[place] if place is not None else {"name": "", "move": False}
            said.append({"name": line["name"], "move": line["move"], "text": text})
        if not said:
            raise UserError(self.env._("Say what is different: beside a line, or in the box below."))
        self._answer("difference", name, user, said)
        self._raise_differences(said)

    def _answer(self, state, name, user, said=None):
        self.ensure_one()
        name = (name or "").strip()
        if not name or len(name) > MAX_NAME:
            raise UserError(self.env._("Enter your name, with at most %s characters.", MAX_NAME))
        # of two answers at once the second one finds the first
        if not self.try_lock_for_update():
            raise UserError(self.env._("Somebody is answering at this moment: open the page again."))
        self.invalidate_recordset(["state"])
        if self.state != "sent":
            raise UserError(self.env._("This statement has been answered already, or was replaced."))
        self.write(
            {
                "state": state,
                "answered_by": name,
                "answered_on": fields.Datetime.now(),
                "answered_user_id": user.id if user else False,
                "differences": said or False,
            }
        )

    def _raise_differences(self, said):
        """Give what the customer says to who is responsible."""
        user = self.user_id.filtered("active") or self.company_id.stm_statement_user_id
        summary = self.env._("%s reports a difference", self.partner_id.name)
        note = "\n".join(f"{one['name']}: {one['text']}" if one["name"] else one["text"] for one in said)
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_todo", user_id=user.id, summary=summary, note=plaintext2html(note)
            )
        else:
            self._message_log(body=f"{summary}: {note}")
