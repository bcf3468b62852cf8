from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime, formatLang

SHOWN = ("earned", "payable", "waiting", "draw_balance")
# so many statements are named in a message
NAMED = 5


class StmCommissionStatement(models.Model):
    """Checking posts what was shown, or nothing.

    The facts may have changed since the computation. Checking computes again under the lock of
    the plans, up to the same day, and refuses with the difference if an entry is another one.
    """

    _inherit = "stm.commission.statement"

    def action_check(self):
        self._check_admin()
        for statement in self:
            statement._check_state("computed")
        self._check_fresh()
        return super().action_check()

    def action_compute_again(self):
        """Compute the plans behind open statements again, up to today."""
        self._check_admin()
        for statement in self:
            statement._check_state("computed")
        for company, statements in self.grouped("company_id").items():
            statements._compute_plans(company._get_stm_today())
        return None if self.exists() == self else self._get_list_action()

    def _check_fresh(self):
        """Compute again, as the computation that is shown did.

        :raises UserError: if anything in these statements is different from what was shown
        """
        labels = {statement: statement.display_name for statement in self}
        computed = {statement: statement.computed_on for statement in self}
        currencies = {statement: statement.currency_id for statement in self}
        before = {statement: statement._get_shown() for statement in self}
        digests = self._get_digests()
        for until, statements in self.grouped("computed_until").items():
            for company, ours in statements.grouped("company_id").items():
                ours._compute_plans(until or company._get_stm_today())
        left = self.exists()
        digests_now = left._get_digests()
        found = []
        for statement in self:
            now = statement._get_shown() if statement in left else dict.fromkeys(SHOWN, 0.0)
            seen = statement._get_seen(before[statement])
            changes = self._describe_changes(seen, now, currencies[statement])
            if changes or digests.get(statement.id) != digests_now.get(statement.id):
                found.append((statement, changes))
        if found:
            raise UserError(self._describe_stale(found, labels, computed))

    def _get_seen(self, stored):
        """The amounts on the screen of who presses the button, where the client tells them."""
        seen = self.env.context.get("stm_seen")
        if not isinstance(seen, dict):
            return stored
        numbers = {name: seen[name] for name in SHOWN if isinstance(seen.get(name), (int, float))}
        return {**stored, **numbers}

    def _get_shown(self):
        self.ensure_one()
        return {name: self[name] for name in SHOWN}

    def _get_digests(self):
        """Statement id → digest of its entries."""
        if not self:
            return {}
        self.env["stm.commission.entry"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT statement_id, md5(string_agg(concat_ws('|', lineage_id, component, kind,
                        source_key, amount, payable), ';'
                        ORDER BY lineage_id, component, kind, source_key, revision))
                    FROM stm_commission_entry WHERE statement_id IN %s GROUP BY statement_id""",
                    tuple(self.ids),
                )
            )
        )

    def _compute_plans(self, until):
        """Compute every plan that has entries here; in the order they began, which is the same for all.

        Of several plans in a statement one may have been posted further by others' statements.
        """
        for origin in self.sudo().entry_ids.lineage_id._get_origins_in_order():
            last = max(until, origin._get_posted_until() or until)
            self.env["stm.commission.engine"]._settle(origin, last)

    def _describe_changes(self, before, now, currency):
        texts = []
        for name in SHOWN:
            if not currency.is_zero(now[name] - before[name]):
                texts.append(
                    self.env._(
                        "%(what)s %(before)s → %(now)s",
                        what=self._fields[name]._description_string(self.env),
                        before=formatLang(self.env, before[name], currency_obj=currency),
                        now=formatLang(self.env, now[name], currency_obj=currency),
                    )
                )
        return ", ".join(texts)

    def _describe_stale(self, found, labels, computed):
        lines = [
            self.env._(
                "“%(statement)s”, computed %(when)s: %(changes)s",
                statement=labels[statement],
                when=format_datetime(self.env, computed[statement]) if computed[statement] else "–",
                changes=changes or self.env._("the sums are the same, entries are others"),
            )
            for statement, changes in found[:NAMED]
        ]
        if len(found) > NAMED:
            lines.append(self.env._("and %s more", len(found) - NAMED))
        return self.env._(
            "Documents have changed since this was computed, so nothing was posted:\n\n%s\n\n"
            "Press “Compute Again”, look at the entries, and check then.",
            "\n".join(lines),
        )

    def _get_list_action(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_statement_action"
        )
