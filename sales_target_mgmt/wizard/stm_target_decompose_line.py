from odoo import api, fields, models


class StmTargetDecomposeLine(models.TransientModel):
    """A part: what was, what is proposed, and whether that is pinned."""

    _name = "stm.target.decompose.line"
    _description = "Part of a Decomposition"
    _order = "sequence, id"

    wizard_id = fields.Many2one("stm.target.decompose", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer()
    name = fields.Char(readonly=True)
    # of the record in the wizard's dimension; 0 for a period
    res_id = fields.Integer(readonly=True)
    date_from = fields.Date(readonly=True)
    date_to = fields.Date(readonly=True)
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    current = fields.Float(digits=0, readonly=True, help="The target in the plan now.")
    floor = fields.Float(digits=0, readonly=True, help="Pinned in the plan, in single periods.")
    history = fields.Float(digits=0, readonly=True)
    trend = fields.Float(digits=0, readonly=True)
    last_year = fields.Float(digits=0, readonly=True)
    potential = fields.Float(digits=0, readonly=True)
    has_potential = fields.Boolean(readonly=True)
    season = fields.Float(digits=0, default=1.0, readonly=True)
    start_date = fields.Date(string="Starts on")
    weight = fields.Float(digits=0, default=1.0)
    proposal = fields.Float(string="Proposed", digits=0)
    growth = fields.Float(digits=0, readonly=True)
    share = fields.Float(digits=0, readonly=True)
    bounded = fields.Selection([("min", "minimum"), ("max", "maximum")], readonly=True)
    pinned = fields.Boolean(string="Pin")

    @api.onchange("proposal")
    def _onchange_proposal(self):
        """What is typed stays as it is."""
        self.pinned = True
