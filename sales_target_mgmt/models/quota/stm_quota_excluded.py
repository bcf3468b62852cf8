from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models

LIMIT = 20
INVOICE_TYPES = ("out_invoice", "out_refund", "out_receipt")


class StmQuota(models.AbstractModel):
    _inherit = "stm.quota"

    @api.model
    @api.readonly
    def open_document(self, model, document_id):
        """Action that opens an order or invoice of the page, as far as the rights go."""
        if model not in ("sale.order", "account.move"):
            raise ValueError(f"{model} is no document of this page")
        return self.env["stm.achievement"]._open_document(model, int(document_id))

    def _get_excluded(self, kind, record_id, picks):
        """Documents of the running period that do not count, with the reason in words.

        Only documents that the current user may read, the latest twenty, read in one query per
        kind of document.

        :param picks: what :meth:`_pick` gave
        :return: `model`, `id`, `name`, `partner`, `date`, `amount` and `currency_id` (of the
            company), `code` and `reason`
        """
        sources = {source for rows in picks.values() for source in self._get_sources(rows[0].line.measure_id)}
        if not sources:
            return []
        lines = [row.line for rows in picks.values() for row in rows]
        period = (min(line.date_from for line in lines), max(line.date_end for line in lines))
        company = lines[0].company_id
        # where every target is for certain teams, what belongs to another one does not count
        teams = {line.team_id.id for line in lines} if kind != "team" else set()
        scope = (kind, record_id, company, period, sources, set() if False in teams else teams)
        found = []
        if sources & {"order", "invoice", "payment"}:
            found += self._get_excluded_orders(*scope)
        if sources & {"invoice", "payment"}:
            found += self._get_excluded_invoices(*scope)
        found.sort(key=lambda document: (document["date"] or "", document["id"]), reverse=True)
        return found[:LIMIT]

    def _get_sources(self, measure):
        measures = measure.numerator_id | measure.denominator_id if measure.numerator_id else measure
        return {part.source for part in measures}

    def _get_owner_domain(self, kind, record_id, field):
        """Whose documents: a person's customers' without anybody as well."""
        if kind == "company":
            return []
        if kind == "team":
            return [("team_id", "=", record_id)]
        return [
            "|",
            (field, "=", record_id),
            "&",
            (field, "=", False),
            ("partner_id.commercial_partner_id.user_id", "=", record_id),
        ]

    def _get_bounds(self, company, period):
        """The first and the last moment of the period in UTC, as the database stores it."""
        zone = ZoneInfo(company.stm_tz or "UTC")
        start, end = (
            datetime.combine(day, time.min, zone).astimezone(UTC).replace(tzinfo=None)
            for day in (period[0], period[1] + timedelta(days=1))
        )
        return start, end

    def _get_excluded_orders(self, kind, record_id, company, period, sources, teams):
        Order = self.env["sale.order"]
        if not Order.has_access("read"):
            return []
        start, end = self._get_bounds(company, period)
        states = [("state", "in", ("draft", "sent", "cancel"))]
        if kind == "user":
            # a team's and a company's figures need no salesperson
            states = ["|", *states, ("user_id", "=", False)]
        if "order" not in sources:
            states = ["|", *states, ("invoice_status", "=", "to invoice")]
        elif teams:
            states = ["|", *states, ("team_id", "not in", list(teams))]
        orders = Order.search_fetch(
            [
                *self._get_owner_domain(kind, record_id, "user_id"),
                ("company_id", "=", company.id),
                ("date_order", ">=", start),
                ("date_order", "<", end),
                *states,
            ],
            [
                *("name", "partner_id", "date_order", "state", "user_id", "team_id"),
                *("amount_untaxed", "currency_rate"),
            ],
            order="date_order desc, id desc",
            limit=LIMIT,
        )
        return [
            self._prepare_excluded(
                order,
                self._get_order_reason(order, kind, teams),
                fields.Datetime.context_timestamp(
                    order.with_context(tz=company.stm_tz), order.date_order
                ).date(),
                company.currency_id.round(order.amount_untaxed / (order.currency_rate or 1)),
                company,
            )
            for order in orders
        ]

    def _get_order_reason(self, order, kind, teams):
        if order.state == "cancel":
            return "cancelled", self.env._("Cancelled")
        if kind == "user" and not order.user_id:
            return "nobody", self.env._("Nobody is its salesperson: enter one to have it count")
        if order.state == "draft":
            return "quotation", self.env._("Quotation: counts once it is confirmed")
        if order.state == "sent":
            return "sent", self.env._("Quotation sent: waits for the customer's confirmation")
        if teams and order.team_id.id not in teams:
            return self._get_team_reason(order)
        return "to_invoice", self.env._("Confirmed, but not invoiced yet")

    def _get_excluded_invoices(self, kind, record_id, company, period, sources, teams):
        Move = self.env["account.move"]
        if not Move.has_access("read"):
            return []
        wanted = [("state", "in", ("draft", "cancel"))]
        if kind == "user":
            wanted = ["|", *wanted, ("invoice_user_id", "=", False)]
        if teams:
            wanted = ["|", *wanted, ("team_id", "not in", list(teams))]
        if "payment" in sources:
            wanted = [
                "|", *wanted,
                "&", ("state", "=", "posted"), ("payment_state", "in", ("not_paid", "partial")),
            ]  # fmt: skip
        moves = Move.search_fetch(
            [
                *self._get_owner_domain(kind, record_id, "invoice_user_id"),
                ("company_id", "=", company.id),
                ("move_type", "in", INVOICE_TYPES),
                "|",
                ("invoice_date", "=", False),
                "&",
                ("invoice_date", ">=", period[0]),
                ("invoice_date", "<=", period[1]),
                *wanted,
            ],
            [
                *("name", "partner_id", "invoice_date", "state", "invoice_user_id", "team_id"),
                "amount_untaxed_signed",
            ],
            order="invoice_date desc, id desc",
            limit=LIMIT,
        )
        return [
            self._prepare_excluded(
                move,
                self._get_invoice_reason(move, kind, teams),
                move.invoice_date,
                move.amount_untaxed_signed,
                company,
            )
            for move in moves
        ]

    def _get_invoice_reason(self, move, kind, teams):
        if move.state == "cancel":
            return "invoice_cancelled", self.env._("Invoice cancelled")
        if move.state == "draft":
            return "invoice_draft", self.env._("Invoice is still a draft: counts once it is posted")
        if kind == "user" and not move.invoice_user_id:
            return "nobody", self.env._("Nobody is its salesperson: enter one to have it count")
        if teams and move.team_id.id not in teams:
            return self._get_team_reason(move)
        return "unpaid", self.env._("Invoice is not paid yet")

    def _get_team_reason(self, document):
        if not document.team_id:
            return "no_team", self.env._("Has no sales team, and the target is a team's")
        return "other_team", self.env._(
            "Counts for the team “%s”, to which the target does not belong",
            document.team_id.sudo().name,
        )

    def _prepare_excluded(self, document, reason, date, amount, company):
        return {
            "model": document._name,
            "id": document.id,
            "name": document.display_name,
            "partner": document.partner_id.sudo().display_name,
            "date": fields.Date.to_string(date) if date else False,
            "amount": amount,
            "currency_id": company.currency_id.id,
            "code": reason[0],
            "reason": reason[1],
        }
