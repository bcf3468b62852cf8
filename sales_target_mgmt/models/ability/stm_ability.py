from odoo import api, fields, models

LEVELS = [
    ("0", "None"),
    ("1", "Basic"),
    ("2", "Some practice"),
    ("3", "Works alone"),
    ("4", "Advanced"),
    ("5", "Teaches others"),
]


class StmAbility(models.Model):
    """What a person can do, for one company; what the person achieved is read, not kept.

    Managers judge; the person and the team's leader see it.
    """

    _name = "stm.ability"
    _description = "Ability Profile"
    _order = "user_id, id"
    _rec_name = "user_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users", "Person", required=True, index=True, ondelete="cascade",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]", check_company=True,
    )  # fmt: skip
    experience_from = fields.Date("In Sales since", help="The first day in sales, with any employer.")
    experience_years = fields.Float("Years in Sales", compute="_compute_experience_years", digits=(16, 1))
    start_date = fields.Date(
        "Sells Here since",
        compute="_compute_start_date",
        inverse="_inverse_start_date",
        help="First day on the job: from here on the quota of a new hire grows month by month.",
    )
    skill_ids = fields.One2many("stm.ability.skill", "ability_id", "Skills", copy=True)
    skill_mean = fields.Float(
        "Mean Level",
        compute="_compute_skill_mean",
        digits=(16, 1),
        help="Of the skills that are judged, 0 to 5.",
    )
    note = fields.Text()
    active = fields.Boolean(default=True)

    _person_unique = models.Constraint(
        "UNIQUE (company_id, user_id)", "This person has an ability profile in this company already."
    )

    @api.depends("experience_from", "company_id")
    def _compute_experience_years(self):
        for ability in self:
            today = (ability.company_id or self.env.company)._get_stm_today()
            since = ability.experience_from
            ability.experience_years = max((today - since).days, 0) / 365.25 if since else 0.0

    @api.depends("user_id.stm_start_date")
    def _compute_start_date(self):
        for ability in self:
            ability.start_date = ability.user_id.sudo().stm_start_date

    def _inverse_start_date(self):
        # one's own user cannot be written by a sales manager; the profile was, and is that person's
        for ability in self:
            ability.user_id.sudo().stm_start_date = ability.start_date

    @api.depends("skill_ids.level")
    def _compute_skill_mean(self):
        for ability in self:
            levels = [int(skill.level) for skill in ability.skill_ids]
            ability.skill_mean = sum(levels) / len(levels) if levels else 0.0

    def action_add_missing(self):
        """An empty profile for every member of the company's teams who has none."""
        self.check_access("create")
        company = self.env.company
        teams = self.env["crm.team"].search([("company_id", "in", (company.id, False))])
        known = self.with_context(active_test=False).search([("company_id", "=", company.id)]).user_id
        self.create(
            [
                {"company_id": company.id, "user_id": user.id}
                for user in teams._get_members_of(company) - known
            ]
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class StmAbilitySkill(models.Model):
    """How good somebody is at something, who said so and when."""

    _name = "stm.ability.skill"
    _description = "Skill of a Person"
    _order = "ability_id, kind, skill_id, id"
    _check_company_auto = True

    ability_id = fields.Many2one("stm.ability", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="ability_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one(related="ability_id.user_id", store=True, index=True, precompute=True)
    skill_id = fields.Many2one(
        "stm.skill", required=True, index=True, ondelete="restrict", check_company=True
    )
    kind = fields.Selection(related="skill_id.kind", store=True, precompute=True)
    level = fields.Selection(LEVELS, required=True, default="0")
    note = fields.Char(help="By what it shows: a certificate, a project, a visit together.")
    judged_by_id = fields.Many2one("res.users", "Judged by", readonly=True, copy=False, ondelete="restrict")
    judged_on = fields.Date(readonly=True, copy=False)

    _skill_unique = models.Constraint(
        "UNIQUE (ability_id, skill_id)", "A skill of a person is judged once: change the line that is there."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, **self._sign()} for vals in vals_list])

    def write(self, vals):
        if "level" in vals:
            vals = {**vals, **self._sign()}
        return super().write(vals)

    @api.model
    def _sign(self):
        return {"judged_by_id": self.env.uid, "judged_on": self.env.company._get_stm_today()}
