import random
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tools import mute_logger

from .common_credit import CreditCase


class TestCreditLimit(CreditCase):
    """Acme has 1,000; a second controller makes it two pairs of eyes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._make_user("second", "sales_target_mgmt.group_credit_controller")
        cls.today = cls.company._get_stm_today()

    def _ask(self, amount=0.0, account=None, **values):
        limits = self.env["stm.credit.limit"].with_user(self.controller)
        values = {"account_id": (account or self.account).id, "amount": amount, "reason": "Asked"} | values
        return limits.create(values)

    def _ask_days(self, kind, amount, first, last, **values):
        days = {"date_from": self.today + timedelta(first), "date_until": self.today + timedelta(last)}
        return self._ask(amount, kind=kind, **days, **values)

    def _get_row(self, partner=None):
        partner = partner or self.customer
        return self.env["stm.credit.account"]._read_accounts(self.company, partner)[partner.id]

    def test_what_raises_a_limit_needs_somebody_else(self):
        limit = self._ask(2000.0)
        self.assertEqual((limit.state, self.account.credit_limit), ("asked", 1000.0))
        with self.assertRaisesRegex(UserError, "asked for"):
            limit.action_approve()
        with self.assertRaises(AccessError):
            limit.with_user(self.accountant).action_approve()
        limit.with_user(self.second).action_approve()
        self.assertEqual((limit.state, self.account.credit_limit), ("approved", 2000.0))
        self.assertEqual(limit.approver_ids, self.second)

    def test_what_lowers_it_holds_at_once_and_supersedes(self):
        raised = self._ask(2000.0)
        raised.with_user(self.second).action_approve()
        lowered = self._ask(500.0)
        self.assertEqual((lowered.state, raised.state), ("approved", "superseded"))
        self.assertEqual(self.account.credit_limit, 500.0)

    def test_one_request_at_a_time(self):
        limit = self._ask(2000.0)
        with self.assertRaisesRegex(RedirectWarning, "2,000.00.*Controller") as caught:
            self._ask(3000.0)
        self.assertEqual(caught.exception.args[1]["res_id"], limit.id)

    def test_refused(self):
        limit = self._ask(2000.0)
        with self.assertRaises(UserError):
            limit.with_user(self.second).action_refuse(" ")
        limit.with_user(self.second).action_refuse("Too much")
        self.assertEqual((limit.state, self.account.credit_limit), ("refused", 1000.0))
        self._ask(1500.0)

    def test_amount_bands(self):
        self.env["stm.credit.limit.level"].create(
            {
                "name": "Large",
                "amount": 5000.0,
                "company_id": self.company.id,
                "user_ids": [(6, 0, self.third.ids)],
            }
        )
        small, account = self._ask(4999.0), self._make_account("Other")
        small.with_user(self.second).action_approve()
        self.assertEqual(small.state, "approved")
        for values in ({"amount": 5000.0}, {"limit_state": "unlimited"}):
            limit = self._ask(account=account, **values)
            with self.assertRaisesRegex(UserError, "Large"):
                limit.with_user(self.second).action_approve()
            limit.with_user(self.third).action_approve()
            self.assertEqual(limit.state, "approved")

    @property
    def third(self):
        return self.env["res.users"].search([("login", "=", "stm_third")]) or self._make_user(
            "third", "sales_target_mgmt.group_credit_controller"
        )

    def _make_account(self, name, company=None):
        partner = self.env["res.partner"].create({"name": name, "is_company": True})
        return self.env["stm.credit.account"].create(
            {"partner_id": partner.id, "company_id": (company or self.company).id}
        )

    def test_three_states(self):
        account = self._make_account("States")
        partner = account.partner_id
        self.assertEqual((self._get_row(partner).limit_state, self._get_row(partner).limit), ("unset", None))
        account.action_stm_set_limit("limited", 0.0, "Nothing")
        self.assertEqual((self._get_row(partner).limit_state, self._get_row(partner).limit), ("limited", 0))
        self.assertEqual(self._quote(1, partner=partner).stm_credit_level, "hold")
        account.action_stm_set_limit("unlimited", 0.0, "State")
        self.assertEqual(
            (self._get_row(partner).limit_state, self._get_row(partner).limit), ("unlimited", None)
        )
        self.assertEqual(self._quote(1e6, partner=partner).stm_credit_level, "free")
        account.action_stm_set_limit("unset", 0.0, "Again")
        self.assertEqual(self._quote(1, partner=partner).stm_credit_level, "warn")

    def test_temporary_limit_ends_by_itself(self):
        self._ask_days("temporary", 3000.0, 0, 9).with_user(self.second).action_approve()
        self.assertEqual(self._get_row().limit, 3000)
        self.assertEqual((self.account.limit_now, self.account.credit_limit), (3000.0, 1000.0))
        order = self._quote(2500)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        with self._on(10):
            self.assertEqual(self._get_row().limit, 1000)
        with self._on(9):
            self.assertEqual(self._get_row().limit, 3000)
        self._ask_days("temporary", 4000.0, 20, 30).with_user(self.second).action_approve()
        self.assertEqual(self._get_row().limit, 3000)

    def _on(self, days):
        return freeze_time(f"{self.today + timedelta(days)} 12:00:00")

    def test_cover_comes_on_top(self):
        cover = self._ask_days("cover", 400.0, 0, 30, reference="P-1")
        cover.with_user(self.second).action_approve()
        self._ask_days("cover", 50.0, 0, 5, reference="P-2").with_user(self.second).action_approve()
        self.assertEqual((self._get_row().limit, self._get_row().cover), (1450, 450))
        with self._on(6):
            self.assertEqual(self._get_row().limit, 1400)
        cover.action_end()
        self.assertEqual(self._get_row().limit, 1050)

    @mute_logger("odoo.sql_db")
    def test_days_are_needed_and_make_sense(self):
        with self.assertRaisesRegex(Exception, "stm_credit_limit_with_days"):
            self._ask_days("temporary", 400.0, 3, 2)

    def test_group_limit(self):
        head, member = self._make_account("Holding"), self._make_account("Daughter")
        head.action_stm_set_limit("limited", 1000.0, "Together")
        member.action_stm_set_limit("limited", 800.0, "Alone")
        member.with_user(self.controller).action_stm_set_group(head.id, "Daughter")
        self._quote(700, partner=member.partner_id).action_confirm()
        # the head's own orders use the room of the group as well
        order = self._quote(400, partner=head.partner_id)
        order.action_confirm()
        self.assertEqual(order.stm_hold_event, "held")
        member.with_user(self.controller).action_stm_set_group(False, "Sold")
        member.limit_ids.filtered("waits_for").with_user(self.second).action_approve()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_quotation_says_what_is_free_of_the_group(self):
        """Of 1,000 the head's order uses 300; the member has no limit of its own."""
        head, member = self._make_account("Holding"), self._make_account("Daughter")
        head.action_stm_set_limit("limited", 1000.0, "Together")
        order = self._quote(100, partner=member.partner_id)
        self.assertEqual(order.stm_credit_room, "limit not decided")
        member.with_user(self.controller).action_stm_set_group(head.id, "Daughter")
        self._quote(300, partner=head.partner_id).action_confirm()
        order.invalidate_recordset()
        self.assertRegex(order.stm_credit_room, "^700.00.* free$")
        self.assertRegex(order.stm_credit_text, "0.00.* used, 700.00.* free of the group's limit")

    def test_random_orders_of_a_group_use_its_room_exactly(self):
        """Each order is confirmed if and only if its own limit and the head's have room for it."""
        dice = random.Random(7)
        accounts = [self._make_account(name) for name in ("Holding", "One", "Two")]
        limits = [2000, dice.randrange(300, 1200), None]
        for account, limit in zip(accounts, limits, strict=True):
            state = "unlimited" if limit is None else "limited"
            account.action_stm_set_limit(state, limit or 0.0, "Random")
        for account in accounts[1:]:
            account.action_stm_set_group(accounts[0].id, "Daughter")
        used = [0, 0, 0]
        for _order in range(24):
            place, amount = dice.randrange(3), dice.randrange(20, 400)
            order = self._quote(amount, partner=accounts[place].partner_id)
            order.action_confirm()
            own = limits[place]
            fits = sum(used) + amount <= limits[0] and (own is None or used[place] + amount <= own)
            self.assertEqual(order.state == "sale", fits, (used, place, amount))
            used[place] += amount if fits else 0
        self.assertGreater(sum(used), 1600)

    def test_groups_have_one_level_and_one_company(self):
        head, member, third = (self._make_account(name) for name in ("Holding", "Daughter", "Third"))
        abroad = self._make_account("Abroad", self.other_company)
        member.action_stm_set_group(head.id, "Daughter")
        for account, parent, words in (
            (head, head, "own head"),
            (head, third, "take its members out"),
            (third, member, "belongs to a group itself"),
            (third, abroad, "another company"),
        ):
            with self.assertRaisesRegex(UserError, words):
                account.action_stm_set_group(parent.id, "Why")

    def test_proposal_shows_its_inputs(self):
        self._quote(770)
        [proposal] = self.account._get_limit_proposals().values()
        self.assertEqual((proposal["need"], proposal["limit"]), (770.0, 770.0))
        grade = self.env["stm.credit.grade"].create(
            {"name": "Half", "company_id": self.company.id, "factor": 0.5}
        )
        self.account.sudo().grade_id = grade
        limit = self._ask(300.0)
        self.assertEqual(limit.proposed, 380.0)
        self.assertIn("770.00", limit.proposal_text)
        self.assertIn("50", limit.proposal_text)

    @mute_logger("odoo.sql_db")
    def test_proposals_are_round_in_any_currency(self):
        """Two digits of them stay, in dinars as in yen; or the company says to what they are rounded."""
        for step, amount, limit in (
            (0, 12.345, 12),
            (0, 1234567, 1200000),
            (100, 1234567, 1234500),
            (500000, 1234567, 1000000),
            (500000, 499999, 0),
        ):
            self.company.stm_limit_step = step
            inputs = {"need": amount, "net_worth": None, "paid": None, "factor": 1.0, "ceiling": None}
            self.assertEqual(self.account._apply_formula(inputs, self.company), limit)
        with self.assertRaisesRegex(Exception, "stm_limit_step"), self.env.cr.savepoint():
            self.company.stm_limit_step = -1
            self.env.flush_all()

    def test_the_job_asks_and_does_not_set(self):
        self._quote(2000)
        self.account.sudo().grade_id = self.env["stm.credit.grade"].create(
            {"name": "Mine", "company_id": self.company.id}
        )
        self._run_cron(self.env["stm.credit.account"]._cron_propose_limits)
        asked = self.env["stm.credit.limit"].search([("state", "=", "asked")])
        self.assertEqual((asked.account_id, asked.amount), (self.account, 2000.0))
        self.assertEqual(self.account.credit_limit, 1000.0)
        self.assertFalse(asked.activity_ids)
        asked.with_user(self.controller).action_refuse("No")
        self._run_cron(self.env["stm.credit.account"]._cron_propose_limits)
        self.assertFalse(self.env["stm.credit.limit"].search([("state", "=", "asked")]))

    def test_the_job_lowers_nothing_and_leaves_unlimited_alone(self):
        grade = self.env["stm.credit.grade"].create({"name": "Low", "company_id": self.company.id})
        grade.factor = 0.1
        unlimited = self._make_account("State")
        unlimited.action_stm_set_limit("unlimited", 0.0, "State")
        for account in (self.account, unlimited):
            account.sudo().grade_id = grade
            self._quote(2000, partner=account.partner_id)
        self._run_cron(self.env["stm.credit.account"]._cron_propose_limits)
        asked = self.env["stm.credit.limit"].search([("state", "=", "asked")])
        self.assertEqual((asked.account_id, asked.amount), (self.account, 200.0))
        self.assertEqual((self.account.credit_limit, unlimited.limit_state), (1000.0, "unlimited"))

    def test_need_is_the_highest_balance_of_a_year(self):
        """900 were owed in April and paid: 150 in two average months; a tenth of 20,000 makes 1,075."""
        with freeze_time("2026-06-30 12:00:00"):
            invoice = self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "invoice_date": "2026-04-01",
                    "invoice_line_ids": [
                        (0, 0, {"name": "Goods", "quantity": 1, "price_unit": 900, "tax_ids": [(5,)]})
                    ],
                }
            )
            invoice.action_post()
            self._pay(invoice, "2026-05-01")
            [proposal] = self.account._get_limit_proposals().values()
            self.assertEqual([proposal[name] for name in ("need", "net_worth", "paid")], [900, None, 150])
            # no more than what was paid in two average months
            self.assertEqual(proposal["limit"], 150)
            year = {"date": "2025-12-31", "equity": 20000, "total_assets": 50000, "liabilities": 30000}
            self.env["stm.credit.financials"].create({"account_id": self.account.id, **year})
            [proposal] = self.account._get_limit_proposals().values()
            self.assertEqual((proposal["net_worth"], proposal["limit"]), (20000, 900))

    def test_a_restriction_is_not_lifted_alone(self):
        """A temporary limit below the limit holds at once; the next one above it needs a second person."""
        self._ask_days("temporary", 100.0, 0, 9)
        self.assertEqual(self._get_row().limit, 100)
        self.assertEqual(self._ask_days("temporary", 900.0, 0, 9).state, "asked")
        self.assertEqual(self._get_row().limit, 100)

    def test_decisions_stay_as_they_are(self):
        limit = self._ask(2000.0)
        for user in (self.controller, self.second):
            with self.assertRaises(UserError):
                limit.with_user(user).write({"amount": 3000.0})
            with self.assertRaises(AccessError):
                limit.with_user(user).unlink()
            forged = self.env["stm.credit.limit"].with_user(user)
            with self.assertRaises(UserError):
                forged.create({"account_id": self.account.id, "reason": "Mine", "state": "approved"})
        account = self._make_account("Forged")
        limits = self.env["stm.credit.limit"].with_user(self.controller)
        forged = limits.with_context(default_state="approved", default_approver_ids=[self.second.id])
        forged = forged.create({"account_id": account.id, "amount": 5.0, "reason": "Mine"})
        self.assertEqual((forged.state, forged.approver_ids), ("asked", self.env["res.users"]))
        accounts = self.env["stm.credit.account"].with_user(self.controller)
        partner = self.env["res.partner"].create({"name": "Default"})
        made = accounts.with_context(default_limit_state="unlimited").create({"partner_id": partner.id})
        self.assertEqual(made.limit_state, "unset")
