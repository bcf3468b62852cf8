from decimal import Decimal, InvalidOperation
from math import isfinite

from odoo import models

from ..tools.decomposition import allocate_within, blend, fill_mean, hedged
from ..tools.quota_setting import within_growth
from ..tools.season_weights import ramp_factors
from ..tools.seasonality import FLAT
from .stm_target_decompose import exact

# remarks with which nothing can be applied
FAULTS = {"empty", "negative", "pins", "rows", "unit", "ramp", "number", "ratio", "floor"}


class StmTargetDecompose(models.TransientModel):
    """The proposal: weights, bounds, pins and units, and what is to be said about them."""

    _inherit = "stm.target.decompose"

    def _propose(self):
        """Divide the total among the parts that are not pinned; faults become remarks."""
        for wizard in self:
            lines = list(wizard.line_ids)
            remarks = wizard._find_faults(lines)
            if not remarks:
                remarks = wizard._divide(lines)
            wizard.remarks = remarks
            wizard._sum_up(lines)

    def _find_faults(self, lines):
        numbers = [self.total, self.hedge, self.unit, self.growth, self.min_growth, self.max_growth]
        numbers += [number for line in lines for number in (line.proposal, line.weight)]
        if not all(map(isfinite, numbers)) or max(map(abs, numbers)) >= 1e15:
            return [{"code": "number"}]
        if not lines:
            return [{"code": "rows"}]
        if (
            self.total < 0
            or self.hedge <= -100
            or any(line.weight < 0 or line.proposal < 0 for line in lines)
        ):
            return [{"code": "negative"}]
        if not self.total:
            return [{"code": "empty"}]
        if self.mode == "nodes" and not self.is_additive:
            return [{"code": "ratio"}]
        if low := [line for line in lines if line.pinned and line.proposal < line.floor]:
            return [{"code": "floor", "names": [line.name for line in low][:5]}]
        if self.unit <= 0 or exact(self.unit) % self._get_smallest():
            return [{"code": "unit", "smallest": float(self._get_smallest())}]
        if self._get_ramp() is None:
            return [{"code": "ramp", "text": self.ramp}]
        return []

    def _divide(self, lines):
        if not self.is_additive:
            for line in lines:
                if not line.pinned:
                    line.proposal = self.total
            return []
        weights, remarks = self._get_weights(lines)
        lower, upper = self._get_bounds(lines)
        self.assigned = float(hedged(exact(self.total), exact(self.hedge) / 100, exact(self.unit)))
        try:
            parts = allocate_within(
                exact(self.assigned),
                weights,
                exact(self.unit),
                pinned={at: exact(line.proposal) for at, line in enumerate(lines) if line.pinned},
                lower=lower,
                upper=upper,
                floor=[exact(line.floor) for line in lines],
            )
        except ValueError:
            fixed = sum(exact(line.proposal if line.pinned else line.floor) for line in lines)
            for line in lines:
                line.proposal = line.proposal if line.pinned else line.floor
            return [*remarks, {"code": "pins", "pinned": float(fixed), "total": self.assigned}]
        for at, (line, amount) in enumerate(zip(lines, parts.amounts, strict=True)):
            if not line.pinned:
                line.proposal = float(amount)
            line.bounded = self._get_bounded(line, lower and lower[at], upper and upper[at], parts)
        if parts.rest:
            remarks.append({"code": "rest", "rest": float(parts.rest)})
        if parts.missed:
            remarks.append({"code": "bounds", "missed": float(parts.missed)})
        return remarks

    def _get_bounded(self, line, lower, upper, parts):
        """Which bound decided a part."""
        if line.pinned or parts.missed:
            return False
        step = exact(self.unit)
        if upper is not None and upper is not False and upper - exact(line.proposal) < step:
            return "max"
        return "min" if lower and exact(line.proposal) - lower < step else False

    def _get_weights(self, lines):
        """(one weight per part, remarks about what had to be assumed)."""
        if self.mode == "periods":
            return self._get_period_weights(lines)
        remarks = []
        history = [self._get_history(line) for line in lines]
        known = [exact(line.potential) if line.has_potential else None for line in lines]
        method = self.method
        if method in ("potential", "mix") and None in known:
            names = [line.name for line in lines if not line.has_potential]
            remarks.append({"code": "no_potential", "names": names[:5], "more": len(names[5:])})
        if method in ("history", "mix", "last_year") and not any(one > 0 for one in history):
            remarks.append({"code": "no_history"})
        if method == "weights":
            weights = [exact(line.weight) for line in lines]
        elif method == "even":
            weights = [Decimal(1)] * len(lines)
        else:
            alpha = {"potential": Decimal(0), "mix": exact(self.alpha) / 100}.get(method, Decimal(1))
            weights = blend(history, known, min(max(alpha, Decimal(0)), Decimal(1)))
            if method == "potential" and not any(known):
                weights = [Decimal(1)] * len(lines)
        return self._ramp_weights(lines, weights, history, remarks), [
            *remarks,
            *self._remark_people(lines),
            *self._remark_overlaps(),
        ]

    def _get_history(self, line):
        if self.method == "last_year":
            return exact(line.last_year)
        return exact(line.trend if self.projection == "trend" else line.history)

    def _get_period_weights(self, lines):
        remarks = []
        if self.period_method == "season" and self.season_method == FLAT:
            remarks.append({"code": "flat"})
        if self.period_method == "last_year" and not any(line.last_year > 0 for line in lines):
            remarks.append({"code": "no_history"})
        weights = {
            "even": lambda line: Decimal(1),
            "season": lambda line: exact(line.season),
            "last_year": lambda line: max(exact(line.last_year), Decimal(0)),
            "weights": lambda line: exact(line.weight),
        }[self.period_method]
        return [weights(line) for line in lines], remarks

    def _ramp_weights(self, lines, weights, history, remarks):
        """New hires: the mean of the others where they have no history, times their ramp."""
        ramps = self._get_ramps(lines)
        if not ramps:
            return weights
        newcomers = [
            at
            for at in ramps
            if history[at] <= 0 and self.method in ("history", "last_year", "mix") and lines[at].start_date
        ]
        if newcomers:
            means = fill_mean([None if at in newcomers else weight for at, weight in enumerate(weights)])
            weights = [means[at] or Decimal(1) for at in range(len(weights))]
            remarks.append({"code": "newcomers", "names": [lines[at].name for at in newcomers][:5]})
        return [
            weight * (sum(ramps[at]) / len(ramps[at]) if at in ramps else 1)
            for at, weight in enumerate(weights)
        ]

    def _get_ramps(self, lines):
        """{position: factor per period} of people who start so late that it matters."""
        if not (self.ramped and self.mode == "nodes" and self.dimension == "user_id"):
            return {}
        shares, periods = self._get_ramp(), self._get_periods()
        ramps = {
            at: ramp_factors(line.start_date, shares, periods)
            for at, line in enumerate(lines)
            if line.start_date and periods
        }
        return {at: factors for at, factors in ramps.items() if any(factor != 1 for factor in factors)}

    def _get_ramp(self):
        """Shares of the first months; None when the text cannot be read."""
        try:
            shares = [Decimal(part.strip()) / 100 for part in (self.ramp or "").split(",") if part.strip()]
        except InvalidOperation:
            return None
        return shares if all(share.is_finite() and 0 <= share <= 1 for share in shares) else None

    def _get_bounds(self, lines):
        """Lists of the least and most by growth; None where a part has no history."""
        if not self.bounded:
            return None, None
        low, high = exact(self.min_growth) / 100, exact(self.max_growth) / 100
        past = [exact(line.history) for line in lines]
        most = Decimal(10) ** 15
        return (
            [within_growth(0, one, minimum=low) if one > 0 else None for one in past],
            [within_growth(most, one, maximum=high) if one > 0 else None for one in past],
        )

    def _get_smallest(self):
        return self.measure_id._get_unit(self.company_id, self.total)

    def _remark_people(self, lines):
        """People whose sales count for no team, or not for the one that is divided."""
        if self.dimension != "user_id":
            return []
        users = self.env["res.users"].browse(line.res_id for line in lines)
        team = self.node_id.team_id
        memberships = self.env["crm.team.member"].search(
            [
                ("user_id", "in", users.ids),
                ("crm_team_id.company_id", "in", [self.company_id.id, False]),
            ]
        )
        lonely = users - memberships.user_id
        inside = memberships.filtered(lambda one: one.crm_team_id == team).user_id
        foreign = users - lonely - inside if team else users.browse()
        remarks = []
        if lonely:
            remarks.append({"code": "no_team", "names": lonely.mapped("name")[:5]})
        if foreign:
            remarks.append({"code": "other_team", "names": foreign.mapped("name")[:5], "team": team.name})
        return remarks

    def _sum_up(self, lines):
        """Shares, growth and sums, after whatever was proposed."""
        total = sum(exact(line.proposal) for line in lines)
        if not self.is_additive:
            self.assigned = self.allocated = self.total
            total = sum(exact(line.proposal) for line in lines) or Decimal(1)
        for line in lines:
            amount, past = exact(line.proposal), exact(line.history)
            line.share = float(amount / total) if total else 0.0
            line.growth = float(amount / past - 1) if past > 0 else 0.0
        if self.is_additive:
            self.allocated = float(total)
        faulty = any(remark["code"] in FAULTS for remark in self.remarks or [])
        if self.assigned != self.total and not faulty:
            self.hedge_text = self._describe_hedge(exact(self.assigned) - exact(self.total))
        else:
            self.hedge_text = False
        self.rest = float(exact(self.assigned) - exact(self.allocated))
