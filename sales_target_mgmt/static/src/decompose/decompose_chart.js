import { loadBundle } from "@web/core/assets";
import { getColor } from "@web/core/colors/colors";
import { cookie } from "@web/core/browser/cookie";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

// more bars than that cannot be told apart
const LARGEST = 24;

/** Before and after of the largest parts; the table above says the same in figures. */
export class DecomposeChart extends Component {
    static template = "sales_target_mgmt.DecomposeChart";
    static props = { ...standardWidgetProps };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (data) => {
                const chart = this.draw(JSON.parse(data));
                return () => chart?.destroy();
            },
            () => [JSON.stringify(this.parts)]
        );
    }

    get parts() {
        const lines = this.props.record.data.line_ids.records.map(({ data }) => data);
        const inOrder = this.props.record.data.mode === "periods";
        const shown = inOrder ? lines : lines.toSorted((a, b) => b.proposal - a.proposal);
        return shown
            .slice(0, LARGEST)
            .map(({ name, history, proposal }) => [name, history, proposal]);
    }

    draw(parts) {
        const scheme = cookie.get("color_scheme");
        const bars = (label, position, backgroundColor) => ({
            label,
            data: parts.map((part) => part[position]),
            backgroundColor,
        });
        return new Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: parts.map(([name]) => name),
                datasets: [
                    bars(_t("History"), 1, "rgba(128, 128, 128, 0.5)"),
                    bars(_t("Proposed"), 2, getColor(0, scheme)),
                ],
            },
            options: { maintainAspectRatio: false, animation: false },
        });
    }
}

registry.category("view_widgets").add("stm_decompose_chart", { component: DecomposeChart });
