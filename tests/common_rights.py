from .common_target import StmTargetCase


class RightsCase(StmTargetCase):
    """An approved plan with a tree of every kind, one in draft, and one of another company.

    ::

        Plan 2026      root ─ North (team, led by leader) ─ Rep, Rep2
                            └ Pumps (category)
                       Alone (rep3, in no team)
        Draft 2026     Rep
        Abroad         Rep_other

    Every target is 100 in January; `rep` has sold for 10 then and `rep2` for 20, all pumps of
    the team North.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep3 = cls._make_user("rep3", "sales_team.group_sale_salesman")
        cls.readonly = cls._make_user("readonly", "account.group_account_readonly")
        cls.outsider = cls._make_user("outsider", "base.group_user")
        cls.root = cls._node()
        cls.north = cls._node(cls.root, team=cls.team)
        cls.pumps = cls._node(cls.root, categ=cls.category)
        cls.mine = cls._node(cls.north, user=cls.rep)
        cls.yours = cls._node(cls.north, user=cls.rep2)
        cls.alone = cls._node(cls.root, user=cls.rep3)
        # outside of the team's node, in the led team all the same
        cls.member = cls._node(cls.pumps, user=cls.rep2)
        for node in cls.plan.node_ids:
            cls._line(node, 100, "2026-01-01", "2026-01-31")
        cls.draft = cls._plan(name="Draft 2026")
        cls._line(cls._node(plan=cls.draft, user=cls.rep), 100, "2026-01-01", "2026-01-31")
        cls.abroad = cls._plan(name="Abroad", company_id=cls.other_company.id, user_id=cls.rep_other.id)
        cls._line(cls._node(plan=cls.abroad, user=cls.rep_other), 100, "2026-01-01", "2026-01-31")
        cls._order("2026-01-10", 10)
        cls._order("2026-01-20", 20, user=cls.rep2)
        cls._approve()
        both = (cls.company | cls.other_company).ids
        cls.abroad.with_context(allowed_company_ids=both).action_approve()
        cls.env.flush_all()
        cls.everything = cls.plan.node_ids
        draft_node = cls.draft.node_ids
        cls.seen = {
            cls.rep: cls.mine,
            cls.rep2: cls.yours | cls.member,
            cls.rep3: cls.alone,
            cls.leader: cls.north | cls.mine | cls.yours | cls.member,
            cls.sees_all: cls.everything | draft_node,
            cls.manager: cls.everything | draft_node,
            cls.accountant: cls.everything | draft_node,
            cls.readonly: cls.everything | draft_node,
            cls.rep_other: cls.abroad.node_ids,
        }
        cls.ours = cls.plan | cls.draft | cls.abroad
        cls.achieved = {
            **dict.fromkeys((cls.root, cls.north, cls.pumps), 30),
            cls.mine: 10,
            cls.yours: 20,
            cls.member: 20,
            cls.alone: 0,
            draft_node: 10,
            cls.abroad.node_ids: 0,
        }
