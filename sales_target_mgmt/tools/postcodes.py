"""Ranges of postcodes by how they begin, as territory rules compare them.

A range holds for every code that is not below its first beginning and whose own beginning is
not above its last: 10 to 19 holds for 10115 and 19999.
"""

DIGITS = "0123456789"
LETTERS = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def without(first, last, area):
    """What is left of a range when the codes of an area are taken out.

    :param area: how the codes of the area begin
    :return: at most two (first, last) pairs

    >>> without("0", "4", "20"), without("20", "29", "20"), without("10", "29", "3")
    ([('0', '1'), ('21', '49')], [('21', '29')], [('10', '29')])
    >>> without("201", "205", "20"), without("9", "9", "99"), without("AB", "AB", "AB1")
    ([], [('9', '98')], [('AB', 'AB0'), ('AB2', 'ABZ')])
    >>> without("05", "2", "1")
    [('05', '09'), ('2', '2')]
    """
    if last + "\uffff" < area or area + "\uffff" < first:
        return [(first, last)]
    letters = DIGITS if (first + last + area).isdigit() else LETTERS
    pieces = []
    if first < area and (below := _step(area, letters, -1)):
        pieces.append((first, below))
    if (above := _step(area, letters, 1)) and above <= last + "\uffff":
        pieces.append((max(first, above), last))
    return [(start, _fill(end, len(start), letters)) for start, end in pieces if end >= start[: len(end)]]


def _step(code, letters, way):
    """The beginning that comes before or after all codes of another; empty when there is none.

    >>> _step("20", DIGITS, -1), _step("19", DIGITS, 1), _step("99", DIGITS, 1), _step("A9", LETTERS, 1)
    ('1', '2', '', 'AA')
    """
    while code:
        place = letters.find(code[-1]) + way
        if 0 <= place < len(letters):
            return code[:-1] + letters[place]
        code = code[:-1]
    return ""


def _fill(code, length, letters):
    return code.ljust(length, letters[-1])
