from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.account_statement import NAMES

STATES = [
    ("draft", "Draft"),
    ("sent", "Sent"),
    ("confirmed", "Confirmed"),
    ("difference", "Difference Reported"),
]
MAKERS = ("account.group_account_invoice", "sales_target_mgmt.group_credit_controller")
# once it has left the house its content stays; merging contacts may rewrite who is meant
GUARD = """
    CREATE OR REPLACE FUNCTION stm_account_statement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state = 'draft' THEN
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF NEW.state <> 'draft' AND (NEW.company_id, NEW.date_from, NEW.date_to, NEW.content,
                NEW.opening, NEW.closing, NEW.fingerprint) IS NOT DISTINCT FROM (OLD.company_id,
                OLD.date_from, OLD.date_to, OLD.content, OLD.opening, OLD.closing, OLD.fingerprint)
            THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'A statement of account that was sent is never changed or deleted.'
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE OR REPLACE TRIGGER stm_account_statement_guard BEFORE UPDATE OR DELETE
        ON stm_account_statement FOR EACH ROW EXECUTE FUNCTION stm_account_statement_guard();
"""
# what people change by hand; all else comes from the ledger and from the buttons
FREE_FIELDS = frozenset(
    ("user_id", "message_follower_ids", "activity_ids", "message_ids", "message_main_attachment_id")
)


class StmAccountStatement(models.Model):
    """A customer's account between two days, as the ledger said when it was made.

    The content is a copy with a fingerprint. It is drawn up again as long as nobody got it; after
    that a new one replaces it, and the old one stays as archived. What a payment settles is shown as
    of the last day; only movements that came later into the period mark it as changed.
    """

    _name = "stm.account.statement"
    _description = "Account Statement"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    active = fields.Boolean(default=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, readonly=True, ondelete="restrict"
    )
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, tracking=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", domain="[('share', '=', False)]", help="Who gets the customer's answer."
    )
    content = fields.Json(readonly=True, export_string_translation=False)
    opening = fields.Monetary("Opening Balance", readonly=True, aggregator=None)
    closing = fields.Monetary("Closing Balance", readonly=True)
    overdue = fields.Monetary(compute="_compute_overdue")
    fingerprint = fields.Char(readonly=True, help="SHA-256 of what the statement says.")
    ledger_changed_on = fields.Datetime(
        "Ledger Changed Since", readonly=True, help="When it was found that the period has other movements."
    )
    checked_on = fields.Datetime("Last Checked", readonly=True)
    access_token = fields.Char(groups=",".join(MAKERS))

    _period_unique = models.UniqueIndex(
        "(company_id, partner_id, date_from, date_to) WHERE active",
        "There is a statement of this customer and period already.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_from <= date_to)", "The period ends before it begins: mend the dates."
    )

    def init(self):
        self.env.cr.execute(GUARD)

    @api.depends("partner_id", "date_from", "date_to")
    def _compute_display_name(self):
        for statement in self:
            period = f"{statement.date_from} – {statement.date_to}"
            statement.display_name = f"{statement.partner_id.name or ''} {period}"

    @api.depends("content")
    def _compute_overdue(self):
        for statement in self:
            ageing = (statement.content or {}).get("ageing", {})
            statement.overdue = sum(float(ageing.get(name, 0)) for name in NAMES[1:])

    def _compute_access_url(self):
        for statement in self:
            statement.access_url = f"/my/account-statements/{statement.id}"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self.check_access("create")
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and not vals.keys() <= FREE_FIELDS:
            self.check_access("write")
            self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for statement in self:
            if statement.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” was sent: it stays. Make a new one if it is not right.",
                        statement.display_name,
                    )
                )

    def _refuse(self):
        raise UserError(
            self.env._("What a statement says comes from the ledger: make, renew or send it by its buttons.")
        )

    def _check_maker(self):
        """:raises AccessError: unless the user makes statements and may read these"""
        if not self.env.su and not any(self.env.user.has_group(group) for group in MAKERS):
            raise AccessError(
                self.env._("Statements of account are made and sent by accountants and credit controllers.")
            )
        self.check_access("read")

    def _get_ageing(self):
        """[(name of the bucket, amount)] in order, of what the statement kept."""
        ageing = (self.content or {}).get("ageing", {})
        texts = self.env["stm.receivable.figures"]._get_ageing_texts()
        return [(text, float(ageing.get(name, 0))) for name, text in texts.items()]

    def _get_lines(self):
        """The movements for pages and documents: dates as dates, amounts as numbers."""
        kinds = {
            "invoice": self.env._("Invoice"),
            "credit_note": self.env._("Credit note"),
            "payment": self.env._("Payment"),
            "entry": self.env._("Journal entry"),
        }
        lines = (self.content or {}).get("lines", ())
        currencies = self._get_currencies(lines)
        return [
            {
                **line,
                "kind": kinds[line["kind"]],
                "date": fields.Date.to_date(line["date"]),
                "due": fields.Date.to_date(line["due"]),
                "amount": float(line["amount"]),
                "balance": float(line["balance"]),
                **self._read_foreign(line, currencies),
            }
            for line in lines
        ]

    @api.model
    def _drop_guard(self):
        """For the uninstallation: the table is dropped with its rows."""
        self.env.cr.execute("DROP FUNCTION IF EXISTS stm_account_statement_guard() CASCADE")
