from freezegun import freeze_time

from .common import StmCase


class QuotaCase(StmCase):
    """A plan of June 2026, seen on Monday the 15th: 10 of 22 working days are over.

    ======  =======  ========  =========
    who     target   achieved  measure
    ======  =======  ========  =========
    rep     60,000    45,000   ordered
    rep     50,000    20,000   invoiced
    rep2    40,000     9,000   ordered
    North  110,000    54,000   ordered
    ======  =======  ========  =========
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time("2026-06-15 10:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.ordered = cls.env.ref("sales_target_mgmt.measure_ordered")
        cls.invoiced = cls.env.ref("sales_target_mgmt.measure_invoiced")
        cls.plan = cls._make_plan()
        cls.node = cls.env["stm.target.node"].create({"plan_id": cls.plan.id, "team_id": cls.team.id})
        cls.node_rep, cls.node_rep2 = cls.env["stm.target.node"].create(
            [{"parent_id": cls.node.id, "user_id": user.id} for user in (cls.rep, cls.rep2)]
        )
        cls._target(cls.node, 110000)
        cls._target(cls.node_rep, 60000)
        cls._target(cls.node_rep, 50000, cls.invoiced)
        cls._target(cls.node_rep2, 40000)
        cls.plan.action_approve()
        cls._order("2026-06-03", 25000)
        cls._invoice(cls._order("2026-06-12", 20000), "2026-06-12")
        cls._order("2026-06-10", 9000, user=cls.rep2)
        cls._order("2025-06-10", 30000)
        cls._order("2026-05-20", 12000)
        cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {amount}",
                    "type": "opportunity",
                    "user_id": user.id,
                    "team_id": cls.team.id,
                    "company_id": cls.company.id,
                    "expected_revenue": amount,
                    "date_deadline": day,
                }
                for user, amount, day in (
                    (cls.rep, 22500, "2026-06-25"),
                    (cls.rep, 99999, "2026-07-01"),
                    (cls.rep2, 5500, "2026-06-30"),
                )
            ]
        )
        cls.env.flush_all()

    @classmethod
    def _make_plan(cls, **values):
        return cls.env["stm.target.plan"].create(
            {
                "name": "Plan 2026",
                "company_id": cls.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "measure_ids": [(6, 0, (cls.ordered | cls.invoiced).ids)],
                **values,
            }
        )

    @classmethod
    def _target(cls, node, amount, measure=None, start="2026-06-01", end="2026-06-30"):
        return cls.env["stm.target.line"].create(
            {
                "node_id": node.id,
                "measure_id": (measure or cls.ordered).id,
                "date_from": start,
                "date_to": end,
                "target": amount,
            }
        )
