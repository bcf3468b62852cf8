from odoo import fields, models


class StmTargetDecompose(models.TransientModel):
    """What is kept with every target of how it was proposed; free of any language."""

    _inherit = "stm.target.decompose"

    def _get_why(self):
        """What holds for all parts."""
        self.ensure_one()
        nodes = self.mode == "nodes"
        why = self.node_id._get_division_why(
            self.mode,
            self.method if nodes else self.period_method,
            self.total,
            assigned=self.assigned,
            hedge=self.hedge / 100,
            unit=self.unit,
            parts=len(self.line_ids),
            pins=len(self.line_ids.filtered("pinned")),
            remarks=[one["code"] for one in self.remarks or []],
        )
        if nodes:
            why["dimension"] = self.dimension
        if self.bounded:
            why["bounds"] = [self.min_growth / 100, self.max_growth / 100]
        if why["method"] in ("history", "mix", "last_year"):
            why["history_measure"] = self.history_measure_id.name
        if nodes and why["method"] in ("history", "mix"):
            why["history_dates"] = [
                fields.Date.to_string(self.history_from),
                fields.Date.to_string(self.history_to),
            ]
            why["projection"] = self.projection
        if why["method"] == "mix":
            why["alpha"] = self.alpha / 100
        if why["method"] == "season":
            why["season"] = self.season_method
            why["season_years"] = self.season_years
        return why

    def _get_row_why(self, row):
        """What holds for one part."""
        why = {
            "part": row.name,
            "amount": row.proposal,
            "share": row.share,
            "history": row.history,
            "pinned": row.pinned,
            "bounded": row.bounded or None,
        }
        method = self.method if self.mode == "nodes" else self.period_method
        if method == "weights":
            why["weight"] = row.weight
        elif method == "season":
            why["index"] = row.season
        elif method == "last_year":
            why["last_year"] = row.last_year
        if method in ("potential", "mix"):
            why["potential"] = row.potential if row.has_potential else None
        if self.projection == "trend" and method in ("history", "mix"):
            why["trend"] = row.trend
        if self.mode == "nodes" and row.start_date:
            why["start_date"] = fields.Date.to_string(row.start_date)
        return why

    def _get_cell_why(self, cell):
        """What holds for one target."""
        return {} if cell.factor is None else {"ramp": float(cell.factor)}
