from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo import fields, models
from odoo.tools import format_date

from ..models.achievement.stm_achievement_totals import TotalRequest
from ..models.target.stm_target_breakdown import DIMENSIONS

# days of history by which a quota follows its customers
HISTORY = timedelta(days=365)


class StmTerritoryMove(models.TransientModel):
    """The targets that a move concerns, and the revision that follows it.

    The revision gives every target what is left of it by working days. Of that, the part of the
    customers who move goes with them: their share of what the territory achieved in the year
    before, or of its customers where nothing was achieved. What a person leaves goes to whoever
    follows.
    """

    _inherit = "stm.territory.move"

    def _note_targets(self, changes):
        self.target_ids.unlink()
        lines = self._get_lines()
        remaining = lines._get_remaining_targets(self.date)
        shifts = (
            self._get_handovers(lines, remaining)
            if self.kind == "person"
            else self._get_shifts(lines, remaining, changes)
        )
        self.env["stm.territory.move.target"].create(
            [
                {"move_id": self.id, "line_id": line.id, "remaining": remaining[line], "change": change}
                for line, change in shifts.items()
                if change
            ]
        )

    def _get_lines(self):
        """Targets of additive measures, of the newest plans in force, from the day of the move on."""
        plans = self.env["stm.target.plan"]
        plans = plans.search(
            [
                ("id", "in", plans._get_in_force(self.date).ids),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "approved"),
            ]
        )
        return plans.line_ids.filtered(lambda line: line.date_to >= self.date and line.measure_id.is_additive)

    def _get_shifts(self, lines, remaining, changes):
        """{target: change} of customers who go from one territory to another."""
        groups = {}
        for partner, old, new in changes:
            groups.setdefault((old, new), []).append(partner)
        shifts = {}
        for (old, new), partners in groups.items():
            if not old:
                continue
            concerned = lines.filtered(lambda line, old=old: line.node_id.territory_id.id == old)
            shares = self._get_shares(concerned.measure_id, old, partners)
            for line in concerned:
                amount = self._cut(line, remaining[line], shares[line.measure_id])
                self._add(shifts, line, -amount)
                # what lies below the territory's own node shrinks alike and goes to nobody
                if line.node_id.parent_id.territory_id.id != old:
                    self._pass_on(shifts, lines, line, new, amount)
        return shifts

    def _pass_on(self, shifts, lines, line, territory, amount):
        """Give an amount to the same target of another territory, and to what both hang from."""
        node = self._find_node(line.node_id, territory_id=territory)
        twin = self._find_line(lines, line, node) if node else None
        if not twin:
            return
        self._add(shifts, twin, amount)
        for one, change in ((line, -amount), (twin, amount)):
            parent = one.node_id.parent_id
            while parent:
                if above := self._find_line(lines, one, parent):
                    self._add(shifts, above, change)
                parent = parent.parent_id

    def _get_handovers(self, lines, remaining):
        """{target: change} of what a person leaves, and of who already has a target there."""
        shifts = {}
        user, place = self.assignment_id.user_id, self.assignment_id.territory_id
        for line in lines:
            node = line.node_id
            inside = (node.territory_id.parent_path or "").startswith(place.parent_path)
            if node.user_id != user or not inside:
                continue
            self._add(shifts, line, -Decimal(str(remaining[line])))
            twin = self._find_node(node, user_id=self.user_id.id) if self.user_id else None
            if twin and (other := self._find_line(lines, line, twin)):
                self._add(shifts, other, Decimal(str(remaining[line])))
        return shifts

    def _get_shares(self, measures, territory, partners):
        """{measure: share of a territory's target that follows these customers}"""
        last = min(self.date, self.company_id._get_stm_today()) - timedelta(days=1)
        dimensions = [{"partner_id": partner} for partner in partners]
        requests = [
            TotalRequest((measure, number), measure.id, self.company_id.id, last - HISTORY, last, dimension)
            for measure in measures
            for number, dimension in enumerate([{"territory_id": territory}, *dimensions])
        ]
        totals = self.env["stm.achievement"]._get_totals(requests) if requests else {}
        place = self.env["stm.territory"].browse(territory)
        result = {}
        for measure in measures:
            whole = totals[measure, 0] or 0
            moved = sum(totals[measure, number + 1] or 0 for number in range(len(partners)))
            share = moved / whole if whole > 0 else len(partners) / max(place.customer_count, len(partners))
            result[measure] = Decimal(str(min(max(share, 0), 1)))
        return result

    @staticmethod
    def _cut(line, remaining, share):
        unit = line._get_unit()
        return (Decimal(str(remaining)) * share / unit).to_integral_value(rounding=ROUND_HALF_UP) * unit

    @staticmethod
    def _add(shifts, line, change):
        shifts[line] = shifts.get(line, Decimal(0)) + change

    @staticmethod
    def _find_node(node, **other):
        """The node of the same plan that differs in this alone, beside it rather than elsewhere."""
        wanted = {name: node[name].id for name in DIMENSIONS} | other
        found = node.plan_id.node_ids.filtered(
            lambda one: all(one[name].id == value for name, value in wanted.items())
        )
        return found.sorted(lambda one: one.parent_id != node.parent_id)[:1]

    @staticmethod
    def _find_line(lines, line, node):
        """The target of a node for the same measure and days."""
        return lines.filtered(
            lambda one: (
                one.node_id == node
                and one.measure_id == line.measure_id
                and (one.date_from, one.date_to) == (line.date_from, line.date_to)
            )
        )[:1]

    def _make_revisions(self, leaving):
        """Draft versions from the day of the move on, with the targets as proposed.

        :param leaving: who goes, where a person moves
        """
        reason = self.reason or self.env._("Territories move on %s", format_date(self.env, self.date))
        revisions = self.env["stm.target.plan"]
        for plan, targets in self.target_ids.grouped(lambda target: target.line_id.plan_id).items():
            revision = plan._create_revision(self.date, reason)
            changes = {target.line_id: target.change for target in targets}
            for line in revision.line_ids:
                if change := changes.get(line.previous_id):
                    line.target = max(line.target + change, 0)
            if self.kind == "person" and self.user_id:
                self._rename(revision, targets.line_id.node_id, leaving)
            revisions |= revision
        return revisions

    def _rename(self, revision, nodes, leaving):
        """Who follows takes over the nodes of who leaves, unless there is one already."""
        for node in revision.node_ids:
            old = node.previous_id
            if old not in nodes or old.user_id != leaving or node.user_id != leaving:
                continue
            if not self._find_node(node, user_id=self.user_id.id):
                for line in node.line_ids:
                    line.target = line.target_previous
                node.user_id = self.user_id


class StmTerritoryMoveTarget(models.TransientModel):
    """A target that a move changes: what is left of it from the day on, and what is proposed."""

    _name = "stm.territory.move.target"
    _description = "Target that Changes"
    _order = "id"

    move_id = fields.Many2one("stm.territory.move", required=True, index=True, ondelete="cascade")
    line_id = fields.Many2one("stm.target.line", "Target", required=True, ondelete="cascade")
    plan_id = fields.Many2one(related="line_id.plan_id")
    node_id = fields.Many2one(related="line_id.node_id", string="Node")
    measure_id = fields.Many2one(related="line_id.measure_id")
    date_from = fields.Date(related="line_id.date_from")
    date_to = fields.Date(related="line_id.date_to")
    currency_id = fields.Many2one(related="line_id.currency_id")
    target = fields.Float("Target Now", related="line_id.target")
    remaining = fields.Float("Left", digits=0, help="From the day of the move on, by working days.")
    change = fields.Float("Moves", digits=0)
    proposed = fields.Float(compute="_compute_proposed", digits=0)

    def _compute_proposed(self):
        for row in self:
            row.proposed = row.remaining + row.change
