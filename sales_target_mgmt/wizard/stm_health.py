from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import format_datetime

# how long a healed month is shown as a reason to look into it
REMEMBERED = timedelta(days=30)


class StmHealth(models.TransientModel):
    """Can the figures be trusted? What the page of that name shows of this company."""

    _name = "stm.health"
    _description = "Health of the Figures"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("good", "The figures are verified"), ("working", "Work is under way"), ("bad", "Look into it")],
        compute="_compute_state",
    )
    verified_at = fields.Datetime("Last Verification", compute="_compute_state")
    difference = fields.Float("Largest Difference Found", compute="_compute_state")
    healed_count = fields.Integer("Months Healed", compute="_compute_state")
    built_count = fields.Integer("Months Built", compute="_compute_state")
    pending_count = fields.Integer("Months Waiting", compute="_compute_state")
    progress = fields.Float("Backfill", compute="_compute_state")
    oldest_mark = fields.Datetime("Oldest Change Waiting", compute="_compute_state")
    # in words: scheduled actions themselves are readable by administrators only
    cron_text = fields.Text("Scheduled Actions", compute="_compute_state")
    month_ids = fields.Many2many("stm.achievement.month", compute="_compute_state")
    message = fields.Text(compute="_compute_state")

    def _compute_display_name(self):
        self.display_name = self.env._("Health of the Figures")

    @api.depends("company_id")
    def _compute_state(self):
        for page in self:
            page._check_company_allowed()
            page._gather()

    def _check_company_allowed(self):
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Switch to that company to see the health of its figures."))

    def _gather(self):
        months = self.env["stm.achievement.month"].sudo()
        own = [("company_id", "=", self.company_id.id)]
        built = months.search(own, order="verified_at DESC")
        pending = [key for key in months._get_pending() if key[0] == self.company_id.id]
        unbuilt = len(set(pending) - {(m.company_id.id, m.source, m.month) for m in built})
        verified = built.filtered("verified_at")
        healed = built.filtered(lambda m: m.healed_at and m.healed_at >= fields.Datetime.now() - REMEMBERED)
        marks = self.env["stm.achievement.mark"].sudo().search(own, order="create_date", limit=1)
        crons = self._get_crons()
        self.update(
            {
                "built_count": len(built),
                "pending_count": len(pending),
                "progress": 100 * len(built) / (len(built) + unbuilt) if built or unbuilt else 100,
                # the oldest of the last ones: since then every month was compared
                "verified_at": min(verified.mapped("verified_at")) if verified == built and built else False,
                "difference": max(verified.mapped("difference"), default=0.0),
                "healed_count": len(healed),
                "oldest_mark": marks.create_date,
                "cron_text": "\n".join(self._describe_cron(cron) for cron in crons),
                "month_ids": healed[:40],
            }
        )
        self.state, self.message = self._judge(crons)

    def _get_crons(self):
        names = ("ir_cron_stm_refresh_cells", "ir_cron_stm_verify_cells")
        ids = [self.env["ir.model.data"]._xmlid_to_res_id(f"sales_target_mgmt.{name}") for name in names]
        return self.env["ir.cron"].sudo().with_context(active_test=False).browse(filter(None, ids)).exists()

    def _describe_cron(self, cron):
        if not cron.active:
            return self.env._("%s: switched off", cron.name)
        return self.env._(
            "%(name)s: last run %(last)s, next run %(next)s",
            name=cron.name,
            last=format_datetime(self.env, cron.lastcall) or "–",
            next=format_datetime(self.env, cron.nextcall),
        )

    def _judge(self, crons):
        if len(crons.filtered("active")) < 2:
            return "bad", self.env._(
                "A scheduled action is switched off: figures stay right but are read from the "
                "documents, which is slower, and nothing is verified. Switch it on again."
            )
        if self.healed_count:
            return "bad", self.env._(
                "A verification found months that differed from the documents and built them "
                "anew. The figures are right now; tell the maintainers which months they were."
            )
        if self.pending_count:
            return "working", self.env._(
                "Some months are being counted. Until then they are read from the documents: "
                "the figures are right, screens may be slower."
            )
        if not self.verified_at:
            return "working", self.env._("Not every month was verified yet; it happens every night.")
        return "good", self.env._("Every past month equals the documents.")

    def action_rebuild(self):
        """Have every month of this company counted anew."""
        self.ensure_one()
        self._check_company_allowed()
        self.env["stm.achievement.month"].check_access("read")
        self.env["stm.achievement.month"].sudo()._mark_everything(self.company_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("All months will be counted anew; the figures stay right meanwhile."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_verify(self):
        """Run the verification now instead of at night."""
        self.ensure_one()
        self._check_company_allowed()
        self.env["stm.achievement.month"].check_access("read")
        self.env.ref("sales_target_mgmt.ir_cron_stm_verify_cells").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("The verification starts within a minute.")},
        }
