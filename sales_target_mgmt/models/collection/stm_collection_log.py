from odoo import api, fields, models
from odoo.exceptions import UserError

from .stm_collection_step import CHANNELS


class StmCollectionLog(models.Model):
    """That a step was taken: once for each case, step and cycle.

    A cycle is named by the day on which the oldest open invoice was due. The row is committed
    together with the mail, message or task that it tells of.
    """

    _name = "stm.collection.log"
    _description = "Collection Log"
    _order = "id desc"
    _rec_name = "step_name"
    _check_company_auto = True

    case_id = fields.Many2one("stm.collection.case", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    step_id = fields.Many2one("stm.collection.step", "Step of the Policy", index=True, ondelete="set null")
    step_name = fields.Char("Step", required=True)
    days = fields.Integer("Days after Due", aggregator=None)
    cycle = fields.Date("Oldest Due Date", required=True)
    date = fields.Date(required=True)
    user_id = fields.Many2one("res.users", "Done By", ondelete="set null")
    channel = fields.Selection(CHANNELS, required=True)
    amount = fields.Monetary("Asked For")
    result = fields.Selection(
        [
            ("sent", "Queued to be sent"),
            ("task", "Task made"),
            ("address", "No mail address: task made"),
            ("print", "Letter to print"),
            ("printed", "Letter printed"),
        ],
        required=True,
    )
    printed_on = fields.Datetime(readonly=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    mail_id = fields.Many2one("mail.message", "Message", index="btree_not_null", ondelete="set null")

    _once = models.UniqueIndex("(case_id, days, cycle)", "This step was taken already.")

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse()
        return super().write(vals)

    def unlink(self):
        self._refuse()
        return super().unlink()

    def action_print(self):
        """One document with the letters of these steps, each in its customer's language.

        What was paid since is left out; customers who owe nothing any more get no letter.

        :raises UserError: if none of them is a letter to somebody who still owes something
        """
        self.env["stm.collection.case"].check_access("write")
        self.check_access("read")
        letters = self.filtered(lambda log: log.channel == "letter" and log.case_id._get_asked_rows())
        if not letters:
            raise UserError(
                self.env._("No letter is to be printed: choose letters to who still owes something.")
            )
        values = {"result": "printed", "printed_on": fields.Datetime.now()}
        letters.sudo().write(values)
        return self.env.ref("sales_target_mgmt.stm_collection_letter_report").report_action(letters)

    def _get_letter_lang(self):
        case = self.sudo().case_id
        return case.contact_id.lang or case.partner_id.lang or self.env.lang

    def _get_letter(self):
        """Text of the letter in the language of whom it goes to, as markup."""
        self.ensure_one()
        case = self.sudo().case_id
        steps = self.env["stm.collection.step"].sudo()
        # a step that was deleted meanwhile wrote friendly
        template = (self.sudo().step_id or steps.new({"tone": "friendly"}))._get_template()
        return template._render_field("body_html", case.ids, compute_lang=True)[case.id]

    def _refuse(self):
        if not self.env.su:
            self.check_access("read")
            raise UserError(
                self.env._("The log of collection is written by the steps that are taken, and never changed.")
            )
