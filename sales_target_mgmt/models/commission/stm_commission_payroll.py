import base64
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.pay_period import name_period
from .stm_commission_statement_account import ACCOUNTING


class StmCommissionPayroll(models.Model):
    """A file for payroll, kept as it was made: asked for again it is the same, and pays nothing twice.

    A statement is in one file at most. Nobody has write access; the file is made from locked
    statements by :meth:`StmCommissionStatement.action_export_payroll`.
    """

    _name = "stm.commission.payroll"
    _description = "Commission File for Payroll"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    statement_ids = fields.One2many("stm.commission.statement", "payroll_id", "Statements", readonly=True)
    statement_count = fields.Integer("Number of Statements", readonly=True)
    content = fields.Binary("File", readonly=True, attachment=True)
    is_paid = fields.Boolean("Paid", compute="_compute_is_paid")

    @api.depends("statement_ids.state")
    def _compute_is_paid(self):
        for payroll in self:
            payroll.is_paid = all(one.state == "paid" for one in payroll.statement_ids)

    def action_download(self):
        """The file, the same each time."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/stm/payroll/{self.id}", "target": "download"}

    def action_pay(self):
        """Note that payroll has paid what is in these files."""
        self.check_access("read")
        due = self.statement_ids.filtered(lambda one: one.state == "locked")
        if not due:
            raise UserError(self.env._("Everything in this file is noted as paid already."))
        due.action_pay()


class StmCommissionStatement(models.Model):
    _inherit = "stm.commission.statement"

    payroll_id = fields.Many2one(
        "stm.commission.payroll", "File for Payroll", readonly=True, ondelete="restrict",
        index="btree_not_null", groups=ACCOUNTING,
    )  # fmt: skip

    def action_export_payroll(self):
        """Make the file for payroll of locked statements; each is exported once."""
        self._check_payer()
        self._check_not_exported()
        due = self.filtered(lambda one: one.user_id and one.payable)
        if not due:
            raise UserError(
                self.env._(
                    "Nothing here is for payroll: agents without a login are paid by vendor bills, and "
                    "statements that pay nothing are left out."
                )
            )
        for statement in due:
            statement._check_state("locked")
        files = self.env["stm.commission.payroll"]
        for company, statements in due.grouped("company_id").items():
            files |= statements._make_payroll_file(company)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_payroll_action"
        )
        if len(files) == 1:
            action |= {"res_id": files.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", files.ids)]}

    def _make_payroll_file(self, company):
        company._check_stm_commission_settings(["stm_commission_pay_code"])
        statements = self.sudo().sorted(lambda one: (one.date_from, one.payee_id.name or "", one.id))
        statements._check_employee_numbers()
        periods = sorted({name_period(one.date_from, one.period) for one in statements})
        content = self.env["stm.commission.xlsx"]._render(statements._get_payroll_rows())
        payroll = (
            self.env["stm.commission.payroll"]
            .sudo()
            .create(
                {
                    "name": " – ".join(dict.fromkeys((periods[0], periods[-1]))),
                    "company_id": company.id,
                    "statement_count": len(statements),
                    "content": base64.b64encode(content),
                }
            )
        )
        # of two who export at once one is retried, for both write these rows
        statements.payroll_id = payroll
        return payroll.sudo(False)

    def _get_payroll_rows(self):
        """Rows of the file, in the order of its columns."""
        return [
            (
                one.payee_id.stm_employee_number,
                one.payee_id.name or "",
                one.company_id.stm_commission_pay_code,
                name_period(one.date_from, one.period),
                one.currency_id.round(one.payable),
                one.currency_id.name,
                one.id,
            )
            for one in self
        ]

    def _check_not_exported(self):
        exported = self.sudo().filtered("payroll_id")
        if exported:
            first = exported[0]
            raise UserError(
                self.env._(
                    "“%(statement)s” was exported already, in the file “%(file)s” of %(day)s by %(who)s. "
                    "Open it under Commission, Files for Payroll, to get the same file again.",
                    statement=first.display_name,
                    file=first.payroll_id.name,
                    day=format_date(self.env, first.payroll_id.create_date),
                    who=first.payroll_id.create_uid.name,
                )
            )

    def _check_employee_numbers(self):
        """:raises UserError: when somebody has no number, or two have the same"""
        people = {one.payee_id: (one.payee_id.stm_employee_number or "").strip() for one in self}
        counts = Counter(people.values())
        faulty = [person.name for person, number in people.items() if not number or counts[number] > 1]
        if faulty:
            raise UserError(
                self.env._(
                    "Payroll could not tell these people apart: %s have no employee number, or the same as "
                    "somebody else. Enter it under Commission, Employee Numbers.",
                    ", ".join(f"“{name}”" for name in faulty),
                )
            )
