from datetime import date, timedelta

from odoo import fields, http
from odoo.addons.portal.controllers.portal import pager
from odoo.exceptions import UserError
from odoo.http import request

from .stm_commission_portal import PAGE, StmCommissionPortal

STATES = ("credited", "waiting", "nothing")
PATH = "/my/commissions/documents"
FIRST_DAY = date(1970, 1, 1)


class StmCommissionPortalOpen(StmCommissionPortal):
    """What an agent has earned so far, and what became of each document; computed by the engine now.

    Whose it is follows from the login alone: no id of anybody is taken from the request.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "stm_commission_count" in counters and not values["stm_commission_count"]:
            # who has no statement yet finds the open month behind the card
            parties = self._get_mine()._get_portal_parties(self._get_payees())
            values["stm_commission_count"] = int(bool(parties))
        return values

    @http.route([PATH, f"{PATH}/page/<int:page>"], type="http", auth="user", website=True)
    def portal_commission_documents(self, page=1, day=None, state=None, **_kwargs):
        """What became of the documents of a settlement period.

        :param day: of the period; None, and what is no day: today
        :param state: only such rows
        """
        day = _read_day(day)
        found, fault = self._ask(lambda mine, payees: mine._get_portal_why(payees, day))
        rows = found["rows"] if found else []
        state = state if state in STATES else None
        shown = [row for row in rows if row["state"] == state] if state else rows
        asked = {name: str(value) for name, value in (("day", day), ("state", state)) if value}
        pages = pager(PATH, total=len(shown), page=page, step=PAGE, url_args=asked)
        shown = shown[pages["offset"] : pages["offset"] + PAGE]
        currencies = request.env["res.currency"].browse({row["currency_id"] for row in shown})
        values = {
            **self._prepare_portal_layout_values(),
            "found": found,
            "open_fault": fault,
            "rows": shown,
            "counts": {name: sum(row["state"] == name for row in rows) for name in STATES},
            "state": state,
            "currencies": {currency.id: currency for currency in currencies},
            "page_name": "stm_commission_why",
            "pager": pages,
            "path": PATH,
        }
        if found:
            first, last = (fields.Date.to_date(found[name]) for name in ("date_from", "date_to"))
            values |= {
                "first": first,
                "last": last,
                "previous": first - timedelta(days=1),
                "next": last + timedelta(days=1),
            }
        return request.render("sales_target_mgmt.portal_commission_documents", values)

    def _prepare_list_values(self):
        parts, fault = self._ask(lambda mine, payees: mine._get_portal_open(payees))
        return {**super()._prepare_list_values(), "open_parts": parts or [], "open_fault": fault}

    def _ask(self, question):
        """(answer, why there is none): what cannot be computed must not hide the statements."""
        try:
            return question(self._get_mine(), self._get_payees()), None
        except UserError as fault:
            return None, str(fault)

    def _get_mine(self):
        return request.env["stm.commission.mine"].sudo()


def _read_day(text):
    """A date; None for what is none, or lies before anybody sold anything."""
    try:
        day = fields.Date.to_date(text) if text else None
    except ValueError:
        return None
    return day if day and day >= FIRST_DAY else None
