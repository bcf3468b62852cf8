from datetime import timedelta

from odoo import models
from odoo.tools import SQL

CALL, TASK = "mail.mail_activity_data_call", "mail.mail_activity_data_todo"
WRITTEN = ("mail", "portal")
RENDERED = ("subject", "body_html", "email_from")


class StmCollectionEngine(models.AbstractModel):
    """Mails, messages and tasks of the steps that are taken, a batch at a time."""

    _inherit = "stm.collection.engine"

    def _deliver(self, company, taken):
        """Queue mails and write messages and tasks.

        :param taken: {case id: (its plan, id of its log)}
        """
        cases = self.env["stm.collection.case"].browse(taken)
        logs = self.env["stm.collection.log"]
        tasks, written = [], {}
        for case in cases:
            plan, log = taken[case.id]
            if plan.step.channel == "mail" and not case.contact_id.email:
                logs |= logs.browse(log)
                tasks.append(self._get_task(case, plan, TASK, self._get_collector(case)))
            elif plan.step.channel in WRITTEN:
                written.setdefault((plan.step._get_template(), plan.step.channel), []).append(case)
            elif plan.step.channel == "call":
                tasks.append(self._get_task(case, plan, CALL, self._get_collector(case)))
            tasks += [self._get_task(case, plan, TASK, user) for user in self._get_others(case, plan.step)]
        logs.write({"result": "address"})
        for (template, channel), some in written.items():
            self._write_messages(template, channel, cases.browse([case.id for case in some]), taken)
        charged = cases.filtered(lambda case: taken[case.id][0].step.has_fee)
        self.env["stm.collection.fee"]._propose(charged)
        quick = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        quick.create(tasks)

    def _browse(self, model, xmlid):
        """A shipped record, without asking each time whether it exists."""
        return self.env[model].browse(self.env["ir.model.data"]._xmlid_to_res_id(xmlid))

    def _get_collector(self, case):
        """Who does what has to be done by hand."""
        company = case.company_id
        if user := case.user_id or company.stm_collector_id:
            return user
        group = self._browse("res.groups", "account.group_account_invoice")
        members = group.all_user_ids.filtered(lambda one: company in one.company_ids and not one.share)
        return members.sorted("id")[:1] or self.env.user

    def _get_others(self, case, step):
        if step.escalation == "salesperson":
            return case.salesperson_id
        if step.escalation == "leader":
            return case.leader_id
        if step.escalation == "controller":
            group = self._browse("res.groups", "sales_target_mgmt.group_credit_controller")
            root = self._browse("res.users", "base.user_root")
            return group.all_user_ids.filtered(lambda one: case.company_id in one.company_ids) - root
        return self.env["res.users"]

    def _get_task(self, case, plan, kind, user):
        return {
            "res_model_id": self.env["ir.model"]._get_id("stm.collection.case"),
            "res_id": case.id,
            "activity_type_id": self._browse("mail.activity.type", kind).id,
            "user_id": user.id,
            "summary": plan.step.name,
            "date_deadline": case.company_id._get_stm_today() + timedelta(days=plan.step.answer_days),
        }

    def _write_messages(self, template, channel, cases, taken):
        """Render in the customers' languages and queue, or put on the oldest invoice for the portal."""
        texts = template.sudo()._generate_template(cases.ids, RENDERED)
        values = [
            {
                "subject": texts[case.id]["subject"],
                "body": texts[case.id]["body_html"],
                "email_from": texts[case.id].get("email_from") or case.company_id.email_formatted,
                "author_id": case.company_id.partner_id.id,
                "model": "stm.collection.case",
                "res_id": case.id,
                "record_name": case.partner_id.name,
            }
            for case in cases
        ]
        if channel == "mail":
            messages = self._queue_mails(cases, values)
        else:
            subtype = self._browse("mail.message.subtype", "mail.mt_comment").id
            for case, row in zip(cases, values, strict=True):
                invoice = taken[case.id][0].invoice
                row |= {"model": "account.move", "res_id": invoice, "message_type": "comment"}
                row["subtype_id"] = subtype
            messages = self.env["mail.message"].create(values)
        logs = {taken[case.id][1]: message.id for case, message in zip(cases, messages, strict=True)}
        self._link_messages(logs)

    def _link_messages(self, messages):
        """:param messages: {id of a log: id of its message}; in one statement, for Odoo writes a hundred"""
        logs = self.env["stm.collection.log"].browse(messages)
        logs.flush_recordset(["mail_id"])
        self.env.cr.execute(
            SQL(
                """UPDATE stm_collection_log l SET mail_id = m.mail_id
                FROM UNNEST(%s::int[], %s::int[]) AS m (log_id, mail_id) WHERE l.id = m.log_id""",
                list(messages),
                list(messages.values()),
            )
        )
        logs.invalidate_recordset(["mail_id"], flush=False)

    def _queue_mails(self, cases, values):
        for case, row in zip(cases, values, strict=True):
            row |= {
                "body_html": row["body"],
                "recipient_ids": [(6, 0, case.contact_id.ids)],
                "message_type": "email_outgoing",
                "is_notification": True,
                "auto_delete": True,
                "reply_to": row["email_from"],
            }
        return self.env["mail.mail"].create(values).mail_message_id
