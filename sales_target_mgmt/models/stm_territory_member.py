from datetime import date, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# first day of a customer's first territory: since ever
EVER = date(1900, 1, 1)


class StmTerritoryMember(models.Model):
    """The territory of a customer in a division, from one day to another, both included.

    What the rules said at the time: kept by :meth:`_resolve`, never by hand. No row: the
    customer has no territory on that day.
    """

    _name = "stm.territory.member"
    _description = "Customer of a Territory"
    _log_access = False
    _order = "division_id, partner_id, date_from"
    _rec_name = "partner_id"

    division_id = fields.Many2one("stm.territory.division", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="division_id.company_id")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    territory_id = fields.Many2one("stm.territory", required=True, index=True, ondelete="cascade")
    rule_id = fields.Many2one("stm.territory.rule", ondelete="set null", help="Why the customer is here.")
    date_from = fields.Date(required=True)
    date_to = fields.Date()

    _day_unique = models.UniqueIndex("(division_id, partner_id, date_from)")

    @api.model
    def _resolve(self, division, day, partners=None):
        """Decide anew who belongs where from a day on; what lies before stays as it is.

        Rules that begin or end later are followed as well, each from its own day on.

        :param day: the first day that may change
        :param partners: commercial entities, all where not given
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """DELETE FROM stm_territory_member
                WHERE division_id = %s AND date_from > %s AND %s RETURNING id""",
                division.id,
                day,
                self._among(SQL("partner_id"), partners),
            )
        )
        self.env.execute_query(
            SQL(
                """UPDATE stm_territory_member SET date_to = NULL
                WHERE division_id = %s AND date_to >= %s AND %s RETURNING id""",
                division.id,
                day,
                self._among(SQL("partner_id"), partners),
            )
        )
        for change in [day, *self._get_later_changes(division, day)]:
            self._resolve_at(division, change, partners)
        self._publish(division.company_id, partners)
        self.env.invalidate_all()

    @api.model
    def _get_later_changes(self, division, day):
        """Days after this one on which a rule begins or has ended, in order."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT change FROM (
                    SELECT date_from AS change FROM stm_territory_rule WHERE division_id = %(division)s
                    UNION SELECT date_to + 1 FROM stm_territory_rule WHERE division_id = %(division)s
                ) changes WHERE change > %(day)s ORDER BY change""",
                division=division.id,
                day=day,
            )
        )
        return [change for (change,) in rows]

    def _resolve_at(self, division, day, partners):
        """Write what the rules of one day say, where it differs from what is known."""
        self.env.execute_query(
            SQL(
                """WITH best AS MATERIALIZED (%(best)s), known AS (
                    SELECT * FROM stm_territory_member WHERE division_id = %(division)s
                        AND date_from <= %(day)s AND (date_to IS NULL OR date_to >= %(day)s) AND %(among)s
                ), changed AS (
                    SELECT COALESCE(b.partner_id, k.partner_id) AS partner_id, b.territory_id, b.rule_id,
                        k.id AS known_id, k.date_from = %(day)s AS is_new
                    FROM best b FULL JOIN known k ON k.partner_id = b.partner_id
                    WHERE b.territory_id IS DISTINCT FROM k.territory_id
                ), closed AS (
                    UPDATE stm_territory_member m SET date_to = %(before)s FROM changed c
                    WHERE m.id = c.known_id AND NOT c.is_new
                ), replaced AS (
                    UPDATE stm_territory_member m SET territory_id = c.territory_id, rule_id = c.rule_id
                    FROM changed c WHERE m.id = c.known_id AND c.is_new AND c.territory_id IS NOT NULL
                ), dropped AS (
                    DELETE FROM stm_territory_member m USING changed c
                    WHERE m.id = c.known_id AND c.is_new AND c.territory_id IS NULL
                )
                INSERT INTO stm_territory_member (division_id, partner_id, territory_id, rule_id, date_from)
                SELECT %(division)s, c.partner_id, c.territory_id, c.rule_id,
                    CASE WHEN EXISTS (SELECT 1 FROM stm_territory_member m
                        WHERE m.division_id = %(division)s AND m.partner_id = c.partner_id)
                    THEN %(day)s::date ELSE %(ever)s::date END
                FROM changed c WHERE c.territory_id IS NOT NULL AND (c.known_id IS NULL OR NOT c.is_new)
                RETURNING id""",
                best=self._select_best(division, day, partners),
                division=division.id,
                day=day,
                before=day - timedelta(days=1),
                ever=EVER,
                among=self._among(SQL("partner_id"), partners),
            )
        )

    @api.model
    def _select_best(self, division, day, partners=None):
        """SQL of (partner_id, territory_id, rule_id): the most specific rule; none where it ties."""
        return SQL(
            """SELECT partner_id, MIN(territory_id) AS territory_id, MIN(rule_id) AS rule_id FROM (
                SELECT *, RANK() OVER (PARTITION BY partner_id ORDER BY specificity DESC) AS place FROM (%s) h
            ) ranked WHERE place = 1 GROUP BY partner_id HAVING COUNT(DISTINCT territory_id) = 1""",
            self._select_hits(division, day, self._select_customers(division, partners)),
        )

    @api.model
    def _select_customers(self, division, partners=None):
        """SQL of the partners that can belong to a territory: commercial entities, no colleagues."""
        return SQL(
            """SELECT p.* FROM res_partner p
            WHERE p.id = p.commercial_partner_id AND p.active
                AND (p.company_id IS NULL OR p.company_id = %s)
                AND NOT EXISTS (SELECT 1 FROM res_users u WHERE u.partner_id = p.id AND u.share IS NOT TRUE)
                AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = p.id)
                AND %s""",
            division.company_id.id,
            self._among(SQL("p.id"), partners),
        )

    @api.model
    def _select_hits(self, division, day, customers):
        """SQL of (partner_id, rule_id, territory_id, specificity): every rule that hits on a day.

        Rules are joined by what can be looked up, name, state or country, so that many rules
        cost little more than few.

        :param customers: SQL of the columns of `res_partner` that are to be judged
        """
        branches = [
            ("JOIN named n ON n.partner_id = p.id JOIN rules r ON r.id = n.rule_id", "TRUE"),
            ("JOIN rules r ON r.state_id = p.state_id", "NOT r.is_named"),
            ("JOIN rules r ON r.country_id = p.country_id", "NOT r.is_named AND r.state_id IS NULL"),
            ("CROSS JOIN rules r", "NOT r.is_named AND r.state_id IS NULL AND r.country_id IS NULL"),
        ]
        hits = SQL(" UNION ALL ").join(
            SQL(
                """SELECT p.id AS partner_id, r.id AS rule_id, r.territory_id, r.specificity
                FROM customers p %s WHERE %s AND %s""",
                SQL(join),
                SQL(kind),
                self._get_conditions(),
            )
            for join, kind in branches
        )
        return SQL(
            """WITH customers AS MATERIALIZED (
                SELECT c.id, c.country_id, c.state_id, c.industry_id, c.stm_employees,
                    upper(replace(c.zip, ' ', '')) COLLATE "C" AS zip FROM (%s) c
            ), named AS MATERIALIZED (
                SELECT res_partner_id AS partner_id, stm_territory_rule_id AS rule_id
                FROM res_partner_stm_territory_rule_rel
            ), rules AS MATERIALIZED (
                SELECT r.*, EXISTS (SELECT 1 FROM named n WHERE n.rule_id = r.id) AS is_named
                FROM stm_territory_rule r JOIN stm_territory t ON t.id = r.territory_id AND t.active
                WHERE r.division_id = %s AND (r.date_from IS NULL OR r.date_from <= %s)
                    AND (r.date_to IS NULL OR r.date_to >= %s)
            ) %s""",
            customers,
            division.id,
            day,
            day,
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
    def _get_ties(self, division, day):
        """Pairs of equally specific rules of different territories that hit the same customers.

        :return: (rule, rule, one customer, number of customers) items
        """
        self.env.flush_all()
        rules = self.env["stm.territory.rule"]
        partners = self.env["res.partner"]
        rows = self.env.execute_query(
            SQL(
                """WITH ranked AS MATERIALIZED (
                    SELECT *, RANK() OVER (PARTITION BY partner_id ORDER BY specificity DESC) AS place
                    FROM (%s) h
                )
                SELECT a.rule_id, b.rule_id, MIN(a.partner_id), COUNT(DISTINCT a.partner_id)
                FROM ranked a JOIN ranked b ON b.partner_id = a.partner_id AND b.rule_id > a.rule_id
                    AND b.territory_id <> a.territory_id
                WHERE a.place = 1 AND b.place = 1 GROUP BY a.rule_id, b.rule_id ORDER BY 4 DESC, 1, 2""",
                self._select_hits(division, day, self._select_customers(division)),
            )
        )
        return [
            (rules.browse(one), rules.browse(other), partners.browse(partner), number)
            for one, other, partner, number in rows
        ]

    @api.model
    def _publish(self, companies, partners=None):
        """Write today's territory of the primary division on the partners and their contacts."""
        self.env.flush_all()
        today = fields.Date.context_today(self)
        for company in companies:
            primary = self.env["stm.territory.division"]._get_primary(company)
            key = str(company.id)
            self.env.execute_query(
                SQL(
                    """UPDATE res_partner p SET stm_territory_id = CASE WHEN m.territory_id IS NULL
                        THEN p.stm_territory_id - %(key)s
                        ELSE COALESCE(p.stm_territory_id, '{}')
                            || jsonb_build_object(%(key)s, m.territory_id) END
                    FROM res_partner q LEFT JOIN stm_territory_member m
                        ON m.partner_id = q.commercial_partner_id AND m.division_id = %(division)s
                        AND m.date_from <= %(today)s AND (m.date_to IS NULL OR m.date_to >= %(today)s)
                    WHERE q.id = p.id AND %(among)s
                        AND (p.stm_territory_id ->> %(key)s)::integer IS DISTINCT FROM m.territory_id
                    RETURNING p.id""",
                    key=key,
                    division=primary.id or 0,
                    today=today,
                    among=self._among(SQL("q.commercial_partner_id"), partners),
                )
            )
        self.env["res.partner"].invalidate_model(["stm_territory_id"])

    @api.model
    def _cron_publish(self):
        """Once a day: what was decided for today is on the partners."""
        self._publish(self.env["stm.territory.division"].search([("is_primary", "=", True)]).company_id)

    @staticmethod
    def _among(column, partners):
        return SQL("TRUE") if partners is None else SQL("%s = ANY(%s)", column, list(partners.ids))
