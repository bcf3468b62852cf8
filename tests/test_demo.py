from datetime import date

from odoo.addons.sales_target_mgmt.demo import figures
from odoo.modules.module import get_manifest
from odoo.tools import convert, mute_logger

from .common import StmCase

TODAY = date(2026, 3, 17)
MONTHS = 5


class TestDemoFigures(StmCase):
    """What the firm sells is plain arithmetic on the calendar."""

    def test_something_is_sold_on_any_day(self):
        for today in (date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 1), date(2028, 2, 29)):
            for seller in figures.SELLERS:
                latest = figures.sales(seller, today)[-1]
                self.assertEqual(latest.invoiced.replace(day=1), today.replace(day=1))
                self.assertLessEqual(latest.invoiced, today)
                self.assertLessEqual(latest.ordered, latest.invoiced)
                self.assertGreater(latest.amount, 0)

    def test_who_is_ahead_and_who_is_at_risk(self):
        """Sales of the month so far against the target's share of the days so far."""
        month, share = TODAY.replace(day=1), 11 / 22
        pace = {}
        for seller in figures.SELLERS:
            done = sum(s.amount for s in figures.sales(seller, TODAY) if s.invoiced >= month)
            pace[seller.login] = done / (figures.target(seller, month, TODAY) * share)
        self.assertGreater(pace["lea"], 1.05)
        self.assertGreater(pace["wei"], 1.05)
        self.assertLess(pace["diego"], 0.8)
        self.assertLess(pace["kenji"], 0.8)
        self.assertTrue(0.8 < pace["jing"] < 0.95)
        self.assertTrue(0.9 < pace["priya"] < 1.05)

    def test_another_seed_is_another_firm(self):
        sam = figures.SELLERS[1]
        self.assertEqual(figures.sales(sam, TODAY, seed=1), figures.sales(sam, TODAY, seed=1))
        self.assertNotEqual(figures.sales(sam, TODAY, seed=1), figures.sales(sam, TODAY, seed=2))

    def test_a_past_month_stays_what_it_was(self):
        """The firm does not sell differently in March because it is looked at in May."""
        sam = figures.SELLERS[1]
        march = [s.ordered for s in figures.sales(sam, date(2026, 4, 20)) if s.invoiced.month == 3]
        later = [s.ordered for s in figures.sales(sam, date(2026, 5, 20)) if s.invoiced.month == 3]
        self.assertEqual(march, later)


class TestDemoFirm(StmCase):
    """The firm of five months in the main company, in a transaction of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env.ref("base.main_company")
        if not cls.env.ref("sales_target_mgmt.user_sam", raise_if_not_found=False):
            # terms of payment belong to a company
            env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.main.ids})
            for name in get_manifest("sales_target_mgmt")["demo"]:
                if not name.endswith("documents_demo.xml"):
                    convert.convert_file(env, "sales_target_mgmt", name, {}, mode="init", noupdate=True)

    def _look_new(self):
        """Let the tables look never counted, as in a new database, not counted when they were empty.

        PostgreSQL expects no row in the latter for good, and Odoo's own look-ups of payments then read
        all entries for each of them.
        """
        self.env.cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if self.env.cr.fetchone()[0]:
            self.env.cr.execute(
                "UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE reltuples = 0 AND relkind = 'r'"
            )

    @mute_logger("odoo.addons.account.models.chart_template")
    def _load(self, months=MONTHS):
        self._look_new()
        before = {name: self.env[name].search([]).ids for name in ("sale.order", "account.move", "crm.lead")}
        self.env["stm.demo"]._load(months=months, today=TODAY, seed=1)
        self.env.flush_all()
        return {
            name: self.env[name].with_context(active_test=False).search([("id", "not in", ids)])
            for name, ids in before.items()
        }

    def _sums(self, made):
        moves = made["account.move"]
        return (
            sum(made["sale.order"].mapped("amount_untaxed")),
            sum(moves.mapped("amount_untaxed_signed")),
            sum(moves.mapped("amount_residual_signed")),
            sum(made["crm.lead"].mapped("expected_revenue")),
        )

    def _load_and_forget(self):
        with self.env.cr.savepoint() as point:
            sums = self._sums(self._load(months=2))
            point.rollback()
        self.env.invalidate_all()
        return sums

    def test_same_seed_same_sums(self):
        self.assertEqual(self._load_and_forget(), self._load_and_forget())

    def test_documents_and_plans(self):
        made = self._load()
        orders, moves, leads = made["sale.order"], made["account.move"], made["crm.lead"]
        self.assertEqual(set(orders.mapped("state")), {"sale", "sent"})
        self.assertTrue(all(order.date_order.date() <= TODAY for order in orders))
        invoices = moves.filtered(lambda move: move.move_type == "out_invoice")
        refunds = moves.filtered(lambda move: move.move_type == "out_refund")
        self.assertEqual(set((invoices | refunds).mapped("state")), {"posted"})
        self.assertTrue(refunds)
        self.assertLessEqual({"paid", "not_paid"}, set(invoices.mapped("payment_state")))
        self.assertEqual(invoices.company_id, self.main)
        # every customer lies in one territory, and every document knows it
        for documents in (orders, invoices, refunds):
            self.assertFalse(documents.filtered(lambda document: not document.territory_id))
        profiles = self.env["stm.customer.profile"].search([("company_id", "=", self.main.id)])
        self.assertEqual(set(profiles.mapped("class_id.name")), {"A", "B", "C"})
        planned = sum(
            sale.amount for seller in figures.SELLERS for sale in figures.sales(seller, TODAY, MONTHS, 1)
        )
        self.assertAlmostEqual(sum(invoices.mapped("amount_untaxed")) / planned, 1, delta=0.02)
        self.assertEqual(set(leads.mapped("won_status")), {"won", "lost", "pending"})
        self.assertTrue(
            all(leads.filtered(lambda lead: lead.won_status == "pending").mapped("date_deadline"))
        )
        plan = self.env["stm.target.plan"].search([("name", "=", "Sales Plan 2026")])
        self.assertEqual(plan.state, "approved")
        self.assertEqual(plan.parent_id.child_ids.sorted("date_from").mapped("state"), ["closed", "approved"])
        sam = self.env.ref("sales_target_mgmt.user_sam")
        line = plan.line_ids.filtered(
            lambda line: (
                line.user_id == sam
                and line.measure_id.code == "invoiced"
                and line.date_from == date(2026, 3, 1)
            )
        )
        self.assertEqual(line.target, figures.target(figures.SELLERS[1], date(2026, 3, 1), TODAY))
        mine = invoices.filtered(
            lambda move: move.invoice_user_id == sam and move.invoice_date >= date(2026, 3, 1)
        )
        credited = sum(mine.mapped("amount_untaxed")) + self._get_shared(moves, sam)
        self.assertAlmostEqual(line.actual, credited, places=2)
        self._check_commission(invoices)
        self._check_commission_people()
        self._check_credit()

    def _check_credit(self):
        """What the first screen under Credit shows: one of each thing that somebody may meet."""
        own = [("company_id", "=", self.main.id)]
        cases = self.env["stm.collection.case"].search([*own, ("state", "=", "open")])
        self.assertTrue(cases.log_ids)
        self.assertLessEqual({"plan", "promise"}, set(cases.mapped("stop")))
        promises = self.env["stm.collection.promise"].search(own)
        self.assertLessEqual({"kept", "broken"}, set(promises.mapped("state")))
        for model, state in (
            ("stm.collection.plan", "open"),
            ("stm.collection.dispute", "open"),
            ("stm.collection.writeoff", "asked"),
        ):
            self.assertEqual(self.env[model].search(own).mapped("state"), [state], model)
        statements = self.env["stm.account.statement"].search(own)
        self.assertEqual(set(statements.mapped("state")), {"draft", "sent", "confirmed"})
        held = self.env["sale.order"].search([*own, ("stm_hold_id.event", "=", "held")])
        self.assertEqual(len(held), 1)
        # a reminder says what was known on its day
        for log in cases.log_ids.filtered("mail_id"):
            self.assertIn(f">{max(0, (log.date - log.cycle).days)}</td>", log.mail_id.body)
        provisions = self.env["stm.receivable.provision"].search(own, order="date")
        self.assertEqual(provisions.mapped("state"), ["posted", "draft"])
        self.assertTrue(all(provisions.mapped("required")))
        accounts = self.env["stm.credit.account"].search(own)
        self.assertLessEqual({"limited", "unset"}, set(accounts.mapped("limit_state")))
        self.assertTrue(accounts.grade_id)
        self.assertGreaterEqual(min(len(account.credit_rating_ids) for account in accounts), 5)
        # what the nightly run would propose is what was decided
        limited = accounts.filtered(lambda account: account.limit_state == "limited")
        proposals = limited._get_limit_proposals()
        far = limited.filtered(lambda account: account._differs(proposals[account.id]["limit"] or 0.0))
        self.assertLess(len(far), len(limited) / 4)
        asked = self.env["stm.credit.limit"].search([*own, ("state", "=", "asked")])
        self.assertEqual((asked.user_id.login, len(asked)), ("nora", 1))
        self.assertIn("Theo Brandt", asked.waits_for)
        self.assertEqual(self.env["stm.credit.delegate"].search(own).mapped("state"), ["planned"])
        mails = self.env["mail.mail"].search([("model", "=", cases._name), ("res_id", "in", cases.ids)])
        self.assertNotIn("outgoing", mails.mapped("state"))

    def _get_shared(self, moves, user):
        """What a person is credited with of somebody else's invoices of March, by the order's split."""
        split = self.env["stm.split"].search([("user_id", "=", user.id)])
        self.assertEqual(split.share, 0.3)
        shared = split.order_id.invoice_ids.filtered(lambda move: move.invoice_date >= date(2026, 3, 1))
        self.assertTrue(shared)
        return 0.3 * sum((shared & moves).mapped("amount_untaxed_signed"))

    def _check_commission_people(self):
        """An agent with a statement, an adjustment that counts, one that waits, and an open dispute."""
        agent = self.env.ref("sales_target_mgmt.agent_ines").partner_id
        plan = self.env["stm.commission.plan"].search([("name", "=", "Agents 2026")])
        entries = self.env["stm.commission.entry"].search([("payee_id", "=", agent.id)])
        self.assertEqual(entries.lineage_id, plan)
        earned = entries.filtered(lambda row: row.kind == "earn")
        self.assertTrue(earned)
        for row in earned:
            # 6 % of a share of 40 %
            self.assertAlmostEqual(row.amount, row.base * 0.06, delta=0.005)
            self.assertEqual(row.share, 0.4)
        corrections = self.env["stm.commission.correction"].search([("company_id", "=", self.main.id)])
        self.assertEqual(sorted(corrections.mapped("state")), ["approved", "requested"])
        approved = corrections.filtered(lambda one: one.state == "approved")
        self.assertEqual(approved.statement_id.date_from, date(2026, 3, 1))
        [dispute] = self.env["stm.commission.dispute"].search([("company_id", "=", self.main.id)])
        self.assertEqual((dispute.state, dispute.user_id.login), ("open", "sam"))

    def _check_commission(self, invoices):
        """Tiers of 3, 4 and 5.5 %, recounted from the invoices of a month and person."""
        statements = self.env["stm.commission.statement"].search(
            [("company_id", "=", self.main.id), ("user_id", "!=", False)]
        )
        self.assertEqual(set(statements.mapped("state")), {"computed", "checked", "approved", "paid"})
        self.assertEqual(
            set(statements.filtered(lambda one: one.date_from.month == 3).mapped("state")), {"computed"}
        )
        # locked and paid in months that each have one balanced entry of both, and a file for payroll
        paid = statements.filtered(lambda one: one.state == "paid")
        self.assertEqual(set(paid.accrual_move_id.mapped("state")), {"posted"})
        self.assertEqual(paid.filtered("payable").payroll_id.company_id, self.main)
        sam = self.env.ref("sales_target_mgmt.user_sam")
        [march] = statements.filtered(lambda one: one.user_id == sam and one.date_from == date(2026, 3, 1))
        refunds = self.env["account.move"].search(
            [("move_type", "=", "out_refund"), ("invoice_user_id", "=", sam.id)]
        )
        mine = (invoices | refunds).filtered(
            lambda move: move.invoice_user_id == sam and move.invoice_date >= march.date_from
        )
        sold = sum(mine.mapped("amount_untaxed_signed")) + self._get_shared(invoices | refunds, sam)
        tiers = ((0, 20000, 0.03), (20000, 60000, 0.04), (60000, sold, 0.055))
        earned = sum(max(0, min(sold, upper) - lower) * rate for lower, upper, rate in tiers)
        rows = march.entry_ids.filtered(
            lambda row: row.component == "R1" and row.kind in ("earn", "clawback")
        )
        self.assertAlmostEqual(sum(rows.mapped("amount")), earned, places=2)
        self.assertAlmostEqual(march.earned, sum(march.entry_ids.mapped("amount")), places=2)
