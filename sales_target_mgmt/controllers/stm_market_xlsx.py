from odoo.exceptions import AccessError, MissingError
from odoo.http import Controller, request, route

from .stm_file import XLSX, send_file


class StmMarketXlsx(Controller):
    @route(
        "/stm/market/<int:division_id>/<int:year>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, division_id, year):
        """The market data of a division and a year as an XLSX file, to be filled in."""
        division = request.env["stm.territory.division"].browse(division_id)
        try:
            division.check_access("read")
            request.env["stm.territory.market"].check_access("read")
            content = request.env["stm.market.xlsx"]._render(division, year)
        except (AccessError, MissingError):
            # whether the division exists is nobody else's business
            return request.not_found()
        name = f"{division.display_name} {year}.xlsx"
        return send_file(content, XLSX, name)
