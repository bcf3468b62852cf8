import logging
import time

from odoo import api, models

from ..demo import commission, commission_accounting, figures
from ..demo.credit import Credit
from ..demo.documents import Documents
from ..demo.opportunities import Opportunities
from ..demo.plans import Plans

_logger = logging.getLogger(__name__)


class StmDemo(models.AbstractModel):
    """The door through which the data file `demo/documents_demo.xml` calls Python.

    It has no table and no public method, so that nobody reaches it over RPC; it does
    nothing unless demonstration data is loaded.
    """

    _name = "stm.demo"
    _description = "Demonstration data"

    @api.model
    def _load(self, months=figures.MONTHS, today=None, seed=figures.SEED):
        """Make the demonstration firm's documents and plans in the main company.

        :param months: how many months of sales, the one in progress included
        :param today: the day on which the firm is shown, by default the present one
        """
        started = time.monotonic()
        company = self.env.ref("base.main_company")
        main = self.sudo().with_company(company)
        main = main.with_context(allowed_company_ids=company.ids)
        main._ensure_chart(company)
        today = today or company._get_stm_today()
        documents = Documents(main.env, today, months, seed)
        Opportunities(documents, documents.make()).make()
        commission.share(documents)
        Plans(documents).make()
        commission_accounting.set_up(documents)
        commission.Commission(documents).make()
        main.env["stm.class.policy"]._get_or_make(company).action_refresh()
        main.env["stm.customer.profile"]._refresh_contacts(company)
        Credit(documents).make()
        _logger.info("demonstration firm made in %.0f s", time.monotonic() - started)

    @api.model
    def _ensure_chart(self, company):
        """Nothing is posted without accounts; a company that has none gets the generic ones."""
        if not company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", company=company)
