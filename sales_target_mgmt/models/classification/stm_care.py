"""Customers that nobody spoke to for too long, and the activity that each of them gets, once."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# profiles that one transaction of the cron takes care of
BATCH = 500


class MailActivity(models.Model):
    _inherit = "mail.activity"

    stm_care_profile_id = fields.Many2one(
        "stm.customer.profile", "Care Plan of", index="btree_not_null", ondelete="cascade", readonly=True
    )

    # two runs at once make one activity
    _stm_care_unique = models.UniqueIndex(
        "(stm_care_profile_id) WHERE active AND stm_care_profile_id IS NOT NULL"
    )


class StmCustomerProfile(models.Model):
    _inherit = "stm.customer.profile"

    last_contact_date = fields.Date(
        "Last Contact",
        readonly=True,
        help="The latest of an e-mail, a message, an activity done, a meeting and an order.",
    )
    care_activity_ids = fields.One2many("mail.activity", "stm_care_profile_id", "Care Activities")
    days_late = fields.Float(
        "Days Late on Average",
        compute="_compute_days_late",
        digits=(6, 1),
        help="Of the invoices paid within the last twelve months, weighted by amount; negative: early.",
    )
    responsible_id = fields.Many2one("res.users", compute="_compute_responsible_id")

    @api.depends("partner_id")
    def _compute_days_late(self):
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT m.commercial_partner_id, m.company_id,
                    SUM(l.balance * (paid.date - COALESCE(l.date_maturity, m.invoice_date))) / SUM(l.balance)
                FROM account_move m
                JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'payment_term'
                CROSS JOIN LATERAL (SELECT MAX(r.max_date) AS date FROM account_partial_reconcile r
                    WHERE r.debit_move_id = l.id) paid
                WHERE m.commercial_partner_id = ANY(%s) AND m.company_id = ANY(%s)
                    AND m.move_type = 'out_invoice' AND m.state = 'posted' AND l.reconciled
                    AND paid.date > %s
                GROUP BY 1, 2 HAVING SUM(l.balance) <> 0""",
                self.partner_id.ids,
                self.company_id.ids,
                self.env.company._get_stm_today() - timedelta(days=365),
            )
        )
        found = {(partner, company): days for partner, company, days in rows}
        for profile in self:
            profile.days_late = found.get((profile.partner_id.id, profile.company_id.id), 0.0)

    @api.depends("partner_id.user_id.active")
    def _compute_responsible_id(self):
        """The customer's salesperson, else who answers for the territory."""
        for profile in self:
            partner = profile.partner_id.with_company(profile.company_id)
            profile.responsible_id = (
                partner.user_id.filtered("active") or partner.sudo().stm_territory_id.owner_ids[:1]
            )

    @api.model
    def _refresh_contacts(self, company):
        """Write the day of the last contact of every customer of a company."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """WITH people AS MATERIALIZED (
                    SELECT q.id, f.id AS profile_id FROM stm_customer_profile f
                    JOIN res_partner q ON q.commercial_partner_id = f.partner_id
                    WHERE f.company_id = %(company)s
                ), done AS (
                    SELECT res_id AS id FROM ir_model_data WHERE module = 'mail' AND name = 'mt_activities'
                ), contacts AS (
                    SELECT p.profile_id, m.date AS moment FROM people p
                    JOIN mail_message m ON m.model = 'res.partner' AND m.res_id = p.id
                    WHERE %(is_contact)s
                    UNION ALL SELECT p.profile_id, m.date FROM people p
                    JOIN crm_lead l ON l.partner_id = p.id
                    JOIN mail_message m ON m.model = 'crm.lead' AND m.res_id = l.id
                    WHERE %(is_contact)s AND (l.company_id IS NULL OR l.company_id = %(company)s)
                    UNION ALL SELECT p.profile_id, e.start FROM people p
                    JOIN calendar_event_res_partner_rel r ON r.res_partner_id = p.id
                    JOIN calendar_event e ON e.id = r.calendar_event_id
                        AND e.active AND e.start <= now() AT TIME ZONE 'UTC'
                    UNION ALL SELECT p.profile_id, o.date_order FROM people p
                    JOIN sale_order o ON o.partner_id = p.id
                        AND o.state = 'sale' AND o.company_id = %(company)s
                ), latest AS (
                    SELECT profile_id, stm_local_day(MAX(moment), %(company)s) AS day
                    FROM contacts GROUP BY profile_id
                )
                UPDATE stm_customer_profile f SET last_contact_date = l.day FROM latest l
                WHERE l.profile_id = f.id AND f.last_contact_date IS DISTINCT FROM l.day RETURNING f.id""",
                company=company.id,
                is_contact=SQL(
                    """(m.message_type IN ('email', 'email_outgoing')
                    OR m.message_type = 'comment' AND NOT COALESCE(m.is_internal, FALSE)
                    OR m.subtype_id IN (SELECT id FROM done))"""
                ),
            )
        )
        self.invalidate_model(["last_contact_date"])

    @api.model
    def _get_neglected(self, company):
        """Profiles that are due for a contact and have no open care activity."""
        today = company._get_stm_today()
        due = self.browse()
        for one in self.env["stm.customer.class"].search(
            [("company_id", "=", company.id), ("care_days", ">", 0)]
        ):
            due |= self.search(
                [
                    ("class_id", "=", one.id),
                    ("partner_id.active", "=", True),
                    ("care_activity_ids", "=", False),
                    "|",
                    ("last_contact_date", "=", False),
                    ("last_contact_date", "<=", today - timedelta(days=one.care_days)),
                ]
            )
        return due

    @api.model
    def _cron_care(self):
        """Give every neglected customer an activity; a batch is a transaction."""
        companies = self.env["stm.class.policy"].search([("months", ">", 0)]).company_id
        for company in companies:
            self._refresh_contacts(company)
        due = self.browse().union(*(self._get_neglected(company) for company in companies))
        due = due.filtered("responsible_id")
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for start in range(0, len(due), BATCH):
            batch = due[start : start + BATCH]
            batch._plan_care()
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=len(due) - start - len(batch)):
                break

    def _plan_care(self):
        """Make the activities; who has an open one keeps it."""
        model = self.env["ir.model"]._get_id("res.partner")
        values = []
        for profile in self.filtered(lambda one: not one.care_activity_ids):
            kind = profile.class_id.care_activity_type_id
            today = profile.company_id._get_stm_today()
            lang = profile.responsible_id.lang
            values.append(
                {
                    "res_model_id": model,
                    "res_id": profile.partner_id.id,
                    "activity_type_id": kind.id,
                    "user_id": profile.responsible_id.id,
                    "date_deadline": today,
                    "stm_care_profile_id": profile.id,
                    "summary": profile.with_context(lang=lang)._get_care_summary(today),
                }
            )
        return self.env["mail.activity"].create(values)

    def _get_care_summary(self, today):
        self.ensure_one()
        if not self.last_contact_date:
            return self.env._("Class %s customer, never contacted", self.class_id.name)
        return self.env._(
            "Class %(class)s customer, last contact %(days)s days ago",
            **{"class": self.class_id.name, "days": (today - self.last_contact_date).days},
        )

    def action_open_purchases(self):
        """What the customer bought, by product."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_achievement_action")
        return {
            **action,
            "domain": [
                ("commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("source", "=", "order"),
            ],
            "context": {"group_by": ["product_id"], "pivot_measures": ["amount", "margin", "quantity"]},
        }
