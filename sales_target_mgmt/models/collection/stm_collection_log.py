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
        [("sent", "Queued to be sent"), ("task", "Task made"), ("address", "No mail address: task made")],
        required=True,
    )
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

    def _refuse(self):
        if not self.env.su:
            self.check_access("read")
            raise UserError(
                self.env._("The log of collection is written by the steps that are taken, and never changed.")
            )
