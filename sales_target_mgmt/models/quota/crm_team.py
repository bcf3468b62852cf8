from odoo import fields, models

from ...tools.spans import previous

PERIODS = 12


class CrmTeam(models.Model):
    _inherit = "crm.team"

    stm_progress = fields.Json(
        string="Target Progress",
        compute="_compute_stm_progress",
        help="The team's figures for the card: those of its leading target and what was achieved "
        "in its last twelve periods. Empty without a target or the right to see it.",
    )

    def _compute_stm_progress(self):
        progress = self.env["stm.quota"]._get_team_progress(self.ids)
        for team in self:
            team.stm_progress = progress.get(team.id, False)


class StmQuota(models.AbstractModel):
    _inherit = "stm.quota"

    def _get_team_progress(self, team_ids):
        """The leading figures of teams, all of them in at most five queries.

        :return: {team id: a card as :meth:`_get_card` makes it, and `history`, the achieved
            figures of the last twelve periods with their dates, the oldest first}
        """
        if not self.env["stm.target.line"].has_access("read"):
            return {}
        lines = self._read_lines([("team_id", "in", team_ids), ("user_id", "=", False)])
        picks = {}
        for team in {row.team[0] for row in lines}:
            subject = ("team", (team,))
            # the first is the leading one: money comes first
            picks[subject] = dict(list(self._pick(lines, *subject).items())[:1])
        ranges = {
            subject: [
                (measure, rows, previous(rows[0].line.date_from, rows[0].line.date_to, PERIODS))
                for measure, rows in own.items()
            ]
            for subject, own in picks.items()
        }
        totals = self._read_totals(
            [
                request
                for own in ranges.values()
                for _measure, rows, spans in own
                for request in [*self._request(rows), *self._request(rows, spans)]
            ]
        )
        elapsed = self._get_elapsed(picks)
        return {
            subject[1][0]: {
                **self._get_card(rows, totals, elapsed),
                "history": self._get_history(rows, spans, totals),
            }
            for subject, own in ranges.items()
            for _measure, rows, spans in own
        }

    def _get_history(self, rows, ranges, totals):
        """What was achieved in ranges of days, None where a ratio has no denominator."""
        history = []
        for start, end in ranges:
            parts = [totals.get((row.line.id, start, end)) for row in rows]
            known = [part for part in parts if part is not None]
            value = sum(known) if known else None
            history.append({"date_from": str(start), "date_to": str(end), "value": value})
        return history
