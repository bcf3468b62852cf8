"""What becomes payable of what was earned: payments, days, instalments, holds, and who has left.

Every row of `kind` release carries what a payment, a day or an instalment makes payable. What a
customer's condition holds up is a row as well: nothing payable, and the amount as `held`; when
the condition clears, the release takes it off again, so that `held` sums to what is on hold.

A payment releases its share of what *its line* earned, and which line of a period took the
higher tier is decided by their order, and for posted lines by what was known when they were
posted. So the sum payable of a half-paid period can depend on the order in which late lines came
in, as it does on which customer pays first. What is earned does not, and neither does what is
payable once all lines are paid: the parts of the lines add up to the table of their total. To
follow the mean of the period instead would pay for invoices that nobody has paid.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from .ladder import ZERO, release
from .payout import NEARLY, rounded
from .periods import Period, whole
from .pots import NOW, Row, name_pot


def vest(rows, period, pots, ledger, component, unit, today):
    """Rows of what became payable, is on hold, or is forfeited.

    :param rows: the period's rows so far
    :param pots: pot → :class:`~.pots.Credit` items
    """
    known = {credit.key: credit for credited in pots.values() for credit in credited}
    amounts = _get_amounts(rows, period, ledger, component)
    payments = _Payments(period, pots, known, component, today)
    paid = _get_paid(period, ledger, component)
    found = []
    for key, amount in amounts.items():
        if paid.get(key) == amount:
            continue
        credit = known.get(key)
        due = payments.get(key)
        posted = dict(ledger.released.get(period, {}).get(key, {}))
        if direct := ledger.direct.get(period, {}).get(key, ZERO):
            posted[NOW] = posted.get(NOW, ZERO) + direct
        days = {name: day for name, _share, day in due}
        parts = release(amount, [(name, share) for name, share, _day in due], posted, unit)
        held = ledger.held.get(period, {}).get(key, {})
        for name in {**parts, **held}:
            row = _release(key, name, parts.get(name, ZERO), held.get(name, ZERO), credit, component)
            if row:
                found.append(row._replace(period=period, day=days.get(name)))
        found += _forfeit(key, amount, due, period, ledger, component, credit, unit)
    return found


def _get_paid(period, ledger, component):
    """Key → what was payable at once, of what may be left as it is; mostly that is everything."""
    if not component.is_direct or ledger.held.get(period) or ledger.forfeited.get(period):
        return {}
    released = ledger.released.get(period, {})
    return {key: amount for key, amount in ledger.direct.get(period, {}).items() if key not in released}


def _get_amounts(rows, period, ledger, component):
    """Key → what was earned and not withheld; of what is payable by itself only what is posted."""
    amounts = defaultdict(lambda: ZERO)
    for document, posted in ledger.pots.get(period, {}).items():
        for key, row in posted.items():
            amounts[key or name_pot(period, document)] += row.amount
    for document, amount in ledger.floors.get(period, {}).items():
        amounts[name_pot(period, document)] += amount
    for key, amount in ledger.withheld.get(period, {}).items():
        amounts[key] -= amount
    if bonus := ledger.bonuses.get(period):
        amounts[name_pot(period, "")] += bonus
    if not component.is_direct:
        for row in rows:
            amounts[row.key] += row.amount
    return amounts


def _release(key, name, part, held, credit, component):
    reason = credit.hold if credit and part > 0 else ""
    change = (part if reason else ZERO) - held
    payable = ZERO if reason else part
    if not payable and not change:
        return None
    return Row(
        "release", f"{key}>{name}", None, "", None, ZERO, payable, reason,
        credit=credit, component=component, held=change,
    )  # fmt: skip


def _forfeit(key, amount, due, period, ledger, component, credit, unit):
    """What somebody who has left loses, for it was not payable by then; or gets back."""
    forfeited = ledger.forfeited.get(period, {}).get(key, ZERO)
    wanted = ZERO
    if component.left and amount > 0:
        share = sum((share for _name, share, _day in due), ZERO)
        wanted = amount - rounded(amount * min(share, Decimal(1)), unit)
        wanted = ZERO if share > 1 - NEARLY else wanted
    if wanted == forfeited:
        return []
    reason = "left" if wanted else ""
    change = forfeited - wanted
    return [Row("forfeit", key, period, "", component.left, change, ZERO, reason, None, credit, component)]


class _Payments:
    """By what a key of a period becomes payable, as (name, share, day) items by day."""

    def __init__(self, period, pots, known, component, today):
        self.pots, self.known, self.component, self.today = pots, known, component, today
        self.names = {name_pot(period, pot): pot for pot in pots}

    def get(self, key):
        if self.component.is_direct:
            return [(NOW, Decimal(1), None)]
        if key in self.known:
            return get_payments(self.known[key], self.component, self.today)
        if not key.startswith("pot:"):
            return []
        pot = self.names.get(key)
        return self._get_of_document(self.pots[pot]) if pot else self._get_mean()

    def _get_of_document(self, credited):
        """The payments of a document, each with its share of it."""
        base = sum((credit.base for credit in credited), ZERO)
        shares, days = defaultdict(lambda: ZERO), {}
        for credit in credited if base else ():
            for name, share, day in get_payments(credit, self.component, self.today):
                shares[name] += credit.base * share / base
                days[name] = day
        return sorted(((name, share, days[name]) for name, share in shares.items()), key=lambda one: one[2])

    def _get_mean(self):
        """The payable share of the period as a whole: that of its documents, by their bases."""
        credited = self.component.sales or self.known.values()
        base = sum((credit.base for credit in credited), ZERO)
        if not base:
            return []
        parts = [
            (credit.base * share, day)
            for credit in credited
            for _key, share, day in get_payments(credit, self.component, self.today)
        ]
        paid = sum((part for part, _day in parts), ZERO)
        return [("mean", paid / base, max(day for _part, day in parts))] if paid else []


def get_payments(credit, component, today):
    """(name, share, day) of what makes a credit payable, by the component's terms."""
    due = _get_due(credit, component, today)
    if component.instalments > 1 and credit.base < 0 and credit.origins:
        due = _spread(due, component, today)
    if component.left and credit.base > 0:
        due = [part for part in due if part[2] <= component.left]
    return due


def _get_due(credit, component, today):
    """(name, share, day) items; of what settles a document, `full` counts what is no money as well.

    980 paid of 1,000, and 20 taken off for early payment:

    >>> from datetime import date
    >>> from .pots import NOTHING, Component, Credit, Payment
    >>> may = date(2026, 5, 1)
    >>> paid = Payment("p1", Decimal("0.98"), may, offset=Decimal("0.02"))
    >>> sale = Credit("invoice:7", "move:3", may, may, Decimal(1000), payments=(paid,))
    >>> for payable_on in ("proportional", "full"):
    ...     [(name, share, _day)] = _get_due(sale, Component("R1", NOTHING, payable_on=payable_on), may)
    ...     print(name, share)
    p1 0.98
    p1 1
    """
    if component.payable_on == "at_once":
        return [(NOW, Decimal(1), credit.day)]
    if component.payable_on == "days":
        due = credit.day + timedelta(days=component.wait)
        return [("wait", Decimal(1), due)] if due <= today else []
    payments = [payment for payment in credit.payments if payment.day <= today]
    if component.payable_on == "full":
        settled = sum((payment.share + payment.offset for payment in payments), ZERO)
        return [(payments[-1].key, Decimal(1), payments[-1].day)] if settled > 1 - NEARLY else []
    return [(payment.key, payment.share, payment.day) for payment in payments if payment.share]


def _spread(due, component, today):
    """Each part in equal instalments, the first at once, one more in each following period.

    >>> from datetime import date
    >>> from .pots import NOTHING, Component
    >>> refund = [(NOW, Decimal(1), date(2026, 5, 20))]
    >>> three = Component("R1", NOTHING, instalments=3)
    >>> [(name, str(day)) for name, _share, day in _spread(refund, three, date(2026, 6, 30))]
    [('now', '2026-05-20'), ('now~2', '2026-06-01')]
    """
    parts = []
    for name, share, day in due:
        for number in range(component.instalments):
            if day <= today:
                part = share / component.instalments
                parts.append((f"{name}~{number + 1}" if number else name, part, day))
            day = whole(Period(day, day), component.length).date_to + timedelta(days=1)
    return sorted(parts, key=lambda part: part[2])
