"""Invoices that are paid, refunded and reopened in Odoo, and the two quarters settled after that."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from . import turns


class Quarters:
    """What happens in the two quarters after the last invoice.

    :param commission: :class:`.commission.Commission`, posted up to the last invoice
    :param count: of invoices for each turn
    """

    def __init__(self, commission, count):
        self.commission = commission
        self.env = commission.env
        self.turns = turns.choose(commission.wages, count)
        self.quarters = turns.after(commission.wages)
        names = [one.name for part in self.turns for one in part]
        domain = [("company_id", "=", commission.data.company.id), ("invoice_origin", "in", names)]
        self.moves = {move.invoice_origin: move for move in self.env["account.move"].search(domain)}
        self.payments, self.refunds = {}, {}

    def play(self):
        """Let it happen, settle, compare and post; what was owed is known from the files."""
        owed = turns.owed(self.commission.wages, self.turns)
        waiting = defaultdict(Decimal)
        for (employee, _first), amount in self.commission.wages.commission().items():
            waiting[employee] += amount
        owing = defaultdict(Decimal)
        for number, (happen, (first, last)) in enumerate(
            zip((self._first, self._second), self.quarters, strict=True)
        ):
            happen(first)
            self.commission.settle(last)
            statements = self.commission.post(first, last)
            self._compare(statements, number, owed, waiting, owing)
        return sum(map(len, self.turns))

    def _compare(self, statements, number, owed, waiting, owing):
        wanted = {name: {} for name in ("earned", "payable", "waiting", "draw_balance")}
        for key in self.commission.wages.rates:
            one = owed.get((key, number), turns.Owed())
            waiting[key] += one.earned - one.released
            paid, owing[key] = turns.pay_out(one.released, owing[key])
            if one.earned or one.released:
                values = (one.earned, paid, waiting[key], owing[key])
                for name, value in zip(wanted, values, strict=True):
                    wanted[name][key] = value
        first, last = self.quarters[number]
        for name, values in wanted.items():
            shown = {self.commission.people[one.payee_id.id]: one[name] for one in statements}
            self.commission.comparison.check(f"{name} from {first} to {last}", shown, values)

    def _first(self, day):
        for one in (*self.turns.whole, *self.turns.reopened, *self.turns.back):
            self.payments[one.name] = self._pay(one, day + timedelta(days=40))
        for one in self.turns.part:
            self._pay(one, day + timedelta(days=41), amount=float(turns.paid_first(one)))
        for one in self.turns.back:
            self._refund(one, day + timedelta(days=60))
        for one in self.turns.less:
            self._refund(one, day + timedelta(days=61), turns.refunded(one))

    def _second(self, day):
        for position, one in enumerate(self.turns.reopened):
            self._receivable(self.moves[one.name]).remove_move_reconcile()
            if not position % 2:
                self._pay(one, day + timedelta(days=20))
        for one in self.turns.back:
            self._pay(one, day + timedelta(days=30), self.refunds[one.name])
        for one in self.turns.part:
            self._pay(one, day + timedelta(days=31))
        for one in self.turns.less:
            self._receivable(self.moves[one.name] | self.refunds[one.name]).reconcile()
            self._pay(one, day + timedelta(days=32))

    def _pay(self, invoice, day, move=None, **values):
        move = move or self.moves[invoice.name]
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizard.create({"payment_date": day, **values})._create_payments()

    def _refund(self, invoice, day, amount=None):
        move = self.moves[invoice.name]
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        reversal = wizard.create({"journal_id": move.journal_id.id, "date": day})
        refund = self.refunds[invoice.name] = self.env["account.move"].browse(
            reversal.reverse_moves()["res_id"]
        )
        refund.invoice_date = day
        if amount is not None:
            refund.invoice_line_ids.write({"quantity": 1, "discount": 0, "price_unit": float(amount)})
        refund.action_post()

    def _receivable(self, moves):
        return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
