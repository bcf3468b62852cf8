-- Marks: which past months of which source have to be counted anew.
--
-- Triggers rather than overrides of write(): a recomputed stored field, a partner merge,
-- a deleted team and a foreign key's SET NULL change facts without passing write(), and a
-- trigger adds no query to the ordinary flow. A change in the open month marks nothing.
-- UPDATE is watched per row with a column list and WHEN, so that it costs nothing when
-- another column changes; INSERT and DELETE per statement, so that it is set-based.

-- ---------------------------------------------------------------------- helpers

CREATE FUNCTION stm_local_day(stamp timestamp, company integer) RETURNS date AS $$
    SELECT (stamp AT TIME ZONE 'UTC' AT TIME ZONE c.stm_tz)::date
    FROM res_company c WHERE c.id = company
$$ LANGUAGE sql STABLE;

-- the first day of the month that is open for this company
CREATE FUNCTION stm_open_month(company integer) RETURNS date AS $$
    SELECT date_trunc('month', now() AT TIME ZONE c.stm_tz)::date
    FROM res_company c WHERE c.id = company
$$ LANGUAGE sql STABLE;

CREATE FUNCTION stm_mark(company integer, source varchar, day date) RETURNS void AS $$
    INSERT INTO stm_achievement_mark (company_id, source, month, create_date)
    SELECT company, source, date_trunc('month', day)::date, now() AT TIME ZONE 'UTC'
    WHERE day < stm_open_month(company)
    ON CONFLICT DO NOTHING
$$ LANGUAGE sql;

-- everything of a company, or of all companies
CREATE FUNCTION stm_mark_all(company integer, sources varchar[]) RETURNS void AS $$
    INSERT INTO stm_achievement_mark (company_id, source, create_date)
    SELECT c.id, s, now() AT TIME ZONE 'UTC'
    FROM res_company c, unnest(sources) s
    WHERE company IS NULL OR c.id = company
    ON CONFLICT DO NOTHING
$$ LANGUAGE sql;

CREATE FUNCTION stm_mark_payments(moves integer[]) RETURNS void AS $$
    SELECT stm_mark(company_id, 'payment', date) FROM (
        SELECT DISTINCT m.company_id, cm.date
        FROM account_move m
        JOIN account_move_line l ON l.move_id = m.id
        JOIN account_partial_reconcile r ON l.id IN (r.debit_move_id, r.credit_move_id)
        JOIN account_move_line x ON x.id IN (r.debit_move_id, r.credit_move_id) AND x.id <> l.id
        JOIN account_move cm ON cm.id = x.move_id
        WHERE m.id = ANY(moves) AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
    ) touched
$$ LANGUAGE sql;

CREATE FUNCTION stm_mark_moves(moves integer[]) RETURNS void AS $$
    SELECT stm_mark(m.company_id, 'invoice', m.invoice_date) FROM account_move m
    WHERE m.id = ANY(moves) AND m.state = 'posted'
        AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt');
    SELECT stm_mark_payments(moves)
$$ LANGUAGE sql;

CREATE FUNCTION stm_mark_ratings(orders integer[]) RETURNS void AS $$
    SELECT stm_mark(o.company_id, 'rating', stm_local_day(COALESCE(r.rated_on, r.create_date), o.company_id))
    FROM rating_rating r JOIN sale_order o ON o.id = r.res_id
    WHERE r.res_model = 'sale.order' AND r.res_id = ANY(orders) AND r.consumed
$$ LANGUAGE sql;

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

-- ---------------------------------------------------------------- first purchases

-- Writes only where the first purchase is another than the one known, and marks the
-- month that lost it and the month that gained it.
CREATE FUNCTION stm_refresh_first_purchase(companies integer[], entities integer[]) RETURNS void AS $$
    WITH touched AS (
        SELECT DISTINCT company, entity FROM unnest(companies, entities) AS t (company, entity)
        WHERE company IS NOT NULL AND entity IS NOT NULL
    ), found AS (
        SELECT t.company, t.entity, f.id AS line_id, f.date_order
        FROM touched t LEFT JOIN LATERAL (
            SELECT l.id, o.date_order
            FROM res_partner p
            JOIN sale_order o ON o.partner_id = p.id
            JOIN sale_order_line l ON l.order_id = o.id
            WHERE p.commercial_partner_id = t.entity AND o.company_id = t.company AND o.state = 'sale'
                AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
            ORDER BY o.date_order, l.id LIMIT 1
        ) f ON true
    ), changed AS (
        SELECT n.*, k.date_order AS known_date FROM found n
        LEFT JOIN stm_first_purchase k ON k.company_id = n.company AND k.partner_id = n.entity
        WHERE (n.line_id, n.date_order) IS DISTINCT FROM (k.line_id, k.date_order)
    ), gone AS (
        DELETE FROM stm_first_purchase k USING changed n
        WHERE k.company_id = n.company AND k.partner_id = n.entity AND n.line_id IS NULL
    ), kept AS (
        INSERT INTO stm_first_purchase (company_id, partner_id, line_id, date_order)
        SELECT company, entity, line_id, date_order FROM changed WHERE line_id IS NOT NULL
        ON CONFLICT (company_id, partner_id)
            DO UPDATE SET line_id = EXCLUDED.line_id, date_order = EXCLUDED.date_order
    )
    SELECT stm_mark(company, 'order', stm_local_day(known_date, company)),
        stm_mark(company, 'order', stm_local_day(date_order, company))
    FROM changed
$$ LANGUAGE sql;

-- An order that came after the known first purchase cannot be the first one: the
-- ordinary confirmation ends here, with one look-up.
CREATE FUNCTION stm_order_may_be_first(company integer, partner integer, order_id integer, stamp timestamp)
RETURNS boolean AS $$
    SELECT NOT EXISTS (
        SELECT 1 FROM res_partner p
        JOIN stm_first_purchase k ON k.company_id = company AND k.partner_id = p.commercial_partner_id
        LEFT JOIN sale_order_line l ON l.id = k.line_id
        WHERE p.id = partner AND k.date_order < stamp AND l.order_id IS DISTINCT FROM $3
            AND l.id IS NOT NULL
    )
$$ LANGUAGE sql STABLE;

CREATE FUNCTION stm_refresh_first_of_partner(company integer, partner integer) RETURNS void AS $$
    SELECT stm_refresh_first_purchase(ARRAY[company], ARRAY[p.commercial_partner_id])
    FROM res_partner p WHERE p.id = partner
$$ LANGUAGE sql;

-- ------------------------------------------------------------------------ orders

CREATE FUNCTION stm_order_touched() RETURNS trigger AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state = 'sale' THEN
        PERFORM stm_mark(OLD.company_id, 'order', stm_local_day(OLD.date_order, OLD.company_id));
        PERFORM stm_mark_ratings(ARRAY[OLD.id]);
        IF stm_order_may_be_first(OLD.company_id, OLD.partner_id, OLD.id, OLD.date_order) THEN
            PERFORM stm_refresh_first_of_partner(OLD.company_id, OLD.partner_id);
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.state = 'sale' THEN
        PERFORM stm_mark(NEW.company_id, 'order', stm_local_day(NEW.date_order, NEW.company_id));
        IF TG_OP = 'UPDATE' THEN
            PERFORM stm_mark_ratings(ARRAY[NEW.id]);
        END IF;
        IF stm_order_may_be_first(NEW.company_id, NEW.partner_id, NEW.id, NEW.date_order) THEN
            PERFORM stm_refresh_first_of_partner(NEW.company_id, NEW.partner_id);
        END IF;
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_order_changed AFTER UPDATE OF
    state, date_order, user_id, team_id, partner_id, company_id, currency_id, currency_rate
ON sale_order FOR EACH ROW WHEN (
    (OLD.state = 'sale' OR NEW.state = 'sale') AND
    (OLD.state, OLD.date_order, OLD.user_id, OLD.team_id, OLD.partner_id, OLD.company_id,
        OLD.currency_id, OLD.currency_rate)
    IS DISTINCT FROM
    (NEW.state, NEW.date_order, NEW.user_id, NEW.team_id, NEW.partner_id, NEW.company_id,
        NEW.currency_id, NEW.currency_rate)
) EXECUTE FUNCTION stm_order_touched();
CREATE TRIGGER stm_order_added AFTER INSERT ON sale_order
    FOR EACH ROW WHEN (NEW.state = 'sale') EXECUTE FUNCTION stm_order_touched();
CREATE TRIGGER stm_order_removed AFTER DELETE ON sale_order
    FOR EACH ROW WHEN (OLD.state = 'sale') EXECUTE FUNCTION stm_order_touched();

CREATE FUNCTION stm_order_lines_touched() RETURNS trigger AS $$
DECLARE orders integer[];
BEGIN
    -- `touched` is the transition table of the trigger
    SELECT array_agg(DISTINCT o.id) INTO orders
    FROM touched t JOIN sale_order o ON o.id = t.order_id WHERE o.state = 'sale';
    IF orders IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM stm_mark(o.company_id, 'order', stm_local_day(o.date_order, o.company_id))
        FROM sale_order o WHERE o.id = ANY(orders);
    PERFORM stm_mark_ratings(orders);
    PERFORM stm_refresh_first_of_partner(o.company_id, o.partner_id)
        FROM sale_order o WHERE o.id = ANY(orders)
            AND stm_order_may_be_first(o.company_id, o.partner_id, o.id, o.date_order);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_order_lines_added AFTER INSERT ON sale_order_line
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_order_lines_touched();
CREATE TRIGGER stm_order_lines_removed AFTER DELETE ON sale_order_line
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_order_lines_touched();

CREATE FUNCTION stm_order_line_touched() RETURNS trigger AS $$
DECLARE o record;
BEGIN
    FOR o IN SELECT * FROM sale_order WHERE id IN (OLD.order_id, NEW.order_id) AND state = 'sale' LOOP
        PERFORM stm_mark(o.company_id, 'order', stm_local_day(o.date_order, o.company_id));
        IF (OLD.display_type, OLD.is_downpayment, OLD.order_id, OLD.product_id)
            IS DISTINCT FROM (NEW.display_type, NEW.is_downpayment, NEW.order_id, NEW.product_id) THEN
            PERFORM stm_mark_ratings(ARRAY[o.id]);
            IF stm_order_may_be_first(o.company_id, o.partner_id, o.id, o.date_order) THEN
                PERFORM stm_refresh_first_of_partner(o.company_id, o.partner_id);
            END IF;
        END IF;
    END LOOP;
    -- the margin of invoice lines comes from here, also when the order is not confirmed
    PERFORM stm_mark_moves(array_agg(DISTINCT l.move_id))
        FROM sale_order_line_invoice_rel rel JOIN account_move_line l ON l.id = rel.invoice_line_id
        WHERE rel.order_line_id = NEW.id HAVING count(*) > 0;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_order_line_changed AFTER UPDATE OF
    price_subtotal, margin, product_uom_qty, product_id, product_uom_id, display_type, is_downpayment, order_id
ON sale_order_line FOR EACH ROW WHEN (
    (OLD.price_subtotal, OLD.margin, OLD.product_uom_qty, OLD.product_id, OLD.product_uom_id,
        OLD.display_type, OLD.is_downpayment, OLD.order_id)
    IS DISTINCT FROM
    (NEW.price_subtotal, NEW.margin, NEW.product_uom_qty, NEW.product_id, NEW.product_uom_id,
        NEW.display_type, NEW.is_downpayment, NEW.order_id)
) EXECUTE FUNCTION stm_order_line_touched();

-- ---------------------------------------------------------------------- invoices

CREATE FUNCTION stm_move_touched() RETURNS trigger AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state = 'posted' THEN
        PERFORM stm_mark(OLD.company_id, 'invoice', OLD.invoice_date)
            WHERE OLD.move_type IN ('out_invoice', 'out_refund', 'out_receipt');
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.state = 'posted' THEN
        PERFORM stm_mark(NEW.company_id, 'invoice', NEW.invoice_date)
            WHERE NEW.move_type IN ('out_invoice', 'out_refund', 'out_receipt');
    END IF;
    IF TG_OP = 'UPDATE' THEN
        PERFORM stm_mark_payments(ARRAY[NEW.id])
            WHERE NEW.move_type IN ('out_invoice', 'out_refund', 'out_receipt');
        -- the entry of a payment: what it pays is dated by it
        PERFORM stm_mark(NEW.company_id, 'payment', day)
            FROM unnest(ARRAY[OLD.date, NEW.date]) day
            WHERE NEW.move_type = 'entry' AND EXISTS (
                SELECT 1 FROM account_move_line l
                JOIN account_partial_reconcile r ON l.id IN (r.debit_move_id, r.credit_move_id)
                WHERE l.move_id = NEW.id);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_move_changed AFTER UPDATE OF
    state, move_type, invoice_date, date, invoice_user_id, team_id, partner_id, commercial_partner_id,
    company_id, amount_total_signed, journal_id, origin_payment_id
ON account_move FOR EACH ROW WHEN (
    (OLD.state = 'posted' OR NEW.state = 'posted') AND
    (OLD.state, OLD.move_type, OLD.invoice_date, OLD.date, OLD.invoice_user_id, OLD.team_id, OLD.partner_id,
        OLD.commercial_partner_id, OLD.company_id, OLD.amount_total_signed, OLD.journal_id, OLD.origin_payment_id)
    IS DISTINCT FROM
    (NEW.state, NEW.move_type, NEW.invoice_date, NEW.date, NEW.invoice_user_id, NEW.team_id, NEW.partner_id,
        NEW.commercial_partner_id, NEW.company_id, NEW.amount_total_signed, NEW.journal_id, NEW.origin_payment_id)
) EXECUTE FUNCTION stm_move_touched();
CREATE TRIGGER stm_move_added AFTER INSERT ON account_move
    FOR EACH ROW WHEN (NEW.state = 'posted') EXECUTE FUNCTION stm_move_touched();
CREATE TRIGGER stm_move_removed AFTER DELETE ON account_move
    FOR EACH ROW WHEN (OLD.state = 'posted') EXECUTE FUNCTION stm_move_touched();

-- a line of a posted invoice, or of the entry of a payment whose money is counted
CREATE FUNCTION stm_move_lines_mark(moves integer[]) RETURNS void AS $$
    SELECT stm_mark_moves(moves);
    SELECT stm_mark(x.company_id, 'payment', x.date) FROM (
        SELECT DISTINCT m.company_id, m.date FROM account_move m
        JOIN account_move_line l ON l.move_id = m.id
        JOIN account_partial_reconcile r ON l.id IN (r.debit_move_id, r.credit_move_id)
        WHERE m.id = ANY(moves) AND m.move_type = 'entry'
    ) x
$$ LANGUAGE sql;

CREATE FUNCTION stm_move_lines_touched() RETURNS trigger AS $$
DECLARE moves integer[];
BEGIN
    SELECT array_agg(DISTINCT t.move_id) INTO moves FROM touched t WHERE t.parent_state = 'posted';
    IF moves IS NOT NULL THEN
        PERFORM stm_move_lines_mark(moves);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_move_lines_added AFTER INSERT ON account_move_line
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_move_lines_touched();
CREATE TRIGGER stm_move_lines_removed AFTER DELETE ON account_move_line
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_move_lines_touched();

CREATE FUNCTION stm_move_line_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_move_lines_mark(ARRAY[OLD.move_id, NEW.move_id]);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_move_line_changed AFTER UPDATE OF
    balance, amount_currency, quantity, product_id, product_uom_id, display_type, move_id, account_id
ON account_move_line FOR EACH ROW WHEN (
    (OLD.parent_state = 'posted' OR NEW.parent_state = 'posted') AND
    (OLD.balance, OLD.amount_currency, OLD.quantity, OLD.product_id, OLD.product_uom_id, OLD.display_type,
        OLD.move_id, OLD.account_id)
    IS DISTINCT FROM
    (NEW.balance, NEW.amount_currency, NEW.quantity, NEW.product_id, NEW.product_uom_id, NEW.display_type,
        NEW.move_id, NEW.account_id)
) EXECUTE FUNCTION stm_move_line_touched();

CREATE FUNCTION stm_order_invoice_links_touched() RETURNS trigger AS $$
DECLARE moves integer[];
BEGIN
    SELECT array_agg(DISTINCT l.move_id) INTO moves
    FROM touched t JOIN account_move_line l ON l.id = t.invoice_line_id WHERE l.parent_state = 'posted';
    IF moves IS NOT NULL THEN
        PERFORM stm_mark_moves(moves);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_order_invoice_links_added AFTER INSERT ON sale_order_line_invoice_rel
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_order_invoice_links_touched();
CREATE TRIGGER stm_order_invoice_links_removed AFTER DELETE ON sale_order_line_invoice_rel
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_order_invoice_links_touched();

-- ---------------------------------------------------------------------- payments

CREATE FUNCTION stm_partials_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_mark(x.company_id, 'payment', x.date) FROM (
        SELECT DISTINCT m.company_id, m.date
        FROM touched t
        JOIN account_move_line l ON l.id IN (t.debit_move_id, t.credit_move_id)
        JOIN account_move m ON m.id = l.move_id
        WHERE m.move_type = 'entry'
    ) x;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_partials_added AFTER INSERT ON account_partial_reconcile
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_partials_touched();
CREATE TRIGGER stm_partials_removed AFTER DELETE ON account_partial_reconcile
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_partials_touched();
CREATE TRIGGER stm_partials_changed AFTER UPDATE ON account_partial_reconcile
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_partials_touched();

CREATE FUNCTION stm_payment_account_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_move_lines_mark(ARRAY[NEW.move_id]);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_payment_changed AFTER UPDATE OF outstanding_account_id ON account_payment
    FOR EACH ROW WHEN (OLD.outstanding_account_id IS DISTINCT FROM NEW.outstanding_account_id)
    EXECUTE FUNCTION stm_payment_account_touched();

CREATE FUNCTION stm_all_payments_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_mark_all(NULL, ARRAY['payment']);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_account_changed AFTER UPDATE OF account_type ON account_account
    FOR EACH ROW WHEN (OLD.account_type IS DISTINCT FROM NEW.account_type)
    EXECUTE FUNCTION stm_all_payments_touched();
CREATE TRIGGER stm_journal_changed AFTER UPDATE OF default_account_id ON account_journal
    FOR EACH ROW WHEN (OLD.default_account_id IS DISTINCT FROM NEW.default_account_id)
    EXECUTE FUNCTION stm_all_payments_touched();
CREATE TRIGGER stm_payment_method_changed AFTER UPDATE OF payment_account_id ON account_payment_method_line
    FOR EACH ROW WHEN (OLD.payment_account_id IS DISTINCT FROM NEW.payment_account_id)
    EXECUTE FUNCTION stm_all_payments_touched();
CREATE TRIGGER stm_payment_method_removed AFTER DELETE ON account_payment_method_line
    FOR EACH ROW WHEN (OLD.payment_account_id IS NOT NULL)
    EXECUTE FUNCTION stm_all_payments_touched();

-- ----------------------------------------------------------- opportunities, ratings

CREATE FUNCTION stm_lead_mark(lead crm_lead) RETURNS void AS $$
    SELECT stm_mark(c.id, 'lead', stm_local_day(COALESCE(lead.date_closed, lead.create_date), c.id))
    FROM (SELECT COALESCE(lead.company_id,
            (SELECT company_id FROM crm_team WHERE id = lead.team_id),
            (SELECT company_id FROM res_users WHERE id = lead.user_id)) AS id) c
    WHERE lead.won_status IN ('won', 'lost') AND c.id IS NOT NULL
$$ LANGUAGE sql;

CREATE FUNCTION stm_lead_touched() RETURNS trigger AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM stm_lead_mark(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM stm_lead_mark(NEW);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_lead_changed AFTER UPDATE OF
    won_status, type, date_closed, create_date, expected_revenue, user_id, team_id, partner_id, company_id
ON crm_lead FOR EACH ROW WHEN (
    (OLD.won_status IN ('won', 'lost') OR NEW.won_status IN ('won', 'lost')) AND
    (OLD.won_status, OLD.type, OLD.date_closed, OLD.create_date, OLD.expected_revenue, OLD.user_id, OLD.team_id,
        OLD.partner_id, OLD.company_id)
    IS DISTINCT FROM
    (NEW.won_status, NEW.type, NEW.date_closed, NEW.create_date, NEW.expected_revenue, NEW.user_id, NEW.team_id,
        NEW.partner_id, NEW.company_id)
) EXECUTE FUNCTION stm_lead_touched();
CREATE TRIGGER stm_lead_added AFTER INSERT ON crm_lead
    FOR EACH ROW WHEN (NEW.won_status IN ('won', 'lost')) EXECUTE FUNCTION stm_lead_touched();
CREATE TRIGGER stm_lead_removed AFTER DELETE ON crm_lead
    FOR EACH ROW WHEN (OLD.won_status IN ('won', 'lost')) EXECUTE FUNCTION stm_lead_touched();

CREATE FUNCTION stm_rating_touched() RETURNS trigger AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM stm_mark(o.company_id, 'rating', stm_local_day(COALESCE(OLD.rated_on, OLD.create_date), o.company_id))
            FROM sale_order o WHERE OLD.res_model = 'sale.order' AND o.id = OLD.res_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM stm_mark(o.company_id, 'rating', stm_local_day(COALESCE(NEW.rated_on, NEW.create_date), o.company_id))
            FROM sale_order o WHERE NEW.res_model = 'sale.order' AND o.id = NEW.res_id;
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_rating_changed AFTER INSERT OR DELETE OR UPDATE OF
    rating, consumed, rated_on, create_date, res_id, res_model
ON rating_rating FOR EACH ROW EXECUTE FUNCTION stm_rating_touched();

-- ------------------------------------------------- changes that reach no document

CREATE FUNCTION stm_partner_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_refresh_first_purchase(
            ARRAY[c.id, c.id], ARRAY[OLD.commercial_partner_id, NEW.commercial_partner_id])
        FROM res_company c;
    PERFORM stm_mark_partners(ARRAY[NEW.id]);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_partner_changed AFTER UPDATE OF commercial_partner_id ON res_partner
    FOR EACH ROW WHEN (OLD.commercial_partner_id IS DISTINCT FROM NEW.commercial_partner_id
        AND OLD.commercial_partner_id IS NOT NULL)
    EXECUTE FUNCTION stm_partner_touched();

CREATE FUNCTION stm_product_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_mark_products(ARRAY[NEW.id]);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_product_changed AFTER UPDATE OF categ_id, uom_id ON product_template
    FOR EACH ROW WHEN ((OLD.categ_id, OLD.uom_id) IS DISTINCT FROM (NEW.categ_id, NEW.uom_id))
    EXECUTE FUNCTION stm_product_touched();

CREATE FUNCTION stm_unit_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_mark_all(NULL, ARRAY['order', 'invoice', 'payment']);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_unit_changed AFTER UPDATE OF factor ON uom_uom
    FOR EACH ROW WHEN (OLD.factor IS DISTINCT FROM NEW.factor) EXECUTE FUNCTION stm_unit_touched();

CREATE FUNCTION stm_company_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_mark_all(NEW.id, ARRAY['order', 'invoice', 'payment', 'lead', 'rating']);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_company_changed AFTER UPDATE OF stm_tz, currency_id ON res_company
    FOR EACH ROW WHEN ((OLD.stm_tz, OLD.currency_id) IS DISTINCT FROM (NEW.stm_tz, NEW.currency_id))
    EXECUTE FUNCTION stm_company_touched();

-- the company of an opportunity that names none is that of its team or salesperson
CREATE FUNCTION stm_lead_owner_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_mark_all(NULL, ARRAY['lead']);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_team_company_changed AFTER UPDATE OF company_id ON crm_team
    FOR EACH ROW WHEN (OLD.company_id IS DISTINCT FROM NEW.company_id) EXECUTE FUNCTION stm_lead_owner_touched();
CREATE TRIGGER stm_user_company_changed AFTER UPDATE OF company_id ON res_users
    FOR EACH ROW WHEN (OLD.company_id IS DISTINCT FROM NEW.company_id) EXECUTE FUNCTION stm_lead_owner_touched();

-- ------------------------------------------------------------ what is there already

INSERT INTO stm_first_purchase (company_id, partner_id, line_id, date_order)
SELECT DISTINCT ON (o.company_id, p.commercial_partner_id)
    o.company_id, p.commercial_partner_id, l.id, o.date_order
FROM sale_order o
JOIN sale_order_line l ON l.order_id = o.id
JOIN res_partner p ON p.id = o.partner_id
WHERE o.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
ORDER BY o.company_id, p.commercial_partner_id, o.date_order, l.id
ON CONFLICT (company_id, partner_id) DO NOTHING;
