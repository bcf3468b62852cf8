from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang

from ..tools.allocation import allocate


class StmTargetSpread(models.TransientModel):
    """Sets the targets of a node for all periods of its plan from one amount."""

    _name = "stm.target.spread"
    _description = "Set Targets of All Periods"

    plan_id = fields.Many2one("stm.target.plan", required=True, readonly=True)
    node_id = fields.Many2one(
        "stm.target.node",
        domain="[('plan_id', '=', plan_id)]",
        help="Empty: the whole plan gets a node of its own.",
    )
    has_nodes = fields.Boolean(compute="_compute_has_nodes")
    measure_id = fields.Many2one(
        "stm.measure",
        required=True,
        compute="_compute_measure_id",
        store=True,
        compute_sudo=False,
        precompute=True,
        readonly=False,
        domain="[('id', 'in', allowed_measure_ids)]",
    )
    allowed_measure_ids = fields.Many2many(related="plan_id.measure_ids", related_sudo=False)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Float(required=True)
    method = fields.Selection(
        [
            ("spread", "Spread over the periods"),
            ("each", "The same in every period"),
        ],
        required=True,
        compute="_compute_method",
        store=True,
        compute_sudo=False,
        precompute=True,
        readonly=False,
    )
    summary = fields.Char(compute="_compute_summary")

    @api.depends("plan_id")
    def _compute_has_nodes(self):
        for wizard in self:
            wizard.has_nodes = bool(wizard.plan_id.node_ids)

    @api.depends("plan_id")
    def _compute_measure_id(self):
        for wizard in self:
            wizard.measure_id = wizard.plan_id.headline_measure_id

    @api.depends("measure_id")
    def _compute_currency_id(self):
        for wizard in self:
            money = wizard.measure_id.unit == "money"
            wizard.currency_id = wizard.plan_id.currency_id if money else False

    @api.depends("measure_id")
    def _compute_method(self):
        for wizard in self:
            wizard.method = "spread" if wizard.measure_id.is_additive else "each"

    @api.depends("plan_id", "amount", "method")
    def _compute_summary(self):
        self.summary = False
        for wizard in self.filtered("plan_id"):
            periods = wizard.plan_id._get_periods()
            wizard.summary = self.env._(
                "%(count)s periods from %(start)s to %(end)s",
                count=len(periods),
                start=format_date(self.env, periods[0].date_from),
                end=format_date(self.env, periods[-1].date_to),
            )

    def action_confirm(self):
        """Write one target per period; pinned ones stay and are part of the sum."""
        self.ensure_one()
        node = self.node_id or self.plan_id._get_or_create_root()
        node._spread(self.measure_id, self.amount, evenly=self.method == "spread")
        return self.plan_id._get_records_action()


class StmTargetNode(models.Model):
    _inherit = "stm.target.node"

    def action_spread(self):
        self.ensure_one()
        return self.plan_id._open_wizard(
            "stm.target.spread", self.env._("Targets of “%s”", self.name), default_node_id=self.id
        )

    def _spread(self, measure, amount, evenly=True):
        """Set the targets of one measure for all periods of the plan.

        A period that is cut off, by a revision for example, gets its share by working days
        (:meth:`_get_period_weights`); what does not add up, a ratio, is the same in all.

        :param amount: the sum of all periods, or the target of each whole one
        :param evenly: divide the amount, in whole units of the currency, so that the sum is exact
        :return: the targets
        :raises ValidationError: for an amount below zero or below what is pinned, and when a
            target in other periods is in the way
        """
        self.ensure_one()
        self.plan_id._check_open()
        self.plan_id.check_access("write")
        self.env["stm.target.line"]._check_input({"target": amount})
        periods = self.plan_id._get_periods()
        lines = self.line_ids.filtered(lambda line: line.measure_id == measure)
        existing = {(line.date_from, line.date_to): line for line in lines}
        weights = self.plan_id._get_period_weights()
        if evenly:
            pinned = {
                position: Decimal(str(existing[period].target))
                for position, period in enumerate(periods)
                if period in existing and existing[period].pinned
            }
            amounts = self._allocate(measure, amount, weights, pinned)
        elif measure.is_additive:
            unit = measure._get_unit(self.company_id, amount)
            amounts = [_round(Decimal(str(amount)) * weight, unit) for weight in weights]
        else:
            amounts = [amount] * len(periods)
        why = self._get_division_why(
            "periods",
            "even" if evenly else "each",
            float(amount),
            unit=float(measure._get_unit(self.company_id, amount)),
            parts=len(periods),
            pins=len(lines.filtered("pinned")),
        )
        return self._write_periods(measure, lines, periods, amounts, why)

    def _write_periods(self, measure, lines, periods, amounts, why):
        """Write one target per period; pinned ones stay.

        :param lines: the targets of this node and measure that exist
        :param why: what holds for all of them, see :meth:`_get_division_why`
        :return: the targets
        """
        self.ensure_one()
        existing = {(line.date_from, line.date_to): line for line in lines}
        # what lies in other periods would overlap
        lines.filtered(
            lambda line: (line.date_from, line.date_to) not in set(periods) and not line.pinned
        ).unlink()
        vals_list = []
        for period, value in zip(periods, amounts, strict=True):
            amount = float(value)
            own = {"amount": amount, "share": amount / why["total"] if why["total"] else 0.0}
            vals = {"target": amount, "why": {"proposal": {**why, **own}}}
            if line := existing.get(tuple(period)):
                if not line.pinned:
                    # why is written by the server only
                    line.sudo().write(vals)
            else:
                vals_list.append(
                    {
                        "node_id": self.id,
                        "measure_id": measure.id,
                        "date_from": period.date_from,
                        "date_to": period.date_to,
                        **vals,
                    }
                )
        made = self.env["stm.target.line"].sudo().create(vals_list)
        return made.sudo(self.env.su) | lines.exists()

    def _allocate(self, measure, amount, weights, pinned):
        currency = self.currency_id if measure.unit == "money" else None
        total = Decimal(str(currency.round(amount) if currency else amount))
        try:
            return allocate(total, weights, measure._get_unit(self.company_id, amount), pinned)
        except ValueError as fault:
            fixed = float(sum(pinned.values()))
            raise ValidationError(
                self.env._(
                    "%(amount)s cannot be spread over %(count)s periods when pinned targets of "
                    "%(pinned)s stay as they are: change the amount or unpin them.",
                    amount=formatLang(self.env, amount, currency_obj=currency),
                    count=len(weights),
                    pinned=formatLang(self.env, fixed, currency_obj=currency),
                )
            ) from fault


def _round(amount, unit):
    return (amount / unit).to_integral_value(rounding=ROUND_HALF_UP) * unit


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    def action_spread(self):
        self.ensure_one()
        return self._open_wizard(
            "stm.target.spread",
            self.env._("Set Targets"),
            default_node_id=self._get_roots()[:1].id,
        )

    def action_divide(self):
        self.ensure_one()
        roots = self._get_roots() or self._get_or_create_root()
        return self._open_wizard("stm.target.divide", self.env._("Divide"), default_node_id=roots[:1].id)

    def action_close(self):
        self.ensure_one()
        return self._open_wizard("stm.target.close", self.env._("Close Periods"))

    def _open_wizard(self, model, name, **context):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id, **context},
        }

    def _get_roots(self):
        return self.node_ids.filtered(lambda node: not node.parent_id)

    def _get_or_create_root(self):
        """The topmost node; a plan without nodes gets one that describes the whole company.

        :raises UserError: when there are several
        """
        self.ensure_one()
        roots = self._get_roots()
        if len(roots) > 1:
            raise UserError(
                self.env._("“%s” has several topmost nodes: choose the one that is meant.", self.name)
            )
        return roots or self.env["stm.target.node"].create({"plan_id": self.id})
