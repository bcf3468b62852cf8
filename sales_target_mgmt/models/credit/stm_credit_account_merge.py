from odoo import api, models
from odoo.tools import SQL

from .stm_credit_limit import WITH_DAYS

LINKS = """
    SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'stm_credit_account'::regclass
"""


class StmCreditAccount(models.Model):
    """Customers that are merged keep one account in each company, with the history of all."""

    _inherit = "stm.credit.account"

    @api.model
    @api.private
    def _merge_accounts(self, src_partners, dst_partner):
        """Keep the account of who stays, else the oldest; what is blocked stays blocked.

        The limit of the kept account holds, or the lowest of the others where it has none. Who shares the
        limit of a group's head goes on doing so.
        """
        partners = src_partners | dst_partner
        self.env.flush_all()
        found = self.sudo().search([("partner_id", "in", partners.ids)])
        for accounts in found.grouped("company_id").values():
            kept = accounts.filtered(lambda one: one.partner_id == dst_partner) or accounts.sorted("id")[:1]
            dropped = accounts - kept
            if not dropped:
                continue
            values = {}
            if decided := kept._find_decided(dropped):
                values = {"limit_state": decided.limit_state, "credit_limit": decided.credit_limit}
            blocked = dropped.filtered("is_blocked")
            if blocked and not kept.is_blocked:
                values |= {"is_blocked": True, "block_reason": blocked[0].block_reason}
            (kept | dropped)._end_decisions(decided or kept)
            head = (dropped.parent_id - kept - dropped)[:1]
            kept._take_over(dropped)
            # a head belongs to no group
            if head and not kept.parent_id and not kept.child_ids:
                values["parent_id"] = head.id
            if values:
                kept.write(values)

    def _find_decided(self, dropped):
        """The account whose limit comes here, where nothing was decided: the lowest; empty: none."""
        if self.limit_state != "unset":
            return self.browse()
        limited = dropped.filtered(lambda one: one.limit_state == "limited")
        unlimited = dropped.filtered(lambda one: one.limit_state == "unlimited")
        return (limited.sorted("credit_limit") or unlimited)[:1]

    def _end_decisions(self, decided):
        """End requests and limits of these accounts, but not the limit of the one whose limit stays."""
        found = self.env["stm.credit.limit"].sudo().search([("account_id", "in", self.ids)])
        found.filtered(
            lambda one: (
                one.account_id != decided
                and (one.state == "asked" or (one.state == "approved" and one.kind not in WITH_DAYS))
            )
        )._supersede()

    def _take_over(self, dropped):
        """Move what belongs to other accounts here, and delete them."""
        dropped.message_ids.write({"res_id": self.id})
        attachments = self.env["ir.attachment"].sudo()
        attachments.search([("res_model", "=", self._name), ("res_id", "in", dropped.ids)]).write(
            {"res_id": self.id}
        )
        dropped.activity_ids.unlink()
        dropped.message_follower_ids.unlink()
        self.env.flush_all()
        for table, column in self.env.execute_query(SQL(LINKS)):
            self.env.execute_query(
                SQL(
                    """UPDATE %(table)s SET %(column)s = %(kept)s
                    WHERE %(column)s = ANY(%(dropped)s) RETURNING 1""",
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    kept=self.id,
                    dropped=dropped.ids,
                )
            )
        # nobody is the own head, and a head belongs to no group
        self.env.execute_query(
            SQL(
                """UPDATE stm_credit_account a SET parent_id = NULL WHERE a.id = %s AND (a.parent_id = a.id
                    OR EXISTS (SELECT 1 FROM stm_credit_account m WHERE m.parent_id = a.id)) RETURNING 1""",
                self.id,
            )
        )
        self.env.execute_query(
            SQL("DELETE FROM stm_credit_account WHERE id = ANY(%s) RETURNING 1", dropped.ids)
        )
        self.env.invalidate_all()
