from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists


class StmStampMixin(models.AbstractModel):
    """Territory and channel of a document: set when it is created, then they stay.

    A document whose customer is changed while it may still be changed is stamped anew.
    """

    _name = "stm.stamp.mixin"
    _description = "Territory and Channel of a Document"

    territory_id = fields.Many2one(
        "stm.territory", compute="_compute_territory_id", store=True, readonly=False,
        index="btree_not_null", ondelete="restrict", copy=False, check_company=True,
    )  # fmt: skip
    channel_id = fields.Many2one(
        "stm.channel", compute="_compute_channel_id", store=True, readonly=False,
        index="btree_not_null", ondelete="restrict", copy=False, check_company=True,
    )  # fmt: skip

    def _auto_init(self):
        # years of documents are not recomputed one by one when the addon comes
        for name in ("territory_id", "channel_id"):
            if not self._abstract and not column_exists(self.env.cr, self._table, name):
                self.env.cr.execute(
                    SQL(
                        "ALTER TABLE %s ADD COLUMN %s integer",
                        SQL.identifier(self._table),
                        SQL.identifier(name),
                    )
                )
        return super()._auto_init()

    def _stm_may_be_stamped(self):
        """Whether the stamps still follow the document."""
        raise NotImplementedError

    @api.depends("partner_id", "company_id")
    def _compute_territory_id(self):
        for document in self:
            if document._stm_may_be_stamped():
                partner = document.partner_id.with_company(document.company_id or self.env.company)
                document.territory_id = partner.stm_territory_id
            else:
                document.territory_id = document.territory_id

    @api.depends("team_id")
    def _compute_channel_id(self):
        for document in self:
            if document._stm_may_be_stamped():
                document.channel_id = document._stm_get_channel()
            else:
                document.channel_id = document.channel_id

    def _stm_get_channel(self):
        """The channel by which the document came; to be extended by addons that know more."""
        return self.team_id.stm_channel_id
