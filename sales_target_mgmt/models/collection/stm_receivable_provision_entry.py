from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import float_round


class StmReceivableProvision(models.Model):
    """The draft entry that brings the loss allowance in the books to what is expected to be lost."""

    _inherit = "stm.receivable.provision"

    def action_propose(self):
        """Make the draft entry over the difference; an accountant looks at it and posts it.

        :raises UserError: without accounts, where another entry still waits, or for no difference
        """
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        self._check_settings()
        self._check_waiting()
        self._compute_matrix()
        if not self.adjustment:
            raise UserError(
                self.env._("The books have provided for what is expected to be lost: nothing is to book.")
            )
        move = self.env["account.move"].with_company(self.company_id).create(self._prepare_move())
        self.sudo().move_id = move
        return self.action_view_entry()

    def action_view_entry(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def _prepare_move(self):
        company, amount = self.company_id, self.adjustment
        sides = ((company.stm_loss_account_id, amount), (company.stm_allowance_account_id, -amount))
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": company.stm_allowance_journal_id.id,
            "date": self.date,
            "ref": self.display_name,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "name": self.display_name,
                        "balance": balance,
                        "tax_ids": [Command.clear()],
                    }
                )
                for account, balance in sides
            ],
        }

    def _check_settings(self):
        names = ("stm_loss_account_id", "stm_allowance_account_id", "stm_allowance_journal_id")
        missing = [name for name in names if not self.company_id[name]]
        if missing:
            labels = self.env["res.company"].fields_get(missing, ["string"])
            raise UserError(
                self.env._(
                    "“%(company)s” lacks %(missing)s: an accounting manager enters it in the settings, under "
                    "Credit.",
                    company=self.company_id.name,
                    missing=", ".join(labels[name]["string"] for name in missing),
                )
            )

    def _check_waiting(self):
        """Of two drafts each would provide for the same."""
        company = Domain("company_id", "=", self.company_id.id)
        waiting = self.search(company & Domain("move_id.state", "=", "draft"), limit=1)
        if waiting:
            raise UserError(
                self.env._(
                    "The entry of “%s” is still a draft: post or delete it first, for the next one is over "
                    "the difference to the books.",
                    waiting.display_name,
                )
            )

    def _read_provided(self):
        """What the books had provided for at the end of the day."""
        company = self.company_id
        account = company.sudo().stm_allowance_account_id
        if not account or not self.date:
            return 0.0
        lines = self.env["account.move.line"].sudo()
        domain = [
            ("account_id", "=", account.id),
            ("company_id", "=", company.id),
            ("parent_state", "=", "posted"),
            ("date", "<=", self.date),
        ]
        if self.move_id.state == "posted":
            # of what the own entry has changed one wants to see both sides
            domain.append(("move_id", "!=", self.move_id.id))
        [(balance,)] = lines._read_group(domain, aggregates=["balance:sum"])
        return float_round(-(balance or 0.0), precision_rounding=company.currency_id.rounding)
