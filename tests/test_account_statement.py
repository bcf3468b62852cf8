"""What a statement of account says is what the ledger says, and stays what it said."""

import random
from datetime import date, timedelta

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common_statement import StatementCase


@freeze_time("2026-06-15 12:00:00")
class TestAccountStatement(StatementCase):
    def test_says_what_was_booked_and_what_is_open(self):
        statement = self._make()
        self.assertEqual((statement.opening, statement.closing), (100.0, 240.0))
        self.assertEqual(
            [(line["name"], line["amount"], line["balance"]) for line in statement._get_lines()],
            [(self.second.name, 200.0, 300.0), (statement._get_lines()[1]["name"], -60.0, 240.0)],
        )
        self.assertEqual(
            [(item["name"], item["residual"], item["days"]) for item in statement._get_open_items()],
            [(self.first.name, 40.0, 21), (self.second.name, 200.0, -4)],
        )
        self.assertEqual([amount for _name, amount in statement._get_ageing()], [200.0, 40.0, 0, 0, 0, 0])
        self.assertEqual(statement.overdue, 40.0)

    def test_settled_later_was_open_then(self):
        self._settle(self.second, 200, "2026-06-10")
        self.assertEqual(self._make().closing, 240.0)
        [first] = self._make("2026-06-01", "2026-06-12")._get_open_items()
        self.assertEqual(first["residual"], 40.0)

    def test_documents_in_other_currencies(self):
        """100 abroad are 50 here; 20 of ours pay 40 of them."""
        own = self.company.currency_id
        abroad = self.env.ref("base.EUR" if own.name != "EUR" else "base.USD")
        abroad.active = True
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "currency_id": abroad.id, "company_id": self.company.id, "rate": 2.0}
        )
        move = self._bill(1, "2026-05-08", "2026-06-08")
        move.button_draft()
        move.currency_id = abroad
        move.invoice_line_ids.price_unit = 100
        move.action_post()
        self._settle(move, 20, "2026-05-25")
        statement = self._make()
        self.assertEqual((statement.closing, statement._get_open_totals()), (270, [(abroad, 60)]))
        line = next(line for line in statement._get_lines() if line["name"] == move.name)
        self.assertEqual((line["amount"], line["currency"], line["foreign"]), (50, abroad, 100))
        sections = statement._get_open_sections(statement._get_open_items())
        self.assertEqual(
            [(one, [row["residual"] for row in rows]) for one, _foreign, rows in sections],
            [(own, [40, 200]), (abroad, [30])],
        )
        self.assertIn("60.00", statement.html)

    def test_equals_random_ledgers_on_any_day(self):
        seed = random.Random(5)
        start = date(2026, 1, 1)
        contact = self.env["res.partner"].create({"name": "Branch", "parent_id": self.customer.id})
        invoices = []
        for _number in range(25):
            day = start + timedelta(days=seed.randrange(150))
            amount = seed.randrange(1, 90000) / 100
            kind = seed.choice(("invoice", "invoice", "refund", "loose", "settled"))
            partner = seed.choice((self.customer, contact))
            if kind == "invoice":
                due = day + timedelta(days=seed.randrange(60))
                invoices.append(self._bill(amount, day, due, partner))
            elif kind == "refund":
                self._bill(amount, day, partner=partner, move_type="out_refund")
            elif kind == "loose" or not invoices:
                self._receive(amount, day, partner)
            else:
                invoice = seed.choice(invoices)
                if invoice.amount_residual:
                    self._settle(invoice, min(amount, invoice.amount_residual), day)
        for _number in range(12):
            day = start + timedelta(days=seed.randrange(160))
            first = day - timedelta(days=seed.randrange(60))
            statement = self._make(first, day)
            before = self._sum_ledger(self.customer, first - timedelta(days=1))
            self.assertAlmostEqual(statement.opening, before, 2)
            self.assertAlmostEqual(statement.closing, self._sum_ledger(self.customer, day), 2)
            lines = statement._get_lines()
            self.assertAlmostEqual(statement.opening + sum(one["amount"] for one in lines), statement.closing)
            aged = sum(amount for _name, amount in statement._get_ageing())
            self.assertAlmostEqual(aged, statement.closing)
            statement.unlink()
        today = self.env["stm.receivable"]._get_open_items(self.company, self.customer, date(2026, 12, 31))
        lines = self.env["account.move.line"].search(
            [("partner_id", "child_of", self.customer.id), ("account_type", "=", "asset_receivable"),
             ("parent_state", "=", "posted"), ("amount_residual", "!=", 0)]
        )  # fmt: skip
        self.assertEqual(
            sorted(float(item.residual) for item in today[self.customer.id]),
            sorted(lines.mapped("amount_residual")),
        )

    def test_stays_what_was_sent(self):
        statement = self._make()
        statement.with_user(self.accountant).action_send()
        self.assertEqual(statement.state, "sent")
        fingerprint = statement.fingerprint
        for values in ({"content": {}}, {"closing": 1}, {"state": "draft"}, {"fingerprint": "0"}):
            with self.assertRaises(UserError):
                statement.with_user(self.accountant).write(values)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.env.cr.savepoint(),
            ):
                statement.write(values)
                self.env.flush_all()
        with self.assertRaises(UserError):
            statement.with_user(self.accountant).unlink()
        self.env.invalidate_all()
        self.assertEqual(statement.fingerprint, fingerprint)
        self.assertEqual(len(fingerprint), 64)

    def test_one_of_a_period(self):
        statement = self._make()
        self.assertFalse(self._make())
        statement.action_send()
        statement.action_renew()
        self.assertFalse(statement.active)
        fresh = self.env["stm.account.statement"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(fresh.state, "draft")
        self.assertEqual(fresh.fingerprint, statement.fingerprint)

    def test_marked_when_the_ledger_changed(self):
        may, april = self._make(), self._make("2026-04-01", "2026-04-30")
        (may | april).action_send()
        self.assertEqual(may.mapped("checked_on"), april.mapped("checked_on"))
        with freeze_time("2026-06-16 12:00:00"):
            # reconciling what was there is no change of the ledger, and a later entry none of May
            self._settle(self.second, 50, "2026-06-16")
            self._run_cron(self._cron_named("check"))
            self.assertFalse((may | april).filtered("ledger_changed_on"))
        with freeze_time("2026-06-17 12:00:00"):
            self._bill(5, "2026-05-30")
            self._run_cron(self._cron_named("check"))
            self.assertEqual((may | april).filtered("ledger_changed_on"), may)
            self.assertEqual(may.closing, 240.0)

    def test_schedule_makes_each_once(self):
        other = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        self._bill(10, "2026-05-02", partner=other)
        self.company.write({"stm_statement_period": "month", "stm_statement_mail": True})
        self.env["res.company"].search([("id", "!=", self.company.id)]).stm_statement_period = False
        self._run_cron(self._cron_named("make"))
        made = self.env["stm.account.statement"].search([("company_id", "=", self.company.id)])
        self.assertEqual(made.partner_id, self.customer | other)
        self.assertEqual({str(day) for day in made.mapped("date_from")}, {"2026-05-01"})
        self._run_cron(self._cron_named("make"))
        self._run_cron(self._cron_named("send"))
        self.assertEqual(self.env["stm.account.statement"].search_count([("id", "in", made.ids)]), 2)
        sent = made.filtered(lambda one: one.state == "sent")
        self.assertEqual(sent.partner_id, self.customer)
        self.assertIn("no email address", (made - sent).send_error)
        mail = self.env["mail.mail"].search([("recipient_ids", "in", self.customer.ids)])
        self.assertEqual(len(mail), 1)
        self.assertIn(sent.access_token, mail.body_html)
        self.assertTrue(mail.attachment_ids)

    def test_merged_customers_have_one_of_a_period(self):
        other = self.env["res.partner"].create({"name": "Acme again", "email": "again@example.com"})
        self._bill(10, "2026-05-02", partner=other)
        both = self._make() | self._make(partner=other)
        both.action_send()
        self.env["base.partner.merge.automatic.wizard"]._merge((self.customer | other).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(both.partner_id, self.customer)
        self.assertEqual(both.filtered("active").closing, 240.0)
        self.assertEqual(both.mapped("closing"), [240.0, 10.0])

    def test_quarters_end_before_today(self):
        self.company.stm_statement_period = "quarter"
        self.assertEqual([str(day) for day in self.company._get_stm_statement_period()],
                         ["2026-01-01", "2026-03-31"])  # fmt: skip

    def test_rights(self):
        statement = self._make()
        visible = self.env["ir.ui.menu"].with_user(self.rep)._visible_menu_ids()
        shown = {
            name: self.env.ref(f"sales_target_mgmt.stm_{name}_menu").id in visible
            for name in ("account_statement", "credit_account", "receivable_ageing", "receivable_provision")
        }
        self.assertEqual([name for name, is_shown in shown.items() if is_shown], ["account_statement"])
        self.assertEqual(statement.with_user(self.rep).read(["closing"])[0]["closing"], 240.0)
        for user in (self.rep2, self.manager):
            with self.assertRaises(AccessError):
                statement.with_user(user).read(["closing"])
        for user in (self.rep, self.manager):
            with self.assertRaises(AccessError):
                statement.with_user(user).action_send()
        with self.assertRaises(AccessError):
            statement.with_user(self.rep).read(["access_token"])
        wizard = self.env["stm.account.statement.make"].with_user(self.accountant)
        values = {"date_from": "2026-04-01", "date_to": "2026-04-30"}
        made = wizard.create(values).action_make()
        self.assertEqual(self.env["stm.account.statement"].browse(made["res_id"]).closing, 100.0)
        with self.assertRaises(UserError):
            wizard.create(values).action_make()

    def _cron_named(self, name):
        return getattr(self.env["stm.account.statement"], f"_cron_{name}")
