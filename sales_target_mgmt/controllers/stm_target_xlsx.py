from odoo.exceptions import AccessError, MissingError
from odoo.http import Controller, request, route

from .stm_file import XLSX, send_file


class StmTargetXlsx(Controller):
    @route(
        ["/stm/plan/<int:plan_id>/<any(xlsx,template):kind>"],
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, plan_id, kind):
        """The plan as an XLSX file, as far as the user may read it."""
        plan = request.env["stm.target.plan"].browse(plan_id)
        try:
            plan.check_access("read")
            report = request.env["stm.target.xlsx"]
            full = kind == "xlsx"
            content = report._render(plan.with_company(plan.company_id), with_targets=full)
        except (AccessError, MissingError):
            # whether the plan exists is nobody else's business
            return request.not_found()
        return send_file(content, XLSX, report._get_file_name(plan, full))
