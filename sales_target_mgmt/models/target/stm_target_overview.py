from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.widest import widest
from .stm_target_breakdown import DIMENSIONS
from .stm_target_plan import FROZEN_STATES

AMOUNTS = ("target", "actual", "expected", "gap", "projection")


class StmTargetResult(models.Model):
    """Which rows of the analysis add up."""

    _inherit = "stm.target.result"

    is_overview = fields.Boolean(search="_search_is_overview", store=False)

    def _read_group_select(self, aggregate_spec, query):
        """Money of several currencies has no sum: nothing is shown rather than a number without meaning."""
        found = super()._read_group_select(aggregate_spec, query)
        name, _colon, function = aggregate_spec.partition(":")
        alone = not self.env.su and len(self.env.companies.currency_id) < 2
        if alone or name not in AMOUNTS or function not in ("sum", "avg"):
            return found
        currency = SQL(
            "(SELECT c.currency_id FROM res_company c JOIN stm_measure m ON m.id = %s "
            "WHERE c.id = %s AND m.unit = 'money')",
            self._field_to_sql(self._table, "measure_id", query),
            self._field_to_sql(self._table, "company_id", query),
        )
        return SQL("CASE WHEN COUNT(DISTINCT %s) < 2 THEN %s END", currency, found)

    def _search_is_overview(self, operator, value):
        """The rows that add up to what this user answers for, once.

        The main measure of each plan; plans over several years are left to their approved
        annual plans; the whole for those who see it, else every person in the own teams once.
        """
        if operator != "in":
            return NotImplemented
        domain = self.env["stm.target.plan"]._get_overview_domain()
        if self.env["stm.target.line"]._sees_all():
            return domain & Domain("axis", "=", "plan")
        return Domain("id", "in", self._get_widest(domain & Domain("axis", "=", "user_id")))

    def _get_widest(self, domain):
        """Ids of the rows that describe each person of a plan as a whole.

        A plan can divide by person in several places: below a team, below a category.
        """
        groups = defaultdict(dict)
        for row in self.search(domain):
            dimensions = {name: row[name].id for name in DIMENSIONS if row[name]}
            groups[row.plan_id, row.measure_id][row.id] = dimensions
        return [id_ for descriptions in groups.values() for id_ in widest(descriptions)]


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    @api.model
    def _get_overview_domain(self):
        """Rows of plans that do not say the same twice, for the main measure of each."""
        plans = self.search([("state", "in", FROZEN_STATES)])._drop_divided()
        return Domain.OR(
            Domain("measure_id", "=", measure.id) & Domain("plan_id", "in", own.ids)
            for measure, own in plans.grouped("headline_measure_id").items()
        )

    @api.model
    def _divided_sql(self, alias):
        """SQL for whether a plan, in whatever version, has approved annual plans.

        :param alias: of `stm_target_plan` in the query around it; flush its fields before
        """
        return SQL(
            """EXISTS (
                SELECT 1 FROM stm_target_plan part JOIN stm_target_plan whole ON whole.id = part.parent_id
                WHERE part.state IN %s AND COALESCE(whole.origin_id, whole.id) = COALESCE(%s, %s)
            )""",
            FROZEN_STATES,
            SQL.identifier(alias, "origin_id"),
            SQL.identifier(alias, "id"),
        )

    def _drop_divided(self):
        """These plans without those whose approved annual plans say the same again."""
        self.flush_model(["state", "origin_id", "parent_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT p.id FROM stm_target_plan p WHERE p.id = ANY(%s) AND NOT %s",
                self.ids,
                self._divided_sql("p"),
            )
        )
        return self.browse(id_ for (id_,) in rows)
