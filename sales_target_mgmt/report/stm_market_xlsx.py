from io import BytesIO

import xlsxwriter

from odoo import api, models

from ..tools.market_sheet import HEADINGS, SHEET

EXPLANATIONS = (
    (
        "One row per territory and year. Territories are written with those above them, as in the template.",
        "每个销售区域和年度一行。销售区域连同上级一起书写，与模板一致。",
    ),
    (
        "Market Size: what all suppliers together sell there in the year; empty where it is not known.",
        "市场规模：所有供应商当年在该区域的总销售额，不清楚时请留空。",
    ),
    (
        "Sales Budget: what is planned to be spent on selling there in the year.",
        "销售预算：当年计划在该区域投入的销售费用。",
    ),
    (
        "The last columns are the drivers of the division, in any unit: only the share of the whole counts.",
        "最后几列是该划分方式的驱动因素，单位任意：只看占总体的份额。",
    ),
    (
        "Cells that are left empty stay as they are in Odoo; nothing changes before you have seen a preview.",
        "留空的单元格在 Odoo 中保持不变；看到预览之前不会更改任何内容。",
    ),
)


class StmMarketXlsx(models.AbstractModel):
    """The market data of a division as an XLSX file, in the form that the import reads."""

    _name = "stm.market.xlsx"
    _description = "Market Data in a Spreadsheet"

    @api.model
    def _render(self, division, year):
        """A row for every territory of the division, filled with what is known of the year.

        :return: bytes
        :raises AccessError: when the user may not read the division
        """
        division.check_access("read")
        stream = BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
        formats = self.env["stm.target.xlsx"]._get_formats(book)
        language = 1 if (self.env.lang or "").startswith("zh") else 0
        sheet = book.add_worksheet(SHEET)
        drivers = division.driver_ids
        headings = [texts[language] for texts in HEADINGS.values()] + drivers.mapped("name")
        for column, text in enumerate(headings):
            sheet.write_string(0, column, text, formats["heading"])
            sheet.set_column(column, column, 40 if column == 0 else 16)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 1)
        for number, cells in enumerate(self._get_rows(division, year, drivers), 1):
            for column, value in enumerate(cells):
                if isinstance(value, str):
                    sheet.write_string(number, column, value, formats["text"])
                elif value is not None:
                    sheet.write_number(number, column, value)
        about = book.add_worksheet("Read me")
        about.set_column(0, 0, 100)
        for number, texts in enumerate(EXPLANATIONS):
            about.write_string(number, 0, texts[language], formats["wrap"])
        book.close()
        return stream.getvalue()

    def _get_rows(self, division, year, drivers):
        known = {
            market.territory_id: market
            for market in self.env["stm.territory.market"].search(
                [("division_id", "=", division.id), ("year", "=", year)]
            )
        }
        for territory in self.env["stm.territory"].search([("division_id", "=", division.id)]):
            market = known.get(territory, self.env["stm.territory.market"])
            values = {value.driver_id: value.value for value in market.value_ids}
            yield [
                self.env["stm.target.xlsx"]._get_territory_path(territory),
                year,
                market.market_size or None,
                market.reach or None,
                market.customer_count or None,
                int(market.competition) if market.competition else None,
                market.competitors or None,
                market.budget or None,
                *(values.get(driver) for driver in drivers),
            ]
