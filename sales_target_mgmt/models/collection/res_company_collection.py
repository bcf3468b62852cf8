from odoo import api, fields, models

# name, days after the due date, channel, tone, who is told as well
FIRST_STEPS = (
    ("Before it is due", -3, "mail", "friendly", False),
    ("First reminder", 7, "mail", "friendly", False),
    ("Second reminder", 14, "mail", "firm", False),
    ("Call", 21, "call", "firm", "salesperson"),
    ("Last reminder", 30, "mail", "final", "controller"),
)


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_collection = fields.Boolean(
        "Collection",
        help="Customers with something due get a case, and are reminded by the steps of a policy.",
    )
    stm_collector_id = fields.Many2one(
        "res.users", "Collector", help="Gets new cases, and the calls and letters that the steps ask for."
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._make_stm_collection_policy()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get("stm_collection"):
            self._make_stm_collection_policy()
        return result

    def _make_stm_collection_policy(self):
        """Give a company that begins to collect a policy; who has one keeps it."""
        policies = self.env["stm.collection.policy"].sudo().with_context(active_test=False)
        wanted = self.sudo().filtered("stm_collection")
        for company in wanted - policies.search([("company_id", "in", wanted.ids)]).company_id:
            policies.create(
                {
                    "name": "Reminders",
                    "company_id": company.id,
                    "quiet_days": 5,
                    "step_ids": [
                        (
                            0,
                            0,
                            dict(zip(("name", "days", "channel", "tone", "escalation"), step, strict=True)),
                        )
                        for step in FIRST_STEPS
                    ],
                }
            )
