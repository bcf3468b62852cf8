from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.curve import draw, draw_attainment, earn, find_end, sample
from ...tools.rate_table import TierFault, exact

# what a form holds of a component besides lists
PLAIN = ("float", "monetary", "selection", "boolean", "integer", "char", "text")
TIER = ("lower", "upper", "rate", "amount")
MOST_TIERS, MOST_DEALS = 200, 20
# without tiers, gate and cap nothing says how far a curve goes
FAR, FULL = 10000, 100
# the same in pieces
MANY = 100
UNIT = "0.01"
# a cap is looked for so far beyond the tiers
DOUBLINGS = 5


class StmCommissionRule(models.Model):
    """The curve of a component: what it earns for which amount, drawn while it is edited.

    The figures come from the engine itself (:mod:`..tools.curve`).
    """

    _inherit = "stm.commission.rule"

    spark = fields.Json("Curve", compute="_compute_spark")

    @api.depends(
        *("method", "rate", "unit_amount", "formula", "tier_by", "has_floor", "floor"),
        *("is_capped", "cap", "gate", "gate_by", "gate_base"),
        *(f"tier_ids.{name}" for name in TIER),
    )
    def _compute_spark(self):
        for rule in self:
            try:
                points = rule._draw(rule._find_borders())
            except (TierFault, ValueError):
                rule.spark = False
                continue
            end, top = points[-1].base, max(point.earned for point in points)
            rule.spark = [
                [round(float(point.base / end), 4), round(float(point.earned / top), 4) if top else 0.0]
                for point in points
            ]

    @api.model
    @api.readonly
    def get_curve(self, values, deals=None):
        """What a component earns that is being edited, and three deals under it.

        :param values: {field: value} of the form, `tier_ids` as a list of {field: value}
        :param deals: amounts of deals that come one after the other in a period, or
            attainments in percent; None: some that show what the tiers do
        :return: `fault` in words or False; `over` (`amount`, `quantity` or `attainment`), `shown` (`money` or
            `percent`), `points`, `borders`, `gate`, `cap`, `deals`; without a table no points
        """
        self.check_access("read")
        rule = self.new(self._prepare_virtual(values))
        fault = rule._find_fault()
        borders = rule._find_borders()
        curve = {"fault": fault, "points": [], "deals": [], "borders": [], **rule._describe_axes()}
        try:
            points = rule._draw(borders)
        except (TierFault, ValueError):
            return curve
        wanted = [exact(deal) for deal in deals or rule._suggest_deals(borders)][:MOST_DEALS]
        return curve | {
            "points": [rule._dump(point) for point in points],
            "borders": [float(border) for border in borders],
            "deals": [rule._dump(deal) for deal in rule._earn(wanted)],
        }

    def _prepare_virtual(self, values):
        """Values of a record that is never saved; what is no plain field of the form is left out."""
        tiers = values.get("tier_ids") or []
        if len(tiers) > MOST_TIERS:
            raise UserError(self.env._("A rate table has at most %s rows.", MOST_TIERS))
        plain = {
            name: value
            for name, value in values.items()
            if name in self._fields and self._fields[name].store and self._fields[name].type in PLAIN
        }
        rows = [{name: tier.get(name) or 0 for name in TIER} for tier in tiers]
        # a row that was just added says nothing yet
        rows = [row for number, row in enumerate(rows) if not number or any(row.values())]
        return {**plain, "measure_id": values.get("measure_id"), "tier_ids": [(0, 0, row) for row in rows]}

    def _find_fault(self):
        try:
            self._check_table()
            self._check_bounds()
        except ValidationError as fault:
            return str(fault)
        return False

    def _describe_axes(self):
        by_rate = self._is_drawn_by_rate()
        by_quantity = self._goes_by_quantity() or self.method == "unit"
        return {
            "over": "attainment" if self._goes_by_attainment() else "quantity" if by_quantity else "amount",
            "shown": "percent" if by_rate and self.method != "bonus" else "money",
            "gate": self.gate_base if self.gate and self.gate_by == "base" and not by_rate else 0,
            "cap": self.cap if self.is_capped and not by_rate else 0,
        }

    def _is_drawn_by_rate(self):
        """Whether the curve is over what picks the tier, not over what is paid for."""
        return self._goes_by_attainment() or self._goes_by_quantity()

    def _find_borders(self):
        """Where the curve bends or jumps: at tiers and gate; with one rate, where it meets the cap."""
        borders = {tier.lower for tier in self.tier_ids} | {tier.upper for tier in self.tier_ids}
        if self.method == "percent":
            borders = {round(self.cap / self.rate, 2)} if self.is_capped and self.rate > 0 else set()
        if self.gate and self.gate_by == "base" and not self._is_drawn_by_rate():
            borders.add(self.gate_base)
        return sorted(exact(border) for border in borders if border > 0)

    def _draw(self, borders):
        """:class:`~..tools.curve.Point` items; shares of a hundred where they are in percent."""
        if self._is_drawn_by_rate():
            self._get_table()
            return self._reach(sample(borders, find_end(borders, FULL), UNIT))
        component = self._get_drawn_component()
        end = find_end(borders, MANY if self.method == "unit" else FAR)
        for _doubling in range(DOUBLINGS):
            [last] = draw(component, [end], UNIT)
            if not self.is_capped or last.withheld or not last.earned:
                break
            end *= 2
        return draw(component, sample(borders, end, UNIT), UNIT)

    def _reach(self, attainments):
        base = 0 if self.method == "bonus" else FULL
        if self._goes_by_quantity():
            component = self._get_drawn_component()
            return draw_attainment(lambda _quantity: component, attainments, UNIT, base)
        return draw_attainment(lambda at: self._get_component(attainment=at), attainments, UNIT, base)

    def _earn(self, deals):
        if self._is_drawn_by_rate():
            return self._reach(deals)
        return earn(self._get_drawn_component(), deals, UNIT)

    def _suggest_deals(self, borders):
        """Three that land in different tiers."""
        if self._goes_by_attainment():
            return [80, 100, 120]
        if not borders:
            return [1, 5, 10] if self.method == "unit" else [1000, 5000, 10000]
        middles = [(low + high) / 2 for low, high in pairwise([0, *borders])]
        return [middles[0], middles[-1], borders[-1]]

    def _dump(self, point):
        return {
            "base": float(point.base),
            "earned": float(point.earned),
            "withheld": float(point.withheld),
            "parts": [[float(base), float(rate)] for base, rate in point.parts],
        }
