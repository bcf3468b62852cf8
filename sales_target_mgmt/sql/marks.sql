-- Marks: which past months of which source have to be counted anew.
--
-- Triggers rather than overrides of write(): a recomputed stored field, a partner merge,
-- a deleted team and a foreign key's SET NULL change facts without passing write(), and a
-- trigger adds no query to the ordinary flow. A change in the open month marks nothing.
-- UPDATE is watched per row with a column list and WHEN, so that it costs nothing when
-- another column changes; INSERT and DELETE per statement, so that it is set-based.
-- What the ordinary flow calls is PL/pgSQL: its plans are kept from call to call.

CREATE FUNCTION stm_local_day(stamp timestamp, company integer) RETURNS date AS $$
BEGIN
    RETURN (SELECT (stamp AT TIME ZONE 'UTC' AT TIME ZONE c.stm_tz)::date FROM res_company c WHERE c.id = company);
END $$ LANGUAGE plpgsql STABLE;

-- the first day of the month that is open for this company
CREATE FUNCTION stm_open_month(company integer) RETURNS date AS $$
BEGIN
    RETURN (SELECT date_trunc('month', now() AT TIME ZONE c.stm_tz)::date FROM res_company c WHERE c.id = company);
END $$ LANGUAGE plpgsql STABLE;

CREATE FUNCTION stm_mark(company integer, facts varchar, day date) RETURNS void AS $$
BEGIN
    IF day < stm_open_month(company) THEN
        INSERT INTO stm_achievement_mark (company_id, source, month, create_date)
        VALUES (company, facts, date_trunc('month', day)::date, now() AT TIME ZONE 'UTC')
        ON CONFLICT DO NOTHING;
    END IF;
END $$ LANGUAGE plpgsql;

-- everything of a company, or of all companies
CREATE FUNCTION stm_mark_all(company integer, sources varchar[]) RETURNS void AS $$
    INSERT INTO stm_achievement_mark (company_id, source, create_date)
    SELECT c.id, s, now() AT TIME ZONE 'UTC'
    FROM res_company c, unnest(sources) s
    WHERE company IS NULL OR c.id = company
    ON CONFLICT DO NOTHING
$$ LANGUAGE sql;

-- the days on which these invoices were paid
CREATE FUNCTION stm_mark_payments(moves integer[]) RETURNS void AS $$
BEGIN
    PERFORM stm_mark(company_id, 'payment', date) FROM (
        SELECT DISTINCT m.company_id, cm.date
        FROM account_move m
        JOIN account_move_line l ON l.move_id = m.id
        JOIN account_partial_reconcile r ON l.id IN (r.debit_move_id, r.credit_move_id)
        JOIN account_move_line x ON x.id IN (r.debit_move_id, r.credit_move_id) AND x.id <> l.id
        JOIN account_move cm ON cm.id = x.move_id AND cm.move_type = 'entry'
        WHERE m.id = ANY(moves) AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
    ) touched;
END $$ LANGUAGE plpgsql;

-- These entries of payments: what they pay counts in the company of the invoice, which may
-- be a branch, on the day of the entry, or on a given day that the entry had before.
CREATE FUNCTION stm_mark_entries(entries integer[], day date DEFAULT NULL) RETURNS void AS $$
BEGIN
    PERFORM stm_mark(company_id, 'payment', date) FROM (
        SELECT DISTINCT m.company_id, COALESCE(day, cm.date) AS date
        FROM account_move cm
        JOIN account_move_line x ON x.move_id = cm.id
        JOIN account_partial_reconcile r ON x.id IN (r.debit_move_id, r.credit_move_id)
        JOIN account_move_line l ON l.id IN (r.debit_move_id, r.credit_move_id) AND l.id <> x.id
        JOIN account_move m ON m.id = l.move_id AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
        WHERE cm.id = ANY(entries) AND cm.move_type = 'entry'
    ) touched;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION stm_mark_moves(moves integer[]) RETURNS void AS $$
BEGIN
    PERFORM stm_mark(m.company_id, 'invoice', m.invoice_date) FROM account_move m
        WHERE m.id = ANY(moves) AND m.state = 'posted'
            AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt');
    PERFORM stm_mark_payments(moves);
END $$ LANGUAGE plpgsql;

CREATE FUNCTION stm_mark_ratings(orders integer[]) RETURNS void AS $$
BEGIN
    PERFORM stm_mark(o.company_id, 'rating', stm_local_day(COALESCE(r.rated_on, r.create_date), o.company_id))
        FROM rating_rating r JOIN sale_order o ON o.id = r.res_id
        WHERE r.res_model = 'sale.order' AND r.res_id = ANY(orders) AND r.consumed;
END $$ LANGUAGE plpgsql;

-- by a condition on the facts themselves, for changes that reach no document
CREATE FUNCTION stm_mark_products(templates integer[]) RETURNS void AS $$
    SELECT stm_mark(f.company_id, f.source, f.date) FROM (
        SELECT DISTINCT company_id, source, date_trunc('month', date)::date AS date
        FROM stm_achievement
        WHERE source IN ('order', 'invoice', 'payment', 'rating')
            AND product_id IN (SELECT id FROM product_product WHERE product_tmpl_id = ANY(templates))
    ) f
$$ LANGUAGE sql;

CREATE FUNCTION stm_mark_partners(partners integer[]) RETURNS void AS $$
    SELECT stm_mark(f.company_id, f.source, f.date) FROM (
        SELECT DISTINCT company_id, source, date_trunc('month', date)::date AS date
        FROM stm_achievement
        WHERE source <> 'pipeline' AND partner_id = ANY(partners)
    ) f
$$ LANGUAGE sql;
