from psycopg2 import IntegrityError

from odoo import http
from odoo.exceptions import MissingError, UserError
from odoo.http import request
from odoo.tools import mute_logger

from ..models.commission.stm_commission_dispute import PENDING
from ..models.commission.stm_commission_dispute_new import MAX_TEXT
from .stm_commission_portal import StmCommissionPortal


class StmCommissionPortalDispute(StmCommissionPortal):
    """An agent says what is wrong with an entry, reads the answer, and writes back."""

    @http.route("/my/commissions/disputes", type="http", auth="user", website=True)
    def portal_my_disputes(self, **_kwargs):
        values = {
            **self._prepare_dispute_page(),
            "disputes": self._get_disputes().search(self._get_dispute_domain()),
        }
        return request.render("sales_target_mgmt.portal_my_commission_disputes", values)

    @http.route("/my/commissions/disputes/<int:dispute_id>", type="http", auth="user", website=True)
    def portal_my_dispute(self, dispute_id, **_kwargs):
        return self._show_dispute(self._get_own_dispute(dispute_id))

    @http.route(
        "/my/commissions/<int:statement_id>/entries/<int:entry_id>/dispute",
        type="http",
        auth="user",
        methods=["GET", "POST"],
        website=True,
    )
    def portal_dispute_entry(self, statement_id, entry_id, text=None, **_kwargs):
        """The form for a new dispute, or the one that is there; and what the form sends."""
        entry = self._get_own_entry(statement_id, entry_id)
        pending = self._get_last_disputes(entry)[entry].filtered(lambda one: one.state in PENDING)
        if pending:
            return request.redirect(pending._get_portal_path())
        error = None
        if request.httprequest.method == "POST":
            try:
                return request.redirect(self._open_dispute(entry, text)._get_portal_path())
            except IntegrityError:
                # of two requests at once the other one was first: it is shown from there
                return request.redirect(request.httprequest.path)
            except UserError as fault:
                error = str(fault)
        values = {**self._prepare_dispute_page(), "entry": entry, "text": text, "error": error}
        return request.render("sales_target_mgmt.portal_dispute_commission", values)

    @http.route(
        "/my/commissions/disputes/<int:dispute_id>/<any(message,reopen,withdraw):step>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_step_dispute(self, dispute_id, step, text=None, **_kwargs):
        dispute = self._get_own_dispute(dispute_id)
        try:
            with request.env.cr.savepoint():
                if step == "message":
                    dispute._post_portal_message(text)
                elif step == "reopen":
                    dispute.action_reopen()
                else:
                    dispute.action_withdraw()
        except UserError as fault:
            return self._show_dispute(dispute, text=text, error=str(fault))
        return request.redirect(dispute._get_portal_path())

    def _prepare_list_values(self):
        count = self._get_disputes().search_count(self._get_dispute_domain())
        return {**super()._prepare_list_values(), "dispute_count": count}

    def _prepare_entry_values(self, entries):
        return {
            **super()._prepare_entry_values(entries),
            "disputes": self._get_last_disputes(entries),
            "pending": PENDING,
        }

    def _prepare_dispute_page(self):
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "stm_commission_dispute",
            "pending": PENDING,
            "max_text": MAX_TEXT,
        }

    def _show_dispute(self, dispute, **values):
        corrections = dispute.correction_ids.filtered(lambda one: one.state == "approved")
        values = {
            **self._prepare_dispute_page(),
            "dispute": dispute,
            "corrections": corrections,
            "messages": dispute._get_portal_messages(),
            "own_statements": self._get_statements().search(self._get_domain()),
            **values,
        }
        return request.render("sales_target_mgmt.portal_my_commission_dispute", values)

    def _open_dispute(self, entry, text):
        # the index refuses the second one of two, which is no fault of the server
        with mute_logger("odoo.sql_db"), request.env.cr.savepoint():
            return self._get_disputes()._open_from_portal(entry, text)

    def _get_disputes(self):
        return request.env["stm.commission.dispute"].sudo()

    def _get_dispute_domain(self):
        return [("payee_id", "in", self._get_payees().ids)]

    def _get_own_entry(self, statement_id, entry_id):
        """:raises MissingError: unless it is one of a posted statement of the user"""
        domain = [("id", "=", entry_id), ("statement_id", "=", self._get_own(statement_id).id)]
        entry = request.env["stm.commission.entry"].sudo().search(domain)
        if not entry:
            raise MissingError(request.env._("This commission entry does not exist."))
        return entry

    def _get_own_dispute(self, dispute_id):
        """:raises MissingError: unless it is one of the user's; also where it exists for somebody else"""
        dispute = self._get_disputes().search([("id", "=", dispute_id), *self._get_dispute_domain()])
        if not dispute:
            raise MissingError(request.env._("This dispute does not exist."))
        return dispute

    def _get_last_disputes(self, entries):
        """{entry: the last dispute about it, possibly none}."""
        found = self._get_disputes().search(
            [("payee_id", "in", entries.payee_id.ids), ("source_key", "in", entries.mapped("source_key"))],
            order="id",
        )
        last = {(one.payee_id, one.component, one.source_key): one for one in found}
        return {
            entry: last.get((entry.payee_id, entry.component, entry.source_key), found.browse())
            for entry in entries
        }
