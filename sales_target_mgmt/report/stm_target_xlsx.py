from collections import Counter
from io import BytesIO
from typing import NamedTuple

import xlsxwriter

from odoo import api, models

from ..models.target.stm_target_breakdown import DIMENSIONS
from ..tools.plan_labels import EXPLANATIONS, LABELS, NODES, READ_ME, TARGETS
from ..tools.plan_sheet import DIMENSION_COLUMNS, path_text, period_text

_TARGET_COLUMNS = ("key", "path", "measure", "meaning")


class TreeNode(NamedTuple):
    """A node as the file shows it; `texts` are its cells by the column's name."""

    node: models.BaseModel
    path: str
    texts: dict


class StmTargetXlsx(models.AbstractModel):
    """A plan as an XLSX file: the user's view of it, in the form that the import reads."""

    _name = "stm.target.xlsx"
    _description = "Plan in a Spreadsheet"

    @api.model
    def _get_file_name(self, plan, with_targets=True):
        name = plan.display_name if with_targets else self.env._("%s (template)", plan.display_name)
        return f"{name}.xlsx"

    @api.model
    def _render(self, plan, with_targets=True):
        """The file of a plan, as far as the user may read it.

        :param with_targets: or only the tree and the periods, to be filled in
        :return: bytes
        :raises AccessError: when the user may not read the plan
        """
        plan.check_access("read")
        stream = BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
        book.set_properties({"title": plan.display_name, "company": plan.company_id.sudo().name})
        _PlanBook(book, self._get_formats(book), self.env.lang).fill(self, plan, with_targets)
        book.close()
        return stream.getvalue()

    def _get_formats(self, book):
        # user text that looks like a formula stays text, also when its cell is edited
        return {
            "text": book.add_format({"quote_prefix": True}),
            "heading": book.add_format(
                {"bold": True, "bg_color": "#E7E6E6", "bottom": 1, "text_wrap": True, "valign": "top"}
            ),
            "key": book.add_format({"font_color": "#808080"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }

    @api.model
    def _get_tree(self, plan):
        """The nodes that the user may read, parents first, as :class:`TreeNode`."""
        nodes = self.env["stm.target.node"].search([("plan_id", "=", plan.id)])
        readable = set(nodes.ids)
        # what a readable node stands for may be told, whatever else is hidden of it
        texts = self._get_dimension_texts(nodes.sudo())
        paths, tree = {}, []
        for node in nodes:
            above = paths.get(node.parent_id.id) if node.parent_id.id in readable else None
            paths[node.id] = [*(above or []), node.name or ""]
            path = path_text(paths[node.id])
            cells = {"key": str(node.id), "path": path, "label": node.label or "", **texts[node.id]}
            tree.append(TreeNode(node, path, {name: text.strip() for name, text in cells.items()}))
        return tree

    def _get_dimension_texts(self, nodes):
        """{node id: {name of the column: text}}"""
        for name in DIMENSIONS:
            nodes[name].mapped("display_name")
        return {
            node.id: {
                "territory": self._get_territory_path(node.territory_id),
                "team": node.team_id.name or "",
                "user": node.user_id.login or "",
                "categ": node.categ_id.complete_name or "",
                "channel": node.channel_id.name or "",
                "customer_class": node.customer_class_id.name or "",
                "product_class": node.product_class_id.name or "",
                "partner_ref": node.partner_id.ref or "",
                "partner": node.partner_id.name or "",
            }
            for node in nodes
        }

    @api.model
    def _get_territory_path(self, territory):
        names = []
        while territory:
            names.append(territory.name)
            territory = territory.parent_id
        return " / ".join(reversed(names))

    @api.model
    def _get_measures(self, plan):
        """{text in the column "Measure": measure}; a code that two measures share gets the id."""
        measures = plan.with_context(active_test=False).measure_ids.sorted("sequence")
        counts = Counter(measure.code.casefold() for measure in measures)
        return {
            measure.code if counts[measure.code.casefold()] == 1 else f"{measure.code}#{measure.id}": measure
            for measure in measures
        }

    @api.model
    def _get_periods(self, plan, lines):
        """The plan's periods and those that targets have beside them, in order."""
        ranges = {(line.date_from, line.date_to) for line in lines}
        return sorted(ranges | {tuple(period) for period in plan._get_periods()})

    @api.model
    def _get_meaning(self, plan, measure):
        units = dict(measure._fields["unit"]._description_selection(self.env))
        unit = plan.currency_id.name if measure.unit == "money" else units[measure.unit]
        return f"{measure.name} ({unit})"

    @api.model
    def _get_number_pattern(self, plan, measure):
        if measure.unit == "money":
            places = plan.currency_id.decimal_places
            return "#,##0" + ("." + "0" * places if places else "")
        return {"number": "#,##0"}.get(measure.unit, "#,##0.##")


class _PlanBook:
    """Writes the sheets; numbers of rows and columns count from 0 here, as xlsxwriter's do."""

    def __init__(self, book, formats, lang):
        self.book = book
        self.formats = formats
        self.language = 1 if (lang or "").startswith("zh") else 0

    def fill(self, report, plan, with_targets):
        tree = report._get_tree(plan)
        self.write_targets(report, plan, tree, with_targets)
        self.write_nodes(tree)
        self.write_read_me(plan)

    def add_sheet(self, title, columns, widths, periods=()):
        sheet = self.book.add_worksheet(title)
        headings = [LABELS[name][self.language] for name in columns]
        headings += [period_text(period) for period in periods]
        if periods:
            headings.append(LABELS["total"][self.language])
        for column, text in enumerate(headings):
            sheet.write_string(0, column, text, self.formats["heading"])
            sheet.set_column(column, column, widths[column] if column < len(widths) else 13)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, len(columns) if periods else 2)
        return sheet

    def write_text(self, sheet, row, column, text):
        if text:
            sheet.write_string(row, column, text, self.formats["text"])

    def write_targets(self, report, plan, tree, with_targets):
        lines = report.env["stm.target.line"].search([("plan_id", "=", plan.id)])
        periods = report._get_periods(plan, lines)
        measures = report._get_measures(plan)
        targets = {
            (line.node_id.id, line.measure_id.id, (line.date_from, line.date_to)): line.target
            for line in lines
            if with_targets
        }
        sheet = self.add_sheet(TARGETS, _TARGET_COLUMNS, (8, 40, 12, 28), periods)
        patterns = {
            measure: self.book.add_format({"num_format": report._get_number_pattern(plan, measure)})
            for measure in measures.values()
        }
        meanings = {measure: report._get_meaning(plan, measure) for measure in measures.values()}
        row = 0
        for node in tree:
            for code, measure in measures.items():
                row += 1
                sheet.write_number(row, 0, node.node.id, self.formats["key"])
                for column, text in enumerate((node.path, code, meanings[measure]), 1):
                    self.write_text(sheet, row, column, text)
                values = [targets.get((node.node.id, measure.id, period)) for period in periods]
                self.write_values(sheet, row, values, patterns[measure], measure.is_additive)
        if row:
            sheet.autofilter(0, 0, row, len(_TARGET_COLUMNS) + len(periods))

    def write_values(self, sheet, row, values, pattern, is_additive):
        first = len(_TARGET_COLUMNS)
        for column, value in enumerate(values, first):
            if value is None:
                sheet.write_blank(row, column, None, pattern)
            else:
                sheet.write_number(row, column, value, pattern)
        # ratios and numbers of customers do not add up
        if is_additive:
            last = first + len(values)
            cells = xlsxwriter.utility.xl_range(row, first, row, last - 1)
            sheet.write_formula(row, last, f"=SUM({cells})", pattern, sum(filter(None, values)))

    def write_nodes(self, tree):
        columns = ("key", "path", "label", *DIMENSION_COLUMNS)
        sheet = self.add_sheet(NODES, columns, (8, 40, 20, 24, 20, 24, 30, 16, 16, 16, 30))
        for row, node in enumerate(tree, 1):
            sheet.write_number(row, 0, node.node.id, self.formats["key"])
            for column, name in enumerate(columns[1:], 1):
                self.write_text(sheet, row, column, node.texts[name])

    def write_read_me(self, plan):
        sheet = self.book.add_worksheet(READ_ME)
        sheet.set_column(0, 1, 70)
        sheet.write_string(0, 0, plan.display_name, self.formats["heading"])
        sheet.write_string(0, 1, f"{plan.date_from} – {plan.date_to}", self.formats["heading"])
        for row, texts in enumerate(EXPLANATIONS, 2):
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text, self.formats["wrap"])
