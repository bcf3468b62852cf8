import { registry } from "@web/core/registry";
import { formatFloat } from "@web/core/utils/numbers";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, useState } from "@odoo/owl";
import { formatShare } from "../core/figures";

/** Everybody's score for every task, and what each is made of. */
export class AbilityMatrix extends Component {
    static template = "sales_target_mgmt.AbilityMatrix";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ person: null, task: null });
        this.formatShare = formatShare;
    }

    get matrix() {
        return this.props.record.data.matrix || { tasks: [], people: [] };
    }

    points(value) {
        return value === null ? "–" : formatFloat(value, { digits: [16, 0] });
    }

    exact(value) {
        return formatFloat(value, { digits: [16, 1], trailingZeros: false });
    }

    /** The better, the more of the colour; the score says it as well. */
    style(score) {
        return `--stm-score: ${Math.round((score || 0) * 0.45)}%`;
    }

    select(person, task) {
        Object.assign(this.state, { person: person.id, task: task.id });
    }

    /** What is clicked on, as long as it is there. */
    get selected() {
        const { tasks, people } = this.matrix;
        const position = tasks.findIndex(({ id }) => id === this.state.task);
        const person = people.find(({ id }) => id === this.state.person);
        const cell = person?.cells[position];
        return cell ? { person, task: tasks[position], cell, position } : null;
    }

    /** Give the task to the person by hand; the others are found anew. */
    async choose({ person, position }) {
        const line = this.props.record.data.line_ids.records[position];
        const user = { id: person.id, display_name: person.name };
        await line.update({ user_id: user, pinned: true });
    }
}

registry.category("view_widgets").add("stm_ability_matrix", { component: AbilityMatrix });
