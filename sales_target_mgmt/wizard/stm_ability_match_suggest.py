from decimal import Decimal

from odoo import Command, api, models

from ..tools import ability
from .stm_ability_match import READ, WEIGHING, WEIGHTS, exact


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
        current = self._get_current(tasks)
        typed = {line.res_id: line.user_id._origin.id for line in self.line_ids if line.pinned}
        self.line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "res_id": task.id,
                        "name": task.display_name if self.kind == "territory" else task.categ_id.display_name,
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

    def _suggest(self):
        """Find people for the tasks that nobody has decided by hand."""
        people, lines = self.user_ids._origin, list(self.line_ids)
        scores = self._get_scores(people.ids, [line.res_id for line in lines])
        positions = {user: at for at, user in enumerate(people.ids)}
        fixed = {at: positions.get(line.user_id._origin.id) for at, line in enumerate(lines) if line.pinned}
        found = ability.suggest(
            scores,
            len(lines),
            capacity=max(self.capacity, 1),
            minimum=exact(self.minimum),
            fixed=fixed,
        )
        for at, line in enumerate(lines):
            if not line.pinned:
                line.user_id = people[found[at]] if found[at] is not None else False
            where = positions.get(line.user_id._origin.id)
            line.score = float(scores[where][at] or 0) if where is not None else 0.0
        self._give_reasons(lines, people, scores)

    def _get_scores(self, people, tasks):
        """Per person a score per task, None where nothing is known."""
        weights = self._get_weights()
        columns = [
            ability.score_task([self._get_values(user, task) for user in people], weights)[0]
            for task in tasks
        ]
        return [list(row) for row in zip(*columns, strict=True)] if tasks else [[] for _user in people]

    def _get_weights(self):
        return {name: exact(self[field]) for name, field in WEIGHTS.items()}

    def _get_values(self, user, task):
        """{criterion: value between 0 and 1, or None} as read."""
        facts = (self.facts or {}).get(str(user), {}).get(str(task), {})
        return {
            name: None if fact["value"] is None else Decimal(str(fact["value"]))
            for name, fact in facts.items()
        }
