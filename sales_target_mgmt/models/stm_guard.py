from odoo.tools import SQL

GUARD = """
    CREATE OR REPLACE FUNCTION %(guard)s() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN
        IF TG_OP = 'TRUNCATE' OR (%(kept)s) THEN
            RAISE EXCEPTION %(message)s USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $guard$;
    CREATE OR REPLACE TRIGGER %(guard)s BEFORE UPDATE OR DELETE
        ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(guard)s();
    CREATE OR REPLACE TRIGGER %(keep)s BEFORE TRUNCATE
        ON %(table)s FOR EACH STATEMENT EXECUTE FUNCTION %(guard)s();
"""


def guard_rows(cr, table, kept, message):
    """Have the database refuse what would change history, whoever asks; to be called by `init`.

    :param kept: SQL of when a row stays as it is, with `OLD`, `NEW` (nothing where it is deleted) and
        `TG_OP`
    :param message: what is said then, without percent signs
    """
    cr.execute(
        SQL(
            GUARD,
            guard=SQL.identifier(_get_guard(table)),
            keep=SQL.identifier(f"{table}_keep"),
            table=SQL.identifier(table),
            kept=SQL(kept),
            message=message,
        )
    )


def drop_guard(cr, table):
    """Take the triggers away; for the uninstallation."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(_get_guard(table))))


def _get_guard(table):
    return f"{table}_guard"
