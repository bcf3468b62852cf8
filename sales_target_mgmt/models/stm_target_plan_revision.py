from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.allocation import allocate
from .stm_target_breakdown import DIMENSIONS
from .stm_target_plan import FROZEN_STATES

_DAY = timedelta(days=1)


class StmTargetPlan(models.Model):
    """Versions: which one holds on which day, and making the next one.

    A version holds from its effective date (the first version: from the start of the plan) to
    the day before the effective date of the approved version after it. Nothing is written to the
    older version: where its rule ends is read from its successor.
    """

    _inherit = "stm.target.plan"

    next_ids = fields.One2many("stm.target.plan", "previous_id", string="Next Version")
    date_superseded = fields.Date(
        string="Superseded from",
        compute="_compute_date_superseded",
        help="The first day on which a newer approved version holds.",
    )
    version_ids = fields.Many2many("stm.target.plan", compute="_compute_version_ids", string="Versions")
    version_count = fields.Integer(compute="_compute_version_ids")
    has_next = fields.Boolean(compute="_compute_version_ids")

    @api.depends("next_ids.state", "next_ids.date_effective")
    def _compute_date_superseded(self):
        dates = self._get_superseded_dates()
        for plan in self:
            plan.date_superseded = dates.get(plan.id, False)

    @api.depends("origin_id", "next_ids")
    def _compute_version_ids(self):
        firsts = self.origin_id | self.filtered(lambda plan: not plan.origin_id)
        family = self.search([("origin_id", "in", firsts._origin.ids)]) | firsts._origin
        groups = family.grouped(lambda plan: plan.origin_id or plan)
        for plan in self:
            versions = groups.get((plan.origin_id or plan)._origin, plan)
            plan.version_ids = versions.sorted("version")
            plan.version_count = len(versions)
            plan.has_next = bool(plan.next_ids)

    @api.model
    def _get_in_force(self, date):
        """Approved plans in the version that holds on a day, companies and rights aside."""
        self.flush_model(["state", "date_effective", "previous_id", "date_from", "date_to"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id FROM stm_target_plan p
                WHERE p.state IN %(frozen)s AND p.date_from <= %(date)s AND p.date_to >= %(date)s
                    AND (p.date_effective IS NULL OR p.date_effective <= %(date)s)
                    AND NOT EXISTS (
                        SELECT 1 FROM stm_target_plan n
                        WHERE n.previous_id = p.id AND n.state IN %(frozen)s
                            AND n.date_effective <= %(date)s
                    )
                """,
                frozen=FROZEN_STATES,
                date=date,
            )
        )
        return self.browse(row[0] for row in rows)

    def _get_superseded_dates(self):
        """{plan id: first day of the newer approved version}, of the plans that have one."""
        newer = self.sudo()._read_group(
            [("previous_id", "in", self._origin.ids), ("state", "in", FROZEN_STATES)],
            ["previous_id"],
            ["date_effective:min"],
        )
        return {plan.id: date for plan, date in newer}

    def _create_revision(self, date_effective, reason):
        """Make the next version as a draft that can be edited, and return it.

        It has the whole tree and the targets from the effective date on. A target that began
        before starts on that date and gets what the older version leaves: target less the share
        of the working days before. The older version stays as it is and holds until the new one
        is approved, and for the days before the date for ever.

        :param date_effective: first day on which the new version holds
        :param reason: why, kept with the version
        :raises UserError: unless the plan is approved, the newest version, and the date lies
            inside of the plan and after days that are closed
        """
        self.ensure_one()
        self._check_manager()
        self._check_revision(date_effective)
        revision = self._create_guarded(
            [
                {
                    **self.copy_data({"name": self.name})[0],
                    "version": self.version + 1,
                    "origin_id": (self.origin_id or self).id,
                    "previous_id": self.id,
                    "date_effective": date_effective,
                    "revision_reason": reason,
                }
            ]
        )
        self._copy_tree(revision, date_effective)
        revision.message_post(
            body=self.env._(
                "Revision of version %(version)s, in force from %(date)s: %(reason)s",
                version=self.version,
                date=date_effective,
                reason=reason,
            )
        )
        return revision

    def _check_revision(self, date_effective):
        self._check_state("approved")
        if self.next_ids:
            raise UserError(
                self.env._(
                    "Version %(version)s of “%(plan)s” has been revised already: revise the "
                    "newest version, or delete its draft first.",
                    version=self.version,
                    plan=self.name,
                )
            )
        self._check_revision_date(date_effective)

    def _check_revision_date(self, date_effective):
        """:raises UserError: if a newer version cannot come into force on that day"""
        earliest = max(self._get_revision_bounds())
        if not earliest <= date_effective <= self.date_to:
            raise UserError(
                self.env._(
                    "The revision of “%(plan)s” can come into force from %(start)s to %(end)s; "
                    "%(date)s lies outside.",
                    plan=self.name,
                    start=earliest,
                    end=self.date_to,
                    date=date_effective,
                )
            )

    def _check_links(self):
        """Links to the previous version, on which the figures of an approved plan rest.

        :raises UserError: unless a revision, which runs as superuser here, sets them
        """
        if not self.env.su:
            raise UserError(
                self.env._(
                    "What a node or a target was in the previous version is set by Revise and stays as it is."
                )
            )

    def _get_revision_bounds(self):
        """Days before which no revision can come into force: what they rule is settled."""
        self.ensure_one()
        bounds = [self.date_from]
        if self.date_effective:
            bounds.append(self.date_effective + _DAY)
        bounds += [closing.date_to + _DAY for closing in self.closing_ids if not closing.reopened_at]
        return bounds

    def _copy_tree(self, duplicate, date_effective=None):
        """Copy nodes, breakdowns and targets to another plan.

        :param date_effective: only the targets from that day on, linked to where they come from
        """
        nodes = self._copy_nodes(duplicate, linked=bool(date_effective))
        vals_list = []
        lines = self.line_ids.filtered(lambda line: not date_effective or line.date_to >= date_effective)
        remaining = lines._get_remaining_targets(date_effective) if date_effective else {}
        for line in lines:
            vals = line.copy_data({"node_id": nodes[line.node_id].id})[0]
            if date_effective:
                vals.update(
                    date_from=max(line.date_from, date_effective),
                    target=remaining[line],
                    target_previous=remaining[line],
                    previous_id=line.id,
                )
            vals_list.append(vals)
        # where they come from is nobody's to choose, so that only the superuser writes it
        self.env["stm.target.line"].sudo(self.env.su or bool(date_effective)).create(vals_list)

    def _copy_nodes(self, duplicate, linked):
        """Copy the tree level by level; return {node: its copy}."""
        copies = {}
        breakdowns = {}
        level = self.node_ids.filtered(lambda node: not node.parent_id)
        while level:
            vals_list = [
                {
                    "plan_id": duplicate.id,
                    "parent_id": copies[node.parent_id].id if node.parent_id else False,
                    "breakdown_id": breakdowns[node.breakdown_id] if node.breakdown_id else False,
                    "label": node.label,
                    "sequence": node.sequence,
                    "previous_id": node.id if linked else False,
                    **{name: node[name].id for name in DIMENSIONS},
                }
                for node in level
            ]
            made = self.env["stm.target.node"].sudo(self.env.su or linked).create(vals_list).sudo(self.env.su)
            copies.update(zip(level, made, strict=True))
            for breakdown in level.breakdown_ids:
                data = breakdown.copy_data({"node_id": copies[breakdown.node_id].id})[0]
                breakdowns[breakdown] = breakdown.create(data).id
            level = level.child_ids
        return copies

    def action_view_versions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_target_plan_action")
        return {**action, "domain": [("id", "in", self.version_ids.ids)], "context": {}}

    def action_view_difference(self):
        """What this version changes against the one before."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_target_difference_action"
        )
        return {**action, "domain": [("plan_id", "=", self.id)]}


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    next_ids = fields.One2many("stm.target.line", "previous_id", string="In the Next Version")

    def _get_remaining_targets(self, date):
        """{line: the target from a day on}.

        By the share of the company's working days, leave of people aside, so that parts and
        whole shrink alike; ratios stay whole. What a breakdown holds in reserve shrinks as well,
        and its children share the rest to the cent.
        """
        result = {line: line.target for line in self}
        cut = self.filtered(lambda line: line.date_from < date and line.measure_id.aggregation != "ratio")
        if not cut:
            return result
        schedules = self.env["stm.schedule"]._get_working_days(
            {(line.company_id.id, False) for line in cut},
            min(cut.mapped("date_from")),
            max(cut.mapped("date_to")),
        )
        for line in cut:
            ruled = line._measure_ruled(schedules[line.company_id.id, False], date - _DAY)
            result[line] = float(Decimal(str(line.target)) - line._get_share_of_target(ruled))
        groups = cut.filtered("measure_id.is_additive").grouped(
            lambda line: (line.node_id.breakdown_id, line.measure_id, line.date_from, line.date_to)
        )
        wholes = {(line.node_id, line.measure_id, line.date_from, line.date_to): line for line in cut}
        # from the top down: what a node gets is settled before its children share it
        for (breakdown, *where), parts in sorted(
            groups.items(), key=lambda item: len(item[0][0].node_id.parent_path or "")
        ):
            if whole := wholes.get((breakdown.node_id, *where)):
                result.update(whole._share_out(parts, result[whole]))
        return result

    def _share_out(self, parts, remaining):
        """Divide what remains of this target among its parts, in proportion to what they had.

        :return: {part: amount}; with the reserve in proportion the sum is exact
        """
        unit = self._get_unit()
        had = [Decimal(str(part.target)) for part in parts]
        whole = Decimal(str(self.target))
        if not whole or not sum(had):
            return {}
        left = Decimal(str(remaining)) * sum(had) / whole
        total = (left / unit).to_integral_value(rounding=ROUND_HALF_UP) * unit
        return dict(zip(parts, map(float, allocate(total, had, unit)), strict=True))
