from odoo import api, fields, models
from odoo.tools import SQL

from .stm_target_breakdown import DIMENSIONS, dimension_selection
from .stm_target_line_progress import PACE_STATES
from .stm_target_plan import FROZEN_STATES

ACCOUNTANTS = ("account.group_account_readonly", "account.group_account_invoice")
_BATCH = 5000


class StmTargetResult(models.Model):
    """The last computed figures of a target, for searching, grouping and pivots.

    One row per approved target, written by a cron with the time beside it; the targets
    themselves are never touched. Target and achieved add up within one measure and one axis:
    the nodes of different axes (the whole plan, by team, by category) describe the same sales
    again.
    """

    _name = "stm.target.result"
    _description = "Target Analysis"
    _order = "date_from desc, id"
    _rec_name = "line_id"

    line_id = fields.Many2one("stm.target.line", required=True, ondelete="cascade", readonly=True)
    plan_id = fields.Many2one("stm.target.plan", index=True, ondelete="cascade", readonly=True)
    node_id = fields.Many2one("stm.target.node", index=True, ondelete="cascade", readonly=True)
    measure_id = fields.Many2one("stm.measure", index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", index=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    axis = fields.Selection(
        lambda self: [("plan", self.env._("Whole Plan")), *dimension_selection(self.env)],
        readonly=True,
        help="The breakdown to which the node belongs.",
    )
    territory_id = fields.Many2one("stm.territory", ondelete="cascade", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", index=True, ondelete="cascade", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Salesperson", index=True, ondelete="cascade", readonly=True
    )
    categ_id = fields.Many2one(
        "product.category", string="Product Category", ondelete="cascade", readonly=True
    )
    channel_id = fields.Many2one("stm.channel", ondelete="cascade", readonly=True)
    customer_class_id = fields.Many2one("stm.customer.class", ondelete="cascade", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade", readonly=True)
    date_from = fields.Date(string="Start", index=True, readonly=True)
    date_to = fields.Date(string="End", readonly=True)
    target = fields.Float(digits=0, readonly=True)
    actual = fields.Float(string="Achieved", digits=0, readonly=True)
    expected = fields.Float(string="Expected to Date", digits=0, readonly=True)
    gap = fields.Float(digits=0, readonly=True)
    projection = fields.Float(digits=0, readonly=True)
    attainment = fields.Float(digits=0, readonly=True, aggregator=None)
    pace_state = fields.Selection(PACE_STATES, string="Pace", readonly=True)
    computed_at = fields.Datetime(string="As of", readonly=True)
    is_overview = fields.Boolean(search="_search_is_overview", store=False)

    _line_unique = models.Constraint("UNIQUE(line_id)", "A target has one result.")

    @api.model
    def _refresh(self, lines=None):
        """Compute the figures of approved targets anew, all of them or the given ones."""
        Line = self.env["stm.target.line"].sudo()
        lines = (Line if lines is None else lines.sudo()).search(
            [
                ("plan_id.state", "in", FROZEN_STATES),
                *([("id", "in", lines.ids)] if lines is not None else []),
            ]
        )
        for start in range(0, len(lines), _BATCH):
            self._write_rows(lines[start : start + _BATCH])

    def _write_rows(self, lines):
        self.flush_model()
        now = fields.Datetime.now()
        ruling = lines.filtered(lambda line: line.date_end >= line.date_from)
        rows = [line._prepare_result(values, now) for line, values in ruling._read_progress().items()]
        if retired := (lines - ruling).ids:
            self.sudo().search([("line_id", "in", retired)]).unlink()
        if not rows:
            return
        names = list(rows[0])
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        values = SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows)
        updates = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), SQL.identifier("excluded", name))
            for name in names
            if name != "line_id"
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO stm_target_result (%s) VALUES %s ON CONFLICT (line_id) DO UPDATE SET %s",
                columns,
                values,
                updates,
            )
        )
        self.invalidate_model()

    @api.model
    def _cron_refresh(self):
        self._refresh()

    def _search_is_overview(self, operator, value):
        """The rows that add up to what this user answers for, once.

        The main measure of each plan; plans over several years are left to their annual
        plans; the whole for those who see it, else the own team's people.
        """
        if operator != "in":
            return NotImplemented
        plans = self.env["stm.target.plan"].search([("state", "in", FROZEN_STATES)])
        groups = ("sales_team.group_sale_salesman_all_leads", *ACCOUNTANTS)
        sees_all = any(self.env.user.has_group(group) for group in groups)
        return [
            ("axis", "=", "plan" if sees_all else "user_id"),
            ("plan_id.child_ids", "=", False),
            ("measure_id", "in", plans.headline_measure_id.ids),
        ]


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    def _prepare_result(self, progress, now):
        """Values of the row of :class:`stm.target.result`, in database terms.

        :param progress: the computed figures of :meth:`_read_progress`
        """
        self.ensure_one()
        node = self.node_id
        return {
            "line_id": self.id,
            "plan_id": self.plan_id.id,
            "node_id": node.id,
            "measure_id": self.measure_id.id,
            "company_id": self.company_id.id,
            "axis": node.breakdown_id.dimension or "plan",
            **{name: node[name].id or None for name in DIMENSIONS},
            "date_from": self.date_from,
            "date_to": self.date_end,
            "target": progress["target_in_force"],
            "actual": progress["actual"] if progress["has_actual"] else None,
            "pace_state": progress["pace_state"] or None,
            **{name: progress[name] for name in ("expected", "gap", "projection", "attainment")},
            "computed_at": now,
        }
