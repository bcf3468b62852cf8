from io import BytesIO

import xlsxwriter

from odoo import api, models

# the same in every language and every year: payroll programs read them
COLUMNS = (
    ("Employee Number", 18),
    ("Name", 30),
    ("Pay Code", 16),
    ("Period", 12),
    ("Amount", 14),
    ("Currency", 10),
    ("Statement", 12),
)


class StmCommissionXlsx(models.AbstractModel):
    """The file for payroll: one sheet, one row per statement, columns that stay as they are."""

    _name = "stm.commission.xlsx"
    _description = "Commission File for Payroll in a Spreadsheet"

    @api.model
    @api.private
    def _render(self, rows):
        """
        :param rows: values in the order of :data:`COLUMNS`; numbers are written as numbers, all
            else as text, whatever it looks like
        :return: bytes
        """
        stream = BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
        heading = book.add_format({"bold": True, "bottom": 1})
        # an employee number of 007 stays one, and a name that looks like a formula a name
        text = book.add_format({"quote_prefix": True, "num_format": "@"})
        money = book.add_format({"num_format": "0.00"})
        plain = book.add_format({"num_format": "0"})
        sheet = book.add_worksheet("Commission")
        for column, (title, width) in enumerate(COLUMNS):
            sheet.write_string(0, column, title, heading)
            sheet.set_column(column, column, width)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value, text)
                else:
                    sheet.write_number(number, column, value, plain if isinstance(value, int) else money)
        sheet.freeze_panes(1, 0)
        book.close()
        return stream.getvalue()
