from datetime import date
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from .stm_commission_entry import DRAWS

# when somebody is in a plan
TERM = """
    SELECT p.origin_id AS lineage_id, payee_id, p.currency_id, GREATEST(p.date_from, a.date_from) AS first,
        LEAST(p.date_to, a.date_to, next.day - 1) AS last
    FROM stm_commission_plan p
    JOIN stm_commission_assignment a ON a.plan_id = p.id
    LEFT JOIN LATERAL (
        SELECT MIN(n.date_from) AS day FROM stm_commission_plan n
        WHERE n.origin_id = p.origin_id AND n.state = 'active'
            AND (n.date_from, n.version) > (p.date_from, p.version)
    ) next ON TRUE
    WHERE p.company_id = %(company)s AND p.state = 'active' AND %(payees)s"""
# plans that payees had left for good before they joined this one, and when they did
LEFT = """
    SELECT old.lineage_id, old.payee_id, MIN(own.first) AS joined
    FROM (
        SELECT lineage_id, payee_id, MAX(COALESCE(last, 'infinity')) AS last FROM term
        WHERE first <= COALESCE(last, 'infinity') GROUP BY lineage_id, payee_id
    ) old
    JOIN term own ON own.payee_id = old.payee_id AND own.lineage_id = %(lineage)s
        AND own.first > old.last AND own.first <= LEAST(own.last, %(until)s)
    WHERE %(which)s
    GROUP BY old.lineage_id, old.payee_id"""
SAME_CURRENCY = SQL(
    """EXISTS (
    SELECT FROM stm_commission_plan p WHERE p.id = old.lineage_id AND p.currency_id = own.currency_id)"""
)
# what was lent, by the plan to which it is owed and by the one that has the row: posted, and still open
LENT = """(
    WITH term AS (%(term)s), former AS (%(left)s), lent AS (
        SELECT payee_id, COALESCE(former_id, lineage_id) AS owner_id, lineage_id, payable, posted
        FROM stm_commission_entry
        WHERE lineage_id = %(lineage)s AND component = 'draw' AND kind IN %(draws)s AND %(payees)s
        UNION ALL
        SELECT payee_id, former_id, lineage_id, payable, posted FROM stm_commission_entry
        WHERE former_id IN (SELECT %(lineage)s UNION SELECT lineage_id FROM former)
            AND lineage_id <> %(lineage)s AND kind IN %(draws)s AND %(payees)s
        UNION ALL
        SELECT e.payee_id, e.lineage_id, e.lineage_id, e.payable, e.posted
        FROM former f
        JOIN stm_commission_entry e ON e.lineage_id = f.lineage_id AND e.payee_id = f.payee_id
            AND e.component = 'draw'
        WHERE e.former_id IS NULL AND e.kind IN %(draws)s
    )
    SELECT '', l.payee_id, MIN(f.joined), l.lineage_id::text, 'lent', l.owner_id::text, 0, '0', '0', '0', '0',
        COALESCE(SUM(l.payable) FILTER (WHERE l.posted), 0)::text,
        COALESCE(SUM(l.payable) FILTER (WHERE NOT l.posted), 0)::text, NULL
    FROM lent l
    LEFT JOIN former f ON f.lineage_id = l.owner_id AND f.payee_id = l.payee_id
    WHERE l.owner_id = %(lineage)s OR f.lineage_id IS NOT NULL
    GROUP BY l.payee_id, l.owner_id, l.lineage_id)"""
FORMER = "WITH term AS (%(term)s), former AS (%(left)s) SELECT lineage_id FROM former"
# what is lent by plans that the payee is not in any more and that no plan of today follows
OWED = """
    WITH term AS (%(term)s), lent AS (
        SELECT COALESCE(former_id, lineage_id) AS lineage_id, SUM(payable) AS amount
        FROM stm_commission_entry
        WHERE company_id = %(company)s AND currency_id = %(currency)s AND %(payees)s AND kind IN %(draws)s
        GROUP BY COALESCE(former_id, lineage_id)
    )
    SELECT SUM(l.amount)::text FROM lent l
    WHERE NOT EXISTS (
        SELECT FROM term t WHERE t.lineage_id = l.lineage_id
            AND %(today)s BETWEEN t.first AND COALESCE(t.last, 'infinity'))
    AND NOT EXISTS (
        SELECT FROM term own
        WHERE own.currency_id = %(currency)s
            AND %(today)s BETWEEN own.first AND COALESCE(own.last, 'infinity')
            AND own.first > (
                SELECT MAX(COALESCE(t.last, 'infinity')) FROM term t
                WHERE t.lineage_id = l.lineage_id AND t.first <= COALESCE(t.last, 'infinity')))"""


class StmCommissionEngine(models.AbstractModel):
    """What a plan has lent and not recovered follows its payee into the plan that comes after it.

    Draws and negative statements that were carried forward are owed to one plan. Where the payee has
    left it for good before joining another one of the same company and currency, the other plan's
    statements recover the rest, from the day of joining on. Such a row stands in the ledger of the plan
    that recovers, and `former_id` names the one to which it is owed. So the balance of a plan are the
    rows that name it and its own ones that name none, wherever they stand; no plan recovers what another
    one has, posted or in an open statement, and nothing is moved about.

    Plans in which somebody is at the same time recover each their own. In another currency nothing is
    carried over, for nobody has agreed at which rate: that stays visible as owed. Where statements that
    were lent in change after they were recovered here, the next statement gives back what was too much.
    """

    _inherit = "stm.commission.engine"

    def _get_lent_sql(self, book):
        """SQL of rows as the ledger is read: of kind `lent`, see :meth:`Draws.note_lent`."""
        return SQL(
            LENT,
            **self._get_terms_sql(book.company, book.origin.id, book.until, self._of_payees(book)),
            draws=DRAWS,
        )

    def _get_former_sql(self, origin):
        """SQL of the ids of the plans that this one follows: what they earned and lent counts here."""
        company = SQL("(SELECT company_id FROM stm_commission_plan WHERE id = %s)", origin.id)
        terms = self._get_terms_sql(company, origin.id, date.max, SQL("TRUE"), which=SQL("TRUE"))
        return SQL(FORMER, **terms)

    def _get_terms_sql(self, company, lineage, until, payees, which=SAME_CURRENCY):
        self.env["stm.commission.assignment"].flush_model()
        self.env["stm.commission.plan"].flush_model()
        return {
            "term": SQL(TERM, company=company, payees=payees),
            "left": SQL(LEFT, lineage=lineage, until=until, which=which),
            "lineage": lineage,
            "payees": payees,
        }

    def _get_owed(self, payee, company, currency):
        """What no plan recovers from a payee's later earnings, as of today; negative: too much was."""
        for model in ("entry", "assignment", "plan"):
            self.env[f"stm.commission.{model}"].flush_model()
        payees = SQL("payee_id = %s", payee.id)
        [(owed,)] = self.env.execute_query(
            SQL(
                OWED,
                term=SQL(TERM, company=company.id, payees=payees),
                company=company.id,
                currency=currency.id,
                payees=payees,
                draws=DRAWS,
                today=company._get_stm_today(),
            )
        )
        return Decimal(owed or 0)
