from .common import StmCase


class StmTargetCase(StmCase):
    """A draft plan of the year 2026 for revenue ordered, planned by months."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.measure = cls.env.ref("sales_target_mgmt.measure_ordered")
        cls.plan = cls._plan()

    @classmethod
    def _plan(cls, **values):
        return cls.env["stm.target.plan"].create(
            {
                "name": "Plan 2026",
                "company_id": cls.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "measure_ids": [(6, 0, cls.measure.ids)],
                "user_id": cls.manager.id,
                **values,
            }
        )

    @classmethod
    def _node(cls, parent=None, plan=None, **dimensions):
        """A node; dimensions without `_id`: `team=…, user=…, categ=…, partner=…`."""
        return cls.env["stm.target.node"].create(
            {
                "plan_id": (plan or (parent and parent.plan_id) or cls.plan).id,
                "parent_id": parent.id if parent else False,
                **{f"{name}_id": record.id for name, record in dimensions.items()},
            }
        )

    @classmethod
    def _line(cls, node, target, date_from="2026-01-01", date_to="2026-12-31", measure=None, **values):
        return cls.env["stm.target.line"].create(
            {
                "node_id": node.id,
                "measure_id": (measure or cls.measure).id,
                "date_from": date_from,
                "date_to": date_to,
                "target": target,
                **values,
            }
        )

    @classmethod
    def _approve(cls, plan=None):
        (plan or cls.plan).with_user(cls.manager).action_approve()
