"""The demonstration firm's commission: two plans, settled month by month and paid up to last quarter."""

from dateutil.relativedelta import relativedelta

from odoo import Command

from . import figures
from .documents import QUIET

TIERS = ((0, 20000, 0.03), (20000, 60000, 0.04), (60000, 0, 0.055))
BONUS = ((90, 100, 300), (100, 120, 800), (120, 0, 1500))
# of the target in percent: the rate that is reached applies to all services of the month
ACCELERATOR = ((0, 90, 0.005), (90, 110, 0.01), (110, 0, 0.02))
AGENT_RATE = 0.06
# (seller, who shares the deal, share of the latter); an agent gets a share of every deal there
SHARED = ("lea", "sam", 0.3)
AGENT_CUSTOMER, AGENT_SHARE = "customer_aguas", 0.4
# names on a Chinese screen
CHINESE = {
    "Field Sales": "现场销售",
    "Agents": "代理人",
    "Revenue": "销售收入",
    "Services accelerator": "服务加速",
    "Quota bonus": "业绩目标奖金",
    "Agency": "代理",
    "For agents abroad, named on the customer.": "面向在客户上指定的海外代理人。",
    "Sell more than last year, to customers who pay.": "比去年卖得更多，卖给按时付款的客户。",
}
# months settled before the one in progress, and how many of them are how far
MONTHS = 6
OPEN_MONTHS, CHECKED_MONTHS, APPROVED_MONTHS = 2, 1, 1


def share(documents):
    """Some orders are credited to two: before the plans are made, whose figures they are.

    :param documents: the firm's `Documents`
    :return: the order of `SHARED`, the newest invoiced one of its seller
    """
    users = documents.users
    seller, helper, part = SHARED
    orders = documents.env["sale.order"]
    newest = orders.search(
        [("user_id", "=", users[seller].id), ("invoice_status", "=", "invoiced")],
        order="date_order desc, id desc",
        limit=1,
    )
    newest.stm_split_ids = [
        Command.create({"user_id": users[seller].id, "share": 1 - part}),
        Command.create({"user_id": users[helper].id, "share": part}),
    ]
    agent = documents.env.ref("sales_target_mgmt.agent_ines").partner_id
    customer = documents.env.ref(f"sales_target_mgmt.{AGENT_CUSTOMER}")
    customer.stm_split_default_ids = [
        Command.create({"kind": "salesperson", "share": 1 - AGENT_SHARE}),
        Command.create({"kind": "partner", "agent_id": agent.id, "share": AGENT_SHARE}),
    ]
    since = documents.today.replace(day=1) - relativedelta(months=MONTHS)
    for order in orders.search(
        [("partner_id", "=", customer.id), ("state", "!=", "cancel"), ("date_order", ">=", since)]
    ):
        order.stm_split_ids = [
            Command.clear(),
            Command.create({"user_id": order.user_id.id, "share": 1 - AGENT_SHARE}),
            Command.create({"partner_id": agent.id, "share": AGENT_SHARE}),
        ]
    return newest


class Commission:
    """Makes a plan for all salespeople and one for an agent, and settles what is over.

    :param documents: the firm's `Documents`, with its target plans made
    """

    def __init__(self, documents):
        self.today = documents.today
        self.users = documents.users
        self.month = self.today.replace(day=1)
        self.agent = documents.env.ref("sales_target_mgmt.agent_ines").partner_id
        # the plan is made by whom it belongs to, with the rights of that role and no more
        company = documents.env.context["allowed_company_ids"]
        self.env = documents.env(
            user=documents.users["pia"], su=False, context={"allowed_company_ids": company}
        )

    def make(self):
        """The plans in force since half a year, their older statements approved and paid."""
        plan = self._make_plan(self.month - relativedelta(months=MONTHS))
        agents = self._make_agent_plan(plan.date_from)
        for one in (plan, agents):
            self._translate(one)
            one.action_activate()
        self._adjust(plan)
        for one in (plan, agents):
            self.env["stm.commission.engine"]._settle(one, self.today)
        checked = self._get_statements(OPEN_MONTHS)
        checked.action_check()
        # nobody approves what he or she has checked
        approved = self._get_statements(OPEN_MONTHS + CHECKED_MONTHS)
        approved.with_user(self.env.ref("base.user_admin")).action_approve()
        paid = self._get_statements(OPEN_MONTHS + CHECKED_MONTHS + APPROVED_MONTHS)
        paid.action_lock()
        # an agent is paid by a vendor bill, which is left for the accountant to try
        employed = paid.filtered("user_id")
        if employed:
            employed.action_export_payroll()
            employed.action_pay()
        for login in ("lea", "sam", "lina"):
            plan.with_user(self.users[login]).action_accept()
        self.env.company.sudo().write(
            {"stm_dispute_owner_id": self.env.uid, "stm_leader_sees_commission": True}
        )
        self._dispute()
        return plan

    def _translate(self, plan):
        """Names in Chinese, where that is spoken: once in force a plan stays as it is."""
        if "zh_CN" not in dict(self.env["res.lang"].get_installed()):
            return
        for record in (plan, *plan.rule_ids):
            words = record.name.removesuffix(f" {self.today.year}")
            name = record.name.replace(words, CHINESE[words])
            record.update_field_translations("name", {"zh_CN": name})
        plan.update_field_translations("note", {"zh_CN": CHINESE[plan.note]})

    def _get_statements(self, months):
        """Statements of more than that many months ago, counting the one in progress."""
        before = self.month - relativedelta(months=months - 1)
        return self.env["stm.commission.statement"].search([("date_from", "<", before)], order="date_from")

    def _adjust(self, plan):
        """One adjustment that another administrator approved, and one that waits for that."""
        quiet = self.env["stm.commission.correction"].with_context(**QUIET, mail_activity_quick_update=True)
        approved, _waiting = quiet.create(
            [
                {
                    "lineage_id": plan.id,
                    "payee_id": self.users[login].partner_id.id,
                    "amount": amount,
                    "date": day,
                    "reason": reason,
                }
                for login, amount, day, reason in (
                    ("sam", 250, self.month, "Two days at the trade fair, agreed with Max Lindqvist"),
                    ("wei", 120, self.today, "Training of a new colleague"),
                )
            ]
        )
        approved.with_user(self.env.ref("base.user_admin")).action_approve()

    def _dispute(self):
        """A salesperson does not agree with what was taken back, or with the smallest earning."""
        sam = self.users["sam"]
        entries = self.env["stm.commission.entry"].search(
            [("user_id", "=", sam.id), ("kind", "in", ("earn", "clawback")), ("document", "!=", False)],
            order="amount, id",
            limit=1,
        )
        for entry in entries:
            self.env["stm.commission.dispute"].with_user(sam).with_context(
                **QUIET, mail_activity_quick_update=True
            ).create(
                {"entry_id": entry.id, "reason": "The price had been agreed with the customer in the offer."}
            )

    def _make_agent_plan(self, day):
        """An agent gets one rate of the share of a deal, once the customer has paid all of it."""
        return self.env["stm.commission.plan"].create(
            {
                "name": f"Agents {self.today.year}",
                "date_from": day,
                "payable_on": "full",
                "note": "For agents abroad, named on the customer.",
                "rule_ids": [Command.create({"name": "Agency", "rate": AGENT_RATE})],
                "assignment_ids": [Command.create({"partner_id": self.agent.id})],
            }
        )

    def _make_plan(self, day):
        return self.env["stm.commission.plan"].create(
            {
                "name": f"Field Sales {self.today.year}",
                "date_from": day,
                "payable_on": "proportional",
                "note": "Sell more than last year, to customers who pay.",
                "rule_ids": [
                    Command.create(
                        {"name": "Revenue", "method": "marginal", "tier_ids": _tiers(TIERS, "rate")}
                    ),
                    Command.create(
                        {
                            "name": "Services accelerator",
                            "method": "flat",
                            "tier_by": "attainment",
                            "measure_id": self._get_invoiced().id,
                            "categ_ids": self.env.ref("sales_target_mgmt.category_service").ids,
                            "tier_ids": _tiers(ACCELERATOR, "rate"),
                        }
                    ),
                    Command.create(
                        {
                            "name": "Quota bonus",
                            "method": "bonus",
                            "measure_id": self._get_invoiced().id,
                            "tier_ids": _tiers(BONUS, "amount"),
                        }
                    ),
                ],
                "assignment_ids": [
                    Command.create({"user_id": self.users[seller.login].id}) for seller in figures.SELLERS
                ],
            }
        )

    def _get_invoiced(self):
        return self.env.ref("sales_target_mgmt.measure_invoiced")


def _tiers(rows, name):
    return [Command.create({"lower": lower, "upper": upper, name: value}) for lower, upper, value in rows]
