from odoo import models
from odoo.tools import format_amount, formatLang

OPEN = "computed"


class StmCommissionMine(models.AbstractModel):
    """What outside agents read of an open month, computed as for anybody else.

    The portal's controller says for whom: the user's own partner and the company it belongs to.
    """

    _inherit = "stm.commission.mine"

    def _get_portal_parties(self, payees):
        """(payee, company) of the plans in force by which these partners are paid, or were."""
        domain = [("payee_id", "in", payees.ids), ("plan_id.state", "=", "active")]
        assignments = self.env["stm.commission.assignment"].sudo()
        assignments = assignments.search(domain, order="company_id, payee_id")
        return list(dict.fromkeys((one.payee_id, one.company_id) for one in assignments))

    def _get_portal_open(self, payees):
        """What is not in a posted statement yet, of each payee and company.

        :return: `payee` and `company` (records), `sums` and `withheld` as in `get_page`, `statements` that
            are open, `components`: `plan` (name), `name`, `sold` and `next`, in words
        """
        found = []
        for payee, company in self._get_portal_parties(payees):
            page = self._read_page(payee, company)
            currencies = self.env["res.currency"].browse({one["currency_id"] for one in page["sums"]})
            found.append(
                {
                    "payee": payee,
                    "company": company,
                    "sums": page["sums"],
                    "withheld": page["withheld"],
                    "statements": [one for one in page["statements"] if one["state"] == OPEN],
                    "components": self._describe_components(page["plans"]),
                    "currencies": {one.id: one for one in currencies},
                }
            )
        return found

    def _describe_components(self, plans):
        currencies = self.env["res.currency"].browse({plan["currency_id"] for plan in plans})
        currencies = {one.id: one for one in currencies}
        return [
            {
                "plan": plan["name"],
                "name": component["name"],
                "sold": self._say_sold(component, currencies[plan["currency_id"]]),
                "next": self._say_next(component, currencies[plan["currency_id"]]),
            }
            for plan in plans
            if plan["is_current"]
            for component in plan["components"]
        ]

    def _say_sold(self, component, currency):
        sold = self._say_number(component, component["sold"], currency)
        if component["rate"] is None:
            return self.env._("%s so far", sold)
        rate = self._say_value(component, component["rate"], currency)
        return self.env._("%(sold)s so far at %(rate)s", sold=sold, rate=rate)

    def _say_next(self, component, currency):
        """What is missing to gate and next tier, and what that brings; empty: nothing is."""
        said = []
        if component["gate_missing"]:
            missing = component["gate_missing"]
            by_attainment = component["gate_by"] == "attainment"
            missing = self._say_place(component, missing, currency, by_attainment=by_attainment)
            said.append(self.env._("%s more to the gate", missing))
        if component["missing"] is not None:
            by_attainment = component["by"] == "attainment"
            missing = self._say_place(component, component["missing"], currency, by_attainment=by_attainment)
            rate = self._say_value(component, component["next"], currency)
            said.append(self.env._("%(missing)s more to %(rate)s", missing=missing, rate=rate))
        if component["brings"] and component["brings"] != component["next"]:
            said.append(self.env._("brings %s", format_amount(self.env, component["brings"], currency)))
        return " · ".join(said)

    def _say_place(self, component, number, currency, *, by_attainment):
        if by_attainment:
            return self.env._("%s points", formatLang(self.env, number, digits=1))
        return self._say_number(component, number, currency)

    def _say_number(self, component, number, currency):
        """A number of what is counted: money or pieces."""
        if component["is_money"]:
            return format_amount(self.env, number, currency)
        return self.env._("%s units", formatLang(self.env, number, digits=2))

    def _say_value(self, component, value, currency):
        if component["method"] in ("bonus", "interpolated"):
            return format_amount(self.env, value, currency)
        if component["is_money"]:
            return f"{value * 100:.4f}".rstrip("0").rstrip(".") + " %"
        return self.env._("%s a unit", format_amount(self.env, value, currency))

    def _get_portal_why(self, payees, day=None):
        """What became of every document of these payees in a settlement period, the newest first.

        :return: `rows` of `get_why`, `plans` (names), `date_from`, `date_to` and `has_next`; None: they are
            in no plan
        """
        pages = [self._read_why(payee, company, day) for payee, company in self._get_portal_parties(payees)]
        if not pages:
            return None
        rows = [row for page in pages for row in page["rows"]]
        rows.sort(key=lambda row: (row["date"] or "", row["document"]), reverse=True)
        return {
            "rows": rows,
            "plans": list(dict.fromkeys(name for page in pages for name in page["plans"])),
            "date_from": min(page["date_from"] for page in pages),
            "date_to": max(page["date_to"] for page in pages),
            "has_next": any(page["has_next"] for page in pages),
        }
