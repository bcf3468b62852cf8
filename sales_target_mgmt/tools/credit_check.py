"""Whether an order may be confirmed, by the rules of the credit policy.

Two orders of 60 with a limit of 100, the second one on top of the first:

>>> rules = [Rule("limit", "hold")]
>>> check(rules, Facts(amount=Decimal(60), exposure=Decimal(0), limit=Decimal(100)))
[]
>>> [reason] = check(rules, Facts(amount=Decimal(60), exposure=Decimal(60), limit=Decimal(100)))
>>> reason.rule.kind, reason.action, reason.excess
('limit', 'hold', Decimal('20'))
"""

from decimal import Decimal
from typing import Any, NamedTuple

ZERO = Decimal(0)
# from the mildest on
ACTIONS = ("warn", "hold", "block")


class Rule(NamedTuple):
    """:ivar kind: what is looked at, see :data:`CHECKS`
    :ivar action: `warn`, `hold` or `block`
    :ivar days: overdue days from which it applies, or the number of first orders
    :ivar amount: overdue amount from which it applies
    :ivar grades: grades to which it applies; empty: to all
    """

    kind: str
    action: str
    days: int = 0
    amount: Decimal = ZERO
    grades: tuple = ()
    record: Any = None


class Facts(NamedTuple):
    """What is known of an order and of who pays for it; amounts in company currency.

    :ivar amount: of the order, taxes included
    :ivar paid: of it, money that has been received in advance
    :ivar exposure: of the customer, without this order
    :ivar limit: None where there is none: unlimited, or never decided, see `has_limit`
    :ivar has_limit: False where none was ever decided
    :ivar group_exposure: of the customer's group, without this order
    :ivar group_limit: None: the group has none
    :ivar term_days: longest term of the order's payment terms
    :ivar longest_term: that the grade allows; None: any
    :ivar orders: confirmed before
    :ivar deposit: that the grade asks for, of the whole order
    :ivar received: for the order, before and after it was confirmed
    """

    amount: Decimal = ZERO
    paid: Decimal = ZERO
    exposure: Decimal = ZERO
    limit: Decimal | None = None
    has_limit: bool = True
    group_exposure: Decimal = ZERO
    group_limit: Decimal | None = None
    overdue: Decimal = ZERO
    overdue_days: int = 0
    grade: Any = None
    is_rating_expired: bool = False
    is_blocked: bool = False
    orders: int = 0
    term_days: int = 0
    longest_term: int | None = None
    deposit: Decimal = ZERO
    received: Decimal = ZERO

    @property
    def credit(self):
        """What the order asks to be trusted with."""
        return max(self.amount - self.paid, ZERO)


class Reason(NamedTuple):
    """Why an order waits.

    :ivar excess: amount that would have to be paid, insured or approved; None where none would do
    """

    rule: Rule
    action: str
    excess: Decimal | None = None


def check(rules, facts):
    """The reasons that speak against confirming, the gravest first; none: it may be confirmed.

    What is paid in advance asks for no credit: no rule but a blocked account speaks against it.
    """
    reasons = []
    for rule in rules:
        if rule.grades and facts.grade not in rule.grades:
            continue
        if rule.kind != "blocked" and not facts.credit:
            continue
        found = CHECKS[rule.kind](rule, facts)
        if found is not None:
            reasons.append(Reason(rule, rule.action, found or None))
    return sorted(reasons, key=lambda reason: -ACTIONS.index(reason.action))


def _limit(rule, facts):
    """Above the limit, the customer's or the group's.

    >>> _limit(None, Facts(amount=Decimal(5))), _limit(None, Facts(amount=Decimal(5), limit=ZERO))
    (None, Decimal('5'))
    """
    excess = ZERO
    if facts.limit is not None:
        excess = facts.exposure + facts.credit - facts.limit
    if facts.group_limit is not None:
        excess = max(excess, facts.group_exposure + facts.credit - facts.group_limit)
    return excess if excess > 0 else None


def _unset(rule, facts):
    return None if facts.has_limit else ZERO


def _overdue(rule, facts):
    is_late = facts.overdue > 0 and facts.overdue_days >= max(rule.days, 1) and facts.overdue >= rule.amount
    return facts.overdue if is_late else None


def _grade(rule, facts):
    return ZERO if rule.grades or facts.grade is None else None


def _expired(rule, facts):
    return ZERO if facts.is_rating_expired else None


def _blocked(rule, facts):
    return ZERO if facts.is_blocked else None


def _first(rule, facts):
    return ZERO if facts.orders < rule.days else None


def _term(rule, facts):
    is_longer = facts.longest_term is not None and facts.term_days > facts.longest_term
    return ZERO if is_longer else None


def _deposit(rule, facts):
    """What is missing of the deposit.

    >>> facts = Facts(amount=Decimal(1000), deposit=Decimal(300), received=Decimal(120))
    >>> _deposit(None, facts), _deposit(None, facts._replace(received=Decimal(300)))
    (Decimal('180'), None)
    """
    missing = facts.deposit - facts.received
    return missing if missing > 0 else None


# what a rule looks at
CHECKS = {
    "limit": _limit,
    "unset": _unset,
    "overdue": _overdue,
    "grade": _grade,
    "expired": _expired,
    "blocked": _blocked,
    "first": _first,
    "term": _term,
    "deposit": _deposit,
}
