from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)
FIRST_POLICY = _lt("Reminders")
# name, days after the due date, channel, tone, who is told as well
FIRST_STEPS = (
    (_lt("Before it is due"), -3, "mail", "friendly", False),
    (_lt("First reminder"), 7, "mail", "friendly", False),
    (_lt("Second reminder"), 14, "mail", "firm", False),
    (_lt("Call"), 21, "call", "firm", "salesperson"),
    (_lt("Last reminder"), 30, "mail", "final", "controller"),
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

    stm_fee_product_id = fields.Many2one(
        "product.product",
        "Late Fees",
        check_company=True,
        domain="[('type', '=', 'service')]",
        help="Account and taxes of invoices for late fees and interest.",
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
        if {"stm_collection", "stm_statement_period"} & vals.keys():
            # the menu of salespeople comes and goes
            self.env.registry.clear_cache()
        return result

    def _make_stm_collection_policy(self):
        """Give a company that begins to collect a policy; who has one keeps it."""
        policies = self.env["stm.collection.policy"].sudo().with_context(active_test=False)
        wanted = self.sudo().filtered("stm_collection")
        for company in wanted - policies.search([("company_id", "in", wanted.ids)]).company_id:
            made = policies.with_context(lang="en_US")
            made = made.create(company._prepare_stm_collection_policy(made.env))
            for lang, _name in self.env["res.lang"].get_installed():
                own = made.with_context(lang=lang)
                values = company._prepare_stm_collection_policy(own.env)
                own.name = values["name"]
                for step, command in zip(own.step_ids, values["step_ids"], strict=True):
                    step.name = command[2]["name"]

    def _prepare_stm_collection_policy(self, env):
        """Values of the first policy, in the language of an environment."""
        names = ("days", "channel", "tone", "escalation")
        return {
            "name": env._(FIRST_POLICY),
            "company_id": self.id,
            "quiet_days": 5,
            "step_ids": [
                Command.create({"name": env._(name), **dict(zip(names, others, strict=True))})
                for name, *others in FIRST_STEPS
            ],
        }
