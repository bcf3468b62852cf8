from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from ..models.target.stm_target_breakdown import DIMENSIONS, dimension_selection


class StmTargetReserve(models.Model):
    """What a breakdown leaves of a target: node = Σ children + reserve, per measure and period.

    One row per target and breakdown of its node. A target of a child counts when its days lie
    inside those of the node's target; one that crosses the border is reported, not counted.
    Ratios and numbers of customers do not add up, so there the lowest and highest are shown.
    """

    _name = "stm.target.reserve"
    _description = "Reserve of a Target Breakdown"
    _auto = False
    _depends = {
        "stm.target.line": [
            "node_id",
            "measure_id",
            "date_from",
            "date_to",
            "target",
            "plan_id",
            "company_id",
            "user_id",
            "team_id",
        ],
        "stm.target.breakdown": ["node_id", "dimension"],
        "stm.target.node": ["breakdown_id"],
        "stm.measure": ["aggregation"],
    }
    _order = "plan_id, node_id, date_from, measure_id, dimension, id"

    line_id = fields.Many2one("stm.target.line", string="Target of the Node", readonly=True)
    breakdown_id = fields.Many2one("stm.target.breakdown", readonly=True)
    dimension = fields.Selection(
        lambda self: dimension_selection(self.env), string="Divided by", readonly=True
    )
    node_id = fields.Many2one("stm.target.node", readonly=True)
    plan_id = fields.Many2one("stm.target.plan", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    measure_id = fields.Many2one("stm.measure", readonly=True)
    date_from = fields.Date(string="Start", readonly=True)
    date_to = fields.Date(string="End", readonly=True)
    target = fields.Float(digits=0, readonly=True)
    allocated = fields.Float(digits=0, readonly=True, help="Sum of the children's targets.")
    reserve = fields.Float(
        digits=0, readonly=True, help="Target − allocated; negative is an over-assignment."
    )
    lowest = fields.Float(digits=0, readonly=True, aggregator="min")
    highest = fields.Float(digits=0, readonly=True, aggregator="max")
    crossing = fields.Integer(
        readonly=True, help="Targets of children that cross a border of this period: not counted."
    )
    state = fields.Selection(
        [
            ("reserve", "Reserve"),
            ("even", "Fully assigned"),
            ("over", "Over-assigned"),
            ("compared", "Compared"),
        ],
        readonly=True,
    )
    summary = fields.Char(string="In Words", compute="_compute_summary")

    @property
    def _table_query(self):
        number = SQL(" ").join(
            SQL("WHEN %s THEN %s", name, position) for position, name in enumerate(DIMENSIONS)
        )
        return SQL(
            """
            WITH rows AS (
                SELECT l.id::bigint * 8 + CASE b.dimension %(number)s END AS id,
                    l.id AS line_id, b.id AS breakdown_id, b.dimension, l.node_id, l.plan_id,
                    l.company_id, l.user_id, l.team_id, l.measure_id, l.date_from, l.date_to,
                    l.target, m.aggregation = 'sum' AS additive,
                    COALESCE(SUM(c.target) FILTER (WHERE i.inside), 0) AS allocated,
                    MIN(c.target) FILTER (WHERE i.inside) AS lowest,
                    MAX(c.target) FILTER (WHERE i.inside) AS highest,
                    COUNT(c.id) FILTER (WHERE NOT i.inside) AS crossing
                FROM stm_target_line l
                JOIN stm_target_breakdown b ON b.node_id = l.node_id
                JOIN stm_measure m ON m.id = l.measure_id
                LEFT JOIN stm_target_node n ON n.breakdown_id = b.id
                LEFT JOIN stm_target_line c ON c.node_id = n.id AND c.measure_id = l.measure_id
                    AND c.date_from <= l.date_to AND c.date_to >= l.date_from
                LEFT JOIN LATERAL (
                    SELECT c.date_from >= l.date_from AND c.date_to <= l.date_to AS inside
                ) i ON TRUE
                GROUP BY l.id, b.id, m.id
            )
            SELECT id, line_id, breakdown_id, dimension, node_id, plan_id, company_id, user_id,
                team_id, measure_id, date_from, date_to, target, lowest, highest, crossing,
                CASE WHEN additive THEN allocated END AS allocated,
                CASE WHEN additive THEN target - allocated END AS reserve,
                CASE WHEN NOT additive THEN 'compared'
                    WHEN target > allocated THEN 'reserve'
                    WHEN target < allocated THEN 'over'
                    ELSE 'even' END AS state
            FROM rows
            """,
            number=number,
        )

    @api.depends("state", "reserve", "lowest", "highest", "crossing")
    def _compute_summary(self):
        for row in self:
            text = row._get_words()
            if row.crossing:
                text = self.env._(
                    "%(text)s; %(count)s targets of children cross the period and do not count",
                    text=text,
                    count=row.crossing,
                )
            row.summary = text

    def _get_words(self):
        self.ensure_one()
        if self.state == "even":
            return self.env._("Fully assigned")
        if self.state == "reserve":
            return self.env._("%s in reserve", self._format(self.reserve))
        if self.state == "over":
            return self.env._("%s over-assigned", self._format(-self.reserve))
        return self.env._(
            "Children from %(lowest)s to %(highest)s",
            lowest=self._format(self.lowest),
            highest=self._format(self.highest),
        )

    def _format(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id or None)
