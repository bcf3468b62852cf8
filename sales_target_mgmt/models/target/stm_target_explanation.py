from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date, formatLang

# what tells the target above to whom it is not shown
ABOVE = ("node", "total", "assigned", "share", "weight")


class StmTargetLine(models.Model):
    """Why a target is what it is, in words: built when it is read, in the reader's language."""

    _inherit = "stm.target.line"

    why_sentence = fields.Text(string="Why in Words", compute="_compute_explanation")
    why_table = fields.Html(string="In Figures", compute="_compute_explanation", sanitize=False)

    def _compute_explanation(self):
        for line in self:
            explanation = line._explain()
            line.why_sentence = explanation["sentence"]
            rows = Markup().join(
                Markup(
                    "<tr><th class='fw-normal text-muted pe-4'>{}</th><td class='text-end'>{}</td></tr>"
                ).format(*row)
                for row in explanation["rows"]
            )
            changes = Markup().join(Markup("<li>{}</li>").format(one) for one in explanation["changes"])
            line.why_table = Markup("<table class='table table-sm w-auto'>{}</table><ul>{}</ul>").format(
                rows, changes
            )

    def action_explain(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why %s?", self._amount(self.target)),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("sales_target_mgmt.stm_target_line_view_form_why").id, "form")],
            "target": "new",
            "context": {"dialog_size": "medium"},
        }

    def _explain(self):
        """A target explained.

        :return: `sentence`, `rows` (pairs of a label and a figure) and `changes` (sentences)
        """
        self.ensure_one()
        self.check_access("read")
        why = self.sudo().why or {}
        proposal = why.get("proposal")
        if proposal and not self._sees_whole(proposal):
            proposal = {name: value for name, value in proposal.items() if name not in ABOVE}
        return {
            "sentence": self._explain_proposal(proposal) if proposal else self._explain_typed(),
            "rows": self._get_why_rows(proposal) if proposal else [],
            "changes": [self._explain_change(change) for change in why.get("changes", [])],
        }

    def _sees_whole(self, why):
        """Whether the reader may know the target of which this one is a part."""
        if self.env.su or self._sees_all() or why["mode"] != "nodes":
            return True
        return bool(self.env["stm.target.node"].search_count([("id", "=", why["node_id"])]))

    def _amount(self, amount):
        currency = self.currency_id
        if currency:
            return formatLang(self.env, amount, currency_obj=currency)
        return formatLang(self.env, amount, digits=0 if amount == int(amount) else 2)

    def _percent(self, share, digits=1):
        return self.env._("%s %%", formatLang(self.env, 100 * share, digits=digits))

    def _explain_typed(self):
        values = {
            "user": self.create_uid.sudo().name,
            "date": format_date(self.env, self.create_date),
        }
        if self.note:
            return self.env._(
                "Set by %(user)s on %(date)s, without a proposal: “%(note)s”", **values, note=self.note
            )
        return self.env._("Set by %(user)s on %(date)s, without a proposal.", **values)

    def _explain_proposal(self, why):
        """One paragraph: what of what, by which method, with which limits, by whom."""
        if why["mode"] == "year":
            return self._explain_year(why)
        parts = [self._explain_share(why), self._explain_method(why)]
        if why["hedge"] < 0 and "node" in why:
            parts.append(
                self.env._(
                    "%(share)s of the target of “%(node)s” stay in reserve.",
                    share=self._percent(-why["hedge"]),
                    node=why["node"],
                )
            )
        elif why["hedge"] and "node" in why:
            parts.append(
                self.env._(
                    "%(hedge)s more than the target of “%(node)s” is handed on.",
                    hedge=self._percent(why["hedge"]),
                    node=why["node"],
                )
            )
        if why.get("bounded"):
            least = why["bounded"] == "min"
            bound = self._percent(why["bounds"][0 if least else 1])
            parts.append(
                self.env._("Raised to the least growth of %s.", bound)
                if least
                else self.env._("Held at the highest growth of %s.", bound)
            )
        if why.get("start_date"):
            parts.append(
                self.env._("Ramped as a new hire since %s.", format_date(self.env, why["start_date"]))
            )
        parts.append(
            self.env._(
                "Rounded to %(unit)s. Proposed by %(user)s on %(date)s.",
                unit=self._amount(why["unit"]),
                user=why["user"],
                date=format_date(self.env, why["date"]),
            )
        )
        return " ".join(filter(None, parts))

    def _explain_year(self, why):
        """The same of a target that was copied from the year before."""
        values = {
            "base": self._amount(why["base"]),
            "plan": why["plan"],
            "start": format_date(self.env, why["dates"][0]),
            "end": format_date(self.env, why["dates"][1]),
        }
        if why["basis"] == "actual":
            text = self.env._("From %(start)s to %(end)s %(base)s was achieved (“%(plan)s”).", **values)
        else:
            text = self.env._("From %(start)s to %(end)s %(base)s was planned (“%(plan)s”).", **values)
        made = {"user": why["user"], "date": format_date(self.env, why["date"])}
        if why["growth"] is None:
            return text + " " + self.env._("It stays as it is. Copied by %(user)s on %(date)s.", **made)
        return (
            text
            + " "
            + self.env._(
                "Grown by %(growth)s to %(amount)s, rounded to %(unit)s so that parts make up the whole. "
                "Copied by %(user)s on %(date)s.",
                growth=self._percent(why["growth"]),
                amount=self._amount(why["amount"]),
                unit=self._amount(why["unit"]),
                **made,
            )
        )

    def _explain_share(self, why):
        if why["method"] == "each":
            return self.env._(
                "%(amount)s: in every one of the %(count)s periods of “%(node)s” the same; what is cut off "
                "has its share by working days.",
                amount=self._amount(why["amount"]),
                count=why["parts"],
                node=why["node"],
            )
        if why["mode"] == "periods":
            return self.env._(
                "%(amount)s is %(share)s of the %(total)s of “%(node)s” in %(count)s periods.",
                amount=self._amount(why["amount"]),
                share=self._percent(why["share"]),
                total=self._amount(why["assigned"]),
                node=why["node"],
                count=why["parts"],
            )
        if "node" not in why:
            return self.env._(
                "“%(part)s” carries %(amount)s, one of %(count)s parts.",
                part=why["part"],
                amount=self._amount(why["amount"]),
                count=why["parts"],
            )
        return self.env._(
            "“%(part)s” carries %(amount)s of the %(total)s of “%(node)s”, %(share)s, one of %(count)s "
            "parts; its periods follow those of “%(node)s”.",
            part=why["part"],
            amount=self._amount(why["amount"]),
            total=self._amount(why["assigned"]),
            node=why["node"],
            share=self._percent(why["share"]),
            count=why["parts"],
        )

    def _explain_method(self, why):
        if why["pinned"]:
            return self.env._("The number was typed in and pinned.")
        method = why["method"]
        measure = why.get("history_measure", "")
        if method == "season":
            return self._explain_season(why)
        if method == "each":
            return ""
        if method in ("history", "mix"):
            start, end = (format_date(self.env, day) for day in why["history_dates"])
            history = (
                self.env._(
                    "the trend of “%(measure)s” from %(start)s to %(end)s",
                    measure=measure,
                    start=start,
                    end=end,
                )
                if why["projection"] == "trend"
                else self.env._(
                    "“%(measure)s” from %(start)s to %(end)s", measure=measure, start=start, end=end
                )
            )
            if method == "history":
                return self.env._("Divided by history: %s.", history)
            return self.env._(
                "Divided by %(alpha)s history (%(history)s) and %(rest)s potential.",
                alpha=self._percent(why["alpha"], 0),
                rest=self._percent(1 - why["alpha"], 0),
                history=history,
            )
        return {
            "even": lambda: self.env._("Divided evenly."),
            "potential": lambda: self.env._("Divided by potential."),
            "last_year": lambda: self.env._("Divided by last year's shape of “%s”.", measure),
            "weights": lambda: self.env._("Divided by weights that were typed in."),
        }[method]()

    def _explain_season(self, why):
        return {
            "simple_average": lambda: self.env._(
                "Divided by season: averages of the months of up to two years."
            ),
            "ratio_to_moving_average": lambda: self.env._(
                "Divided by season: months against the moving average of the year around them, of %s years.",
                why["season_years"],
            ),
            "flat": lambda: self.env._("Divided evenly: there was too little history for a season."),
        }[why["season"]]()

    def _get_why_rows(self, why):
        """Pairs of a label and a figure: the inputs."""
        if why["mode"] == "year":
            rows = [(self.env._("The year before"), self._amount(why["base"]))]
            if why["growth"] is not None:
                rows.append((self.env._("Growth"), self._percent(why["growth"])))
            return [*rows, (self.env._("This target"), self._amount(why["amount"]))]
        rows = [(self.env._("This part"), self._amount(why["amount"]))]
        if why["method"] == "each":
            return rows
        if "node" in why:
            rows[:0] = [
                (self.env._("Target of “%s”", why["node"]), self._amount(why["total"])),
                (self.env._("Handed on"), self._amount(why["assigned"])),
            ]
            rows.append((self.env._("Share"), self._percent(why["share"])))
        optional = (
            ("history", self.env._("History, for as long"), self._amount),
            ("trend", self.env._("Trend"), self._amount),
            ("last_year", self.env._("Last year"), self._amount),
            ("potential", self.env._("Potential"), self._amount),
            ("weight", self.env._("Weight"), lambda one: formatLang(self.env, one, digits=2)),
            ("index", self.env._("Seasonal weight"), lambda one: formatLang(self.env, one, digits=3)),
            ("ramp", self.env._("Ramp in this period"), lambda one: self._percent(one, 0)),
        )
        rows += [(label, show(why[name])) for name, label, show in optional if why.get(name) is not None]
        if why.get("history", 0) > 0:
            rows.append((self.env._("Growth"), self._percent(why["amount"] / why["history"] - 1)))
        if why.get("bounds"):
            low, high = (self._percent(bound) for bound in why["bounds"])
            rows.append((self.env._("Bounds of growth"), f"{low} … {high}"))
        rows.append((self.env._("Pinned parts"), str(why["pins"])))
        return rows

    def _explain_change(self, change):
        if change["field"] == "pinned":
            who = {"user": change["user"], "date": format_date(self.env, change["date"])}
            if change["new"]:
                return self.env._("%(user)s pinned it on %(date)s.", **who)
            return self.env._("%(user)s unpinned it on %(date)s.", **who)
        return self.env._(
            "%(user)s changed %(old)s to %(new)s on %(date)s.",
            user=change["user"],
            old=self._amount(change["old"]),
            new=self._amount(change["new"]),
            date=format_date(self.env, change["date"]),
        )
