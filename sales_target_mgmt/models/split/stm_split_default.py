from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..stm_links import check_links

KINDS = [
    ("salesperson", "The order's salesperson"),
    ("user", "A person"),
    ("partner", "An outside partner"),
]


class StmSplitDefault(models.Model):
    """Who is credited for the orders of a customer, or of a sales team, unless an order says otherwise.

    The customer's (of its commercial entity) come before the team's. They are copied to new
    orders; changing them changes no order.
    """

    _name = "stm.split.default"
    _description = "Default Split"
    _order = "company_id, partner_id, team_id, id"
    _rec_name = "payee_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="cascade", check_company=True
    )
    team_id = fields.Many2one(
        "crm.team", "Sales Team", index="btree_not_null", ondelete="cascade", check_company=True
    )
    kind = fields.Selection(KINDS, "Credited", required=True, default="salesperson")
    user_id = fields.Many2one(
        "res.users", "Person", ondelete="restrict", domain="[('share', '=', False)]", check_company=True
    )
    agent_id = fields.Many2one("res.partner", "Outside Partner", ondelete="restrict", check_company=True)
    payee_id = fields.Many2one(
        "res.partner", compute="_compute_payee_id", store=True, precompute=True, ondelete="restrict"
    )
    share = fields.Float(required=True, digits=(16, 6), default=1.0)
    is_overlay = fields.Boolean("Overlay", help="On top of the 100 %.")

    _owner_set = models.Constraint(
        "CHECK((partner_id IS NULL) <> (team_id IS NULL))",
        "A default split belongs to a customer or to a sales team.",
    )
    _payee_set = models.Constraint(
        "CHECK((kind = 'user') = (user_id IS NOT NULL) AND (kind = 'partner') = (agent_id IS NOT NULL))",
        "Choose the person or the outside partner who is credited.",
    )
    _share_positive = models.Constraint(
        "CHECK(share > 0 AND share <= 1)", "A share is more than 0 % and 100 % at most."
    )
    _payee_unique = models.UniqueIndex(
        "(company_id, partner_id, team_id, payee_id) NULLS NOT DISTINCT",
        "Somebody is named twice: add the shares up in one line.",
    )

    @api.constrains("is_overlay", "company_id")
    def _check_overlay(self):
        for line in self.filtered("is_overlay"):
            line.company_id._check_stm_overlay()

    @api.depends("kind", "user_id", "agent_id")
    def _compute_payee_id(self):
        for line in self:
            line.payee_id = line.user_id.partner_id or line.agent_id

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind != "user":
            self.user_id = False
        if self.kind != "partner":
            self.agent_id = False

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "partner_id", "team_id")
        lines = super().create(vals_list)
        lines._check_owner_totals()
        self.env.registry.clear_cache()
        return lines

    def write(self, vals):
        check_links(self, [vals], "partner_id", "team_id")
        result = super().write(vals)
        self._check_owner_totals()
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _check_owner_totals(self):
        """:raises ValidationError: unless shares make up 100 %; a form checks when all is saved"""
        pending = self.env.cr.cache.get("stm_split_owners", ())
        for line in self.sudo():
            owner = line.partner_id or line.team_id
            if (owner._name, owner.id) not in pending:
                owner._check_stm_split_defaults()

    @api.model
    @tools.ormcache()
    def _get_companies_with_defaults(self):
        """Ids of companies that have any: the others' orders are not slowed down by a query."""
        return frozenset(company.id for [company] in self.sudo()._read_group([], ["company_id"]))

    @api.model
    def _get_for(self, order):
        """The default lines for an order, of its customer, else of its team."""
        lines = self.sudo().browse()
        if order.company_id.id not in self._get_companies_with_defaults():
            return lines
        customer = order.partner_id.commercial_partner_id
        company = ("company_id", "=", order.company_id.id)
        if customer.id:
            lines = self.sudo().search([company, ("partner_id", "=", customer.id)])
        if not lines and order.team_id.id:
            lines = self.sudo().search([company, ("team_id", "=", order.team_id.id)])
        return lines

    @api.model
    def _prepare_splits(self, order):
        """Values of the default splits of an order; one person once, with the sum of the shares."""
        found = {}
        lines = self._get_for(order)
        if not order.company_id.sudo().stm_allow_overlay:
            lines = lines.filtered(lambda line: not line.is_overlay)
        for line in lines:
            user = order.user_id if line.kind == "salesperson" else line.user_id
            if not user and not line.agent_id:
                continue
            payee = user.partner_id or line.agent_id
            values = found.setdefault(
                (payee.id, line.is_overlay),
                {
                    "user_id": user.id,
                    "partner_id": line.agent_id.id,
                    "share": 0.0,
                    "is_overlay": line.is_overlay,
                    "is_default": True,
                },
            )
            values["share"] += line.share
        # an overlay of somebody who has a share anyway
        for payee, is_overlay in list(found):
            if is_overlay and (payee, False) in found:
                del found[payee, True]
        return list(found.values())


class StmSplitOwnerMixin(models.AbstractModel):
    """Customers and teams with default splits, checked when all of them are saved."""

    _name = "stm.split.owner.mixin"
    _description = "Has Default Splits"

    @api.model_create_multi
    def create(self, vals_list):
        if not any("stm_split_default_ids" in vals for vals in vals_list):
            return super().create(vals_list)
        records = super().create(vals_list)
        records._check_stm_split_defaults()
        return records

    def write(self, vals):
        if "stm_split_default_ids" not in vals:
            return super().write(vals)
        pending = self.env.cr.cache.setdefault("stm_split_owners", set())
        keys = {(self._name, id_) for id_ in self.ids}
        pending.update(keys)
        try:
            result = super().write(vals)
        finally:
            pending.difference_update(keys)
        self._check_stm_split_defaults()
        return result

    def _check_stm_split_defaults(self):
        for owner in self:
            for company, lines in owner.sudo().stm_split_default_ids.grouped("company_id").items():
                total = round(sum(line.share for line in lines if not line.is_overlay), 6)
                if total != 1:
                    raise ValidationError(
                        self.env._(
                            "The default shares of “%(owner)s” in %(company)s make up %(total)s %%, not "
                            "100 %%: add a line for the salesperson with the rest.",
                            owner=owner.display_name,
                            company=company.name,
                            total=f"{total * 100:.9g}",
                        )
                    )
