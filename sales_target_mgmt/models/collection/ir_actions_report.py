from odoo import models
from odoo.addons.base.models import ir_actions_report
from odoo.tools.pdf import merge_pdf


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _run_wkhtmltopdf(self, bodies, report_ref=False, *args, **kwargs):
        """Print our documents for several customers one by one, where the program takes one only.

        That is what wkhtmltopdf does as Debian builds it; built with the Qt of its makers it takes all.
        """
        bodies = list(bodies)
        printer = getattr(ir_actions_report, "_wkhtml", None)
        is_ours = len(bodies) > 1 and report_ref and self._get_report(report_ref).model.startswith("stm.")
        if not is_ours or not printer or printer().is_patched_qt:
            return super()._run_wkhtmltopdf(bodies, report_ref, *args, **kwargs)
        run = super()._run_wkhtmltopdf
        return merge_pdf([run([body], report_ref, *args, **kwargs) for body in bodies])
