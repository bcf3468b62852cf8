from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class StmTerritoryRole(models.Model):
    """What somebody does in a territory: owner, specialist, inside sales, service, …"""

    _name = "stm.territory.role"
    _description = "Role in a Territory"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_owner = fields.Boolean(
        "Responsible", help="Who has such a role answers for the territory; without one it is vacant."
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    active = fields.Boolean(default=True)


class StmTerritoryAssignment(models.Model):
    """Somebody looks after a territory from one day to another, both included."""

    _name = "stm.territory.assignment"
    _description = "Person in a Territory"
    _order = "territory_id, date_from, id"
    _check_company_auto = True

    territory_id = fields.Many2one("stm.territory", required=True, index=True, ondelete="cascade")
    division_id = fields.Many2one(related="territory_id.division_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="division_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one(
        "res.users", "Person", required=True, index=True, ondelete="restrict",
        domain="[('share', '=', False)]", check_company=True,
    )  # fmt: skip
    role_id = fields.Many2one(
        "stm.territory.role", required=True, ondelete="restrict", check_company=True,
        default=lambda self: self.env["stm.territory.role"].search([], limit=1),
    )  # fmt: skip
    date_from = fields.Date("From", help="Empty: since ever.")
    date_to = fields.Date("To", help="The last day. Empty: until further notice.")
    note = fields.Char()

    _dates = models.Constraint(
        "CHECK (date_from <= date_to)", "A person leaves a territory before coming to it."
    )

    @api.constrains("territory_id", "user_id", "role_id", "date_from", "date_to")
    def _check_overlap(self):
        for one in self:
            twin = self.search(
                [
                    ("id", "!=", one.id),
                    ("territory_id", "=", one.territory_id.id),
                    ("user_id", "=", one.user_id.id),
                    ("role_id", "=", one.role_id.id),
                    *self._get_covering_domain(one.date_from, one.date_to),
                ],
                limit=1,
            )
            if twin:
                raise ValidationError(
                    self.env._(
                        "%(person)s is “%(role)s” of “%(territory)s” twice at the same time: "
                        "change the dates of one of the two lines.",
                        person=one.user_id.name,
                        role=one.role_id.name,
                        territory=one.territory_id.display_name,
                    )
                )

    def _hand_over(self, day, user, territory):
        """End this on the day before; who follows here, and where the person goes, from the day on.

        :param user: who follows, may be empty: the territory may fall vacant
        :param territory: where the person goes, may be empty
        :raises UserError: if the person is not there on that day
        """
        self.ensure_one()
        if not self._covers(day):
            raise UserError(
                self.env._(
                    "%(person)s is not in “%(territory)s” on %(day)s.",
                    person=self.user_id.name,
                    territory=self.territory_id.display_name,
                    day=day,
                )
            )
        vals_list = []
        if user:
            vals_list += self.copy_data({"user_id": user.id, "date_from": day})
        if territory:
            vals_list += self.copy_data({"territory_id": territory.id, "date_from": day})
        if self.date_from == day:
            self.unlink()
        else:
            self.date_to = day - timedelta(days=1)
        self.create(vals_list)

    def _covers(self, day):
        self.ensure_one()
        return (not self.date_from or self.date_from <= day) and (not self.date_to or self.date_to >= day)

    @api.model
    def _get_covering_domain(self, first, last=None):
        """Domain of what overlaps the days from first to last.

        :param first: a date; False: since ever
        :param last: a date, the same as first where not given; False: without end
        """
        last = first if last is None else last
        domain = []
        if last:
            domain += ["|", ("date_from", "=", False), ("date_from", "<=", last)]
        if first:
            domain += ["|", ("date_to", "=", False), ("date_to", ">=", first)]
        return domain
