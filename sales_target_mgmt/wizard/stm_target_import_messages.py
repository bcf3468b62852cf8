from odoo import api, models


class StmTargetImport(models.TransientModel):
    """What is said about the faults of a file: what is wrong, and what to do."""

    _inherit = "stm.target.import"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_messages(self):
        """{code of a fault: text with the names of its values}"""
        return {
            **self._get_file_messages(),
            **self._get_heading_messages(),
            **self._get_row_messages(),
            **self._get_amount_messages(),
            **self._get_key_messages(),
            **self._get_node_messages(),
            **self._get_dimension_messages(),
        }

    def _get_file_messages(self):
        return {
            "empty": self.env._("The file is empty. Choose the file again."),
            "large": self.env._(
                "The file is larger than %(limit)s MB. Remove pictures and other sheets, or import it "
                "in parts: rows that are not in a file stay as they are."
            ),
            "old_or_encrypted": self.env._(
                "The file is protected by a password or in the format of Excel 97. Save it as an "
                "Excel workbook (.xlsx) without a password."
            ),
            "encrypted": self.env._(
                "The file is encrypted. Save it as an Excel workbook (.xlsx) without a password."
            ),
            "not_xlsx": self.env._(
                "This is not an Excel workbook (.xlsx). Download the template and fill it in, or save "
                "your file as .xlsx."
            ),
            "bomb": self.env._(
                "Unpacked, the file would be larger than %(limit)s MB, or it holds what a workbook "
                "never holds. Copy the cells into a new template."
            ),
            "damaged": self.env._(
                "The file cannot be read (%(fault)s). Open it in a spreadsheet program, save it again "
                "as .xlsx and try once more."
            ),
            "rows": self.env._(
                "The sheet has more than %(limit)s rows. Import it in parts: rows that are not in a "
                "file stay as they are."
            ),
            "columns": self.env._(
                "Row %(row)s has more than %(limit)s columns. Remove what is right of the periods."
            ),
            "cells": self.env._(
                "The file has more than %(limit)s cells. Import it in parts: rows that are not in a "
                "file stay as they are."
            ),
            "values": self.env._(
                "The file has %(count)s targets; %(limit)s can be imported at once. Import it in "
                "parts: rows that are not in a file stay as they are."
            ),
        }

    def _get_heading_messages(self):
        return {
            "no_sheet": self.env._(
                "The file has no sheet “Targets”, only: %(sheets)s. Download the template, or rename "
                "your sheet."
            ),
            "missing_heading": self.env._(
                "The first row has no heading “%(heading)s”. Copy the headings of the template."
            ),
            "unknown_heading": self.env._(
                "“%(heading)s” is neither a heading of the template nor a period. Write a period as "
                "text with first and last day, 2026-01-01 – 2026-01-31, or remove the column."
            ),
            "duplicate_heading": self.env._(
                "The heading “%(heading)s” stands twice. Remove one of the two columns."
            ),
            "wrong_dates": self.env._(
                "“%(heading)s” is no range of days: a day does not exist, or the end lies before the "
                "start. Write 2026-01-01 – 2026-01-31, for example."
            ),
            "no_heading": self.env._(
                "There are values below no heading. Add the period in the first row, or remove them."
            ),
            "outside_plan": self.env._(
                "%(value)s leaves the plan, which runs from %(plan)s. Correct the heading, or the "
                "dates of the plan."
            ),
        }

    def _get_row_messages(self):
        return {
            "unknown_period": self.env._(
                "%(value)s is no period of the plan; the nearest is %(nearest)s. Use that one."
            ),
            "overlap": self.env._(
                "%(value)s overlaps %(other)s, for which this node and measure have a target. Keep "
                "one of the two; remove targets in Odoo."
            ),
            "duplicate_row": self.env._(
                "Node and measure are those of %(other)s. Remove one of the two rows."
            ),
            "no_measure": self.env._("There is no measure. Enter one of: %(known)s."),
            "unknown_measure": self.env._(
                "“%(value)s” is no measure of this plan. Enter one of: %(known)s. Or add the measure "
                "to the plan first."
            ),
        }

    def _get_amount_messages(self):
        return {
            "text": self.env._("“%(value)s” is no number. Enter a number, or leave the cell empty."),
            "boolean": self.env._("“%(value)s” is no number. Enter a number, or leave the cell empty."),
            "date": self.env._("“%(value)s” is a date. Format the cell as a number and enter the target."),
            "ambiguous_number": self.env._(
                "“%(value)s” is text and can mean thousands or decimals. Enter it as a number."
            ),
            "other_language": self.env._(
                "“%(value)s” is text, written otherwise than your language writes numbers. Enter it "
                "as a number."
            ),
            "not_finite": self.env._("“%(value)s” is no finite number. Enter a number."),
            "negative": self.env._("%(value)s is negative. Enter zero or more."),
            "too_large": self.env._("%(value)s is too large: a target has at most 15 digits. Correct it."),
            "uncomputed": self.env._(
                "The file has a formula here without its result. Open and save the file in a "
                "spreadsheet program, or enter the value."
            ),
        }

    def _get_key_messages(self):
        return {
            "no_node": self.env._("There is neither a key nor a node. Enter the path of the node."),
            "wrong_key": self.env._(
                "“%(value)s” is no key. Keys are numbers; leave it empty for a new node."
            ),
            "unknown_key": self.env._(
                "This plan has no node with the key %(value)s. Leave the key empty to find the node "
                "by its path, or to add it."
            ),
            "moved_key": self.env._(
                "The key %(key)s belongs to “%(path)s”, not to “%(value)s”. Sort and move whole rows; "
                "for a new node leave the key empty. After a change in Odoo export the plan again."
            ),
            "ambiguous_path": self.env._(
                "“%(value)s” are %(count)s nodes. Enter the key of the one that is meant."
            ),
            "unknown_path": self.env._(
                "This plan has no node “%(value)s”. Correct the path, or add the node to the sheet “Nodes”."
            ),
        }

    def _get_node_messages(self):
        return {
            "unknown_parent": self.env._(
                "“%(value)s” has no node above it: there is no “%(parent)s” in the plan or in this "
                "sheet. Correct the path, or add a row for “%(parent)s”."
            ),
            "duplicate_node": self.env._(
                "This node stands in %(other)s already. Remove one of the two rows."
            ),
            "twin": self.env._(
                "“%(value)s” stands for the same as “%(other)s” below the same node. Change what it "
                "stands for, or remove the row."
            ),
            "nothing_own": self.env._(
                "“%(value)s” needs something of its own that the node above does not have: a team, a "
                "salesperson, a product category or a customer."
            ),
            "changed_dimension": self.env._(
                "“%(node)s” exists and has “%(value)s” here, not “%(other)s”. Put it back and change "
                "it in Odoo, or add a new node: a row without a key, with another path."
            ),
            "contradiction": self.env._(
                "%(label)s “%(value)s” does not lie inside of “%(whole)s”, which the node above "
                "stands for. Choose one that does, or put the node below another one."
            ),
        }

    def _get_dimension_messages(self):
        unknown = self.env._(
            "There is no %(label)s “%(value)s” in the plan's company, or it is archived. Correct "
            "the name, or create it first."
        )
        return {
            "unknown_territory_id": unknown,
            "unknown_team_id": unknown,
            "unknown_categ_id": unknown,
            "unknown_channel_id": unknown,
            "unknown_customer_class_id": unknown,
            "unknown_product_class_id": unknown,
            "unknown_user_id": self.env._(
                "Nobody who works in the plan's company has the login “%(value)s”. Enter the login of "
                "a salesperson, not the name."
            ),
            "unknown_partner_id": self.env._(
                "There is no customer “%(value)s” in the plan's company. Enter reference or name "
                "exactly as the customer has it."
            ),
            "ambiguous": self.env._(
                "“%(value)s” is %(count)s times a %(label)s. Enter the full path, or rename one of "
                "them in Odoo."
            ),
            "ambiguous_partner": self.env._(
                "%(count)s customers are called “%(value)s”. Enter the customer's reference in its column."
            ),
            "contact": self.env._("“%(value)s” is a contact of “%(whole)s”: enter the company itself."),
            "partner_mismatch": self.env._(
                "The reference %(value)s belongs to “%(name)s”, not to “%(other)s”. Correct one of the two."
            ),
        }
