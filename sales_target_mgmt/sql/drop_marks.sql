-- Every trigger and function of this addon begins with stm_; Odoo has none of them.
DO $$
DECLARE item record;
BEGIN
    FOR item IN
        SELECT t.tgname, t.tgrelid::regclass AS relation FROM pg_trigger t
        WHERE t.tgname LIKE 'stm\_%' AND NOT t.tgisinternal
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', item.tgname, item.relation);
    END LOOP;
    FOR item IN
        SELECT p.oid::regprocedure AS signature FROM pg_proc p
        WHERE p.proname LIKE 'stm\_%' AND p.pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', item.signature);
    END LOOP;
END $$;
