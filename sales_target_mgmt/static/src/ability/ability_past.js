import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { formatShare, formatValue } from "../core/figures";

/** What a person achieved in the days that are chosen; read anew whenever it is shown. */
export class AbilityPast extends Component {
    static template = "sales_target_mgmt.AbilityPast";
    static components = { DateTimeInput };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.last = new KeepLast();
        this.state = useState({ past: null });
        this.formatShare = formatShare;
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps(async ({ record }) => {
            if (record.resId !== this.props.record.resId) {
                await this.load(record.resId);
            }
        });
    }

    async load(id, choice = {}) {
        this.state.past = id
            ? await this.last.add(this.orm.call("stm.ability", "get_past", [[id]], choice))
            : null;
    }

    /** Read again with something else chosen; without anything, as at the start. */
    choose(changes) {
        const { date_from, date_to, measure } = this.state.past;
        const choice = changes && { date_from, date_to, measure_id: measure.id, ...changes };
        return this.load(this.props.record.resId, choice);
    }

    async onDate(name, day) {
        const changes = { [name]: serializeDate(day) };
        const { date_from, date_to } = { ...this.state.past, ...changes };
        // one day is chosen after the other: the other one follows where it has to
        if (date_from > date_to) {
            changes.date_from = changes.date_to = serializeDate(day);
        }
        await this.choose(changes);
    }

    get dates() {
        return [
            ["date_from", _t("From")],
            ["date_to", _t("To")],
        ].map(([name, label]) => ({
            name,
            label,
            value: deserializeDate(this.state.past[name]),
        }));
    }

    get sections() {
        const { rows } = this.state.past;
        return [
            { by: "all", title: _t("Everywhere") },
            { by: "categ_id", title: _t("By Product Category") },
            { by: "territory_id", title: _t("By Territory") },
        ]
            .map((section) => ({ ...section, rows: rows.filter(({ by }) => by === section.by) }))
            .filter((section) => section.rows.length);
    }

    value(amount) {
        return formatValue(amount, this.state.past.measure);
    }
}

registry.category("view_widgets").add("stm_ability_past", { component: AbilityPast });
