"""Classes of a hundred thousand customers, nearly all of whom bought within the two years that are read."""

from .territories import CUSTOMERS
from .totals import timed


def measure(env, firm, report):
    """Figures, scores and class of every customer, twice: profiles made, and profiles there."""
    _spread(env, firm)
    policy = env["stm.class.policy"]._get_or_make(firm.company)
    profiles = env["stm.customer.profile"]
    for words in ("put into classes", "… again, the profiles being there"):
        queries = env.cr.sql_log_count
        seconds, _none = timed(lambda: profiles._refresh(policy))
        number = profiles.search_count([("company_id", "=", firm.company.id)])
        what = f"{number:,} customers who bought: {words}" if words[0] != "…" else words
        report.add(what, seconds, "s", budget=60, queries=env.cr.sql_log_count - queries)
    env.cr.rollback()
    env.invalidate_all()


def _spread(env, firm):
    """Let the market's customers have made the purchases, each as many as the others."""
    env.flush_all()
    with firm.unwatched(heavy=False):
        env.cr.execute(
            """CREATE TEMP TABLE bench_market AS
            SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM res_partner
            WHERE name LIKE 'Market %%'"""
        )
        env.cr.execute("CREATE UNIQUE INDEX ON bench_market (place)")
        env.cr.execute("ANALYZE bench_market")
        for table, columns in (
            ("sale_order", ("partner_id",)),
            ("account_move", ("partner_id", "commercial_partner_id")),
        ):
            assignments = ", ".join(f"{column} = m.id" for column in columns)
            env.cr.execute(
                f"UPDATE {table} t SET {assignments} FROM bench_market m "
                "WHERE t.company_id = %s AND m.place = (t.id / 2) %% %s",
                [firm.company.id, CUSTOMERS],
            )
    env.cr.commit()
    env.invalidate_all()
