from hashlib import sha256

from odoo.tools import formatLang, get_lang

from ..tools.plan_amount import NumberFormat
from ..tools.plan_sheet import NOWHERE, Fault, Place, parse_sheets, period_text
from ..tools.workbook import WorkbookError, read_sheets
from .stm_target_import_lines import LineCheck
from .stm_target_import_nodes import NewNode, NodeCheck

MAX_TARGETS = 30_000


class PlanChanges:
    """What a file would change in a plan, and its faults; reading only."""

    def __init__(self, plan, content):
        self.plan = plan
        self.faults = []
        self.nodes = self.lines = None
        lang = get_lang(plan.env)
        numbers = NumberFormat(lang.decimal_point, lang.thousands_sep or "")
        try:
            sheets = parse_sheets(read_sheets(content), numbers)
        except WorkbookError as error:
            self.fault(error.code, Place(error.values.get("sheet", "")), **error.values)
            return
        count = sum(len(row.amounts) for row in sheets.targets)
        if count > MAX_TARGETS:
            self.fault("values", count=count, limit=MAX_TARGETS)
            return
        self.faults += sheets.faults
        self.nodes = NodeCheck(plan, sheets, self.fault)
        self.lines = LineCheck(plan, sheets, self.nodes, self.fault)
        self.faults.sort(key=lambda fault: (fault.place.sheet != "Targets", fault.place))

    def fault(self, code, place=NOWHERE, **values):
        self.faults.append(Fault(code, place, values))

    def get_counts(self):
        """The counts of the preview, by field of the wizard."""
        names = ("node_created", "node_changed", "node_unchanged")
        names += ("line_created", "line_changed", "line_unchanged", "line_kept")
        nodes, lines = self.nodes, self.lines
        if not lines:
            return dict.fromkeys(names, 0)
        return {
            "node_created": len(nodes.new),
            "node_changed": len(nodes.renamed),
            "node_unchanged": nodes.unchanged,
            "line_created": len(lines.new),
            "line_changed": len(lines.changed),
            "line_unchanged": lines.unchanged,
            "line_kept": len(lines.lines) - lines.unchanged - len(lines.changed),
        }

    def get_differences(self):
        """The rows of the preview, all of them, as values of its model."""
        for node in self.nodes.new:
            yield {"kind": "node_created", "place": str(node.row.place("path")), "node": node.path}
        for node, label in self.nodes.renamed.items():
            names = {"old": node.label or "", "new": label}
            place = str(self.nodes.rows_by_node[node])
            yield {"kind": "node_changed", "place": place, "node": node.name, **names}
        for line, amount, place in self.lines.changed:
            period = (line.date_from, line.date_to)
            row = self._get_line_row(line.node_id, line.measure_id, period, place)
            old = self._format(line.target, line.measure_id)
            yield {**row, "kind": "line_changed", "old": old, "new": self._format(amount, line.measure_id)}
        for owner, measure, period, amount, place in self.lines.new:
            row = self._get_line_row(owner, measure, period, place)
            yield {**row, "kind": "line_created", "new": self._format(amount, measure)}

    def get_digest(self):
        """Equal as long as applying the file does the same."""
        if not self.lines:
            return ""
        actions = [
            [(node.path, node.identity) for node in self.nodes.new],
            list(self.nodes.renamed.items()),
            [(line.id, line.target, amount) for line, amount, _place in self.lines.changed],
            [(new.place, new.period, new.amount) for new in self.lines.new],
        ]
        return sha256(repr(actions).encode()).hexdigest()

    def _get_line_row(self, owner, measure, period, place):
        name = owner.path if isinstance(owner, NewNode) else owner.name
        return {"place": str(place), "node": name, "measure": measure.name, "period": period_text(period)}

    def _format(self, amount, measure):
        currency = self.plan.currency_id if measure.unit == "money" else None
        return formatLang(self.plan.env, amount, currency_obj=currency)
