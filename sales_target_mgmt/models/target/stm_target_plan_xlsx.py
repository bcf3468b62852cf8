from odoo import fields, models


class StmTargetPlan(models.Model):
    """The ways of a plan into a spreadsheet and back."""

    _inherit = "stm.target.plan"  # pylint: disable=consider-merging-classes-inherited

    # not in the chatter, which everybody reads who has a target in the plan
    import_file_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        string="Imported Files",
        domain=[("res_model", "=", "stm.target.plan"), ("res_field", "=", "import_file_ids")],
        groups="sales_team.group_sale_manager",
        readonly=True,
    )

    def action_export_xlsx(self):
        """Download the plan with its targets, as far as the user may read it."""
        return self._get_export_action("xlsx")

    def action_export_template(self):
        """Download the plan's tree and periods, to be filled in and imported."""
        return self._get_export_action("template")

    def action_import(self):
        """Open the import of targets from a spreadsheet."""
        self.ensure_one()
        wizard = self.env["stm.target.import"].create({"plan_id": self.id})
        return wizard._reopen()

    def _get_export_action(self, kind):
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/stm/plan/{self.id}/{kind}", "target": "download"}
