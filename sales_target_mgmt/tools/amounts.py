"""Which numbers can be an amount of a target."""

import math

# beyond it a float no longer tells cents apart, and a figure is a slip of the hand
LIMIT = 1e15


def is_amount(value):
    """Whether a value from outside is a finite number of zero or more, below :data:`LIMIT`.

    >>> [is_amount(value) for value in (0, 12.5, -1, 1e15, float("nan"), float("inf"))]
    [True, True, False, False, False, False]
    >>> is_amount(True), is_amount("5"), is_amount(None)
    (False, False, False)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value) and 0 <= value < LIMIT
