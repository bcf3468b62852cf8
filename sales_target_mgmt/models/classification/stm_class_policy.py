from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import classification

CUSTOMER_CLASSES = (("A", 4.0, 30), ("B", 2.5, 90), ("C", 1.0, 0))
PRODUCT_CLASSES = ("A", "B", "C")
THRESHOLDS = ("recency_limits", "frequency_limits", "monetary_limits")


class StmClassPolicy(models.Model):
    """By which figures a company puts its customers and products into classes."""

    _name = "stm.class.policy"
    _description = "Classification Policy"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company
    )
    source = fields.Selection(
        [("order", "Orders"), ("invoice", "Invoices")], default="order", required=True, string="Look at"
    )
    months = fields.Integer("Months Back", default=12, required=True)
    cut_a = fields.Float("A up to (%)", default=80, required=True, help="Of the sum, the largest first.")
    cut_b = fields.Float("B up to (%)", default=95, required=True)
    customer_method = fields.Selection(
        [
            ("rfm_quantile", "RFM, compared with the others"),
            ("rfm_threshold", "RFM, by fixed limits"),
            ("abc_revenue", "ABC by revenue"),
            ("abc_margin", "ABC by margin"),
            ("potential", "Potential"),
        ],
        default="abc_revenue",
        required=True,
        string="Customers by",
    )
    recency_limits = fields.Char(
        "Days since the Last Purchase", default="30, 90, 180, 365",
        help="At most so many days ago scores 5, 4, 3 and 2; longer ago scores 1.",
    )  # fmt: skip
    frequency_limits = fields.Char(
        "Orders", default="12, 6, 3, 2", help="At least so many score 5, 4, 3 and 2; fewer score 1."
    )
    monetary_limits = fields.Char(
        "Revenue", default="100000, 50000, 10000, 1000",
        help="At least so much scores 5, 4, 3 and 2; less scores 1. In company currency.",
    )  # fmt: skip
    product_method = fields.Selection(
        [
            ("abc_revenue", "ABC by revenue"),
            ("abc_margin", "ABC by margin"),
            ("matrix", "Growth and share"),
        ],
        default="abc_revenue",
        required=True,
        string="Products by",
    )
    growth_cut = fields.Float(
        "Growing from (%)", default=10, help="From this growth on a product is a star or a question mark."
    )
    refreshed_at = fields.Datetime("Last Refreshed", readonly=True)

    _company_unique = models.UniqueIndex("(company_id)", "This company has a classification policy already.")

    @api.constrains("cut_a", "cut_b", "months")
    def _check_figures(self):
        for policy in self:
            if not 0 < policy.cut_a <= policy.cut_b <= 100:
                raise ValidationError(
                    self.env._(
                        "A ends at %(a)s %% and B at %(b)s %%: they must rise and lie between 0 and 100.",
                        a=policy.cut_a,
                        b=policy.cut_b,
                    )
                )
            if not 1 <= policy.months <= 60:
                raise ValidationError(
                    self.env._("Look at 1 to 60 months back; %s is not possible.", policy.months)
                )

    @api.constrains(*THRESHOLDS)
    def _check_limits(self):
        for policy in self:
            for name in THRESHOLDS:
                policy._get_limits(name)

    def _get_limits(self, name):
        """Four lower bounds, for recency of days counted backwards.

        :raises ValidationError: naming the field and what is wrong with it
        """
        self.ensure_one()
        sign = -1 if name == "recency_limits" else 1
        label = self._fields[name]._description_string(self.env)
        try:
            limits = [sign * float(part) for part in (self[name] or "").split(",")]
            classification.rfm_threshold(0, limits)
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "“%(text)s” in “%(field)s”: write four numbers with commas between them, %(order)s.",
                    text=self[name] or "",
                    field=label,
                    order=self.env._("rising") if sign < 0 else self.env._("falling"),
                )
            ) from error
        return limits

    @api.model
    def _get_or_make(self, company):
        """The policy of a company; with it come classes A, B and C where there are none."""
        policy = self.search([("company_id", "=", company.id)], limit=1)
        if policy:
            return policy
        if not self.env["stm.customer.class"].search_count([("company_id", "=", company.id)], limit=1):
            self.env["stm.customer.class"].create(
                [
                    {
                        "name": letter,
                        "abc": letter,
                        "rfm_from": score,
                        "care_days": days,
                        "sequence": number,
                        "company_id": company.id,
                    }
                    for number, (letter, score, days) in enumerate(CUSTOMER_CLASSES, 1)
                ]
            )
        if not self.env["stm.product.class"].search_count([("company_id", "=", company.id)], limit=1):
            self.env["stm.product.class"].create(
                [
                    {"name": letter, "abc": letter, "sequence": number, "company_id": company.id}
                    for number, letter in enumerate(PRODUCT_CLASSES, 1)
                ]
            )
        return self.create({"company_id": company.id})

    def _get_window(self):
        """(first day, last day) that the figures are taken from, and of as long a time before."""
        self.ensure_one()
        today = self.company_id._get_stm_today()
        start = today - relativedelta(months=self.months) + relativedelta(days=1)
        return (start, today), (start - relativedelta(months=self.months), start - relativedelta(days=1))

    def action_refresh(self):
        """Put customers and products into classes anew, now."""
        self.ensure_one()
        self.check_access("write")
        known = {
            name: self.env[f"stm.{name}.class.history"].search([], order="id desc", limit=1).id or 0
            for name in ("customer", "product")
        }
        self._refresh()
        return self._tell_changes(known)

    def _refresh(self):
        self.ensure_one()
        self.env["stm.customer.profile"]._refresh(self)
        self.env["stm.product.profile"]._refresh(self)
        self.refreshed_at = fields.Datetime.now()

    def _tell_changes(self, known):
        """A message with how many are classified and how many changed.

        :param known: {customer or product: id of the last change before}
        """
        company = [("company_id", "=", self.company_id.id)]
        numbers = {}
        for name in ("customer", "product"):
            profiles, history = self.env[f"stm.{name}.profile"], self.env[f"stm.{name}.class.history"]
            numbers[f"{name}s"] = profiles.search_count([*company, ("class_id", "!=", False)])
            numbers[f"{name}_changes"] = history.search_count([*company, ("id", ">", known[name])])
        parts = [
            self.env._(
                "Customers with a class: %(customers)s, changed: %(customer_changes)s. Products with a "
                "class: %(products)s, changed: %(product_changes)s.",
                **numbers,
            )
        ]
        # another method asks the classes for something else, of which they may say nothing yet
        idle = any(numbers[f"{name}_changes"] and not numbers[f"{name}s"] for name in ("customer", "product"))
        if idle:
            parts.append(
                self.env._(
                    "No class takes anybody by this method: fill in what each class asks for under "
                    "“Configuration”, “Customer Classes” and “Product Classes”."
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if idle else "success",
                "sticky": idle,
                "title": self.env._("Classified"),
                "message": " ".join(parts),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_refresh(self):
        """Every night: each company a transaction of its own."""
        policies = self.search([("months", ">", 0)])
        self.env["ir.cron"]._commit_progress(remaining=len(policies))
        for number, policy in enumerate(policies, 1):
            policy._refresh()
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(policies) - number):
                break
        self.env["stm.customer.profile"]._cron_expire()
        self.env["stm.product.profile"]._cron_expire()

    @api.model
    def action_open(self):
        """The policy of the company at work, made with its classes the first time."""
        self.browse().check_access("create")
        policy = self._get_or_make(self.env.company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Classification"),
            "res_model": self._name,
            "res_id": policy.id,
            "view_mode": "form",
        }
