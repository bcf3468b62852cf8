import { _t } from "@web/core/l10n/translation";
import { Component } from "@odoo/owl";
import { formatPeriod, formatValue } from "./figures";

const HEIGHT = 28;
const STEP = 10;
const MARGIN = 3;

/** Achieved figures of a row of periods as a line, and as a table for who cannot see it. */
export class Sparkline extends Component {
    static template = "sales_target_mgmt.Sparkline";
    static props = {
        // { date_from, date_to, value } with value null where there is nothing to say
        points: { type: Array },
        // unit and currency_id
        card: { type: Object },
        class: { type: String, optional: true },
    };
    static defaultProps = { class: "" };

    get rows() {
        return this.props.points.map((point) => ({
            key: point.date_from,
            period: formatPeriod(point.date_from, point.date_to, { short: true }),
            value: formatValue(point.value, this.props.card),
        }));
    }

    get title() {
        const rows = this.rows.map((row) => `${row.period}: ${row.value}`);
        return _t("Achieved\n%s", rows.join("\n"));
    }

    get width() {
        return (this.props.points.length - 1) * STEP + 2 * MARGIN;
    }

    get height() {
        return HEIGHT;
    }

    get coordinates() {
        const values = this.props.points.map((point) => point.value ?? 0);
        const low = Math.min(0, ...values);
        const range = Math.max(0, ...values) - low || 1;
        return values.map((value, index) => ({
            x: MARGIN + index * STEP,
            y: HEIGHT - MARGIN - ((value - low) / range) * (HEIGHT - 2 * MARGIN),
        }));
    }

    get line() {
        return this.coordinates.map(({ x, y }) => `${x},${y.toFixed(1)}`).join(" ");
    }

    get last() {
        return this.coordinates.at(-1);
    }
}
