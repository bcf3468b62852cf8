from odoo import api, fields, models


class StmCollectionCase(models.Model):
    """What is to be done about a case, in one sentence."""

    _inherit = "stm.collection.case"

    next_text = fields.Char("What to Do", compute="_compute_next")
    is_step_due = fields.Boolean(
        compute="_compute_next",
        help="Whether the next step may be taken today and is taken by Odoo: no call.",
    )

    @api.depends("step_id", "step_date", "stop", "state", "oldest_date")
    @api.depends_context("lang")
    def _compute_next(self):
        for case in self:
            step = case.step_id.sudo()
            today = case.company_id._get_stm_today()
            case.is_step_due = bool(
                step and not case.stop and case.step_date <= today and step.channel != "call"
            )
            case.next_text = case._describe_next(step)

    def _describe_next(self, step):
        env = self.env
        if self.state == "closed":
            return env._("Nothing: no invoice is due")
        texts = {
            "paused": lambda: env._("Wait: the steps are paused"),
            "promise": lambda: env._("Wait for the promised payment"),
            "dispute": lambda: env._("Decide the dispute"),
            "plan": lambda: env._("Wait for the next instalment"),
            "writeoff": lambda: env._("Wait for the decision about the write-off"),
            "small": lambda: env._("Nothing: too little is owed to ask for it"),
            "quiet": lambda: env._("Wait: the customer was asked a few days ago"),
        }
        if self.stop:
            return texts[self.stop]()
        return step.name or env._("Every step was taken: call, agree on a plan or propose a write-off")
