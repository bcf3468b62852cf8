from odoo import fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import SQL, format_date

NAMED = 5


class StmTerritoryDivision(models.Model):
    """The proof that every customer has exactly one territory on a day."""

    _inherit = "stm.territory.division"

    exception_ids = fields.One2many("stm.territory.exception", "division_id", "Accepted")
    exception_count = fields.Integer(compute="_compute_exception_count")

    def _compute_exception_count(self):
        for division in self:
            division.exception_count = len(division.exception_ids)

    def action_check_coverage(self):
        """Show who belongs nowhere and where rules overlap, today."""
        self.ensure_one()
        self.check_access("write")
        return (
            self.env["stm.territory.coverage"]
            .create({"division_id": self.id, "date": self.company_id._get_stm_today()})
            ._show()
        )

    def _select_actual_customers(self):
        """SQL of the commercial entities that were billed, have orders or opportunities.

        Partners are mostly shared by all companies of a database: who bought from another one
        alone is no gap here.
        """
        return SQL(
            """SELECT commercial_partner_id AS id FROM res_partner WHERE customer_rank > 0
            EXCEPT (%(traded_elsewhere)s)
            UNION (%(traded)s)
            UNION SELECT p.commercial_partner_id FROM crm_lead l
                JOIN res_partner p ON p.id = l.partner_id
                WHERE l.company_id = ANY(%(companies)s) OR l.company_id IS NULL""",
            traded=self._select_traders(SQL("= ANY")),
            traded_elsewhere=self._select_traders(SQL("<> ALL")),
            companies=self._get_companies().ids,
        )

    def _select_traders(self, comparison):
        """SQL of the commercial entities with orders or invoices in some companies.

        :param comparison: SQL that compares a company with the companies of the division
        """
        return SQL(
            """SELECT p.commercial_partner_id FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
            WHERE o.company_id %(comparison)s(%(companies)s)
            UNION SELECT m.commercial_partner_id FROM account_move m
            WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                AND m.company_id %(comparison)s(%(companies)s)""",
            comparison=comparison,
            companies=self._get_companies().ids,
        )

    def _get_coverage(self, day):
        """Gaps and overlaps of a day.

        :return: (number of customers, [(partner id, exception id or None)] of those without a
            territory, [(rule id, rule id, partner id, exception id or None)] of those that two
            equally specific rules hit)
        """
        self.ensure_one()
        self.env.flush_all()
        members = self.env["stm.territory.member"]
        tied = members._get_tied_customers(self, day)
        (number, _none), *gaps = self.env.execute_query(
            SQL(
                """WITH customers AS MATERIALIZED (
                    SELECT c.id FROM (%(possible)s) c JOIN (%(actual)s) a ON a.id = c.id
                ), gaps AS (
                    SELECT c.id, e.id FROM customers c
                    LEFT JOIN stm_territory_exception e
                        ON e.partner_id = c.id AND e.division_id = %(division)s
                    WHERE NOT EXISTS (SELECT 1 FROM stm_territory_member m
                        WHERE m.partner_id = c.id AND m.division_id = %(division)s
                            AND m.date_from <= %(day)s AND (m.date_to IS NULL OR m.date_to >= %(day)s))
                    ORDER BY c.id
                )
                SELECT COUNT(*), NULL FROM customers UNION ALL SELECT * FROM gaps""",
                possible=members._select_customers(self),
                actual=self._select_actual_customers(),
                division=self.id,
                day=day,
            )
        )
        overlapping = {partner for _one, _other, partner in tied}
        accepted = {
            frozenset((one.rule_id.id, one.other_rule_id.id)): one.id
            for one in self.sudo().exception_ids
            if one.rule_id
        }
        return (
            number,
            [gap for gap in gaps if gap[0] not in overlapping],
            [(one, other, partner, accepted.get(frozenset((one, other)))) for one, other, partner in tied],
        )

    def _get_coverage_faults(self, day):
        """What is not accepted, in sentences."""
        _number, gaps, overlaps = self._get_coverage(day)
        partners, rules = self.env["res.partner"].sudo(), self.env["stm.territory.rule"].sudo()
        faults = []
        if open_gaps := [partner for partner, exception in gaps if not exception]:
            names = ", ".join(partners.browse(open_gaps[:NAMED]).mapped("display_name"))
            faults.append(
                self.env._(
                    "Customers without a territory (%(number)s): %(names)s",
                    number=len(open_gaps),
                    names=names + (" …" if len(open_gaps) > NAMED else ""),
                )
            )
        pairs = {}
        for one, other, partner, exception in overlaps:
            if not exception:
                pairs.setdefault((one, other), []).append(partner)
        for (one, other), hit in list(pairs.items())[:NAMED]:
            faults.append(
                self.env._(
                    "“%(one)s” of %(territory)s and “%(other)s” of %(place)s both hit the same customers "
                    "(%(number)s): %(names)s",
                    one=rules.browse(one).display_name,
                    territory=rules.browse(one).territory_id.display_name,
                    other=rules.browse(other).display_name,
                    place=rules.browse(other).territory_id.display_name,
                    number=len(hit),
                    names=", ".join(partners.browse(hit[:NAMED]).mapped("display_name")),
                )
            )
        return faults


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    def _check_submittable(self):
        result = super()._check_submittable()
        self._check_coverage()
        return result

    def _check_coverage(self):
        """Refuse a plan by territories as long as customers belong nowhere or in two places.

        :raises RedirectWarning: for a sales manager, with the way to the coverage
        :raises UserError: for everybody else
        """
        self.ensure_one()
        start, today = self._get_start(), self.company_id._get_stm_today()
        day = min(max(start, today), self.date_to)
        for division in self.sudo().node_ids.territory_id.division_id:
            if faults := division._get_coverage_faults(day):
                message = self.env._(
                    "“%(plan)s” divides by “%(division)s”, which is not complete on %(day)s:\n%(faults)s\n"
                    "Give these customers a territory, or have a sales manager accept each with a reason.",
                    plan=self.name,
                    division=division.name,
                    day=format_date(self.env, day),
                    faults="\n".join(f"– {fault}" for fault in faults),
                )
                if not self.env.user.has_group("sales_team.group_sale_manager"):
                    raise UserError(message)
                action = self.env["stm.territory.coverage"]._open(division.sudo(self.env.su), day)
                raise RedirectWarning(message, action, self.env._("Show the coverage"))
