"""All cells of a firm, built by the addon and by statements written by hand."""

from statistics import median

from .totals import timed

# what someone would write who knows nothing of sources, branches and months
BY_HAND = {
    "order": """
        SELECT o.company_id, 'order', date_trunc('month', o.date_order AT TIME ZONE 'UTC'
                AT TIME ZONE c.stm_tz)::date, o.user_id, o.team_id, pt.categ_id, p.commercial_partner_id,
            o.territory_id, o.channel_id, pc.class_id,
            SUM(CASE WHEN o.currency_id = c.currency_id THEN l.price_subtotal
                ELSE ROUND(l.price_subtotal / o.currency_rate, 2) END),
            SUM(ROUND(l.margin / o.currency_rate, 2)),
            SUM(l.product_uom_qty * COALESCE(lu.factor / pu.factor, 1)), COUNT(*), COUNT(fp.id)
        FROM sale_order_line l
        JOIN sale_order o ON o.id = l.order_id
        JOIN res_company c ON c.id = o.company_id
        JOIN res_partner p ON p.id = o.partner_id
        LEFT JOIN stm_first_purchase fp ON fp.line_id = l.id
        LEFT JOIN product_product pp ON pp.id = l.product_id
        LEFT JOIN product_template pt ON pt.id = pp.product_tmpl_id
        LEFT JOIN stm_product_profile pc ON pc.product_tmpl_id = pt.id AND pc.company_id = %(company)s
        LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
        LEFT JOIN uom_uom pu ON pu.id = pt.uom_id
        WHERE o.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
            AND o.company_id = %(company)s AND o.date_order < %(open)s
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10""",
    "invoice": """
        SELECT m.company_id, 'invoice', date_trunc('month', m.invoice_date)::date, m.invoice_user_id,
            m.team_id, pt.categ_id, p.commercial_partner_id,
            m.territory_id, m.channel_id, pc.class_id, SUM(-l.balance),
            SUM(ROUND(-l.balance * s.margin / NULLIF(s.price_subtotal, 0), 2)),
            SUM(CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                * l.quantity * COALESCE(lu.factor / pu.factor, 1)), COUNT(*), NULL::numeric
        FROM account_move_line l
        JOIN account_move m ON m.id = l.move_id
        JOIN res_partner p ON p.id = m.partner_id
        LEFT JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = l.id
        LEFT JOIN sale_order_line s ON s.id = rel.order_line_id
        LEFT JOIN product_product pp ON pp.id = l.product_id
        LEFT JOIN product_template pt ON pt.id = pp.product_tmpl_id
        LEFT JOIN stm_product_profile pc ON pc.product_tmpl_id = pt.id AND pc.company_id = %(company)s
        LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
        LEFT JOIN uom_uom pu ON pu.id = pt.uom_id
        WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            AND l.display_type = 'product' AND m.company_id = %(company)s AND m.invoice_date < %(open)s
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10""",
    "payment": """
        SELECT m.company_id, 'payment', date_trunc('month', e.date)::date, m.invoice_user_id, m.team_id,
            pt.categ_id, p.commercial_partner_id, m.territory_id, m.channel_id, pc.class_id,
            SUM(-l.balance * r.amount * cash.share / m.amount_total_signed),
            SUM(-l.balance * s.margin / NULLIF(s.price_subtotal, 0) * r.amount * cash.share
                / m.amount_total_signed),
            SUM(l.quantity * COALESCE(lu.factor / pu.factor, 1) * r.amount * cash.share
                / m.amount_total_signed), COUNT(*), NULL::numeric
        FROM account_partial_reconcile r
        JOIN account_move_line k ON k.id = r.credit_move_id
        JOIN account_move e ON e.id = k.move_id
        JOIN account_payment pay ON pay.id = e.origin_payment_id
        JOIN (SELECT x.move_id, -SUM(x.balance) FILTER (WHERE x.account_id = y.outstanding_account_id)
                / NULLIF(SUM(x.balance) FILTER (WHERE a.account_type = 'asset_receivable'), 0) AS share
            FROM account_payment y JOIN account_move_line x ON x.move_id = y.move_id
            JOIN account_account a ON a.id = x.account_id GROUP BY 1) cash ON cash.move_id = e.id
        JOIN account_move_line i ON i.id = r.debit_move_id
        JOIN account_move m ON m.id = i.move_id
        JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'product'
        JOIN res_partner p ON p.id = m.partner_id
        LEFT JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = l.id
        LEFT JOIN sale_order_line s ON s.id = rel.order_line_id
        LEFT JOIN product_product pp ON pp.id = l.product_id
        LEFT JOIN product_template pt ON pt.id = pp.product_tmpl_id
        LEFT JOIN stm_product_profile pc ON pc.product_tmpl_id = pt.id AND pc.company_id = %(company)s
        LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
        LEFT JOIN uom_uom pu ON pu.id = pt.uom_id
        WHERE e.state = 'posted' AND m.state = 'posted' AND e.move_type = 'entry'
            AND m.move_type = 'out_invoice' AND m.company_id = %(company)s AND e.date < %(open)s
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10""",
}


def make_copy(env):
    """A table like that of the cells, with its indexes and foreign keys."""
    env.cr.execute("DROP TABLE IF EXISTS bench_cell")
    env.cr.execute("CREATE TABLE bench_cell (LIKE stm_achievement_cell INCLUDING ALL)")
    env.cr.execute(
        """SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = 'stm_achievement_cell'::regclass AND contype = 'f'"""
    )
    for (definition,) in env.cr.fetchall():
        env.cr.execute(f"ALTER TABLE bench_cell ADD {definition}")
    env.cr.commit()


def ours(env, firm):
    env["stm.achievement.month"]._cron_refresh()
    env.cr.commit()


def by_hand(env, firm):
    parameters = {"company": firm.company.id, "open": firm.today.replace(day=1)}
    for select in BY_HAND.values():
        env.cr.execute(
            f"""INSERT INTO bench_cell (company_id, source, month, user_id, team_id, categ_id,
            commercial_partner_id, territory_id, channel_id, product_class_id,
            amount, margin, quantity, count, new_customer) {select}""",
            parameters,
        )
        env.cr.commit()


def clear(env):
    for table in ("stm_achievement_cell", "stm_achievement_month", "bench_cell"):
        env.cr.execute(f"TRUNCATE {table}")
    env.cr.commit()


def check(env):
    """Both have the same sums, or nothing here means anything."""
    sums = "source, COUNT(*), ROUND(SUM(amount), 2), ROUND(SUM(margin), 2), ROUND(SUM(quantity), 2)"
    found = []
    for table in ("stm_achievement_cell", "bench_cell"):
        env.cr.execute(f"SELECT {sums} FROM {table} WHERE source <> 'lead' GROUP BY source ORDER BY source")
        found.append(env.cr.fetchall())
    assert found[0] == found[1], f"the cells differ:\n{found[0]}\n{found[1]}"
    return sum(row[1] for row in found[0])


def measure(env, firm, rounds):
    """Seconds of both, in interleaved pairs, on a firm as it is; its cells are left built."""
    make_copy(env)
    pairs = []
    for number in range(rounds):
        clear(env)
        works = [ours, by_hand] if number % 2 == 0 else [by_hand, ours]
        times = {work: timed(lambda work=work: work(env, firm))[0] for work in works}
        pairs.append((times[ours], times[by_hand]))
    cells = check(env)
    env.cr.execute("DROP TABLE bench_cell")
    env.cr.execute("ANALYZE stm_achievement_cell")
    env.cr.execute("ANALYZE stm_achievement_month")
    env.cr.commit()
    return pairs, median(mine for mine, _theirs in pairs), cells
