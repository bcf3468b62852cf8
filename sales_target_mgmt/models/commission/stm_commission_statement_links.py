from odoo import api, fields, models

from .stm_commission_entry import DRAWS

# an amount of a statement → the column of the entries that adds up to it
OF_THE_STATEMENT = {"earned": "amount", "payable": "payable"}
# likewise for what has come together in earlier statements too
OF_ALL_UNTIL_THEN = {
    "waiting": ("kind", "not in", DRAWS),
    "held": ("held", "!=", 0),
    "draw_balance": ("kind", "in", DRAWS),
}


class StmCommissionStatement(models.Model):
    """Ways from each amount of a statement to the entries that make it up, and to their documents."""

    _inherit = "stm.commission.statement"

    entry_count = fields.Integer("Number of Entries", compute="_compute_counts")
    document_count = fields.Integer("Number of Documents", compute="_compute_counts")
    withheld = fields.Monetary(
        compute="_compute_withheld",
        help="What gates and caps keep back in this statement; not part of what is earned.",
    )

    @api.depends("entry_ids")
    @api.depends_context("uid")
    def _compute_counts(self):
        entries = self.env["stm.commission.entry"]
        counts, documents = {}, {}
        # who sees the amount only, as accountants do, sees no number either
        if entries.has_access("read"):
            domain = [("statement_id", "in", self.ids)]
            counts = dict(entries._read_group(domain, ["statement_id"], ["__count"]))
            for statement, *_document in entries._read_group(
                [*domain, ("document_id", "!=", False)], ["statement_id", "document_model", "document_id"]
            ):
                documents[statement] = documents.get(statement, 0) + 1
        for statement in self:
            statement.entry_count = counts.get(statement, 0)
            statement.document_count = documents.get(statement, 0)

    @api.depends("entry_ids")
    @api.depends_context("uid")
    def _compute_withheld(self):
        entries, sums = self.env["stm.commission.entry"], {}
        if entries.has_access("read"):
            domain = [("statement_id", "in", self.ids), ("kind", "=", "withhold")]
            sums = dict(entries._read_group(domain, ["statement_id"], ["amount:sum"]))
        for statement in self:
            statement.withheld = -sums.get(statement, 0)

    def action_view_entries(self):
        """The entries behind an amount, each with its document.

        :context stm_amount: the amount's field; what waits, is on hold or lent has come together
            in earlier statements too. All entries of this one without it.
        """
        action = super().action_view_entries()
        action["context"] = {"stm_one_payee": True}
        amount = self.env.context.get("stm_amount")
        if amount == "withheld":
            action["domain"] = [*action["domain"], ("kind", "=", "withhold")]
        elif amount in OF_THE_STATEMENT:
            action["domain"] = [*action["domain"], (OF_THE_STATEMENT[amount], "!=", 0)]
        elif amount in OF_ALL_UNTIL_THEN:
            action["domain"] = [
                ("company_id", "=", self.company_id.id),
                ("payee_id", "=", self.payee_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("statement_id.date_to", "<=", self.date_to),
                OF_ALL_UNTIL_THEN[amount],
            ]
            if amount != "draw_balance":
                action["domain"].append(("statement_id.period", "=", self.period))
        if amount == "waiting":
            action["domain"].append(("document_id", "in", self._get_documents_waiting(action["domain"])))
            # what was earned and what of it became payable stand side by side
            action["context"]["search_default_by_document"] = True
        return action

    def _get_documents_waiting(self, domain):
        """Ids of the documents of which a part waits, False among them for what has none.

        The others add nothing to what waits, so that they may be left out, or stay in by chance
        where an order and an invoice have the same id.
        """
        groups = self.env["stm.commission.entry"]._read_group(
            domain, ["document_model", "document_id"], ["amount:sum", "payable:sum"]
        )
        return sorted(
            {
                document or False
                for _model, document, amount, payable in groups
                if not self.currency_id.is_zero(amount - payable)
            }
        )

    def action_view_documents(self):
        """The orders or invoices that the entries stem from, as far as the reader's rights go."""
        self.ensure_one()
        self.check_access("read")
        entries = self.env["stm.commission.entry"]
        ids = {}
        for model, document in entries._read_group(
            [("statement_id", "=", self.id), ("document_id", "!=", False)], ["document_model", "document_id"]
        ):
            ids.setdefault(model, []).append(document)
        if len(ids) != 1:
            # orders and invoices have no list in common
            action = self.action_view_entries()
            action["context"]["search_default_by_document"] = True
            return action
        [(model, found)] = ids.items()
        view = model == "account.move" and self.env.ref("account.view_out_invoice_tree").id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Documents of %s", self.display_name),
            "res_model": model,
            "domain": [("id", "in", found)],
            "views": [(view, "list"), (False, "form")],
        }

    def _get_redirect_suggested_company(self):
        """Without companies that are active already, or the browser would reload for ever.

        Odoo takes every rule that mentions the company for one about companies; here it is a
        setting of the company that decides whether leaders see statements.
        """
        active = self.env.context.get("allowed_company_ids") or ()
        companies = super()._get_redirect_suggested_company()
        return companies and companies.filtered(lambda company: company.id not in active)
