from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL


class StmCommissionPlan(models.Model):
    """When what was earned is paid out, held up, taken back or lost."""

    _inherit = "stm.commission.plan"

    has_refund_window = fields.Boolean(
        "Refunds for a Time", help="What is refunded later takes nothing back."
    )
    refund_days = fields.Integer("Days After the Sale", default=90)
    clawback_periods = fields.Integer(
        "Instalments",
        default=1,
        help="Settlement periods over which a refund is taken back; 1: all at once.",
    )
    hold_overdue = fields.Boolean(
        "Hold for Overdue Customers",
        help="Nothing more becomes payable for a customer with an invoice that is overdue for longer. "
        "It is released by itself once that is paid; what was paid out before stays.",
    )
    overdue_days = fields.Integer("Days Overdue", default=30)
    bonus_payable = fields.Selection(
        [("at_once", "At once"), ("sales", "With the sales of the period")],
        "Bonuses Payable",
        required=True,
        default="at_once",
        help="With the sales of the period: as much of a bonus as is payable of the payee's sales of that "
        "period by now, less what was refunded. A hold for overdue customers does not hold bonuses.",
    )
    unvested = fields.Selection(
        [("paid", "Paid when it becomes payable"), ("forfeited", "Forfeited")],
        "Waiting When Leaving",
        required=True,
        default="paid",
        help="What becomes of what somebody has earned by the last day and what was not payable then. "
        "Refunds of what had become payable are owed either way.",
    )

    _refund_days_not_negative = models.Constraint(
        "CHECK(refund_days >= 0 AND overdue_days >= 0)", "Days cannot be negative."
    )
    _clawback_periods_positive = models.Constraint(
        "CHECK(clawback_periods BETWEEN 1 AND 60)", "There are 1 to 60 instalments."
    )

    def _get_component_terms(self):
        """What all components have of the plan, see :class:`~..tools.pots.Component`."""
        return {
            "historic": self.refund_mode == "historic",
            "payable_on": self.payable_on,
            "wait": self.wait_days,
            "holds": self._has_conditions(),
            "window": self.refund_days if self.has_refund_window else None,
            "instalments": self.clawback_periods,
            "length": self.period,
        }

    def _has_conditions(self):
        """Whether a customer can hold up what is payable; extend with :meth:`_get_hold`."""
        return self.hold_overdue

    def _get_hold(self, customer, until):
        """Why nothing more becomes payable now for a customer's documents.

        A further condition extends three methods: :meth:`_has_conditions`, this one, and
        `stm.commission.engine._read_customers`, which gathers for all customers at once what is
        asked here; its reason is added to `REASONS` of the entry, and :meth:`_describe_hold` may say more.

        :param customer: what was gathered of the commercial entity, by name
        :param until: last day that counts
        :return: a reason of `stm.commission.entry`, or ""
        """
        due = customer.get("oldest_due") if self.hold_overdue else None
        return "overdue" if due and due < until - timedelta(days=self.overdue_days) else ""

    def _describe_hold(self, reason, customer):
        """A hold in words for its payee, where there is more to say than its reason's name.

        :param reason: see :meth:`_get_hold`
        :param customer: what was gathered of the commercial entity, by name
        """
        return ""


class StmCommissionStatement(models.Model):
    _inherit = "stm.commission.statement"

    held = fields.Monetary(
        "On Hold",
        readonly=True,
        help="The part of what waits that would be payable but for a condition of the plan.",
    )


class StmCommissionEngine(models.AbstractModel):
    _inherit = "stm.commission.engine"

    def _read_customers(self, book):
        """What conditions ask of customers: commercial partner id → name → value.

        :return: `oldest_due`, the earliest due date of what a customer has not paid
        """
        if not any(version.hold_overdue for version in book.versions):
            return {}
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT m.commercial_partner_id, MIN(l.date_maturity)
                FROM account_move_line l
                JOIN account_move m ON m.id = l.move_id
                JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                WHERE l.company_id = %s AND l.parent_state = 'posted' AND NOT l.reconciled
                    AND l.amount_residual > 0 AND l.date_maturity < %s
                    AND m.commercial_partner_id IS NOT NULL
                GROUP BY m.commercial_partner_id""",
                book.company,
                book.until,
            )
        )
        return {partner: {"oldest_due": due} for partner, due in rows}
