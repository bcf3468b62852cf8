"""Territories of a firm with many customers: who belongs where, coverage, a border that moves, a scan."""

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.fields import Date

from .report import ratio
from .totals import timed

CUSTOMERS = 100_000
TERRITORIES = 25
# one state in ten customers, so that its border is worth a move
LARGE_SHARE = 10
ROUNDS = 3


class Market:
    """A hundred thousand customers in the United States, territories by state and postcode.

    :param firm: :class:`.firm.Firm`, whose people look after the territories
    """

    def __init__(self, env, firm):
        self.env = env
        self.cr = env.cr
        self.firm = firm
        self.country = env.ref("base.us")
        self.states = self.country.state_ids[:50]
        self.division = env["stm.territory.division"].create(
            {"name": "Geography", "company_id": firm.company.id, "is_primary": True}
        )
        self.territories = env["stm.territory"].create(
            [
                {"name": f"Territory {number}", "division_id": self.division.id}
                for number in range(TERRITORIES)
            ]
        )
        self._make_rules()
        self._make_customers()
        self.cr.commit()

    def _make_rules(self):
        places, states = self.territories, self.states
        rules = [
            {
                "territory_id": places[number % TERRITORIES].id,
                "country_id": self.country.id,
                "state_id": state.id,
            }
            for number, state in enumerate(states)
        ]
        # every tenth of the postcodes of ten states lies in the next territory
        rules += [
            {**rule, "territory_id": places[(number + 1) % TERRITORIES].id, "zip_from": "0", "zip_to": "0"}
            for number, rule in enumerate(rules[:10])
        ]
        rules.append(
            {
                "territory_id": places[0].id,
                "partner_ids": [Command.set(self.firm.customers[:500].ids)],
            }
        )
        self.rules = self.env["stm.territory.rule"].create(rules)
        self.env["stm.territory.assignment"].create(
            [
                {"territory_id": places[number % TERRITORIES].id, "user_id": user.id}
                for number, user in enumerate(self.firm.users[:30])
            ]
        )

    def _make_customers(self):
        self.env.flush_all()
        self.cr.execute(
            """SELECT column_name FROM information_schema.columns
            WHERE table_name = 'res_partner' AND table_schema = current_schema()
                AND column_name NOT IN ('id', 'name', 'complete_name', 'country_id', 'state_id', 'zip',
                    'commercial_partner_id', 'customer_rank')"""
        )
        names = ", ".join(f'"{name}"' for (name,) in self.cr.fetchall())
        states = "(%(states)s::int[])[1 + CASE WHEN n %% %(large)s = 0 THEN 0 ELSE n %% 50 END]"
        values = {
            "states": self.states.ids,
            "large": LARGE_SHARE,
            "country": self.country.id,
            "template": self.firm.customers[0].id,
        }
        self.cr.execute(
            f"""INSERT INTO res_partner (id, name, complete_name, country_id, state_id, zip,
                commercial_partner_id, customer_rank, {names})
            SELECT k.id, 'Market ' || n, 'Market ' || n, %(country)s, {states},
                lpad((n::bigint * 7919 %% 100000)::text, 5, '0'), k.id, 1, {names}
            FROM res_partner t, generate_series(1, {CUSTOMERS}) n,
                LATERAL (SELECT nextval('res_partner_id_seq') + 0 * n AS id) k
            WHERE t.id = %(template)s""",
            values,
        )
        # those who have bought lie everywhere, so that some sales go to somebody else's territory
        self.cr.execute(
            f"UPDATE res_partner SET country_id = %(country)s, state_id = {states.replace('n %%', 'id %%')} "
            "WHERE id = ANY(%(customers)s)",
            {**values, "customers": self.firm.customers.ids},
        )
        self.cr.execute("ANALYZE res_partner")
        self.env.invalidate_all()

    def forget(self):
        self.cr.execute("DELETE FROM stm_territory_member WHERE division_id = %s", [self.division.id])

    def resolve_by_hand(self):
        """The least that could be done: the state alone decides, written to an equal table."""
        self.cr.execute("DROP TABLE IF EXISTS bench_member")
        self.cr.execute(
            "CREATE TEMP TABLE bench_member (LIKE stm_territory_member INCLUDING DEFAULTS INCLUDING INDEXES)"
        )
        self.cr.execute(
            """INSERT INTO bench_member (division_id, partner_id, territory_id, rule_id, date_from)
            SELECT r.division_id, p.id, r.territory_id, r.id, '1900-01-01' FROM res_partner p
            JOIN stm_territory_rule r ON r.state_id = p.state_id AND r.zip_from IS NULL
            WHERE r.division_id = %s""",
            [self.division.id],
        )


def measure(env, firm, report):
    """Resolution, coverage and moves of 100,000 customers; a scan of two years of documents."""
    market = Market(env, firm)
    members, division = env["stm.territory.member"], market.division
    pairs = []
    for _round in range(ROUNDS):
        market.forget()
        ours, _none = timed(lambda: members._resolve(division, firm.today))
        theirs, _none = timed(market.resolve_by_hand)
        pairs.append((ours, theirs))
    seconds = min(ours for ours, _theirs in pairs)
    report.add(f"{CUSTOMERS:,} customers: resolved anew in", seconds, "s", budget=60, rules=len(market.rules))
    report.add("… against INSERT … SELECT by state alone", ratio(pairs), "×", pairs=pairs)
    env.cr.commit()
    queries = env.cr.sql_log_count
    seconds, (number, gaps, _overlaps) = timed(lambda: division._get_coverage(firm.today))
    report.add(f"coverage of {number:,} customers, {len(gaps):,} gaps", seconds, "s", budget=10)
    report.add("… queries", env.cr.sql_log_count - queries, budget=10)
    _measure_moves(env, market, report)
    _measure_scan(env, firm, report)


def _measure_moves(env, market, report):
    move = env["stm.territory.move"].create(
        {
            "kind": "border",
            "division_id": market.division.id,
            "date": Date.add(market.firm.today, days=1),
            "rule_ids": [Command.set(market.rules[0].ids)],
            "territory_id": market.territories[-1].id,
        }
    )
    seconds, _action = timed(move.action_preview)
    what = f"preview of a border that moves {move.customer_count:,} of {CUSTOMERS:,} customers"
    report.add(what, seconds, "s", budget=10)
    seconds, _action = timed(move.action_apply)
    report.add("… and the move itself, with another preview", seconds, "s", budget=20)
    env.cr.rollback()
    env.invalidate_all()


def _measure_scan(env, firm, report):
    """All documents of two years, or of a quarter where there are millions."""
    months = 24 if firm.documents < 500_000 else 3
    first = firm.today.replace(day=1) - relativedelta(months=months)
    queries = env.cr.sql_log_count
    seconds, found = timed(lambda: env["stm.territory.case"]._scan(firm.company, first, firm.today))
    env.cr.execute(
        """SELECT (SELECT COUNT(*) FROM sale_order WHERE company_id = %(company)s AND date_order >= %(first)s)
            + (SELECT COUNT(*) FROM account_move WHERE company_id = %(company)s
                AND move_type = 'out_invoice' AND invoice_date >= %(first)s)""",
        {"company": firm.company.id, "first": first},
    )
    [documents] = env.cr.fetchone()
    what = f"scan of {documents:,} orders and invoices, {sum(found.values()):,} cases"
    report.add(what, seconds, "s", found=found)
    report.add("… for 100,000 documents", seconds * 100_000 / documents, "s", budget=60)
    report.add("… queries", env.cr.sql_log_count - queries, budget=20)
    env.cr.rollback()
    env.invalidate_all()
