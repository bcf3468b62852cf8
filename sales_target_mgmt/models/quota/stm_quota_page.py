from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...tools.spans import previous, shift_months, year_before
from ..target.stm_target_plan import FROZEN_STATES

MONTHS = 12


class StmQuota(models.AbstractModel):
    _inherit = "stm.quota"

    @api.model
    @api.readonly
    def get_quota(self, kind=None, record_id=None):
        """Everything on the page My Quota, of a person, a team or a company.

        :param kind: user, team or company; None: the current user, without own targets the led
            team, or the company for who sees everything
        :param record_id: id of the person, team or company; None: the current user
        :return: `kind`, `id`, `name`, `own`, `today`, `can_plan`, `drafts` (how many plans wait
            for their approval, for who can approve them); `subjects` that the user may switch to
            (`kind`, `id`, `name`); `cards` (see :meth:`_get_card`) with `history`, the last
            twelve months, and `last_year`, achieved in the same days a year ago; `periods`, the
            targets of the last year and those to come, the newest first; `excluded`, documents
            that do not count (see :meth:`_get_excluded`)
        :raises AccessError: when the user may not see the targets of that person or team
        """
        self.env["stm.target.line"].check_access("read")
        names, led = self._get_visible_subjects()
        mine = ("user", self.env.uid)
        key = (kind or "user", int(record_id or self.env.uid)) if kind else self._choose(names, led)
        own = key == mine
        if not own and key not in names:
            raise AccessError(
                self.env._("These targets are neither yours nor those of a team that you lead.")
            )
        today = self.env.company._get_stm_today()
        lines = self._read_lines(self._get_subject_domain(*key), since=shift_months(today, -MONTHS))
        lines = [row for row in lines if self._belongs(row, key[0], key[1:])]
        picks = self._pick(lines, key[0], key[1:])
        planner = self.env.user.has_group("sales_team.group_sale_manager")
        return {
            "kind": key[0],
            "id": key[1],
            "own": own,
            "name": self.env.user.name if own else names[key],
            "today": fields.Date.to_string(today),
            "can_plan": planner,
            "drafts": self._count_drafts() if planner and not lines else 0,
            "subjects": [{"kind": one[0], "id": one[1], "name": names[one]} for one in names],
            **self._get_page_figures(lines, picks, today),
            "excluded": self._get_excluded(*key, picks),
        }

    def _count_drafts(self):
        return self.env["stm.target.plan"].search_count([("state", "in", ("draft", "submitted"))])

    def _choose(self, names, led):
        """Whose page opens: the own, that of the led team, that of the company.

        :param names: whom the user may see
        :param led: ids of teams that the user leads
        """
        mine = ("user", self.env.uid)
        if mine in names:
            return mine
        teams = [key for key in names if key[0] == "team" and key[1] in led]
        companies = [key for key in names if key[0] == "company"]
        companies.sort(key=lambda key: key[1] != self.env.company.id)
        return next(iter([*teams, *companies]), mine)

    def _get_subject_domain(self, kind, record_id):
        if kind == "user":
            return [("user_id", "=", record_id)]
        if kind == "team":
            return [("team_id", "=", record_id), ("user_id", "=", False)]
        return [("company_id", "=", record_id), *self._get_whole_domain()]

    def _get_whole_domain(self):
        """The tops of plans; :attr:`QuotaLine.is_company` takes from them what is a whole."""
        return [("user_id", "=", False), ("node_id.parent_id", "=", False)]

    def _get_visible_subjects(self):
        """Of whom the user may see approved targets that run today.

        :return: {(kind, id): name}, and the ids of the teams that the user leads
        """
        today = self.env.company._get_stm_today()
        running = Domain(
            [("plan_id.state", "in", FROZEN_STATES), ("date_from", "<=", today), ("date_to", ">=", today)]
        )
        Line = self.env["stm.target.line"]
        somebody = Domain("user_id", "!=", False) | Domain("team_id", "!=", False)
        groups = Line._read_group(running & somebody, ["user_id", "team_id"])
        users = self.env["res.users"].union(*(user for user, _team in groups)).sudo()
        teams = self.env["crm.team"].union(*(team for user, team in groups if not user)).sudo()
        companies = self.env["res.company"]
        if self.env["stm.target.line"]._sees_all():
            whole = Line._read_group(running & Domain(self._get_whole_domain()), ["company_id", "node_id"])
            companies = companies.union(
                *(company for company, node in whole if node._get_dimensions().keys() <= {"team_id"})
            )
        me = self.env.user & users
        names = {
            **{("user", user.id): user.name for user in me},
            **{("company", company.id): company.name for company in companies.sudo().sorted("name")},
            **{("team", team.id): team.name for team in teams.sorted("name")},
            **{("user", user.id): user.name for user in (users - me).sorted("name")},
        }
        return names, set(teams.filtered(lambda team: team.user_id == self.env.user).ids)

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
        periods = [
            {**self._get_card([row], totals, elapsed), "id": row.line.id, "node": self._get_part(row)}
            for row in lines
        ]
        return {"cards": cards, "periods": periods}

    def _get_part(self, row):
        """The name of a node that is only a part of somebody's sales, by category or customer."""
        return row.node if row.dimensions.keys() - {"user_id", "team_id"} else ""
