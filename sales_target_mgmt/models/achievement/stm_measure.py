import ast
from itertools import count

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .stm_achievement_cell import DIMENSIONS


class StmMeasure(models.Model):
    """What can be a target: revenue invoiced, margin, new customers, conversion rate.

    A measure is a way of reading :class:`stm.achievement`: one source, one of its value
    columns, one aggregation, and a filter on the dimensions by which cells are kept.

    * ``sum``: the column is added up; parts add up to the whole.
    * ``distinct``: commercial entities with at least one fact are counted; parts do not
      add up, a customer who buys in two months is one customer.
    * ``ratio``: one measure over another, or over the size of the market; empty while the
      denominator is zero.
    """

    _name = "stm.measure"
    _description = "Target Measure"
    _order = "sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short technical name, used in imports and exports.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company.")
    aggregation = fields.Selection(
        [("sum", "Sum"), ("distinct", "Number of customers"), ("ratio", "Ratio")],
        required=True,
        default="sum",
    )
    source = fields.Selection(
        [
            ("order", "Orders"),
            ("invoice", "Invoices"),
            ("payment", "Payments"),
            ("lead", "Opportunities"),
            ("rating", "Ratings"),
        ],
        default="invoice",
    )
    value_field = fields.Selection(
        [
            ("amount", "Untaxed amount"),
            ("margin", "Margin"),
            ("quantity", "Quantity"),
            ("count", "Number"),
            ("new_customer", "New customers"),
            ("won", "Won opportunities"),
            ("expected", "Expected revenue"),
            ("rating", "Rating points"),
        ],
        string="Value",
        default="amount",
        help="The column of the facts that is added up.",
    )
    numerator_id = fields.Many2one("stm.measure", ondelete="restrict")
    denominator_id = fields.Many2one("stm.measure", ondelete="restrict")
    divided_by = fields.Selection(
        [("measure", "Another measure"), ("market", "Market size")],
        required=True,
        default="measure",
        help="Market size: of the territory of the target, in its days that have come; without a territory "
        "that of the whole primary division.",
    )
    factor = fields.Float(default=1.0, help="A ratio is multiplied by it: 100 for a percentage.")
    direction = fields.Selection(
        [("up", "More is better"), ("down", "Less is better")], required=True, default="up"
    )
    unit = fields.Selection(
        [
            ("money", "Money"),
            ("quantity", "Quantity"),
            ("number", "Number"),
            ("percent", "Percent"),
            ("score", "Score"),
        ],
        required=True,
        default="money",
    )
    domain = fields.Char(
        string="Filter",
        default="[]",
        help="Which facts count, by salesperson, team, product category, customer, territory or channel.",
    )
    is_additive = fields.Boolean(compute="_compute_is_additive")
    note = fields.Text(translate=True, help="What it counts, in the words of its users.")

    # a plain UNIQUE does not hold for shared measures, whose company is NULL
    _code_company_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code belongs to another measure already."
    )

    @api.constrains("aggregation", "source", "value_field", "numerator_id", "denominator_id", "divided_by")
    def _check_definition(self):
        for measure in self | self._get_ratios():
            if measure.aggregation == "ratio":
                parts = measure.numerator_id | measure.denominator_id
                measure._check_market()
                by_market = measure.divided_by == "market"
                if not (measure.numerator_id and (measure.denominator_id or by_market)):
                    raise ValidationError(
                        self.env._(
                            "“%s” is a ratio: choose its numerator and its denominator.",
                            measure.name,
                        )
                    )
                if any(part.aggregation == "ratio" for part in parts):
                    raise ValidationError(
                        self.env._(
                            "“%s” cannot be a ratio of a ratio: choose measures that are "
                            "sums or numbers of customers.",
                            measure.name,
                        )
                    )
            elif not measure.source or not measure.value_field:
                raise ValidationError(self.env._("“%s” needs a source and a value.", measure.name))

    @api.constrains("domain")
    def _check_domain(self):
        for measure in self:
            measure._get_domain()

    @api.depends("aggregation")
    def _compute_is_additive(self):
        for measure in self:
            measure.is_additive = measure.aggregation == "sum"

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "code" not in (default or {}):
            for measure, vals in zip(self, vals_list, strict=True):
                vals["code"] = measure._get_free_code()
        return vals_list

    def _get_free_code(self):
        """A code for a copy; codes of archived measures and other companies count as taken."""
        measures = self.sudo().with_context(active_test=False)
        taken = set(measures.search([("code", "=like", f"{self.code}_%")]).mapped("code"))
        return next(code for n in count(2) if (code := f"{self.code}_{n}") not in taken)

    def _get_ratios(self):
        """Ratios over these measures, archived ones and those of other companies included."""
        return (
            self.sudo()
            .with_context(active_test=False)
            .search(["|", ("numerator_id", "in", self.ids), ("denominator_id", "in", self.ids)])
            .sudo(self.env.su)
        )

    def _get_domain(self):
        """The filter as a domain on the columns of the cells.

        :raises ValidationError: when it is no domain, or names another column
        """
        self.ensure_one()
        try:
            value = ast.literal_eval(self.domain or "[]")
        except (ValueError, SyntaxError, TypeError) as fault:
            raise ValidationError(
                self.env._(
                    "The filter of “%s” cannot be read: build it from conditions with fixed values.",
                    self.name,
                )
            ) from fault
        try:
            domain = Domain(value)
            names = {condition.field_expr for condition in domain.iter_conditions()}
        except (ValueError, TypeError) as fault:
            raise ValidationError(
                self.env._("The filter of “%(name)s” cannot be read: %(fault)s", name=self.name, fault=fault)
            ) from fault
        usable = (*DIMENSIONS, "customer_class_id")
        if foreign := names - set(usable):
            cell_fields = self.env["stm.achievement.cell"]._fields
            raise ValidationError(
                self.env._(
                    "The filter of “%(name)s” uses %(fields)s; it can use %(allowed)s.",
                    name=self.name,
                    fields=", ".join(sorted(foreign)),
                    allowed=", ".join(
                        f"{cell_fields[name]._description_string(self.env)} ({name})" for name in usable
                    ),
                )
            )
        return domain
