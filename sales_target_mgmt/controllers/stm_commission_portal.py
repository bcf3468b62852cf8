from odoo import fields, http
from odoo.addons.portal.controllers.portal import CustomerPortal, pager
from odoo.exceptions import MissingError
from odoo.http import request

from ..models.commission.stm_commission_statement import POSTED_STATES
from .stm_file import send_pdf

PAGE = 40
REPORT = "sales_target_mgmt.stm_commission_statement_report"


class StmCommissionPortal(CustomerPortal):
    """Commission statements of outside agents: their own, once they are posted, and nobody else's.

    Portal users have no access to the models; what they get is searched for by their partner.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "stm_commission_count" in counters:
            values["stm_commission_count"] = self._get_statements().search_count(self._get_domain())
        return values

    @http.route(
        ["/my/commissions", "/my/commissions/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_commissions(self, page=1, **_kwargs):
        statements, domain = self._get_statements(), self._get_domain()
        pages = pager("/my/commissions", total=statements.search_count(domain), page=page, step=PAGE)
        values = {
            **self._prepare_portal_layout_values(),
            **self._prepare_list_values(),
            "statements": statements.search(domain, limit=PAGE, offset=pages["offset"]),
            "page_name": "stm_commission",
            "pager": pages,
            "default_url": "/my/commissions",
        }
        return request.render("sales_target_mgmt.portal_my_commissions", values)

    @http.route(
        ["/my/commissions/<int:statement_id>", "/my/commissions/<int:statement_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_commission(self, statement_id, page=1, **_kwargs):
        statement = self._get_own(statement_id)
        entries = request.env["stm.commission.entry"].sudo()
        domain = [("statement_id", "=", statement.id)]
        url = f"/my/commissions/{statement.id}"
        pages = pager(url, total=entries.search_count(domain), page=page, step=PAGE)
        shown = entries.search(domain, limit=PAGE, offset=pages["offset"])
        values = {
            **self._prepare_portal_layout_values(),
            **self._prepare_entry_values(shown),
            "statement": statement,
            "page_name": "stm_commission",
            "pager": pages,
        }
        return request.render("sales_target_mgmt.portal_my_commission", values)

    @http.route(
        "/my/commissions/<int:statement_id>/acknowledge",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_acknowledge_commission(self, statement_id, **_kwargs):
        statement = self._get_own(statement_id)
        if not statement.acknowledged_on:
            statement.acknowledged_on = fields.Datetime.now()
        return request.redirect(f"/my/commissions/{statement.id}")

    @http.route("/my/commissions/<int:statement_id>/pdf", type="http", auth="user", website=True)
    def portal_print_commission(self, statement_id, **_kwargs):
        statement = self._get_own(statement_id)
        return send_pdf(REPORT, statement)

    def _prepare_list_values(self):
        """What the list of statements says beside them."""
        return {}

    def _prepare_entry_values(self, entries):
        """What the page says about these entries."""
        return {"entries": entries}

    def _get_statements(self):
        return request.env["stm.commission.statement"].sudo()

    def _get_payees(self):
        """The own partner and the company that it belongs to."""
        partner = request.env.user.partner_id
        return partner | partner.commercial_partner_id

    def _get_domain(self):
        return [("payee_id", "in", self._get_payees().ids), ("state", "in", POSTED_STATES)]

    def _get_own(self, statement_id):
        """:raises MissingError: unless it is one of the user's; also where it exists for somebody else"""
        statement = self._get_statements().search([("id", "=", statement_id), *self._get_domain()])
        if not statement:
            raise MissingError(request.env._("This commission statement does not exist."))
        return statement
