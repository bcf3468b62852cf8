from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models

from ..tools.spans import year_before


class StmTargetDecompose(models.TransientModel):
    """What suggests itself before anything is chosen."""

    _inherit = "stm.target.decompose"

    @api.depends("plan_id")
    def _compute_measure_id(self):
        for wizard in self:
            wizard.measure_id = wizard.plan_id.headline_measure_id

    @api.depends("node_id")
    def _compute_dimension(self):
        """What the node is divided by already, or the next thing that it does not name."""
        for wizard in self:
            node = wizard.node_id
            wizard.dimension = node.breakdown_ids[:1].dimension or wizard._suggest_dimension()

    @api.depends("measure_id")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.plan_id.currency_id if wizard.measure_id.unit == "money" else False

    @api.depends("plan_id")
    def _compute_dates(self):
        for wizard in self:
            plan = wizard.plan_id
            wizard.date_from = plan and plan._get_start()
            wizard.date_to = plan.date_to

    @api.depends("plan_id")
    def _compute_granularity(self):
        for wizard in self:
            wizard.granularity = wizard.plan_id.granularity

    @api.depends("date_from", "date_to")
    def _compute_history(self):
        """The same days a year before; the last whole year where those are not over yet."""
        for wizard in self:
            if not (wizard.date_from and wizard.date_to):
                wizard.history_from = wizard.history_to = False
                continue
            start, end = year_before(wizard.date_from, wizard.date_to)
            first = wizard.company_id.sudo()._get_stm_today().replace(day=1)
            if end >= first:
                end = first - timedelta(days=1)
                start = first - relativedelta(years=1)
            wizard.history_from, wizard.history_to = start, end

    @api.depends("measure_id")
    def _compute_history_measure_id(self):
        for wizard in self:
            measure = wizard.measure_id
            wizard.history_measure_id = measure if measure.aggregation != "ratio" else False

    @api.depends("measure_id")
    def _compute_unit(self):
        for wizard in self:
            wizard.unit = 1.0
