from odoo import fields, models

CHANNELS = [("mail", "Mail"), ("letter", "Letter"), ("call", "Call"), ("portal", "Portal message")]
TONES = [("friendly", "Friendly"), ("firm", "Firm"), ("final", "Final")]
TEMPLATE = "sales_target_mgmt.mail_template_collection_%s"


class StmCollectionStep(models.Model):
    """One thing that is done about an open invoice so many days after it was due.

    Mails and portal messages are sent by the run; letters wait to be printed, many at once; calls
    become a task of the person who has the case.
    """

    _name = "stm.collection.step"
    _description = "Collection Step"
    _order = "policy_id, days, id"
    _check_company_auto = True

    policy_id = fields.Many2one("stm.collection.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(required=True, translate=True)
    days = fields.Integer(
        "Days after Due", help="Of the oldest open invoice; negative: before it is due, 0: on that day."
    )
    channel = fields.Selection(CHANNELS, required=True, default="mail")
    tone = fields.Selection(TONES, required=True, default="friendly")
    template_id = fields.Many2one(
        "mail.template",
        "Text",
        domain="[('model', '=', 'stm.collection.case')]",
        help="Empty: the text of the tone, in the customer's language.",
    )
    escalation = fields.Selection(
        [("salesperson", "Salesperson"), ("leader", "Team Leader"), ("controller", "Credit Controllers")],
        "Tell as Well",
    )
    answer_days = fields.Integer(
        "Within Days", default=1, help="Deadline of the tasks that the step gives: calls, and who is told."
    )
    has_fee = fields.Boolean("Late Fee", help="Propose late fee and interest, as the policy says.")

    _answer_not_negative = models.Constraint("CHECK(answer_days >= 0)", "A deadline cannot be over before.")
    _days_unique = models.UniqueIndex("(policy_id, days)", "Two steps of a policy fall on the same day.")

    def _get_template(self):
        """The step's own text, else the one shipped for its tone."""
        self.ensure_one()
        shipped = self.env["ir.model.data"]._xmlid_to_res_id(TEMPLATE % self.tone)
        return self.template_id or self.template_id.browse(shipped)
