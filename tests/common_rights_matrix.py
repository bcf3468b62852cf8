"""Who finds what of every model: the table, rows for it, and what the table's words mean."""

from . import common_rights_commission, common_rights_credit, common_rights_territories
from .common_rights import RightsCase

ROLES = ("rep", "rep3", "leader", "sees_all", "manager", "accountant", "readonly", "outsider", "portal")
ROLES += ("rep_other", "manager_other")
# what each role finds: - no access, own, led (own and of led teams), all (of the companies);
# in the order rep, rep3, leader, sees_all, manager, accountant, readonly, outsider, portal,
# rep_other, manager_other
SALES = "own own led all all all all - - own all"
DOCUMENTS = "own own own all all all all - - own all"
SHARED = "all all all all all all all - - all all"
MANAGERS = "- - - - all - - - - - all"
GROUP = "- - - all all all all - - - all"
SELLERS = "all all all all all - - - - all all"
CASES = "own own led own all - - - - own all"
PAY = "own own own own own - - - - own own"
NOBODY = "- - - - - - - - - - -"
TABLE = {
    "stm.measure": SHARED,
    "stm.territory": SHARED,
    "stm.territory.division": SHARED,
    "stm.territory.role": SHARED,
    "stm.territory.assignment": SHARED,
    "stm.territory.rule": SHARED,
    "stm.territory.member": SHARED,
    "stm.territory.floor": SHARED,
    "stm.territory.exception": SELLERS,
    "stm.territory.case": CASES,
    "stm.channel": SHARED,
    "stm.customer.class": SHARED,
    "stm.customer.profile": DOCUMENTS,
    "stm.customer.class.history": DOCUMENTS,
    "stm.product.class": SHARED,
    "stm.product.profile": GROUP,
    "stm.product.class.history": GROUP,
    "stm.class.policy": SHARED,
    "stm.market.driver": SHARED,
    "stm.territory.market": SHARED,
    "stm.market.value": SHARED,
    "stm.achievement": DOCUMENTS,
    "stm.achievement.cell": MANAGERS,
    "stm.achievement.month": MANAGERS,
    "stm.achievement.mark": MANAGERS,
    "stm.first.purchase": MANAGERS,
    "stm.target.plan": SALES,
    "stm.target.node": SALES,
    "stm.target.breakdown": SALES,
    "stm.target.line": SALES,
    "stm.target.result": SALES,
    "stm.target.closing": SALES,
    "stm.target.reserve": SALES,
    "stm.target.difference": SALES,
    "stm.target.notice": MANAGERS,
    "stm.target.approval": GROUP,
    "stm.target.approval.level": SHARED,
    "stm.target.proposal": SALES,
    "stm.target.proposal.change": SALES,
    "stm.target.step": MANAGERS,
    "stm.target.group.report": GROUP,
    "stm.skill": SELLERS,
    "stm.ability": CASES,
    "stm.ability.skill": CASES,
    "stm.commission.plan": PAY,
    "stm.commission.rule": PAY,
    "stm.commission.tier": PAY,
    "stm.commission.assignment": PAY,
    "stm.commission.acceptance": PAY,
    "stm.commission.entry": PAY,
    # accountants see those that are approved
    "stm.commission.statement": "own own own own own all all - - own own",
    "stm.commission.payroll": "- - - - - all - - - - -",
    "stm.commission.cost": "- - - - - all all - - - -",
    "stm.commission.dispute": PAY,
    "stm.commission.correction": PAY,
    # for administrators of commission, of whom there is none here
    "stm.commission.approval": NOBODY,
    "stm.commission.approval.level": NOBODY,
    # managers see what was done to the levels of plans
    "stm.approval.change": "- - - - own - - - - - own",
    "stm.split.default": MANAGERS,
    "stm.split": "own own own all all - - - - own all",
    **common_rights_credit.TABLE,
}


class RightsMatrixCase(RightsCase):
    """Rows of every model in two companies, and a person for every role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls._make_user("portal", "base.group_portal")
        manager = "sales_team.group_sale_manager"
        cls.manager_other = cls._make_user("manager_other", manager, cls.other_company)
        cls._fill()
        exporters = cls.env.ref("base.group_allow_export")
        for role in ROLES:
            getattr(cls, role).group_ids |= exporters
        cls.env.flush_all()
        cls.companies = cls.company | cls.other_company
        cls.rows = {model: cls._get_rows(model) for model in TABLE}

    @classmethod
    def _fill(cls):
        """At least one row in every table and for every role."""
        for number, (company, user, team) in enumerate(
            [
                (cls.company, cls.rep, cls.team),
                (cls.company, cls.rep2, cls.team),
                (cls.company, cls.rep3, cls.env["crm.team"]),
                (cls.company, cls.leader, cls.team),
                (cls.other_company, cls.rep_other, cls.team_other),
            ]
        ):
            cls.env.user.company_id = company
            partner = cls.env["res.partner"].create({"name": f"Customer {number}", "is_company": True})
            cls._order("2026-01-10", 10.0, user=user, team=team, partner=partner, company_id=company.id)
        cls.env.user.company_id = cls.company
        cls.env.flush_all()
        months = cls.env["stm.achievement.month"]
        months._expand_marks()
        months._build(months._get_pending())
        for company in (cls.company, cls.other_company, cls.env["res.company"]):
            cls.env["stm.channel"].create({"name": f"For {company.name}", "company_id": company.id})
            cls.env["stm.measure"].create(
                {"name": "Own", "code": "own", "source": "order", "value_field": "amount"}
                | {"company_id": company.id}
            )
        for company, user in ((cls.company, cls.manager), (cls.other_company, cls.manager_other)):
            cls._make_territories_and_classes(company, user)
        for company in (cls.company, cls.other_company):
            cls._make_market(company)
        for company, people, team in (
            (cls.company, cls.rep | cls.leader | cls.sees_all, cls.team),
            (cls.other_company, cls.rep_other, cls.team_other),
        ):
            common_rights_territories.fill(cls.env, company, people, team)
            common_rights_territories.fill_abilities(cls.env, company, people)
        later = cls._make_versions(cls.company, cls.manager, cls.rep | cls.rep2 | cls.rep3, cls.team)
        later |= cls._make_versions(cls.other_company, cls.manager_other, cls.rep_other, cls.team_other)
        notices = [{"line_id": line.id, "threshold": 50} for line in later.line_ids]
        cls.env["stm.target.notice"].create(notices)
        cls.env["stm.target.step"].create([{"name": "Step", "plan_id": plan.id} for plan in later])
        for plan in later:
            level = {
                "name": "Board",
                "company_id": plan.company_id.id,
                "user_ids": [(6, 0, plan.user_id.ids)],
            }
            approval = {"plan_id": plan.id, "user_id": plan.user_id.id}
            approval["level_id"] = cls.env["stm.target.approval.level"].create(level).id
            cls.env["stm.target.approval"].create(approval)
        people = cls.rep | cls.rep2 | cls.leader | cls.sees_all | cls.manager
        common_rights_commission.fill(cls.env, cls.company, people, cls.team)
        others = cls.rep_other | cls.manager_other
        common_rights_commission.fill(cls.env, cls.other_company, others, cls.team_other)
        for company, user in ((cls.company, cls.rep), (cls.other_company, cls.rep_other)):
            common_rights_credit.fill(cls.env, company, user)
        # a mark of each company: the first changed month is changed again
        cls.env["sale.order.line"].search(
            [("company_id", "in", (cls.company | cls.other_company).ids)]
        ).price_unit = 11.0
        cls.env.flush_all()

    @classmethod
    def _make_territories_and_classes(cls, company, user):
        """A territory for everybody, and customers and products with classes and their history."""
        territory = cls.env["stm.territory"].create({"name": company.name, "company_id": company.id})
        cls.env["stm.territory.rule"].create({"territory_id": territory.id})
        cls.env["stm.territory.assignment"].create({"territory_id": territory.id, "user_id": user.id})
        cls.env["stm.class.policy"]._get_or_make(company).action_refresh()

    @classmethod
    def _make_market(cls, company):
        place = cls.env["stm.territory"].search([("company_id", "=", company.id)], limit=1)
        driver = cls.env["stm.market.driver"].create({"name": "Cars", "division_id": place.division_id.id})
        value = {"driver_id": driver.id, "value": 7}
        cls.env["stm.territory.market"].create(
            {"territory_id": place.id, "year": 2026, "market_size": 1000, "value_ids": [(0, 0, value)]}
        )

    @classmethod
    def _make_versions(cls, company, manager, users, team):
        """An approved plan of which February is closed, and its revision, handed in."""
        plan = cls._plan(name=f"Later {company.name}", company_id=company.id, user_id=manager.id)
        whole = cls._node(plan=plan)
        above = cls._node(whole, team=team)
        people = [cls._node(above, user=user) for user in users]
        parts = [cls._node(node, categ=cls.category) for node in people]
        nodes = whole.union(above, *people, *parts)
        for node in nodes:
            for start, end in (("2026-02-01", "2026-02-28"), ("2026-12-01", "2026-12-31")):
                cls._line(node, 100, start, end)
        own = plan.with_env(cls.env(user=manager, context={}))
        own.proposals_until = "2026-12-31"
        own.action_ask_proposals()
        for line in plan.line_ids.filtered("is_asked"):
            line.with_env(cls.env(user=line.user_id, context={})).propose(90)
        own.action_approve()
        own._close_until(own.date_to.replace(month=2, day=28))
        own._create_revision(own.date_to.replace(month=7, day=1), "New").action_submit()
        return plan

    @classmethod
    def _get_rows(cls, model):
        """All there is of both companies, and of none where the model allows for it."""
        rows = cls.env[model].with_context(active_test=False, allowed_company_ids=cls.companies.ids)
        return rows.search([("company_id", "in", [*cls.companies.ids, False])])

    def _get_expected(self, model, role):
        """The rows that a role finds, by the words of the table and nothing of the rules."""
        word = TABLE[model].split()[ROLES.index(role)]
        user = getattr(self, role)
        rows = self.rows[model].filtered(lambda row: not row.company_id or row.company_id == user.company_id)
        if word == "-":
            return None
        if word == "all":
            return rows
        if model == "stm.approval.change":
            return rows.filtered(lambda row: row.res_model == "stm.target.approval.level")
        if model == "stm.account.statement":
            return rows.filtered(lambda row: row.partner_id.user_id == user)
        if model.startswith(("stm.commission.", "stm.split")):
            return rows.filtered(lambda row: common_rights_commission.is_theirs(row, user))
        if model.startswith("stm.collection."):
            return rows.filtered(lambda row: common_rights_credit.is_theirs(row, user, word == "led"))
        return rows.filtered(lambda row: self._is_theirs(row, user, word == "led"))

    def _is_theirs(self, row, user, led):
        if row._name == "stm.target.plan":
            return row.user_id == user or any(self._is_theirs(node, user, led) for node in row.node_ids)
        if row._name == "stm.target.proposal.change":
            return self._is_theirs(row.proposal_id, user, led)
        if row._name == "stm.target.proposal":
            return self._is_theirs(row.line_id, user, led)
        if row._name == "stm.customer.class.history":
            return self._is_theirs(row.profile_id, user, led)
        if row._name == "stm.customer.profile":
            return user in row.partner_id.user_id | row.partner_id.sale_order_ids.user_id
        if row._name == "stm.territory.case":
            confirmed = row.user_id == user and row.state == "confirmed"
            return confirmed or bool(led and row.team_id == self.team)
        if row._name in ("stm.ability", "stm.ability.skill"):
            return row.user_id == user or bool(led and row.user_id in self.team.member_ids)
        owner = row.node_id if row._name == "stm.target.breakdown" else row
        if row._name == "stm.target.proposal":
            owner = row.line_id
        if row._name != "stm.achievement":
            if user in row.plan_id.user_id | row.plan_id.participant_ids:
                return True
            if row.plan_id.state == "draft":
                return False
        people = user | (self.team.member_ids if led else user)
        return owner.user_id in people or bool(led and owner.team_id == self.team)

    def _each(self, check):
        """Check every model with every role: `check(records, domain, expected, all rows)`."""
        for model, rows in self.rows.items():
            for role in ROLES:
                with self.subTest(model=model, role=role):
                    expected = self._get_expected(model, role)
                    if role not in ("rep3", "outsider", "portal") and expected is not None:
                        self.assertTrue(expected, "this would test nothing")
                    self.env.invalidate_all()
                    env = self.env(user=getattr(self, role), context={"active_test": False})
                    check(env[model], [("id", "in", rows.ids)], expected, rows)
