from freezegun import freeze_time

from .common_target import StmTargetCase


class DecomposeCase(StmTargetCase):
    """A plan of 2026 by quarters; teams North, East and South."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.granularity = "quarter"
        cls.root = cls._node()
        Team = cls.env["crm.team"]
        cls.east, cls.south = Team.create(
            [{"name": name, "company_id": cls.company.id} for name in ("East", "South")]
        )
        cls.teams = cls.team | cls.east | cls.south
        frozen = freeze_time("2026-01-15 12:00:00")
        frozen.start()
        cls.addClassCleanup(frozen.stop)

    def _open(self, node=None, user=None, **values):
        """The wizard as the planner gets it, after changing what is given in its form."""
        node = (node or self.root).with_user(user or self.manager)
        values.setdefault("mode", "nodes")
        action = self.env["stm.target.decompose"].with_user(user or self.manager)._open(node, **values)
        return self.env[action["res_model"]].with_user(user or self.manager).browse(action["res_id"])

    def _by_team(self, **values):
        return self._open(dimension="team_id", team_ids=[(6, 0, self.teams.ids)], **values)

    def _proposals(self, wizard):
        return wizard.line_ids.mapped("proposal")

    def _quarters(self, total):
        for number, month in enumerate((1, 4, 7, 10)):
            self._line(
                self.root,
                total[number] if isinstance(total, (list, tuple)) else total / 4,
                f"2026-{month:02}-01",
                f"2026-{month + 2:02}-{31 if month in (1, 10) else 30}",
            )
