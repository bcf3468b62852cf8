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
        return Math.max(target, actual, expected) || 1;
    }

    percent(value) {
        return `${Math.max(0, Math.min(100, (100 * value) / this.scale)).toFixed(1)}%`;
    }

    get color() {
        return PACE[this.props.card.pace_state]?.color || "secondary";
    }

    get exceeded() {
        return this.props.card.actual > this.props.card.target;
    }

    get expectedTitle() {
        return _t("Expected to date: %s", formatValue(this.props.card.expected, this.props.card));
    }

    get title() {
        const { card } = this.props;
        return _t("%(actual)s achieved of %(target)s, %(expected)s expected to date", {
            actual: formatValue(card.actual, card),
            target: formatValue(card.target, card),
            expected: formatValue(card.expected, card),
        });
    }
}
