from odoo import fields, models
from odoo.tools import SQL


class StmTargetDifference(models.Model):
    """What a version of a plan changes against the one before, target by target."""

    _name = "stm.target.difference"
    _description = "Difference between Plan Versions"
    _auto = False
    _depends = {
        "stm.target.line": [
            "node_id",
            "measure_id",
            "date_from",
            "date_to",
            "target",
            "target_previous",
            "previous_id",
            "plan_id",
            "user_id",
            "team_id",
        ],
        "stm.target.node": ["name"],
        "stm.target.plan": ["previous_id", "date_effective", "cut_targets"],
    }
    _order = "plan_id, date_from, node_name, measure_id, id"

    plan_id = fields.Many2one("stm.target.plan", string="New Version", readonly=True)
    previous_plan_id = fields.Many2one("stm.target.plan", string="Compared with", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    line_id = fields.Many2one("stm.target.line", string="New Target", readonly=True)
    previous_line_id = fields.Many2one("stm.target.line", string="Old Target", readonly=True)
    node_id = fields.Many2one("stm.target.node", readonly=True)
    node_name = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    measure_id = fields.Many2one("stm.measure", readonly=True)
    date_from = fields.Date(string="Start", readonly=True)
    date_to = fields.Date(string="End", readonly=True)
    old = fields.Float(
        string="Old Value", digits=0, readonly=True, help="For the days from the effective date on."
    )
    new = fields.Float(string="New Value", digits=0, readonly=True)
    delta = fields.Float(string="Difference", digits=0, readonly=True)
    kind = fields.Selection(
        [
            ("same", "Unchanged"),
            ("changed", "Changed"),
            ("added", "Added"),
            ("removed", "Removed"),
        ],
        string="Change",
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id::bigint * 2 AS id, p.id AS plan_id, p.previous_id AS previous_plan_id,
                p.company_id, l.id AS line_id, o.id AS previous_line_id, n.id AS node_id,
                n.name AS node_name, l.user_id, l.team_id, l.measure_id, l.date_from, l.date_to,
                CASE WHEN o.id IS NULL THEN 0 ELSE l.target_previous END AS old,
                l.target AS new,
                l.target - CASE WHEN o.id IS NULL THEN 0 ELSE l.target_previous END AS delta,
                CASE WHEN o.id IS NULL THEN 'added'
                    WHEN l.target <> l.target_previous
                        OR l.date_from <> GREATEST(o.date_from, p.date_effective)
                        OR l.date_to <> o.date_to THEN 'changed'
                    ELSE 'same' END AS kind
            FROM stm_target_line l
            JOIN stm_target_node n ON n.id = l.node_id
            JOIN stm_target_plan p ON p.id = l.plan_id AND p.previous_id IS NOT NULL
            LEFT JOIN stm_target_line o ON o.id = l.previous_id
            UNION ALL
            SELECT o.id::bigint * 2 + 1, p.id, p.previous_id, p.company_id, NULL, o.id, n.id,
                n.name, o.user_id, o.team_id, o.measure_id,
                GREATEST(o.date_from, p.date_effective), o.date_to, gone.amount, 0, -gone.amount,
                'removed'
            FROM stm_target_plan p
            JOIN stm_target_line o ON o.plan_id = p.previous_id AND o.date_to >= p.date_effective
            JOIN stm_target_node n ON n.id = o.node_id
            CROSS JOIN LATERAL (
                SELECT COALESCE((p.cut_targets ->> o.id::text)::double precision, o.target) AS amount
            ) gone
            WHERE NOT EXISTS (
                SELECT 1 FROM stm_target_line l WHERE l.plan_id = p.id AND l.previous_id = o.id
            )
            """
        )
