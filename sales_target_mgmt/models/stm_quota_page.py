from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.spans import previous, shift_months, year_before
from .stm_target_plan import FROZEN_STATES

MONTHS = 12


class StmQuota(models.AbstractModel):
    _inherit = "stm.quota"

    @api.model
    @api.readonly
    def get_quota(self, kind="user", record_id=None):
        """Everything on the page My Quota, of a person or a team.

        :param kind: user or team
        :param record_id: id of the person or team; None: the current user
        :return: `kind`, `id`, `name`, `own`, `today`, `can_plan`; `subjects` that the user may
            switch to (`kind`, `id`, `name`); `cards` (see :meth:`_get_card`) with `history`, the
            last twelve months, and `last_year`, achieved in the same days a year ago;
            `periods`, the targets of the last year and those to come, the newest first;
            `excluded`, documents that do not count (see :meth:`_get_excluded`)
        :raises AccessError: when the user may not see the targets of that person or team
        """
        self.env["stm.target.line"].check_access("read")
        key = (kind, int(record_id or self.env.uid))
        own = key == ("user", self.env.uid)
        names = self._get_visible_subjects()
        if not own and key not in names:
            raise AccessError(
                self.env._("These targets are neither yours nor those of a team that you lead.")
            )
        today = self.env.company._get_stm_today()
        lines = self._read_lines(self._get_subject_domain(*key), since=shift_months(today, -MONTHS))
        picks = self._pick(lines, key[0], key[1:])
        return {
            "kind": kind,
            "id": key[1],
            "own": own,
            "name": self.env.user.name if own else names[key],
            "today": fields.Date.to_string(today),
            "can_plan": self.env.user.has_group("sales_team.group_sale_manager"),
            "subjects": [{"kind": one[0], "id": one[1], "name": names[one]} for one in names],
            **self._get_page_figures(lines, picks, today),
            "excluded": self._get_excluded(*key, picks),
        }

    def _get_subject_domain(self, kind, record_id):
        if kind == "user":
            return [("user_id", "=", record_id)]
        return [("team_id", "=", record_id), ("user_id", "=", False)]

    def _get_visible_subjects(self):
        """{(kind, id): name} of whom the user may see approved targets that run today."""
        today = self.env.company._get_stm_today()
        groups = self.env["stm.target.line"]._read_group(
            [
                ("plan_id.state", "in", FROZEN_STATES),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
                "|",
                ("user_id", "!=", False),
                ("team_id", "!=", False),
            ],
            ["user_id", "team_id"],
        )
        users = self.env["res.users"].union(*(user for user, _team in groups)).sudo()
        teams = self.env["crm.team"].union(*(team for user, team in groups if not user)).sudo()
        me = self.env.user & users
        return {
            **{("user", user.id): user.name for user in me},
            **{("team", team.id): team.name for team in teams.sorted("name")},
            **{("user", user.id): user.name for user in (users - me).sorted("name")},
        }

    def _get_page_figures(self, lines, picks, today):
        """The cards and the periods, with one read of achieved figures."""
        month = today.replace(day=1)
        last = shift_months(month, 1) - today.resolution
        months = previous(month, last, MONTHS)
        same_days = {
            measure: year_before(rows[0].line.date_from, min(today, rows[0].line.date_end))
            for measure, rows in picks.items()
        }
        requests = self._request(lines)
        for measure, rows in picks.items():
            requests += self._request(rows, [*months, same_days[measure]])
        totals = self._read_totals(requests)
        elapsed = self.env["stm.target.line"].browse({row.line.id for row in lines})._get_elapsed()
        cards = [
            {
                **self._get_card(rows, totals, elapsed),
                "history": self._get_history(rows, months, totals),
                "last_year": self._get_history(rows, [same_days[measure]], totals)[0],
            }
            for measure, rows in picks.items()
        ]
        names = {row.line.node_id.id: row.line.node_id.sudo().name for row in lines}
        periods = [
            {**self._get_card([row], totals, elapsed), "id": row.line.id, "node": names[row.line.node_id.id]}
            for row in lines
        ]
        return {"cards": cards, "periods": periods}
