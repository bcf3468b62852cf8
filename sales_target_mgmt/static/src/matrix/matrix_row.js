import { _t } from "@web/core/l10n/translation";
import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { formatShare, formatValue, PACE } from "../core/figures";

/** A node with its targets, or what a breakdown leaves of them. */
export class MatrixRow extends Component {
    static template = "sales_target_mgmt.MatrixRow";
    static props = {
        model: { type: Object },
        // of `MatrixModel.items`
        item: { type: Object },
        // column that has the cursor, -1 for none
        active: { type: Number },
        // first and last column of the selection, -1 for none
        from: { type: Number },
        to: { type: Number },
        // text in the cell's input, null while nothing is edited
        text: { type: [String, { value: null }] },
    };

    setup() {
        this.model = useState(this.props.model);
        // read in the template: what draws the row again is its signal, not its plain cells
        this.signal = useState(this.props.item.row.signal);
        this.input = useRef("input");
        useEffect(
            (editing) => {
                if (editing) {
                    this.input.el.focus();
                    const end = this.input.el.value.length;
                    this.input.el.setSelectionRange(end, end);
                }
            },
            () => [this.props.text !== null]
        );
    }

    get row() {
        return this.props.item.row;
    }

    get breakdown() {
        return this.props.item.breakdown;
    }

    get card() {
        const { unit, currency_id } = this.model.measure;
        return { unit, currency_id };
    }

    value(amount) {
        return amount === null || amount === undefined ? "" : formatValue(amount, this.card);
    }

    cell(column) {
        return this.row.cells[column.key];
    }

    get reserves() {
        return this.model.getReserves(this.row, this.breakdown);
    }

    /**
     * A period that is over-assigned is named even if others have more in reserve.
     *
     * @param {(number|null)[]} amounts of every column, and their sum at the end
     */
    reserveLabel(amounts) {
        const { name } = this.breakdown;
        const states = amounts.slice(0, -1).map(reserveState).filter(Boolean);
        const over = states.filter((state) => state === "over").length;
        if (over) {
            return _t("By %(breakdown)s: %(over)s of %(count)s over-assigned", {
                breakdown: name,
                over,
                count: states.length,
            });
        }
        return states.length && states.every((state) => state === "even")
            ? _t("By %s: fully assigned", name)
            : _t("By %s: in reserve", name);
    }

    /** A reserve in words, so that colour and sign do not stand alone. */
    reserveTitle(amount, column) {
        const words = {
            over: _t("%s over-assigned", this.value(-amount)),
            even: _t("fully assigned"),
            reserve: _t("%s in reserve", this.value(amount)),
        }[reserveState(amount)];
        const stored = this.breakdown.reserves.find(
            (one) => one.date_from === column?.date_from && one.date_to === column.date_to
        );
        const count = stored?.crossing;
        return count
            ? _t("%(words)s; %(count)s targets below cross the period and do not count", {
                  words: words || "",
                  count,
              })
            : words;
    }

    isOver(amount) {
        return reserveState(amount) === "over";
    }

    cellClass(column, index) {
        const { active, from, to } = this.props;
        return {
            o_stm_active: index === active,
            o_stm_selected: from <= index && index <= to,
            o_stm_running: column.running,
        };
    }

    /** How far people's own numbers lie from their targets; null where they do not differ. */
    offer(cell) {
        if (cell?.bottom_up === undefined) {
            return null;
        }
        const gap = cell.bottom_up_gap ?? cell.bottom_up - (cell.target ?? 0);
        if (Math.abs(gap) <= 0.005) {
            return null;
        }
        const values = { amount: this.value(cell.bottom_up), gap: this.value(Math.abs(gap)) };
        return gap > 0
            ? { sign: "▲", title: _t("Bottom-up: %(amount)s, %(gap)s more", values) }
            : { sign: "▼", title: _t("Bottom-up: %(amount)s, %(gap)s less", values) };
    }

    barStyle(cell) {
        return `width: ${Math.min(100, 100 * cell.attainment).toFixed(0)}%`;
    }

    barClass(cell) {
        return `bg-${PACE[cell.pace_state]?.color || "secondary"}`;
    }

    barTitle(cell) {
        return _t("%(actual)s achieved, %(share)s", {
            actual: this.value(cell.actual),
            share: formatShare(cell.attainment),
        });
    }
}

/** @returns {"over"|"even"|"reserve"|null} null without a target; cents of rounding do not count */
function reserveState(amount) {
    if (amount === null) {
        return null;
    }
    return amount < -0.005 ? "over" : amount > 0.005 ? "reserve" : "even";
}

/** The sums of the topmost rows. */
export class MatrixTotals extends Component {
    static template = "sales_target_mgmt.MatrixTotals";
    static props = { model: { type: Object } };

    setup() {
        this.model = useState(this.props.model);
        this.totals = useState(this.props.model.totals);
    }

    value(amount) {
        return amount === null ? "" : formatValue(amount, this.model.measure);
    }
}
