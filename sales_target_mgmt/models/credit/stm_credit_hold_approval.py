from odoo import fields, models

from ...tools.matching import assign
from .stm_credit_delegate import RELEASER
from .stm_credit_hold import WAITING


class StmCreditHold(models.Model):
    """Who has to let an order through, by what it comes to, and who has; asked of its last row.

    Approvals are counted by places: a person fills the own place at a level, or the place of
    somebody absent, never two. They count for the order as it was approved: one that grows, or goes
    to another payer, needs them again. Who sells or made the order, or sold it when it was held,
    fills no place, and neither does a delegate in the place of such a person.

    Levels go by what the order comes to and what other releases have let through for the customer
    or the customer's group in this company and is still open, see
    `stm_credit_exposure_released.py`: who cuts an order in two needs the level of both. Releases
    write to the customer's account first, as checks do, so that of two of them at the same time one
    counts the other.
    """

    _name = "stm.credit.hold"
    _inherit = ["stm.credit.hold", "stm.approval.mixin"]
    _approval_level = "stm.credit.release.level"

    def _get_order(self):
        return self.env["sale.order"].sudo().browse(self.order_id)

    def _get_round(self):
        """Rows since the last decision, the newest first."""
        rows = self._get_order().stm_hold_ids.sorted("id", reverse=True)
        ends = [place for place, row in enumerate(rows) if row.event not in WAITING]
        return rows[: ends[0]] if ends else rows

    def _get_approval_amount(self):
        order = self._get_order()
        released = self.env["stm.credit.exposure"]._get_released(order)
        return float(order._get_stm_credit_amount() + released[order])

    def _get_handed_in_on(self):
        return self._get_round()[-1:].date

    def _get_excluded(self):
        """Who sells or made the order, or sold it when something happened to it."""
        order = self._get_order()
        return order.user_id | order.create_uid | order.stm_hold_ids.seller_id

    def _get_approvals(self):
        """Approvals of the order as it is now, the newest of each person."""
        order = self._get_order()
        amount, payer, days = order._get_stm_credit_terms()
        today = order.company_id._get_stm_today()
        found = {}
        for row in self._get_round().filtered(lambda row: row.event == "approved"):
            is_same = row.partner_id.id == payer and row.term_days >= days and row.amount >= float(amount)
            if is_same and not (row.valid_until and row.valid_until < today):
                found.setdefault(row.user_id, row)
        return found

    def _get_common_end(self):
        """The last day on which all approvals hold; False: no end."""
        ends = (row.valid_until for row in self._get_approvals().values())
        return min(filter(None, ends), default=False)

    def _get_approved_by(self, requirement):
        """Whose places at a level are filled."""
        moments = {user: row.date for user, row in self._get_approvals().items()}
        return self._fill_places(requirement, moments)

    def _get_available(self, requirement):
        """Who could fill a place at a level that is still free."""
        delegates = self.env["stm.credit.delegate"]._get_delegates(self.company_id, requirement.users)
        members = self.env["res.users"]._get_role_members(RELEASER, self.company_id)
        people = requirement.users.union(*delegates.values()) & members
        moments = {user: row.date for user, row in self._get_approvals().items()}
        filled, now = len(self._fill_places(requirement, moments)), fields.Datetime.now()
        return people.filtered(
            lambda user: (
                user not in moments and len(self._fill_places(requirement, {**moments, user: now})) > filled
            )
        )

    def _fill_places(self, requirement, moments):
        """The places at a level that people fill, as many as can be.

        :param moments: user → when
        :return: whose places they are
        """
        excluded = self._get_excluded()
        members = self.env["res.users"]._get_role_members(RELEASER, self.company_id) - excluded
        places, people = requirement.users - excluded, [user for user in moments if user in members]
        taken = self.env["stm.credit.delegate"]._get_places(self.company_id, moments)
        can = [[int(place in user | taken[user]) for place in places] for user in people]
        pairs = zip(can, assign(can), strict=True)
        return places.browse(places.ids[at] for row, at in pairs if at is not None and row[at])

    def _get_represented(self):
        """Names of the absent people in whose place the user approves; False: in the own."""
        user, now = self.env.user, fields.Datetime.now()
        needed = [one.users for one, _count in self._get_missing() if user not in one.users]
        taken = self.env["stm.credit.delegate"]._get_places(self.company_id, {user: now})[user]
        absent = (taken & user.union(*needed)) - self._get_excluded() - user
        return ", ".join(absent.mapped("name")) or False

    def _get_asked(self):
        """Who is asked to decide: who is needed next; delegates in place of those who are absent."""
        missing = self._get_missing()
        if not missing:
            members = self.env["res.users"]._get_role_members(RELEASER, self.company_id)
            return members - self._get_excluded()
        people = self.env["res.users"].union(*(self._get_available(one) for one, _count in missing))
        delegates = self.env["stm.credit.delegate"]._get_delegates(self.company_id, people)
        return people.filtered(lambda user: not (delegates.get(user, user.browse()) & people))
