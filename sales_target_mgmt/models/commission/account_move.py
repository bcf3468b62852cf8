from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .stm_commission_statement_account import ACCOUNTING

LINKS = ("accrual_move_id", "release_move_id", "bill_id")


class AccountMove(models.Model):
    _inherit = "account.move"

    stm_statement_count = fields.Integer(
        "Commission Statements",
        compute="_compute_stm_statement_count",
        groups=ACCOUNTING,
        help="That the reader may see.",
    )

    @api.depends_context("uid")
    def _compute_stm_statement_count(self):
        self.stm_statement_count = 0
        for link in LINKS:
            groups = self.env["stm.commission.statement"]._read_group(
                [(link, "in", self.ids)], [link], ["__count"]
            )
            for move, number in groups:
                self.filtered(lambda one, move=move: one._origin == move).stm_statement_count += number

    @api.ondelete(at_uninstall=False)
    def _unlink_except_commission(self):
        statements = self.env["stm.commission.statement"].sudo()
        if statements.search_count(self._get_stm_statement_domain(), limit=1):
            raise UserError(
                self.env._(
                    "Commission statements rely on this entry or bill. Cancel or reverse it instead of "
                    "deleting it."
                )
            )

    def action_view_stm_statements(self):
        """The statements whose amounts this move or bill holds, as far as the user may see them."""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_groups(ACCOUNTING)):
            raise AccessError(self.env._("Only accountants see which statements an entry holds."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_statement_action"
        )
        action["domain"] = list(self._get_stm_statement_domain())
        return action

    def _get_stm_statement_domain(self):
        return Domain.OR(Domain(link, "in", self.ids) for link in LINKS)
