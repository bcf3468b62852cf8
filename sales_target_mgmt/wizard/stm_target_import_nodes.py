from collections import defaultdict

from ..models.target.stm_target_breakdown import DIMENSIONS
from ..models.target.stm_target_node import TREE_DIMENSIONS
from ..tools.plan_sheet import DIMENSION_COLUMNS, SEPARATOR, Place, path_text
from .stm_target_import_lookup import COLUMNS, DimensionLookup


class NewNode:
    """A node that the file adds; its parent is a node, or another new one, or none.

    :ivar dimensions: {name: record}, what is taken over from the parent included
    :ivar is_sure: whether everything that its row names was found
    """

    def __init__(self, row, parent, given, whole):
        self.row = row
        self.path = row.path
        self.parent = parent
        self.depth = parent.depth + 1 if isinstance(parent, NewNode) else 0
        self.whole = whole
        self.dimensions = {name: given[name] or whole[name] for name in DIMENSIONS}
        self.own = [name for name in DIMENSIONS if self.dimensions[name] != whole[name]]
        self.is_sure = all(
            given[name] for name in DIMENSIONS if any(row.texts.get(column) for column in COLUMNS[name])
        )
        # the record, once it is made
        self.node = None

    def __repr__(self):
        return self.path

    @property
    def identity(self):
        """Equal for two nodes that stand for the same below the same parent."""
        return self.parent, *(self.dimensions[name] for name in DIMENSIONS)

    @property
    def label(self):
        """The own name; empty when the path ends with what the node is called anyway."""
        name = self.path.rsplit(SEPARATOR, 1)[-1]
        default = " · ".join(self.dimensions[one].sudo().display_name for one in self.own)
        return self.row.texts.get("label") or (name if name != path_text([default]) else "")

    def get_place(self, name) -> Place:
        """The cell that names a dimension."""
        columns = COLUMNS[name]
        return self.row.place(next((one for one in columns if self.row.texts.get(one)), columns[0]))


class NodeCheck:
    """Compares the sheet of nodes with the plan's tree.

    :ivar new: nodes to be made, parents first
    :ivar renamed: {node: own name}
    :ivar unchanged: number of rows that say what the plan says
    """

    def __init__(self, plan, sheets, fault):
        self.plan = plan
        self.fault = fault
        self.tree = plan.env["stm.target.xlsx"]._get_tree(plan)
        self.by_key = {entry.node.id: entry for entry in self.tree}
        self.by_path = defaultdict(list)
        for entry in self.tree:
            self.by_path[entry.path].append(entry.node)
        self.new, self.renamed, self.unchanged = [], {}, 0
        self.rows_by_node, self.rejected = {}, set()
        added = []
        for row in sheets.nodes:
            if row.key is None and not row.path:
                continue
            if row.key is None and not self.by_path.get(row.path):
                added.append(row)
            else:
                self._compare(row)
        self._check_new(added)

    def find(self, row):
        """The node or new node that a row means; `None` when it is none, which has been said."""
        if row.key is not None:
            return self._find_by_key(row)
        if not row.path:
            return None
        found = self.by_path.get(row.path, [])
        if len(found) > 1:
            self.fault("ambiguous_path", row.place("path"), value=row.path, count=len(found))
        elif not found and row.path not in self.rejected:
            self.fault("unknown_path", row.place("path"), value=row.path)
        return found[0] if len(found) == 1 else None

    def _find_by_key(self, row):
        entry = self.by_key.get(row.key)
        if entry is None:
            # a key that is no number has been named already
            if row.key:
                self.fault("unknown_key", row.place("key"), value=row.key)
            return None
        if row.path and row.path != entry.path:
            self.fault("moved_key", row.place("path"), key=row.key, path=entry.path, value=row.path)
            return None
        return entry.node

    def _compare(self, row):
        """A row of a node that exists: only its own name may differ."""
        node = self.find(row)
        if not node:
            return
        if node in self.rows_by_node:
            self.fault("duplicate_node", row.place("path"), other=str(self.rows_by_node[node]))
            return
        self.rows_by_node[node] = row.place("path")
        texts = self.by_key[node.id].texts
        for column in DIMENSION_COLUMNS:
            if row.texts.get(column, "") != texts[column]:
                self.fault(
                    "changed_dimension",
                    row.place(column),
                    node=texts["path"],
                    value=texts[column],
                    other=row.texts.get(column, ""),
                )
        if row.texts.get("label", "") != texts["label"]:
            self.renamed[node] = row.texts.get("label", "")
        else:
            self.unchanged += 1

    def _check_new(self, rows):
        lookup = DimensionLookup(self.plan, rows, self.fault)
        identities = {
            (entry.node.parent_id, *(entry.node[name] for name in DIMENSIONS)): entry.path
            for entry in self.tree
        }
        first = {}
        # parents before children, in whatever order the rows stand
        for row in sorted(rows, key=lambda row: row.path.count(SEPARATOR)):
            if row.path in first:
                self.fault("duplicate_node", row.place("path"), other=str(first[row.path]))
                continue
            first[row.path] = row.place("path")
            node = self._read_new(row, lookup)
            if node is None:
                self.rejected.add(row.path)
                continue
            self._check_dimensions(node, identities)
            self.new.append(node)
            self.by_path[node.path].append(node)

    def _read_new(self, row, lookup):
        given = {name: lookup.find(row, name) for name in DIMENSIONS}
        nodes = self.plan.env["stm.target.node"]
        if SEPARATOR not in row.path:
            return NewNode(row, nodes, given, self._get_dimensions(nodes))
        above = row.path.rsplit(SEPARATOR, 1)[0]
        parents = self.by_path.get(above, [])
        if len(parents) == 1:
            return NewNode(row, parents[0], given, self._get_dimensions(parents[0]))
        if parents:
            self.fault("ambiguous_path", row.place("path"), value=above, count=len(parents))
        elif above not in self.rejected:
            self.fault("unknown_parent", row.place("path"), value=row.path, parent=above)
        return None

    @staticmethod
    def _get_dimensions(node):
        return node.dimensions if isinstance(node, NewNode) else {name: node[name] for name in DIMENSIONS}

    def _check_dimensions(self, node, identities):
        """Say where a new node contradicts its parent, adds nothing to it, or repeats another."""
        for name in node.own:
            value, whole = node.dimensions[name].sudo(), node.whole[name].sudo()
            inside = name in TREE_DIMENSIONS and (value.parent_path or "").startswith(whole.parent_path or "")
            if whole and not inside:
                self.fault(
                    "contradiction",
                    node.get_place(name),
                    value=value.display_name,
                    whole=whole.display_name,
                    label=self.plan.env["stm.target.node"]._fields[name]._description_string(self.plan.env),
                )
        if not node.is_sure:
            return
        if node.parent and not node.own:
            self.fault("nothing_own", node.row.place("path"), value=node.path)
            return
        twin = identities.setdefault(node.identity, node.path)
        if twin != node.path:
            self.fault("twin", node.row.place("path"), value=node.path, other=twin)
