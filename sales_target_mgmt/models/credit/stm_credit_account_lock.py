from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

COLUMNS = SQL("id, partner_id, parent_id, limit_state, credit_limit::text, grade_id, rated_until, is_blocked")


class AccountRow(NamedTuple):
    """An account as a check needs it.

    :ivar id: None for a customer that has none yet
    :ivar limit: None where there is none: unlimited, or never decided
    """

    id: int | None
    partner_id: int
    parent_id: int | None = None
    limit_state: str = "unset"
    limit: Decimal | None = None
    grade_id: int | None = None
    rated_until: fields.Date | None = None
    is_blocked: bool = False


class StmCreditAccount(models.Model):
    """Reads accounts for checks; a check that decides writes to them first."""

    _inherit = "stm.credit.account"

    @api.model
    @api.private
    def _lock_accounts(self, company, partners):
        """The accounts of customers and of their groups, written to, and made where there are none.

        Only locking would not do: who waits for a lock keeps the old picture of the database, who
        waits for a write is refused and retried by Odoo. In the order of the ids of customers, so
        that two checks never wait for each other in a circle.

        :param partners: commercial entities or contacts of them, whose entities are known afterwards
        :return: id of the entity → :class:`AccountRow`, groups included
        """
        self.flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO stm_credit_account
                    (company_id, partner_id, limit_state, checked_at, create_date, write_date, create_uid,
                        write_uid)
                SELECT %(company)s, wanted.id, 'unset', %(now)s, %(now)s, %(now)s, %(uid)s, %(uid)s
                FROM (%(wanted)s) wanted ORDER BY wanted.id
                ON CONFLICT (company_id, partner_id) DO UPDATE SET checked_at = EXCLUDED.checked_at
                RETURNING ARRAY(SELECT p.id FROM res_partner p
                    WHERE p.id = ANY(%(ids)s) AND p.commercial_partner_id = stm_credit_account.partner_id
                ), %(columns)s""",
                ids=partners.ids,
                company=company.id,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                wanted=self._select_with_groups(company, partners),
                columns=COLUMNS,
            )
        )
        self.invalidate_model(["checked_at"], flush=False)
        entity = partners._fields["commercial_partner_id"]
        for contacts, _id, partner, *_others in rows:
            entity._insert_cache(partners.browse(contacts), [partner] * len(contacts))
        return self._read_rows(row[1:] for row in rows)

    @api.model
    @api.private
    def _read_accounts(self, company, partners):
        """The same without writing, for what only shows: partner id → :class:`AccountRow`."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT %(columns)s FROM stm_credit_account
                WHERE company_id = %(company)s AND partner_id IN (%(wanted)s)""",
                columns=COLUMNS,
                company=company.id,
                wanted=self._select_with_groups(company, partners),
            )
        )
        found = self._read_rows(rows)
        return {partner: AccountRow(None, partner) for partner in partners.ids} | found

    @api.model
    @api.private
    def _get_members(self, rows):
        """Group's account id → partner ids of the group, head included; no query without groups."""
        groups = {row.parent_id for row in rows.values() if row.parent_id}
        if not groups:
            return {}
        found = self.env.execute_query(
            SQL(
                """SELECT COALESCE(parent_id, id), ARRAY_AGG(partner_id) FROM stm_credit_account
                WHERE id = ANY(%(groups)s) OR parent_id = ANY(%(groups)s) GROUP BY 1""",
                groups=list(groups),
            )
        )
        return dict(found)

    def _select_with_groups(self, company, partners):
        return SQL(
            """SELECT p.commercial_partner_id AS id FROM res_partner p WHERE p.id = ANY(%(ids)s)
            UNION SELECT head.partner_id FROM res_partner p
                JOIN stm_credit_account own ON own.partner_id = p.commercial_partner_id
                JOIN stm_credit_account head ON head.id = own.parent_id
                WHERE own.company_id = %(company)s AND p.id = ANY(%(ids)s)""",
            ids=partners.ids,
            company=company.id,
        )

    def _read_rows(self, rows):
        return {
            partner: AccountRow(
                id_, partner, parent, state, Decimal(limit or 0) if state == "limited" else None, *others
            )
            for id_, partner, parent, state, limit, *others in rows
        }
