import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";
import { formatPeriod, formatShare, formatValue, PACE } from "../core/figures";
import { PaceBar } from "../core/pace_bar";
import { Sparkline } from "../core/sparkline";

/** A team's attainment, pace and last twelve periods on its card; nothing without a target. */
export class TeamProgressField extends Component {
    static template = "sales_target_mgmt.TeamProgressField";
    static components = { PaceBar, Sparkline };
    static props = { ...standardFieldProps };

    get card() {
        return this.props.record.data[this.props.name];
    }

    get pace() {
        return PACE[this.card.pace_state];
    }

    get attainment() {
        return this.card.has_actual ? formatShare(this.card.attainment) : "–";
    }

    get text() {
        return _t("%(actual)s of %(target)s", {
            actual: formatValue(this.card.actual, this.card),
            target: formatValue(this.card.target, this.card, { symbol: true }),
        });
    }

    get caption() {
        const period = formatPeriod(this.card.date_from, this.card.date_to);
        return `${this.card.measure.name} · ${period}`;
    }
}

registry.category("fields").add("stm_team_progress", {
    component: TeamProgressField,
    displayName: _t("Target Progress"),
    supportedTypes: ["json"],
});
