from odoo import api, fields, models

# the lines of the documents that earn
LINES = {"sale.order": "sale.order.line", "account.move": "account.move.line"}


class StmCommissionEntry(models.Model):
    """What was sold with the line that an entry stems from: a document has many lines."""

    _inherit = "stm.commission.entry"

    product = fields.Char(compute="_compute_product", help="Of the document's line, as it is called now.")

    @api.depends("document_model", "line_id")
    def _compute_product(self):
        names = self._read_products({(entry.document_model, entry.line_id) for entry in self})
        for entry in self:
            entry.product = names.get((entry.document_model, entry.line_id), "")

    @api.model
    def _read_products(self, keys):
        """What the payee of a line was credited for, even where the document itself is out of reach.

        :param keys: (model of the document, id of the line) pairs
        :return: these pairs → name of the product, or how the line begins; gone lines are left out
        """
        names = {}
        for document, model in LINES.items():
            ids = {line for name, line in keys if name == document and line}
            for line in self.env[model].sudo().browse(ids).exists():
                first = (line.name or "").partition("\n")[0]
                names[document, line.id] = line.product_id.display_name or first
        return names
