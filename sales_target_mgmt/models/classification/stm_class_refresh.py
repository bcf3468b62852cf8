"""How profiles get their figures and classes: read in one go, judged by `tools`, written in one go."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import classification

# figures of whom nobody sold anything to: revenue, margin, quantity, orders, last day
NOTHING = (Decimal(0), Decimal(0), Decimal(0), 0, None)


class StmProfileMixin(models.AbstractModel):
    _inherit = "stm.profile.mixin"

    @api.model
    def _read_sales(self, policy, window, key):
        """Figures of the facts of a window per customer or product.

        :param key: SQL of what to group by, a column of the facts ``f``
        :return: id → (revenue, margin, quantity, orders, last day)
        """
        document = SQL("order_id") if policy.source == "order" else SQL("move_id")
        self.env["stm.achievement"]._flush_sources()
        rows = self.env.execute_query(
            SQL(
                """SELECT %(key)s, SUM(amount), SUM(margin), SUM(quantity),
                    COUNT(DISTINCT f.%(document)s), MAX(date)
                FROM stm_achievement f WHERE f.source = %(source)s AND f.company_id = %(company)s
                    AND f.date BETWEEN %(first)s AND %(last)s AND %(hint)s AND %(key)s IS NOT NULL
                GROUP BY 1""",
                key=key,
                document=document,
                source=policy.source,
                company=policy.company_id.id,
                first=window[0],
                last=window[1],
                hint=SQL(
                    "f.stamp_from >= %s::timestamp - interval '1 day'"
                    " AND f.stamp_to < %s::timestamp + interval '2 days'",
                    *window,
                ),
            )
        )
        return {row[0]: (*(Decimal(str(value or 0)) for value in row[1:4]), *row[4:]) for row in rows}

    @api.model
    def _write_figures(self, policy, key, ids, columns):
        """Write figures of many profiles at once; those that are missing are made.

        :param key: name of the column that tells the profiles of a company apart
        :param ids: its values
        :param columns: column → list of values, in the order of ``ids``
        """
        types = {name: self._fields[name].column_type[1] for name in columns}
        names = list(columns)
        table = SQL.identifier(self._table)
        arrays = SQL(", ").join(
            [SQL("%s::integer[]", ids), *(SQL("%s::%s[]", columns[name], SQL(types[name])) for name in names)]
        )
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """INSERT INTO %(table)s
                    (company_id, %(key)s, %(names)s, refreshed_at, create_uid, create_date)
                SELECT %(company)s, t.*, %(now)s, %(user)s, %(now)s FROM unnest(%(arrays)s) t
                ON CONFLICT (company_id, %(key)s)
                    DO UPDATE SET %(updates)s, refreshed_at = EXCLUDED.refreshed_at
                RETURNING id""",
                table=table,
                key=SQL.identifier(key),
                names=SQL(", ").join(map(SQL.identifier, names)),
                company=policy.company_id.id,
                now=fields.Datetime.now(),
                user=self.env.uid,
                arrays=arrays,
                updates=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name)) for name in names
                ),
            )
        )
        self.invalidate_model()
        self._decide_in(policy.company_id, SQL("TRUE"))

    @api.model
    def _get_sales_columns(self, policy, ids, now_sales, old_sales):
        """What customers and products have in common: revenue, margin, growth and letters.

        :return: the rows of the window in the order of ``ids``, and column → list of values
        """
        rows = [now_sales.get(id_, NOTHING) for id_ in ids]
        revenue = [row[0] for row in rows]
        margin = [row[1] for row in rows]
        before = [old_sales.get(id_, NOTHING)[0] for id_ in ids]
        return rows, {
            "revenue": revenue,
            "margin": margin,
            "revenue_before": before,
            "growth": list(map(self._get_growth, revenue, before)),
            "abc_revenue": self._get_letters(policy, revenue),
            "abc_margin": self._get_letters(policy, margin),
        }

    @staticmethod
    def _get_growth(now, before):
        return float((now - before) / before) if before > 0 else (1.0 if now > 0 else 0.0)

    @staticmethod
    def _get_letters(policy, values):
        return classification.abc(values, cuts=(Decimal(str(policy.cut_a)), Decimal(str(policy.cut_b))))


class StmCustomerProfile(models.Model):
    _inherit = "stm.customer.profile"

    @api.model
    def _refresh(self, policy):
        """Figures, scores and class of every customer who ever bought or has a profile."""
        self.flush_model(["partner_id", "company_id", "potential"])
        current, before = policy._get_window()
        key = SQL("f.commercial_partner_id")
        now_sales, old_sales = (self._read_sales(policy, window, key) for window in (current, before))
        known = dict(
            self.env.execute_query(
                SQL(
                    """SELECT p.partner_id, MAX(p.potential) FROM (
                        SELECT partner_id, potential FROM stm_customer_profile WHERE company_id = %s
                        UNION ALL SELECT partner_id, NULL FROM stm_first_purchase WHERE company_id = %s
                    ) p GROUP BY 1""",
                    policy.company_id.id,
                    policy.company_id.id,
                )
            )
        )
        ids = sorted(known.keys() | now_sales.keys() | old_sales.keys())
        if not ids:
            return
        rows, columns = self._get_sales_columns(policy, ids, now_sales, old_sales)
        columns["order_count"] = [row[3] for row in rows]
        columns["last_order_date"] = [
            row[4] or old_sales.get(id_, NOTHING)[4] for id_, row in zip(ids, rows, strict=True)
        ]
        columns.update(self._get_scores(policy, current, columns))
        columns["rule_class_id"] = self._get_classes(policy, columns, [known.get(id_) or 0.0 for id_ in ids])
        self._write_figures(policy, "partner_id", ids, columns)

    @api.model
    def _get_scores(self, policy, window, columns):
        """Scores 1 to 5 of recency, frequency and revenue, and their mean.

        Who did not buy within the window counts as if it were just over.
        """
        never = (window[1] - window[0]).days + 1
        days = [min((window[1] - last).days, never) if last else never for last in columns["last_order_date"]]
        if policy.customer_method == "rfm_threshold":
            limits = [
                policy._get_limits(name) for name in ("recency_limits", "frequency_limits", "monetary_limits")
            ]
            values = ([-day for day in days], columns["order_count"], columns["revenue"])
            scores = [
                [classification.rfm_threshold(value, bounds) for value in series]
                for series, bounds in zip(values, limits, strict=True)
            ]
        else:
            scores = [
                classification.rfm_quantile(days, higher_is_better=False),
                classification.rfm_quantile(columns["order_count"]),
                classification.rfm_quantile(columns["revenue"]),
            ]
        return {
            "recency": scores[0],
            "frequency": scores[1],
            "monetary": scores[2],
            "rfm": [round(sum(three) / 3, 2) for three in zip(*scores, strict=True)],
        }

    @api.model
    def _get_classes(self, policy, columns, potentials):
        """Id of the class that every customer has by the figures, or None."""
        classes = self.env["stm.customer.class"].search([("company_id", "=", policy.company_id.id)])
        method = policy.customer_method
        if method.startswith("abc"):
            by_letter = {one.abc: one.id for one in reversed(classes) if one.abc}
            return [by_letter.get(letter) for letter in columns[method]]
        bound, values = (
            ("potential_from", potentials) if method == "potential" else ("rfm_from", columns["rfm"])
        )
        steps = sorted(((one[bound], -one.sequence, one.id) for one in classes), reverse=True)
        return [next((id_ for step, _place, id_ in steps if value >= step), None) for value in values]


class StmProductProfile(models.Model):
    _inherit = "stm.product.profile"

    @api.model
    def _refresh(self, policy):
        """Figures, place in the matrix and class of every product that was sold or has a profile."""
        current, before = policy._get_window()
        key = SQL("(SELECT v.product_tmpl_id FROM product_product v WHERE v.id = f.product_id)")
        now_sales, old_sales = (self._read_sales(policy, window, key) for window in (current, before))
        own = self.search([("company_id", "=", policy.company_id.id)]).product_tmpl_id.ids
        ids = sorted({*own, *now_sales, *old_sales})
        if not ids:
            return
        rows, columns = self._get_sales_columns(policy, ids, now_sales, old_sales)
        columns["quantity"] = [row[2] for row in rows]
        columns["share"] = self._get_shares(ids, columns["revenue"])
        columns["matrix"] = [
            classification.growth_share(growth, share, growth_cut=policy.growth_cut / 100)
            for growth, share in zip(columns["growth"], columns["share"], strict=True)
        ]
        letter = "matrix" if policy.product_method == "matrix" else "abc"
        classes = self.env["stm.product.class"].search([("company_id", "=", policy.company_id.id)])
        by_value = {one[letter]: one.id for one in reversed(classes) if one[letter]}
        columns["rule_class_id"] = [by_value.get(value) for value in columns[policy.product_method]]
        self._write_figures(policy, "product_tmpl_id", ids, columns)

    @api.model
    def _get_shares(self, ids, revenues):
        """Revenue of each product ÷ that of the strongest other one of its category."""
        categories = dict(
            self.env.execute_query(SQL("SELECT id, categ_id FROM product_template WHERE id = ANY(%s)", ids))
        )
        strongest = {}
        for id_, revenue in zip(ids, revenues, strict=True):
            two = strongest.setdefault(categories.get(id_), [(Decimal(0), None), (Decimal(0), None)])
            two.append((revenue, id_))
            two.sort(key=lambda pair: pair[0], reverse=True)
            del two[2:]
        shares = []
        for id_, revenue in zip(ids, revenues, strict=True):
            first, second = strongest[categories.get(id_)]
            other = second[0] if first[1] == id_ else first[0]
            shares.append(float(revenue / other) if other > 0 else (1.0 if revenue > 0 else 0.0))
        return shares
