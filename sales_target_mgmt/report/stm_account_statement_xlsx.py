from io import BytesIO

import xlsxwriter

from odoo import api, fields, models


class StmAccountStatementXlsx(models.AbstractModel):
    """Statements of account in a spreadsheet: one sheet of movements, one of what is open."""

    _name = "stm.account.statement.xlsx"
    _description = "Account Statement in a Spreadsheet"

    @api.model
    @api.private
    def _render(self, statements):
        """:return: bytes; amounts are numbers, texts are texts, whatever they look like"""
        stream = BytesIO()
        book = xlsxwriter.Workbook(
            stream,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        formats = {
            "heading": book.add_format({"bold": True, "bottom": 1}),
            "text": book.add_format({"quote_prefix": True, "num_format": "@"}),
            "number": book.add_format({"num_format": "#,##0.00"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        self._write(
            book.add_worksheet(self.env._("Movements")),
            formats,
            [
                self.env._("Customer"),
                self.env._("Date"),
                self.env._("Kind"),
                self.env._("Document"),
                self.env._("Reference"),
                self.env._("Due"),
                self.env._("Amount"),
                self.env._("Running Balance"),
                self.env._("Document Currency"),
                self.env._("Amount in It"),
            ],
            self._get_movements(statements),
        )
        self._write(
            book.add_worksheet(self.env._("Open Items")),
            formats,
            [
                self.env._("Customer"),
                self.env._("Document"),
                self.env._("Date"),
                self.env._("Due"),
                self.env._("Days Overdue"),
                self.env._("Open Amount"),
                self.env._("Document Currency"),
                self.env._("Open in It"),
            ],
            self._get_open_items(statements),
        )
        book.close()
        return stream.getvalue()

    def _get_movements(self, statements):
        for one in statements:
            name = one.partner_id.display_name or ""
            yield [name, one.date_from, self.env._("Opening balance"), "", "", None, None, one.opening]
            for line in one._get_lines():
                yield [name, *(line[key] for key in (
                    "date", "kind", "name", "reference", "due", "amount", "balance"
                )), *self._tell_foreign(line)]  # fmt: skip
            yield [name, one.date_to, self.env._("Closing balance"), "", "", None, None, one.closing]

    def _get_open_items(self, statements):
        for one in statements:
            for item in one._get_open_items():
                overdue = item["days"] if item["days"] > 0 and item["residual"] > 0 else 0
                name = one.partner_id.display_name or ""
                told = [item[key] for key in ("name", "date", "due")]
                yield [name, *told, overdue, item["residual"], *self._tell_foreign(item)]

    def _tell_foreign(self, told):
        return [told["currency"].name, told["foreign"]] if told["currency"] else []

    def _write(self, sheet, formats, heads, rows):
        for column, title in enumerate(heads):
            sheet.write_string(0, column, title, formats["heading"])
            sheet.set_column(column, column, 24 if column == 0 else 16)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if value is None or value is False:
                    continue
                if isinstance(value, str):
                    sheet.write_string(number, column, value, formats["text"])
                elif isinstance(value, int):
                    sheet.write_number(number, column, value)
                elif isinstance(value, float):
                    sheet.write_number(number, column, value, formats["number"])
                else:
                    sheet.write_datetime(number, column, fields.Datetime.to_datetime(value), formats["date"])
        sheet.freeze_panes(1, 0)
