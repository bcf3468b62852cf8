"""What kind of market a territory is, from its sales and its market.

The stages of the product life cycle (Levitt 1965) and the growth–share matrix (Henderson 1970)
applied to places: a place that grows fast is emerging while it is small and growing when it is
not; one that neither grows nor shrinks is mature.
"""

from decimal import Decimal
from typing import NamedTuple

FAST = Decimal("0.10")
SHRINKING = Decimal("-0.05")
SMALL = Decimal("0.5")


class Suggestion(NamedTuple):
    """:ivar kind: `mature`, `growth`, `emerging`, `declining`, or None where nothing is known
    :ivar growth: of the sales, 0.1 is 10 %; None without earlier sales
    :ivar size: sales ÷ mean of the territories beside it; None without a mean
    :ivar market_growth: None without two years of market data
    """

    kind: str | None
    growth: Decimal | None
    size: Decimal | None
    market_growth: Decimal | None


def suggest(volume, previous, mean, market=None, previous_market=None):
    """The type of a territory.

    :param volume: sales of the last twelve months
    :param previous: sales of the twelve months before
    :param mean: mean volume of the territories beside it
    :param market: size of its market, and a year earlier; None where it is not known

    >>> [suggest(*one).kind for one in ((115, 100, 100), (30, 20, 100), (80, 100, 90), (102, 100, 100))]
    ['growth', 'emerging', 'declining', 'mature']

    What is new is emerging, and a market that grows fast is not mature because we stand still:

    >>> suggest(10, 0, 100).kind, suggest(0, 0, 100, 500).kind, suggest(100, 100, 100, 120, 100).kind
    ('emerging', 'emerging', 'growth')
    >>> suggest(100, 100, 100, 90, 100).kind, suggest(0, 0, 0).kind
    ('declining', None)
    """
    volume, previous, mean = (Decimal(str(value)) for value in (volume, previous, mean))
    growth = volume / previous - 1 if previous > 0 else None
    size = volume / mean if mean > 0 else None
    market_growth = None
    if market is not None and previous_market:
        market_growth = Decimal(str(market)) / Decimal(str(previous_market)) - 1
    is_small = size is not None and size < SMALL
    kind = "mature"
    if growth is None:
        kind = "emerging" if volume > 0 or market else None
    elif growth >= FAST:
        kind = "emerging" if is_small else "growth"
    elif growth <= SHRINKING or (market_growth is not None and market_growth <= SHRINKING):
        kind = "declining"
    elif market_growth is not None and market_growth >= FAST:
        kind = "emerging" if is_small else "growth"
    return Suggestion(kind, growth, size, market_growth)
