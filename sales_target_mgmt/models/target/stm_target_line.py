from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from ...tools.amounts import is_amount
from ..achievement.stm_achievement_splits import SPLITS
from ..stm_links import check_links

# whom the rules `…_rule_salesman_all` let see every target of their companies
SEES_ALL = (
    "sales_team.group_sale_salesman_all_leads",
    "account.group_account_invoice",
    "account.group_account_readonly",
)


class StmTargetLine(models.Model):
    """The target of a node for one measure and one range of days.

    The figures beside the target (achieved, expected, pace) are computed when they are read,
    see `stm_target_line_progress.py`; :class:`stm.target.result` holds the last ones for
    searching and grouping.
    """

    _name = "stm.target.line"
    _description = "Target"
    _order = "date_from, date_to, plan_id desc, node_id, measure_id, id"

    node_id = fields.Many2one("stm.target.node", required=True, index=True, ondelete="cascade")
    measure_id = fields.Many2one("stm.measure", required=True, index=True, ondelete="restrict")
    date_from = fields.Date(string="Start", required=True, index=True)
    date_to = fields.Date(string="End", required=True)
    # numeric without a fixed scale: money of any currency, quantities and percentages
    target = fields.Float(required=True, digits=0, aggregator="sum")
    top_down = fields.Float(digits=0, help="What the level above proposed.")
    stretch = fields.Float(digits=0, help="More than the target: what would be excellent.")
    pinned = fields.Boolean(help="A distribution leaves this target as it is.")
    note = fields.Char()
    # not precomputed: that takes an unsaved record per target, and leaves it among the plan's in cache
    plan_id = fields.Many2one(related="node_id.plan_id", store=True, index=True)
    company_id = fields.Many2one(related="node_id.company_id", store=True, index=True)
    user_id = fields.Many2one(related="node_id.user_id", store=True, index=True)
    team_id = fields.Many2one(related="node_id.team_id", store=True, index=True)
    plan_state = fields.Selection(related="plan_id.state", string="State of the Plan")
    unit = fields.Selection(related="measure_id.unit")
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        help="Of the amounts; empty for what is no money.",
    )
    previous_id = fields.Many2one(
        "stm.target.line",
        string="In the Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    target_previous = fields.Float(
        string="Target in the Previous Version",
        digits=0,
        readonly=True,
        copy=False,
        help="For the days of this target that the previous version no longer rules.",
    )

    _dates_ordered = models.Constraint("CHECK(date_from <= date_to)", "A target cannot end before it starts.")
    # for two transactions at once; checked when _check_overlap has found nothing to name
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(node_id, node_id, '[]') WITH &&, "
        "int4range(measure_id, measure_id, '[]') WITH &&, "
        "daterange(date_from, date_to, '[]') WITH &&) DEFERRABLE INITIALLY DEFERRED",
        "A node has one target for a measure and a day: this one overlaps another.",
    )
    _target_not_negative = models.Constraint(
        # not a number sorts above every number
        "CHECK(target >= 0 AND target < 1e15)",
        "A target cannot be negative: enter zero or more.",
    )
    _stretch_not_negative = models.Constraint(
        "CHECK(stretch >= 0 AND stretch < 1e15 AND top_down >= 0 AND top_down < 1e15)",
        "Stretch and top-down values cannot be negative: enter zero or more.",
    )

    @api.constrains("node_id", "measure_id", "date_from", "date_to")
    def _check_overlap(self):
        self.flush_model(["node_id", "measure_id", "date_from", "date_to"])
        # of ranges in order of their start, two overlap only if two neighbours do; joining the
        # table to itself is slow as long as new lines are not in its statistics
        pairs = self.env.execute_query(
            SQL(
                """
                SELECT id, neighbour FROM (
                    SELECT id, lag(id) OVER pair AS neighbour,
                        date_from <= lag(date_to) OVER pair AS clashes
                    FROM stm_target_line WHERE node_id = ANY(%s)
                    WINDOW pair AS (PARTITION BY node_id, measure_id ORDER BY date_from, date_to, id)
                ) ranges WHERE clashes LIMIT 1
                """,
                self.node_id.ids,
            )
        )
        if not pairs:
            self.env.cr.execute("SET CONSTRAINTS stm_target_line_no_overlap IMMEDIATE")
            self.env.cr.execute("SET CONSTRAINTS stm_target_line_no_overlap DEFERRED")
        for pair in pairs:
            other, one = sorted(map(self.browse, pair), key=lambda line: line in self)
            raise ValidationError(
                self.env._(
                    "“%(node)s” already has a target for “%(measure)s” from %(start)s to %(end)s; "
                    "the one from %(other_start)s to %(other_end)s overlaps it.",
                    node=one.node_id.name,
                    measure=one.measure_id.name,
                    start=format_date(self.env, other.date_from),
                    end=format_date(self.env, other.date_to),
                    other_start=format_date(self.env, one.date_from),
                    other_end=format_date(self.env, one.date_to),
                )
            )

    @api.constrains("node_id", "measure_id", "date_from", "date_to")
    def _check_plan(self):
        for plan, lines in self.grouped("plan_id").items():
            start = plan._get_start()
            for line in lines:
                if line.date_from < start or line.date_to > plan.date_to:
                    line._refuse_outside(plan, start)
                if line.measure_id not in plan.measure_ids:
                    raise ValidationError(
                        self.env._(
                            "“%(measure)s” is not among the measures of the plan “%(plan)s”: add it "
                            "there, or remove the target of “%(node)s”.",
                            measure=line.measure_id.name,
                            plan=plan.name,
                            node=line.node_id.name,
                        )
                    )

    def _refuse_outside(self, plan, start):
        raise ValidationError(
            self.env._(
                "The target of “%(node)s” for “%(measure)s” from %(start)s to %(end)s "
                "leaves the plan “%(plan)s”, which runs from %(plan_start)s to "
                "%(plan_end)s.",
                node=self.node_id.name,
                measure=self.measure_id.name,
                start=format_date(self.env, self.date_from),
                end=format_date(self.env, self.date_to),
                plan=plan.name,
                plan_start=format_date(self.env, start),
                plan_end=format_date(self.env, plan.date_to),
            )
        )

    @api.depends("measure_id.unit", "company_id")
    def _compute_currency_id(self):
        for line in self:
            money = line.measure_id.unit == "money"
            line.currency_id = line.company_id.currency_id if money else False

    @api.depends("node_id.name", "measure_id.name", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._(
                "%(node)s, %(measure)s, %(start)s to %(end)s",
                node=line.node_id.name or "",
                measure=line.measure_id.name or "",
                start=format_date(self.env, line.date_from) or "",
                end=format_date(self.env, line.date_to) or "",
            )

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "node_id")
        for vals in vals_list:
            self._check_input(vals)
        lines = super().create(vals_list)
        lines.plan_id._hold_open()
        if any(line.previous_id or line.target_previous for line in lines):
            lines.plan_id._check_links()
        lines._round_money()
        lines._link_previous()
        return lines

    def write(self, vals):
        plans = self.plan_id
        plans._hold_open()
        check_links(self, [vals], "node_id")
        self._check_input(vals)
        if {"previous_id", "target_previous"} & vals.keys():
            self.plan_id._check_links()
        result = super().write(vals)
        (self.plan_id - plans)._hold_open()
        if {"target", "stretch", "top_down", "measure_id", "node_id"} & vals.keys():
            self._round_money()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self.plan_id._hold_open()

    def _check_input(self, vals):
        """Say what is wrong with dates and amounts in words, before the database does."""
        start = fields.Date.to_date(vals.get("date_from"))
        end = fields.Date.to_date(vals.get("date_to"))
        if start and end and end < start:
            raise ValidationError(
                self.env._(
                    "A target cannot end (%(end)s) before it starts (%(start)s).",
                    end=format_date(self.env, end),
                    start=format_date(self.env, start),
                )
            )
        for name in {"target", "stretch", "top_down"} & vals.keys():
            # nothing and False are zero to every number field
            value = vals[name] or 0
            if isinstance(value, (int, float)) and value < 0:
                node = self.node_id[:1] or self.env["stm.target.node"].browse(vals.get("node_id"))
                raise ValidationError(
                    self.env._(
                        "The target of “%(node)s” cannot be negative, %(value)s is: enter zero or more.",
                        node=node.name,
                        value=value,
                    )
                    if node
                    else self.env._("A target cannot be negative, %s is: enter zero or more.", value)
                )
            if not is_amount(value):
                raise ValidationError(
                    self.env._("“%s” is no amount of zero or more, or too large: enter a number.", value)
                )

    def _round_money(self):  # pylint: disable=missing-return
        """Money is kept in whole units of its currency."""
        for line in self.filtered("currency_id"):
            rounded = {name: line.currency_id.round(line[name]) for name in ("target", "stretch", "top_down")}
            changed = {name: value for name, value in rounded.items() if value != line[name]}
            if changed:
                super(StmTargetLine, line).write(changed)  # pylint: disable=super-method-mismatch

    def _write_each(self, values):  # pylint: disable=missing-return
        """Write to many targets, to each its own values, in a constant number of queries.

        The caller answers for what it writes: rounded money, rights, a plan held open.

        :param values: {target: values}
        """
        for line, vals in values.items():
            super(StmTargetLine, line.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    @api.model
    def _sees_all(self):
        """Whether the current user reads the targets of everybody, within the companies."""
        return any(self.env.user.has_group(group) for group in SEES_ALL)

    def action_open_documents(self):
        """Open the documents behind the achieved figure, as far as the user may see them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_achievement_action")
        if self.measure_id.aggregation == "ratio":
            raise UserError(
                self.env._(
                    "“%(ratio)s” is “%(numerator)s” over “%(denominator)s”: open the documents of those.",
                    ratio=self.measure_id.name,
                    numerator=self.measure_id.numerator_id.name,
                    denominator=self.measure_id._get_denominator_name(),
                )
            )
        # the filters with which the analysis opens would hide other sources and years
        action |= {"domain": self._get_fact_domain(), "name": self.display_name, "context": {}}
        return action

    def _get_fact_domain(self):
        """The facts that this target counts, as a domain on :class:`stm.achievement`."""
        self.ensure_one()
        columns = {"partner_id": "commercial_partner_id"}
        trees = ("categ_id", "territory_id")
        dimensions = self.node_id._get_dimensions()
        sources = [self.measure_id.source]
        if dimensions.get("user_id") and self.measure_id.aggregation == "sum":
            sources += [SPLITS[source] for source in sources if source in SPLITS]
        return [
            ("source", "in", sources),
            ("company_id", "=", self.company_id.id),
            ("date", ">=", self.date_from),
            ("date", "<=", self.date_end),
            *(
                (columns.get(name, name), "child_of" if name in trees else "=", value)
                for name, value in dimensions.items()
            ),
            *self.measure_id._get_domain(),
        ]
