from collections import defaultdict
from decimal import Decimal, InvalidOperation

from odoo import models
from odoo.exceptions import UserError

from ..tools import ability
from ..tools.quota_setting import ramp_shares


class StmAbilityMatch(models.TransientModel):
    """What is known of everybody for every task, in a constant number of queries."""

    _inherit = "stm.ability.match"

    def _read_facts(self):
        """{user id: {task id: {criterion: {`value` (0 to 1, or None), and what it follows from}}}}"""
        users, tasks = self.user_ids._origin, self._get_tasks()._origin
        profiles = self.env["stm.ability"].search(
            [("company_id", "=", self.company_id.id), ("user_id", "in", users.ids)]
        )
        profile_of = profiles.grouped("user_id")
        results = self._read_results(users, tasks)
        loads = self._read_loads(users)
        ramps = [self._read_ramp(user) for user in users]
        common = {
            user: {
                "experience": self._judge_experience(profile_of.get(user)),
                "ramp": {"value": _number(carried), "since": str(user.sudo().stm_start_date or "")},
                "load": {"value": _number(free), "count": loads[user]},
            }
            for user, carried, free in zip(
                users, ability.telling(ramps), ability.load_values(loads.values()), strict=True
            )
        }
        current, skills = self._get_current(tasks), self._get_skills(tasks, profiles.skill_ids.skill_id)
        stays = {task: ability.telling([int(user in current[task]) for user in users]) for task in tasks}
        return {
            str(user.id): {
                str(task.id): {
                    "skill": self._judge_skills(profile_of.get(user), skills[task]),
                    "result": results[user, task],
                    "stay": {"value": stays[task][at]},
                    **common[user],
                }
                for task in tasks
            }
            for at, user in enumerate(users)
        }

    def _get_seats(self, places):
        """Who has the role in territories on the day."""
        seats = self.env["stm.territory.assignment"]
        return seats.search(
            [
                ("territory_id", "in", places._origin.ids),
                ("role_id", "=", self.role_id._origin.id),
                *seats._get_covering_domain(self.date),
            ]
        )

    def _get_current(self, tasks):
        """{task: users}: the role in the territory on the day, or parts of the plan's category."""
        if self.kind == "category":
            return {task: task.child_ids.user_id for task in tasks}
        seats = self._get_seats(tasks).grouped("territory_id")
        return {task: seats[task].user_id if task in seats else self.env["res.users"] for task in tasks}

    def _get_skills(self, tasks, judged):
        """{task: skills}: those chosen for every task, and the knowledge that this one asks for.

        :param judged: in which somebody is judged; others tell nothing
        """
        always = self.skill_ids._origin & judged
        return {
            task: always | judged.filtered(lambda skill, task=task: self._is_asked(skill, task))
            for task in tasks
        }

    def _is_asked(self, skill, task):
        if self.kind == "territory":
            return skill.kind == "industry" and skill.industry_id in task.rule_ids.industry_id
        if skill.kind != "product":
            return False
        one, other = skill.categ_id.parent_path, task.categ_id.parent_path
        return one.startswith(other) or other.startswith(one)

    def _judge_skills(self, profile, skills):
        judged = {one.skill_id: int(one.level) for one in profile.skill_ids} if profile else {}
        levels = [judged.get(skill) for skill in skills]
        return {
            "value": _number(ability.skill_value(levels)),
            "levels": [[skill.id, level] for skill, level in zip(skills, levels, strict=True)],
        }

    def _judge_experience(self, profile):
        since = profile.experience_from if profile else None
        days = (self.date - since).days if since else None
        return {
            "value": _number(ability.experience_value(days)),
            "years": max(days, 0) / 365.25 if since else None,
        }

    def _read_ramp(self, user):
        """The share of a full quota that somebody carries in the month of the day."""
        start = user.sudo().stm_start_date
        if not start:
            return Decimal(1)
        age = (self.date.year - start.year) * 12 + self.date.month - start.month
        return ramp_shares(self._get_ramp(), 1, age)[0]

    def _get_ramp(self):
        try:
            shares = [Decimal(part.strip()) / 100 for part in (self.ramp or "").split(",") if part.strip()]
        except InvalidOperation:
            shares = [Decimal(-1)]
        if not all(share.is_finite() and 0 <= share <= 1 for share in shares):
            raise UserError(
                self.env._(
                    "The ramp “%s” cannot be read: give percentages of the first months, 0, 25, 50, 75 for "
                    "instance.",
                    self.ramp,
                )
            )
        return shares

    def _read_results(self, users, tasks):
        """{(user, task): fact} by targets and sales there in the period."""
        by = "territory_id" if self.kind == "territory" else "categ_id"
        places = {task: task if self.kind == "territory" else task.categ_id for task in tasks}
        records = self.env[self.env["stm.target.node"]._fields[by].comodel_name].union(*places.values())
        past, whole = self.env["stm.ability"]._read_past(
            self.company_id, users, self.measure_id._origin, self.date_from, self.date_to, by, records
        )
        result = {}
        for user in users:
            for task, place in places.items():
                one, everybody = past[user.id, place.id], whole[place.id]
                figures = (_exact(one.target), _exact(one.achieved), _exact(one.sold), _exact(everybody))
                result[user, task] = {
                    "value": _number(ability.result_value(*figures)),
                    "attainment": one.attainment,
                    "share": one.sold / everybody if everybody > 0 else None,
                }
        return result

    def _read_loads(self, users):
        """{user: what the person has to do beside these tasks}.

        Customers in the territories for which a person is responsible, or the person's parts of
        the plan.
        """
        if self.kind == "category":
            nodes = self.plan_id.node_ids.filtered("user_id") - self.node_ids._origin.child_ids
            counts = defaultdict(int)
            for node in nodes:
                counts[node.user_id] += 1
            return {user: counts[user] for user in users}
        seats = self.env["stm.territory.assignment"]
        seats = seats.search(
            [
                ("division_id", "=", self.division_id._origin.id),
                ("role_id.is_owner", "=", True),
                ("user_id", "in", users.ids),
                *seats._get_covering_domain(self.date),
            ]
        )
        places = self.env["stm.territory"].search([("division_id", "=", self.division_id._origin.id)])
        given = places.filtered(lambda place: self._is_below(place, self.territory_ids._origin))
        counts = dict(
            self.env["stm.territory.member"]._read_group(
                [
                    ("territory_id", "in", (places - given).ids),
                    *seats._get_covering_domain(self.date),
                ],
                ["territory_id"],
                ["__count"],
            )
        )
        held = seats.grouped("user_id")
        return {
            user: sum(
                count
                for place, count in counts.items()
                if user in held and self._is_below(place, held[user].territory_id)
            )
            for user in users
        }

    def _is_below(self, place, others):
        """Whether a territory is one of others or lies inside of one."""
        return any(place.parent_path.startswith(other.parent_path) for other in others)


def _number(value):
    return None if value is None else float(value)


def _exact(value):
    return Decimal(str(value or 0))
