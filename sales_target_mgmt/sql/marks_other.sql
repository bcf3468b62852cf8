-- Marks of opportunities and ratings, and of changes that reach no document.

CREATE FUNCTION stm_lead_mark(lead crm_lead) RETURNS void AS $$
BEGIN
    PERFORM stm_mark(c.id, 'lead', stm_local_day(COALESCE(lead.date_closed, lead.create_date), c.id))
        FROM (SELECT COALESCE(lead.company_id,
            (SELECT company_id FROM crm_team WHERE id = lead.team_id),
            (SELECT company_id FROM res_users WHERE id = lead.user_id)) AS id) c
        WHERE lead.won_status IN ('won', 'lost') AND c.id IS NOT NULL;
END $$ LANGUAGE plpgsql;

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
    won_status, type, date_closed, create_date, expected_revenue, user_id, team_id, partner_id, company_id,
    territory_id, channel_id
ON crm_lead FOR EACH ROW WHEN (
    (OLD.won_status IN ('won', 'lost') OR NEW.won_status IN ('won', 'lost')) AND
    (OLD.won_status, OLD.type, OLD.date_closed, OLD.create_date, OLD.expected_revenue, OLD.user_id, OLD.team_id,
        OLD.partner_id, OLD.company_id, OLD.territory_id, OLD.channel_id)
    IS DISTINCT FROM
    (NEW.won_status, NEW.type, NEW.date_closed, NEW.create_date, NEW.expected_revenue, NEW.user_id, NEW.team_id,
        NEW.partner_id, NEW.company_id, NEW.territory_id, NEW.channel_id)
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

CREATE FUNCTION stm_partner_touched() RETURNS trigger AS $$
BEGIN
    -- a new contact gets its commercial entity a moment after it was inserted, and may
    -- have an order already
    IF EXISTS (SELECT 1 FROM sale_order WHERE partner_id = NEW.id)
        OR EXISTS (SELECT 1 FROM account_move WHERE partner_id = NEW.id)
        OR EXISTS (SELECT 1 FROM crm_lead WHERE partner_id = NEW.id)
    THEN
        PERFORM stm_refresh_first_purchase(
                ARRAY[c.id, c.id], ARRAY[OLD.commercial_partner_id, NEW.commercial_partner_id])
            FROM res_company c;
        PERFORM stm_mark_partners(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_partner_changed AFTER UPDATE OF commercial_partner_id ON res_partner
    FOR EACH ROW WHEN (OLD.commercial_partner_id IS DISTINCT FROM NEW.commercial_partner_id)
    EXECUTE FUNCTION stm_partner_touched();

-- per statement: many products are often recategorised at once, and their facts are
-- looked for once
CREATE FUNCTION stm_products_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_mark_products(array_agg(n.id)) FROM after_it n JOIN before_it o ON o.id = n.id
        WHERE (o.categ_id, o.uom_id) IS DISTINCT FROM (n.categ_id, n.uom_id) HAVING count(*) > 0;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_products_changed AFTER UPDATE ON product_template
    REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
    FOR EACH STATEMENT EXECUTE FUNCTION stm_products_touched();

CREATE FUNCTION stm_unit_touched() RETURNS trigger AS $$
BEGIN
    PERFORM stm_mark_all(NULL, ARRAY['order', 'invoice', 'payment']);
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_unit_changed AFTER UPDATE OF factor ON uom_uom
    FOR EACH ROW WHEN (OLD.factor IS DISTINCT FROM NEW.factor) EXECUTE FUNCTION stm_unit_touched();

-- amounts of documents in another currency are rounded by it
CREATE TRIGGER stm_currency_changed AFTER UPDATE OF rounding ON res_currency
    FOR EACH ROW WHEN (OLD.rounding IS DISTINCT FROM NEW.rounding) EXECUTE FUNCTION stm_unit_touched();
CREATE TRIGGER stm_variant_changed AFTER UPDATE OF product_tmpl_id ON product_product
    FOR EACH ROW WHEN (OLD.product_tmpl_id IS DISTINCT FROM NEW.product_tmpl_id)
    EXECUTE FUNCTION stm_unit_touched();

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

-- The class of a product is a dimension of the cells. Which months hold the product is not
-- looked for: that reads all documents, which is what building the cells anew does as well.
CREATE FUNCTION stm_product_profiles_touched() RETURNS trigger AS $$
DECLARE companies integer[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT o.company_id) INTO companies FROM before_it o WHERE o.class_id IS NOT NULL;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT n.company_id) INTO companies FROM after_it n WHERE n.class_id IS NOT NULL;
    ELSE
        SELECT array_agg(DISTINCT c) INTO companies
        FROM after_it n JOIN before_it o ON o.id = n.id, unnest(ARRAY[n.company_id, o.company_id]) c
        WHERE (o.class_id, o.product_tmpl_id, o.company_id)
            IS DISTINCT FROM (n.class_id, n.product_tmpl_id, n.company_id);
    END IF;
    PERFORM stm_mark_all(company, ARRAY['order', 'invoice', 'payment', 'rating'])
        FROM unnest(companies) company;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER stm_product_profiles_changed AFTER UPDATE ON stm_product_profile
    REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
    FOR EACH STATEMENT EXECUTE FUNCTION stm_product_profiles_touched();
CREATE TRIGGER stm_product_profiles_added AFTER INSERT ON stm_product_profile
    REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION stm_product_profiles_touched();
CREATE TRIGGER stm_product_profiles_removed AFTER DELETE ON stm_product_profile
    REFERENCING OLD TABLE AS before_it FOR EACH STATEMENT EXECUTE FUNCTION stm_product_profiles_touched();
