from odoo import models
from odoo.tools import format_date, formatLang


class StmTargetDecompose(models.TransientModel):
    """What is to be said about a proposal, in the user's language."""

    _inherit = "stm.target.decompose"

    def _describe_hedge(self, over):
        if over < 0:
            return self.env._(
                "%(assigned)s is handed on; %(rest)s, %(percent)s %% of the target, stays in reserve for "
                "whoever is not named here.",
                assigned=self._format(self.assigned),
                rest=self._format(-float(over)),
                percent=formatLang(self.env, -self.hedge, digits=1),
            )
        return self.env._(
            "%(assigned)s is handed on, %(over)s more than the target (%(percent)s %%): "
            "over-assigned on purpose, so that the target is met at %(attainment)s %% attainment.",
            assigned=self._format(self.assigned),
            over=self._format(float(over)),
            percent=formatLang(self.env, self.hedge, digits=1),
            attainment=formatLang(self.env, 100 / (1 + self.hedge / 100), digits=1),
        )

    def _format(self, amount):
        currency = self.currency_id
        return formatLang(self.env, amount, currency_obj=currency or None) if currency else f"{amount:,g}"

    def _describe_remarks(self):
        """The remarks as sentences in the user's language."""
        return [self._describe_remark(remark) for remark in self.remarks or []]

    def _describe_remark(self, remark):
        code = remark["code"]
        if code in ("pins", "rest", "bounds"):
            return self._describe_amounts(remark)
        names = ", ".join(remark.get("names", []))
        dates = {
            "start": format_date(self.env, self.history_from) if self.history_from else "",
            "end": format_date(self.env, self.history_to) if self.history_to else "",
        }
        return {
            "number": lambda: self.env._("One of the numbers is no number, or too large."),
            "rows": lambda: self.env._(
                "There are no parts yet: choose what “%s” is divided into.", self.node_id.name
            ),
            "negative": lambda: self.env._(
                "Totals, weights and proposals cannot be negative: enter zero or more."
            ),
            "empty": self._describe_empty,
            "unit": lambda: self.env._(
                "The rounding unit must be a multiple of %s.", self._format(remark["smallest"])
            ),
            "ramp": lambda: self.env._(
                "The ramp “%s” cannot be read: give percentages of the first months, 0, 25, 50, 75 for "
                "instance.",
                remark["text"],
            ),
            "no_potential": lambda: self._describe_no_potential(names, remark.get("more")),
            "nested": lambda: self.env._(
                "%s: inside of another part, so that the same sales count twice; take one of the two away.",
                names,
            ),
            "divisions": lambda: self.env._(
                "Territories of several divisions (%s) overlap: the same customers count twice.", names
            ),
            "no_history": lambda: self.env._(
                "Nothing was achieved from %(start)s to %(end)s: divided evenly or by what else is known.",
                **dates,
            ),
            "flat": lambda: self.env._(
                "There is less than one whole year of history: every month weighs the same."
            ),
            "newcomers": lambda: self.env._(
                "%s started without history: counted with the mean of the others, less the ramp.", names
            ),
            "ratio": lambda: self.env._(
                "“%s” does not add up, so that parts of it cannot be proposed: choose another measure.",
                self.measure_id.name,
            ),
            "floor": lambda: self.env._(
                "%s: less than what is pinned in single periods of the plan. Unpin those first.", names
            ),
            "no_team": lambda: self.env._(
                "%s: in no sales team, so that these sales count for no team.", names
            ),
            "other_team": lambda: self.env._(
                "%(names)s: not in the team “%(team)s” that is divided here.",
                names=names,
                team=remark.get("team"),
            ),
        }[code]()

    def _describe_amounts(self, remark):
        if remark["code"] == "pins":
            return self.env._(
                "%(pinned)s is pinned, %(excess)s more than the %(total)s of “%(node)s”: lower or "
                "unpin one of the parts, or hand on more.",
                pinned=self._format(remark["pinned"]),
                excess=self._format(remark["pinned"] - remark["total"]),
                total=self._format(remark["total"]),
                node=self.node_id.name,
            )
        if remark["code"] == "rest":
            return self.env._(
                "Everything is pinned and %s is left: it stays in reserve.", self._format(remark["rest"])
            )
        if remark["missed"] > 0:
            return self.env._(
                "Even with the highest growth %s would be left: the bounds of growth are not kept.",
                self._format(remark["missed"]),
            )
        return self.env._(
            "Even with the lowest growth the total is exceeded by %s: the bounds of growth are not kept.",
            self._format(-remark["missed"]),
        )

    def _describe_no_potential(self, names, more):
        if more:
            return self.env._(
                "No potential is known of %(names)s and %(count)s others: they count with the mean of the "
                "rest.",
                names=names,
                count=more,
            )
        return self.env._("No potential is known of %s: counted with the mean of the rest.", names)

    def _describe_empty(self):
        if self.mode == "periods":
            return self.env._("The total is zero: type what “%s” shall reach.", self.node_id.name)
        return self.env._(
            "“%(node)s” has no target for “%(measure)s” yet: set it first, over its periods.",
            node=self.node_id.name,
            measure=self.measure_id.name,
        )
