from collections import defaultdict
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
SIDES = [("current", "In force"), ("simulated", "Simulated")]


class StmCommissionSimulation(models.TransientModel):
    """What a version of a plan would have cost, beside the one in force, on the same facts.

    Both are computed by the engine as though each had held in all of the period and nothing had
    been posted: what differs is the plan and nothing else. Payees count on the days of each plan.
    The ledger is neither read nor written; what refunds of older sales take back is said in
    :class:`~..models.commission.stm_commission_trial.TrialBook`.
    """

    _name = "stm.commission.simulation"
    _description = "Simulation of a Commission Plan"

    plan_id = fields.Many2one("stm.commission.plan", "Simulated Plan", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    other_id = fields.Many2one(
        "stm.commission.plan",
        "Compared With",
        ondelete="cascade",
        domain="[('company_id', '=', company_id), ('id', '!=', plan_id)]",
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    paid = fields.Selection(
        [("assumed", "All that is earned is paid at once"), ("real", "By the payments that came in")],
        "Payable",
        required=True,
        default="assumed",
    )
    is_shown = fields.Boolean(readonly=True)
    current = fields.Monetary("Cost in Force", readonly=True)
    simulated = fields.Monetary("Cost Simulated", readonly=True)
    difference = fields.Monetary(readonly=True)
    payable_current = fields.Monetary("Payable in Force", readonly=True)
    payable_simulated = fields.Monetary(readonly=True)
    sales_current = fields.Monetary("Credited Sales in Force", readonly=True)
    sales_simulated = fields.Monetary("Credited Sales Simulated", readonly=True)
    rate_current = fields.Float("Cost of Sales in Force", digits=(16, 6), readonly=True)
    rate_simulated = fields.Float("Cost of Sales Simulated", digits=(16, 6), readonly=True)
    gain_count = fields.Integer("Gain", readonly=True)
    lose_count = fields.Integer("Lose", readonly=True)
    payee_ids = fields.One2many("stm.commission.simulation.payee", "simulation_id", "Payees")

    @api.depends("plan_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for simulation in self:
            simulation.display_name = self.env._("Simulation of %s", simulation.plan_id.display_name)

    @api.onchange("plan_id", "other_id", "date_from", "date_to", "paid")
    def _onchange_choice(self):
        self.is_shown = False

    def action_simulate(self):
        """Compute both plans and show what differs, on the page that is open."""
        self.ensure_one()
        self._check()
        sides = {"simulated": self._simulate(self.plan_id)}
        if self.other_id:
            sides["current"] = self._simulate(self.other_id)
        self._write_totals(sides)
        self.payee_ids.unlink()
        lines = self.env["stm.commission.simulation.line"]
        lines.search([("simulation_id", "=", self.id)]).unlink()
        self.env["stm.commission.simulation.payee"].create(self._prepare_payees(sides))
        lines.create(self._prepare_lines(sides))

    def action_view_months(self):
        """Both plans month by month."""
        return self._view_lines({"group_by": ["month:month", "side"]})

    def action_view_components(self):
        """Both plans component by component."""
        return self._view_lines({"group_by": ["component", "side"]})

    def _view_lines(self, context, domain=()):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_simulation_line_action"
        )
        action["domain"] = [("simulation_id", "=", self.id), *domain]
        action["context"] = context
        return action

    def _check(self):
        """:raises UserError: where the two cannot be computed on these days"""
        plans = self.plan_id | self.other_id
        plans._check_admin()
        if self.date_from > self.date_to or self.date_to > self.company_id._get_stm_today():
            raise UserError(
                self.env._("Choose days that are over, the first before the last: nobody knows what comes.")
            )
        for plan in plans:
            if not plan.rule_ids or not plan.assignment_ids:
                raise UserError(
                    self.env._("“%s” needs components and payees to be simulated.", plan.display_name)
                )
            first = plan._get_period(self.date_from).date_from
            if first != self.date_from:
                raise UserError(
                    self.env._(
                        "“%(plan)s” cannot be simulated from %(day)s on, in the middle of a settlement "
                        "period: choose %(first)s.",
                        plan=plan.display_name,
                        day=self.date_from,
                        first=first,
                    )
                )
        if len(plans.company_id) > 1 or len(plans.currency_id) > 1:
            raise UserError(self.env._("Only plans of one company and in one currency can be compared."))

    def _simulate(self, plan, payee=None):
        """(:class:`TrialBook`, its lines) of one plan."""
        engine = self.env["stm.commission.engine"].sudo()
        book = engine._gather_trial(
            plan,
            self.date_from,
            self.date_to,
            assumed_paid=self.paid == "assumed",
            payees=payee and payee.ids,
        )
        return book, engine._compute(book)

    def _write_totals(self, sides):
        totals = {"is_shown": True, "difference": 0.0}
        for side, _label in SIDES:
            book, lines = sides.get(side, (None, ()))
            cost = sum((line.row.amount for line in lines), Decimal(0))
            sales = book.get_credited() if book else Decimal(0)
            totals[side] = cost
            totals[f"payable_{side}"] = sum((line.row.payable for line in lines), Decimal(0))
            totals[f"sales_{side}"] = sales
            totals[f"rate_{side}"] = cost / sales if sales else 0.0
        totals["difference"] = totals["simulated"] - totals["current"]
        self.write(totals)

    def _prepare_payees(self, sides):
        """Who gains and who loses, the largest gain first."""
        # who earns nothing is shown as well
        payees = [book.versions.assignment_ids.payee_id.ids for book, _lines in sides.values()]
        sums = {payee: {"current": Decimal(0), "simulated": Decimal(0)} for ids in payees for payee in ids}
        for side, (_book, lines) in sides.items():
            for line in lines:
                sums[line.payee][side] += line.row.amount
        values = [
            {
                "simulation_id": self.id,
                "payee_id": payee,
                **both,
                "difference": both["simulated"] - both["current"],
                "percent": both["simulated"] / both["current"] - 1 if both["current"] else 0.0,
            }
            for payee, both in sums.items()
        ]
        self.gain_count = sum(one["difference"] > 0 for one in values)
        self.lose_count = sum(one["difference"] < 0 for one in values)
        return sorted(values, key=lambda one: (-one["difference"], one["payee_id"]))

    def _prepare_lines(self, sides):
        rules = [rule for book, _lines in sides.values() for rule in book.versions.rule_ids]
        names = {rule.code: rule.name for rule in reversed(rules)}
        sums = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for side, (_book, lines) in sides.items():
            for line in lines:
                month = (line.row.day or line.row.period).replace(day=1)
                both = sums[side, line.payee, month, line.code]
                both[0] += line.row.amount
                both[1] += line.row.payable
        return [
            {
                "simulation_id": self.id,
                "side": side,
                "payee_id": payee,
                "month": month,
                "component": names.get(code, code),
                "amount": amount,
                "payable": payable,
                "difference": amount if side == "simulated" else -amount,
                side: amount,
            }
            for (side, payee, month, code), (amount, payable) in sums.items()
        ]


class StmCommissionPlan(models.Model):
    _inherit = "stm.commission.plan"

    def action_simulate(self):
        """Open this version beside the one in force, on the last twelve months."""
        self.ensure_one()
        self._check_admin()
        other = self._get_in_force() - self or self.previous_id
        months = max(MONTHS[plan.period] for plan in self | other)
        longest = next(plan for plan in self | other if MONTHS[plan.period] == months)
        until = longest._get_period(self.company_id._get_stm_today()).date_from
        simulation = self.env["stm.commission.simulation"].create(
            {
                "plan_id": self.id,
                "other_id": other.id,
                "date_from": until - relativedelta(months=12),
                "date_to": until - relativedelta(days=1),
            }
        )
        simulation.action_simulate()
        return {
            "type": "ir.actions.act_window",
            "res_model": simulation._name,
            "res_id": simulation.id,
            "views": [(False, "form")],
        }

    def _get_in_force(self):
        """The newest version in force of the same plan."""
        return self.search(
            [("origin_id", "=", self.origin_id.id), ("state", "=", "active")],
            order="date_from desc, version desc",
            limit=1,
        )
