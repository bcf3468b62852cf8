from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# documents that one statement looks at
BATCH = 10_000
# (table, its own day, which of its rows bear a territory), in the order in which they are stamped
DOCUMENTS = (
    ("sale_order", "stm_local_day(d.date_order, d.company_id)", "TRUE"),
    (
        "account_move",
        "COALESCE(d.invoice_date, d.date)",
        "d.move_type IN ('out_invoice', 'out_refund', 'out_receipt')",
    ),
    ("crm_lead", "stm_local_day(d.create_date, d.company_id)", "TRUE"),
)


class StmTerritoryDivision(models.Model):
    """Stamps documents that are older than the territories.

    A document gets the territory that its customer had on the document's own day. Only documents
    without a territory are touched; a cron works in batches, each of them a transaction, and
    goes on where it stopped.
    """

    _inherit = "stm.territory.division"

    stamp_pending = fields.Boolean("Being Stamped", readonly=True, copy=False)
    stamp_step = fields.Integer(readonly=True, copy=False, help="Place in the list of document types.")
    stamp_after = fields.Integer(readonly=True, copy=False, help="The last document that was looked at.")
    stamp_left = fields.Integer("Documents Left", readonly=True, copy=False)
    stamp_placeless = fields.Integer(
        "Documents without Territory",
        readonly=True,
        copy=False,
        help="Looked at by the last run; their customers had no territory on the day of the document.",
    )

    def action_stamp_earlier(self):
        """Have documents without a territory stamped, and say how many there are."""
        self.ensure_one()
        self.check_access("write")
        if not self.is_primary:
            raise UserError(
                self.env._(
                    "“%s” is not the primary division: only the primary one is written on documents.",
                    self.name,
                )
            )
        left = sum(self._count_unstamped(step, 0) for step in range(len(DOCUMENTS)))
        self.write(
            {
                "stamp_pending": bool(left),
                "stamp_step": 0,
                "stamp_after": 0,
                "stamp_left": left,
                "stamp_placeless": 0,
            }
        )
        if left:
            self.env.ref("sales_target_mgmt.ir_cron_stm_stamp_documents").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s documents without a territory will be looked at.", left)
                if left
                else self.env._("Every document has its territory."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_stamp(self):
        """Stamp batch by batch, as long as the job may run."""
        cron = self.env["ir.cron"]
        for division in self.search([("stamp_pending", "=", True)]):
            cron._commit_progress(remaining=division.stamp_left)
            while division.stamp_pending:
                looked_at = division._stamp_batch()
                if not cron._commit_progress(looked_at, remaining=division.stamp_left):
                    return

    def _stamp_batch(self):
        """Stamp the next documents and note how far that went.

        :return: number of documents that were looked at
        """
        self.ensure_one()
        self.env.flush_all()
        table, day, kind = DOCUMENTS[self.stamp_step]
        [(last, looked_at, stamped)] = self.env.execute_query(
            SQL(
                """WITH chunk AS MATERIALIZED (
                    SELECT d.id, d.partner_id, %(day)s AS day FROM %(table)s d
                    WHERE d.id > %(after)s AND d.territory_id IS NULL AND d.company_id = ANY(%(companies)s)
                        AND %(kind)s ORDER BY d.id LIMIT %(batch)s
                ), stamped AS (
                    UPDATE %(table)s d SET territory_id = m.territory_id
                    FROM chunk k JOIN res_partner p ON p.id = k.partner_id
                    JOIN stm_territory_member m ON m.partner_id = p.commercial_partner_id
                        AND m.division_id = %(division)s AND m.date_from <= k.day
                        AND (m.date_to IS NULL OR m.date_to >= k.day)
                    WHERE d.id = k.id RETURNING d.id
                )
                SELECT MAX(id), COUNT(*), (SELECT COUNT(*) FROM stamped) FROM chunk""",
                table=SQL.identifier(table),
                day=SQL(day),
                kind=SQL(kind),
                after=self.stamp_after,
                companies=self._get_companies().ids,
                division=self.id,
                batch=BATCH,
            )
        )
        over = looked_at < BATCH
        self.write(
            {
                "stamp_step": self.stamp_step + over,
                "stamp_after": 0 if over else last,
                "stamp_left": max(self.stamp_left - looked_at, 0),
                "stamp_placeless": self.stamp_placeless + looked_at - stamped,
                "stamp_pending": self.stamp_step + over < len(DOCUMENTS),
            }
        )
        self.env[table.replace("_", ".")].invalidate_model(["territory_id"])
        return looked_at

    def _count_unstamped(self, step, after):
        table, _day, kind = DOCUMENTS[step]
        [(number,)] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM %s d WHERE d.id > %s AND d.territory_id IS NULL "
                "AND d.company_id = ANY(%s) AND %s",
                SQL.identifier(table),
                after,
                self._get_companies().ids,
                SQL(kind),
            )
        )
        return number
