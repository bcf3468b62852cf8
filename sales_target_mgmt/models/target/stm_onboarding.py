from odoo import api, models


class StmOnboarding(models.AbstractModel):
    """The first steps of a company, above its empty list of plans.

    A step is done when what it asks for is there: nothing is ticked off by hand, so the
    steps cannot be wrong.
    """

    _name = "stm.onboarding"
    _description = "First Steps with Sales Targets"

    @api.model
    @api.readonly
    def get_steps(self):
        """Steps of the current company for whoever may plan; empty when all are done.

        :return: dicts of ``name``, ``title``, ``text``, ``done`` and ``action`` (XML id)
        """
        if not self.env["stm.target.plan"].has_access("create"):
            return []
        done = self._get_done()
        return [] if all(done.values()) else [self._describe(name, done[name]) for name in done]

    def _get_done(self):
        company = self.env.company
        teams = self.env["crm.team"].search([("company_id", "in", [company.id, False])])
        plans = self.env["stm.target.plan"].search([("company_id", "=", company.id)])
        return {
            "people": bool(teams.member_ids),
            "plan": bool(plans),
            "targets": bool(
                self.env["stm.target.line"].search_count([("plan_id", "in", plans.ids)], limit=1)
            ),
            "approval": any(plan.state in ("approved", "closed") for plan in plans),
        }

    def _describe(self, name, done):
        title, text, action = {
            "people": (
                self.env._("Put people in teams"),
                self.env._("Targets are divided by team, territory and salesperson."),
                "sales_team.crm_team_action_config",
            ),
            "plan": (
                self.env._("Make a plan"),
                self.env._("Choose its dates, its periods and what is measured."),
                "sales_target_mgmt.stm_target_plan_action",
            ),
            "targets": (
                self.env._("Divide it"),
                self.env._(
                    "Decompose proposes the numbers: over the periods, then for territories, teams, people."
                ),
                "sales_target_mgmt.stm_target_plan_action",
            ),
            "approval": (
                self.env._("Submit and approve"),
                self.env._("From then on everybody follows the own targets live."),
                "sales_target_mgmt.stm_target_plan_action",
            ),
        }[name]
        return {"name": name, "title": title, "text": text, "done": done, "action": action}
