from odoo import api, models
from odoo.tools import SQL

from . import stm_achievement_sources as sources
from .stm_achievement_credits import OF_ORDER, ORDERS, CreditFact
from .stm_achievement_sql import branch


class PossibleFact(CreditFact):
    """What a line of a quotation would be, once it is confirmed, invoiced or paid."""

    __slots__ = ()

    @property
    def key(self):
        # after everything else of its day, so that it climbs on top of what is there
        return f"~{self.source}:{self.line_id}"


class StmAchievement(models.Model):
    _inherit = "stm.achievement"

    @api.model
    @api.private
    def _get_possible_facts(self, document, day):
        """What a quotation, order or opportunity would be if everything happened on a day.

        By the definitions of the view itself. Rights are the caller's affair.

        :param document: an order, or an opportunity: one line of its expected revenue
        :return: :class:`PossibleFact` items of the source `order` in company currency; none for a lead
        """
        self._count_uncounted()
        if document._name == "sale.order":
            source = sources.order_source(f"o.id = {int(document.id)}")
        else:
            source = sources.pipeline_source(f"l.id = {int(document.id)}")
            document.flush_recordset(["campaign_id", "name"])
        found = self._read_credit_facts([(branch("order", source, further=True), SQL("TRUE"))], OF_ORDER)
        # who buys for the first time is a new customer from that day on
        return [
            PossibleFact(*fact)._replace(source="order", date=day, first_day=fact.first_day or day)
            for fact in found
        ]

    @api.model
    @api.private
    def _get_facts_of_lines(self, source, company, line_ids):
        """The facts of certain lines, whatever their day; see :meth:`_get_credit_facts`.

        :param line_ids: ids of order lines, or of invoice lines for the other sources
        """
        if not line_ids:
            return []
        self._count_uncounted()
        where = SQL(
            "stm_achievement.company_id = %s AND stm_achievement.line_id = ANY(%s)", company, line_ids
        )
        parts = [
            (branch(name, part, further=True), where) for name, part in self._get_sources() if name == source
        ]
        return self._read_credit_facts(parts, ORDERS[source])
