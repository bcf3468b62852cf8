from odoo import api, fields, models
from odoo.tools import SQL


class StmTargetGroupReport(models.Model):
    """Targets and achievements of several companies in the currency of the current one.

    Whole plans only, and of a plan over several years its approved annual plans, so that nothing
    counts twice; measures that add up. Money is converted at the rate of the period's end, of
    today while the period runs, with the rates of the current company.
    """

    _name = "stm.target.group.report"
    _description = "Targets across Companies"
    _auto = False
    _depends = {
        "stm.target.result": ["axis", "target", "actual", "gap"],
        "stm.target.plan": ["results_at", "state", "origin_id", "parent_id"],
        "stm.measure": ["unit", "aggregation"],
        "res.company": ["currency_id"],
        "res.currency.rate": ["rate", "name", "currency_id", "company_id"],
    }
    _order = "date_from desc, company_id, id"
    _rec_name = "plan_id"

    plan_id = fields.Many2one("stm.target.plan", readonly=True)
    node_id = fields.Many2one("stm.target.node", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    measure_id = fields.Many2one("stm.measure", readonly=True)
    date_from = fields.Date(string="Start", readonly=True)
    date_to = fields.Date(string="End", readonly=True)
    currency_id = fields.Many2one("res.currency", string="Company Currency", readonly=True)
    group_currency_id = fields.Many2one("res.currency", readonly=True)
    rate = fields.Float(digits=0, readonly=True, aggregator=None)
    target_company = fields.Float(
        string="Target in Company Currency", digits=0, readonly=True, aggregator=None
    )
    actual_company = fields.Float(
        string="Achieved in Company Currency", digits=0, readonly=True, aggregator=None
    )
    target = fields.Float(digits=0, readonly=True)
    actual = fields.Float(string="Achieved", digits=0, readonly=True)
    gap = fields.Float(digits=0, readonly=True)
    computed_at = fields.Datetime(string="As of", readonly=True)
    is_overview = fields.Boolean(search="_search_is_overview", store=False)

    @api.model
    def _search_is_overview(self, operator, value):
        """The rows that add up: see `stm.target.plan._get_overview_domain`."""
        if operator != "in":
            return NotImplemented
        return self.env["stm.target.plan"]._get_overview_domain()

    @property
    def _table_query(self):
        company = self.env.company
        currency = company.currency_id.id
        return SQL(
            """
            SELECT r.id, r.plan_id, r.node_id, r.company_id, r.measure_id, r.date_from, r.date_to,
                CASE WHEN m.unit = 'money' THEN c.currency_id END AS currency_id,
                CASE WHEN m.unit = 'money' THEN %(currency)s END AS group_currency_id,
                f.rate, p.results_at AS computed_at,
                r.target AS target_company, r.actual AS actual_company,
                r.target * f.rate AS target, r.actual * f.rate AS actual, r.gap * f.rate AS gap
            FROM stm_target_result r
            JOIN stm_target_plan p ON p.id = r.plan_id
            JOIN stm_measure m ON m.id = r.measure_id AND m.aggregation = 'sum'
            JOIN res_company c ON c.id = r.company_id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN m.unit <> 'money' OR c.currency_id = %(currency)s THEN 1.0
                    ELSE %(to_rate)s / %(from_rate)s END AS rate
            ) f
            WHERE r.axis = 'plan' AND NOT %(divided)s
            """,
            currency=currency,
            to_rate=self._select_rate(SQL("%s", currency)),
            from_rate=self._select_rate(SQL("c.currency_id")),
            divided=self.env["stm.target.plan"]._divided_sql("p"),
        )

    @api.model
    def _select_rate(self, currency):
        """A currency's rate at the end of the period as Odoo finds it: the company's, then older,
        then the first there is, then 1."""
        root = self.env.company.root_id.id
        today = self.env.company._get_stm_today()

        def pick(condition, direction):
            return SQL(
                """(SELECT x.rate FROM res_currency_rate x
                WHERE x.currency_id = %s AND (x.company_id = %s OR x.company_id IS NULL) AND %s
                ORDER BY x.company_id, x.name %s LIMIT 1)""",
                currency,
                root,
                condition,
                direction,
            )

        until = SQL("x.name <= LEAST(r.date_to, %s)", today)
        return SQL("COALESCE(%s, %s, 1.0)", pick(until, SQL("DESC")), pick(SQL("TRUE"), SQL("ASC")))
