from odoo.tools import SQL
from odoo.tools.sql import table_columns

GUARD = """
    CREATE OR REPLACE FUNCTION %(guard)s() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN
        IF TG_OP = 'TRUNCATE' OR (%(kept)s) THEN
            IF TG_OP = 'UPDATE' AND to_jsonb(OLD) <> to_jsonb(NEW) AND NOT EXISTS (
                SELECT 1 FROM jsonb_each(to_jsonb(OLD)) was JOIN jsonb_each(to_jsonb(NEW)) became USING (key)
                WHERE was.value <> became.value
                    AND (was.key = ANY(%(columns)s) OR was.value <> 'null'::jsonb)
            ) THEN
                RETURN NEW;
            END IF;
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

    A column that came after that may be filled once: an upgrade that adds a field with a default
    fills it before `init` is called again, and from then on it is kept like the others. Stored
    computed fields are filled later: those of a guarded table need a migration.

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
            columns=list(table_columns(cr, table)),
            message=message,
        )
    )


def drop_guard(cr, table):
    """Take the triggers away; for the uninstallation."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(_get_guard(table))))


def _get_guard(table):
    return f"{table}_guard"
