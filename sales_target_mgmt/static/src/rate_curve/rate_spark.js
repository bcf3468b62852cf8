import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

const WIDTH = 64;
const HEIGHT = 24;
const MARGIN = 2;

/** The shape of a component's curve in the list of a plan; the tiers beside it say the figures. */
export class RateSpark extends Component {
    static template = "sales_target_mgmt.RateSpark";
    static props = { ...standardFieldProps };

    get line() {
        const points = this.props.record.data[this.props.name] || [];
        const [width, height] = [WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN];
        return points
            .map(([x, y]) => `${MARGIN + x * width},${HEIGHT - MARGIN - y * height}`)
            .join(" ");
    }
}

registry.category("fields").add("stm_rate_spark", {
    component: RateSpark,
    displayName: _t("Rate Curve"),
    supportedTypes: ["json"],
});
