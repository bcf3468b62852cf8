from datetime import date, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# first day of a customer's first territory by a rule without a first day: since ever
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
    date_from = fields.Date("First Day", required=True)
    date_to = fields.Date("To")
    since = fields.Date("From", compute="_compute_since", help="Empty: since ever.")

    _day_unique = models.UniqueIndex("(division_id, partner_id, date_from)")

    @api.depends("date_from")
    def _compute_since(self):
        for member in self:
            member.since = member.date_from != EVER and member.date_from

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
                        OR EXISTS (SELECT 1 FROM stm_territory_rule r
                            WHERE r.id = c.rule_id AND r.date_from IS NOT NULL)
                    THEN %(day)s::date ELSE %(ever)s::date END
                FROM changed c WHERE c.territory_id IS NOT NULL AND (c.known_id IS NULL OR NOT c.is_new)
                RETURNING id""",
                best=self._select_best(division, day, self._select_customers(division, partners)),
                division=division.id,
                day=day,
                before=day - timedelta(days=1),
                ever=EVER,
                among=self._among(SQL("partner_id"), partners),
            )
        )

    @api.model
    def _publish(self, companies, partners=None):
        """Write today's territory of the primary division on the partners and their contacts."""
        self.env.flush_all()
        for company in companies.sudo().search([("id", "child_of", companies.ids)]):
            primary = self.env["stm.territory.division"]._get_primary(company)
            key, today = str(company.id), company._get_stm_today()
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
