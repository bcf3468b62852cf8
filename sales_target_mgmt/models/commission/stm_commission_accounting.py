"""From statements to the journal.

When a statement is locked, what it earned is an expense of its period:
*expense to accrued commission*, for `earned`, dated the last day of the period. When it is paid,
what it pays leaves the accrual: *accrued commission to payroll payable* for people with a login,
and for outside agents through a vendor bill on the same account. So at any time

    accrued commission = earned in locked statements − paid = waiting + locked and not paid − lent.

What is taken back or corrected later has negative rows in a later statement; its move carries
them with the sides exchanged, and no move is ever touched again.

One move for a company, period and currency, over all statements that are locked or paid
together, with a line for each team and no names: see :mod:`..tools.pooling`. A statement in
another currency is posted in that currency, in the company's at the rate of the move's day;
what the accrual gains or loses by rates until it is paid is part of the usual revaluation.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.fields import Command
from odoo.tools import SQL, format_date

from ...tools.pay_period import name_period
from ...tools.pooling import pool
from .res_company import NEEDED_TO_ACCRUE, NEEDED_TO_BILL, NEEDED_TO_RELEASE


class StmCommissionAccounting(models.AbstractModel):
    _name = "stm.commission.accounting"
    _description = "Accounting of Commission"

    @api.model
    @api.private
    def _accrue(self, statements):
        """Post what these statements earned, and name the moves in them."""
        for (company, currency, period, first, last), group in self._group(statements):
            company._check_stm_commission_settings(NEEDED_TO_ACCRUE)
            accounting = self._in_language_of(company)
            amounts = pool(self._read_earned(group))
            teams = self.env["crm.team"].sudo().browse([team for team in amounts if team])
            name = accounting.env._("Commission earned %s", name_period(first, period))
            items = [
                accounting._prepare_item(
                    company.stm_commission_expense_account_id,
                    float(amount),
                    f"{name}, {teams.browse(team).name}" if team else name,
                    teams.browse(team or ()).stm_analytic_account_id,
                )
                for team, amount in sorted(amounts.items(), key=lambda part: part[0] or 0)
            ]
            total = sum(float(amount) for amount in amounts.values())
            items.append(accounting._prepare_item(company.stm_commission_accrual_account_id, -total, name))
            group.accrual_move_id = accounting._post(company, currency, last, name, items)

    @api.model
    @api.private
    def _release(self, statements, day):
        """Post what these statements hand over to payroll on a day, and name the moves in them."""
        for (company, currency, period, first, _last), group in self._group(statements):
            company._check_stm_commission_settings(NEEDED_TO_RELEASE)
            accounting = self._in_language_of(company)
            name = accounting.env._("Commission to payroll %s", name_period(first, period))
            total = sum(group.mapped("payable"))
            items = [
                accounting._prepare_item(company.stm_commission_accrual_account_id, total, name),
                accounting._prepare_item(company.stm_commission_payroll_account_id, -total, name),
            ]
            group.release_move_id = accounting._post(company, currency, day, name, items)

    @api.model
    @api.private
    def _bill(self, statement):
        """A draft vendor bill, or a credit note, by which an agent is paid out of the accrual.

        Without taxes: whether an agent charges them, the agent's invoice says.
        """
        company = statement.company_id.sudo()
        company._check_stm_commission_settings(NEEDED_TO_BILL)
        accounting = self._in_language_of(company)
        name = accounting.env._("Commission %s", name_period(statement.date_from, statement.period))
        return (
            accounting.env["account.move"]
            .sudo()
            .with_company(company)
            .create(
                {
                    "move_type": "in_invoice" if statement.payable > 0 else "in_refund",
                    "partner_id": statement.payee_id.id,
                    "currency_id": statement.currency_id.id,
                    "ref": name,
                    "invoice_origin": name,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": name,
                                "account_id": company.stm_commission_accrual_account_id.id,
                                "quantity": 1,
                                "price_unit": abs(statement.payable),
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )

    def _group(self, statements):
        groups = defaultdict(self.env["stm.commission.statement"].sudo)
        for one in statements.sudo().sorted(lambda one: (one.date_from, one.id)):
            groups[one.company_id, one.currency_id, one.period, one.date_from, one.date_to] |= one
        return groups.items()

    def _in_language_of(self, company):
        return self.with_context(lang=company.partner_id.lang or self.env.lang)

    def _read_earned(self, statements):
        """{team id: {payee id: earned}}; what has no document counts for the person's own team."""
        self.env["stm.commission.entry"].flush_model()
        self.env["res.users"].flush_model(["sale_team_id"])
        parts = defaultdict(dict)
        for team, payee, amount in self.env.execute_query(
            SQL(
                """SELECT COALESCE(e.team_id, u.sale_team_id), e.payee_id, SUM(e.amount)::text
                FROM stm_commission_entry e LEFT JOIN res_users u ON u.id = e.user_id
                WHERE e.statement_id IN %s GROUP BY 1, 2 HAVING SUM(e.amount) <> 0""",
                tuple(statements.ids),
            )
        ):
            parts[team][payee] = Decimal(amount)
        return parts

    def _prepare_item(self, account, amount, name, analytic=None):
        return {
            "account_id": account.id,
            "name": name,
            "amount_currency": amount,
            "analytic_distribution": {str(analytic.id): 100} if analytic else False,
            "tax_ids": [Command.clear()],
        }

    def _post(self, company, currency, day, name, items):
        """A posted move, by the first open day from `day` on; none where there is nothing to post.

        :param items: values of lines, in the currency; the last one takes what rounding leaves in
            the company's
        """
        items = [item for item in items if not currency.is_zero(item["amount_currency"])]
        if not items:
            return self.env["account.move"]
        journal = company.stm_commission_journal_id
        date = self._get_open_day(company, journal, min(day, company._get_stm_today()))
        rest = 0.0
        for item in items[:-1]:
            item["balance"] = currency._convert(item["amount_currency"], company.currency_id, company, date)
            rest -= item["balance"]
        items[-1]["balance"] = company.currency_id.round(rest)
        move = (
            self.env["account.move"]
            .sudo()
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": date,
                    "ref": name,
                    "currency_id": currency.id,
                    "line_ids": [Command.create({**item, "currency_id": currency.id}) for item in items],
                }
            )
        )
        if date > day:
            note = self.env._(
                "Belongs to %(day)s, which is locked: posted on the first open day.",
                day=format_date(self.env, day),
            )
            move.narration = note
            move.message_post(body=note)
        move._post(soft=False)
        return move

    def _get_open_day(self, company, journal, day):
        """The day itself, or the first one after the lock dates that hold for the user."""
        locked = company._get_user_fiscal_lock_date(journal)
        return day if day > locked else locked + timedelta(days=1)
