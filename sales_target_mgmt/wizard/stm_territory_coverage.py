from odoo import api, fields, models
from odoo.tools import SQL

from ..models.stm_links import check_links


class StmTerritoryCoverage(models.TransientModel):
    """Who has no territory in a division on a day, and which rules overlap, down to the customers."""

    _name = "stm.territory.coverage"
    _description = "Coverage of a Division"

    division_id = fields.Many2one("stm.territory.division", required=True, ondelete="cascade")
    date = fields.Date("Day", required=True, default=lambda self: self.env.company._get_stm_today())
    customer_count = fields.Integer("Customers", readonly=True)
    gap_count = fields.Integer("Without a Territory", readonly=True)
    overlap_count = fields.Integer("Hit by Two Rules", readonly=True)
    accepted_count = fields.Integer("Accepted", readonly=True)
    is_complete = fields.Boolean("Complete", readonly=True)
    line_ids = fields.One2many("stm.territory.coverage.line", "coverage_id", "Gaps and Overlaps")

    @api.depends("division_id")
    def _compute_display_name(self):
        for coverage in self:
            coverage.display_name = self.env._("Coverage")

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "division_id")
        coverages = super().create(vals_list)
        for coverage in coverages:
            coverage._check()
        return coverages

    def write(self, vals):
        result = super().write(vals)
        if {"date", "division_id"} & vals.keys():
            for coverage in self:
                coverage._check()
        return result

    @api.model
    def _open(self, division, day):
        """The action that asks to check a division on a day; what it finds is found when that is saved."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Coverage"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_division_id": division.id, "default_date": fields.Date.to_string(day)},
        }

    def action_check(self):
        """Look again."""
        self.ensure_one()
        self._check()
        return self._show()

    def _show(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Coverage"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_view_lines(self):
        """The whole list, to choose and accept many at once."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_territory_coverage_line_action"
        )
        return {**action, "domain": [("coverage_id", "=", self.id)]}

    def _check(self):
        self.ensure_one()
        self.check_access("write")
        self.division_id.check_access("read")
        number, gaps, overlaps = self.division_id._get_coverage(self.date)
        self.env.execute_query(
            SQL("DELETE FROM stm_territory_coverage_line WHERE coverage_id = %s RETURNING id", self.id)
        )
        self.invalidate_recordset(["line_ids"])
        rows = [("gap", partner, None, None, exception) for partner, exception in gaps]
        rows += [("overlap", partner, one, other, exception) for one, other, partner, exception in overlaps]
        if rows:
            self._insert(rows)
        accepted = sum(bool(row[-1]) for row in rows)
        self.update(
            {
                "customer_count": number,
                "gap_count": len(gaps),
                "overlap_count": len({partner for _one, _other, partner, _exception in overlaps}),
                "accepted_count": accepted,
                "is_complete": accepted == len(rows),
            }
        )

    def _insert(self, rows):
        """A hundred thousand gaps are a list as well, so that they are not created one by one."""
        kinds, partners, rules, others, exceptions = map(list, zip(*rows, strict=True))
        self.env.execute_query(
            SQL(
                """INSERT INTO stm_territory_coverage_line (coverage_id, kind, partner_id, rule_id,
                    other_rule_id, exception_id, create_uid, create_date, write_uid, write_date)
                SELECT %(id)s, r.*, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                FROM unnest(%(kinds)s::varchar[], %(partners)s::integer[], %(rules)s::integer[],
                    %(others)s::integer[], %(exceptions)s::integer[]) r RETURNING id""",
                id=self.id,
                uid=self.env.uid,
                kinds=kinds,
                partners=partners,
                rules=rules,
                others=others,
                exceptions=exceptions,
            )
        )
        self.invalidate_recordset(["line_ids"])


class StmTerritoryCoverageLine(models.TransientModel):
    _name = "stm.territory.coverage.line"
    _description = "Gap or Overlap"
    _order = "exception_id desc, kind desc, id"

    coverage_id = fields.Many2one("stm.territory.coverage", required=True, index=True, ondelete="cascade")
    kind = fields.Selection([("gap", "No territory"), ("overlap", "Two rules")], required=True)
    partner_id = fields.Many2one("res.partner", "Customer", ondelete="cascade")
    country_id = fields.Many2one(related="partner_id.country_id")
    zip = fields.Char(related="partner_id.zip")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    rule_id = fields.Many2one("stm.territory.rule", "One Rule", ondelete="cascade")
    territory_id = fields.Many2one(related="rule_id.territory_id", string="Its Territory")
    other_rule_id = fields.Many2one("stm.territory.rule", "The Other", ondelete="cascade")
    other_territory_id = fields.Many2one(related="other_rule_id.territory_id", string="The Other's Territory")
    exception_id = fields.Many2one("stm.territory.exception", "Acceptance", ondelete="set null")
    reason = fields.Text(related="exception_id.reason", string="Accepted because")

    def action_accept(self):
        """Ask why these may stay."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept with a reason"),
            "res_model": "stm.territory.accept",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_ids": self.filtered(lambda line: not line.exception_id).ids},
        }

    def action_give(self):
        """Name these customers in a territory, by the dialog that shows first what changes."""
        self.check_access("write")
        division = self.coverage_id.division_id
        division.ensure_one()
        action = division.action_move()
        given = {
            "default_partner_ids": self.partner_id.ids,
            "default_date": fields.Date.to_string(self.coverage_id[:1].date),
        }
        return {**action, "context": action["context"] | given}


class StmTerritoryAccept(models.TransientModel):
    """Asks why a gap or an overlap may stay."""

    _name = "stm.territory.accept"
    _description = "Accept Gaps and Overlaps"

    line_ids = fields.Many2many("stm.territory.coverage.line", string="Gaps and Overlaps")
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Accept each with the reason; the access rights to the exceptions decide who may."""
        self.ensure_one()
        self.check_access("write")
        subjects = {}
        for line in self.line_ids.filtered(lambda one: not one.exception_id):
            values = {"division_id": line.coverage_id.division_id.id, "reason": self.reason}
            if line.kind == "gap":
                subjects[line.partner_id.id] = {**values, "partner_id": line.partner_id.id}
            else:
                pair = {"rule_id": line.rule_id.id, "other_rule_id": line.other_rule_id.id}
                subjects[line.rule_id, line.other_rule_id] = {**values, **pair}
        self.env["stm.territory.exception"].create(list(subjects.values()))
        coverage = self.line_ids.coverage_id[:1]
        return coverage.action_check() if coverage else {"type": "ir.actions.act_window_close"}
