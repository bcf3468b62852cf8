import { _t } from "@web/core/l10n/translation";
import { Component } from "@odoo/owl";
import { formatValue, PACE } from "./figures";

/** Attainment with two marks: where somebody is, and where somebody should be by now. */
export class PaceBar extends Component {
    static template = "sales_target_mgmt.PaceBar";
    static props = {
        // a card as `stm.quota` makes it
        card: { type: Object },
        class: { type: String, optional: true },
    };
    static defaultProps = { class: "" };

    get scale() {
        const { target, actual, expected } = this.props.card;
        return Math.max(target, actual, expected ?? 0) || 1;
    }

    percent(value) {
        return `${Math.max(0, Math.min(100, (100 * value) / this.scale)).toFixed(1)}%`;
    }

    get color() {
        const { pace_state, actual, target } = this.props.card;
        // never the grey of the empty part: somebody who is beyond the target has done well
        return PACE[pace_state]?.color || (actual >= target ? "success" : "primary");
    }

    get exceeded() {
        return this.props.card.actual > this.props.card.target;
    }

    get hasExpected() {
        return (this.props.card.expected ?? null) !== null;
    }

    get expectedTitle() {
        return _t("Expected to date: %s", formatValue(this.props.card.expected, this.props.card));
    }

    get title() {
        const { card } = this.props;
        const figures = {
            actual: formatValue(card.actual, card),
            target: formatValue(card.target, card),
            expected: formatValue(card.expected, card),
        };
        return this.hasExpected
            ? _t("%(actual)s achieved of %(target)s, %(expected)s expected to date", figures)
            : _t("%(actual)s achieved of %(target)s", figures);
    }
}
