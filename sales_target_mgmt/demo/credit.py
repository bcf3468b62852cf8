"""The demonstration firm's credit control and collection, on the invoices that its customers pay late.

Everything is done by the roles that do it: a controller decides, an accountant collects. Steps of the
last weeks are taken by the run itself, as of their days.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tools import SQL

from .credit_limits import LIMIT_UNIT, Trust
from .documents import QUIET

LOSSES = ("680000", "Bad Debts", "expense")
ALLOWANCE = ("121900", "Loss Allowance", "asset_current")
# of the loss allowance
RATES = {"current": 0.003, "1-30": 0.016, "31-60": 0.036, "61-90": 0.066, "90+": 0.106}
GIVEN = 20  # days ago the promise was given that was broken since
TURNS = (17, 10, 3)  # days ago on which somebody ran the collection
FEE, INTEREST, FEE_AFTER = 40, 0.09, 30
STRICT = (
    ("On the due date", 0, "mail", "friendly", False),
    ("First reminder", 5, "mail", "firm", False),
    ("Call", 10, "call", "firm", "salesperson"),
    ("Second reminder", 15, "letter", "firm", "leader"),
    ("Last reminder", 21, "letter", "final", "controller"),
)
# how many grades from the worst on are asked by the strict policy
STRICT_GRADES = 2
CHINESE = {
    "Strict": "严格",
    "Friendly": "友好",
    "On the due date": "到期当日",
    "Before it is due": "到期前",
    "First reminder": "第一次提醒",
    "Second reminder": "第二次提醒",
    "Call": "电话",
    "Last reminder": "最后提醒",
}


class Credit:
    """Grades, limits and a held order; cases with promises, a dispute, a plan and a write-off.

    :param documents: the firm's `Documents`, invoiced and paid
    """

    def __init__(self, documents):
        self.env = documents.env
        self.today = documents.today
        self.users = documents.users
        self.company = self.env["res.company"].browse(self.env.context["allowed_company_ids"])
        self.customers = self.env["res.partner"].union(*documents.customers.values())
        self.engine = self.env["stm.collection.engine"]
        self.cases = self.env["stm.collection.case"]

    def make(self):
        """Switch both on and show a firm that has used them for some weeks."""
        if "zh_CN" in dict(self.env["res.lang"].get_installed()):
            self.customers.filtered(lambda one: one.country_id.code == "CN").lang = "zh_CN"
        self._set_up()
        accounts = Trust(self).make()
        self._collect()
        self._agree()
        self.env["stm.credit.rating"]._rate(accounts)
        self._hold()
        self._state()
        self._provide()
        self._forget_mails()
        # what the run would do is for the accountant to see before it does it
        cron = self.env.ref("sales_target_mgmt.ir_cron_stm_collection_run")
        cron.nextcall = self.env.cr.now() + timedelta(days=1)

    def _set_up(self):
        losses, allowance = self.env["account.account"].create(
            [{"code": code, "name": name, "account_type": kind} for code, name, kind in (LOSSES, ALLOWANCE)]
        )
        journal = self.env["account.journal"].create(
            {"name": "Loss Allowance", "code": "LOSS", "type": "general", "company_id": self.company.id}
        )
        fee = self.env["product.product"].create(
            {"name": "Late fee", "type": "service", "sale_ok": False, "taxes_id": [Command.clear()]}
        )
        self.company.write(
            {
                "stm_credit_control": True,
                "stm_collection": True,
                "stm_collector_id": self.users["ann"].id,
                "stm_loss_account_id": losses.id,
                "stm_allowance_account_id": allowance.id,
                "stm_allowance_journal_id": journal.id,
                "stm_fee_product_id": fee.id,
            }
        )
        policies = self.env["stm.collection.policy"]
        friendly = policies.search([("company_id", "=", self.company.id)], limit=1)
        terms = {"fee_fixed": FEE, "fee_rate": INTEREST, "fee_after": FEE_AFTER, "minimum": 50}
        friendly.write({"name": "Friendly", **terms})
        friendly.step_ids.sorted("days")[-1:].has_fee = True
        names = ("name", "days", "channel", "tone", "escalation")
        strict = policies.create(
            {
                "name": "Strict",
                "sequence": 20,
                "quiet_days": 3,
                "step_ids": [Command.create(dict(zip(names, step, strict=True))) for step in STRICT],
                **terms,
            }
        )
        strict.step_ids.sorted("days")[-1:].has_fee = True
        grades = self.env["stm.credit.grade"].search([("company_id", "=", self.company.id)])
        grades[-STRICT_GRADES:].collection_policy_id = strict
        if "zh_CN" in dict(self.env["res.lang"].get_installed()):
            for record in (friendly, strict, *friendly.step_ids, *strict.step_ids):
                record.update_field_translations("name", {"zh_CN": CHINESE[record.name]})

    def _collect(self):
        """Steps that were taken in the last weeks, each told on its day."""
        partners = self.engine._find_partners(self.company)
        for back in TURNS:
            self.engine._run(self.company, partners, day=self.today - timedelta(days=back))
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE mail_message m SET date = l.date + TIME '08:15'
                FROM stm_collection_log l WHERE l.mail_id = m.id AND l.company_id = %s;
                UPDATE stm_collection_case SET checked_on = NULL WHERE company_id = %s""",
                *[self.company.id] * 2,
            )
        )
        self.env.invalidate_all()
        self.engine._refresh(self.company, partners)

    def _get_cases(self):
        return self.cases.search([("company_id", "=", self.company.id), ("state", "=", "open")])

    def _agree(self):
        """Of those who owe most, one each: a plan, a dispute, a broken and an open promise, a write-off."""
        context = {**self.env.context, "mail_activity_quick_update": True}
        ann = self.env(user=self.users["ann"], su=False, context=context)
        kept = self._keep_promise()
        cases = [case for case in self._get_cases() if case.overdue_days > 7 and case not in kept]
        paid = self._get_payments(cases, GIVEN)
        broken = next((case for case in cases if case.partner_id not in paid.partner_id), None)
        rest = [case for case in cases if case != broken]
        in_parts, disputed, promised, lost = (rest + [None] * 4)[:4]
        if in_parts:
            plan = ann["stm.collection.plan"].create(
                {
                    "case_id": in_parts.id,
                    "count": 4,
                    "first_date": self._get_day() + timedelta(days=10),
                    "note": "Agreed by phone with the head of finance",
                }
            )
            plan.action_agree()
        if disputed:
            move = disputed.line_ids.filtered(lambda line: line.amount_residual > 0)[:1].move_id
            ann["stm.collection.dispute"].create(
                {
                    "move_id": move.id,
                    "reason": "quality",
                    "amount": round(move.amount_residual * 0.3, 2),
                    "note": "Three valves of ten are not tight",
                    "owner_id": self.users["ann"].id,
                }
            )
        if broken:
            self._promise(broken, broken.amount * 0.4, -GIVEN, -6, "Paid by the end of next week")
        if promised:
            self._promise(promised, promised.amount, 0, 5, "The transfer is on its way")
        if lost:
            oldest = lost.line_ids.filtered(lambda line: line.amount_residual > 0)[:1].move_id
            ann["stm.collection.writeoff"].create(
                {
                    "partner_id": lost.partner_id.id,
                    "company_id": self.company.id,
                    "move_ids": [Command.set(oldest.ids)],
                    "amount": round(oldest.amount_residual_signed * 0.1, 2),
                    "reason": "settled",
                    "note": "Rest of the invoice, agreed after a complaint",
                }
            )
        self.engine._refresh(self.company, self._get_cases().partner_id.ids)
        self.env["stm.collection.fee"]._propose(self._get_cases().filtered(lambda case: not case.stop)[:5])

    def _get_day(self):
        """A promise ends on a day to come, also where the firm is shown on an earlier day."""
        return max(self.today, self.company._get_stm_today())

    def _promise(self, case, amount, given, until, note):
        promise = self.env["stm.collection.promise"].create(
            {"case_id": case.id, "amount": round(amount, 2), "date": self._get_day(), "note": note}
        )
        first = self._get_day() if until > 0 else self.today
        promise.write({"given_on": first + timedelta(days=given), "date": first + timedelta(days=until)})
        case.last_contact = min(self.today, promise.given_on)
        promise._check_payments(self.company, case.partner_id.ids)
        return promise

    def _keep_promise(self):
        """Somebody who owes something has paid what was promised last month. Returns the case."""
        cases = self._get_cases()
        before = self.today - timedelta(days=3)
        for payment in self._get_payments(cases, 75).filtered(lambda one: one.date < before):
            case = cases.filtered(lambda one, payment=payment: one.partner_id == payment.partner_id)
            days = (payment.date - self.today).days
            self._promise(case, payment.amount, days - 6, days + 2, "Half of it this month")
            return case
        return cases.browse()

    def _get_payments(self, cases, days):
        """What the customers of cases have paid in the last days, the newest first."""
        partners = [case.partner_id.id for case in cases]
        return self.env["account.payment"].search(
            [
                ("partner_id", "in", partners),
                ("state", "in", ("in_process", "paid")),
                ("date", ">=", self.today - timedelta(days=days)),
            ],
            order="date desc, id desc",
        )

    def _hold(self):
        """A quotation to the customer who owes most for longest is confirmed, and held."""
        worst = max(self._get_cases(), key=lambda case: (case.overdue_days, case.amount_open), default=None)
        orders = self.env["sale.order"].search(
            [("state", "=", "sent"), ("company_id", "=", self.company.id)], order="amount_total desc, id"
        )
        chosen = orders.filtered(lambda order: worst and order.partner_id == worst.partner_id)
        order = (chosen or orders)[:1]
        account = self.env["stm.credit.account"].search(
            [("company_id", "=", self.company.id), ("partner_id", "=", order.partner_id.id)]
        )
        if account and account.available > order.amount_total:
            account.action_stm_set_limit("limited", LIMIT_UNIT, "Less, after the last reminders")
        order = order.with_user(order.user_id).with_context(**QUIET)
        # buttons ask the credit rules once the registry is complete, which it is not in an installation
        order._stm_confirm_what_may_pass(type(order).action_confirm)

    def _state(self):
        """Statements of last month: some drafts, some sent, of which one is confirmed."""
        statements = self.env["stm.account.statement"]
        last = self.today.replace(day=1) - timedelta(days=1)
        partners = self._get_cases().partner_id[:6]
        made = statements._make(self.company, partners, last.replace(day=1), last, self.users["ann"])
        made[:4]._send()
        for statement in made[:1]:
            statement._confirm(statement.partner_id.name)

    def _provide(self):
        """What is expected to be lost, as of the last two months: one in the books, one to look at."""
        month = self.today.replace(day=1)
        provisions = self.env["stm.receivable.provision"].with_user(self.users["ann"])
        before, last = (
            provisions.create({"date": first - timedelta(days=1)})
            for first in (month - relativedelta(months=1), month)
        )
        for line in (before | last).line_ids:
            line.write({"rate": RATES[line.bucket], "reason": "As usual in our trade 按行业经验"})
        if before.adjustment:
            before.action_propose()
            before.move_id.action_post()
        last.invalidate_recordset()

    def _forget_mails(self):
        """Nobody gets mail from a demonstration; what was written stays in the history."""
        self.env.flush_all()
        self.env["mail.mail"].search(
            [("model", "in", ("stm.collection.case", "stm.account.statement")), ("state", "=", "outgoing")]
        ).write({"state": "cancel"})
