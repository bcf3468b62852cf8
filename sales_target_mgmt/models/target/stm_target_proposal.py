from odoo import fields, models

STATES = [
    ("proposed", "Proposed"),
    ("adjusted", "Adjusted"),
    ("settled", "Settled"),
]


class StmTargetProposal(models.Model):
    """What a person proposes as the own target; no row is no answer, a row may say zero.

    Rows come into being and change only through :meth:`StmTargetLine.propose`,
    :meth:`StmTargetLine.adjust_proposal` and :meth:`StmTargetLine.settle_proposals`, which check
    who asks, until when, and keep the history. Nobody has write access to them.
    """

    _name = "stm.target.proposal"
    _description = "Target Proposal"
    _order = "plan_id desc, user_id, date_from, line_id, id"
    _rec_name = "line_id"

    line_id = fields.Many2one(
        "stm.target.line", string="Target", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", required=True, index=True, ondelete="cascade"
    )
    amount = fields.Float(required=True, digits=0, help="What counts bottom-up; zero is an answer.")
    proposed = fields.Float(digits=0, help="What the person proposed, before anybody adjusted it.")
    has_proposed = fields.Boolean(string="Own Answer", help="Not set when somebody else answered instead.")
    comment = fields.Text()
    reason = fields.Text(string="Reason of the Adjustment")
    state = fields.Selection(STATES, required=True, default="proposed", index=True)
    change_ids = fields.One2many("stm.target.proposal.change", "proposal_id", string="History")
    plan_id = fields.Many2one(related="line_id.plan_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True, precompute=True)
    node_id = fields.Many2one(related="line_id.node_id")
    measure_id = fields.Many2one(related="line_id.measure_id", store=True, precompute=True)
    date_from = fields.Date(related="line_id.date_from", store=True, precompute=True)
    date_to = fields.Date(related="line_id.date_to", store=True, precompute=True)
    top_down = fields.Float(related="line_id.asked_amount", string="Top-down")
    currency_id = fields.Many2one(related="line_id.currency_id")

    _line_user_unique = models.UniqueIndex("(line_id, user_id)", "This person has answered already.")
    _amount_not_negative = models.Constraint(
        "CHECK(amount >= 0 AND amount < 1e15)", "A proposal cannot be negative: enter zero or more."
    )

    def _record(self, state, amounts, text):
        """Write new amounts and keep the old ones.

        :param amounts: {proposal: new amount}
        :param text: comment of the person, or reason of somebody else
        """
        self.env["stm.target.proposal.change"].sudo().create(
            [
                {
                    "proposal_id": proposal.id,
                    "user_id": self.env.uid,
                    "kind": state,
                    "before": proposal.amount,
                    "after": amount,
                    "text": text,
                }
                for proposal, amount in amounts.items()
            ]
        )
        own = state == "proposed"
        for proposal, amount in amounts.items():
            vals = {"proposed": amount, "has_proposed": True, "comment": text} if own else {"reason": text}
            proposal.sudo().write({"state": state, "amount": amount, **vals})


class StmTargetProposalChange(models.Model):
    """Who set a proposal to what, and why; rows are added, never changed."""

    _name = "stm.target.proposal.change"
    _description = "Change of a Proposal"
    _order = "id"

    proposal_id = fields.Many2one("stm.target.proposal", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="proposal_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one("res.users", string="Done By", required=True, ondelete="restrict")
    kind = fields.Selection(STATES, required=True)
    before = fields.Float(digits=0)
    after = fields.Float(digits=0)
    text = fields.Text(string="Comment or Reason")
