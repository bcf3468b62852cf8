from markupsafe import Markup

from odoo import api, fields, models

from ...tools.rate_table import exact

SHARES = ("overdue_share", "utilisation", "revenue_trend")


class StmCreditRating(models.Model):
    """A rating as it is read later: how its points came about, and what differs from the one before."""

    _inherit = "stm.credit.rating"

    previous_id = fields.Many2one(
        "stm.credit.rating",
        "Scorecard Before",
        compute="_compute_previous_id",
        help="The customer's last computed rating before this one.",
    )
    value_before = fields.Float("Score Before", digits=(16, 2), compute="_compute_previous_id")
    coverage_before = fields.Float("Weights Known Before", compute="_compute_previous_id")
    grade_text = fields.Char("Grades", compute="_compute_grade_text")
    check_state = fields.Selection(
        [("same", "The same"), ("differs", "Differs")],
        "Computed Again from Itself",
        compute="_compute_check_state",
        help="Score, coverage and grade from nothing but what this rating carries: what was known and the "
        "tables of then.",
    )
    card = fields.Html("Calculation", compute="_compute_card", sanitize=False)

    def _compute_previous_id(self):
        for one in self:
            one.previous_id = self.search(
                [("account_id", "=", one.account_id.id), ("kind", "=", "computed"), ("id", "<", one.id)],
                order="id desc",
                limit=1,
            )
            one.value_before, one.coverage_before = one.previous_id.value, one.previous_id.coverage

    @api.depends_context("lang")
    @api.depends("bounds")
    def _compute_grade_text(self):
        """Which scores gave which grade, and how much had to be known."""
        for one in self:
            one.grade_text = False
            if one.bounds:
                grades = one.grade_id.browse([grade for grade, _lower in one.bounds["grades"]]).exists()
                names = {grade.id: grade.name for grade in grades}
                pairs = ((names.get(grade, "–"), lower) for grade, lower in one.bounds["grades"])
                one.grade_text = self.env._(
                    "%(grades)s; at least %(share)s of the weights known",
                    grades=", ".join(
                        self.env._("%(grade)s from %(lower)s", grade=name, lower=f"{lower:g}")
                        for name, lower in pairs
                    ),
                    share=f"{one.bounds['coverage_min']:.0%}",
                )

    @api.depends("inputs", "points", "bounds", "value", "coverage", "grade_id")
    def _compute_check_state(self):
        for one in self:
            again = one._recompute_from_itself()
            if again is None:
                one.check_state = False
                continue
            points = [None if row["points"] is None else exact(row["points"]) for row in one.points]
            is_same = (
                list(again.points) == points
                and (again.grade or False) == one.grade_id.id
                and (again.why or False) == one.why_none
                and abs(float(again.value or 0) - one.value) < 0.005
                and abs(float(again.coverage) - one.coverage) < 0.00005
            )
            one.check_state = "same" if is_same else "differs"

    @api.depends_context("lang")
    @api.depends("inputs", "points")
    def _compute_card(self):
        for one in self:
            one.card = one._get_card() if one.kind == "computed" and one.points else False

    def _get_card(self):
        """The criteria with their points as a table; what was not known is grey, what changed is bold."""
        names = [
            self.env._("Criterion"),
            self.env._("What is known"),
            self.env._("Points"),
            self.env._("Weight"),
        ]
        if self.previous_id:
            names[2:2] = [self.env._("Known before")]
            names[4:4] = [self.env._("Points before")]
        cell, right = Markup("<th%s>%s</th>"), Markup(' class="text-end"')
        head = Markup().join(cell % (right if place else "", name) for place, name in enumerate(names))
        before = {row["input"]: row for row in self.previous_id.points or []}
        rows = Markup().join(
            self._get_card_row(criterion, before.get(criterion["input"])) for criterion in self.points
        )
        return Markup(
            '<table class="table table-sm mb-0"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>'
        ) % (head, rows)

    def _get_card_row(self, criterion, before):
        known = self._show(criterion, self.inputs)
        cells = [known, self._show_points(criterion), f"{criterion['weight']:g}"]
        is_changed = False
        if self.previous_id:
            shown = self._show(before, self.previous_id.inputs) if before else "–"
            points = self._show_points(before) if before else "–"
            is_changed = points != cells[1]
            cells[1:1] = [shown]
            cells[3:3] = [points]
        style = "text-muted" if criterion["points"] is None else "fw-bold" if is_changed else ""
        texts = Markup().join(Markup('<td class="text-end">%s</td>') % text for text in cells)
        return Markup('<tr class="%s"><td>%s</td>%s</tr>') % (style, self._name_input(criterion), texts)

    def _name_input(self, criterion):
        field = self.env["stm.credit.criterion"]._fields["input"]
        return criterion["name"] or dict(field._description_selection(self.env))[criterion["input"]]

    def _show_points(self, criterion):
        return "–" if criterion["points"] is None else f"{criterion['points']:g}"

    def _show(self, criterion, inputs):
        """What was known of a criterion, in words."""
        known = inputs.get(criterion["input"])
        if known is None:
            return self.env._("not known")
        if criterion["input"] in SHARES:
            return f"{known:.0%}"
        if criterion["input"] == "legal_form":
            field = self.env["stm.credit.account"]._fields["legal_form"]
            return dict(field._description_selection(self.env)).get(known, known)
        return f"{known:,.2f}".rstrip("0").rstrip(".") if isinstance(known, float) else known
