from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..stm_links import check_links


class StmTerritory(models.Model):
    """A part of the market that somebody looks after; a tree within its division."""

    _name = "stm.territory"
    _description = "Sales Territory"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _parent_store = True
    _order = "parent_path, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True, tracking=True)
    division_id = fields.Many2one(
        "stm.territory.division",
        required=True,
        index=True,
        ondelete="restrict",
        compute="_compute_division_id",
        recursive=True,
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    parent_id = fields.Many2one(
        "stm.territory",
        index=True,
        ondelete="restrict",
        domain="[('division_id', '=', division_id), ('id', '!=', id)]",
        tracking=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("stm.territory", "parent_id", "Territories Below")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    responsibilities = fields.Html(help="What the people here are responsible for, in words.")
    rule_ids = fields.One2many("stm.territory.rule", "territory_id", "Rules")
    assignment_ids = fields.One2many("stm.territory.assignment", "territory_id", "People")
    owner_ids = fields.Many2many(
        "res.users", string="Responsible Today", compute="_compute_owner_ids", search="_search_owner_ids"
    )
    is_vacant = fields.Boolean("Vacant", compute="_compute_owner_ids", search="_search_is_vacant")

    @api.constrains("parent_id", "division_id")
    def _check_tree(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A territory cannot be its own ancestor."))
        for territory in self | self.child_ids:
            parent = territory.parent_id
            if parent and parent.division_id != territory.division_id:
                raise ValidationError(
                    self.env._(
                        "“%(territory)s” belongs to the division “%(division)s”, its parent “%(parent)s” "
                        "to “%(other)s”: choose a parent of the same division.",
                        territory=territory.name,
                        division=territory.division_id.name,
                        parent=parent.name,
                        other=parent.division_id.name,
                    )
                )

    @api.depends("parent_id.division_id", "company_id")
    def _compute_division_id(self):
        divisions = self.env["stm.territory.division"]
        for territory in self:
            if territory.parent_id:
                territory.division_id = territory.parent_id.division_id
            elif not territory.division_id:
                territory.division_id = divisions._get_primary(territory.company_id)

    @api.depends(
        "assignment_ids.date_from", "assignment_ids.date_to", "assignment_ids.role_id.is_owner",
        "assignment_ids.user_id.active",
    )  # fmt: skip
    def _compute_owner_ids(self):
        today = self.env.company._get_stm_today()
        for territory in self:
            owners = territory.assignment_ids.filtered(
                lambda one: one.role_id.is_owner and one.user_id.sudo().active and one._covers(today)
            )
            territory.owner_ids = owners.user_id
            territory.is_vacant = not owners

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "division_id", "parent_id")
        return super().create([self._with_division(vals) for vals in vals_list])

    @api.model
    def _with_division(self, vals):
        """A division where nothing names one: made with a territory, never by opening an empty form."""
        given = {name.removeprefix("default_"): value for name, value in self.env.context.items()} | vals
        if given.get("division_id") or given.get("parent_id"):
            return vals
        company = self.env["res.company"].browse(given.get("company_id")) or self.env.company
        return {**vals, "division_id": self.env["stm.territory.division"]._get_or_make_primary(company).id}

    def _search_owner_ids(self, operator, value):
        # what is not so is what is not found by the contrary
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        owning = self._get_owning_domain()
        found = Domain("assignment_ids", "any", owning & Domain("user_id", operator, value))
        nobody = operator == "in" and False in value
        return found | ~Domain("assignment_ids", "any", owning) if nobody else found

    def _search_is_vacant(self, operator, value):
        if operator != "in":
            return NotImplemented
        owned = Domain("assignment_ids", "any", self._get_owning_domain())
        return ~owned if True in value else owned

    def _get_owning_domain(self):
        """Domain of the assignments of those who are responsible today."""
        today = self.env.company._get_stm_today()
        return Domain(
            [
                ("role_id.is_owner", "=", True),
                ("user_id.active", "=", True),
                *self.env["stm.territory.assignment"]._get_covering_domain(today),
            ]
        )

    @api.depends("name", "parent_id.name")
    def _compute_display_name(self):
        for territory in self:
            names, step = [], territory
            while step:
                names.append(step.name or "")
                step = step.parent_id
            territory.display_name = " / ".join(reversed(names))

    def write(self, vals):
        if not {"active", "division_id", "parent_id"} & vals.keys():
            return super().write(vals)
        before = {territory: (territory.active, territory.division_id) for territory in self._get_below()}
        result = super().write(vals)
        changed = self.browse().union(
            *(one for one, state in before.items() if (one.active, one.division_id) != state)
        )
        divisions = changed.division_id.union(*(before[one][1] for one in changed))
        changed.rule_ids._take_effect(set(), divisions)
        return result

    def unlink(self):
        # the database would take them along without a word
        self.rule_ids.unlink()
        return super().unlink()

    def _get_below(self):
        """These territories and all below them, archived ones included."""
        return self.with_context(active_test=False).search([("id", "child_of", self.ids)])
