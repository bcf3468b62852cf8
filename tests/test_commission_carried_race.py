"""An old plan and the one after it, settled at once, recover once what the old one had lent."""

from .common_commission_race import CommissionRaceCase


class TestCommissionCarriedRace(CommissionRaceCase):
    """An agent for whom 60 were lent in May; both plans owe 100 in June, by adjustments."""

    def _make_payee(self, env, _order):
        self.agent = env["res.partner"].create({"name": "Race agent"}).id
        self.addCleanup(self._drop_agent)
        return {"partner_id": self.agent}

    def _drop_agent(self):
        with self._transaction() as env:
            env["res.partner"].browse(self.agent).unlink()

    def setUp(self):
        super().setUp()
        self.addCleanup(self._drop)
        with self._transaction() as env:
            old = env["stm.commission.plan"].browse(self.plan)
            new = old.copy({"name": "Race on", "date_from": "2031-06-01"})
            new.action_activate()
            self.next = new.id
            old.assignment_ids.date_to = "2031-05-31"
            adjustments = env["stm.commission.correction"].create(
                [
                    {
                        "lineage_id": plan.id,
                        "payee_id": self.agent,
                        "date": date,
                        "amount": amount,
                        "reason": "Race",
                    }
                    for plan, date, amount in (
                        (old, "2031-05-20", -60),
                        (old, "2031-06-02", 100),
                        (new, "2031-06-03", 100),
                    )
                ]
            )
            adjustments._decide({"state": "approved"})
            env["stm.commission.engine"]._settle(old, old.date_from.replace(day=31))
            self._post(env)

    def _drop(self):
        with self._transaction() as env:
            lineages = [self.plan, self.next]
            env.cr.execute("ALTER TABLE stm_commission_entry DISABLE TRIGGER USER")
            env.cr.execute("DELETE FROM stm_commission_entry WHERE lineage_id = ANY(%s)", [lineages])
            env.cr.execute("ALTER TABLE stm_commission_entry ENABLE TRIGGER USER")
            env.cr.execute("DELETE FROM stm_commission_correction WHERE lineage_id = ANY(%s)", [lineages])
            env.cr.execute("DELETE FROM stm_commission_plan WHERE id = %s", [self.next])

    def _compute_next(self, env):
        plan = env["stm.commission.plan"].browse(self.next)
        env["stm.commission.engine"]._settle(plan, plan.date_from.replace(day=15))

    def _get_rows(self):
        with self._transaction() as env:
            env.cr.execute(
                """SELECT lineage_id, kind, payable FROM stm_commission_entry
                WHERE lineage_id = ANY(%s) AND component = 'draw' ORDER BY id""",
                [[self.plan, self.next]],
            )
            return env.cr.fetchall()

    def test_the_old_one_first(self):
        self._race(self._compute, self._compute_next)
        self.assertEqual(self._get_rows(), [(self.plan, "draw", 60), (self.plan, "draw_recovery", -60)])

    def test_the_next_one_first(self):
        self._race(self._compute_next, self._compute)
        self.assertEqual(self._get_rows(), [(self.plan, "draw", 60), (self.next, "draw_recovery", -60)])
