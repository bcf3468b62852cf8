from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging customers: of several cases in a company one stays, with the history of all."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env.flush_all()
        pairs = self.env.execute_query(
            SQL(
                """SELECT id, kept FROM (
                    SELECT id, FIRST_VALUE(id) OVER (
                        PARTITION BY company_id ORDER BY partner_id = %s DESC, id
                    ) AS kept FROM stm_collection_case WHERE partner_id = ANY(%s)
                ) own WHERE id <> kept""",
                dst_partner.id,
                (src_partners | dst_partner).ids,
            )
        )
        cases = self.env["stm.collection.case"].sudo()
        for gone, kept in pairs:
            case, stays = cases.browse(gone), cases.browse(kept)
            known = {(log.days, log.cycle) for log in stays.log_ids}
            case.log_ids.filtered(lambda log, known=known: (log.days, log.cycle) in known).unlink()
            case.log_ids.write({"case_id": kept})
            case.promise_ids.write({"case_id": kept})
            case.dispute_ids.write({"case_id": kept})
            case.message_change_thread(stays)
            case.activity_ids.write({"res_id": kept})
            self.env.flush_all()
            case.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        return super()._update_foreign_keys(src_partners, dst_partner)
