from collections import Counter
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

# days that the job looks back: a document that is confirmed later than it is dated is found as well
RECENT = timedelta(days=45)


class StmTerritoryCase(models.Model):
    """Finds cases in the documents of a period, in a few statements for any number of documents.

    Nothing is added to the confirmation of orders or the posting of invoices: a job scans the
    recent documents every quarter of an hour, a wizard any period of the past. Both can run as
    often as wanted, a document or line that has a case gets no second one, also not when it was
    cleared. An invoice of an order is not judged again: its order was.
    """

    _inherit = "stm.territory.case"

    @api.model
    def _cron_scan(self):
        """Scan the recent documents of every company whose territories are geographical."""
        divisions = self.env["stm.territory.division"].search([("rule_ids", "!=", False)])
        companies = self.env["res.company"].search([("id", "child_of", divisions.company_id.ids)])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            today = company._get_stm_today()
            found = self._find(company, today - RECENT, today)
            self.browse(id_ for id_, _kind in found)._tell_owners()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _get_division(self, company):
        """The division by which delivery addresses are judged: the primary one if it is a
        geography, otherwise the first geography; may be empty. A branch without one has that of
        the company above it."""
        found = (
            self.env["stm.territory.division"]
            .sudo()
            .search([("company_id", "parent_of", company.id), ("kind", "=", "geography")])
        )
        return found.sorted(lambda division: -len(division.company_id.parent_ids))[:1]

    @api.model
    def _scan(self, company, first, last):
        """Open the cases of the documents of some days.

        :return: {kind: number of new cases}
        """
        return dict(Counter(kind for _id, kind in self._find(company, first, last)))

    @api.model
    def _find(self, company, first, last):
        """The same; :return: (case id, kind) items"""
        self.env.flush_all()
        division = self._get_division(company)
        found = []
        own_floors = [("division_id", "=", division.id)]
        has_floors = self.env["stm.territory.floor"].sudo().search_count(own_floors, limit=1)
        if division:
            for start, end in self._get_spans(division, first, last):
                found += self._scan_territories(company, division, start, end)
                if has_floors:
                    found += self._scan_prices(company, division, start, end)
        self._keep_evidence([id_ for id_, _kind in found])
        self.env.invalidate_all()
        return found

    @api.model
    def _get_spans(self, division, first, last):
        """(first day, last day) items in each of which the same rules hold."""
        changes = self.env["stm.territory.member"]._get_later_changes(division, first)
        starts = [first, *(day for day in changes if day <= last)]
        ends = [*(day - timedelta(days=1) for day in starts[1:]), last]
        return list(zip(starts, ends, strict=True))

    def _select_documents(self, company, first, last):
        """SQL of the documents that are judged: orders, and invoices that come from none."""
        return SQL(
            """SELECT o.id::bigint * 2 AS key, o.id AS order_id, NULL::integer AS move_id, o.name,
                stm_local_day(o.date_order, o.company_id) AS day, o.user_id, o.team_id, o.partner_id,
                COALESCE(o.partner_shipping_id, o.partner_id) AS address_id, o.territory_id AS stamp,
                (o.amount_untaxed / NULLIF(o.currency_rate, 0))::numeric AS amount
            FROM sale_order o
            WHERE o.company_id = %(company)s AND o.state = 'sale' AND o.user_id IS NOT NULL
                AND o.date_order >= %(first)s::timestamp - interval '1 day'
                AND o.date_order < %(last)s::timestamp + interval '2 days'
                AND stm_local_day(o.date_order, o.company_id) BETWEEN %(first)s AND %(last)s
            UNION ALL
            SELECT m.id::bigint * 2 + 1, NULL, m.id, m.name, m.invoice_date, m.invoice_user_id, m.team_id,
                m.partner_id, COALESCE(m.partner_shipping_id, m.partner_id), m.territory_id,
                m.amount_untaxed_signed
            FROM account_move m
            WHERE m.company_id = %(company)s AND m.state = 'posted'
                AND m.move_type IN ('out_invoice', 'out_receipt') AND m.invoice_user_id IS NOT NULL
                AND m.partner_id IS NOT NULL AND m.invoice_date BETWEEN %(first)s AND %(last)s
                AND NOT EXISTS (SELECT 1 FROM account_move_line l
                    JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = l.id
                    WHERE l.move_id = m.id)""",
            company=company.id,
            first=first,
            last=last,
        )

    def _select_places(self, division, day):
        """SQL of (partner_id = key of a document, territory_id, rule_id) of delivery addresses.

        Who the customer is, and so by which name, tag, industry and size, is the commercial
        entity; where the goods go is the delivery address.
        """
        addresses = SQL(
            """SELECT d.key, e.id, a.country_id, a.state_id, a.zip, e.industry_id, e.stm_employees
            FROM documents d JOIN res_partner p ON p.id = d.partner_id
            JOIN res_partner e ON e.id = p.commercial_partner_id
            JOIN res_partner a ON a.id = d.address_id"""
        )
        return self.env["stm.territory.member"]._select_best(division, day, addresses)

    @staticmethod
    def _select_address():
        return SQL(
            """concat_ws(', ', NULLIF(a.street, ''), NULLIF(concat_ws(' ', a.zip, a.city), ''),
                (SELECT c.code FROM res_country c WHERE c.id = a.country_id))"""
        )

    def _scan_territories(self, company, division, first, last):
        """One case per document whose address lies outside of the seller's territories."""
        return self.env.execute_query(
            SQL(
                """WITH documents AS MATERIALIZED (%(documents)s), places AS MATERIALIZED (%(places)s),
                seats AS (
                    SELECT s.user_id, s.date_from, s.date_to, t.parent_path
                    FROM stm_territory_assignment s JOIN stm_territory t ON t.id = s.territory_id
                    WHERE s.division_id = %(division)s
                ), manned AS (
                    SELECT d.*, b.territory_id, b.rule_id, t.parent_path,
                        BOOL_OR(s.user_id = d.user_id) AS has_seat,
                        COALESCE(BOOL_OR(s.user_id = d.user_id
                            AND t.parent_path LIKE s.parent_path || '%%'), FALSE) AS is_inside
                    FROM documents d JOIN places b ON b.partner_id = d.key
                    JOIN stm_territory t ON t.id = b.territory_id
                    JOIN seats s ON (s.date_from IS NULL OR s.date_from <= d.day)
                        AND (s.date_to IS NULL OR s.date_to >= d.day)
                    GROUP BY d.key, d.order_id, d.move_id, d.name, d.day, d.user_id, d.team_id,
                        d.partner_id, d.address_id, d.stamp, d.amount, b.territory_id, b.rule_id,
                        t.parent_path
                )
                INSERT INTO stm_territory_case (kind, state, company_id, date, user_id, team_id,
                    partner_id, address_id, address, territory_id, rule_id, document, order_id, move_id,
                    amount, create_uid, create_date, write_uid, write_date)
                SELECT CASE WHEN d.has_seat THEN 'territory' ELSE 'no_territory' END, 'suspected',
                    %(company)s, d.day, d.user_id, d.team_id, d.partner_id, d.address_id, %(address)s,
                    d.territory_id, d.rule_id, d.name, d.order_id, d.move_id, d.amount,
                    %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                FROM manned d JOIN res_partner a ON a.id = d.address_id
                WHERE NOT d.is_inside ON CONFLICT DO NOTHING RETURNING id, kind""",
                documents=self._select_documents(company, first, last),
                places=self._select_places(division, first),
                address=self._select_address(),
                division=division.id,
                company=company.id,
                uid=self.env.uid,
            )
        )

    def _select_lines(self):
        """SQL of the lines of the documents: quantities in the product's unit, net amounts and the
        step to which these are rounded in company currency."""
        parts = [
            ("order_line_id", "sale_order_line", "order_id", "o.currency_rate", "l.product_uom_qty",
             "l.display_type IS NULL AND l.is_downpayment IS NOT TRUE", "sale_order"),
            ("move_line_id", "account_move_line", "move_id", "o.invoice_currency_rate", "l.quantity",
             "l.display_type = 'product'", "account_move"),
        ]  # fmt: skip
        selects = [
            SQL(
                """SELECT d.key, %s, l.product_id, pt.categ_id,
                    (%s * u.factor / pu.factor)::numeric AS quantity,
                    (l.price_subtotal / NULLIF(%s, 0))::numeric AS amount,
                    (c.rounding / NULLIF(%s, 0))::numeric AS step
                FROM documents d JOIN %s o ON o.id = d.%s JOIN %s l ON l.%s = o.id
                JOIN res_currency c ON c.id = o.currency_id
                JOIN product_product pp ON pp.id = l.product_id
                JOIN product_template pt ON pt.id = pp.product_tmpl_id
                JOIN uom_uom pu ON pu.id = pt.uom_id
                JOIN uom_uom u ON u.id = COALESCE(l.product_uom_id, pt.uom_id)
                WHERE %s AND %s > 0 AND l.price_subtotal >= 0""",
                SQL("l.id AS order_line_id, NULL::integer AS move_line_id")
                if own == "order_line_id"
                else SQL("NULL::integer, l.id"),
                SQL(quantity), SQL(rate), SQL(rate), SQL(documents), SQL(link), SQL(lines), SQL(link),
                SQL(kind), SQL(quantity),
            )
            for own, lines, link, rate, quantity, kind, documents in parts
        ]  # fmt: skip
        return SQL(" UNION ALL ").join(selects)

    def _scan_prices(self, company, division, first, last):
        """One case per line whose net price is below the floor that holds where the goods go."""
        return self.env.execute_query(
            SQL(
                """WITH documents AS MATERIALIZED (%(documents)s), places AS MATERIALIZED (%(places)s),
                lines AS MATERIALIZED (%(lines)s), judged AS (
                    SELECT DISTINCT ON (l.order_line_id, l.move_line_id) d.*, l.order_line_id,
                        l.move_line_id, l.product_id, l.quantity, l.amount AS line_amount, l.step,
                        t.id AS place_id, b.rule_id, f.id AS floor_id, f.price AS floor_price
                    FROM lines l JOIN documents d ON d.key = l.key
                    LEFT JOIN places b ON b.partner_id = d.key
                    JOIN stm_territory t ON t.id = COALESCE(b.territory_id, d.stamp)
                    JOIN stm_territory_floor f ON f.division_id = %(division)s
                        AND (f.date_from IS NULL OR f.date_from <= d.day)
                        AND (f.date_to IS NULL OR f.date_to >= d.day)
                    JOIN stm_territory ft ON ft.id = f.territory_id
                        AND t.parent_path LIKE ft.parent_path || '%%'
                    LEFT JOIN product_category pc ON pc.id = l.categ_id
                    LEFT JOIN product_category fc ON fc.id = f.categ_id
                    WHERE f.product_id = l.product_id OR pc.parent_path LIKE fc.parent_path || '%%'
                    ORDER BY l.order_line_id, l.move_line_id, length(ft.parent_path) DESC,
                        f.product_id IS NULL, length(fc.parent_path) DESC, f.price DESC, f.id
                )
                INSERT INTO stm_territory_case (kind, state, company_id, date, user_id, team_id,
                    partner_id, address_id, address, territory_id, rule_id, document, order_id, move_id,
                    order_line_id, move_line_id, product_id, quantity, price, floor_price, floor_id,
                    amount, shortfall, create_uid, create_date, write_uid, write_date)
                SELECT 'price', 'suspected', %(company)s, d.day, d.user_id, d.team_id, d.partner_id,
                    d.address_id, %(address)s, d.place_id, d.rule_id, d.name, d.order_id, d.move_id,
                    d.order_line_id, d.move_line_id, d.product_id, d.quantity,
                    d.line_amount / d.quantity, d.floor_price, d.floor_id, d.line_amount,
                    ROUND(d.floor_price * d.quantity - d.line_amount, %(digits)s),
                    %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                FROM judged d JOIN res_partner a ON a.id = d.address_id
                -- a line is rounded: what that alone may take away is no offence
                WHERE d.floor_price * d.quantity - d.line_amount > 0.500001 * d.step
                ON CONFLICT DO NOTHING RETURNING id, kind""",
                documents=self._select_documents(company, first, last),
                places=self._select_places(division, first),
                lines=self._select_lines(),
                address=self._select_address(),
                division=division.id,
                company=company.id,
                digits=company.currency_id.decimal_places,
                uid=self.env.uid,
            )
        )

    @api.model
    def _keep_evidence(self, ids):
        """Write down what may change later: the territories of the seller, the words of the rule."""
        if not ids:
            return
        self.env.execute_query(
            SQL(
                """INSERT INTO stm_territory_case_seller_rel (case_id, territory_id)
                SELECT DISTINCT c.id, s.territory_id FROM stm_territory_case c
                JOIN stm_territory t ON t.id = c.territory_id
                JOIN stm_territory_assignment s ON s.user_id = c.user_id AND s.division_id = t.division_id
                    AND (s.date_from IS NULL OR s.date_from <= c.date)
                    AND (s.date_to IS NULL OR s.date_to >= c.date)
                WHERE c.id = ANY(%s) RETURNING case_id""",
                ids,
            )
        )
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT rule_id FROM stm_territory_case WHERE id = ANY(%s) AND rule_id > 0", ids)
        )
        rules = self.env["stm.territory.rule"].sudo().browse(rule for (rule,) in rows)
        self.env.execute_query(
            SQL(
                """UPDATE stm_territory_case c SET rule_text = r.name
                FROM unnest(%s::integer[], %s::varchar[]) AS r (id, name)
                WHERE c.rule_id = r.id AND c.id = ANY(%s) RETURNING c.id""",
                rules.ids,
                [rule.display_name for rule in rules],
                ids,
            )
        )
