from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import formatLang

from ..stm_guard import guard_rows
from .read_once import read_once
from .stm_approval_level_mixin import Requirement

# what comes later: that a change waits, and once who confirmed it
LATER = "'{is_pending,confirmed_by_id,confirmed_on,write_uid,write_date}'::text[]"
KEPT = f"""TG_OP = 'DELETE' OR OLD.confirmed_by_id IS NOT NULL
    OR OLD.is_pending AND NOT NEW.is_pending AND NEW.confirmed_by_id IS NULL
    OR to_jsonb(OLD) - {LATER} <> to_jsonb(NEW) - {LATER}"""


class StmApprovalChange(models.Model):
    """What somebody did to a level of approval.

    Rows come with the change, and only a confirmation is added to them: the database refuses more.
    A change that asks for more counts at once. What it asks less for is asked for until a second
    person of the role has confirmed it, and for good of documents that were handed in before: so
    nobody lowers a level alone and then approves alone. Where there is no second person, nothing
    waits.
    """

    _name = "stm.approval.change"
    _description = "Change of an Approval Level"
    _inherit = ["stm.log.mixin"]
    _order = "id desc"

    name = fields.Char("Level", required=True, readonly=True)
    res_model = fields.Selection("_get_kinds", "Kind", required=True, readonly=True)
    res_id = fields.Integer("Level ID", required=True, readonly=True, aggregator=None)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "Changed By", required=True, readonly=True, ondelete="restrict")
    changed_on = fields.Datetime("On", required=True, readonly=True)
    terms_before = fields.Json(readonly=True, help="Empty: the level is new.")
    terms_after = fields.Json(readonly=True, help="Empty: the level was deleted.")
    before = fields.Char(compute="_compute_texts")
    after = fields.Char(compute="_compute_texts")
    is_pending = fields.Boolean("To Confirm", readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    confirmed_on = fields.Datetime(readonly=True)

    _of_level = models.Index("(res_model, company_id, changed_on)")

    def init(self):
        guard_rows(self.env.cr, self._table, KEPT, "What was done to approval levels is noted for good.")

    @api.model
    def _get_kinds(self):
        kinds = self.env.registry.descendants(["stm.approval.level.mixin"], "_inherit")
        models = self.env["ir.model"]
        return [(name, models._get(name).name) for name in sorted(kinds) if not self.env[name]._abstract]

    @api.depends("terms_before", "terms_after")
    @api.depends_context("lang")
    def _compute_texts(self):
        for change in self:
            change.before = change._describe(change.terms_before) or self.env._("new")
            change.after = change._describe(change.terms_after) or self.env._("deleted")

    def action_confirm(self):
        """Confirm what somebody else changed: from now on only the new terms are asked for.

        :raises AccessError: if the user lacks the role
        :raises UserError: if the user made one of the changes, or nothing waits
        """
        self.check_access("read")
        for change in self:
            if not self.env.user.has_group(self.env[change.res_model]._get_keeper_role()):
                raise AccessError(self.env._("Only who can change approval levels confirms a change."))
            if not change.is_pending:
                raise UserError(self.env._("The change of “%s” does not wait for anybody.", change.name))
            others = change._get_others()
            if change.user_id == self.env.user and others:
                raise UserError(
                    self.env._(
                        "You have changed “%(level)s” yourself, somebody else confirms it: %(names)s.",
                        level=change.name,
                        names=", ".join(others.mapped("name")),
                    )
                )
        values = {"is_pending": False, "confirmed_by_id": self.env.uid}
        values["confirmed_on"] = fields.Datetime.now()
        self._write_guarded(values)

    def _refuse(self):
        raise UserError(self.env._("What was done to approval levels is noted for good."))

    @api.model
    def _note(self, levels, before):
        """Note what levels ask for now.

        :param before: {level: terms}, without those that are new
        """
        for level in levels:
            terms = level._get_terms()
            if terms != before.get(level):
                self._add(level, level.name, before.get(level), terms)

    @api.model
    def _note_deleted(self, before, names):
        for level, terms in before.items():
            self._add(level, names[level], terms, None)

    def _add(self, level, name, before, after):
        change = self.sudo().create(
            {
                "name": name,
                "res_model": level._name,
                "res_id": level.id,
                # where it is asked for less
                "company_id": (before or after)["company_id"],
                "user_id": self.env.uid,
                "changed_on": fields.Datetime.now(),
                "terms_before": before,
                "terms_after": after,
            }
        )
        others = change._get_others()
        # installation and data files are nobody's decision
        if before and others and not self.env.su:
            change._write_guarded({"is_pending": True})
            for user in others:
                change._tell(user)

    def _get_others(self):
        """Who could confirm a change."""
        role = self.env[self.res_model]._get_keeper_role()
        return self.env["res.users"]._get_role_members(role, self.company_id) - self.user_id

    def _tell(self, user):
        text = self.with_context(lang=user.lang)
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject=text.env._("An approval level was changed: %s", self.name),
            body=text.env._(
                "%(user)s has changed “%(level)s”. Before: %(before)s. Now: %(after)s. What it asks less for "
                "is asked for until you or somebody else confirms it.",
                user=self.user_id.name,
                level=self.name,
                before=text._describe(self.terms_before),
                after=text._describe(self.terms_after) or text.env._("deleted"),
            ),
        )

    def _describe(self, terms):
        """Terms in words; empty if there are none."""
        if not terms:
            return ""
        company = self.env["res.company"].sudo().browse(terms["company_id"]).exists()
        users, group = self._find_people(terms)
        text = self.env._(
            "from %(amount)s, %(needed)s of %(names)s",
            amount=formatLang(self.env, terms["amount"], currency_obj=company.currency_id),
            needed=terms["needed"],
            names=", ".join(filter(None, [*users.mapped("name"), group.display_name])),
        )
        return text if terms["active"] else self.env._("archived (%s)", text)

    def _find_people(self, terms):
        users = self.env["res.users"].sudo().browse(terms["user_ids"]).exists()
        return users, self.env["res.groups"].sudo().browse(terms["group_id"] or ()).exists()

    @api.model
    def _get_binding(self, model, company, asked_on):
        """Changes before which more was asked for than now, of a document handed in on a day.

        :param asked_on: when it was, or False
        """
        changes = self._get_changes(model, company)
        found = changes.filtered("is_pending")
        if asked_on:
            # the first one since then tells what was asked for then
            late = changes.filtered(lambda change: change.changed_on >= asked_on)
            found |= self.union(*{change.res_id: change for change in late}.values())
        return found.filtered(lambda change: change.terms_before and change.terms_before["active"])

    @api.model
    @read_once
    def _get_changes(self, model, company):
        """All changes of the levels of a company, the newest first."""
        return self.sudo().search([("res_model", "=", model), ("company_id", "=", company.id)])

    def _get_requirement(self, excluded):
        """What was asked for before the change.

        Of a confirmed change as much as can still be had: otherwise a document would wait for good
        for somebody who has left. An unconfirmed one waits for its confirmation.

        :param excluded: who cannot approve the document in any case
        """
        terms = self.terms_before
        levels = self.env[self.res_model]
        users = levels._find_approvers(*self._find_people(terms), self.company_id)
        needed = terms["needed"] if self.is_pending else min(terms["needed"], len(users - excluded))
        level = levels.sudo().browse(self.res_id).exists()
        name = self.env._(
            "%(level)s, as it was until %(day)s", level=self.name, day=fields.Date.to_string(self.changed_on)
        )
        return Requirement(level, self, name, terms["amount"], needed, users)
