from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

OPEN = ("payee_id", "statement_id")
# a line of the preview that has none of these changes nothing
CHANGES = ("difference", "payable_difference", "clawbacks")


class StmCommissionPreview(models.TransientModel):
    """Settles plans until a day, after showing what that would change.

    What is shown is computed by the engine on the same facts and is not written anywhere but in
    the lines of this window. Posted statements never change; what is new of their periods goes
    into the open one, and is shown there.
    """

    _name = "stm.commission.preview"
    _description = "Settlement of Commissions"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    plan_ids = fields.Many2many(
        "stm.commission.plan",
        string="Plans",
        required=True,
        domain="[('state', '=', 'active'), ('company_id', '=', company_id)]",
        default=lambda self: self._get_plans_in_force(self.env.company),
    )
    until = fields.Date(
        required=True,
        default=lambda self: self.env.company._get_stm_today(),
        help="The last day that counts.",
    )
    line_ids = fields.One2many("stm.commission.preview.line", "preview_id", "This Would Change")
    is_shown = fields.Boolean(readonly=True)
    statements = fields.Integer("Open Statements", readonly=True)
    changed = fields.Integer("Statements to Change", readonly=True)
    summary = fields.Char("Effect", compute="_compute_summary")

    @api.depends("is_shown", "statements", "changed")
    def _compute_summary(self):
        for preview in self:
            preview.summary = preview.is_shown and preview._get_summary()

    @api.onchange("plan_ids", "until")
    def _onchange_choice(self):
        self.is_shown = False
        self.line_ids = False

    def write(self, vals):
        """Another choice makes what is shown void, also where showing the new one is refused."""
        if vals.keys() & {"plan_ids", "until"}:
            self.line_ids.unlink()
            vals = {**vals, "is_shown": False}
        return super().write(vals)

    @api.model
    def action_open(self, plan_ids=None):
        """Open the window with what settling these plans, or all in force, would change today."""
        plans = self.env["stm.commission.plan"].browse(plan_ids or ())
        plans._check_admin()
        company = plans.company_id[:1] or self.env.company
        values = {"company_id": company.id, "until": company._get_stm_today()}
        plans = plans.filtered(lambda plan: plan.company_id == company and plan.state == "active")
        plans = plans or self._get_plans_in_force(company)
        from_list = self.env.context.get("active_model") == "stm.commission.statement"
        preview = self.with_context(stm_from_statements=from_list).create(
            {**values, "plan_ids": [(6, 0, plans.ids)]}
        )
        return preview.action_show() if plans else preview._reopen()

    def action_show(self):
        """Show what computing would change; nothing is written."""
        self.ensure_one()
        self._check()
        values, computed = [], []
        for origin in self.plan_ids._get_origins_in_order():
            values += self._prepare_lines(origin, computed)
        changed = [line for line in values if any(line[name] for name in CHANGES)]
        self.line_ids.unlink()
        self.env["stm.commission.preview.line"].create(self._sort(changed))
        counts = {"statements": self._count_statements(values), "changed": self._count_statements(changed)}
        self.write({"is_shown": True, **counts})
        return self._reopen()

    def _get_summary(self):
        if self.changed:
            return self.env._(
                "%(changed)s of %(all)s open statements would change. Nothing is written until you settle.",
                changed=self.changed,
                all=self.statements,
            )
        if self.statements:
            return self.env._("Nothing would change: all %s open statements are up to date.", self.statements)
        return self.env._("Nothing would change: no statement is open, and nothing would open one.")

    def _count_statements(self, values):
        """A statement is of one payee, period and currency; several plans may feed it."""
        plans = self.env["stm.commission.plan"]
        return len(
            {
                (line["payee_id"], line["date_from"], plans.browse(line["plan_id"]).currency_id)
                for line in values
            }
        )

    def _sort(self, values):
        """The biggest change first; of equal ones the latest period, then by name."""
        payees = self.env["res.partner"].sudo().browse(sorted({line["payee_id"] for line in values}))
        names = {payee.id: payee.name or "" for payee in payees}
        values.sort(key=lambda line: (names[line["payee_id"]], line["payee_id"]))
        values.sort(key=lambda line: line["date_from"], reverse=True)
        values.sort(
            key=lambda line: (abs(line["difference"]), abs(line["payable_difference"]), line["clawbacks"]),
            reverse=True,
        )
        return values

    def action_compute(self):
        """Compute: what was shown, and what has happened since then."""
        self.ensure_one()
        self._check()
        for origin in self.plan_ids._get_origins_in_order():
            self.env["stm.commission.engine"]._settle(origin, self.until)
        if self.env.context.get("stm_from_statements"):
            # one stands before them already
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        return self.plan_ids.action_view_statements()

    def _get_plans_in_force(self, company):
        plans = self.env["stm.commission.plan"].search(
            [("company_id", "=", company.id), ("state", "=", "active")]
        )
        return plans.filtered(lambda plan: not plan.date_superseded)

    def _check(self):
        """:raises UserError: where it makes no sense to settle these plans until this day"""
        plans = self.plan_ids
        plans._check_admin()
        if not plans:
            raise UserError(self.env._("No plan is in force: put one in force first."))
        if drafts := plans.filtered(lambda plan: plan.state == "draft"):
            raise UserError(self.env._("“%s” is a draft: put it in force first.", drafts[0].display_name))
        if self.until > self.company_id._get_stm_today():
            raise UserError(
                self.env._("Nobody has earned anything on days to come: choose today or an earlier day.")
            )
        for plan in plans:
            last = plan._get_posted_until()
            if last and self.until < last:
                raise UserError(
                    self.env._(
                        "Statements of “%(plan)s” are checked until %(day)s: choose that day or a later "
                        "one, or what was paid for the days between would be taken back.",
                        plan=plan.display_name,
                        day=last,
                    )
                )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview of the Settlement"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "dialog_size": "extra-large",
                "stm_from_statements": bool(self.env.context.get("stm_from_statements")),
            },
        }

    def _prepare_lines(self, origin, computed):
        """One for each payee and period of which something is, or would be, in an open statement.

        :param computed: (book, lines) of plans before it, to which those of this one are added
        """
        engine = self.env["stm.commission.engine"].sudo()
        versions = origin.sudo()._get_versions_in_force()
        book = engine._gather_for(versions, self.until, engine._get_money(origin.sudo()))
        engine._check_ready(book)
        for one in computed:
            book.know(*one)
        lines = engine._compute(book)
        computed.append((book, lines))
        after = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
        events = defaultdict(set)
        for line in lines:
            sums = after[line.payee, line.target]
            sums[0] += line.row.amount
            sums[1] += line.row.payable
            sums[2] += 1
            if line.row.kind == "clawback":
                events[line.payee, line.target].add((line.code, line.row.key))
        before, known = self._read_open(origin)
        return [
            {
                "preview_id": self.id,
                "plan_id": versions[-1].id,
                "payee_id": payee,
                "date_from": first,
                "date_to": book.get_period(first).date_to,
                "statement_id": book.statements.get((payee, first)),
                "before": before[payee, first][0],
                "after": after[payee, first][0],
                "difference": after[payee, first][0] - before[payee, first][0],
                "payable_before": before[payee, first][1],
                "payable_after": after[payee, first][1],
                "payable_difference": after[payee, first][1] - before[payee, first][1],
                "entries": after[payee, first][2],
                "clawbacks": len(events[payee, first] - known[payee, first]),
            }
            for payee, first in {**after, **before}
        ]

    def _read_open(self, origin):
        """(payee id, first day) → [earned, payable] of the open entries; and their clawbacks."""
        sums = defaultdict(lambda: [Decimal(0), Decimal(0)])
        known = defaultdict(set)
        entries = self.env["stm.commission.entry"].sudo()
        domain = [("lineage_id", "=", origin.id), ("posted", "=", False)]
        for payee, statement, amount, payable in entries._read_group(
            domain, OPEN, ["amount:sum", "payable:sum"]
        ):
            rounded = [Decimal(str(origin.currency_id.round(number))) for number in (amount, payable)]
            sums[payee.id, statement.date_from] = rounded
        for entry in entries.search_fetch(
            [*domain, ("kind", "=", "clawback")], [*OPEN, "component", "source_key"]
        ):
            key = (entry.payee_id.id, entry.statement_id.date_from)
            known[key].add((entry.component, entry.source_key))
        return sums, known


class StmCommissionPreviewLine(models.TransientModel):
    """What settling would change for a payee in a period."""

    _name = "stm.commission.preview.line"
    _description = "Effect of a Settlement"
    _order = "id"

    preview_id = fields.Many2one("stm.commission.preview", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="preview_id.company_id")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    plan_id = fields.Many2one("stm.commission.plan", readonly=True)
    payee_id = fields.Many2one("res.partner", readonly=True)
    statement_id = fields.Many2one("stm.commission.statement", readonly=True)
    date_from = fields.Date("Start", readonly=True)
    date_to = fields.Date("End", readonly=True)
    before = fields.Monetary("Earned Before", readonly=True)
    after = fields.Monetary("Earned After", readonly=True)
    difference = fields.Monetary(readonly=True)
    payable_before = fields.Monetary(readonly=True)
    payable_after = fields.Monetary(readonly=True)
    payable_difference = fields.Monetary(readonly=True)
    entries = fields.Integer(readonly=True)
    clawbacks = fields.Integer("New Clawbacks", readonly=True)

    def action_open_statement(self):
        """The open statement as it is now, with its entries and documents."""
        self.ensure_one()
        self.check_access("read")
        if not self.statement_id:
            raise UserError(self.env._("This statement does not exist yet: computing makes it."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "stm.commission.statement",
            "res_id": self.statement_id.id,
            "views": [(False, "form")],
        }
