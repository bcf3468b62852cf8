from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Date

from ...tools.spans import shift_months
from ..achievement.stm_achievement_totals import TotalRequest
from ..target.stm_target_plan import FROZEN_STATES

# categories beyond these are not told one by one
MOST = 1000
# by what the past of a person is told apart, beside all of it
TOLD_BY = ("categ_id", "territory_id")


class Past(NamedTuple):
    """What somebody did in a place.

    :ivar target: of approved plans in the days asked for, 0 without one
    :ivar achieved: of that target
    :ivar sold: in the days asked for, with or without a target
    """

    target: float
    achieved: float
    sold: float

    @property
    def attainment(self):
        return self.achieved / self.target if self.target > 0 else None


class StmAbility(models.Model):
    """What people achieved: read from approved plans and from documents whenever it is shown."""

    _inherit = "stm.ability"

    def get_past(self, date_from=None, date_to=None, measure_id=None):
        """What the person achieved, as a whole, by category and by territory.

        :param date_from: first day, by default that of the last four quarters
        :param date_to: last day
        :param measure_id: a measure that adds up, by default what is invoiced
        :return: dict of the period, the measure, those to choose from, and `rows`: `by` (all,
            categ_id, territory_id), `name`, `target`, `achieved`, `attainment`, `sold`, and
            `share` of what everybody sold there
        :raises UserError: if the period ends before it starts
        """
        self.ensure_one()
        self.check_access("read")
        start, end = self._get_past_period(self.company_id)
        start, end = Date.to_date(date_from) or start, Date.to_date(date_to) or end
        if start > end:
            raise UserError(self.env._("The period ends before it starts: choose another day."))
        measures = self._get_past_measures(self.company_id)
        measure = measures.filtered(lambda one: one.id == measure_id) or self._get_past_measure()
        rows = []
        for by in (None, *TOLD_BY):
            records = self._get_past_places(self.company_id, by)
            rows += self._get_past_rows(measure, start, end, by, records)
        return {
            "date_from": Date.to_string(start),
            "date_to": Date.to_string(end),
            "measure": {
                "id": measure.id,
                "unit": measure.unit,
                "currency_id": self.company_id.currency_id.id,
            },
            "measures": [{"id": one.id, "name": one.name} for one in measures | measure],
            "rows": rows,
        }

    @api.model
    def _get_past_period(self, company):
        """First and last day of the last four quarters that are over."""
        today = company._get_stm_today()
        begun = (today.month - int(company.sudo().fiscalyear_last_month) - 1) % 3
        first = shift_months(today.replace(day=1), -begun)
        return shift_months(first, -12), Date.subtract(first, days=1)

    @api.model
    def _get_past_measures(self, company):
        return self.env["stm.measure"].search(
            [
                ("aggregation", "=", "sum"),
                ("direction", "=", "up"),
                ("company_id", "in", (company.id, False)),
            ]
        )

    @api.model
    def _get_past_measure(self):
        return self.env.ref("sales_target_mgmt.measure_invoiced")

    @api.model
    def _get_past_places(self, company, by):
        """The categories, or the territories of the primary division; none as a whole."""
        if by == "categ_id":
            return self.env["product.category"].search([], order="complete_name", limit=MOST)
        if by == "territory_id":
            division = self.env["stm.territory.division"]._get_primary(company)
            return self.env["stm.territory"].search([("division_id", "=", division.id)])
        return None

    def _get_past_rows(self, measure, start, end, by, records):
        user, company = self.user_id, self.company_id
        past, whole = self._read_past(company, user, measure, start, end, by, records)
        rows = []
        for record in records if by else [self.env["stm.ability"]]:
            one, everybody = past[user.id, record.id or 0], whole[record.id or 0]
            if by and not (one.target or one.sold):
                continue
            rows.append(
                {
                    "by": by or "all",
                    "id": record.id or 0,
                    "name": record.display_name if by else "",
                    "target": one.target,
                    "achieved": one.achieved,
                    "attainment": one.attainment,
                    "sold": one.sold,
                    "share": one.sold / everybody if everybody > 0 else None,
                }
            )
        return rows

    @api.model
    def _read_past(self, company, users, measure, start, end, by=None, records=None):
        """What people did in places, in a constant number of queries; rights are the caller's.

        :param by: field of a node in which the places are; None: everywhere
        :param records: the places
        :return: ({(user id, place id): :class:`Past`}, {place id: sold by everybody}); the id of
            everywhere is 0
        """
        places = records.ids if by else [0]
        requests = [
            TotalRequest(
                (user, place),
                measure.id,
                company.id,
                start,
                end,
                {**({by: place} if by else {}), **({"user_id": user} if user else {})},
            )
            for user in (*users.ids, 0)
            for place in places
        ]
        sold = self.env["stm.achievement"]._get_totals(requests)
        targets = self._read_past_targets(company, users, measure, start, end, by)
        past = {
            (user, place): Past(*targets.get((user, place), (0.0, 0.0)), sold[user, place] or 0.0)
            for user in users.ids
            for place in places
        }
        return past, {place: sold[0, place] or 0.0 for place in places}

    @api.model
    def _read_past_targets(self, company, users, measure, start, end, by):
        """{(user id, place id): (target, achieved)} of approved plans.

        A person whom a plan names in several places, below a team and below a territory, has
        the same days once: where the least else is said.
        """
        lines = (
            self.env["stm.target.line"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("user_id", "in", users.ids),
                    ("measure_id", "=", measure.id),
                    ("plan_id.state", "in", FROZEN_STATES),
                    ("date_from", ">=", start),
                    ("date_to", "<=", end),
                ]
            )
            .filtered(lambda line: line.date_end >= line.date_from)
        )
        chosen = {}
        for line in lines:
            dimensions = line.node_id._get_dimensions()
            others = dimensions.keys() - {"user_id", "team_id"}
            if others == ({by} if by else set()):
                key = (line.user_id.id, dimensions.get(by, 0), line.plan_id, line.date_from, line.date_to)
                if key not in chosen or len(dimensions) < chosen[key][0]:
                    chosen[key] = (len(dimensions), line)
        progress = lines.browse().union(*(line for _count, line in chosen.values()))._read_progress()
        sums = defaultdict(lambda: (0.0, 0.0))
        for (user, place, *_days), (_count, line) in chosen.items():
            target, achieved = sums[user, place]
            sums[user, place] = (
                target + progress[line]["target_in_force"],
                achieved + progress[line]["actual"],
            )
        return dict(sums)
