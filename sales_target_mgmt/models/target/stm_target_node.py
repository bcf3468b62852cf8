from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..stm_links import check_links
from .stm_target_breakdown import DIMENSIONS

# a child may name a descendant of what its parent names
TREE_DIMENSIONS = ("territory_id", "categ_id")


class StmTargetNode(models.Model):
    """A node of a plan's tree: a team, a person in it, a product category of that person.

    A node holds for everything that all its dimensions together describe. A child has the
    dimensions of its parent and may only refine them; it hangs in one of the parent's
    breakdowns, which is found or made from what the child adds when none is given.
    """

    _name = "stm.target.node"
    _description = "Target Node"
    _parent_store = True
    _order = "plan_id, parent_path, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    label = fields.Char(string="Own Name", help="Empty: named after what the node describes.")
    sequence = fields.Integer(default=10)
    plan_id = fields.Many2one("stm.target.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    is_frozen = fields.Boolean(related="plan_id.is_frozen")
    parent_id = fields.Many2one(
        "stm.target.node",
        index=True,
        ondelete="cascade",
        domain="[('plan_id', '=', plan_id), ('id', '!=', id)]",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("stm.target.node", "parent_id", string="Children")
    breakdown_id = fields.Many2one(
        "stm.target.breakdown",
        string="Part of",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('node_id', '=', parent_id)]",
        help="The division of the parent to which this node belongs.",
    )
    breakdown_ids = fields.One2many("stm.target.breakdown", "node_id", string="Breakdowns")
    line_ids = fields.One2many("stm.target.line", "node_id", string="Targets")
    territory_id = fields.Many2one("stm.territory", ondelete="restrict", check_company=True)
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", index="btree_not_null", ondelete="restrict",
        check_company=True,
    )  # fmt: skip
    user_id = fields.Many2one(
        "res.users", string="Salesperson", index="btree_not_null", ondelete="restrict",
        domain="[('share', '=', False)]",
    )  # fmt: skip
    categ_id = fields.Many2one("product.category", string="Product Category", ondelete="restrict")
    channel_id = fields.Many2one("stm.channel", ondelete="restrict", check_company=True)
    customer_class_id = fields.Many2one("stm.customer.class", ondelete="restrict", check_company=True)
    product_class_id = fields.Many2one("stm.product.class", ondelete="restrict", check_company=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", ondelete="restrict", check_company=True,
        domain="[('parent_id', '=', False)]",
    )  # fmt: skip
    previous_id = fields.Many2one(
        "stm.target.node",
        string="In the Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.constrains("parent_id", "plan_id", "breakdown_id")
    def _check_tree(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A node cannot be its own ancestor."))
        for node in self | self.child_ids:
            if node.parent_id and node.parent_id.plan_id != node.plan_id:
                raise ValidationError(
                    self.env._(
                        "“%(node)s” belongs to the plan “%(plan)s”, its parent “%(parent)s” to “%(other)s”.",
                        node=node.name,
                        plan=node.plan_id.name,
                        parent=node.parent_id.name,
                        other=node.parent_id.plan_id.name,
                    )
                )
            if node.breakdown_id.node_id != node.parent_id:
                raise ValidationError(
                    self.env._(
                        "“%(node)s” is below “%(parent)s” but part of the breakdown “%(breakdown)s”.",
                        node=node.name,
                        parent=node.parent_id.name or self.env._("no parent"),
                        breakdown=node.breakdown_id.display_name or self.env._("none"),
                    )
                )

    @api.constrains("parent_id", *DIMENSIONS)
    def _check_dimensions(self):
        for node in self | self.child_ids:
            if not node.parent_id:
                continue
            for name in DIMENSIONS:
                if not node._refines(name):
                    raise ValidationError(node._contradiction_message(name))

    @api.constrains("partner_id")
    def _check_partner(self):
        for node in self:
            partner = node.partner_id
            if partner and partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "“%(partner)s” is a contact of “%(company)s”: set the target on the company itself.",
                        partner=partner.display_name,
                        company=partner.commercial_partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "plan_id", "parent_id", "breakdown_id")
        vals_list = [self._complete_vals(vals) for vals in vals_list]
        nodes = super().create(vals_list)
        nodes.plan_id._hold_open()
        if nodes.previous_id:
            nodes.plan_id._check_links()
        # a form sends the name that it was offered
        offered = nodes.filtered(lambda node: node.label and node.label == node._get_default_name())
        offered._forget_label()
        return nodes

    def write(self, vals):
        plans = self.plan_id
        plans._hold_open()
        check_links(self, [vals], "plan_id", "parent_id", "breakdown_id")
        if "previous_id" in vals:
            self.plan_id._check_links()
        if "name" in vals:
            vals = {**vals, "label": vals["name"]}
            del vals["name"]
        if "parent_id" in vals and "breakdown_id" not in vals:
            for node in self:
                super(StmTargetNode, node).write(node._complete_move(vals))
        else:
            for name in DIMENSIONS:
                if name in vals:
                    self._write_dimension(name, vals[name])
            super().write(vals)
        (self.plan_id - plans)._hold_open()
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self.plan_id._hold_open()

    def _forget_label(self):
        return super().write({"label": False})  # pylint: disable=super-method-mismatch

    def _write_dimension(self, name, value):
        """Change a dimension together with the descendants that had it from here.

        One write for all of them, so that the tree is judged as it will be.
        """
        followers = self.browse()
        for node in self:
            below = self.search([("id", "child_of", node.id)]) - node
            followers |= below.filtered(lambda child, old=node[name]: not child[name] or child[name] == old)
        return super(StmTargetNode, self | followers).write({name: value})  # pylint: disable=super-method-mismatch

    def _complete_vals(self, vals):
        """Fill in what a new node gets from its parent: plan, dimensions, breakdown."""
        vals = dict(vals)
        if vals.get("name"):
            vals["label"] = vals.pop("name")
        breakdown = self.env["stm.target.breakdown"].browse(vals.get("breakdown_id"))
        if breakdown and not vals.get("parent_id"):
            vals["parent_id"] = breakdown.node_id.id
        parent = self.browse(vals.get("parent_id") or self.env.context.get("default_parent_id"))
        if not parent:
            return vals
        vals["parent_id"] = parent.id
        vals.setdefault("plan_id", parent.plan_id.id)
        for name in DIMENSIONS:
            if not vals.get(name) and parent[name]:
                vals[name] = parent[name].id
        if not breakdown:
            vals["breakdown_id"] = parent._get_breakdown(vals).id
        return vals

    def _complete_move(self, vals):
        """The same for a node that moves below another parent."""
        self.ensure_one()
        parent = self.browse(vals["parent_id"] or [])
        if not parent:
            return {**vals, "breakdown_id": False}
        if parent.parent_path.startswith(self.parent_path):
            raise ValidationError(self.env._("“%s” cannot be its own ancestor.", self.name))
        own = {name: vals.get(name, self[name].id) for name in DIMENSIONS}
        filled = {name: own[name] or parent[name].id for name in DIMENSIONS}
        return {**vals, **filled, "breakdown_id": parent._get_breakdown(filled).id}

    def _get_breakdown(self, values):
        """The breakdown of this node to which a child with these dimensions belongs."""
        self.ensure_one()
        dimension = self._get_own_dimension(values)
        existing = self.breakdown_ids.filtered(lambda breakdown: breakdown.dimension == dimension)
        if not dimension and self.breakdown_ids:
            return self.breakdown_ids[0]
        if not dimension:
            raise ValidationError(
                self.env._(
                    "A node below “%s” needs something of its own: a team, a salesperson, a "
                    "product category or a customer.",
                    self.name,
                )
            )
        return existing[:1] or self.env["stm.target.breakdown"].create(
            {"node_id": self.id, "dimension": dimension}
        )

    def _get_own_dimension(self, values):
        """What a child with these dimensions divides this node by; `None` when it adds nothing."""
        own = (name for name in DIMENSIONS if values.get(name) and values[name] != self[name].id)
        return next(own, None)

    def _get_dimensions(self):
        """The dimensions that are set, as :class:`TotalRequest` wants them: name → id."""
        self.ensure_one()
        return {name: self[name].id for name in DIMENSIONS if self[name]}

    def _refines(self, name):
        """Whether a dimension is the parent's or lies inside of it."""
        value, whole = self[name].sudo(), self.parent_id[name].sudo()
        if not whole or value == whole:
            return True
        if name in TREE_DIMENSIONS and value:
            return (value.parent_path or "").startswith(whole.parent_path)
        return False
