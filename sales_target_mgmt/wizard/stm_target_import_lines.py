import math
from itertools import pairwise
from typing import NamedTuple

from odoo import models

from ..tools.periods import Period
from ..tools.plan_sheet import Place, period_text


class NewTarget(NamedTuple):
    """A target that the file adds to a node or new node."""

    owner: object
    measure: models.BaseModel
    period: tuple
    amount: float
    place: Place


class ChangedTarget(NamedTuple):
    line: models.BaseModel
    amount: float
    place: Place


class LineCheck:
    """Compares the sheet of targets with the plan's lines.

    :ivar new: list of :class:`NewTarget`
    :ivar changed: list of :class:`ChangedTarget`
    :ivar unchanged: number of cells that say what the plan says
    """

    def __init__(self, plan, sheets, nodes, fault):
        self.plan = plan
        self.nodes = nodes
        self.fault = fault
        self.currency = plan.currency_id
        report = plan.env["stm.target.xlsx"]
        self.measures = {code.casefold(): one for code, one in report._get_measures(plan).items()}
        self.lines = plan.env["stm.target.line"].search([("plan_id", "=", plan.id)])
        self.existing = {}
        for line in self.lines:
            pair = self.existing.setdefault((line.node_id, line.measure_id), {})
            pair[line.date_from, line.date_to] = line
        self.new, self.changed, self.unchanged = [], [], 0
        self.rows = {}
        self._check_periods(sheets)
        for row in sheets.targets:
            self._check_row(row)

    def _check_periods(self, sheets):
        """Columns must be periods of the plan or of targets that it has."""
        plan = self.plan
        known = {(line.date_from, line.date_to) for line in self.lines}
        if plan.granularity != "free":
            known |= {tuple(period) for period in plan._get_periods()}
        for period, place in sheets.periods.items():
            if tuple(period) in known:
                continue
            if period.date_from < plan._get_start() or period.date_to > plan.date_to:
                self.fault(
                    "outside_plan",
                    place,
                    value=period_text(period),
                    plan=period_text((plan._get_start(), plan.date_to)),
                )
            elif plan.granularity != "free":
                nearest = min(known, key=lambda one: self._get_distance(one, period))
                self.fault("unknown_period", place, value=period_text(period), nearest=period_text(nearest))

    @staticmethod
    def _get_distance(one, other):
        return sum(abs((day - same).days) for day, same in zip(one, other, strict=True))

    def _check_row(self, row):
        owner = self.nodes.find(row)
        text = row.texts.get("measure", "")
        measure = self.measures.get(text.casefold())
        if measure is None:
            code = "unknown_measure" if text else "no_measure"
            self.fault(code, row.place("measure"), value=text, known=", ".join(self.measures))
        if owner is None or measure is None:
            return
        if (owner, measure) in self.rows:
            self.fault("duplicate_row", row.place("path"), other=str(self.rows[owner, measure]))
            return
        self.rows[owner, measure] = row.place("path")
        lines = self.existing.get((owner, measure), {})
        amounts = {tuple(key): value for key, value in row.amounts.items() if value is not None}
        for period, amount in amounts.items():
            self._check_amount(row, owner, measure, period, amount, lines.get(period))
        self._check_overlaps(row, sorted({*lines, *amounts}), lines)

    def _check_amount(self, row, owner, measure, period, amount, line):
        place = row.place(Period(*period))
        if measure.unit == "money":
            amount = self.currency.round(amount)
        if line is None:
            self.new.append(NewTarget(owner, measure, period, amount, place))
        # a spreadsheet keeps fifteen digits
        elif math.isclose(line.target, amount, rel_tol=1e-12, abs_tol=1e-12):
            self.unchanged += 1
        else:
            self.changed.append(ChangedTarget(line, amount, place))

    def _check_overlaps(self, row, periods, lines):
        for one, other in pairwise(periods):
            if other[0] <= one[1]:
                added = other if other not in lines else one
                kept = one if added == other else other
                self.fault(
                    "overlap",
                    row.place(Period(*added)),
                    value=period_text(added),
                    other=period_text(kept),
                )
