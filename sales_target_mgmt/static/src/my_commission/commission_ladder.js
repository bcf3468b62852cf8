import { _t } from "@web/core/l10n/translation";
import { Component } from "@odoo/owl";
import { formatBase, formatPay, getFormats } from "./pay";

const FULL = 100;

/** A component of a plan: its tiers, where I stand on them, and what is missing to the next one. */
export class CommissionLadder extends Component {
    static template = "sales_target_mgmt.CommissionLadder";
    static props = { component: Object, currencyId: Number };

    get component() {
        return this.props.component;
    }

    get hasTable() {
        return this.component.rate === null && this.component.method !== "formula";
    }

    get isByAttainment() {
        return this.component.by === "attainment";
    }

    get formats() {
        return getFormats(this.component, this.props.currencyId);
    }

    place(number) {
        return this.formats.place(number);
    }

    value(number) {
        return this.formats.value(number);
    }

    rangeText(tier) {
        return this.formats.range(tier);
    }

    /** How far a tier is filled, in percent; a tier without end is full once it is reached. */
    fill(tier) {
        const { place } = this.component;
        if (place === null || place < tier.from) {
            return 0;
        }
        if (tier.to === null || place >= tier.to) {
            return FULL;
        }
        return (FULL * (place - tier.from)) / (tier.to - tier.from);
    }

    get positionText() {
        const { component } = this;
        const sold = formatBase(component.sold, this.props.currencyId, component.is_money);
        if (component.rate !== null) {
            const rate = this.value(component.rate);
            return _t("%(sold)s so far at %(rate)s", { sold, rate });
        }
        if (component.method === "formula") {
            return _t("%s so far", sold);
        }
        if (!component.cumulative) {
            return _t("counts each document by itself");
        }
        if (component.place === null) {
            return _t("no approved target to measure it by");
        }
        return this.isByAttainment
            ? _t("%(share)s of %(measure)s attained", {
                  share: this.place(component.place),
                  measure: component.measure,
              })
            : _t("%s so far", this.place(component.place));
    }

    get nextText() {
        const { component } = this;
        if (component.missing === null) {
            return "";
        }
        const missing = this.isByAttainment
            ? _t("%s points", formatBase(component.missing, this.props.currencyId))
            : this.place(component.missing);
        return _t("%(missing)s more to %(rate)s", { missing, rate: this.value(component.next) });
    }

    get bringsText() {
        const { brings, method, next } = this.component;
        // the first sum of a bonus stands in the text before already
        return brings && !(method === "bonus" && brings === next)
            ? _t("brings %s", formatPay(brings, this.props.currencyId))
            : "";
    }

    get gateText() {
        const { gate_by, gate_missing, is_money } = this.component;
        if (!gate_missing) {
            return "";
        }
        const missing = formatBase(
            gate_missing,
            this.props.currencyId,
            gate_by === "attainment" || is_money
        );
        return _t(
            "%s more to the gate",
            gate_by === "attainment" ? _t("%s points", missing) : missing
        );
    }

    get capText() {
        const { cap } = this.component;
        return cap === null
            ? ""
            : _t("at most %s in a period", formatPay(cap, this.props.currencyId));
    }
}
