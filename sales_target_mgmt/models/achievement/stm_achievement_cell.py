from odoo import fields, models

DIMENSIONS = (
    "user_id",
    "team_id",
    "categ_id",
    "commercial_partner_id",
    "territory_id",
    "channel_id",
    "product_class_id",
)


class StmAchievementCell(models.Model):
    """Sums of `stm.achievement` over whole past months, a cache that can be thrown away.

    One row per company, source, month and combination of dimensions, with a column per
    value: a new measure needs no backfill, it reads other columns of the same rows.
    Which months may be read here is said by :class:`StmAchievementMonth`.
    """

    _name = "stm.achievement.cell"
    _description = "Achievement of a Month"
    _log_access = False
    _rec_name = "month"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    source = fields.Char(required=True)
    month = fields.Date(required=True)
    user_id = fields.Many2one("res.users", ondelete="cascade")
    team_id = fields.Many2one("crm.team", ondelete="cascade")
    categ_id = fields.Many2one("product.category", ondelete="cascade")
    commercial_partner_id = fields.Many2one("res.partner", ondelete="cascade")
    territory_id = fields.Many2one("stm.territory", ondelete="cascade")
    channel_id = fields.Many2one("stm.channel", ondelete="cascade")
    product_class_id = fields.Many2one("stm.product.class", ondelete="cascade")
    # as of now, so it is looked up instead of kept
    customer_class_id = fields.Many2one("stm.customer.class", store=False, search="_search_customer_class_id")
    amount = fields.Float(digits=0)
    margin = fields.Float(digits=0)
    quantity = fields.Float(digits=0)
    count = fields.Float(digits=0)
    new_customer = fields.Float(digits=0)
    won = fields.Float(digits=0)
    expected = fields.Float(digits=0)
    rating = fields.Float(digits=0)

    _month_idx = models.Index("(company_id, source, month)")

    def _search_customer_class_id(self, operator, value):
        profiles = self.env["stm.customer.profile"].sudo()
        customers = profiles._search([("class_id", operator, value)]).subselect("partner_id")
        return [("commercial_partner_id", "in", customers)]


class StmAchievementMonth(models.Model):
    """A month whose cells are built: company × source × month.

    It is read from the cells while no mark names it, and from the documents otherwise.
    """

    _name = "stm.achievement.month"
    _description = "Month of Achievements"
    _log_access = False
    _order = "month desc, company_id, source"
    _rec_name = "month"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    source = fields.Char(required=True)
    month = fields.Date(required=True)
    built_at = fields.Datetime()
    verified_at = fields.Datetime(index=True)
    healed_at = fields.Datetime(help="When a verification last found it wrong and built it anew.")
    difference = fields.Float(
        digits=0, help="Largest difference of a value that the last verification found."
    )

    _month_unique = models.UniqueIndex("(company_id, source, month)")


class StmAchievementMark(models.Model):
    """A note that a past month changed; appended by triggers, deleted by who built it anew.

    Appending never makes two transactions wait for each other. Within a transaction a
    month is noted once. Without a month it means all of the company's.
    """

    _name = "stm.achievement.mark"
    _description = "Changed Month"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    source = fields.Char(required=True)
    month = fields.Date()
    create_date = fields.Datetime(default=fields.Datetime.now)

    _source_idx = models.Index("(company_id, source, month)")

    def init(self):
        # a transaction id does not fit the ORM's integer
        self.env.cr.execute(
            """ALTER TABLE stm_achievement_mark
                ADD COLUMN IF NOT EXISTS transaction bigint DEFAULT txid_current();
            CREATE UNIQUE INDEX IF NOT EXISTS stm_achievement_mark_once
                ON stm_achievement_mark (company_id, source, (COALESCE(month, '-infinity')), transaction)
            """
        )
