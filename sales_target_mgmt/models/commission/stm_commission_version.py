import json
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError

from .stm_commission_statement import POSTED_STATES

TERMS = (
    *("period", "rate_date", "paid_for", "earned_on", "payable_on", "wait_days", "refund_mode"),
    *("has_refund_window", "refund_days", "clawback_periods", "hold_overdue", "overdue_days"),
    *("bonus_payable", "unvested"),
)


class StmCommissionPlan(models.Model):
    """Putting a plan in force, and its versions."""

    _inherit = "stm.commission.plan"

    can_accept = fields.Boolean(compute="_compute_can_accept")

    @api.depends("acceptance_ids", "assignment_ids")
    @api.depends_context("uid")
    def _compute_can_accept(self):
        for plan in self:
            payees = plan.sudo().assignment_ids.user_id
            plan.can_accept = self.env.user in payees - plan.sudo().acceptance_ids.user_id

    def action_activate(self):
        """Put drafts in force. Nothing in them changes from here on."""
        self._check_admin()
        for plan in self:
            plan._check_draft()
            if not plan.rule_ids:
                raise UserError(
                    self.env._("“%s” has no component yet: add what it pays and how.", plan.display_name)
                )
            if not plan.assignment_ids:
                raise UserError(
                    self.env._("“%s” has no payee yet: add who is paid by it.", plan.display_name)
                )
            plan.rule_ids._check_table()
            plan._write_guarded(
                {
                    "state": "active",
                    "content_hash": plan._get_content_hash(),
                    "activated_on": fields.Datetime.now(),
                }
            )

    def action_new_version(self):
        """Make a draft that supersedes this version from a day on, and open it."""
        self.ensure_one()
        self._check_admin()
        if self.state == "draft":
            raise UserError(self.env._("“%s” is a draft: change it as it is.", self.display_name))
        today = self.company_id._get_stm_today()
        version = self.copy({"name": self.name, "date_from": max(self.date_from, self._get_period(today)[0])})
        names = {code: self.with_context(lang=code).name for code, _ in self.env["res.lang"].get_installed()}
        version.update_field_translations("name", names)
        number = max(self._get_versions().mapped("version")) + 1
        version._write_guarded({"origin_id": self.origin_id.id, "previous_id": self.id, "version": number})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": version.id,
            "views": [(False, "form")],
        }

    def action_compute(self):
        """Compute the open statements of these plans up to today; as often as one likes."""
        self._check_admin()
        for plan in self:
            if plan.state == "draft":
                raise UserError(self.env._("“%s” is a draft: put it in force first.", plan.display_name))
        for origin in self.origin_id:
            self.env["stm.commission.engine"]._settle(origin, origin.company_id._get_stm_today())
        return self.action_view_statements()

    def action_view_statements(self):
        """The statements in which this plan has entries."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_statement_action"
        )
        action["domain"] = [("entry_ids.lineage_id", "in", self.origin_id.ids)]
        return action

    def action_accept(self):
        """Accept the plan as its payee; asked again when another version comes into force."""
        for plan in self:
            plan.check_access("read")
            mine = plan.sudo().assignment_ids.filtered(lambda one: one.user_id == self.env.user)
            if plan.state == "draft" or not mine:
                raise UserError(self.env._("Only its payees accept a plan, once it is in force."))
            if self.env.user not in plan.sudo().acceptance_ids.user_id:
                plan.sudo().acceptance_ids.create(
                    {
                        "plan_id": plan.id,
                        "user_id": self.env.uid,
                        "name": self.env.user.name,
                        "accepted_on": fields.Datetime.now(),
                        "content_hash": plan.content_hash,
                    }
                )

    def _get_versions(self):
        return self.sudo().search([("origin_id", "in", self.origin_id.ids)])

    def _get_posted_until(self):
        """The last day of the posted statements with entries of these plans, at most today; or None.

        Whoever settled a plan until an earlier day would take back what is posted after it.
        """
        statement = (
            self.env["stm.commission.statement"]
            .sudo()
            .search(
                [("entry_ids.lineage_id", "in", self.origin_id.ids), ("state", "in", POSTED_STATES)],
                order="date_to desc",
                limit=1,
            )
        )
        return min(statement.date_to, statement.company_id._get_stm_today()) if statement else None

    def _get_versions_in_force(self):
        """Versions of these first versions that came into force, as they supersede each other.

        With their components, tiers and payees in the cache, by one query for each.
        """
        domain = [("origin_id", "in", self.ids), ("state", "=", "active")]
        versions = (
            self.sudo()
            .search_fetch(domain, self._get_columns())
            .sorted(lambda plan: (plan.date_from, plan.version))
        )
        rules = versions._prime_children("rule_ids")
        rules._prime_children("tier_ids")
        versions._prime_children("assignment_ids")
        return versions

    def _get_content_hash(self):
        """SHA-256 of what a payee accepts: the terms of the plan and all of its components."""
        self.ensure_one()
        # the same terms, whoever reads them in whatever language
        plan = self.with_context(lang=None)
        content = {name: plan[name] for name in TERMS}
        content["from"] = str(plan.date_from)
        content["currency"] = plan.currency_id.name
        content["components"] = [rule._get_terms() for rule in plan.rule_ids]
        return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
