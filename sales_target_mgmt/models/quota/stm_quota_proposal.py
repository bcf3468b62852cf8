from odoo import api, fields, models


class StmQuota(models.AbstractModel):
    """The proposals that the current user still owes, or can still change."""

    _inherit = "stm.quota"

    @api.model
    @api.readonly
    def get_quota(self, kind=None, record_id=None):
        page = super().get_quota(kind, record_id)
        return {**page, "proposals": self.get_proposals() if page["own"] else []}

    @api.model
    @api.readonly
    def get_proposals(self):
        """Plans that ask the current user for numbers, while they can be given.

        :return: one item per plan, the most urgent first: `id`, `name`, `until`, `due` (how many
            answers are missing) and `rows` in the order of time (`id` of the target, `node`,
            empty where it is the user alone, `measure`, `unit`, `currency_id`, `date_from`,
            `date_to`, `top_down`, `amount` or None without an answer, `comment`, `reason` of an
            adjustment, `state`)
        """
        lines = self.env["stm.target.line"].search(
            [("user_id", "=", self.env.uid), ("is_asked", "=", True)],
            order="date_from, date_to, measure_id, node_id",
        )
        today = {plan: plan.sudo().company_id._get_stm_today() for plan in lines.plan_id}
        plans = lines.plan_id.filtered(lambda plan: plan.proposals_until >= today[plan])
        items = []
        for plan in plans.sorted("proposals_until"):
            rows = [line._get_proposal_row() for line in lines if line.plan_id == plan]
            items.append(
                {
                    "id": plan.id,
                    "name": plan.display_name,
                    "until": fields.Date.to_string(plan.proposals_until),
                    "due": sum(row["state"] == "open" for row in rows),
                    "rows": rows,
                }
            )
        return items

    @api.model
    def set_proposals(self, answers):
        """Answer for own targets, all of them or none.

        :param answers: dicts of `id` of the target, `amount`, `comment`
        :return: as :meth:`get_proposals`
        """
        for one in answers:
            line = self.env["stm.target.line"].browse(int(one["id"]))
            line.propose(one["amount"], one.get("comment") or "")
        return self.get_proposals()


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    def _get_proposal_row(self):
        self.ensure_one()
        proposal = self._get_proposal()
        return {
            "id": self.id,
            # the own name says nothing to who reads it
            "node": "" if self.node_id.name == self.user_id.name else self.node_id.name,
            "measure": self.measure_id.name,
            "unit": self.unit,
            "currency_id": self.currency_id.id,
            "date_from": fields.Date.to_string(self.date_from),
            "date_to": fields.Date.to_string(self.date_to),
            "top_down": self.asked_amount,
            "amount": proposal.amount if proposal else None,
            "comment": proposal.comment or "",
            "reason": proposal.reason or "",
            "state": self.proposal_state,
        }
