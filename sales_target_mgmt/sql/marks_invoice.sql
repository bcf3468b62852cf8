-- Marks of invoices and of what was paid on them.

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
    IF TG_OP = 'UPDATE' AND NEW.move_type IN ('out_invoice', 'out_refund', 'out_receipt') THEN
        PERFORM stm_mark_payments(ARRAY[NEW.id]);
        -- when it changes hands within a group of companies, the former one loses
        IF OLD.company_id <> NEW.company_id THEN
            PERFORM stm_mark_all(OLD.company_id, ARRAY['payment']);
        END IF;
    ELSIF TG_OP = 'UPDATE' AND NEW.move_type = 'entry' THEN
        -- the entry of a payment: what it pays is dated by it
        PERFORM stm_mark_entries(ARRAY[NEW.id]);
        IF OLD.date <> NEW.date THEN
            PERFORM stm_mark_entries(ARRAY[NEW.id], OLD.date);
        END IF;
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_move_changed AFTER UPDATE OF
    state, move_type, invoice_date, date, invoice_user_id, team_id, partner_id,
    company_id, amount_total_signed, journal_id, origin_payment_id, invoice_currency_rate,
    territory_id, channel_id
ON account_move FOR EACH ROW WHEN (
    (OLD.state = 'posted' OR NEW.state = 'posted') AND
    (OLD.state, OLD.move_type, OLD.invoice_date, OLD.date, OLD.invoice_user_id, OLD.team_id, OLD.partner_id,
        OLD.company_id, OLD.amount_total_signed, OLD.journal_id, OLD.origin_payment_id, OLD.invoice_currency_rate,
        OLD.territory_id, OLD.channel_id)
    IS DISTINCT FROM
    (NEW.state, NEW.move_type, NEW.invoice_date, NEW.date, NEW.invoice_user_id, NEW.team_id, NEW.partner_id,
        NEW.company_id, NEW.amount_total_signed, NEW.journal_id, NEW.origin_payment_id, NEW.invoice_currency_rate,
        NEW.territory_id, NEW.channel_id)
) EXECUTE FUNCTION stm_move_touched();
CREATE TRIGGER stm_move_added AFTER INSERT ON account_move
    FOR EACH ROW WHEN (NEW.state = 'posted') EXECUTE FUNCTION stm_move_touched();
CREATE TRIGGER stm_move_removed AFTER DELETE ON account_move
    FOR EACH ROW WHEN (OLD.state = 'posted') EXECUTE FUNCTION stm_move_touched();

-- a line of a posted invoice, or of the entry of a payment whose money is counted
CREATE FUNCTION stm_move_lines_mark(moves integer[]) RETURNS void AS $$
BEGIN
    PERFORM stm_mark_moves(moves);
    PERFORM stm_mark_entries(moves);
END $$ LANGUAGE plpgsql;

CREATE FUNCTION stm_move_lines_touched() RETURNS trigger AS $$
DECLARE moves integer[];
BEGIN
    -- the state of the move: the line's copy of it is filled in after the insertion
    SELECT array_agg(DISTINCT m.id) INTO moves
    FROM touched t JOIN account_move m ON m.id = t.move_id WHERE m.state = 'posted';
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
    balance, amount_currency, currency_id, quantity, product_id, product_uom_id, display_type, move_id, account_id
ON account_move_line FOR EACH ROW WHEN (
    (OLD.parent_state = 'posted' OR NEW.parent_state = 'posted') AND
    (OLD.balance, OLD.amount_currency, OLD.currency_id, OLD.quantity, OLD.product_id, OLD.product_uom_id, OLD.display_type,
        OLD.move_id, OLD.account_id)
    IS DISTINCT FROM
    (NEW.balance, NEW.amount_currency, NEW.currency_id, NEW.quantity, NEW.product_id, NEW.product_uom_id, NEW.display_type,
        NEW.move_id, NEW.account_id)
) EXECUTE FUNCTION stm_move_line_touched();

CREATE FUNCTION stm_order_invoice_links_touched() RETURNS trigger AS $$
DECLARE moves integer[];
BEGIN
    SELECT array_agg(DISTINCT l.move_id) INTO moves
    FROM touched t JOIN account_move_line l ON l.id = t.invoice_line_id
    JOIN account_move m ON m.id = l.move_id WHERE m.state = 'posted';
    IF moves IS NOT NULL THEN
        PERFORM stm_mark_moves(moves);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_order_invoice_links_added AFTER INSERT ON sale_order_line_invoice_rel
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_order_invoice_links_touched();
CREATE TRIGGER stm_order_invoice_links_removed AFTER DELETE ON sale_order_line_invoice_rel
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_order_invoice_links_touched();

CREATE FUNCTION stm_partials_touched() RETURNS trigger AS $$
BEGIN
    -- `touched` is the transition table of the trigger
    PERFORM stm_mark(x.company_id, 'payment', x.date) FROM (
        SELECT DISTINCT m.company_id, cm.date
        FROM touched t
        JOIN account_move_line l ON l.id IN (t.debit_move_id, t.credit_move_id)
        JOIN account_move m ON m.id = l.move_id AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
        JOIN account_move_line c ON c.id IN (t.debit_move_id, t.credit_move_id) AND c.id <> l.id
        JOIN account_move cm ON cm.id = c.move_id AND cm.move_type = 'entry'
    ) x;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_partials_added AFTER INSERT ON account_partial_reconcile
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_partials_touched();
CREATE TRIGGER stm_partials_removed AFTER DELETE ON account_partial_reconcile
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_partials_touched();
CREATE TRIGGER stm_partials_changed AFTER UPDATE ON account_partial_reconcile
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_partials_touched();
CREATE TRIGGER stm_partials_replaced AFTER UPDATE ON account_partial_reconcile
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stm_partials_touched();

CREATE FUNCTION stm_payment_account_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_move_lines_mark(ARRAY[NEW.move_id]);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_payment_changed AFTER UPDATE OF outstanding_account_id ON account_payment
    FOR EACH ROW WHEN (OLD.outstanding_account_id IS DISTINCT FROM NEW.outstanding_account_id)
    EXECUTE FUNCTION stm_payment_account_touched();

-- which accounts hold money
CREATE FUNCTION stm_all_payments_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_mark_all(NULL, ARRAY['payment']);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_account_changed AFTER UPDATE OF account_type ON account_account
    FOR EACH ROW WHEN (OLD.account_type IS DISTINCT FROM NEW.account_type)
    EXECUTE FUNCTION stm_all_payments_touched();
CREATE TRIGGER stm_journal_changed AFTER UPDATE OF default_account_id, type ON account_journal
    FOR EACH ROW WHEN ((OLD.default_account_id, OLD.type) IS DISTINCT FROM (NEW.default_account_id, NEW.type))
    EXECUTE FUNCTION stm_all_payments_touched();
CREATE TRIGGER stm_payment_method_changed AFTER UPDATE OF payment_account_id, journal_id
    ON account_payment_method_line FOR EACH ROW WHEN (
        (OLD.payment_account_id, OLD.journal_id) IS DISTINCT FROM (NEW.payment_account_id, NEW.journal_id))
    EXECUTE FUNCTION stm_all_payments_touched();
CREATE FUNCTION stm_payment_method_touched() RETURNS trigger AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM account_move WHERE journal_id = NEW.journal_id) THEN
        PERFORM stm_mark_all(NULL, ARRAY['payment']);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_payment_method_added AFTER INSERT ON account_payment_method_line
    FOR EACH ROW WHEN (NEW.payment_account_id IS NOT NULL)
    EXECUTE FUNCTION stm_payment_method_touched();
CREATE TRIGGER stm_payment_method_removed AFTER DELETE ON account_payment_method_line
    FOR EACH ROW WHEN (OLD.payment_account_id IS NOT NULL)
    EXECUTE FUNCTION stm_all_payments_touched();
