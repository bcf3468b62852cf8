from odoo import models
from odoo.tools import SQL, format_date

from .stm_commission_carried import TERM

# documents of a deal, in the order in which they come
DOCUMENTS = ("order", "invoice", "payment")
# so many people are named in a message
NAMED = 3
# which plans payees of this one had left; deals of these; without those of a
# day on which the payee was in this plan as well; of what is kept back by the period, which a late
# document may have set free as a whole
EARNED_BEFORE = """(
    WITH term AS (%(term)s
    ), former AS (
        SELECT old.lineage_id, own.payee_id, own.first AS joined,
            MAX(COALESCE(old.last, 'infinity')) AS last
        FROM term own
        JOIN term old ON old.payee_id = own.payee_id AND old.lineage_id <> own.lineage_id
            AND old.first < own.first
        WHERE own.lineage_id = %(lineage)s
        GROUP BY old.lineage_id, own.payee_id, own.first
        HAVING MAX(COALESCE(old.last, 'infinity')) < 'infinity'
    ), kept_back AS (
        SELECT lineage_id, payee_id, component, pot_date
        FROM stm_commission_entry
        WHERE (lineage_id, payee_id) IN (SELECT lineage_id, payee_id FROM former) AND kind = 'withhold'
        GROUP BY lineage_id, payee_id, component, pot_date
        HAVING SUM(amount) <> 0
    ), deal AS (
        SELECT e.lineage_id, e.payee_id, e.source_key, r.method = 'unit' AS by_unit,
            MIN(e.date) FILTER (WHERE e.kind IN ('earn', 'clawback')) AS date
        FROM stm_commission_entry e
        JOIN stm_commission_rule r ON r.id = e.rule_id
        WHERE (e.lineage_id, e.payee_id) IN (SELECT lineage_id, payee_id FROM former)
            AND e.source_key LIKE ANY(%(keys)s)
            AND (e.kind IN ('earn', 'clawback', 'forfeit')
                OR e.kind = 'withhold' AND (e.lineage_id, e.payee_id, e.component, e.pot_date)
                    IN (SELECT lineage_id, payee_id, component, pot_date FROM kept_back))
        GROUP BY e.lineage_id, e.payee_id, e.source_key, r.method = 'unit'
        HAVING SUM(e.base) <> 0
            AND (SUM(e.amount) <> 0 OR SUM(e.amount) FILTER (WHERE e.kind IN ('earn', 'clawback')) = 0)
    )
    SELECT d.payee_id, MAX(f.last)::date, d.lineage_id, d.by_unit, NULL, d.source_key
    FROM deal d
    JOIN former f ON f.lineage_id = d.lineage_id AND f.payee_id = d.payee_id AND d.date < f.joined
    WHERE NOT EXISTS (
        SELECT FROM term own
        WHERE own.lineage_id = %(lineage)s AND own.payee_id = d.payee_id
            AND d.date BETWEEN own.first AND COALESCE(own.last, 'infinity'))
    GROUP BY d.payee_id, d.source_key, d.by_unit, d.lineage_id)"""


class StmCommissionEngine(models.AbstractModel):
    """No deal is paid twice when one plan follows another that earns on another document.

    Versions of one plan earn on the same document. A new plan may earn on another one: what was ordered
    under the old plan is invoiced or paid under the new one. Two plans in which somebody is at the same
    time are meant to pay beside each other, a special beside the base plan for example. Where somebody
    has left the one before joining the other, a deal that the old plan has in its statements, net of what
    it took back, earns nothing by the new one: who was not in the new plan on the day of the earlier
    document, and is not in the old one on the day of the later.

    What merely waits for its payment, or is on hold, is paid by the old plan one day and counts. What its
    gate or cap keeps back wholly, and what was forfeited wholly, it never pays: that is the new plan's to
    pay. Should the gate be reached by a late document after all, the next computation takes it back here.
    A deal that the old plan's table pays nothing for was settled by its terms, and counts.

    A sum per unit and a share of the sales are different things: what an old plan has paid as the one
    does not count as the other. A plan on an earlier document than the old one's never pays what lies
    between them; a draft says so.
    """

    _inherit = "stm.commission.engine"

    def _read_earned_before(self, book):
        """Note the same in a book for which no statements are read."""
        query = self._get_earned_before_sql(book)
        for payee, last, lineage, by_unit, _amount, key in self.env.execute_query(query):
            book.note_former_plan(payee, last, lineage, by_unit, key)

    def _get_earned_before_sql(self, book):
        """SQL of what other plans have earned of deals of which this one reads a later document.

        (payee id, the payee's last day in that plan, its lineage, whether as a sum per unit, NULL, key of a
        fact) rows.
        """
        latest = max(map(DOCUMENTS.index, book.sources), default=0)
        self.env["stm.commission.assignment"].flush_model()
        self.env["stm.commission.plan"].flush_model()
        return SQL(
            EARNED_BEFORE,
            term=SQL(TERM, company=book.company, payees=self._of_payees(book)),
            lineage=book.origin.id,
            keys=[f"{name}:%" for name in DOCUMENTS[:latest]],
        )


class StmCommissionPlan(models.Model):
    """A draft says what its payees earn by other plans, as far as that is rarely meant."""

    _inherit = "stm.commission.plan"

    def _find_doubts_beside(self):
        """Other plans of the payees: that go on beside this one, or that leave something unpaid."""
        if self.previous_id:
            return []
        payees = self.assignment_ids.payee_id._origin
        others = self.env["stm.commission.assignment"].sudo()
        others = others.search(
            [
                ("payee_id", "in", payees.ids),
                ("plan_id.state", "=", "active"),
                ("company_id", "=", self.company_id.id),
            ]
        )
        doubts = []
        for plan in others.plan_id.sorted("id"):
            if not plan.date_superseded and plan._get_ways() & self._get_ways():
                doubts += self._find_doubts_about(plan, others & plan.assignment_ids)
        return doubts

    def _find_doubts_about(self, other, assignments):
        """:param assignments: of this plan's payees in another plan"""
        both, left = [], {}
        for one in assignments:
            mine = self.assignment_ids.filtered(lambda line, one=one: line.payee_id._origin == one.payee_id)
            starts = [max(filter(None, (self.date_from, line.date_from)), default=None) for line in mine]
            last = min(filter(None, (one.date_to, other.date_to)), default=None)
            if all(start and last and last < start for start in starts):
                left[one.payee_id.name] = last
            else:
                both.append(one.payee_id.name)
        doubts = []
        if both:
            doubts.append(
                self.env._(
                    "“%(plan)s” goes on paying %(names)s: both plans pay for each deal. Enter the last day "
                    "there if this plan replaces it.",
                    plan=other.display_name,
                    names=_join(both),
                )
            )
        if left and DOCUMENTS.index(self.earned_on) < DOCUMENTS.index(other.earned_on):
            doubts.append(
                self.env._(
                    "“%(plan)s” earned on a later document, for %(names)s until %(day)s: deals that were "
                    "ordered by then and come to that document afterwards are paid by neither plan.",
                    plan=other.display_name,
                    names=_join(left),
                    day=format_date(self.env, max(left.values())),
                )
            )
        return doubts

    def _get_origins_in_order(self):
        """First versions in the order in which the plans began, in which they are to be computed.

        What a plan has earned, or recovered, is known before the plan is computed that follows it.
        """
        return self.origin_id.sorted(lambda plan: (plan.date_from, plan.id))

    def _get_ways(self):
        """Whether sums per unit, shares of the sales or both are paid."""
        return {rule.method == "unit" for rule in self.rule_ids if rule.method != "bonus"}


def _join(names):
    more = ["…"] if len(names) > NAMED else []
    return ", ".join(sorted(set(names))[:NAMED] + more)
