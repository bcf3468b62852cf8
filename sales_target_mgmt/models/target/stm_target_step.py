from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

# what an undo says at most
NAMED = 5


class StmTargetStep(models.Model):
    """Something that changed many targets at once, and can be taken back as a whole.

    `data` holds `created` ({id of a target: [target, pinned]}), `written` ({id: {`before`: values,
    `after`: [target, pinned]}}), `deleted` (values of targets), `nodes` and `breakdowns` (ids that were
    made). Written by the server only.
    """

    _name = "stm.target.step"
    _description = "Step of Planning"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    plan_id = fields.Many2one("stm.target.plan", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True, precompute=True)
    plan_state = fields.Selection(related="plan_id.state", string="State of the Plan")
    node_id = fields.Many2one("stm.target.node", readonly=True, ondelete="set null")
    measure_id = fields.Many2one("stm.measure", readonly=True, ondelete="set null")
    user_id = fields.Many2one("res.users", string="Done By", readonly=True, ondelete="restrict")
    line_count = fields.Integer(string="Targets", readonly=True)
    data = fields.Json(readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    undone_at = fields.Datetime(string="Undone on", readonly=True)

    def action_undo(self):
        """Restore what was before the step, as a whole or not at all.

        :raises UserError: when a target has been changed since; says which, and by whom
        """
        self.ensure_one()
        plan = self.plan_id
        plan._hold_open()
        plan.check_access("write")
        plan._serialize_edits()
        if self.undone_at:
            raise UserError(
                self.env._(
                    "“%(step)s” has been undone by %(user)s.", step=self.name, user=self.undone_by_id.name
                )
            )
        self._check_unchanged()
        self._restore()
        self.sudo().write({"undone_by_id": self.env.uid, "undone_at": fields.Datetime.now()})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_unchanged(self):
        Line = self.env["stm.target.line"]
        data = self.data
        after = {int(id_): state for id_, state in data["created"].items()}
        after.update({int(id_): values["after"] for id_, values in data["written"].items()})
        lines = Line.browse(after).exists()
        changed = [line for line in lines if [line.target, line.pinned] != after[line.id]]
        nodes = self.env["stm.target.node"].browse(data["nodes"]).exists()
        # somebody has planned on below what the step made
        added = nodes.child_ids - nodes
        others = nodes.line_ids - lines
        if len(lines) == len(after) and not (changed or added or others):
            return
        words = [line._describe_state() for line in [*changed, *others][:NAMED]]
        words += [self.env._("“%s” has been added", node.name) for node in added[:NAMED]]
        if gone := len(after) - len(lines):
            words.append(self.env._("%s targets have been removed", gone))
        raise UserError(
            self.env._(
                "“%(step)s” cannot be undone, because it has been worked on since: %(changes)s.",
                step=self.name,
                changes="; ".join(words),
            )
        )

    def _restore(self):
        Line = self.env["stm.target.line"].sudo()
        data = self.data
        Line.browse(map(int, data["created"])).unlink()
        Line._write_each({Line.browse(int(id_)): one["before"] for id_, one in data["written"].items()})
        nodes = self.env["stm.target.node"].browse(data["nodes"])
        nodes.unlink()
        self.env["stm.target.breakdown"].browse(data["breakdowns"]).exists().filtered(
            lambda one: not one.child_ids
        ).unlink()
        Line.create(data["deleted"])


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    def _describe_state(self):
        self.ensure_one()
        return self.env._(
            "%(target)s is %(amount)s, by %(user)s",
            target=self.display_name,
            amount=formatLang(self.env, self.target, currency_obj=self.currency_id or None),
            user=self.write_uid.sudo().name,
        )


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    step_ids = fields.One2many("stm.target.step", "plan_id", string="Steps", readonly=True)
