-- Marks of orders, and the first purchase of every customer.

-- the order lines that are first purchases, as the documents say
CREATE FUNCTION stm_first_purchases()
RETURNS TABLE (company_id integer, partner_id integer, line_id integer, date_order timestamp) AS $$
    SELECT DISTINCT ON (o.company_id, p.commercial_partner_id)
        o.company_id, p.commercial_partner_id, l.id, o.date_order
    FROM sale_order o
    JOIN sale_order_line l ON l.order_id = o.id
    JOIN res_partner p ON p.id = o.partner_id
    WHERE o.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
    ORDER BY o.company_id, p.commercial_partner_id, o.date_order, l.id
$$ LANGUAGE sql STABLE;

-- Writes only where the first purchase is another than the one known, and marks the
-- month that lost it and the month that gained it. It goes by indexes even where PostgreSQL
-- has not counted the tables yet, in the transaction that fills them: it would read all of
-- them for each order.
CREATE FUNCTION stm_refresh_first_of_entity(company integer, entity integer) RETURNS void AS $$
DECLARE
    line integer;
    stamp timestamp;
    known_line integer;
    known_stamp timestamp;
BEGIN
    -- the fence keeps the planner from walking all orders by date until the customer turns up
    SELECT id, date_order INTO line, stamp FROM (
        SELECT l.id, o.date_order
        FROM res_partner p
        JOIN sale_order o ON o.partner_id = p.id
        CROSS JOIN LATERAL (SELECT * FROM sale_order_line l WHERE l.order_id = o.id OFFSET 0) l
        WHERE p.commercial_partner_id = entity AND o.company_id = company AND o.state = 'sale'
            AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
        OFFSET 0
    ) bought ORDER BY date_order, id LIMIT 1;
    SELECT k.line_id, k.date_order INTO known_line, known_stamp
        FROM stm_first_purchase k WHERE k.company_id = company AND k.partner_id = entity;
    IF (line, stamp) IS NOT DISTINCT FROM (known_line, known_stamp) THEN
        RETURN;
    END IF;
    IF line IS NULL THEN
        DELETE FROM stm_first_purchase k WHERE k.company_id = company AND k.partner_id = entity;
    ELSE
        INSERT INTO stm_first_purchase (company_id, partner_id, line_id, date_order)
        VALUES (company, entity, line, stamp)
        ON CONFLICT (company_id, partner_id)
            DO UPDATE SET line_id = EXCLUDED.line_id, date_order = EXCLUDED.date_order;
    END IF;
    PERFORM stm_mark(company, 'order', stm_local_day(known_stamp, company));
    PERFORM stm_mark(company, 'order', stm_local_day(stamp, company));
END $$ LANGUAGE plpgsql SET enable_seqscan TO off;

CREATE FUNCTION stm_refresh_first_purchase(companies integer[], entities integer[]) RETURNS void AS $$
BEGIN
    PERFORM stm_refresh_first_of_entity(company, entity) FROM (
        SELECT DISTINCT company, entity FROM unnest(companies, entities) AS t (company, entity)
        WHERE company IS NOT NULL AND entity IS NOT NULL
    ) touched;
END $$ LANGUAGE plpgsql;

-- An order that came after the known first purchase cannot be the first one: the
-- ordinary confirmation ends here. Of orders of the same second, as imports make them, the
-- one with the smallest line is, as long as the known one still counts. One look-up after
-- the other, each by its key and nothing else: in tables that PostgreSQL has not counted yet
-- a join would read all rows, and another condition all orders of that second.
CREATE FUNCTION stm_order_may_be_first(company integer, partner integer, orders integer, stamp timestamp)
RETURNS boolean AS $$
DECLARE
    entity integer;
    known_line integer;
    known_stamp timestamp;
    known_order integer;
    known_counts boolean;
BEGIN
    SELECT p.commercial_partner_id INTO entity FROM res_partner p WHERE p.id = partner;
    SELECT k.line_id, k.date_order INTO known_line, known_stamp
        FROM stm_first_purchase k WHERE k.company_id = company AND k.partner_id = entity;
    IF known_line IS NULL OR known_stamp > stamp THEN
        RETURN TRUE;
    END IF;
    SELECT l.order_id, l.display_type IS NULL AND l.is_downpayment IS NOT TRUE INTO known_order, known_counts
        FROM sale_order_line l WHERE l.id = known_line;
    IF known_order IS NULL OR NOT known_counts OR known_order = orders THEN
        RETURN TRUE;
    END IF;
    IF known_stamp < stamp THEN
        RETURN FALSE;
    END IF;
    SELECT o.state = 'sale' AND o.date_order = stamp INTO known_counts FROM sale_order o WHERE o.id = known_order;
    -- the fence keeps the planner from walking all lines with a smaller id
    RETURN known_counts IS NOT TRUE OR EXISTS (
        SELECT 1 FROM (SELECT l.id FROM sale_order_line l WHERE l.order_id = orders OFFSET 0) own
        WHERE own.id < known_line
    );
END $$ LANGUAGE plpgsql STABLE SET enable_seqscan TO off;

CREATE FUNCTION stm_refresh_first_of_partner(company integer, partner integer) RETURNS void AS $$
BEGIN
    PERFORM stm_refresh_first_of_entity(company, p.commercial_partner_id)
        FROM res_partner p WHERE p.id = partner AND p.commercial_partner_id IS NOT NULL;
END $$ LANGUAGE plpgsql;

-- the margin of invoice lines comes from the order's
CREATE FUNCTION stm_mark_invoices_of_line(line integer) RETURNS void AS $$
BEGIN
    PERFORM stm_mark_moves(array_agg(DISTINCT l.move_id))
        FROM sale_order_line_invoice_rel rel JOIN account_move_line l ON l.id = rel.invoice_line_id
        WHERE rel.order_line_id = line HAVING count(*) > 0;
END $$ LANGUAGE plpgsql;

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
        -- a new order has neither ratings nor lines yet
        IF TG_OP = 'UPDATE' THEN
            PERFORM stm_mark_ratings(ARRAY[NEW.id]);
            IF stm_order_may_be_first(NEW.company_id, NEW.partner_id, NEW.id, NEW.date_order) THEN
                PERFORM stm_refresh_first_of_partner(NEW.company_id, NEW.partner_id);
            END IF;
        END IF;
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_order_changed AFTER UPDATE OF
    state, date_order, user_id, team_id, partner_id, company_id, currency_id, currency_rate,
    territory_id, channel_id
ON sale_order FOR EACH ROW WHEN (
    (OLD.state = 'sale' OR NEW.state = 'sale') AND
    (OLD.state, OLD.date_order, OLD.user_id, OLD.team_id, OLD.partner_id, OLD.company_id,
        OLD.currency_id, OLD.currency_rate, OLD.territory_id, OLD.channel_id)
    IS DISTINCT FROM
    (NEW.state, NEW.date_order, NEW.user_id, NEW.team_id, NEW.partner_id, NEW.company_id,
        NEW.currency_id, NEW.currency_rate, NEW.territory_id, NEW.channel_id)
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
    -- a customer once, however many orders: thousands come with one statement of an import
    PERFORM stm_refresh_first_purchase(array_agg(o.company_id), array_agg(p.commercial_partner_id))
        FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
        WHERE o.id = ANY(orders)
            AND stm_order_may_be_first(o.company_id, o.partner_id, o.id, o.date_order)
        HAVING count(*) > 0;
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
    -- also when the order is not confirmed
    PERFORM stm_mark_invoices_of_line(NEW.id);
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

-- what is there already
INSERT INTO stm_first_purchase (company_id, partner_id, line_id, date_order)
SELECT * FROM stm_first_purchases()
ON CONFLICT (company_id, partner_id) DO NOTHING;
