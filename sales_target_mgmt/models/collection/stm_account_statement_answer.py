from odoo import api, fields, models
from odoo.exceptions import UserError

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
    dispute_ids = fields.One2many("stm.collection.dispute", "statement_id", "Disputes", readonly=True)
    dispute_count = fields.Integer("Disputes Opened", compute="_compute_dispute_count", compute_sudo=True)
    difference_text = fields.Text("What the Customer Says", compute="_compute_difference_text")

    @api.depends("differences")
    def _compute_difference_text(self):
        for statement in self:
            said = statement.differences or []
            statement.difference_text = "\n".join(
                f"{one['name']}: {one['text']}" if one["name"] else one["text"] for one in said
            )

    @api.depends("dispute_ids")
    def _compute_dispute_count(self):
        for statement in self:
            statement.dispute_count = len(statement.dispute_ids)

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

    def _may_answer(self, user):
        """Whether somebody who is logged in speaks for the customer: nobody who works here does."""
        self.ensure_one()
        return user.share or user.partner_id.commercial_partner_id == self.partner_id

    def _answer(self, state, name, user, said=None):
        self.ensure_one()
        if user and not self._may_answer(user):
            raise UserError(
                self.env._("Only the customer answers a statement: send it, or note a dispute yourself.")
            )
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

    def action_disputes(self):
        """The disputes that the customer's answer opened."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disputes"),
            "res_model": "stm.collection.dispute",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("statement_id", "in", self.ids)],
        }

    def _raise_differences(self, said):
        """Open a dispute for each thing that the customer says, for who is responsible.

        What is said about an invoice that is disputed already is added there.
        """
        company = self.company_id
        users = (self.user_id, company.stm_statement_user_id, company.stm_collector_id, self.create_uid)
        owner = next((user for user in users if user.active), self.create_uid)
        disputes = self.env["stm.collection.dispute"].sudo().with_company(company)
        invoices = self._get_disputable([one["move"] for one in said if one["move"]])
        known = disputes.search([("move_id", "in", invoices.ids), ("state", "=", "open")]).grouped("move_id")
        for one in said:
            invoice = invoices.filtered(lambda move, one=one: move.id == one["move"])
            text = f"{one['name']}: {one['text']}" if one["name"] and not invoice else one["text"]
            if invoice in known:
                known[invoice].message_post(
                    body=self.env._("%(customer)s: %(text)s", customer=self.answered_by, text=text)
                )
                continue
            disputes.create(
                {
                    "move_id": invoice.id,
                    "statement_id": self.id,
                    "company_id": company.id,
                    "amount": abs(invoice.amount_residual_signed),
                    "owner_id": owner.id,
                    "note": text,
                }
            )

    def _get_disputable(self, ids):
        """Of journal entries the customer's invoices that are still to be paid."""
        return (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("id", "in", ids),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("not_paid", "partial")),
                    ("company_id", "=", self.company_id.id),
                    ("commercial_partner_id", "=", self.partner_id.id),
                ]
            )
        )
