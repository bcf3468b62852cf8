from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class StmClassMixin(models.AbstractModel):
    """A class of customers or products and from where on one belongs to it."""

    _name = "stm.class.mixin"
    _description = "Class"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    abc = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C")], "ABC", help="Who is of this letter belongs here."
    )
    description = fields.Text(help="How such customers or products are treated.")


class StmProfileMixin(models.AbstractModel):
    """A record per company and customer or product with the class that the figures give it.

    A person may decide otherwise, with a reason and until a day. Every change of the class
    is kept in the history.
    """

    _name = "stm.profile.mixin"
    _description = "Profile"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    revenue = fields.Float(digits=0, readonly=True, help="Within the months that the policy looks at.")
    margin = fields.Float(digits=0, readonly=True)
    revenue_before = fields.Float(digits=0, readonly=True, help="In as many months before, for the growth.")
    growth = fields.Float(readonly=True, aggregator="avg")
    abc_revenue = fields.Selection([("A", "A"), ("B", "B"), ("C", "C")], "ABC by Revenue", readonly=True)
    abc_margin = fields.Selection([("A", "A"), ("B", "B"), ("C", "C")], "ABC by Margin", readonly=True)
    refreshed_at = fields.Datetime(readonly=True)
    override_reason = fields.Char("Reason")
    override_until = fields.Date("Until", help="The last day. Empty: until further notice.")
    is_overridden = fields.Boolean(compute="_compute_is_overridden")

    @api.depends("override_class_id", "override_until")
    def _compute_is_overridden(self):
        for profile in self:
            until, today = profile.override_until, profile.company_id._get_stm_today()
            profile.is_overridden = profile.override_class_id and (not until or until >= today)

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create(vals_list)
        profiles._decide()
        return profiles

    def write(self, vals):
        result = super().write(vals)
        if {"override_class_id", "override_until", "rule_class_id"} & vals.keys():
            self._decide()
        return result

    @api.constrains("override_class_id", "override_reason")
    def _check_override(self):
        for profile in self:
            if profile.override_class_id and not (profile.override_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say why “%(name)s” is in the class “%(other)s” although the figures say otherwise.",
                        name=profile.display_name,
                        other=profile.override_class_id.name,
                    )
                )

    # only where the day itself is changed: a decision that has ended stays on the profile
    @api.constrains("override_until")
    def _check_override_until(self):
        for profile in self:
            until, today = profile.override_until, profile.company_id._get_stm_today()
            if profile.override_class_id and until and until < today:
                raise UserError(
                    self.env._(
                        "The decision for “%(name)s” would have ended on %(day)s: choose a later last day, "
                        "or leave it empty until further notice.",
                        name=profile.display_name,
                        day=format_date(self.env, until),
                    )
                )

    def _decide(self):
        """Put the class in force: the person's decision while it lasts, else that of the figures."""
        for company, profiles in self.grouped("company_id").items():
            self._decide_in(company, SQL("p.id = ANY(%s)", profiles.ids))

    @api.model
    def _decide_in(self, company, among):
        """The same for profiles of a company.

        :param among: SQL condition on the profiles ``p``
        """
        self.env.flush_all()
        table, history = (SQL.identifier(name) for name in (self._table, self._history_table))
        self.env.execute_query(
            SQL(
                """WITH decided AS (
                    SELECT p.id, p.class_id AS old_id, p.override_class_id IS NOT NULL
                        AND (p.override_until IS NULL OR p.override_until >= %(today)s) AS by_hand,
                        CASE WHEN p.override_class_id IS NOT NULL
                            AND (p.override_until IS NULL OR p.override_until >= %(today)s)
                            THEN p.override_class_id ELSE p.rule_class_id END AS new_id
                    FROM %(table)s p WHERE p.company_id = %(company)s AND %(among)s
                ), changed AS (
                    UPDATE %(table)s p SET class_id = d.new_id FROM decided d
                    WHERE d.id = p.id AND d.new_id IS DISTINCT FROM d.old_id
                    RETURNING p.id, d.old_id, d.new_id, d.by_hand, p.override_reason
                )
                INSERT INTO %(history)s (profile_id, date, old_class_id, class_id, by_hand, reason, user_id)
                SELECT id, %(now)s, old_id, new_id, by_hand, CASE WHEN by_hand THEN override_reason END,
                    CASE WHEN by_hand THEN %(user)s END
                FROM changed RETURNING id""",
                table=table,
                history=history,
                today=company._get_stm_today(),
                company=company.id,
                now=fields.Datetime.now(),
                user=self.env.uid,
                among=among,
            )
        )
        self.invalidate_model(["class_id", "history_ids"])

    @api.model
    def _cron_expire(self):
        """Decisions of people that ended give way to the figures."""
        self.search([("override_class_id", "!=", False), ("override_until", "!=", False)])._decide()

    def action_open_history(self):
        """The classes this one had, and why."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Class History"),
            "res_model": self._fields["history_ids"].comodel_name,
            "view_mode": "list",
            "domain": [("profile_id", "=", self.id)],
        }


class StmHistoryMixin(models.AbstractModel):
    """One change of a class."""

    _name = "stm.class.history.mixin"
    _description = "Change of a Class"
    _log_access = False
    _order = "date desc, id desc"

    date = fields.Datetime(required=True, readonly=True)
    by_hand = fields.Boolean(readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="set null")
