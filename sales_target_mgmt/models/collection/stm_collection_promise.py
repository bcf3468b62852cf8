from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import formatLang

from ...tools.collection import promise_state, share_money
from .stm_collection_money import find_undecided

STATES = [
    ("open", "Open"),
    ("kept", "Kept"),
    ("part", "Kept in Part"),
    ("broken", "Broken"),
    ("cancelled", "Cancelled"),
]


class StmCollectionPromise(models.Model):
    """A customer said to pay so much until a day; payments tell whether it was kept.

    One that was broken is kept after all if money of its days is booked within two weeks. Of several
    promises on the same days the one that ends first takes the money: none counts twice.
    """

    _name = "stm.collection.promise"
    _description = "Promise to Pay"
    _inherit = ["stm.collection.part.mixin", "stm.collection.money.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    amount = fields.Monetary(required=True, tracking=True)
    date = fields.Date("Until", required=True, tracking=True)
    given_on = fields.Date(required=True, readonly=True)
    received = fields.Monetary(
        readonly=True,
        help="Booked from the day it was given to its last day, without what counts for other promises.",
    )
    state = fields.Selection(STATES, required=True, default="open", readonly=True, tracking=True)
    note = fields.Char("What Was Said")

    _amount_positive = models.Constraint("CHECK(amount > 0)", "A promise is about an amount above zero.")
    _date_order = models.Constraint("CHECK(date >= given_on)", "A promise ends on a day to come.")

    @api.depends("partner_id", "amount", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(customer)s: promise of %(date)s",
                customer=promise.partner_id.display_name,
                date=promise.date,
            )

    @api.model_create_multi
    def create(self, vals_list):
        cases = self.env["stm.collection.case"].browse(
            [vals["case_id"] for vals in vals_list if vals.get("case_id")]
        )
        cases.check_access("write")
        for vals in vals_list:
            today = cases.browse(vals.get("case_id")).company_id._get_stm_today()
            vals |= {"given_on": today, "state": "open", "received": 0.0}
            if (until := fields.Date.to_date(vals.get("date"))) and until < today:
                raise ValidationError(self.env._("A promise ends on a day to come: %s is over.", until))
        promises = super().create(vals_list)
        promises._check_amount()
        for promise in promises:
            promise.case_id.sudo().last_contact = promise.given_on
        promises.case_id._refresh()
        return promises

    def write(self, vals):
        self.check_access("write")
        if not self.env.su and {"state", "received", "given_on", "case_id"} & set(vals):
            raise UserError(self.env._("Whether a promise is kept is found by the payments."))
        result = super().write(vals)
        if "amount" in vals:
            self._check_amount()
        if not self.env.su:
            self.case_id._refresh()
        return result

    def action_cancel(self):
        """It was a mistake, or something else was agreed: it stops nothing and counts for nothing."""
        self.check_access("write")
        self.sudo().write({"state": "cancelled"})
        self.case_id._refresh()

    def _check_amount(self):
        """Nobody promises more than is owed; what is entered afterwards may be paid by now.

        :raises UserError: naming what is open, and what other promises have of it
        """
        if self.env.su:
            return
        for promise in self:
            owed = promise.case_id._get_owed()
            others = (promise.case_id.promise_ids - promise).filtered(lambda one: one.state == "open")
            promised = others._get_left(promise)
            if promise.currency_id.compare_amounts(promise.amount, owed - promised) <= 0:
                continue
            values = {
                "customer": promise.partner_id.display_name,
                "open": formatLang(self.env, owed, currency_obj=promise.currency_id),
                "promised": formatLang(self.env, promised, currency_obj=promise.currency_id),
            }
            if not others:
                raise UserError(
                    self.env._(
                        "“%(customer)s” owes %(open)s in all: a promise is about that much or less.",
                        **values,
                    )
                )
            raise UserError(
                self.env._(
                    "“%(customer)s” owes %(open)s in all and has promised %(promised)s of it already: "
                    "cancel an earlier promise, or enter only what comes on top.",
                    **values,
                )
            )

    def _get_left(self, without):
        """What is not received of these, if there were no promises `without`; runs come later than money."""
        if not self:
            return 0.0
        received = self.sudo()._share_money(without)
        return float(sum(Decimal(str(one.amount)) - received[one.id] for one in self))

    @api.model
    @api.private
    def _get_undecided(self, company, partner_ids):
        """Domain of what money that is booked now may decide."""
        return find_undecided(company, partner_ids, "date")

    @api.model
    @api.private
    def _check_payments(self, company, partner_ids):
        """Find which promises of customers are kept, kept in part or broken."""
        promises = self.search(self._get_undecided(company, partner_ids))
        if not promises:
            return
        today = company._get_stm_today()
        received = promises._share_money()
        for promise in promises:
            amount = received[promise.id]
            state = promise_state(Decimal(str(promise.amount)), amount, promise.date < today)
            if state != promise.state or promise.received != float(amount):
                promise.write({"state": state, "received": float(amount)})

    def _share_money(self, without=None):
        """{id: money that counts for it}, of these and all others of their customers.

        :param without: promises that are left out
        """
        others = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("state", "!=", "cancelled"),
                ("id", "not in", without.ids if without else []),
            ]
        )
        money, shared = others._read_money(), {}
        for promises in others.grouped(lambda one: (one.company_id, one.partner_id)).values():
            days = {}
            for promise in promises:
                days |= money.get(promise.id, {})
            terms = [(one.id, str(one.amount), one.given_on, one.date) for one in promises]
            shared |= share_money(terms, days.items())
        return shared
