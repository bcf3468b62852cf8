from odoo import api, fields, models

from .stm_target_decompose import CHOICES

# what is the same for the next measure; totals, pins and units are not
KEPT = (
    "date_from",
    "date_to",
    "granularity",
    "history_from",
    "history_to",
    "season_years",
    "hedge",
    "method",
    "period_method",
    "alpha",
    "projection",
    "growth",
    "bounded",
    "min_growth",
    "max_growth",
    "ramped",
    "ramp",
)


class StmTargetDecompose(models.TransientModel):
    """The measures of a plan one after the other: the same parts, divided in the same way."""

    _inherit = "stm.target.decompose"

    next_measure_id = fields.Many2one("stm.measure", compute="_compute_next_measure_id", compute_sudo=False)

    @api.depends("plan_id", "node_id", "mode", "measure_id")
    def _compute_next_measure_id(self):
        for wizard in self:
            measures = wizard.plan_id.measure_ids.sorted("sequence")
            known = wizard.measure_id in measures
            later = measures[measures.ids.index(wizard.measure_id.id) + 1 :] if known else measures
            if wizard.mode == "nodes":
                # only what the node has can be divided among its parts
                later = later.filtered("is_additive") & wizard.node_id.line_ids.measure_id
            wizard.next_measure_id = later[:1]

    def action_apply_next(self):
        """Apply the proposal and open the one for the next measure, if there is one."""
        self.ensure_one()
        measure = self.next_measure_id
        applied = self.action_apply()
        if not measure:
            return applied
        choices = {name: [(6, 0, self[name].ids)] for name in CHOICES.values()}
        action = self._open(
            self.node_id,
            mode=self.mode,
            dimension=self.dimension,
            measure_id=measure.id,
            **choices,
            **{name: self[name] for name in KEPT},
        )
        following = self.browse(action["res_id"])
        weights = {(line.res_id, line.date_from): line.weight for line in self.line_ids}
        for line in following.line_ids:
            line.weight = weights.get((line.res_id, line.date_from), line.weight)
        following._propose()
        return action
