import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";
import { formatShare } from "./figures";
import { PaceBar } from "./pace_bar";

/**
 * Attainment in percent as a bar. Above 100 % the whole bar is full and a line shows where the
 * target was. Options name the fields `expected` and `target`, from which the pace mark comes,
 * and `pace`, the state that colours it.
 */
export class AttainmentField extends Component {
    static template = "sales_target_mgmt.AttainmentField";
    static components = { PaceBar };
    static props = {
        ...standardFieldProps,
        expected: { type: String, optional: true },
        target: { type: String, optional: true },
        pace: { type: String, optional: true },
    };

    get card() {
        const { data } = this.props.record;
        const target = data[this.props.target];
        const expected = data[this.props.expected];
        return {
            unit: "percent",
            target: 100,
            actual: data[this.props.name] || 0,
            expected: target ? (100 * expected) / target : null,
            pace_state: data[this.props.pace],
        };
    }

    get text() {
        return formatShare(this.card.actual / 100);
    }
}

const DEPENDENCIES = { expected: "float", target: "float", pace: "selection" };

registry.category("fields").add("stm_attainment", {
    component: AttainmentField,
    displayName: _t("Attainment"),
    supportedTypes: ["float"],
    // bar and figure side by side
    listViewWidth: [150, 220],
    extractProps: ({ options }) => ({
        expected: options.expected,
        target: options.target,
        pace: options.pace,
    }),
    fieldDependencies: ({ options }) =>
        Object.entries(DEPENDENCIES)
            .filter(([name]) => options[name])
            .map(([name, type]) => ({ name: options[name], type, readonly: true })),
});
