from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..models.credit.stm_credit_account_decision import CONTROLLER
from ..models.credit.stm_credit_grade import Policy
from ..models.credit.stm_credit_guard import STRONG
from ..models.credit.stm_credit_rating import _compare

# what a grade says of its customers' orders and limits
POLICY_FIELDS = ("factor", "has_ceiling", "ceiling", "has_term", "longest_term", "deposit")


class StmCreditSimulation(models.TransientModel):
    """What other rules, grades or another scorecard would do, before they go live.

    All customers with a credit account are rated as of today, their limits follow the grades, see
    `stm_credit_simulation_limit.py`, and every open quotation is asked as if it was confirmed now,
    alone: once by what is in force, once by what is proposed. Nothing of it is kept outside of the
    wizard.
    """

    _name = "stm.credit.simulation"
    _description = "Simulation of the Credit Policy"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self._default_company())
    currency_id = fields.Many2one(related="company_id.currency_id")
    scorecard_id = fields.Many2one(
        "stm.credit.scorecard",
        ondelete="cascade",
        check_company=True,
        default=lambda self: self._default_scorecard(),
        domain="[('company_id', '=', company_id), ('state', '!=', 'superseded')]",
        help="Empty: customers keep their grades.",
    )
    rule_ids = fields.One2many(
        "stm.credit.simulation.rule",
        "simulation_id",
        "Proposed Rules",
        default=lambda self: self._default_rules(),
    )
    policy_ids = fields.One2many(
        "stm.credit.simulation.policy",
        "simulation_id",
        "Proposed Grades",
        default=lambda self: self._default_policies(),
    )
    is_done = fields.Boolean(readonly=True)
    count_ids = fields.One2many("stm.credit.simulation.count", "simulation_id", "By Grade", readonly=True)
    line_ids = fields.One2many("stm.credit.simulation.line", "simulation_id", "Who Moves", readonly=True)
    order_ids = fields.One2many("stm.credit.simulation.order", "simulation_id", "Quotations", readonly=True)
    customers = fields.Integer(readonly=True)
    risers = fields.Integer("Better", readonly=True)
    fallers = fields.Integer("Worse", readonly=True)
    quotations = fields.Integer("Open Quotations", readonly=True)
    freed_count = fields.Integer(readonly=True)
    freed = fields.Monetary(readonly=True, help="Of quotations that could be confirmed then and not now.")
    stopped_count = fields.Integer(readonly=True)
    stopped = fields.Monetary(readonly=True, help="Of quotations that could be confirmed now and not then.")

    @api.model
    def _default_scorecard(self):
        is_card = self.env.context.get("active_model") == "stm.credit.scorecard"
        return self.env.context.get("active_id") if is_card else False

    @api.model
    def _default_company(self):
        card = self.env["stm.credit.scorecard"].browse(self._default_scorecard() or ()).exists()
        return card.company_id or self.env.company

    @api.model
    def _default_rules(self):
        rules = self.env["stm.credit.rule"].search([("company_id", "=", self._default_company().id)])
        return [Command.create({"rule_id": rule.id, **rule._get_stm_terms()}) for rule in rules]

    @api.model
    def _default_policies(self):
        grades = self.env["stm.credit.grade"].search([("company_id", "=", self._default_company().id)])
        return [
            Command.create(
                {
                    "grade_id": grade.id,
                    **{name: grade[name] for name in POLICY_FIELDS},
                }
            )
            for grade in grades
        ]

    def action_compute(self):
        """Compare what is in force with what is proposed, and keep who moves and which orders differ."""
        self._check_stm_controller()
        self.count_ids.unlink()
        self.line_ids.unlink()
        self.order_ids.unlink()
        rows = self._rate()
        moved = self._get_limits(rows)
        self.write(
            {
                "is_done": True,
                **self._keep_moves(rows, moved),
                **self._keep_orders(rows, moved),
                **self._sum_limits(moved),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Simulation of the Credit Policy"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_apply(self):
        """Put the proposed rules and grades into force; a scorecard has a button of its own.

        A rule that was taken out here is archived, one that somebody else has added meanwhile stays.
        """
        self._check_stm_controller()
        company = [("company_id", "=", self.company_id.id)]
        rules = self.env["stm.credit.rule"].search([*company, ("create_date", "<=", self.create_date)])
        (rules - self.rule_ids.rule_id).write({"active": False})
        for line in self.rule_ids:
            if line.rule_id:
                line.rule_id.write(line._get_stm_terms())
            else:
                rules.create({"company_id": self.company_id.id, **line._get_stm_terms()})
        for line in self.policy_ids:
            line.grade_id.write({name: line[name] for name in POLICY_FIELDS})
        return {"type": "ir.actions.act_window_close"}

    def _check_stm_controller(self):
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("Only credit controllers can do this."))
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose “%s” among your companies first.", self.company_id.name))

    def _rate(self):
        """(account, grade, values of its new rating or None) of all accounts; decisions by hand stay."""
        accounts = self.env["stm.credit.account"].search([("company_id", "=", self.company_id.id)])
        if not self.scorecard_id:
            return [(account, account.grade_id, None) for account in accounts]
        self.scorecard_id._check_complete()
        today = self.company_id._get_stm_today()
        made = self.env["stm.credit.rating"]._get_rows(self.scorecard_id.sudo(), accounts.sudo(), today)
        grades = self.env["stm.credit.grade"]
        return [
            (account, account.grade_id, None)
            if account._has_override(today)
            else (account, grades.browse(row["grade_id"] or ()), row)
            for account, row in zip(accounts, made, strict=True)
        ]

    def _keep_moves(self, rows, moved):
        """Keep the customers by grade and those who move; the totals of them."""
        before = Counter(account.grade_id for account, _grade, _row in rows)
        after = Counter(grade for _account, grade, _row in rows)
        none = self.env["stm.credit.grade"]
        known = (before.keys() | after.keys()) - {none}
        ordered = [*sorted(known, key=lambda grade: (grade.sequence, grade.id)), none]
        counts = [
            {"simulation_id": self.id, "grade_id": grade.id, "before": before[grade], "after": after[grade]}
            for grade in ordered
            if before[grade] or after[grade]
        ]
        self.env["stm.credit.simulation.count"].create(counts)
        lines = [
            self._prepare_move(account, grade, row, moved[account])
            for account, grade, row in rows
            if grade != account.grade_id or moved[account].before != moved[account].after
        ]
        self.env["stm.credit.simulation.line"].create(lines)
        moves = Counter(line["direction"] for line in lines)
        return {"customers": len(rows), "risers": moves["up"], "fallers": moves["down"]}

    def _prepare_move(self, account, grade, row, limits):
        is_lower = limits.after is not None and limits.after < limits.before
        by_limit = "down" if is_lower else "up"
        return {
            "simulation_id": self.id,
            "account_id": account.id,
            "before_id": account.grade_id.id,
            "after_id": grade.id,
            "value": row and row["value"],
            "coverage": row and row["coverage"],
            "limit_before": float(limits.before or 0),
            "limit_after": float(limits.after or 0),
            "used": float(limits.used),
            "direction": by_limit if grade == account.grade_id else _compare(account.grade_id, grade),
        }

    def _keep_orders(self, rows, moved):
        """Keep the open quotations that something speaks against, now or then; the totals of them."""
        guard, company = self.env["stm.credit.guard"], self.company_id
        quotations = self.env["sale.order"].search(
            [("company_id", "=", company.id), ("state", "in", ("draft", "sent"))]
        )
        live = self.env["stm.credit.rule"]._get_rules(company.id)
        now = guard._foresee(company, quotations, live)
        then = guard._foresee(
            company,
            quotations,
            self.rule_ids._get_stm_rules(),
            lambda gathered: self._change(gathered, rows, moved),
        )
        found = []
        for order, before in now.items():
            one = {
                "simulation_id": self.id,
                "order_id": order.id,
                "amount": float(order._get_stm_credit_amount()),
                "before": before.outcome,
                "after": then[order].outcome,
                "reasons": order._describe_stm_kept_reasons(order._prepare_stm_reasons(then[order])),
            }
            if (one["before"], one["after"]) != ("free", "free"):
                found.append(one)
        lines = self.env["stm.credit.simulation.order"].create(found)
        freed = lines.filtered(lambda one: one.before in STRONG and one.after not in STRONG)
        stopped = lines.filtered(lambda one: one.after in STRONG and one.before not in STRONG)
        return {
            "quotations": len(quotations),
            "freed_count": len(freed),
            "freed": sum(freed.mapped("amount")),
            "stopped_count": len(stopped),
            "stopped": sum(stopped.mapped("amount")),
        }

    def _change(self, gathered, rows, moved):
        """What the orders are asked with, as it would be with the new grades, policies and limits."""
        accounts = dict(gathered.accounts)
        for account, grade, row in rows:
            partner = account.partner_id.id
            if partner not in accounts:
                continue
            accounts[partner] = accounts[partner]._replace(limit=moved[account].after)
            if row:
                until = row["valid_until"] if grade else None
                accounts[partner] = accounts[partner]._replace(grade_id=grade.id or None, rated_until=until)
        policies = gathered.policies | {
            line.grade_id.id: Policy(line.longest_term if line.has_term else None, line.deposit)
            for line in self.policy_ids
        }
        return gathered._replace(accounts=accounts, policies=policies)
