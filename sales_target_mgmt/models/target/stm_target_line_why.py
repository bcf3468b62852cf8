from odoo import api, fields, models
from odoo.exceptions import UserError

# what a later hand can change about a number that was proposed
WATCHED = ("target", "pinned")
# changes kept per target; the oldest go, the proposal itself stays
KEPT = 50


class StmTargetLine(models.Model):
    """Why a target is what it is: how it was proposed, and who changed it after that.

    `why` is free of any language; :meth:`_explain` puts it into words when it is read.
    """

    _inherit = "stm.target.line"

    # it tells the target above, which is not everybody's to know: see _explain
    why = fields.Json(
        readonly=True,
        copy=False,
        groups="sales_team.group_sale_manager",
        help="`proposal`: inputs, weights and method of the last decomposition; `changes`: what was changed "
        "by hand after it, the oldest first.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_why(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_why(vals)
        watched = [name for name in WATCHED if name in vals]
        before = {line: [line[name] for name in watched] for line in self} if watched else {}
        result = super().write(vals)
        if "why" not in vals:
            changed = {
                line: {"why": line._append_change(watched, old)}
                for line, old in before.items()
                if [line[name] for name in watched] != old
            }
            self._write_each(changed)
        return result

    def _write_by_hand(self, values):
        """What :meth:`write` does to each target, for many in a constant number of queries.

        The caller answers for what :meth:`_write_each` leaves to it.

        :param values: {target: values}
        """
        before = {line: [line[name] for name in WATCHED] for line in values}
        self._write_each(values)
        self._write_each(
            {
                line: {"why": line._append_change(WATCHED, old)}
                for line, old in before.items()
                if [line[name] for name in WATCHED] != old
            }
        )

    def _check_why(self, *vals_list):
        """:raises UserError: unless the server itself writes it; nobody makes up a reason"""
        if not self.env.su and any("why" in vals for vals in vals_list):
            raise UserError(self.env._("Why a target is what it is is written by the server only."))

    def _append_change(self, names, old):
        """`why` with one more change; what one person changes on one day is one change."""
        self.ensure_one()
        why = dict(self.sudo().why or {})
        changes = list(why.get("changes", []))
        today = fields.Date.to_string(fields.Date.context_today(self))
        for name, value in zip(names, old, strict=True):
            if self[name] == value:
                continue
            last = changes[-1] if changes else {}
            if (last.get("field"), last.get("user_id"), last.get("date")) == (name, self.env.uid, today):
                changes[-1] = {**last, "new": self[name]}
                continue
            changes.append(
                {
                    "field": name,
                    "old": value,
                    "new": self[name],
                    "user_id": self.env.uid,
                    "user": self.env.user.name,
                    "date": today,
                }
            )
        return {**why, "changes": changes[-KEPT:]}


class StmTargetNode(models.Model):
    _inherit = "stm.target.node"

    def _get_division_why(self, mode, method, total, **values):
        """What holds for every part of what is divided here; `why` of a target adds its own.

        :param mode: `periods` of this node, or `nodes` below it
        :param total: what is divided
        """
        self.ensure_one()
        return {
            "mode": mode,
            "node_id": self.id,
            "node": self.name,
            "method": method,
            "total": total,
            "assigned": total,
            "hedge": 0.0,
            "pins": 0,
            "pinned": False,
            "remarks": [],
            "user_id": self.env.uid,
            "user": self.env.user.name,
            "date": fields.Date.to_string(fields.Date.context_today(self)),
            **values,
        }
