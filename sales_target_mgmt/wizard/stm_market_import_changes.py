import math
from collections import defaultdict
from hashlib import sha256

from odoo.tools import formatLang

from ..tools.market_sheet import MarketSheet
from ..tools.plan_sheet import NOWHERE, Fault, Place
from ..tools.workbook import WorkbookError, read_sheets

NUMBERS = ("market_size", "reach", "customer_count", "budget")
MONEY = ("market_size", "budget")


class MarketChanges:
    """What a file would change in the market data of a division, and its faults.

    :ivar faults: list of :class:`..tools.plan_sheet.Fault`
    :ivar unchanged: number of cells that say what is known
    """

    def __init__(self, division, content, number_format):
        self.division = division
        self.env = division.env
        self.faults, self.changes, self.unchanged = [], [], 0
        self.drivers = {driver.name.strip().casefold(): driver for driver in division.driver_ids}
        try:
            sheet = MarketSheet(read_sheets(content), self.drivers, number_format)
        except WorkbookError as error:
            self.fault(error.code, Place(error.values.get("sheet", "")), **error.values)
            return
        self.faults += sheet.faults
        self.territories = self._read_territories()
        self.known = {
            (one.territory_id, one.year): one
            for one in self.env["stm.territory.market"].search([("division_id", "=", division.id)])
        }
        self.rows = {}
        for row in sheet.rows:
            self._check_row(row)
        self.faults.sort(key=lambda fault: fault.place)

    def fault(self, code, place=NOWHERE, **values):
        self.faults.append(Fault(code, place, values))

    def _read_territories(self):
        """Full paths and last names in lower case → territories."""
        full, short = defaultdict(list), defaultdict(list)
        for territory in self.env["stm.territory"].search([("division_id", "=", self.division.id)]):
            path = self.env["stm.target.xlsx"]._get_territory_path(territory)
            full[path.strip().casefold()].append(territory)
            short[territory.name.strip().casefold()].append(territory)
        return full, short

    def _check_row(self, row):
        territory = self._find_territory(row)
        year = int(row.values.get("year", 0))
        if not year and "year" not in row.bad:
            self.fault("no_year", row.place("year"))
        if not territory or not year:
            return
        key = (territory, year)
        if key in self.rows:
            self.fault("duplicate_row", row.place("territory"), other=str(self.rows[key]))
            return
        self.rows[key] = row.place("territory")
        market = self.known.get(key, self.env["stm.territory.market"])
        values = {value.driver_id: value.value for value in market.value_ids}
        for name, value in row.values.items():
            if name in ("territory", "year"):
                continue
            driver = self.drivers[name.removeprefix("driver:")] if name.startswith("driver:") else None
            old = values.get(driver) if driver else market[name] or None
            if name == "competition":
                value = str(int(value))
            if name in MONEY:
                value = self.division.company_id.currency_id.round(value)
            # zero and nothing are the same, but for drivers
            if (not driver and not old and not value) or self._is_same(old, value):
                self.unchanged += 1
            else:
                self.changes.append((key, driver or name, old, value, row.place(name)))

    @staticmethod
    def _is_same(old, value):
        if isinstance(value, str) or old is None:
            return old == value
        # a spreadsheet keeps fifteen digits
        return math.isclose(old, value, rel_tol=1e-12, abs_tol=1e-12)

    def _find_territory(self, row):
        text = row.values.get("territory")
        if not text:
            if "territory" not in row.bad:
                self.fault("no_territory", row.place("territory"))
            return None
        # a full path goes before the short names that look like it
        for names in self.territories:
            found = names.get(text.casefold(), ())
            if len(found) == 1:
                return found[0]
            if found:
                self.fault("ambiguous_territory", row.place("territory"), value=text, count=len(found))
                return None
        self.fault(
            "unknown_territory", row.place("territory"), value=text, division=self.division.display_name
        )
        return None

    def get_digest(self):
        """Equal as long as applying the file does the same."""
        return sha256(
            repr(
                [
                    (territory.id, year, repr(what), old, value)
                    for (territory, year), what, old, value, _place in self.changes
                ]
            ).encode()
        ).hexdigest()

    def get_differences(self):
        """The rows of the preview as values of its model."""
        fields = self.env["stm.territory.market"]._fields
        return [
            {
                "place": str(place),
                "territory": territory.display_name,
                "year": str(year),
                "name": fields[what]._description_string(self.env) if isinstance(what, str) else what.name,
                "old": self._format(what if isinstance(what, str) else "", old),
                "new": self._format(what if isinstance(what, str) else "", value),
            }
            for (territory, year), what, old, value, place in self.changes
        ]

    def _format(self, what, value):
        if value is None:
            return ""
        if what == "competition":
            names = self.env["stm.territory.market"]._fields[what]._description_selection(self.env)
            return dict(names)[value]
        if isinstance(value, str):
            return value
        currency = self.division.company_id.currency_id if what in MONEY else None
        digits = 0 if what == "customer_count" else 2
        return formatLang(self.env, value, digits=digits, currency_obj=currency)

    def apply(self):
        """Write the changes, in a few calls whatever their number."""
        rows = defaultdict(lambda: ({}, {}))
        for key, what, _old, value, _place in self.changes:
            rows[key][0 if isinstance(what, str) else 1][what] = value
        markets = self.env["stm.territory.market"]
        missing = [key for key in rows if key not in self.known]
        made = markets.create(
            [{"territory_id": place.id, "year": year, **rows[place, year][0]} for place, year in missing]
        )
        self.known.update(zip(missing, made, strict=True))
        new = []
        for key, (values, drivers) in rows.items():
            market = self.known[key]
            if key not in missing and values:
                market.write(values)
            present = {value.driver_id: value for value in market.value_ids}
            for driver, value in drivers.items():
                if driver in present:
                    present[driver].value = value
                else:
                    new.append({"market_id": market.id, "driver_id": driver.id, "value": value})
        self.env["stm.market.value"].create(new)
