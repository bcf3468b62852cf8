import functools
from contextlib import contextmanager
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.rate_table import exact

# what decides how much is asked on credit, from whom and for how long
TERMS_FIELDS = frozenset(
    ("partner_id", "partner_invoice_id", "payment_term_id", "order_line", "currency_id", "pricelist_id",
     "company_id", "fiscal_position_id", "date_order")
)  # fmt: skip
QUOTATION = ("draft", "sent")
WATCHED = "stm_credit_watched"


class SaleOrder(models.Model):
    """Asks the credit rules wherever an order becomes binding; see `stm_credit_guard.py`."""

    _inherit = "sale.order"

    stm_hold_id = fields.Many2one(
        "stm.credit.hold",
        "Credit Hold",
        copy=False,
        readonly=True,
        index="btree_not_null",
        # customers read their orders in the portal
        groups="base.group_user",
    )
    stm_hold_ids = fields.One2many("stm.credit.hold", "order_id", "Credit Holds", groups=fields.NO_ACCESS)

    def _register_hook(self):
        """Wrap `action_confirm` outside of all addons, whichever was loaded last."""
        super()._register_hook()
        registered = self.env.registry[self._name]
        inner = registered.action_confirm
        if getattr(inner, "stm_credit_wrapped", False):
            return

        @functools.wraps(inner)
        def action_confirm(orders):
            return orders._stm_confirm_what_may_pass(inner)

        action_confirm.stm_credit_wrapped = True
        registered.action_confirm = action_confirm

    def _unregister_hook(self):
        registered = self.env.registry[self._name]
        if "action_confirm" in vars(registered):
            del registered.action_confirm
        return super()._unregister_hook()

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any("stm_hold_id" in vals for vals in vals_list):
            self._refuse_stm_hold()
        if "default_stm_hold_id" in self.env.context:
            vals_list = [{"stm_hold_id": False, **vals} for vals in vals_list]
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "sale")._check_stm_credit()
        return orders

    def write(self, vals):
        if "stm_hold_id" in vals and not self.env.su:
            self._refuse_stm_hold()
        confirmed = self.browse()
        if vals.get("state") == "sale":
            confirmed = self.filtered(lambda order: order.state != "sale")
        if TERMS_FIELDS & vals.keys():
            # one that says again that it is confirmed may grow as well
            with self._watch_stm_growth():
                result = super().write(vals)
        else:
            result = super().write(vals)
        confirmed._check_stm_credit()
        return result

    def _stm_confirm_what_may_pass(self, confirm):
        """Confirm the orders that may be confirmed and hold the others.

        :param confirm: what confirms
        :return: what it returned; where all are held, a notice of the reasons
        """
        self.check_access("write")
        asked = self.filtered(lambda order: order.state in QUOTATION)
        guard = self.env["stm.credit.guard"]
        verdicts = guard._decide(asked)
        held = self.browse(order.id for order, verdict in verdicts.items() if not verdict.passes)
        passing = self - held
        if passing:
            guard._remember(passing.filtered(lambda order: order.sudo() in verdicts))
        try:
            result = confirm(passing) if passing or not self else True
        finally:
            # a permission does not outlive the attempt
            guard._forget(passing)
        for order in passing.sudo():
            order._stm_resume(verdicts.get(order))
        for order in held.sudo():
            order._stm_hold(verdicts[order])
        return held._get_stm_hold_notice(passing) if held else result

    def _check_stm_credit(self):
        """The last guard: refuse a confirmation that nobody has decided.

        :raises UserError: with the reasons; nothing is written
        """
        guard = self.env["stm.credit.guard"]
        undecided = self.browse(order.id for order in self if not guard._recall(order))
        self._refuse_stm_credit(
            guard._decide(undecided, is_confirmed=True), lambda one: one.order._describe_stm_reasons(one)
        )

    @contextmanager
    def _watch_stm_growth(self):
        """Refuse to let confirmed orders ask for more than the rules allow.

        One who watches is enough: the lines that are written with an order are part of it.

        :raises UserError: with the reasons; the change is undone
        """
        watched = self.env.cr.cache.setdefault(WATCHED, set())
        mine = self.sudo().filtered(
            lambda order: (
                order.id not in watched and order.state == "sale" and order.company_id.stm_credit_control
            )
        )
        before = {order: order._get_stm_credit_terms() for order in mine}
        watched.update(mine.ids)
        try:
            yield
        finally:
            watched.difference_update(mine.ids)
        grown, confirmed = self.browse().sudo(), {}
        for order, (amount, payer, days) in before.items():
            amount_now, payer_now, days_now = order._get_stm_credit_terms()
            if payer_now != payer or days_now > days:
                # all of it is asked for anew
                grown |= order
            elif amount_now > amount:
                grown |= order
                confirmed[order] = amount
        if grown:
            guard = self.env["stm.credit.guard"]
            self._refuse_stm_credit(
                guard._decide(grown, confirmed, is_confirmed=True),
                lambda one: one.order._describe_stm_refused_change(one),
            )

    @contextmanager
    def _let_stm_grow(self):
        """Let these orders grow without being asked: what they grow by is not a decision to sell."""
        watched = self.env.cr.cache.setdefault(WATCHED, set())
        mine = set(self.ids) - watched
        watched |= mine
        try:
            yield
        finally:
            watched -= mine

    def _refuse_stm_hold(self):
        raise AccessError(self.env._("What happened to a held order is written down by Odoo only."))

    def _refuse_stm_credit(self, verdicts, describe):
        refused = [verdict for verdict in verdicts.values() if not verdict.passes]
        if refused:
            raise UserError("\n\n".join(describe(verdict) for verdict in refused))

    def _get_stm_payers(self):
        """The commercial entities that are invoiced."""
        return (self.partner_invoice_id or self.partner_id).commercial_partner_id

    def _get_stm_credit_terms(self):
        """(amount in company currency, id of who pays, days until it is due)."""
        self.ensure_one()
        return self._get_stm_credit_amount(), self._get_stm_payers().id, self._get_stm_term_days()

    def _get_stm_credit_amount(self):
        """What the order comes to with taxes, in company currency.

        A quotation at the rate of now: confirming writes the date of now.
        """
        company, currency = self.company_id, self.currency_id or self.company_id.currency_id
        rate = self.currency_rate
        if self.state in QUOTATION and currency != company.currency_id:
            rate = currency._get_conversion_rate(
                company.currency_id, currency, company, fields.Datetime.now().date()
            )
        return exact(company.currency_id.round(self.amount_total / (rate or 1.0)))

    def _get_stm_credit_asked(self, before=None):
        """The same, without what is confirmed already."""
        return max(self._get_stm_credit_amount() - (before or Decimal(0)), Decimal(0))

    def _get_stm_term_days(self):
        """Days until the last part is due, the rest of a month counted as a whole one."""
        return self.env["account.payment.term"]._get_stm_days(self.payment_term_id.id)
