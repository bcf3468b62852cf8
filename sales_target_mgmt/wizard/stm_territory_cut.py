from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import territory_cut


class StmTerritoryCut(models.TransientModel):
    """Proposes which customers should change hands so that work is even; a person decides."""

    _name = "stm.territory.cut"
    _description = "Proposal of a Better Cut"
    _rec_name = "division_id"

    division_id = fields.Many2one("stm.territory.division", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="division_id.company_id")
    territory_ids = fields.Many2many(
        "stm.territory",
        string="Territories",
        domain="[('division_id', '=', division_id)]",
        help="Among these customers may move; their people stay.",
    )
    date = fields.Date("From", required=True, help="The first day of the new cut; earlier days stay.")
    unit = fields.Selection(
        [("customer", "Customers"), ("area", "Postcode areas")],
        "What Moves",
        required=True,
        default="customer",
    )
    zip_digits = fields.Integer("Digits of an Area", default=2)
    tolerance = fields.Float("Tolerance ± %", default=10.0)
    is_proposed = fields.Boolean(readonly=True)
    is_in_hours = fields.Boolean(readonly=True)
    is_within = fields.Boolean(readonly=True)
    method = fields.Selection(
        [("solver", "Optimised (integer programme)"), ("greedy", "Step by step")], readonly=True
    )
    moved_count = fields.Integer("Customers that Move", compute="_compute_moved_count")
    line_ids = fields.One2many("stm.territory.cut.line", "cut_id", "Moves")
    place_ids = fields.One2many("stm.territory.cut.place", "cut_id", "Before and After", readonly=True)

    _ranges = models.Constraint(
        "CHECK (tolerance BETWEEN 0 AND 100 AND zip_digits BETWEEN 1 AND 10)",
        "The tolerance lies between 0 and 100 %, an area has 1 to 10 digits.",
    )

    @api.depends("line_ids.is_accepted")
    def _compute_moved_count(self):
        for cut in self:
            cut.moved_count = len(cut.line_ids.filtered("is_accepted"))

    def write(self, vals):
        choices = {"division_id", "territory_ids", "date", "unit", "zip_digits", "tolerance"}
        if choices & vals.keys() and "is_proposed" not in vals:
            vals = {**vals, "is_proposed": False}
        return super().write(vals)

    def action_propose(self):
        """Compute a proposal; nothing is changed."""
        self.ensure_one()
        self.division_id.check_access("write")
        places = self.territory_ids
        if len(places) < 2 or places.division_id != self.division_id:
            raise UserError(
                self.env._(
                    "Choose at least two territories of “%s” among which customers may move.",
                    self.division_id.name,
                )
            )
        customers, in_hours = self._read_customers()
        if not customers:
            raise UserError(self.env._("No customer belongs to these territories on that day."))
        cut = territory_cut.propose(
            self._get_units(customers), places.ids, Decimal(str(self.tolerance)) / 100
        )
        self._note(customers, cut, in_hours)
        return self._show()

    def action_apply(self):
        """Give what was accepted to its new territories from the day on.

        Customers are named in rules, areas are rules of postcodes.
        """
        self.ensure_one()
        self.division_id.check_access("write")
        moves = self.line_ids.filtered("is_accepted")
        if not self.is_proposed or not moves:
            raise UserError(self.env._("There is nothing to apply: compute a proposal and accept moves."))
        now = {partner: place for partner, place, *_more in self._read_customers()[0]}
        changed = moves.filtered(lambda line: now.get(line.partner_id.id) != line.territory_id.id)
        if changed:
            raise UserError(
                self.env._(
                    "Since the proposal these customers have moved: %s. Compute it anew.",
                    ", ".join(changed[:5].partner_id.mapped("display_name")),
                )
            )
        if self.unit == "area":
            self._move_areas(moves)
        else:
            rules = self.env["stm.territory.rule"]
            for territory, lines in moves.grouped("new_territory_id").items():
                rules._name_customers(lines.partner_id, territory, self.date)
        return self.division_id.action_view_customers()

    def _read_customers(self):
        """([(partner id, territory id, work, point or None, area)], whether work is in hours)"""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT m.partner_id, m.territory_id, COALESCE(c.calls_per_year * c.hours_per_call, 0),
                    p.partner_latitude, p.partner_longitude,
                    p.country_id, upper(replace(p.zip, ' ', ''))
                FROM stm_territory_member m JOIN res_partner p ON p.id = m.partner_id
                LEFT JOIN stm_customer_profile f ON f.partner_id = p.id AND f.company_id = %(company)s
                LEFT JOIN stm_customer_class c ON c.id = f.class_id
                WHERE m.territory_id = ANY(%(places)s) AND m.date_from <= %(day)s
                    AND (m.date_to IS NULL OR m.date_to >= %(day)s)
                ORDER BY m.partner_id""",
                company=self.company_id.id,
                places=self.territory_ids.ids,
                day=self.date,
            )
        )
        in_hours = any(row[2] for row in rows)
        customers = [
            (
                partner,
                place,
                float(hours) if in_hours else 1.0,
                (float(latitude), float(longitude)) if latitude or longitude else None,
                (country, (code or "")[: self.zip_digits]) if code else partner,
            )
            for partner, place, hours, latitude, longitude, country, code in rows
        ]
        return customers, in_hours

    def _get_units(self, customers):
        """What is assigned as one; a customer without postcode is an area of its own."""
        groups = defaultdict(list)
        for customer in customers:
            groups[customer[4] if self.unit == "area" else customer[0]].append(customer)
        for key, members in groups.items():
            owners = defaultdict(int)
            for _partner, place, *_more in members:
                owners[place] += 1
            points = [point for *_more, point, _area in members if point]
            middle = tuple(sum(axis) / len(axis) for axis in zip(*points, strict=True)) if points else None
            work = sum(member[2] for member in members)
            yield territory_cut.Unit(key, work, dict(owners), middle)

    def _note(self, customers, cut, in_hours):
        """Keep the proposal for the screen."""
        self.line_ids.unlink()
        self.place_ids.unlink()
        lines, before = [], defaultdict(lambda: [0, 0.0])
        for partner, place, work, _point, area in customers:
            new = cut.owners[area if self.unit == "area" else partner]
            before[place][0] += 1
            before[place][1] += work
            if new != place:
                move = {"partner_id": partner, "territory_id": place, "new_territory_id": new}
                if self.unit == "area" and isinstance(area, tuple):
                    move["area"] = area[1]
                lines.append((0, 0, {**move, "workload": work}))
        self.write(
            {
                "is_proposed": True,
                "is_in_hours": in_hours,
                "is_within": cut.is_within,
                "method": cut.method,
                "line_ids": lines,
                "place_ids": [
                    (
                        0,
                        0,
                        {
                            "territory_id": place.id,
                            "customer_count": before[place.id][0],
                            "workload": before[place.id][1],
                        },
                    )
                    for place in self.territory_ids
                ],
            }
        )

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Proposal of a Better Cut"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }


class StmTerritoryCutLine(models.TransientModel):
    _name = "stm.territory.cut.line"
    _description = "Move of a Proposed Cut"
    _order = "new_territory_id, territory_id, id"

    cut_id = fields.Many2one("stm.territory.cut", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, ondelete="cascade")
    area = fields.Char("Postcode Area", readonly=True)
    territory_id = fields.Many2one("stm.territory", "Until Then", required=True, ondelete="cascade")
    new_territory_id = fields.Many2one("stm.territory", "From Then on", required=True, ondelete="cascade")
    workload = fields.Float(digits=(16, 1))
    is_accepted = fields.Boolean("Accept", default=True)


class StmTerritoryCutPlace(models.TransientModel):
    _name = "stm.territory.cut.place"
    _description = "Territory of a Proposed Cut"
    _order = "id"

    cut_id = fields.Many2one("stm.territory.cut", required=True, index=True, ondelete="cascade")
    territory_id = fields.Many2one("stm.territory", required=True, ondelete="cascade")
    owner_ids = fields.Many2many(related="territory_id.owner_ids")
    customer_count = fields.Integer("Customers")
    workload = fields.Float(digits=(16, 1))
    new_customer_count = fields.Integer("Customers Then", compute="_compute_then")
    new_workload = fields.Float("Workload Then", compute="_compute_then", digits=(16, 1))
    deviation = fields.Float("Away from the Mean %", compute="_compute_then", digits=(16, 1))

    @api.depends("cut_id.line_ids.is_accepted", "workload", "customer_count")
    def _compute_then(self):
        for cut in self.cut_id:
            counts, works = defaultdict(int), defaultdict(float)
            for line in cut.line_ids.filtered("is_accepted"):
                for place, sign in ((line.territory_id, -1), (line.new_territory_id, 1)):
                    counts[place] += sign
                    works[place] += sign * line.workload
            mean = sum(cut.place_ids.mapped("workload")) / (len(cut.place_ids) or 1)
            for place in self.filtered(lambda one, cut=cut: one.cut_id == cut):
                place.new_customer_count = place.customer_count + counts[place.territory_id]
                place.new_workload = place.workload + works[place.territory_id]
                place.deviation = 100 * (place.new_workload / mean - 1) if mean else 0


class StmTerritoryDivision(models.Model):
    _inherit = "stm.territory.division"

    def action_propose_cut(self):
        """Open the proposal of a better cut among the territories without others below."""
        self.ensure_one()
        self.check_access("write")
        territories = self.env["stm.territory"].search([("division_id", "=", self.id)])
        cut = self.env["stm.territory.cut"].create(
            {
                "division_id": self.id,
                "date": fields.Date.add(self.company_id._get_stm_today(), days=1),
                "territory_ids": [(6, 0, (territories - territories.parent_id).ids)],
            }
        )
        return cut._show()
