"""How a settlement period is written where machines read it, and sorts by itself."""


def name_period(first, granularity):
    """The period that begins on a day, in the notation of ISO 8601 as far as that goes.

    :param granularity: `month`, `quarter`, `half` or `year`
    :raises ValueError: for any other

    >>> from datetime import date
    >>> [name_period(date(2026, 7, 1), one) for one in ("month", "quarter", "half", "year")]
    ['2026-07', '2026-Q3', '2026-H2', '2026']
    """
    if granularity == "month":
        return f"{first:%Y-%m}"
    if granularity == "quarter":
        return f"{first.year}-Q{(first.month + 2) // 3}"
    if granularity == "half":
        return f"{first.year}-H{(first.month + 5) // 6}"
    if granularity == "year":
        return str(first.year)
    raise ValueError(f"{granularity!r} is no settlement period.")
