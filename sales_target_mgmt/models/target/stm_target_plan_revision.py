from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

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
    # what the effective date left of targets that began before it: {id of the old target: amount}
    cut_targets = fields.Json(readonly=True, copy=False)

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
    def _superseded_sql(self, alias):
        """SQL for the first day on which the approved version after a plan holds.

        The one place that says where a version's rule ends; NULL for the newest version.

        :param alias: of `stm_target_plan` in the query around it; flush its fields before
        """
        return SQL(
            """(
                SELECT MIN(newer.date_effective) FROM stm_target_plan newer
                WHERE newer.previous_id = %s AND newer.state IN %s
            )""",
            SQL.identifier(alias, "id"),
            FROZEN_STATES,
        )

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
                    AND COALESCE(%(superseded)s > %(date)s, TRUE)
                """,
                superseded=self._superseded_sql("p"),
                frozen=FROZEN_STATES,
                date=date,
            )
        )
        return self.browse(row[0] for row in rows)

    def _get_superseded_dates(self):
        """{plan id: first day of the newer approved version}, of the plans that have one."""
        self.flush_model(["state", "date_effective", "previous_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT p.id, %s FROM stm_target_plan p WHERE p.id = ANY(%s)",
                self._superseded_sql("p"),
                self._origin.ids,
            )
        )
        return {plan_id: date for plan_id, date in rows if date}

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
                date=format_date(self.env, date_effective),
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
                    start=format_date(self.env, earliest),
                    end=format_date(self.env, self.date_to),
                    date=format_date(self.env, date_effective),
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
        duplicate.sudo().cut_targets = {
            str(line.id): amount for line, amount in remaining.items() if line.date_from < date_effective
        }
        for line in lines:
            vals = line.copy_data({"node_id": nodes[line.node_id].id, "why": line.sudo().why})[0]
            if date_effective:
                vals.update(
                    date_from=max(line.date_from, date_effective),
                    target=remaining[line],
                    target_previous=remaining[line],
                    previous_id=line.id,
                )
            vals_list.append(vals)
        # where they come from and why is nobody's to choose, so that only the superuser writes it
        self.env["stm.target.line"].sudo().create(vals_list)

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
            divided = level.breakdown_ids
            ways = divided.create([way.copy_data({"node_id": copies[way.node_id].id})[0] for way in divided])
            breakdowns.update(zip(divided, ways.ids, strict=True))
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
