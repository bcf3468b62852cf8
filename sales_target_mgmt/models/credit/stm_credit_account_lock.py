from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL


class AccountRow(NamedTuple):
    """An account as a check needs it, on a day.

    :ivar id: None for a customer that has none yet
    :ivar limit_state: of the temporary limit that holds on the day, else of the account
    :ivar limit: with insurances and guarantees of the day on top; None where there is none:
        unlimited, or never decided
    :ivar is_head: whether others belong to its group
    :ivar cover: what is insured or guaranteed
    """

    id: int | None
    partner_id: int
    parent_id: int | None = None
    limit_state: str = "unset"
    limit: Decimal | None = None
    grade_id: int | None = None
    rated_until: fields.Date | None = None
    is_blocked: bool = False
    is_head: bool = False
    cover: Decimal = Decimal(0)


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
        self._flush_accounts()
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
                columns=self._get_columns(company),
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
        self._flush_accounts()
        rows = self.env.execute_query(
            SQL(
                """SELECT %(columns)s FROM stm_credit_account
                WHERE company_id = %(company)s AND partner_id IN (%(wanted)s)""",
                columns=self._get_columns(company),
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
        groups |= {row.id for row in rows.values() if row.is_head}
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

    def _flush_accounts(self):
        self.flush_model()
        self.env["stm.credit.limit"].flush_model(
            [
                "account_id",
                "state",
                "kind",
                "limit_state",
                "amount",
                "date_from",
                "date_until",
                "decided_on",
                "ended_on",
            ]
        )

    def _get_columns(self, company):
        """SQL of what :meth:`_read_rows` reads, as of today where the company is."""
        in_force = SQL(
            """FROM stm_credit_limit l WHERE l.account_id = stm_credit_account.id AND l.state = 'approved'
                AND %s BETWEEN l.date_from AND l.date_until AND l.kind""",
            company._get_stm_today(),
        )
        return SQL(
            """id, partner_id, parent_id, limit_state, credit_limit::text,
            (SELECT ARRAY[l.limit_state, l.amount::text] %(in_force)s = 'temporary'
                ORDER BY l.id DESC LIMIT 1),
            (SELECT SUM(l.amount)::text %(in_force)s = 'cover'),
            grade_id, rated_until, is_blocked,
            EXISTS (SELECT 1 FROM stm_credit_account m WHERE m.parent_id = stm_credit_account.id)""",
            in_force=in_force,
        )

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
        found = {}
        for id_, partner, parent, state, limit, temporary, cover, *others in rows:
            state_now, limit_now = temporary or (state, limit)
            covered = Decimal(cover or 0)
            amount = Decimal(limit_now or 0) + covered if state_now == "limited" else None
            found[partner] = AccountRow(id_, partner, parent, state_now, amount, *others, covered)
        return found
