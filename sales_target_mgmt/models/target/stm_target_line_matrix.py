from odoo import api, fields, models

from ...tools.spans import previous, year_before
from ..achievement.stm_achievement_totals import TotalRequest

HISTORY = 12


class StmTargetLine(models.Model):
    """A target as a cell of its plan's matrix, and what stands behind it."""

    _inherit = "stm.target.line"

    def _get_matrix_key(self):
        self.ensure_one()
        return self.node_id.id, self.date_from, self.date_to

    def _get_matrix_cell(self):
        self.ensure_one()
        return {
            "id": self.id,
            "node_id": self.node_id.id,
            "date_from": fields.Date.to_string(self.date_from),
            "date_to": fields.Date.to_string(self.date_to),
            "target": self.target,
            "pinned": self.pinned,
            **({"stretch": self.stretch} if self.stretch else {}),
            **({"note": self.note} if self.note else {}),
        }

    @api.readonly
    def get_why(self):
        """What stands behind a target.

        :return: `node`, the inputs (`target`, `top_down`, `stretch`, `pinned`, `note`, and
            `previous`, the target of the previous version or None), `last_year` (achieved in
            the same days a year before), `history` (`date_from`, `date_to`, `value` of the
            twelve periods of the same length before it), `user` and `date` of the last change,
            `explanation` as in :meth:`_explain`
        """
        self.ensure_one()
        self.check_access("read")
        ranges = previous(self.date_from, self.date_to, HISTORY + 1)[:-1]
        totals = self._get_history_totals([*ranges, year_before(self.date_from, self.date_to)])
        return {
            "id": self.id,
            "node": self.node_id.name,
            "date_from": fields.Date.to_string(self.date_from),
            "date_to": fields.Date.to_string(self.date_to),
            "target": self.target,
            "top_down": self.top_down,
            "stretch": self.stretch,
            "pinned": self.pinned,
            "note": self.note or "",
            "previous": self.target_previous if self.previous_id else None,
            "last_year": totals[year_before(self.date_from, self.date_to)],
            "history": [
                {"date_from": str(start), "date_to": str(end), "value": totals[start, end]}
                for start, end in ranges
            ],
            "user": self.write_uid.sudo().name,
            "date": fields.Datetime.to_string(self.write_date),
            "explanation": self._explain(),
        }

    def _get_history_totals(self, ranges):
        """{(start, end): achieved by the same node and measure in other days}."""
        self.ensure_one()
        return self.env["stm.achievement"]._get_totals(
            TotalRequest(
                (start, end),
                self.measure_id.id,
                self.company_id.id,
                start,
                end,
                self.node_id._get_dimensions(),
            )
            for start, end in ranges
        )
