from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, format_amount

from .stm_credit_account_decision import CONTROLLER

MERGING = "stm_partner_merge"
CORE_FIELDS = frozenset(("credit_limit", "use_partner_credit_limit", "trust"))
READERS = (
    "sales_target_mgmt.group_credit_controller,account.group_account_invoice,account.group_account_readonly"
)


class ResPartner(models.Model):
    """Odoo's own limit and trust are shown, and decided on the credit account."""

    _inherit = "res.partner"

    # a copy is another customer: nobody has decided about it
    trust = fields.Selection(copy=False)
    stm_credit_text = fields.Char("Credit", compute="_compute_stm_credit_text", groups=READERS)
    stm_credit_control = fields.Boolean(compute="_compute_stm_credit_control")

    @api.depends_context("company", "lang")
    def _compute_stm_credit_text(self):
        company = self.env.company
        rows = self.env["stm.credit.account"].sudo()._read_accounts(company, self.commercial_partner_id)
        grades = self.env["stm.credit.grade"].sudo()
        for partner in self:
            row = rows.get(partner.commercial_partner_id.id)
            if not row or row.limit_state == "unset":
                text = self.env._("No limit decided")
            elif row.limit is None:
                text = self.env._("Unlimited")
            else:
                text = format_amount(self.env, float(row.limit), company.currency_id)
            grade = grades.browse(row.grade_id).name if row and row.grade_id else ""
            partner.stm_credit_text = f"{grade} · {text}" if grade else text

    @api.depends_context("company")
    def _compute_stm_credit_control(self):
        self.stm_credit_control = self.env.company.stm_credit_control

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.company.stm_credit_control:
            # what a client calls a default is no decision either
            context = _drop_core_defaults(self.env.context)
            self = self.with_context(context)  # noqa: PLW0642  pylint: disable=context-overridden
            defaults = self.env["ir.default"]._get_model_defaults(self._name)
            defaults = {name: defaults[name] for name in CORE_FIELDS & defaults.keys()}
            for vals in vals_list:
                self.browse()._check_stm_core_fields(defaults | vals, self.browse(vals.get("parent_id")))
        return super().create(vals_list)

    def write(self, vals):
        if CORE_FIELDS & vals.keys() and self.env.company.stm_credit_control:
            if self.env.cr.cache.get(MERGING):
                vals = {name: value for name, value in vals.items() if name not in CORE_FIELDS}
            for partner in self:
                partner._check_stm_core_fields(vals, partner.parent_id)
        used = self._get_stm_used() if {"parent_id", "is_company"} & vals.keys() else {}
        result = super().write(vals)
        self._check_stm_entity(used)
        return result

    def action_view_stm_credit_account(self):
        """The credit account of the customer in this company, or a form to make one."""
        self.ensure_one()
        self.check_access("read")
        customer, company = self.commercial_partner_id, self.env.company
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_credit_account_action")
        account = self.env["stm.credit.account"].search(
            [("partner_id", "=", customer.id), ("company_id", "=", company.id)], limit=1
        )
        if account or self.env["stm.credit.account"].has_access("create"):
            action |= {"res_id": account.id, "view_mode": "form", "views": [(False, "form")]}
            action["context"] = {"default_partner_id": customer.id, "default_company_id": company.id}
        else:
            action["domain"] = [("partner_id", "=", customer.id)]
        return action

    def _get_stm_used(self):
        """What customers of these contacts use of credit that somebody has decided about.

        :return: account → Decimal; nothing where contacts of such customers are the user's business
        """
        user, accounts = self.env.user, self.env["stm.credit.account"].sudo()
        if self.env.su or user.has_group(CONTROLLER) or user.has_group("account.group_account_invoice"):
            return {}
        domain = [("partner_id", "in", self.sudo().commercial_partner_id.ids)]
        domain += [("company_id.stm_credit_control", "=", True)]
        domain += ["|", ("is_blocked", "=", True), ("limit_state", "!=", "unset")]
        return accounts.search(domain)._read_used()

    def _check_stm_entity(self, used):
        """Neither a customer nor what counts for it leaves its account.

        :param used: what :meth:`_get_stm_used` found before
        :raises UserError: for a customer that became a contact of another, whose limit would hold then,
            and for contacts whose orders or invoices make room where they were
        """
        if not used:
            return
        now = self.env["stm.credit.account"].sudo().union(*used)._read_used()
        for account, before in used.items():
            partner = account.partner_id.with_env(self.env)
            if partner.commercial_partner_id != partner:
                raise UserError(
                    self.env._(
                        "“%(customer)s” has a credit account: a credit controller or an accountant makes it "
                        "a contact of “%(other)s”.",
                        customer=partner.display_name,
                        other=partner.commercial_partner_id.display_name,
                    )
                )
            if now[account] < before:
                raise UserError(
                    self.env._(
                        "Open orders or invoices of “%(contact)s” count for “%(customer)s”: a credit "
                        "controller or an accountant makes it another customer.",
                        contact=", ".join(self.mapped("display_name")),
                        customer=partner.display_name,
                    )
                )

    def _check_stm_core_fields(self, vals, parent):
        """:raises UserError: if somebody edits what the credit account decides"""
        for name in CORE_FIELDS & vals.keys():
            field = self._fields[name]
            allowed = [parent.sudo().commercial_partner_id[name]] if parent else []
            if self:
                allowed.append(self.sudo()[name])
            elif field.company_dependent:
                allowed.append(field.get_company_dependent_fallback(self))
            else:
                allowed.append(False)
            if not any(self._is_same_stm_value(vals[name], one) for one in allowed):
                raise UserError(
                    self.env._(
                        "“%(company)s” controls credit: limit and trust of “%(customer)s” are decided on its "
                        "credit account (Sales Targets > Credit > Credit Accounts), and shown here.",
                        company=self.env.company.name,
                        customer=self.sudo().display_name or vals.get("name") or "",
                    )
                )

    def _is_same_stm_value(self, value, other):
        if isinstance(value, int | float) and isinstance(other, int | float):
            return float_compare(value, other, precision_digits=6) == 0
        return (value or False) == (other or False)


def _drop_core_defaults(context):
    return {key: value for key, value in context.items() if key.removeprefix("default_") not in CORE_FIELDS}
