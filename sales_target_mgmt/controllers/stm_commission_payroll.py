import base64

from odoo.exceptions import AccessError, MissingError
from odoo.http import Controller, request, route

from .stm_file import XLSX, send_file


class StmCommissionPayroll(Controller):
    @route("/stm/payroll/<int:payroll_id>", type="http", auth="user", methods=["GET"], readonly=True)
    def download(self, payroll_id):
        """The file for payroll as it was made, for those who may read it."""
        payroll = request.env["stm.commission.payroll"].browse(payroll_id)
        try:
            payroll.check_access("read")
            content = payroll.content
        except (AccessError, MissingError):
            # whether it exists is nobody else's business
            return request.not_found()
        name = f"{payroll.company_id.name} {payroll.name}.xlsx"
        return send_file(base64.b64decode(content or b""), XLSX, name)
