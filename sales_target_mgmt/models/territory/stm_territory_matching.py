from itertools import combinations

from odoo import api, models
from odoo.tools import SQL

from .stm_territory_rule import NAMED


class StmTerritoryMember(models.Model):
    """Which rules hit whom on a day, and which of them wins; nothing is written here."""

    _inherit = "stm.territory.member"

    @api.model
    def _select_best(self, division, day, customers):
        """SQL of (partner_id, territory_id, rule_id): the most specific rule; none where it ties.

        :param customers: SQL as of :meth:`_select_customers`
        """
        return SQL(
            """SELECT partner_id, MIN(territory_id) AS territory_id, MIN(rule_id) AS rule_id FROM (
                SELECT *, RANK() OVER (PARTITION BY partner_id ORDER BY specificity DESC) AS place FROM (%s) h
            ) ranked WHERE place = 1 GROUP BY partner_id HAVING COUNT(DISTINCT territory_id) = 1""",
            self._select_hits(division, day, customers),
        )

    @api.model
    def _select_customers(self, division, partners=None):
        """SQL of who can belong to a territory: commercial entities, no colleagues.

        :return: columns `key` by which hits are told apart, `id` of the commercial entity, and
            what rules look at: country_id, state_id, zip, industry_id, stm_employees
        """
        return SQL(
            """SELECT p.id AS key, p.id, p.country_id, p.state_id, p.zip, p.industry_id, p.stm_employees
            FROM res_partner p
            WHERE p.id = p.commercial_partner_id AND p.active
                AND (p.company_id IS NULL OR p.company_id = ANY(%s))
                AND NOT EXISTS (SELECT 1 FROM res_users u WHERE u.partner_id = p.id AND u.share IS NOT TRUE)
                AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = p.id)
                AND %s""",
            division._get_companies().ids,
            self._among(SQL("p.id"), partners),
        )

    @api.model
    def _select_hits(self, division, day, customers, rules=None):
        """SQL of (partner_id, rule_id, territory_id, specificity): every rule that hits on a day.

        Rules are joined by what can be looked up, name, state or country, so that many rules
        cost little more than few. `partner_id` is the `key` of who is judged.

        :param customers: SQL as of :meth:`_select_customers`
        :param rules: only these, whatever their dates
        """
        branches = [
            ("JOIN named n ON n.partner_id = p.id JOIN rules r ON r.id = n.rule_id", "TRUE"),
            ("JOIN rules r ON r.state_id = p.state_id", "NOT r.is_named"),
            ("JOIN rules r ON r.country_id = p.country_id", "NOT r.is_named AND r.state_id IS NULL"),
            ("CROSS JOIN rules r", "NOT r.is_named AND r.state_id IS NULL AND r.country_id IS NULL"),
        ]
        hits = SQL(" UNION ALL ").join(
            SQL(
                """SELECT p.key AS partner_id, r.id AS rule_id, r.territory_id, r.specificity
                FROM customers p %s WHERE %s AND %s""",
                SQL(join),
                SQL(kind),
                self._get_conditions(),
            )
            for join, kind in branches
        )
        return SQL(
            """WITH customers AS MATERIALIZED (
                SELECT c.key, c.id, c.country_id, c.state_id, c.industry_id, c.stm_employees,
                    upper(replace(c.zip, ' ', '')) COLLATE "C" AS zip FROM (%s) c
            ), named AS MATERIALIZED (
                SELECT res_partner_id AS partner_id, stm_territory_rule_id AS rule_id
                FROM res_partner_stm_territory_rule_rel
            ), rules AS MATERIALIZED (
                SELECT r.*, r.specificity >= %s AS is_named
                FROM stm_territory_rule r JOIN stm_territory t ON t.id = r.territory_id AND t.active
                WHERE r.division_id = %s AND %s
            ) %s""",
            customers,
            # a rule that named customers who are gone hits nobody, rather than everybody
            NAMED,
            division.id,
            SQL("r.id = ANY(%s)", rules.ids)
            if rules is not None
            else SQL(
                "(r.date_from IS NULL OR r.date_from <= %s) AND (r.date_to IS NULL OR r.date_to >= %s)",
                day,
                day,
            ),
            hits,
        )

    @staticmethod
    def _get_conditions():
        return SQL(
            """(r.country_id IS NULL OR r.country_id = p.country_id)
            AND (r.state_id IS NULL OR r.state_id = p.state_id)
            AND (r.zip_from IS NULL OR (p.zip >= r.zip_from COLLATE "C"
                AND left(p.zip, length(COALESCE(r.zip_to, r.zip_from)))
                    <= COALESCE(r.zip_to, r.zip_from) COLLATE "C"))
            AND (r.industry_id IS NULL OR r.industry_id = p.industry_id)
            AND (r.category_id IS NULL OR EXISTS (SELECT 1 FROM res_partner_res_partner_category_rel tag
                WHERE tag.partner_id = p.id AND tag.category_id = r.category_id))
            AND (COALESCE(r.size_from, 0) = 0 OR p.stm_employees >= r.size_from)
            AND (COALESCE(r.size_to, 0) = 0 OR p.stm_employees <= r.size_to)"""
        )

    @api.model
    def _get_hit_by(self, rules):
        """The customers that these rules of one division hit, whoever wins them and when."""
        self.env.flush_all()
        division = rules.division_id
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT partner_id FROM (%s) h ORDER BY partner_id",
                self._select_hits(division, None, self._select_customers(division), rules),
            )
        )
        return self.env["res.partner"].browse(partner for (partner,) in rows)

    @api.model
    def _get_tied_customers(self, division, day, partners=None):
        """(rule id, rule id, partner id) of customers whom two rules of different territories win."""
        self.env.flush_all()
        # pairs are made here: the planner joins a ranking to itself row by row
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, array_agg(rule_id ORDER BY rule_id),
                    array_agg(territory_id ORDER BY rule_id)
                FROM (
                    SELECT *, RANK() OVER (PARTITION BY partner_id ORDER BY specificity DESC) AS place
                    FROM (%s) h
                ) ranked WHERE place = 1
                GROUP BY partner_id HAVING COUNT(DISTINCT territory_id) > 1""",
                self._select_hits(division, day, self._select_customers(division, partners)),
            )
        )
        return sorted(
            {
                (one, other, partner)
                for partner, rules, places in rows
                for (one, here), (other, there) in combinations(zip(rules, places, strict=True), 2)
                if here != there
            }
        )

    @api.model
    def _get_ties(self, division, day, partners=None):
        """Pairs of equally specific rules of different territories that hit the same customers.

        :return: (rule, rule, one customer, number of customers) items, the worst pair first
        """
        rules, entities = self.env["stm.territory.rule"], self.env["res.partner"]
        pairs = {}
        for one, other, partner in self._get_tied_customers(division, day, partners):
            pairs.setdefault((one, other), []).append(partner)
        return [
            (rules.browse(one), rules.browse(other), entities.browse(hit[0]), len(hit))
            for (one, other), hit in sorted(pairs.items(), key=lambda item: -len(item[1]))
        ]
