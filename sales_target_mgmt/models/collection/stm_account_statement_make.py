from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.account_statement import build, fingerprint


class StmAccountStatement(models.Model):
    """How statements are drawn up from the ledger."""

    _inherit = "stm.account.statement"

    @api.model
    @api.private
    def _make(self, company, partners, date_from, date_to, user=None):
        """Draw up statements of a period; those that exist are left alone.

        :param partners: commercial entities
        :return: the new drafts
        """
        statements = self.sudo()
        known = statements.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.ids),
                ("date_from", "=", date_from),
                ("date_to", "=", date_to),
            ]
        )
        wanted = partners - known.partner_id
        contents = self._read_contents(company, wanted, date_from, date_to)
        now = fields.Datetime.now()
        return statements.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "date_from": date_from,
                    "date_to": date_to,
                    "user_id": (user or company.stm_statement_user_id).id,
                    "checked_on": now,
                    **self._prepare_content(contents[partner.id]),
                }
                for partner in wanted
            ]
        )

    @api.model
    @api.private
    def _read_contents(self, company, partners, date_from, date_to):
        """What statements of these customers say now: id → content, see `tools/account_statement.py`."""
        if not partners:
            return {}
        ledger = self.env["stm.receivable"]
        before = fields.Date.subtract(date_from, days=1)
        openings = ledger._get_balances(company, partners, before)
        movements = ledger._get_movements(company, partners, date_from, date_to)
        items = ledger._get_open_items(company, partners, date_to)
        head = {
            "company": company.name,
            "currency": company.currency_id.name,
            "from": str(date_from),
            "to": str(date_to),
        }
        zero = Decimal(0).quantize(Decimal(str(company.currency_id.rounding)))
        return {
            partner.id: {
                **head,
                "customer": partner.sudo().name or "",
                **build(
                    openings.get(partner.id, zero),
                    movements.get(partner.id, []),
                    items.get(partner.id, []),
                    date_to,
                ),
            }
            for partner in partners
        }

    def action_recompute(self):
        """Draw up drafts again from the ledger as it is now."""
        self._check_maker()
        for statement in self.sudo():
            if statement.state != "draft":
                raise UserError(
                    self.env._("“%s” was sent: replace it by a new one instead.", statement.display_name)
                )
            statement._draw_up()

    def action_renew(self):
        """Replace what was sent by a new draft of the same period; the old one is archived."""
        self._check_maker()
        fresh = self.browse()
        for statement in self.sudo():
            if statement.state == "draft" or not statement.active:
                raise UserError(
                    self.env._(
                        "“%s” is not what the customer has: nothing to replace.", statement.display_name
                    )
                )
            statement.active = False
            fresh |= self._make(
                statement.company_id,
                statement.partner_id,
                statement.date_from,
                statement.date_to,
                statement.user_id or self.env.user,
            )
        return fresh.with_env(self.env)._open()

    def _open(self):
        """The action that shows these statements."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Account Statements"),
            "res_model": self._name,
        }
        if len(self) == 1:
            return {**action, "view_mode": "form", "views": [(False, "form")], "res_id": self.id}
        return {
            **action,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.ids)],
        }

    def _draw_up(self):
        self.ensure_one()
        content = self._read_contents(self.company_id, self.partner_id, self.date_from, self.date_to)
        self.write(
            {
                **self._prepare_content(content[self.partner_id.id]),
                "checked_on": fields.Datetime.now(),
                "ledger_changed_on": False,
            }
        )

    def _prepare_content(self, content):
        return {
            "content": content,
            "opening": float(content["opening"]),
            "closing": float(content["closing"]),
            "fingerprint": fingerprint(content),
        }
