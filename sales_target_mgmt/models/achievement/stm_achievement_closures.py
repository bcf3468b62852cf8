from odoo import models
from odoo.tools import SQL

# dimensions whose records contain their descendants
TREES = {"categ_id": "product_category", "territory_id": "stm_territory"}
# dimensions as of now, which no document bears: they are those of the customer
OF_CUSTOMER = ("customer_class_id", "membership_id")
# dimensions that a request names by one record and facts have by another: → their column
CLOSURES = {**{name: name for name in TREES}, **dict.fromkeys(OF_CUSTOMER, "commercial_partner_id")}


class StmAchievement(models.Model):
    """Dimensions that a request names by one record and facts have by others."""

    _inherit = "stm.achievement"

    def _get_secondary_territories(self, wanted):
        """Ids of the territories asked for that belong to a division that is not primary."""
        asked = {request.dimensions.get("territory_id") for request, _measure in wanted.values()} - {
            None,
            False,
        }
        if not asked:
            return set()
        rows = self.env.execute_query(
            SQL(
                """SELECT t.id FROM stm_territory t JOIN stm_territory_division d ON d.id = t.division_id
                WHERE t.id = ANY(%s) AND d.is_primary IS NOT TRUE""",
                list(asked),
            )
        )
        return {territory for (territory,) in rows}

    def _select_closure(self, name, roots):
        """SQL of (root, id): the records by which facts know what was asked for."""
        if name == "customer_class_id":
            return SQL(
                "SELECT class_id AS root, partner_id AS id FROM stm_customer_profile WHERE class_id IN %s",
                roots,
            )
        if name == "membership_id":
            return SQL(
                """SELECT a.id AS root, m.partner_id AS id FROM stm_territory a
                JOIN stm_territory d ON d.parent_path LIKE a.parent_path || '%%'
                JOIN stm_territory_member m ON m.territory_id = d.id AND m.date_from <= %(today)s
                    AND (m.date_to IS NULL OR m.date_to >= %(today)s)
                WHERE a.id IN %(roots)s""",
                today=self.env.company._get_stm_today(),
                roots=roots,
            )
        return SQL(
            """SELECT a.id AS root, d.id FROM %(table)s a
            JOIN %(table)s d ON d.parent_path LIKE a.parent_path || '%%'
            WHERE a.id IN %(roots)s""",
            table=SQL.identifier(TREES[name]),
            roots=roots,
        )
