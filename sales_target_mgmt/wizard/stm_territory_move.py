from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class StmTerritoryMove(models.TransientModel):
    """Moves customers, a border or a person from a day on, after showing what would change.

    The preview does what the move does and takes it back: what it shows is what will be.
    """

    _name = "stm.territory.move"
    _description = "Move from a Date"

    kind = fields.Selection(
        [
            ("customers", "Customers"),
            ("border", "A border: rules"),
            ("person", "A person"),
        ],
        "What moves",
        required=True,
        default="customers",
    )
    division_id = fields.Many2one("stm.territory.division", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="division_id.company_id")
    date = fields.Date("From", required=True, help="The first day of the new order; earlier days stay.")
    partner_ids = fields.Many2many("res.partner", string="Customers", domain="[('parent_id', '=', False)]")
    rule_ids = fields.Many2many(
        "stm.territory.rule", string="Rules", domain="[('division_id', '=', division_id)]"
    )
    assignment_id = fields.Many2one(
        "stm.territory.assignment",
        "Who Leaves",
        domain="[('division_id', '=', division_id)]",
        ondelete="set null",
    )
    user_id = fields.Many2one(
        "res.users",
        "Who Follows",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: the territory falls vacant.",
    )
    territory_id = fields.Many2one(
        "stm.territory", "To", domain="[('division_id', '=', division_id)]", ondelete="cascade"
    )
    change_quotations = fields.Boolean(
        "Change Open Quotations",
        help="Draft and sent quotations get the new territory, or the new salesperson where a person moves. "
        "Otherwise they stay as they are. Only for a day that has come.",
    )
    revise = fields.Boolean(
        "Make the Revisions", help="A draft version of each plan, with the targets as proposed."
    )
    reason = fields.Char()
    is_previewed = fields.Boolean(readonly=True)
    customer_count = fields.Integer("Customers Concerned", readonly=True)
    customer_ids = fields.One2many("stm.territory.move.customer", "move_id", readonly=True)
    order_ids = fields.Many2many("sale.order", string="Open Quotations", readonly=True)
    order_count = fields.Integer("Open Quotations Concerned", compute="_compute_counts")
    target_ids = fields.One2many("stm.territory.move.target", "move_id", readonly=True)
    target_count = fields.Integer("Targets Concerned", compute="_compute_counts")

    @api.depends("division_id")
    def _compute_display_name(self):
        for move in self:
            move.display_name = self.env._("Move from a date")

    @api.depends("order_ids", "target_ids")
    def _compute_counts(self):
        for move in self:
            move.order_count = len(move.order_ids)
            move.target_count = len(move.target_ids)

    def write(self, vals):
        choices = {"kind", "division_id", "date", "partner_ids", "rule_ids", "assignment_id", "user_id"}
        if {*choices, "territory_id"} & vals.keys() and "is_previewed" not in vals:
            vals = {**vals, "is_previewed": False}
        return super().write(vals)

    def action_preview(self):
        """Show what changes hands; nothing is changed."""
        self.ensure_one()
        self.check_access("write")
        self._check_choices()
        before = self._get_members()
        savepoint = self.env.cr.savepoint()
        try:
            partners = self._carry_out()
            after = self._get_members()
        finally:
            savepoint.close(rollback=True)
        self.env.invalidate_all()
        changes = [
            (partner, before.get(partner), after.get(partner))
            for partner in sorted(partners.ids)
            if self.kind == "person" or before.get(partner) != after.get(partner)
        ]
        self._note(changes)
        return self._show()

    def action_apply(self):
        """Do it: what was shown, on the data as they are now."""
        self.ensure_one()
        self.action_preview()
        if self.change_quotations and self.date > self.company_id._get_stm_today():
            raise UserError(
                self.env._(
                    "The move lies ahead: quotations that are made from %s on bear the new territory by "
                    "themselves. Untick “Change Open Quotations”, and open ones stay as they are.",
                    format_date(self.env, self.date),
                )
            )
        # who came on the very day is replaced, so that nothing tells afterwards who leaves
        leaving = self.assignment_id.user_id
        self._carry_out()
        if self.change_quotations:
            self._change_quotations()
        plans = self._make_revisions(leaving) if self.revise else self.env["stm.target.plan"]
        if plans:
            return plans._get_records_action(name=self.env._("Revisions"))
        return self.division_id.action_view_territories()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move from a date"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _check_choices(self):
        self.division_id.check_access("write")
        needed = {
            "customers": (("partner_ids", "territory_id")),
            "border": ("rule_ids", "territory_id"),
            "person": ("assignment_id",),
        }[self.kind]
        missing = [self._fields[name]._description_string(self.env) for name in needed if not self[name]]
        if missing:
            raise UserError(self.env._("Fill in: %s", ", ".join(missing)))
        self._check_division()

    def _check_division(self):
        """:raises UserError: naming what lies in another division than the one that is changed"""
        place = (self.territory_id | self.assignment_id.territory_id).filtered(
            lambda one: one.division_id != self.division_id
        )
        if place:
            raise UserError(
                self.env._(
                    "“%(territory)s” is no territory of “%(division)s”: choose one of this division.",
                    territory=place[0].display_name,
                    division=self.division_id.name,
                )
            )
        if rule := self.rule_ids.filtered(lambda one: one.division_id != self.division_id)[:1]:
            raise UserError(
                self.env._(
                    "“%(rule)s” is no rule of “%(division)s”: choose rules of this division.",
                    rule=rule.display_name,
                    division=self.division_id.name,
                )
            )

    def _carry_out(self):
        """Make the move, quotations and plans aside.

        :return: the customers that it may concern
        """
        rules = self.env["stm.territory.rule"]
        if self.kind == "border":
            return self.rule_ids._hand_over(self.territory_id, self.date)
        if self.kind == "customers":
            partners = self.partner_ids.commercial_partner_id
            rules._name_customers(partners, self.territory_id, self.date)
            return partners
        place = self.assignment_id.territory_id
        members = self.env["stm.territory.member"].search(
            [
                ("territory_id", "child_of", place.id),
                *self.env["stm.territory.assignment"]._get_covering_domain(self.date),
            ]
        )
        self.assignment_id._hand_over(self.date, self.user_id, self.territory_id)
        return members.partner_id

    def _get_members(self):
        """{partner id: territory id} of the division on the day of the move."""
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, territory_id FROM stm_territory_member WHERE division_id = %(division)s
                AND date_from <= %(day)s AND (date_to IS NULL OR date_to >= %(day)s)""",
                division=self.division_id.id,
                day=self.date,
            )
        )
        return dict(rows)

    def _note(self, changes):
        """Keep what was found, for the screen.

        :param changes: (partner id, territory id before, after) items
        """
        self.env.execute_query(
            SQL("DELETE FROM stm_territory_move_customer WHERE move_id = %s RETURNING id", self.id)
        )
        if changes:
            partners, olds, news = map(list, zip(*changes, strict=True))
            self.env.execute_query(
                SQL(
                    """INSERT INTO stm_territory_move_customer (move_id, partner_id, territory_id,
                        new_territory_id, create_uid, create_date, write_uid, write_date)
                    SELECT %(id)s, r.*, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                    FROM unnest(%(partners)s::integer[], %(olds)s::integer[], %(news)s::integer[]) r
                    RETURNING id""",
                    id=self.id,
                    uid=self.env.uid,
                    partners=partners,
                    olds=olds,
                    news=news,
                )
            )
        self.invalidate_recordset(["customer_ids"])
        self.write(
            {
                "is_previewed": True,
                "customer_count": len(changes),
                "order_ids": [(6, 0, self._find_quotations([change[0] for change in changes]).ids)],
            }
        )
        self._note_targets(changes)

    def _find_quotations(self, partner_ids):
        domain = [
            ("state", "in", ("draft", "sent")),
            ("company_id", "=", self.company_id.id),
            ("partner_id.commercial_partner_id", "in", partner_ids),
        ]
        if self.kind == "person":
            domain.append(("user_id", "=", self.assignment_id.user_id.id))
        return self.env["sale.order"].search(domain)

    def _change_quotations(self):
        if self.kind == "person":
            if self.user_id:
                self.order_ids.user_id = self.user_id
            return
        places = self._get_members()
        for order in self.order_ids if self.division_id.is_primary else self.order_ids.browse():
            order.territory_id = places.get(order.partner_id.commercial_partner_id.id)


class StmTerritoryMoveCustomer(models.TransientModel):
    _name = "stm.territory.move.customer"
    _description = "Customer who Changes Hands"
    _order = "id"

    move_id = fields.Many2one("stm.territory.move", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", ondelete="cascade")
    territory_id = fields.Many2one("stm.territory", "Until Then", ondelete="cascade")
    new_territory_id = fields.Many2one("stm.territory", "From Then on", ondelete="cascade")


class StmTerritoryAssignment(models.Model):
    _inherit = "stm.territory.assignment"

    @api.depends("user_id", "role_id", "territory_id")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.user_id.name} · {one.role_id.name} · {one.territory_id.display_name}"


class StmTerritoryDivision(models.Model):
    _inherit = "stm.territory.division"

    def action_move(self):
        """Move customers, a border or a person from a date on."""
        self.ensure_one()
        self.check_access("write")
        tomorrow = fields.Date.add(self.company_id._get_stm_today(), days=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move from a date"),
            "res_model": "stm.territory.move",
            "view_mode": "form",
            "context": {
                "default_division_id": self.id,
                "default_date": fields.Date.to_string(tomorrow),
            },
        }
