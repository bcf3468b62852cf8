from odoo.exceptions import AccessError, MissingError
from odoo.http import Controller, request, route

from .stm_file import XLSX, send_file

MOST = 1000


class StmAccountStatementXlsx(Controller):
    @route("/stm/account-statements.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def download(self, ids=""):
        """Statements in a spreadsheet, for those who may read them."""
        numbers = [int(part) for part in ids.split(",")[:MOST] if part.isdecimal() and len(part) < 10]
        statements = request.env["stm.account.statement"].browse(numbers)
        try:
            statements.check_access("read")
            content = request.env["stm.account.statement.xlsx"]._render(statements)
            name = statements.display_name if len(statements) == 1 else request.env._("Account Statements")
        except (AccessError, MissingError):
            # whether they exist is nobody else's business
            return request.not_found()
        return send_file(content, XLSX, f"{name}.xlsx")
