from odoo import SUPERUSER_ID, models
from odoo.tools import plaintext2html

from .stm_credit_account_decision import CONTROLLER
from .stm_credit_hold import WAITING

ACTIVITY = "sales_target_mgmt.mail_activity_type_credit_hold"


class SaleOrder(models.Model):
    """Who is told that an order waits, and what was decided."""

    _inherit = "sale.order"

    def _validate_order(self):
        """The customer has signed: a hold remembers who asked for it."""
        return super(SaleOrder, self.with_context(stm_asked_by_customer=True))._validate_order()

    def _is_stm_being_checked(self):
        """Whether the customer has asked for the order and waits; what for is none of the customer's."""
        order = self.sudo()
        waits = order.stm_hold_event in (*WAITING, "released", "cleared")
        return waits and order.stm_hold_id.is_by_customer

    def _stm_tell_seller(self, describe):
        """A note on the order, in the inbox of who sells it; customers never see notes.

        :param describe: function of the order that gives the text, called in the seller's language
        """
        seller = self.sudo().user_id.partner_id
        author = self.env.user if self.env.user._is_internal() else self.env["res.users"].browse(SUPERUSER_ID)
        lang = seller.lang or self.sudo().company_id.partner_id.lang
        order = self.sudo().with_user(author).sudo().with_context(lang=lang)
        order.message_post(
            body=plaintext2html(describe(order)),
            subtype_xmlid="mail.mt_note",
            partner_ids=(seller - author.partner_id).ids,
        )

    def _ask_stm_deciders(self, deadline):
        """An activity for everybody who could decide about the order; for controllers, if nobody can."""
        self._drop_stm_hold_activities()
        people = self.sudo().stm_hold_id._get_asked()
        self._ask_stm_people(people, deadline, lambda text: text.env._("Release or refuse the held order"))
        if not people:
            self._ask_stm_controllers(
                deadline, lambda text: text.env._("Nobody may release this order: name somebody who may")
            )

    def _ask_stm_controllers(self, deadline, describe):
        """An activity for the controllers of the company who have none about the hold yet."""
        order = self.sudo()
        members = self.env["res.users"]._get_role_members(CONTROLLER, order.company_id)
        asked = order.activity_search([ACTIVITY]).user_id
        self._ask_stm_people(members - order.user_id - order.create_uid - asked, deadline, describe)

    def _ask_stm_people(self, people, deadline, describe):
        """An activity for each of these people.

        :param describe: function of the order that gives the summary, called in the person's language
        """
        order = self.sudo().with_user(SUPERUSER_ID)
        for user in people:
            text = order.with_context(lang=user.lang)
            text.activity_schedule(
                ACTIVITY,
                deadline,
                summary=describe(text),
                note=text._describe_stm_kept_reasons(order.stm_hold_id.reasons).replace("\n", "<br/>"),
                user_id=user.id,
            )

    def _drop_stm_hold_activities(self):
        self.sudo().activity_unlink([ACTIVITY])
