from collections import defaultdict

from odoo.fields import Domain

from ..models.target.stm_target_breakdown import DIMENSIONS

# the columns of a sheet that name a dimension
COLUMNS = {
    "territory_id": ("territory",),
    "team_id": ("team",),
    "user_id": ("user",),
    "categ_id": ("categ",),
    "channel_id": ("channel",),
    "customer_class_id": ("customer_class",),
    "product_class_id": ("product_class",),
    "partner_id": ("partner_ref", "partner"),
}


class DimensionLookup:
    """Finds what the rows of new nodes name, one query per dimension however many rows there are.

    Names are looked up among what the user may see in the plan's company, exactly as written
    except for capitals; archived records are not found.
    """

    def __init__(self, plan, rows, fault):
        """:param fault: called with a code, a place and values, to say what is wrong"""
        self.env = plan.env
        self.plan = plan
        self.fault = fault
        self.rows = rows
        self.known = {name: self._read(name) for name in DIMENSIONS}
        self.refs, self.partners = self._read_partners()

    def find(self, row, name):
        """The record that a row names for a dimension; `None` when it names none or a wrong one."""
        if name == "partner_id":
            return self._find_partner(row)
        column = COLUMNS[name][0]
        text = row.texts.get(column)
        if not text:
            return None
        # a full path goes before the short names that look like it
        for names in self.known[name]:
            found = names.get(text.casefold(), ())
            if len(found) == 1:
                return found[0]
            if found:
                self.fault("ambiguous", row.place(column), value=text, count=len(found), **self._label(name))
                return None
        self.fault(f"unknown_{name}", row.place(column), value=text, **self._label(name))
        return None

    def _label(self, name):
        return {"label": self.env["stm.target.node"]._fields[name]._description_string(self.env)}

    def _read(self, name):
        """Full and short names of a dimension: lower case → records."""
        full, short = defaultdict(list), defaultdict(list)
        used = any(row.texts.get(column) for row in self.rows for column in COLUMNS[name])
        if not used or name == "partner_id":
            return full, short
        for record in self.env[self.env["stm.target.node"]._fields[name].comodel_name].search(
            self._get_domain(name)
        ):
            full[self._get_full_name(name, record).casefold()].append(record)
            if name in ("categ_id", "territory_id"):
                short[record.name.strip().casefold()].append(record)
        return full, short

    def _get_domain(self, name):
        company = self.plan.company_id
        if name == "categ_id":
            return Domain.TRUE
        if name == "user_id":
            return Domain("company_ids", "in", company.ids) & Domain("share", "=", False)
        return Domain("company_id", "in", [company.id, False])

    def _get_full_name(self, name, record):
        if name == "user_id":
            return record.login.strip()
        if name == "categ_id":
            return record.complete_name.strip()
        if name == "territory_id":
            return self.env["stm.target.xlsx"]._get_territory_path(record).strip()
        return record.name.strip()

    def _read_partners(self):
        """Customers by reference and by name, of those that the rows name."""
        refs = {row.texts["partner_ref"] for row in self.rows if row.texts.get("partner_ref")}
        names = {row.texts["partner"] for row in self.rows if row.texts.get("partner")}
        by_ref, by_name = defaultdict(list), defaultdict(list)
        if refs or names:
            for partner in self.env["res.partner"].search(
                Domain("company_id", "in", [self.plan.company_id.id, False])
                & (Domain("ref", "in", list(refs)) | Domain("name", "in", list(names)))
            ):
                by_ref[(partner.ref or "").strip()].append(partner)
                # contacts of a customer may well be called like it
                if partner.commercial_partner_id == partner:
                    by_name[partner.name.strip()].append(partner)
        return by_ref, by_name

    def _find_partner(self, row):
        ref, name = row.texts.get("partner_ref"), row.texts.get("partner")
        if not ref and not name:
            return None
        column, text = ("partner_ref", ref) if ref else ("partner", name)
        found = (self.refs if ref else self.partners).get(text, [])
        if len(found) > 1 and ref and name:
            found = [partner for partner in found if partner.name.strip() == name] or found
        if not found:
            self.fault("unknown_partner_id", row.place(column), value=text, **self._label("partner_id"))
        elif len(found) > 1:
            code = "ambiguous" if ref else "ambiguous_partner"
            self.fault(code, row.place(column), value=text, count=len(found), **self._label("partner_id"))
        elif found[0].commercial_partner_id != found[0]:
            whole = found[0].commercial_partner_id.display_name
            self.fault("contact", row.place(column), value=text, whole=whole)
        elif ref and name and found[0].name.strip() != name:
            self.fault("partner_mismatch", row.place("partner"), value=ref, name=found[0].name, other=name)
        else:
            return found[0]
        return None
