"""Attainment per person and quarter as a table of text."""


def attainment(names, figures):
    """Lines of the table: a person a line, a quarter a column, per cent of the quota.

    :param names: name by employee key, in the order of the lines
    :param figures: {(employee key, first day, last day): (target, actual, attainment)}
    """
    quarters = sorted({key[1:] for key in figures})
    width = max(map(len, names.values()))
    yield f"{'from':<{width}} " + " ".join(f"{first:%y-%m-%d}" for first, _last in quarters)
    yield f"{'to':<{width}} " + " ".join(f"{last:%y-%m-%d}" for _first, last in quarters)
    for key, name in names.items():
        cells = [figures.get((key, *quarter)) for quarter in quarters]
        if any(cells):
            yield f"{name:<{width}} " + " ".join(f"{cell[2]:>8.1%}" if cell else " " * 8 for cell in cells)
    totals = [
        [sum(figures[key][column] for key in figures if key[1:] == quarter) for column in (0, 1)]
        for quarter in quarters
    ]
    yield f"{'all':<{width}} " + " ".join(f"{actual / target:>8.1%}" for target, actual in totals)
