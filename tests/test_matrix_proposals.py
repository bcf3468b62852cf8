"""Where people's own numbers differ, the matrix of the plan says it."""

from .test_proposal import ProposalCase


class TestMatrixProposals(ProposalCase):
    def _offers(self):
        cells = self.plan.with_user(self.manager).get_matrix()["cells"]
        names = {node.id: node.name for node in self.plan.node_ids}
        return {
            (names[cell["node_id"]], cell["date_from"][5:7]): (
                cell["bottom_up"],
                cell.get("bottom_up_gap"),
            )
            for cell in cells
            if "bottom_up" in cell
        }

    def test_what_is_proposed_in_each_cell(self):
        """Root 250 in January: 70 + 80 + 50 were asked of people, 60 and 50 answered."""
        self.assertEqual(self._offers(), {})
        self._ask()
        self.assertEqual(self._offers(), {}, "nobody has answered")
        self.line_rep.with_user(self.rep).propose(60)
        self.line_alone.with_user(self.rep3).propose(50)
        self.assertEqual(
            self._offers(),
            {
                (self.root.name, "01"): (190, -10),
                ("North", "01"): (140, -10),
                ("Rep", "01"): (60, None),
                ("Rep3", "01"): (50, None),
            },
        )
        self.line_rep.target = 60
        self.assertEqual(self._offers()["North", "01"], (140, 0), "settled")
        self.plan.with_user(self.manager).action_stop_proposals()
        self.assertEqual(self._offers(), {})
