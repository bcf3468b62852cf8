from collections import defaultdict

from odoo import api, models

KINDS = {"person": "user", "team": "team"}


class StmReceivableFigures(models.AbstractModel):
    """What people and teams achieve of their targets, beside what their customers owe."""

    _inherit = "stm.receivable.figures"

    @api.model
    @api.private
    def _get_attainments(self, by, ids):
        """The leading targets of the running period, in at most five queries; money comes first.

        Only targets that the current user may read, of the current company where it has any.

        :param by: `person` or `team`; nothing else has targets of its own here
        :return: id → a card as `stm.quota` makes it, for those with a target
        """
        kind = KINDS.get(by)
        if not kind or not ids or not self.env["stm.target.line"].has_access("read"):
            return {}
        quota = self.env["stm.quota"]
        domain = [(f"{kind}_id", "in", ids), *([("user_id", "=", False)] if kind == "team" else [])]
        lines = defaultdict(list)
        for row in quota._read_lines(domain):
            lines[getattr(row, kind)[0]].append(row)
        picks = {}
        for id_, rows in lines.items():
            # the first is the leading one
            found = list(quota._pick(rows, kind, (id_,)).items())[:1]
            if found:
                picks[kind, (id_,)] = dict(found)
        totals = quota._read_totals(
            [request for own in picks.values() for rows in own.values() for request in quota._request(rows)]
        )
        elapsed = quota._get_elapsed(picks)
        return {
            id_: quota._get_card(rows, totals, elapsed)
            for (_kind, (id_,)), own in picks.items()
            for rows in own.values()
        }
