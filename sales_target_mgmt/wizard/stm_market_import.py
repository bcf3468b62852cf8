import base64
import binascii

from odoo import api, fields, models
from odoo.tools import SQL, get_lang

from ..tools.plan_amount import NumberFormat
from .stm_market_import_changes import MarketChanges

SHOWN = 1000


class StmMarketImport(models.TransientModel):
    """Reads market data from an XLSX file: check, preview, apply all or nothing."""

    _name = "stm.market.import"
    _description = "Import of Market Data"
    _rec_name = "file_name"

    division_id = fields.Many2one("stm.territory.division", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="division_id.company_id")
    year = fields.Integer(
        "Year of the Template", required=True, default=lambda self: fields.Date.context_today(self).year
    )
    file = fields.Binary()
    file_name = fields.Char()
    step = fields.Selection(
        [("choose", "Choose"), ("faulty", "Faults"), ("ready", "Preview")], default="choose", required=True
    )
    digest = fields.Char()
    is_outdated = fields.Boolean()
    changed_count = fields.Integer("Changes")
    unchanged_count = fields.Integer("Unchanged")
    fault_count = fields.Integer("Faults")
    fault_ids = fields.One2many("stm.market.import.fault", "import_id", "What to Correct")
    difference_ids = fields.One2many("stm.market.import.difference", "import_id", "What Changes")

    @api.onchange("file")
    def _onchange_file(self):
        self.step = "choose"

    def action_template(self):
        """Download every territory of the division, with what is known of the year."""
        self.ensure_one()
        self.division_id.check_access("read")
        url = f"/stm/market/{self.division_id.id}/{self.year}"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def action_check(self):
        """Read the file and show what it would change, or everything that is wrong with it."""
        self.ensure_one()
        self._show(self._get_changes())
        return self._reopen()

    def action_apply(self):
        """Change the market data as the preview says; back to it if that is no longer true."""
        self.ensure_one()
        # of two imports at once the later one is retried and then sees the earlier one's work
        self.env.cr.execute(
            SQL(
                "UPDATE stm_territory_division SET write_date = write_date WHERE id = %s",
                self.division_id.id,
            )
        )
        changes = self._get_changes()
        if changes.faults or changes.get_digest() != self.digest:
            self._show(changes, is_outdated=True)
            return self._reopen()
        changes.apply()
        return self.division_id.action_view_market()

    def _get_changes(self):
        self.division_id.check_access("write")
        data = self.with_context(bin_size=False, bin_size_file=False).file
        try:
            content = base64.b64decode(data or b"")
        except binascii.Error:
            content = b"?"
        lang = get_lang(self.env)
        numbers = NumberFormat(lang.decimal_point, lang.thousands_sep or "")
        return MarketChanges(self.division_id, content, numbers)

    def _show(self, changes, is_outdated=False):
        self.fault_ids.unlink()
        self.difference_ids.unlink()
        messages = self._get_messages() if changes.faults else {}
        differences = [] if changes.faults else changes.get_differences()
        self.write(
            {
                "step": "faulty" if changes.faults else "ready",
                "digest": changes.get_digest(),
                "is_outdated": is_outdated,
                "changed_count": len(differences),
                "unchanged_count": changes.unchanged,
                "fault_count": len(changes.faults),
                "fault_ids": [
                    (0, 0, {"place": str(fault.place), "message": messages[fault.code] % fault.values})
                    for fault in changes.faults[:SHOWN]
                ],
                "difference_ids": [(0, 0, values) for values in differences[:SHOWN]],
            }
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Market Data"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _get_messages(self):
        """{code of a fault: text with the names of its values}"""
        targets = self.env["stm.target.import"]
        return {
            **targets._get_file_messages(),
            **targets._get_amount_messages(),
            "date": self.env._("“%(value)s” is a date. Format the cell as a number and enter the value."),
            "too_large": self.env._("%(value)s is too large: a value has at most 15 digits. Correct it."),
            "not_whole": self.env._("%(value)s is no whole number. Enter one."),
            "out_of_range": self.env._(
                "%(value)s is not possible here: enter a number from %(first)s to %(last)s."
            ),
            "no_sheet": self.env._(
                "The file has no sheet “Market”, only: %(sheets)s. Download the template, or rename your "
                "sheet."
            ),
            "missing_heading": self.env._(
                "The first row has no heading “%(heading)s”. Copy the headings of the template."
            ),
            "unknown_heading": self.env._(
                "“%(heading)s” is neither a heading of the template nor a driver of the division. Add the "
                "driver to the division first, or remove the column."
            ),
            "duplicate_heading": self.env._(
                "The heading “%(heading)s” stands twice. Remove one of the two columns."
            ),
            "no_heading": self.env._("There are values below no heading. Add a heading, or remove them."),
            "no_territory": self.env._("There is no territory. Enter its path."),
            "no_year": self.env._("There is no year. Enter it, 2026 for example."),
            "unknown_territory": self.env._(
                "There is no territory “%(value)s” in the division “%(division)s”, or it is archived. "
                "Correct the name, or create it first."
            ),
            "ambiguous_territory": self.env._(
                "“%(value)s” are %(count)s territories. Enter the full path of the one that is meant."
            ),
            "duplicate_row": self.env._(
                "Territory and year are those of %(other)s. Remove one of the two rows."
            ),
        }


class StmMarketImportFault(models.TransientModel):
    _name = "stm.market.import.fault"
    _description = "Fault of an Import of Market Data"

    import_id = fields.Many2one("stm.market.import", required=True, index=True, ondelete="cascade")
    place = fields.Char("Cell")
    message = fields.Char()


class StmMarketImportDifference(models.TransientModel):
    _name = "stm.market.import.difference"
    _description = "Change by an Import of Market Data"

    import_id = fields.Many2one("stm.market.import", required=True, index=True, ondelete="cascade")
    place = fields.Char("Cell")
    territory = fields.Char()
    year = fields.Char()
    name = fields.Char("What")
    old = fields.Char("Until Now")
    new = fields.Char()


class StmTerritoryDivision(models.Model):
    _inherit = "stm.territory.division"

    def action_import_market(self):
        """Open the import of market data from a spreadsheet."""
        self.ensure_one()
        return self.env["stm.market.import"].create({"division_id": self.id})._reopen()
