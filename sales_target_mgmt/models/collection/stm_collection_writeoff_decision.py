from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ...tools.collection import take_off
from ..credit.stm_credit_account_decision import CONTROLLER

APPROVAL = "mail.mail_activity_data_todo"


class StmCollectionWriteoff(models.Model):
    """Who decides about a write-off, and its journal entry."""

    _inherit = "stm.collection.writeoff"

    def action_approve(self):
        """Approve as one of those who have to; the last approval posts and reconciles.

        :raises AccessError: for who is no credit controller
        :raises UserError: for who has proposed it, or whose approval is not asked for
        """
        self._check_controller()
        self._serialize_decisions()
        for one in self:
            if obstacle := one._get_obstacle():
                raise UserError(obstacle)
            one._approve()
        self._refresh_cases()

    def action_refuse(self):
        """Say no, or take the own proposal back; the invoices are asked for again.

        :raises UserError: without a reason
        """
        self.check_access("write")
        self._serialize_decisions()
        self._check_state("asked")
        for one in self:
            if one.user_id != self.env.user:
                one._check_controller()
            if not (one.answer or "").strip():
                raise UserError(self.env._("Write why not: who has proposed it reads the reason."))
        self.sudo().write({"state": "refused", "decided_on": fields.Date.today()})
        self.sudo().activity_unlink([APPROVAL])
        for one in self.sudo():
            one.message_post(
                body=one.answer.strip(),
                partner_ids=(one.user_id - self.env.user).partner_id.ids,
                author_id=self.env.user.partner_id.id,
            )
        self._refresh_cases()

    def action_open_entry(self):
        """The journal entry."""
        self.ensure_one()
        self.check_access("read")
        if not self.entry_id:
            raise UserError(self.env._("The journal entry is made with the last approval."))
        return self.env["stm.achievement"]._open_document("account.move", self.entry_id.id)

    def _check_controller(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("Only credit controllers can do this."))

    def _get_obstacle(self):
        """Why the user cannot approve it, as text; empty if nothing is in the way."""
        try:
            self._check_state("asked")
        except UserError as error:
            return str(error)
        if self.env.su:
            return ""
        if self.env.user == self.user_id:
            return self.env._(
                "You have proposed “%(document)s” yourself, somebody else approves it: %(names)s.",
                document=self.display_name,
                names=", ".join(self._get_others().mapped("name")) or "–",
            )
        missing = self._get_missing()
        if missing and not any(self.env.user in self._get_available(one) for one, _count in missing):
            return self._describe_wait(missing)
        return ""

    def _approve(self):
        record = self.sudo()
        # what was paid meanwhile is not written off
        record._check_proposal()
        record.approver_ids |= self.env.user
        record.activity_unlink([APPROVAL])
        if self._get_missing():
            record._ask_approvers()
            return
        record.entry_id = record._post()
        record.write({"state": "approved", "decided_on": record.company_id._get_stm_today()})
        if record.is_blocking:
            record._block()

    def _get_others(self):
        """Controllers of the company who have not proposed it."""
        members = self.env["res.users"]._get_role_members(CONTROLLER, self.sudo().company_id)
        return members - self.sudo().user_id

    def _get_approval_amount(self):
        return self.amount

    def _get_handed_in_on(self):
        return self.asked_on

    def _get_approved_by(self, requirement):
        return requirement.users & self.sudo().approver_ids

    def _get_excluded(self):
        return self.sudo().user_id

    def _ask_approvers(self):
        """A task for everybody who can approve at a level that lacks it; it ends with the decision of one."""
        missing = self._get_missing()
        people = self.env["res.users"].union(*(self._get_available(one) for one, _count in missing))
        for user in people if missing else self._get_others():
            self.activity_schedule(
                APPROVAL,
                user_id=user.id,
                summary=self.with_context(lang=user.lang).env._("Approve a write-off"),
            )

    def _post(self):
        """Write off in the journal and match it with the invoices, each in its own currency.

        Taxes stay as they were invoiced: whether they come back, the law of the country says.
        """
        company = self.company_id
        account = company.stm_loss_account_id
        if not account:
            raise UserError(
                self.env._(
                    "“%s” has no account for bad debts: choose one in the settings of Credit.",
                    company.name,
                )
            )
        accounting = self.with_company(company).with_context(lang=company.partner_id.lang or self.env.lang)
        lines = self._get_open_lines()
        residuals = [str(line.amount_residual) for line in lines]
        parts = [float(part) for part in take_off(str(company.currency_id.round(self.amount)), residuals)]
        name = accounting.env._("Written off: %s", self.partner_id.name)
        items = [
            accounting._prepare_item(line, part) for line, part in zip(lines, parts, strict=True) if part
        ]
        debit = {"account_id": account.id, "name": name, "partner_id": self.partner_id.id}
        debit |= {"balance": self.amount, "tax_ids": [Command.clear()]}
        entry = accounting.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": company.id,
                "date": company._get_stm_today(),
                "ref": name,
                "line_ids": [Command.create(debit), *map(Command.create, items)],
            }
        )
        entry.action_post()
        counterparts = entry.line_ids.filtered(lambda line: line.account_id in lines.account_id)
        for line, counterpart in zip(lines, counterparts.sorted("id"), strict=False):
            (line | counterpart).reconcile()
        return entry

    def _prepare_item(self, line, amount):
        """The counterpart of an invoice's line: all of it, or its share in the invoice's currency."""
        currency = line.currency_id
        if line.company_currency_id.compare_amounts(amount, line.amount_residual) == 0:
            foreign = line.amount_residual_currency
        else:
            foreign = currency.round(line.amount_residual_currency * amount / line.amount_residual)
        return {
            "account_id": line.account_id.id,
            "name": line.move_id.name,
            "partner_id": line.partner_id.id,
            "currency_id": currency.id,
            "amount_currency": -foreign,
            "balance": -amount,
            "tax_ids": [Command.clear()],
        }

    def _block(self):
        """Nothing more is sold on credit to who has not paid."""
        accounts = self.env["stm.credit.account"]
        account = accounts.search(
            [("company_id", "=", self.company_id.id), ("partner_id", "=", self.partner_id.id)]
        ) or accounts.create({"company_id": self.company_id.id, "partner_id": self.partner_id.id})
        account._set_block(self.display_name)
