from odoo import api, models
from odoo.exceptions import UserError


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_achievements(self):
        """Keep a team that documents name: the database would take it off them silently."""
        self.env["stm.achievement"]._flush_sources()
        [used] = (
            self.env["stm.achievement"]
            .sudo()
            ._read_group([("team_id", "in", self.ids)], [], ["team_id:array_agg_distinct"])
        )
        names = self.filtered(lambda team: team.id in set(used[0] or [])).mapped("name")
        if names:
            raise UserError(
                self.env._(
                    "%s has orders, invoices or opportunities, which would lose their team and "
                    "with it their place in the figures. Archive the team instead.",
                    ", ".join(f"“{name}”" for name in names),
                )
            )
