from odoo import models
from odoo.tools.pdf import merge_pdf

from ..stm_print import is_plain_printer


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _run_wkhtmltopdf(self, bodies, report_ref=False, *args, **kwargs):
        """Print our documents for several customers one by one, where the program takes one only.

        That is what a plain printer does, see :func:`~..stm_print.is_plain_printer`.
        """
        bodies = list(bodies)
        is_ours = len(bodies) > 1 and report_ref and self._get_report(report_ref).model.startswith("stm.")
        if not is_ours or not is_plain_printer():
            return super()._run_wkhtmltopdf(bodies, report_ref, *args, **kwargs)
        run = super()._run_wkhtmltopdf
        return merge_pdf([run([body], report_ref, *args, **kwargs) for body in bodies])
