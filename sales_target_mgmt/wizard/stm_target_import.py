import base64
import binascii
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .stm_target_import_changes import PlanChanges
from .stm_target_import_nodes import NewNode

SHOWN_DIFFERENCES = 40
SHOWN_FAULTS = 1000


class StmTargetImport(models.TransientModel):
    """Reads a plan's nodes and targets from an XLSX file: check, preview, apply all or nothing."""

    _name = "stm.target.import"
    _description = "Import of Targets"

    plan_id = fields.Many2one("stm.target.plan", required=True, ondelete="cascade")
    file = fields.Binary()
    file_name = fields.Char()
    step = fields.Selection(
        [("choose", "Choose"), ("faulty", "Faults"), ("ready", "Preview")], default="choose", required=True
    )
    digest = fields.Char()
    is_outdated = fields.Boolean(help="The plan has changed since the preview.")
    node_created = fields.Integer("New Nodes")
    node_changed = fields.Integer("Renamed Nodes")
    node_unchanged = fields.Integer("Unchanged Nodes")
    line_created = fields.Integer("New Targets")
    line_changed = fields.Integer("Changed Targets")
    line_unchanged = fields.Integer("Unchanged Targets")
    line_kept = fields.Integer("Targets Not in the File", help="They stay as they are.")
    difference_count = fields.Integer("Differences")
    fault_count = fields.Integer("Faults")
    fault_ids = fields.One2many("stm.target.import.fault", "import_id", string="What to Correct")
    difference_ids = fields.One2many("stm.target.import.difference", "import_id", string="What Changes")

    @api.onchange("file")
    def _onchange_file(self):
        self.step = "choose"

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        # not a constraint: those see everything
        for wizard in wizards:
            wizard._check_plan()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        if "plan_id" in vals:
            for wizard in self:
                wizard._check_plan()
        return result

    def action_check(self):
        """Read the file and show what it would change, or everything that is wrong with it."""
        self.ensure_one()
        self._check_plan()
        self._show(PlanChanges(self.plan_id, self._get_content()))
        return self._reopen()

    def action_apply(self):
        """Change the plan as the preview says; back to the preview if that is no longer true."""
        self.ensure_one()
        self._check_plan()
        self._serialize()
        content = self._get_content()
        changes = PlanChanges(self.plan_id, content)
        if changes.faults or changes.get_digest() != self.digest:
            self._show(changes, is_outdated=True)
            return self._reopen()
        self._apply(changes)
        self._log(changes, content)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self._get_summary(changes),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_template(self):
        """Download the plan's tree and periods without targets."""
        self.ensure_one()
        return self.plan_id.action_export_template()

    def _check_plan(self):
        """:raises UserError: unless the plan is a draft and the user may change it"""
        plan = self.plan_id
        plan.check_access("read")
        if plan.state != "draft":
            labels = dict(plan._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Targets are imported into a draft; “%(plan)s” is in state “%(state)s”. Return it "
                    "to draft or revise it, and import into the draft.",
                    plan=plan.display_name,
                    state=labels[plan.state],
                )
            )
        plan.check_access("write")

    def _serialize(self):
        """Let of two imports at once the later one see the earlier one's work, or be retried.

        Under REPEATABLE READ only a written row does that, a locked one does not.
        """
        self.env.cr.execute(
            SQL("UPDATE stm_target_plan SET write_date = write_date WHERE id = %s", self.plan_id.id)
        )

    def _get_content(self):
        data = self.with_context(bin_size=False, bin_size_file=False).file
        try:
            return base64.b64decode(data or b"")
        except binascii.Error:
            return b"?"

    def _show(self, changes, is_outdated=False):
        """Keep what a check has found for the screen."""
        self.fault_ids.unlink()
        self.difference_ids.unlink()
        differences = [] if changes.faults else list(changes.get_differences())
        messages = self._get_messages() if changes.faults else {}
        self.write(
            {
                "step": "faulty" if changes.faults else "ready",
                "digest": changes.get_digest(),
                "is_outdated": is_outdated,
                **changes.get_counts(),
                "difference_count": len(differences),
                "fault_count": len(changes.faults),
                "fault_ids": [
                    (0, 0, {"place": str(fault.place), "message": messages[fault.code] % fault.values})
                    for fault in changes.faults[:SHOWN_FAULTS]
                ],
                "difference_ids": [(0, 0, values) for values in differences[:SHOWN_DIFFERENCES]],
            }
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Targets"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _apply(self, changes):
        self._create_nodes(changes.nodes.new)
        for node, label in changes.nodes.renamed.items():
            node.label = label
        self.env["stm.target.line"].create(
            [
                {
                    "node_id": (owner.node if isinstance(owner, NewNode) else owner).id,
                    "measure_id": measure.id,
                    "date_from": period[0],
                    "date_to": period[1],
                    "target": amount,
                }
                for owner, measure, period, amount, _place in changes.lines.new
            ]
        )
        by_amount = defaultdict(self.env["stm.target.line"].browse)
        for line, amount, _place in changes.lines.changed:
            by_amount[amount] |= line
        for amount, lines in by_amount.items():
            lines.target = amount

    def _create_nodes(self, new_nodes):
        """Level by level, so that the number of queries depends on the depth of the tree only."""
        levels = defaultdict(list)
        for new in new_nodes:
            levels[new.depth].append(new)
        for _depth, level in sorted(levels.items()):
            vals_list = [self._get_node_vals(new) for new in level]
            self._complete_breakdowns(vals_list)
            for new, node in zip(level, self.env["stm.target.node"].create(vals_list), strict=True):
                new.node = node

    def _get_node_vals(self, new):
        parent = new.parent.node if isinstance(new.parent, NewNode) else new.parent
        return {
            "plan_id": self.plan_id.id,
            "parent_id": parent.id,
            "label": new.label or False,
            **{name: record.id for name, record in new.dimensions.items()},
        }

    def _complete_breakdowns(self, vals_list):
        """Find or make the breakdowns of the parents, all of a level at once."""
        nodes = self.env["stm.target.node"].browse(
            {vals["parent_id"] for vals in vals_list if vals["parent_id"]}
        )
        parents = {node.id: node for node in nodes}
        known = {(one.node_id.id, one.dimension): one.id for one in nodes.breakdown_ids}
        wanted = [
            (vals["parent_id"], parents[vals["parent_id"]]._get_own_dimension(vals))
            for vals in vals_list
            if vals["parent_id"]
        ]
        missing = [key for key in dict.fromkeys(wanted) if key not in known]
        made = self.env["stm.target.breakdown"].create(
            [{"node_id": node, "dimension": dimension} for node, dimension in missing]
        )
        known.update(zip(missing, made.ids, strict=True))
        below = [vals for vals in vals_list if vals["parent_id"]]
        for vals, key in zip(below, wanted, strict=True):
            vals["breakdown_id"] = known[key]

    def _log(self, changes, content):
        """Who changed what by which file, for those who ask later where a number came from."""
        name = self.file_name or "targets.xlsx"
        summary = self._get_summary(changes)
        body = self.env._("Imported from %(file)s: %(summary)s", file=name, summary=summary)
        self.plan_id.message_post(body=body)
        self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": self.plan_id._name,
                "res_id": self.plan_id.id,
                "res_field": "import_file_ids",
            }
        )

    def _get_summary(self, changes):
        return self.env._(
            "%(node_created)s new and %(node_changed)s renamed nodes, %(line_created)s new and "
            "%(line_changed)s changed targets.",
            **changes.get_counts(),
        )


class StmTargetImportFault(models.TransientModel):
    """Something in a file that must be corrected before it can be imported."""

    _name = "stm.target.import.fault"
    _description = "Fault in an Imported File"

    import_id = fields.Many2one("stm.target.import", required=True, index=True, ondelete="cascade")
    place = fields.Char("Cell", readonly=True)
    message = fields.Char("What to Do", readonly=True)


class StmTargetImportDifference(models.TransientModel):
    """Something that an import would change."""

    _name = "stm.target.import.difference"
    _description = "Difference Made by an Import"

    import_id = fields.Many2one("stm.target.import", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("node_created", "New node"),
            ("node_changed", "Renamed node"),
            ("line_changed", "Changed target"),
            ("line_created", "New target"),
        ],
        string="Change",
        readonly=True,
    )
    place = fields.Char("Cell", readonly=True)
    node = fields.Char(readonly=True)
    measure = fields.Char(readonly=True)
    period = fields.Char(readonly=True)
    old = fields.Char("Before", readonly=True)
    new = fields.Char("After", readonly=True)
