from datetime import timedelta

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date


class StmAbilityMatch(models.TransientModel):
    """Carrying out what a person has said yes to."""

    _inherit = "stm.ability.match"

    def action_apply(self):
        """Assign the people to the tasks: all of it or nothing.

        :raises UserError: when there is nothing to do, or somebody else has assigned meanwhile
        """
        self.ensure_one()
        self.check_access("write")
        chosen = self.line_ids.filtered("user_id")
        if not chosen:
            raise UserError(self.env._("Nobody is suggested for anything: there is nothing to apply."))
        self._check_people(chosen)
        if self.kind == "category":
            return self._assign_categories(chosen)
        return self._assign_territories(chosen)

    def _check_people(self, lines):
        if strangers := lines.user_id.filtered(lambda user: self.company_id not in user.sudo().company_ids):
            raise UserError(
                self.env._(
                    "%(person)s does not work for “%(company)s”.",
                    person=strangers[0].name,
                    company=self.company_id.name,
                )
            )

    def _assign_territories(self, lines):
        self.division_id.check_access("write")
        if not self.role_id:
            raise UserError(self.env._("Choose the role that the people get."))
        places = self.env["stm.territory"].browse(lines.mapped("res_id"))
        if places.exists() != places or places.division_id != self.division_id:
            raise UserError(self.env._("A territory is not there any more: open the suggestion again."))
        seats = self._get_seats(places).grouped("territory_id")
        made = self.env["stm.territory.assignment"]
        for line, place in zip(lines, places, strict=True):
            made |= self._assign_territory(line, place, seats.get(place, made.browse()))
        if not made:
            raise UserError(self.env._("Everybody suggested is there already: there is nothing to apply."))
        return self._notify(
            self.env._(
                "%(count)s territories have their people from %(date)s. Their history says why, and how "
                "to take it back.",
                count=len(made),
                date=format_date(self.env, self.date),
            )
        )

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _assign_territory(self, line, place, seats):
        """End who is there, begin who is new, and tell it in the territory's history.

        :param seats: assignments in the role that hold on the day
        :return: the new assignment, empty when the person is there already
        """
        if line.user_id in seats.user_id:
            return seats.browse()
        ended = seats if self.replaces else seats.browse()
        before = [(seat.user_id.name, seat.date_to) for seat in ended]
        for seat in ended:
            seat._hand_over(self.date, self.env["res.users"], self.env["stm.territory"])
        later = seats.search(
            [
                ("territory_id", "=", place.id),
                ("role_id", "=", self.role_id.id),
                ("date_from", ">", self.date),
                *([] if self.replaces else [("user_id", "=", line.user_id.id)]),
            ],
            order="date_from",
            limit=1,
        )
        made = seats.create(
            {
                "territory_id": place.id,
                "user_id": line.user_id.id,
                "role_id": self.role_id.id,
                "date_from": self.date,
                "date_to": later.date_from - timedelta(days=1) if later else False,
            }
        )
        place.message_post(body=self._tell(line, before))
        return made

    def _tell(self, line, before):
        values = {
            "person": line.user_id.name,
            "role": self.role_id.name,
            "date": format_date(self.env, self.date),
            "score": round(line.score),
        }
        texts = [
            self.env._("%(person)s is %(role)s from %(date)s, score %(score)s.", **values),
            *(line.reason or "").splitlines(),
        ]
        texts += [
            self.env._(
                "%(person)s was until then; without a change: %(until)s.",
                person=name,
                until=format_date(self.env, until) if until else self.env._("without end"),
            )
            for name, until in before
        ]
        texts.append(
            self.env._("To take it back, remove the new line among the people and restore the old end.")
            if before
            else self.env._("To take it back, remove the new line among the people.")
        )
        return Markup("<br/>").join(texts)

    def _assign_categories(self, lines):
        """Make each person a part of the category in the plan, as one step that can be undone.

        Who is alone there carries the whole target; beside others the node is made without one,
        and the category's division by person says who gets how much.
        """
        plan = self.plan_id
        plan._check_open()
        plan.check_access("write")
        plan._serialize_edits()
        nodes = self.env["stm.target.node"].browse(lines.mapped("res_id"))
        if nodes.exists() != nodes or nodes.plan_id != plan:
            raise UserError(self.env._("A category is not in the plan any more: open the suggestion again."))
        before = nodes.breakdown_ids
        made, targets = nodes.browse(), self.env["stm.target.line"]
        for line, node in zip(lines, nodes, strict=True):
            there = node.child_ids.user_id
            if line.user_id not in there:
                child = nodes.create({"parent_id": node.id, "user_id": line.user_id.id})
                made |= child
                targets |= targets.browse() if there else self._hand_down(line, node, child)
        if not made:
            raise UserError(self.env._("Everybody suggested is there already: there is nothing to apply."))
        self._make_step(made, targets, nodes.breakdown_ids - before)
        return self._notify(
            self.env._(
                "%(count)s categories of “%(plan)s” have their people. The plan's steps can be undone.",
                count=len(made),
                plan=plan.name,
            )
        )

    def _hand_down(self, line, node, child):
        """The targets of the category, for the one person who carries it."""
        note = self.env._("By ability, score %s", round(line.score))
        return self.env["stm.target.line"].create(
            [
                {
                    "node_id": child.id,
                    "measure_id": target.measure_id.id,
                    "date_from": target.date_from,
                    "date_to": target.date_to,
                    "target": target.target,
                    "top_down": target.target,
                    "note": note,
                }
                for target in node.line_ids
            ]
        )

    def _make_step(self, nodes, targets, breakdowns):
        return (
            self.env["stm.target.step"]
            .sudo()
            .create(
                {
                    "name": self.env._("Categories to people, by ability"),
                    "plan_id": self.plan_id.id,
                    "user_id": self.env.uid,
                    "line_count": len(targets),
                    "data": {
                        "created": {line.id: [line.target, line.pinned] for line in targets},
                        "written": {},
                        "deleted": [],
                        "nodes": nodes.ids,
                        "breakdowns": breakdowns.ids,
                    },
                }
            )
        )
