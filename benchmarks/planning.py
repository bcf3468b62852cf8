"""A plan of 500 people × 12 months × 3 measures, from the engine's proposal to the approval."""

import time
from datetime import timedelta

from odoo import Command
from odoo.fields import Date

MEASURES = ("measure_ordered", "measure_invoiced", "measure_margin_ordered")
SIZES = (100, 500)
TOTAL = 60_000_000.0
# seconds that a step may take; the others have none
BUDGETS = {"propose": 10, "pin": 1, "apply": 10, "submit": 10, "approve": 10}


class Planning:
    """One plan over the coming year and the people among whom it is divided; all undone in the end.

    :param firm: :class:`.firm.Firm`, whose documents are the history
    """

    def __init__(self, env, firm, people):
        self.people = people
        self.firm = firm
        self.admin_env = env
        self.planner, self.approver = self._make_managers()
        self.env = env(user=self.planner)
        self.users = self._make_people(people)
        year = firm.today.year + 1
        measures = [env.ref(f"sales_target_mgmt.{name}").id for name in MEASURES]
        self.plan = self.env["stm.target.plan"].create(
            {
                "name": f"{people} people",
                "company_id": firm.company.id,
                "date_from": f"{year}-01-01",
                "date_to": f"{year}-12-31",
                "granularity": "month",
                "measure_ids": [Command.set(measures)],
                "user_id": self.planner.id,
            }
        )
        self.root = self.plan.node_ids or self.env["stm.target.node"].create(
            {"name": "Company", "plan_id": self.plan.id}
        )
        for measure in self.plan.measure_ids:
            self._open(measure, mode="periods", total=TOTAL, period_method="even").action_apply()

    def _make_managers(self):
        return [self._make_user(name, "sales_team.group_sale_manager") for name in ("Planner", "Approver")]

    def _make_user(self, name, group):
        return self._make_users([name], group)

    def _make_users(self, names, group):
        company = self.firm.company
        users = self.admin_env["res.users"].with_context(no_reset_password=True)
        return users.create(
            [
                {
                    "name": name,
                    "login": f"planning{company.id}_{self.people}_{name}",
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": [Command.link(self.admin_env.ref(group).id)],
                }
                for name in names
            ]
        )

    def _make_people(self, people):
        """The firm's people, who have a history, and as many new ones as are missing."""
        missing = people - len(self.firm.users)
        new = self._make_users([str(n) for n in range(missing)], "sales_team.group_sale_salesman")
        return self.firm.users + new

    def _open(self, measure, **values):
        action = self.env["stm.target.decompose"]._open(self.root, measure_id=measure.id, **values)
        return self.env[action["res_model"]].browse(action["res_id"])

    def propose(self):
        choice = {"dimension": "user_id", "user_ids": [Command.set(self.users.ids)]}
        self.wizards = [
            self._open(measure, **choice, method="history", bounded=False, ramped=False, unit=1)
            for measure in self.plan.measure_ids
        ]

    def pin(self):
        """One proposal typed in: the others are computed anew, as the browser asks for it."""
        wizard = self.wizards[0]
        line = wizard.line_ids[3]
        row = {name: {} for name in ("proposal", "pinned", "growth", "share", "weight", "bounded")}
        spec = {"line_ids": {"fields": row}, "allocated": {}, "rest": {}, "message": {}}
        wizard.onchange(
            {"line_ids": [[1, line.id, {"proposal": 5000.0, "pinned": True}]]}, ["line_ids"], spec
        )

    def apply(self):
        for wizard in self.wizards:
            wizard.action_apply()

    def check(self):
        self.plan.invalidate_recordset(["smart_percent"])
        return self.plan.smart_percent

    def ask(self):
        self.plan.proposals_until = Date.today() + timedelta(days=10)
        self.plan.action_ask_proposals()

    def answer(self):
        """Everybody proposes a tenth less; as the company's own import would write it."""
        lines = self.plan.line_ids.filtered("is_asked")
        proposals = (
            self.env["stm.target.proposal"]
            .sudo()
            .create(
                [{"line_id": one.id, "user_id": one.user_id.id, "amount": one.target * 0.9} for one in lines]
            )
        )
        proposals._record("proposed", {one: one.amount for one in proposals}, "A tenth less.")

    def settle(self):
        self.plan.line_ids.filtered("has_bottom_up").settle_proposals("bottom_up", "Agreed.")

    def submit(self):
        self.plan.action_submit()

    def approve(self):
        self.plan.with_user(self.approver).action_approve()


STEPS = ("propose", "pin", "apply", "check", "ask", "answer", "settle", "submit", "approve")
TITLES = {
    "propose": "proposals of the engine",
    "pin": "one number pinned, the others anew",
    "apply": "applied",
    "check": "SMART check",
    "ask": "everybody asked",
    "settle": "all proposals settled",
    "submit": "submitted",
    "approve": "approved",
}


def measure(env, firm, report):
    """Every step at two sizes: time and queries of the larger one, queries of the smaller one."""
    figures = {}
    for people in SIZES:
        with env.cr.savepoint(flush=True) as savepoint:
            planning = Planning(env, firm, people)
            figures[people] = [_run(planning, step) for step in STEPS]
            lines = len(planning.plan.line_ids)
            savepoint.rollback()
            env.invalidate_all()
    for step, few, many in zip(STEPS, *figures.values(), strict=True):
        if step not in TITLES:
            continue
        seconds, queries = many
        what = f"{lines:,} targets: {TITLES[step]}"
        report.add(what, seconds, "s", budget=BUDGETS.get(step), queries=queries, of_a_fifth=few[1])
        # Odoo itself writes a hundred rows with a statement
        report.add("… queries for 1,000 targets", queries * 1000 / lines)


def _run(planning, step):
    env = planning.env
    env.flush_all()
    env.invalidate_all()
    count, start = env.cr.sql_log_count, time.perf_counter()
    getattr(planning, step)()
    env.flush_all()
    return time.perf_counter() - start, env.cr.sql_log_count - count
