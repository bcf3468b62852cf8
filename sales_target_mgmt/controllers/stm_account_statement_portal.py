from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal, pager
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import consteq

from ..models.collection.stm_account_statement_answer import MAX_NAME, MAX_TEXT
from .stm_file import send_pdf

PAGE = 40
REPORT = "sales_target_mgmt.stm_account_statement_report"
PATH = "/my/account-statements/<int:statement_id>"


class StmAccountStatementPortal(CustomerPortal):
    """Statements of account: the customer's own people read and answer them, or who has the link.

    Portal users have no access to the model; what they get is searched for by their customer.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "stm_account_statement_count" in counters:
            count = self._get_account_statements().search_count(self._get_account_domain())
            values["stm_account_statement_count"] = count
        return values

    @http.route(
        ["/my/account-statements", "/my/account-statements/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_account_statements(self, page=1, **_kwargs):
        statements, domain = self._get_account_statements(), self._get_account_domain()
        total = statements.search_count(domain)
        pages = pager("/my/account-statements", total=total, page=page, step=PAGE)
        values = {
            **self._prepare_portal_layout_values(),
            "statements": statements.search(domain, limit=PAGE, offset=pages["offset"]),
            "page_name": "stm_account_statement",
            "pager": pages,
            "default_url": "/my/account-statements",
        }
        return request.render("sales_target_mgmt.portal_my_account_statements", values)

    @http.route(PATH, type="http", auth="public", website=True)
    def portal_my_account_statement(self, statement_id, access_token=None, **_kwargs):
        statement = self._get_account_statement(statement_id, access_token)
        return self._show_account_statement(statement, access_token)

    @http.route(f"{PATH}/pdf", type="http", auth="public", website=True)
    def portal_print_account_statement(self, statement_id, access_token=None, **_kwargs):
        statement = self._get_account_statement(statement_id, access_token)
        return send_pdf(REPORT, statement)

    @http.route(
        f"{PATH}/<any(confirm,report):answer>", type="http", auth="public", methods=["POST"], website=True
    )
    def portal_answer_account_statement(self, statement_id, answer, access_token=None, name="", **texts):
        statement = self._get_account_statement(statement_id, access_token)
        user = request.env.user.filtered(lambda one: not one._is_public())
        try:
            with request.env.cr.savepoint():
                if answer == "confirm":
                    statement._confirm(name, user)
                else:
                    statement._report(name, self._read_texts(texts), user)
        except UserError as fault:
            return self._show_account_statement(
                statement, access_token, error=str(fault), name=name, texts=texts, is_open=answer == "report"
            )
        return request.redirect(self._get_account_url(statement, access_token))

    def _show_account_statement(self, statement, access_token, **values):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "stm_account_statement",
            "statement": statement,
            "doc": statement,
            "access_token": access_token,
            "is_asked": statement.state == "sent" and statement._may_answer(request.env.user),
            "max_name": MAX_NAME,
            "max_text": MAX_TEXT,
            "name": request.env.user.partner_id.name if not request.env.user._is_public() else "",
            "texts": {},
            **values,
        }
        answer = request.render("sales_target_mgmt.portal_my_account_statement", values)
        answer.headers["Cache-Control"] = "no-store"
        # the address has the token
        answer.headers["Referrer-Policy"] = "same-origin"
        return answer

    def _get_account_url(self, statement, access_token):
        query = f"?access_token={access_token}" if access_token else ""
        return f"/my/account-statements/{statement.id}{query}"

    def _read_texts(self, texts):
        """{place of the line, None for the whole: text} of what the form sent."""
        found = {}
        for key, text in texts.items():
            head, _mark, place = key.partition("-")
            if key == "text":
                found[None] = text
            elif head == "line" and place.isdecimal() and len(place) < 7:
                found[int(place)] = text
        return found

    def _get_account_statements(self):
        return request.env["stm.account.statement"].sudo()

    def _get_account_domain(self):
        customer = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "=", customer.id), ("state", "!=", "draft")]

    def _get_account_statement(self, statement_id, access_token):
        """The statement, of the user's customer or with its token.

        :raises NotFound: for all else, also where it exists for somebody else
        """
        statements = self._get_account_statements()
        domain = [("id", "=", statement_id), ("state", "!=", "draft")]
        if not 0 < statement_id < 2**31:
            raise request.not_found()
        statement = statements.search(domain)
        token = statement.access_token
        # of texts the comparison takes nothing but ASCII
        if token and access_token and consteq(token.encode(), access_token.encode()):
            return statement
        if request.env.user._is_public():
            raise request.not_found()
        own = statements.search([("id", "=", statement_id), *self._get_account_domain()])
        if not own:
            raise request.not_found()
        return own
