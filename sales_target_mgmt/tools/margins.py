"""Filling a table whose sums by row and by column are given: parts × periods.

Rows of their own shape, a new hire's, take their cells first; the others share what is left of
the columns in proportion, so that both sums are exact.

>>> table = fill([1_200_000, 950_000], [Decimal(2_150_000) / 4] * 4, shapes={1: [0, 0, 1, 1]})
>>> [[int(cell) for cell in row] for row in table]
[[537500, 537500, 62500, 62500], [0, 0, 475000, 475000]]
"""

from decimal import Decimal

from .decomposition import allocate_within

# cells are rounded as coarsely as the parts as long as ten such steps fit into one
STEPS = 10


def fill(rows, columns, unit=1, *, shapes=None, fixed=None):
    """Cells of a table, in whole units.

    Sums of rows are always exact. Sums of columns are, as long as fixed cells leave a way;
    a column in which more is fixed than it has is exceeded by that, and others fall short.

    :param rows: the sum of each row
    :param columns: the sum of each column
    :param shapes: row to factors, one per column, by which it differs from the columns
    :param fixed: (row, column) to amount, never touched
    :returns: a list of `Decimal` per row

    >>> [[int(cell) for cell in row] for row in fill([7, 5], [4, 4, 4])]
    [[3, 2, 2], [1, 2, 2]]
    >>> [[int(cell) for cell in row] for row in fill([7, 5], [4, 4, 4], fixed={(1, 0): 5})]
    [[0, 4, 3], [5, 0, 0]]
    """
    shapes, fixed = shapes or {}, fixed or {}
    table = [[Decimal(0)] * len(columns) for _row in rows]
    room = [Decimal(column) for column in columns]
    for (row, column), amount in fixed.items():
        table[row][column] = Decimal(amount)
        room[column] = max(room[column] - table[row][column], Decimal(0))
    bound = {row for row, _column in fixed} | set(shapes)
    for row in sorted(range(len(rows)), key=lambda row: (row not in bound, row)):
        free = [column for column in range(len(columns)) if (row, column) not in fixed]
        need = Decimal(rows[row]) - sum(table[row])
        if not free or need <= 0:
            continue
        factors = shapes.get(row)
        weights = [room[column] * (Decimal(factors[column]) if factors else 1) for column in free]
        parts = allocate_within(need, weights, unit, upper=[room[column] for column in free])
        for column, amount in zip(free, parts.amounts, strict=True):
            table[row][column] = amount
            room[column] = max(room[column] - amount, Decimal(0))
    return table


def cell_unit(unit, smallest, rows, columns, fixed=()):
    """The coarsest step, from `unit` down to `smallest`, in which the cells can be filled.

    :param fixed: amounts of cells that stay as they are

    >>> cell_unit(1000, 1, [480000], [240000] * 2), cell_unit(1000, 1, [480000, 5000], [242500] * 2)
    (Decimal('1000'), Decimal('100'))
    >>> cell_unit(1000, 1, [480000], [100001] * 4 + [79996])
    Decimal('1')
    """
    unit, smallest = Decimal(unit), Decimal(smallest)
    rows = [Decimal(row) for row in rows if row]
    while unit > smallest:
        whole = not any(amount % unit for amount in (*rows, *map(Decimal, columns), *fixed))
        if whole and all(row >= unit * STEPS * len(columns) or len(columns) == 1 for row in rows):
            break
        unit /= 10
    return max(unit, smallest)
