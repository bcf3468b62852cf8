from odoo import api, fields, models


class StmAbilityMatchLine(models.TransientModel):
    """A task, and who is suggested for it."""

    _name = "stm.ability.match.line"
    _description = "Suggested Assignment of a Task"
    _order = "id"

    match_id = fields.Many2one("stm.ability.match", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="match_id.company_id")
    # of the territory or the node
    res_id = fields.Integer(readonly=True)
    name = fields.Char("Task", readonly=True)
    current = fields.Char("Now", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Suggested", ondelete="cascade",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )  # fmt: skip
    score = fields.Float(readonly=True, digits=(16, 0))
    reason = fields.Text("Why", readonly=True)
    pinned = fields.Boolean("Pin", help="Stays as it is when the others are found anew.")

    @api.onchange("user_id")
    def _onchange_user_id(self):
        """Who is chosen by hand stays."""
        self.pinned = True
