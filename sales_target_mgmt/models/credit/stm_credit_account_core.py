from odoo import api, fields, models
from odoo.tools import SQL

# what changes of an account Odoo's own fields follow
FED_BY = frozenset(("limit_state", "credit_limit", "grade_id", "is_blocked", "company_id", "partner_id"))


class StmCreditAccount(models.Model):
    """Odoo's own limit and degree of trust follow the accounts of companies that control credit.

    One way: `res.partner.credit_limit` has no state, and its zero means “not checked”. So an
    unlimited account is fed as 0, a limit of zero as the smallest amount of the currency, and an
    undecided one leaves there what was there before.
    """

    _inherit = "stm.credit.account"

    core_before = fields.Json("Before", copy=False, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._feed_core()
        return accounts

    def write(self, vals):
        names = FED_BY & vals.keys()
        before = {account: [account[name] for name in names] for account in self} if names else {}
        result = super().write(vals)
        # most ratings leave the grade as it was
        changed = [one for one, values in before.items() if values != [one[name] for name in names]]
        self.browse(account.id for account in changed)._feed_core()
        return result

    def _touch(self):
        """Write the account, so that an order that is checked at the same time is checked again."""
        self.sudo().write({"checked_at": fields.Datetime.now()})
        self._feed_core()

    def _feed_core(self):
        for company, accounts in self.sudo().grouped("company_id").items():
            if company.stm_credit_control:
                accounts._write_core(company, accounts._prepare_core(company))

    def _prepare_core(self, company):
        """(account id, limit or None, trust or None) of each; None: what was there before."""
        rows = self._read_accounts(company, self.partner_id)
        smallest = company.currency_id.rounding
        prepared = []
        for account in self:
            row = rows[account.partner_id.id]
            limit = None
            if row.limit_state != "unset":
                limit = 0.0 if row.limit is None else max(float(row.limit), smallest)
            trust = "bad" if account.is_blocked else account.grade_id.trust or None
            prepared.append((account.id, limit, trust))
        return prepared

    def _write_core(self, company, prepared):
        """Put values into the company's place of Odoo's fields, keeping what was there at first."""
        self.env["res.partner"].flush_model(["credit_limit", "trust", "commercial_partner_id"])
        self.flush_model(["core_before", "partner_id"])
        key = str(company.id)
        ids, limits, trusts = zip(*prepared, strict=True)
        if any(limit is not None or trust for _id, limit, trust in prepared):
            self.env.execute_query(
                SQL(
                    """UPDATE stm_credit_account a SET core_before = jsonb_build_object(
                        'credit_limit', p.credit_limit -> %(key)s, 'trust', p.trust -> %(key)s)
                    FROM res_partner p
                    WHERE p.id = a.partner_id AND a.id = ANY(%(ids)s) AND a.core_before IS NULL
                    RETURNING a.id""",
                    key=key,
                    ids=list(ids),
                )
            )
        wanted = SQL(
            """SELECT a.partner_id,
                COALESCE(to_jsonb(w.credit_limit), NULLIF(a.core_before -> 'credit_limit', 'null'))
                    AS credit_limit,
                COALESCE(to_jsonb(w.trust), NULLIF(a.core_before -> 'trust', 'null')) AS trust
            FROM unnest(%s::int[], %s::float[], %s::text[]) AS w (id, credit_limit, trust)
            JOIN stm_credit_account a ON a.id = w.id WHERE a.core_before IS NOT NULL""",
            list(ids),
            list(limits),
            list(trusts),
        )
        # contacts have the limit of their company, and a degree of trust of their own
        for name, link in (("credit_limit", "commercial_partner_id"), ("trust", "id")):
            self._put_core(wanted, name, link, key)
        self.env["res.partner"].invalidate_model(
            ["credit_limit", "use_partner_credit_limit", "trust"], flush=False
        )
        self.invalidate_model(["core_before"], flush=False)

    def _put_core(self, wanted, name, link, key):
        column, value = SQL.identifier("p", name), SQL.identifier("w", name)
        self.env.execute_query(
            SQL(
                """UPDATE res_partner p SET %(name)s = CASE WHEN %(value)s IS NULL
                        THEN NULLIF(%(column)s - %(key)s, '{}'::jsonb)
                        ELSE COALESCE(%(column)s, '{}'::jsonb)
                            || jsonb_build_object(%(key)s::text, %(value)s) END
                FROM (%(wanted)s) w
                WHERE %(link)s = w.partner_id AND (%(column)s -> %(key)s) IS DISTINCT FROM %(value)s
                RETURNING p.id""",
                name=SQL.identifier(name),
                column=column,
                value=value,
                key=key,
                link=SQL.identifier("p", link),
                wanted=wanted,
            )
        )

    @api.model
    def _restore_core(self, companies=None):
        """Give Odoo's fields back what was there, of companies that no longer control credit."""
        domain = [("core_before", "!=", False)]
        if companies is not None:
            domain.append(("company_id", "in", companies.ids))
        for company, fed in self.sudo().search(domain).grouped("company_id").items():
            fed._write_core(company, [(account.id, None, None) for account in fed])
            fed.write({"core_before": False})
            fed.flush_recordset(["core_before"])
