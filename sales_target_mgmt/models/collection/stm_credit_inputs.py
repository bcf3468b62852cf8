from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

YEAR = relativedelta(months=12)


class StmCreditInputs(models.AbstractModel):
    """What was promised and disputed in a year reaches the ratings, as it was known on a day."""

    _inherit = "stm.credit.inputs"

    def _select_promises(self, company, as_of):
        """Promises and payment plans that were not kept, or in part only, and debts that were written off.

        Nobody who was never asked for a promise has kept one: nothing is known then. A promise is
        broken once its last day is over.
        """
        self.env["stm.collection.promise"].flush_model(
            ["partner_id", "company_id", "state", "given_on", "date"]
        )
        self.env["stm.collection.plan"].flush_model(
            ["partner_id", "company_id", "state", "given_on", "closed_on"]
        )
        self.env["stm.collection.writeoff"].flush_model(["partner_id", "company_id", "state", "decided_on"])
        return SQL(
            """(SELECT CASE WHEN COUNT(*) > 0 THEN COUNT(*) FILTER (
                WHERE x.state IN ('broken', 'part') AND x.date < %(as_of)s) END
            FROM (
                SELECT partner_id, company_id, state, given_on, date FROM stm_collection_promise
                UNION ALL
                SELECT partner_id, company_id, state, given_on, COALESCE(closed_on - 1, given_on)
                FROM stm_collection_plan WHERE given_on IS NOT NULL
                UNION ALL
                SELECT partner_id, company_id, 'broken', decided_on, decided_on - 1
                FROM stm_collection_writeoff WHERE state = 'approved'
            ) x
            WHERE x.partner_id = w.id AND x.company_id = %(company)s AND x.state <> 'cancelled'
                AND x.given_on <= %(as_of)s AND x.date > %(since)s)""",
            company=company.id,
            as_of=as_of,
            since=as_of - YEAR,
        )

    def _select_disputes(self, company, as_of):
        """Disputes that were open or found to be without cause; those found right count for nobody."""
        self.env["stm.collection.dispute"].flush_model(
            ["partner_id", "company_id", "state", "closed_on", "create_date"]
        )
        return SQL(
            """(SELECT CASE WHEN COUNT(*) > 0 THEN COUNT(*) FILTER (
                WHERE NOT (x.state = 'accepted' AND x.closed_on <= %(as_of)s)) END
            FROM stm_collection_dispute x
            WHERE x.partner_id = w.id AND x.company_id = %(company)s
                AND (x.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date <= %(as_of)s
                AND (x.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date > %(since)s)""",
            company=company.id,
            as_of=as_of,
            since=as_of - YEAR,
            tz=company.stm_tz,
        )
