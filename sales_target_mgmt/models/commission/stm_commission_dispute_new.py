from odoo import models
from odoo.exceptions import AccessError, UserError

from .stm_commission_dispute import PENDING

# what the payee says; everything else follows from the entry or document
SAID = ("entry_id", "order_id", "move_id", "payee_id", "reason")
# characters of what a payee writes: two printed pages
MAX_TEXT = 5000


class StmCommissionDispute(models.Model):
    """Opening a dispute: what may be said, and what follows from it."""

    _inherit = "stm.commission.dispute"

    def _prepare_dispute(self, vals):
        """All values of a new dispute, from what the payee may say.

        :raises UserError: if it is about nothing, or about what is disputed already
        """
        said = {name: vals.get(name, self.env.context.get(f"default_{name}")) for name in SAID}
        said["reason"] = self._check_text(said["reason"])
        entry = self.env["stm.commission.entry"].browse(said["entry_id"] or [])
        entry.check_access("read")
        order = self.env["sale.order"].browse(said["order_id"] or [])
        move = self.env["account.move"].browse(said["move_id"] or [])
        if entry:
            facts = self._prepare_from_entry(entry)
        elif order or move:
            order.check_access("read")
            move.check_access("read")
            facts = self._prepare_from_document(order, move)
            if said["payee_id"]:
                facts["payee_id"] = said["payee_id"]
        else:
            raise UserError(
                self.env._("Say what the dispute is about: open it from an entry, or choose the document.")
            )
        is_admin = self.env.su or self.env.user.has_group("sales_target_mgmt.group_commission_admin")
        if facts["payee_id"] != self.env.user.partner_id.id and not is_admin:
            raise AccessError(self.env._("Only the payee disputes an entry."))
        self._check_once(facts)
        payee = self.env["res.partner"].browse(facts["payee_id"])
        user = payee.sudo().user_ids.filtered(lambda user: not user.share)[:1]
        lineage = self.env["stm.commission.plan"].browse(facts.get("lineage_id"))
        lineage = lineage or self._guess_lineage(facts)
        company = self.env["res.company"].browse(facts["company_id"])
        return {
            **facts,
            "currency_id": (lineage.sudo().currency_id or company.sudo().currency_id).id,
            "user_id": facts.get("user_id") or user.id,
            "reason": said["reason"],
            "state": "open",
            "owner_id": False,
            "answered_by_id": False,
            "given_answer": False,
            "lineage_id": lineage.id,
        }

    def _prepare_from_entry(self, entry):
        by_model = {entry.document_model: entry.document_id}
        return {
            "entry_id": entry.id,
            "company_id": entry.company_id.id,
            "payee_id": entry.payee_id.id,
            "user_id": entry.user_id.id,
            "lineage_id": entry.lineage_id.id,
            "component": entry.component,
            "source_key": entry.source_key,
            "document": entry.document or self.env._("Period from %s", entry.pot_date),
            "amount": entry.amount or entry.payable,
            "order_id": by_model.get("sale.order"),
            "move_id": by_model.get("account.move"),
        }

    def _prepare_from_document(self, order, move):
        document = (move or order).sudo()
        return {
            "entry_id": False,
            "company_id": document.company_id.id,
            "payee_id": self.env.user.partner_id.id,
            "component": False,
            "source_key": False,
            "document": document.name,
            "amount": 0,
            "order_id": order.id or move.sudo().line_ids.sale_line_ids.order_id[:1].id,
            "move_id": move.id,
        }

    def _guess_lineage(self, facts):
        """The only plan in force that pays the payee; none if there are several."""
        lines = (
            self.env["stm.commission.assignment"]
            .sudo()
            .search(
                [
                    ("payee_id", "=", facts["payee_id"]),
                    ("company_id", "=", facts["company_id"]),
                    ("plan_id.state", "=", "active"),
                ]
            )
        )
        origins = lines.plan_id.origin_id
        return origins if len(origins) == 1 else origins.browse()

    def _check_text(self, text):
        """What a payee writes, without blanks around it.

        :raises UserError: if nothing is left of it, or more than anybody reads
        """
        text = (text or "").strip()
        if not text:
            raise UserError(self.env._("Say what is wrong: the text is empty."))
        if len(text) > MAX_TEXT:
            raise UserError(
                self.env._(
                    "The text has %(length)s characters, and %(limit)s are read: shorten it.",
                    length=len(text),
                    limit=MAX_TEXT,
                )
            )
        return text

    def _check_once(self, facts):
        names = ("payee_id", "component", "source_key", "order_id", "move_id")
        domain = [("state", "in", PENDING), *((name, "=", facts[name] or False) for name in names)]
        if self.sudo().search_count(domain, limit=1):
            raise UserError(self.env._("“%s” is disputed already: write in that dispute.", facts["document"]))
