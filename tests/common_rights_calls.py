"""What the walk over public methods needs: the methods, a world with secrets, arguments."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method

from . import common_rights_commission, common_rights_credit, common_rights_territories
from .common_target import StmTargetCase
from .rights_calls_approval import get_approval_calls
from .rights_calls_planning import ask_for_proposals, get_planning_calls

ADDON = "odoo.addons.sales_target_mgmt."
# only followed up by this addon: who may do it is core's affair
CORE = {
    ("res.company", "create"),
    *(("sale.order.line", name) for name in ("create", "write", "unlink")),
    *((model, "create") for model in ("res.partner", "crm.team", "sale.order")),
    *((model, "write") for model in ("res.partner", "crm.team", "sale.order")),
    *((model, "write") for model in ("account.payment", "payment.transaction")),
    ("payment.transaction", "create"),
}
TARGET, ACHIEVED, WORD = 918273.0, 736251.0, "Hidden"


def get_addon_methods(env):
    """(model, method) of every public method that this addon defines, in core's models too."""
    found = {
        (name, attribute)
        for name, cls in env.registry.items()
        if not name.endswith(".mixin")
        for base in cls.mro()
        if base.__module__.startswith(ADDON)
        for attribute, value in vars(base).items()
        if callable(value) and not attribute.startswith("_")
    }
    return sorted(key for key in found - CORE if _is_callable(env, *key))


def _is_callable(env, model, method):
    try:
        return bool(get_public_method(env[model], method))
    except AccessError:
        return False


def find_secrets(answer):
    """Everything in an answer that tells a hidden figure or name."""
    if isinstance(answer, dict):
        return [one for pair in answer.items() for part in pair for one in find_secrets(part)]
    if isinstance(answer, list | tuple | set):
        return [one for part in answer for one in find_secrets(part)]
    if isinstance(answer, str):
        digits = "".join(char for char in answer if char.isalnum())
        return [answer] if WORD in answer or "918273" in digits or "736251" in digits else []
    return [answer] if answer in (TARGET, ACHIEVED, TARGET - ACHIEVED) else []


class HiddenWorldCase(StmTargetCase):
    """On 20 January 2026, what only the manager, the leader and `rep2` may see.

    Target and achieved figure are odd numbers, and names begin with “Hidden”, so that an answer
    that holds them is recognised wherever they stand.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.measure = cls.env["stm.measure"].create(
            {
                "name": "Hidden measure",
                "code": "hidden",
                "source": "order",
                "value_field": "amount",
                "company_id": cls.company.id,
            }
        )
        cls.plan = cls._plan(name="Hidden plan")
        cls.draft = cls._plan(name="Hidden draft")
        months = (("2026-01-01", "2026-01-31"), ("2026-02-01", "2026-02-28"))
        later = (("2026-05-01", "2026-05-31"), ("2026-06-01", "2026-06-30"))
        for plan, periods in ((cls.plan, months), (cls.draft, later)):
            root = cls._node(plan=plan)
            root.label = "Hidden whole"
            node = cls._node(root, user=cls.rep2)
            node.label = "Hidden node"
            for start, end in periods:
                cls._line(node, TARGET, start, end)
        cls.order = cls._order("2026-01-10", ACHIEVED, user=cls.rep2, name="Hidden order")
        cls._approve()
        cls.closed = cls._plan(name="Hidden past", date_from="2025-01-01", date_to="2025-12-31")
        past = cls._node(plan=cls.closed, user=cls.rep2)
        for start, end in (("2025-11-01", "2025-11-30"), ("2025-12-01", "2025-12-31")):
            cls._line(past, TARGET, start, end)
        cls._approve(cls.closed)
        cls.closing = cls.closed.with_user(cls.manager)._close_until(date(2025, 11, 30))
        cls.fact = cls.env["stm.achievement"].search([("order_id", "=", cls.order.id)])
        cls.territory = cls.env["stm.territory"].create({"name": WORD, "company_id": cls.company.id})
        cls.rule = cls.env["stm.territory.rule"].create(
            {"territory_id": cls.territory.id, "partner_ids": [(6, 0, cls.customer.ids)]}
        )
        cls.policy = cls.env["stm.class.policy"]._get_or_make(cls.company)
        cls.policy.action_refresh()
        own = [("company_id", "=", cls.company.id)]
        cls.profiles = {
            model: cls.env[model].search(own)[:1] for model in ("stm.customer.profile", "stm.product.profile")
        }
        cls.wizards = cls._make_wizards()
        ask_for_proposals(cls)
        cls.territories = common_rights_territories.hide(cls)
        common_rights_commission.hide(cls)
        common_rights_credit.hide(cls)
        cls.env.flush_all()

    @classmethod
    def _make_wizards(cls):
        """One of each of the manager's, filled in so that it could be confirmed."""
        env = cls.env(user=cls.manager)
        node = cls.draft.node_ids.filtered("user_id")
        plan = {"plan_id": cls.draft.id}
        made = {
            "stm.target.reason": {"plan_id": cls.plan.id, "kind": "revise", "reason": WORD}
            | {"date_effective": "2026-02-01"},
            "stm.target.close": {"plan_id": cls.closed.id, "date": "2025-12-31"},
            "stm.target.divide": {
                **plan,
                "node_id": node.id,
                "dimension": "categ_id",
                "categ_ids": [(6, 0, cls.category.ids)],
            },
            "stm.target.spread": {**plan, "node_id": node.id, "amount": TARGET},
            "stm.target.decompose": {
                **plan,
                "node_id": node.id,
                "dimension": "categ_id",
                "categ_ids": [(6, 0, cls.category.ids)],
            },
            "stm.target.import": {**plan, "file": "bm8gd29ya2Jvb2s=", "file_name": WORD},
            "stm.health": {},
            "stm.ability.match": {
                "line_ids": [(0, 0, {"res_id": cls.territory.id, "name": WORD, "user_id": cls.rep2.id})]
            },
        }
        division = cls._make_division()
        made |= {
            "stm.market.import": {"division_id": division.id, "file": "bm8gd29ya2Jvb2s="},
            "stm.territory.balance": {"division_id": division.id, "date": "2026-01-20"},
            "stm.territory.cut": {"division_id": division.id, "date": "2026-01-21"},
        }
        wizards = {model: env[model].create(values) for model, values in made.items()}
        empty = {"created": {}, "written": {}, "deleted": [], "nodes": [], "breakdowns": []}
        cls.step = cls.env["stm.target.step"].create(
            {"name": "Hidden step", "plan_id": cls.draft.id, "user_id": cls.manager.id, "data": empty}
        )
        return wizards

    def _get_territory_and_class_calls(self):
        calls = {
            ("stm.territory.division", "create"): [{"name": "Mine", "company_id": self.company.id}],
            ("stm.territory.division", "write"): [self.territory.division_id.ids, {"name": "Mine"}],
            ("stm.territory", "write"): [self.territory.ids, {"color": 1}],
            ("stm.territory", "unlink"): [self.territory.ids],
            ("stm.territory.rule", "create"): [{"territory_id": self.territory.id, "size_from": 1}],
            ("stm.territory.rule", "write"): [self.rule.ids, {"size_from": 1}],
            ("stm.territory.rule", "unlink"): [self.rule.ids],
            ("stm.class.policy", "action_refresh"): [self.policy.ids],
            ("stm.class.policy", "action_open"): [],
            ("stm.customer.profile", "action_open_purchases"): [self.profiles["stm.customer.profile"].ids],
            ("res.partner", "action_stm_open_profile"): [self.customer.ids],
        }
        for model, profile in self.profiles.items():
            other = {
                "stm.customer.profile": {"partner_id": self.rep2.partner_id.id},
                "stm.product.profile": {"product_tmpl_id": self.product.product_tmpl_id.copy().id},
            }[model]
            calls[model, "create"] = [{"company_id": self.company.id, **other}]
            calls[model, "write"] = [profile.ids, {"override_reason": "Mine"}]
            calls[model, "action_open_history"] = [profile.ids]
        return calls

    @classmethod
    def _make_division(cls):
        return cls.env["stm.territory.division"].create(
            {"name": "Hidden division", "company_id": cls.company.id}
        )

    def _get_market_calls(self):
        wizard = self.wizards["stm.market.import"]
        calls = {
            ("stm.territory.division", f"action_{name}"): [wizard.division_id.ids]
            for name in (
                *("view_market", "import_market", "add_drivers"),
                *("view_balance", "propose_cut", "suggest_types"),
            )
        }
        cut = self.wizards["stm.territory.cut"]
        calls |= {
            ("stm.target.plan", "action_view_balance"): [self.plan.ids],
            ("stm.territory", "action_accept_type"): [self.territory.ids],
            ("stm.territory.balance", "action_refresh"): [self.wizards["stm.territory.balance"].ids],
            ("stm.territory.cut", "action_propose"): [cut.ids],
            ("stm.territory.cut", "action_apply"): [cut.ids],
            ("stm.territory.cut", "write"): [cut.ids, {"tolerance": 1}],
        }
        for method in ("action_template", "action_check", "action_apply"):
            calls["stm.market.import", method] = [wizard.ids]
        return calls

    def _get_calls(self):
        """{(model, method): arguments as RPC sends them}, all about what is hidden."""
        node = self.plan.node_ids.filtered("user_id")
        line, draft_line = node.line_ids[0], self.draft.line_ids[0]
        draft_node = draft_line.node_id
        partner = self.rep2.partner_id
        month = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        key = {"node_id": draft_node.id, **month}
        change = {**key, "old": None, "values": {"target": 1}}
        vals = {"measure_id": self.measure.id, "target": 1, **month}
        calls = {
            ("res.company", "write"): [self.company.ids, {"stm_notice_thresholds": "10"}],
            ("sale.order", "action_stm_request_rating"): [self.order.ids],
            ("sale.order", "action_stm_view_ratings"): [self.order.ids],
            ("account.move", "action_view_stm_statements"): [[]],
            ("stm.achievement", "action_open_document"): [self.fact.ids],
            ("stm.measure", "write"): [self.measure.ids, {"name": "Seen"}],
            ("stm.measure", "copy_data"): [self.measure.ids],
            ("stm.onboarding", "get_steps"): [],
            ("stm.quota", "get_header"): [
                [["user_id", "in", self.rep2.ids]],
                [["team_id", "in", self.team.ids]],
            ],
            ("stm.quota", "open_document"): ["sale.order", self.order.id],
            ("stm.quota", "get_quota"): ["user", self.rep2.id],
            ("stm.target.breakdown", "create"): [{"node_id": draft_node.id, "dimension": "categ_id"}],
            ("stm.target.breakdown", "write"): [self.draft.breakdown_ids.ids, {"sequence": 99}],
            ("stm.target.closing", "write"): [self.closing.ids, {"actual": 1}],
            ("stm.target.closing", "action_reopen"): [self.closing.ids],
            ("stm.target.line", "create"): [{"node_id": draft_node.id, **vals}],
            ("stm.target.line", "write"): [draft_line.ids, {"target": 1}],
            ("stm.target.line", "get_why"): [line.ids],
            ("stm.target.line", "action_open_documents"): [line.ids],
            ("stm.target.node", "create"): [{"plan_id": self.draft.id, "team_id": self.team.id}],
            ("stm.target.node", "write"): [draft_node.ids, {"name": "Seen"}],
            ("stm.target.node", "action_divide"): [draft_node.ids],
            ("stm.target.node", "action_spread"): [draft_node.ids],
            ("stm.target.result", "refresh_due"): [],
            ("stm.target.plan", "create"): [{"name": "Mine", "company_id": self.company.id}],
            ("stm.target.plan", "write"): [self.draft.ids, {"name": "Mine", "user_id": self.rep.id}],
            ("stm.target.plan", "message_subscribe"): [self.plan.ids, partner.ids],
            ("stm.target.plan", "set_matrix_values"): [self.draft.ids, self.measure.id, [change]],
            ("stm.target.plan", "get_matrix"): [self.plan.ids, self.measure.id],
        }
        calls |= self._get_territory_and_class_calls()
        calls |= get_approval_calls(self)
        for method in ("copy", "copy_data", "action_submit", "action_approve", "action_return"):
            calls["stm.target.plan", method] = [self.draft.ids]
        for name in ("nodes", "lines", "reserve", "closings", "versions", "difference", "matrix"):
            calls["stm.target.plan", f"action_view_{name}"] = [self.plan.ids]
        for name in ("revise", "close", "spread", "divide", "import", "export_xlsx", "export_template"):
            calls["stm.target.plan", f"action_{name}"] = [self.draft.ids]
        calls |= {
            ("stm.target.plan", "action_decompose"): [self.draft.ids],
            ("stm.target.node", "action_decompose"): [draft_node.ids],
            ("stm.target.node", "action_decompose_periods"): [draft_node.ids],
            ("stm.target.breakdown", "action_decompose"): [self.draft.breakdown_ids.ids],
            ("stm.target.line", "action_decompose_periods"): [draft_line.ids],
            ("stm.target.line", "action_explain"): [line.ids],
            ("stm.target.step", "action_undo"): [self.step.ids],
            ("stm.target.decompose", "create"): [{"plan_id": self.draft.id, "node_id": draft_node.id}],
            ("stm.target.decompose", "action_apply"): [self.wizards["stm.target.decompose"].ids],
            ("stm.target.decompose", "action_apply_next"): [self.wizards["stm.target.decompose"].ids],
        }
        for model in ("reason", "close", "divide", "spread"):
            calls[f"stm.target.{model}", "action_confirm"] = [self.wizards[f"stm.target.{model}"].ids]
        for method in ("action_check", "action_apply", "action_template"):
            calls["stm.target.import", method] = [self.wizards["stm.target.import"].ids]
        calls |= self._get_market_calls()
        calls.update(common_rights_territories.get_calls(self))
        calls.update(common_rights_commission.get_calls(self))
        calls.update(common_rights_credit.get_calls(self))
        calls["stm.target.import", "create"] = [{"plan_id": self.draft.id}]
        calls["stm.target.import", "write"] = [self.wizards["stm.target.import"].ids, {"file_name": "x"}]
        for method in ("action_rebuild", "action_verify"):
            calls["stm.health", method] = [self.wizards["stm.health"].ids]
        return calls | get_planning_calls(self)
