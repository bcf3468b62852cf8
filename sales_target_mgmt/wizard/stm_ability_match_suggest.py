from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from odoo import Command, api, models

from ..tools import ability
from .stm_ability_match import READ, WEIGHING, WEIGHTS, exact


class Rated(NamedTuple):
    """How everybody fits one task, in the order of the people.

    :ivar facts: per person {criterion: what was read}
    :ivar values: per person {criterion: between 0 and 1, or None}
    :ivar scores: per person 0 to 100, or None when nothing is known of anybody
    :ivar used: the criteria that count
    """

    facts: list
    values: list
    scores: list
    used: list


class StmAbilityMatch(models.TransientModel):
    """The tasks and who is suggested for them, found anew whenever something is chosen."""

    _inherit = "stm.ability.match"

    @api.onchange(*READ)
    def _onchange_read(self):
        self._load()

    @api.onchange(*WEIGHING, "line_ids")
    def _onchange_weighing(self):
        self._suggest()

    def _get_tasks(self):
        return self.territory_ids if self.kind == "territory" else self.node_ids

    def _load(self):
        """A line per task, what is known of everybody, and a suggestion."""
        self.ensure_one()
        given = all(self[name] for name in ("date", "measure_id", "date_from", "date_to"))
        # a form that is not saved can name any company
        if not given or self.company_id._origin not in self.env.companies:
            return
        tasks = self._get_tasks()._origin
        current, names = self._get_current(tasks), self._get_names(tasks)
        typed = {line.res_id: line.user_id._origin.id for line in self.line_ids if line.pinned}
        self.line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "res_id": task.id,
                        "name": names[task],
                        "current": ", ".join(current[task].mapped("name")),
                        "pinned": task.id in typed,
                        "user_id": typed.get(task.id, False),
                    }
                )
                for task in tasks
            ),
        ]
        self.facts = self._read_facts()
        self._suggest()

    def _get_names(self, tasks):
        """{task: name}, with what is above where two have the same."""
        places = {task: task if self.kind == "territory" else task.categ_id for task in tasks}
        counts = Counter(place.name for place in places.values())
        return {
            task: place.name if counts[place.name] == 1 else place.display_name
            for task, place in places.items()
        }

    def _suggest(self):
        """Find people for the tasks that nobody has decided by hand."""
        people, lines = self.user_ids._origin, list(self.line_ids)
        columns = self._rate(people.ids, [line.res_id for line in lines])
        positions = {user: at for at, user in enumerate(people.ids)}
        fixed = {at: positions.get(line.user_id._origin.id) for at, line in enumerate(lines) if line.pinned}
        found = ability.suggest(
            [[column.scores[at] for column in columns] for at in range(len(people))],
            len(lines),
            capacity=max(self.capacity, 1),
            minimum=exact(self.minimum),
            fixed=fixed,
        )
        for at, line in enumerate(lines):
            if not line.pinned:
                line.user_id = people[found[at]] if found[at] is not None else False
            where = positions.get(line.user_id._origin.id)
            line.score = float(columns[at].scores[where] or 0) if where is not None else 0.0
        self._give_reasons(lines, people, columns)

    def _rate(self, people, tasks):
        """A :class:`Rated` per task.

        :param people: ids of users
        :param tasks: ids of territories or nodes
        """
        # every access to a Json field copies it
        facts, weights = self.facts or {}, self._get_weights()
        columns = []
        for task in tasks:
            known = [facts.get(str(user), {}).get(str(task), {}) for user in people]
            values = [
                {
                    name: None if fact["value"] is None else Decimal(str(fact["value"]))
                    for name, fact in row.items()
                }
                for row in known
            ]
            columns.append(Rated(known, values, *ability.score_task(values, weights)))
        return columns

    def _get_weights(self):
        return {name: exact(self[field]) for name, field in WEIGHTS.items()}
