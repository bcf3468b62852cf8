from odoo.addons.base.models import ir_actions_report
from odoo.tools import split_every


def is_plain_printer():
    """Whether PDFs come from wkhtmltopdf as Debian builds it, without the Qt that its makers patched."""
    printer = getattr(ir_actions_report, "_wkhtml", None)
    return bool(printer) and not printer().is_patched_qt


def cut_table(rows, size, whole):
    """One table, or short ones where a page would begin without heads or in the middle of a row.

    That is what a plain printer does, see :func:`is_plain_printer`.

    :param size: rows between two heads where it has to be cut
    :param whole: so many rows are left in one piece
    :return: list of lists of rows
    """
    if len(rows) <= whole or not is_plain_printer():
        return [rows]
    return [list(some) for some in split_every(size, rows)]
