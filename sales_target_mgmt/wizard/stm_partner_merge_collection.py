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
            self._merge_cases(cases.browse(gone), cases.browse(kept))
        self.env.flush_all()
        self.env.invalidate_all()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.flush_all()
        self.env.invalidate_all()
        engine = self.env["stm.collection.engine"].sudo()
        for case in cases.search([("partner_id", "=", dst_partner.id)]):
            engine._refresh(case.company_id, dst_partner.ids)
        return result

    def _merge_cases(self, gone, stays):
        """Hang on one case what hangs on the other; of what there is once the one's stays."""
        known = {(log.days, log.cycle) for log in stays.log_ids}
        gone.log_ids.filtered(lambda log: (log.days, log.cycle) in known).unlink()
        self._merge_plans(gone, stays)
        self._merge_fees(gone, stays)
        plans = self.env["stm.collection.plan"]
        # the invoices of a plan are proposed by its case, and stay what was agreed
        with self.env.protecting([plans._fields["move_ids"]], gone.plan_ids):
            gone.plan_ids.write({"case_id": stays.id})
        for name in ("log_ids", "promise_ids", "dispute_ids", "writeoff_ids", "fee_ids"):
            gone[name].write({"case_id": stays.id})
        if not stays.user_id:
            stays.user_id = gone.user_id
        gone.message_change_thread(stays)
        gone.activity_ids.write({"res_id": stays.id})
        self.env.flush_all()
        gone.unlink()

    def _merge_plans(self, gone, stays):
        """A customer has one open payment plan: another one is to be agreed anew."""
        both = [case.plan_ids.filtered(lambda plan: plan.state == "open") for case in (gone, stays)]
        for plan in both[0] if all(both) else ():
            plan.write({"state": "cancelled", "closed_on": plan.company_id._get_stm_today()})
            stays.message_post(
                body=self.env._(
                    "“%s” has ended, for the customer it was agreed with is merged into this one: agree on "
                    "one plan for all invoices.",
                    plan.display_name,
                )
            )

    def _merge_fees(self, gone, stays):
        """What is proposed of both is one proposal."""
        fees = [case.fee_ids.filtered(lambda fee: fee.state == "proposed") for case in (gone, stays)]
        if all(fees):
            fees[0].line_ids.write({"fee_id": fees[1].id})
            self.env.flush_all()
            fees[0].unlink()
