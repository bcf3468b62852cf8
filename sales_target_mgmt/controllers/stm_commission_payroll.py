import base64

from odoo.exceptions import AccessError, MissingError
from odoo.http import Controller, content_disposition, request, route

from ..report.stm_target_xlsx import CONTENT_TYPE


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
        headers = [
            ("Content-Type", CONTENT_TYPE),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(base64.b64decode(content or b""), headers=headers)
