"""What the demonstration firm's accountants have set up for commission, before it is settled."""

from odoo import Command

from . import figures

ACCOUNTS = (
    ("expense", "631000", "Sales Commission", "expense"),
    ("accrual", "231000", "Accrued Commission", "liability_current"),
)
PAYROLL_ACCOUNT = "230000"
TEAMS = ("team_china", "team_apac", "team_west")


def set_up(documents):
    """Journal, accounts, analytic accounts of the teams, and employee numbers.

    :param documents: the firm's `Documents`
    """
    env = documents.env
    company = env["res.company"].browse(env.context["allowed_company_ids"])
    accounts = {
        use: env["account.account"].create({"code": code, "name": name, "account_type": kind})
        for use, code, name, kind in ACCOUNTS
    }
    payroll = env["account.account"].search([("code", "=", PAYROLL_ACCOUNT)], limit=1)
    journal = env["account.journal"].create(
        {"name": "Commission", "code": "COMM", "type": "general", "company_id": company.id}
    )
    company.write(
        {
            "stm_commission_accounting": bool(payroll),
            "stm_commission_journal_id": journal.id,
            "stm_commission_expense_account_id": accounts["expense"].id,
            "stm_commission_accrual_account_id": accounts["accrual"].id,
            "stm_commission_payroll_account_id": payroll.id,
            # nobody gets mail from a demonstration
            "stm_commission_mail": False,
        }
    )
    plan = env["account.analytic.plan"].create({"name": "Sales Teams"})
    for name in TEAMS:
        team = env.ref(f"sales_target_mgmt.{name}")
        team.stm_analytic_account_id = env["account.analytic.account"].create(
            {"name": team.name, "plan_id": plan.id, "company_id": company.id}
        )
    admin = env.ref("base.user_admin")
    admin.group_ids = [Command.link(env.ref("analytic.group_analytic_accounting").id)]
    for number, seller in enumerate(figures.SELLERS, 101):
        documents.users[seller.login].partner_id.stm_employee_number = f"E{number}"
