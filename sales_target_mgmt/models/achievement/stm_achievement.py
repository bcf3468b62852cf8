import re
from math import isqrt

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd
from odoo.tools import SQL, drop_view_if_exists, file_open
from odoo.tools.date_utils import parse_date

from . import stm_achievement_payments as payments
from . import stm_achievement_sources as sources
from . import stm_achievement_splits as splits
from .stm_achievement_cell import DIMENSIONS
from .stm_achievement_columns import CODES, DEPENDS, ID_STEP, PAIRS, VALUES
from .stm_achievement_sql import branch

SCRIPTS = ("marks.sql", "marks_order.sql", "marks_invoice.sql", "marks_other.sql")
DOCUMENTS = {"order_id": "sale.order", "move_id": "account.move", "lead_id": "crm.lead"}


class StmAchievement(models.Model):
    """Who achieved what, when and how much: one row per source line, read live.

    The only place that says which document line counts, on which day (in the company's
    sales time zone), for whom, in company currency. Nothing else reads order, invoice,
    payment or opportunity lines to measure sales.

    A further source is added by extending :meth:`_get_sources`.
    """

    _name = "stm.achievement"
    _description = "Achievement"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "source"
    # what is flushed before the view is read
    _depends = DEPENDS

    source = fields.Selection(
        [
            ("order", "Order"),
            ("invoice", "Invoice"),
            ("payment", "Payment"),
            ("lead", "Closed Opportunity"),
            ("rating", "Rating"),
            ("pipeline", "Open Opportunity"),
            ("order_split", "Order, Shared Credit"),
            ("invoice_split", "Invoice, Shared Credit"),
            ("payment_split", "Payment, Shared Credit"),
        ],
        readonly=True,
    )
    line_id = fields.Integer("Source Line", readonly=True, aggregator=None)
    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    territory_id = fields.Many2one("stm.territory", readonly=True)
    channel_id = fields.Many2one("stm.channel", readonly=True)
    customer_class_id = fields.Many2one("stm.customer.class", readonly=True)
    customer_relation = fields.Selection(
        [("key", "Key account"), ("dealer", "Dealer")], "Kind of Customer", readonly=True
    )
    product_class_id = fields.Many2one("stm.product.class", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    rating_id = fields.Many2one("rating.rating", readonly=True)
    partial_id = fields.Integer("Reconciliation", readonly=True, aggregator=None)
    credit_share = fields.Float(readonly=True, aggregator=None)
    amount = fields.Monetary("Untaxed Amount", readonly=True)
    margin = fields.Monetary(readonly=True)
    quantity = fields.Float(readonly=True)
    count = fields.Float("Number", readonly=True, digits=0)
    new_customer = fields.Integer("New Customers", readonly=True)
    won = fields.Integer(readonly=True)
    expected = fields.Monetary("Expected Revenue", readonly=True)
    rating = fields.Float("Rating Value", readonly=True)

    def init(self):
        before = self._get_definition()
        self._drop_triggers()
        drop_view_if_exists(self.env.cr, self._table)
        branches = [SQL(branch(name, source)) for name, source in self._get_sources()]
        view = SQL.identifier(self._table)
        self.env.cr.execute(SQL("CREATE VIEW %s AS %s", view, SQL(" UNION ALL ").join(branches)))
        for script in SCRIPTS:
            self.env.cr.execute(self._read_script(script))
        if before and before != self._get_definition():
            # another version counts otherwise: its cells are out of date
            always_live = {"pipeline", *splits.SPLITS.values()}
            names = list({name for name, _source in self._get_sources()} - always_live)
            self.env.cr.execute(SQL("SELECT stm_mark_all(NULL, %s::varchar[])", names))

    def _get_definition(self):
        self.env.cr.execute(SQL("SELECT pg_get_viewdef(to_regclass(%s))", self._table))
        return self.env.cr.fetchone()[0]

    @api.model
    def _get_sources(self):
        """The branches of the view as (source, :class:`Source`); a source may have several.

        To be extended by addons with further documents, points of sale for example: a
        new source also needs its value in ``source`` and triggers that leave marks.
        """
        return [
            ("order", sources.order_source()),
            ("invoice", sources.invoice_source()),
            *(("payment", source) for source in payments.payment_sources()),
            ("lead", sources.lead_source()),
            ("pipeline", sources.pipeline_source()),
            ("rating", sources.rating_source()),
            *splits.split_sources(),
        ]

    @api.model
    def _drop_triggers(self):
        """Take away what :meth:`init` put on the tables of Odoo; for the uninstallation."""
        scripts = "".join(self._read_script(script) for script in SCRIPTS)
        names = re.findall(r"^CREATE (?:FUNCTION|TRIGGER) (\w+)", scripts, re.MULTILINE)
        for drop in self._select_drops(names):
            self.env.cr.execute(drop)

    def _select_drops(self, names):
        """The statements that drop the triggers and functions of these names."""
        triggers = self.env.execute_query(
            SQL("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname = ANY(%s)", names)
        )
        functions = self.env.execute_query(
            SQL(
                """SELECT proname, pg_get_function_identity_arguments(oid) FROM pg_proc
                WHERE proname = ANY(%s) AND pronamespace = current_schema()::regnamespace""",
                names,
            )
        )
        for name, table in triggers:
            yield SQL("DROP TRIGGER %s ON %s", SQL.identifier(name), SQL.identifier(table))
        for name, arguments in functions:
            yield SQL("DROP FUNCTION %s(%s)", SQL.identifier(name), SQL(arguments))

    @api.model
    def _read_script(self, name):
        with file_open(f"sales_target_mgmt/sql/{name}") as script:
            return script.read()

    @api.model
    def _select_sums(self, source, company, first, last, values, segment=None, by_document=False):
        """SQL of the facts of one source between two days, summed by dimensions.

        Only the branches of that source are named: to plan those of the others takes
        longer than to read a month.

        :param company: id of the company, or SQL of it, as ``first`` and ``last`` are days
        :param values: the value columns that are needed; the others are null
        :param segment: SQL of what to group by as well, a number or a month
        :param by_document: lines are looked up, as it suits a few days
        """
        branches = SQL(" UNION ALL ").join(
            SQL(branch(name, part, by_document)) for name, part in self._get_sources() if name == source
        )
        names = SQL(", ").join(map(SQL.identifier, DIMENSIONS))
        sums = SQL(", ").join(
            SQL(
                "%s AS %s",
                SQL("SUM(%s)", SQL.identifier(name)) if name in values else SQL("NULL::numeric"),
                SQL.identifier(name),
            )
            for name in VALUES
        )
        # the fence has values worked out in the order in which lines are stored: behind the sort, the
        # margin of every line would be looked up somewhere else
        return SQL(
            "SELECT %s %s::varchar AS source, %s, %s FROM (SELECT * FROM (%s) %s WHERE %s OFFSET 0) f "
            "GROUP BY %s %s",
            SQL("%s AS segment,", segment) if segment else SQL(),
            source,
            names,
            sums,
            branches,
            SQL.identifier(self._table),
            SQL(" AND ").join(
                [
                    SQL("%s = %s", self._column("company_id"), company),
                    SQL("%s BETWEEN %s AND %s", self._column("date"), first, last),
                    *self._get_day_hints(first, last),
                ]
            ),
            SQL("%s,", segment) if segment else SQL(),
            names,
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        query = super()._search(domain, *args, **kwargs)
        domain = Domain(domain)
        for condition in domain.children if isinstance(domain, DomainAnd) else [domain]:
            for hint in self._get_index_hints(condition):
                query.add_where(hint)
        return query

    def _get_index_hints(self, condition):
        """Conditions that follow from one of the domain and that an index can serve."""
        field = getattr(condition, "field_expr", None)
        value = getattr(condition, "value", None)
        if field == "date" and isinstance(value, str):
            # "today -7d" and the like
            value = parse_date(value, self.env)
        if field == "date" and condition.operator in (">", ">=") and value:
            yield self._get_day_hints(value, value)[0]
        elif field == "date" and condition.operator in ("<", "<=") and value:
            yield self._get_day_hints(value, value)[1]
        elif field == "id" and condition.operator == "in" and value:
            lines = {self._get_line_id(id_) for id_ in value if id_}
            yield SQL("%s IN %s", self._column("line_id"), tuple(lines) or (0,))

    def _get_day_hints(self, first, last):
        """Bounds on the stored time; a day on either side covers every time zone."""
        return [
            SQL("%s >= %s::timestamp - interval '1 day'", self._column("stamp_from"), first),
            SQL("%s < %s::timestamp + interval '2 days'", self._column("stamp_to"), last),
        ]

    def _column(self, name):
        return SQL.identifier(self._table, name)

    @api.model
    def _get_line_id(self, id_):
        """The source line of a row, from its id alone."""
        number, code = divmod(int(id_), ID_STEP)
        if code not in {CODES[name] for name in PAIRS}:
            return number
        # the inverse of Cantor's pairing function
        total = (isqrt(8 * number + 1) - 1) // 2
        return number - total * (total + 1) // 2

    @api.depends("source", "order_id", "move_id", "lead_id")
    def _compute_display_name(self):
        for row in self:
            document = row.sudo().order_id or row.sudo().move_id or row.sudo().lead_id
            row.display_name = document.display_name

    def action_open_document(self):
        """Open the order, invoice or opportunity, or say that the rights end here."""
        self.ensure_one()
        self.check_access("read")
        for name, model in DOCUMENTS.items():
            if document_id := self.sudo()[name].id:
                return self._open_document(model, document_id)
        return self._tell_rights_end()

    @api.model
    def _open_document(self, model, document_id):
        """Action that opens a document, or tells that the user may not.

        Who may not read payments cannot open the form of a posted invoice, for core looks at
        them there: its order opens instead.
        """
        document = self.env[model].browse(document_id)
        if model == "account.move" and not self.env["account.payment"].has_access("read"):
            document = document.sudo().line_ids.sale_line_ids.order_id[:1].sudo(False)
        if not document or not document.has_access("read"):
            return self._tell_rights_end()
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
        }

    def _tell_rights_end(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "You may see this figure but not the document behind it. "
                    "Ask its salesperson or a sales manager."
                ),
            },
        }
