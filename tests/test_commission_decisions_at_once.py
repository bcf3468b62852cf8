"""Two people decide at once: one has done it, the other is told so, and nothing is there twice."""

from odoo.exceptions import UserError

from .common_commission_race import CommissionRaceCase

ADMIN = "sales_target_mgmt.group_commission_admin"


class DecisionCase(CommissionRaceCase):
    """The statement is computed; two administrators, and a third who checks."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            people = env["res.users"].with_context(no_reset_password=True)
            made = people.create(
                [
                    {"name": f"Race {name}", "login": f"stm_race_{name}"}
                    | {"group_ids": [(4, env.ref(ADMIN).id)]}
                    for name in ("one", "two", "checks")
                ]
            )
            self.users = made.ids
            self._compute(env)
            statement = env["stm.commission.statement"].search([("entry_ids.lineage_id", "=", self.plan)])
            self.statement = statement.id

    def _make_payee(self, env, order):
        order.user_id = env.ref("base.user_admin")
        return {"user_id": order.user_id.id}

    def _clean(self):
        super()._clean()
        with self._transaction() as env:
            env.cr.execute("DELETE FROM mail_message WHERE subject LIKE '%%level was changed: Race'")
            env.cr.execute("DELETE FROM stm_approval_change WHERE user_id = ANY(%s)", [self.users])
            users = env["res.users"].browse(self.users)
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    def _as(self, number):
        """The statement as one of the people, by the button's way: without rights of the system."""
        user, statement = self.users[number], self.statement
        return lambda env: env["stm.commission.statement"].with_user(user).browse(statement)

    def _press(self, number, button):
        statement = self._as(number)
        return lambda env: getattr(statement(env), button)()

    def _state(self):
        with self._transaction() as env:
            statement = env["stm.commission.statement"].browse(self.statement)
            return statement.state, len(statement.approval_ids)


class TestDecisionsAtOnce(DecisionCase):
    def test_checked_by_two(self):
        with self.assertRaisesRegex(UserError, "is in state “Checked”"):
            self._race(self._press(0, "action_check"), self._press(1, "action_check"))
        self.assertEqual(self._paid(), (1, 100))

    def test_checked_while_it_is_computed(self):
        """What is checked is what was shown: the second one computes again, and finds the same."""
        self._race(self._compute, self._press(0, "action_check"))
        self.assertEqual(self._paid(), (1, 100))

    def test_computed_while_it_is_checked(self):
        self._race(self._press(0, "action_check"), self._compute)
        self.assertEqual(self._paid(), (1, 100))

    def _check(self):
        with self._transaction() as env:
            self._press(2, "action_check")(env)

    def test_approved_by_two(self):
        self._check()
        with self.assertRaisesRegex(UserError, "is in state “Approved”"):
            self._race(self._press(0, "action_approve"), self._press(1, "action_approve"))
        self.assertEqual(self._state(), ("approved", 1))

    def test_both_approvals_of_a_level(self):
        """The second one sees the first, and is the one that makes it approved."""
        with self._transaction() as env:
            level = env["stm.commission.approval.level"].create(
                {"name": "Race", "company_id": self.company, "needed": 2}
                | {"user_ids": [(6, 0, self.users[:2])]}
            )
            self.level = level.id
        self.addCleanup(self._drop_level)
        self._check()
        self._race(self._press(0, "action_approve"), self._press(1, "action_approve"))
        self.assertEqual(self._state(), ("approved", 2))

    def _drop_level(self):
        with self._transaction() as env:
            env["stm.commission.approval.level"].browse(self.level).unlink()
            env.cr.execute("ALTER TABLE stm_approval_change DISABLE TRIGGER USER")
            env.cr.execute("DELETE FROM stm_approval_change WHERE res_id = %s", [self.level])
            env.cr.execute("ALTER TABLE stm_approval_change ENABLE TRIGGER USER")

    def test_lowered_while_it_is_approved(self):
        """Whoever approves beside a change is asked for what held before it."""
        with self._transaction() as env:
            level = env["stm.commission.approval.level"].create(
                {"name": "Race", "company_id": self.company, "user_ids": [(6, 0, self.users[:1])]}
            )
            self.level = level.id
        self.addCleanup(self._drop_level)
        self._check()
        with self._transaction() as late:
            self._as(1)(late).read(["state"])
            with self._transaction() as env:
                level = env["stm.commission.approval.level"].with_user(self.users[1]).browse(self.level)
                level.amount = 10**6
            for _time in ("beside", "afterwards"):
                with self.assertRaisesRegex(UserError, "“Race.*Race one"):
                    self._press(1, "action_approve")(late)
                late.cr.rollback()
                late.transaction.reset()
        self.assertEqual(self._state(), ("checked", 0))


class TestDisputesAtOnce(DecisionCase):
    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            entry = env["stm.commission.entry"].search([("lineage_id", "=", self.plan)])
            dispute = env["stm.commission.dispute"].create({"entry_id": entry.id, "reason": "Race"})
            answer = {"answer": "Race", "granted": 5, "lineage_id": self.plan}
            dispute.with_user(self.users[2]).write(answer)
            self.dispute = dispute.id

    def _clean(self):
        with self._transaction() as env:
            found = [("dispute_id", "=", self.dispute)]
            env.cr.execute("DELETE FROM stm_commission_correction WHERE dispute_id = %s", [self.dispute])
            self.assertFalse(env["stm.commission.correction"].search(found))
            env.cr.execute("DELETE FROM stm_commission_dispute WHERE id = %s", [self.dispute])
        super()._clean()

    def _decide(self, number, button):
        return lambda env: getattr(
            env["stm.commission.dispute"].with_user(self.users[number]).browse(self.dispute), button
        )()

    def _corrections(self):
        with self._transaction() as env:
            found = env["stm.commission.correction"].search([("dispute_id", "=", self.dispute)])
            return found.mapped("amount"), env["stm.commission.dispute"].browse(self.dispute).state

    def test_accepted_by_two(self):
        with self.assertRaisesRegex(UserError, "is in state “Accepted”"):
            self._race(self._decide(0, "action_accept"), self._decide(1, "action_accept"))
        self.assertEqual(self._corrections(), ([5], "accepted"))

    def test_refused_while_it_is_accepted(self):
        with self.assertRaisesRegex(UserError, "is in state “Refused”"):
            self._race(self._decide(0, "action_refuse"), self._decide(1, "action_accept"))
        self.assertEqual(self._corrections(), ([], "refused"))


class TestAccountingAtOnce(DecisionCase):
    """The payee is an agent, and commission is posted to accounting."""

    def _make_payee(self, env, order):
        agent = env["res.partner"].create({"name": "Race agent"})
        self.agent = agent.id
        order.stm_split_ids = [(0, 0, {"partner_id": agent.id, "share": 1.0})]
        return {"partner_id": agent.id}

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            kinds = {"expense": "expense", "accrual": "liability_current", "payroll": "liability_current"}
            accounts = env["account.account"].create(
                [
                    {"code": f"99{number}777", "name": f"Race {use}", "account_type": kind}
                    for number, (use, kind) in enumerate(kinds.items())
                ]
            )
            journals = env["account.journal"].create(
                [
                    {"name": "Race", "code": "RACE", "type": "general"},
                    {"name": "Race bills", "code": "RACEB", "type": "purchase"},
                ]
            )
            settings = {
                f"stm_commission_{use}_account_id": account.id
                for use, account in zip(kinds, accounts, strict=True)
            }
            settings |= {"stm_commission_journal_id": journals[0].id, "stm_commission_accounting": True}
            self.before = {name: env.company[name] for name in settings}
            self.before = {
                name: value if isinstance(value, bool) else value.id for name, value in self.before.items()
            }
            env.company.write(settings)
            self.accounts, self.journals = accounts.ids, journals.ids
            self._press(2, "action_check")(env)
            self._press(0, "action_approve")(env)

    def _clean(self):
        with self._transaction() as env:
            moves = env["account.move"].search(
                ["|", ("journal_id", "in", self.journals), ("partner_id", "=", self.agent)]
            )
            statement = env["stm.commission.statement"].browse(self.statement)
            statement.write({"accrual_move_id": False, "bill_id": False})
            moves.filtered(lambda move: move.state == "posted").button_draft()
            moves.with_context(force_delete=True).unlink()
            env.company.write(self.before)
            env["account.journal"].browse(self.journals).unlink()
            env["account.account"].browse(self.accounts).unlink()
        super()._clean()
        with self._transaction() as env:
            env["res.partner"].browse(self.agent).unlink()

    def _moves(self):
        with self._transaction() as env:
            accruals = env["account.move"].search([("journal_id", "=", self.journals[0])])
            bills = env["account.move"].search([("partner_id", "=", self.agent)])
            return accruals.mapped("amount_total"), bills.mapped("amount_total")

    def test_locked_by_two(self):
        with self.assertRaisesRegex(UserError, "is in state “Locked”"):
            self._race(self._press(0, "action_lock"), self._press(1, "action_lock"))
        self.assertEqual(self._moves(), ([100], []))

    def test_billed_while_it_is_locked(self):
        """The bill is refused until the accrual that it clears is there."""
        bill, lock = self._press(1, "action_create_bill"), self._press(0, "action_lock")
        with self._transaction() as late:
            self._as(1)(late).read(["state"])
            with self._transaction() as env:
                lock(env)
            with self.assertRaisesRegex(UserError, "is in state “Approved”; this needs “Locked”"):
                bill(late)
            late.cr.rollback()
            late.transaction.reset()
            bill(late)
        self.assertEqual(self._moves(), ([100], [100]))

    def test_billed_by_two(self):
        with self._transaction() as env:
            self._press(0, "action_lock")(env)
        bill = [self._press(number, "action_create_bill") for number in (0, 1)]
        self._race(*bill)
        self.assertEqual(self._moves(), ([100], [100]))
