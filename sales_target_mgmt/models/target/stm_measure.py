from odoo import models
from odoo.exceptions import UserError

from .stm_target_plan import FROZEN_STATES

# what a figure means; under an approved plan it stays as it is
DEFINITION = (
    "source",
    "value_field",
    "aggregation",
    "numerator_id",
    "denominator_id",
    "divided_by",
    "factor",
    "direction",
    "unit",
    "domain",
    "company_id",
)


class StmMeasure(models.Model):
    _inherit = "stm.measure"

    def write(self, vals):
        guarded = [name for name in DEFINITION if name in vals]
        before = {measure: [measure[name] for name in guarded] for measure in self} if guarded else {}
        result = super().write(vals)
        changed = [one for one, old in before.items() if old != [one[name] for name in guarded]]
        self.browse(measure.id for measure in changed)._check_not_in_force()
        return result

    def _check_not_in_force(self):
        """:raises UserError: if an approved or closed plan has targets for one of the measures"""
        for measure in self:
            line = (
                self.env["stm.target.line"]
                .sudo()
                .search(
                    [
                        ("measure_id", "in", (measure | measure._get_ratios()).ids),
                        ("plan_id.state", "in", FROZEN_STATES),
                    ],
                    limit=1,
                )
            )
            if line:
                raise UserError(
                    self.env._(
                        "“%(measure)s” has targets in the approved plan “%(plan)s”: what it counts "
                        "stays as it is. Copy the measure and change the copy.",
                        measure=measure.name,
                        plan=line.plan_id.name,
                    )
                )
