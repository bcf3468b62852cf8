from odoo import models
from odoo.tools import SQL


class StmApprovalMixin(models.AbstractModel):
    """Documents that are approved at levels by their amount.

    A concrete model names the model of its levels (`stm.approval.level.mixin`) and says what its
    amount is, when it was handed in, who has approved and who never can.
    """

    _name = "stm.approval.mixin"
    _description = "Approval at Levels"
    _approval_level = None

    def _serialize_decisions(self):
        """Write the rows before they are read: of two who decide at once one is retried and sees all.

        In the order of their ids, so that nobody waits for who waits.
        """
        self.flush_recordset()
        table = SQL.identifier(self._table)
        self.env.cr.execute(
            SQL(
                """UPDATE %s SET write_date = write_date
                WHERE id IN (SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR UPDATE)""",
                table,
                table,
                self.ids,
            )
        )
        self.invalidate_recordset()

    def _get_approval_amount(self):
        """What levels go by, in the currency of the company."""
        raise NotImplementedError

    def _get_handed_in_on(self):
        """When others were asked; what levels asked for then is asked for at least."""
        raise NotImplementedError

    def _get_approved_by(self, requirement):
        """Users whose approval counts for a requirement."""
        raise NotImplementedError

    def _get_excluded(self):
        """Users who cannot approve it, whatever their level."""
        return self.env["res.users"]

    def _get_requirements(self, amount=None):
        """What the levels ask for, now and before changes that do not count for it; the lowest first.

        :param amount: what levels go by, where it is known already
        """
        self.ensure_one()
        amount = self._get_approval_amount() if amount is None else amount
        company = self.sudo().company_id
        levels = self.env[self._approval_level]._get_levels(company)
        found = [requirement for requirement in levels if requirement.amount <= amount]
        for change in self.env["stm.approval.change"]._get_binding(
            self._approval_level, company, self._get_handed_in_on()
        ):
            earlier = change._get_requirement(self._get_excluded())
            is_asked = earlier.amount <= amount and earlier.needed
            if is_asked and not any(one.covers(earlier) for one in found):
                found.append(earlier)
        return sorted(found, key=lambda one: one.amount)

    def _get_missing(self, amount=None):
        """(requirement, number of approvals that it lacks), the lowest first."""
        counts = [
            (requirement, requirement.needed - len(self._get_approved_by(requirement)))
            for requirement in self._get_requirements(amount)
        ]
        return [(requirement, count) for requirement, count in counts if count > 0]

    def _get_available(self, requirement):
        """Who could still approve."""
        return requirement.users - self._get_approved_by(requirement) - self._get_excluded()

    def _describe_missing(self, missing):
        """Who still has to approve, in words."""
        parts = []
        for requirement, count in missing:
            people = self._get_available(requirement)
            values = {
                "level": requirement.name,
                "count": count,
                "names": ", ".join(people.mapped("name")) or "–",
            }
            if requirement.change.is_pending:
                text = self.env._(
                    "“%(level)s” (%(count)s of %(names)s, unless its change is confirmed)", **values
                )
            elif len(people) < count:
                text = self.env._(
                    "“%(level)s” (%(count)s, but only %(names)s could: add an approver)", **values
                )
            else:
                text = self.env._("“%(level)s” (%(count)s of %(names)s)", **values)
            parts.append(text)
        return ", ".join(parts)

    def _describe_wait(self, missing):
        """That it waits, and for whom."""
        return self.env._(
            "“%(document)s” waits for the approval at %(levels)s.",
            document=self.display_name,
            levels=self._describe_missing(missing),
        )
