import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { useDebounced } from "@web/core/utils/timing";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { formatFloat, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";

const DELAY = 250;
const TIER = ["lower", "upper", "rate", "amount"];
const GREY = "rgba(128, 128, 128, 0.9)";

/** The curve of a commission component and three deals under it, while it is being edited. */
export class RateCurve extends Component {
    static template = "sales_target_mgmt.RateCurve";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.canvas = useRef("canvas");
        this.state = useState({ curve: null, deals: null });
        this.last = new KeepLast();
        this.reload = useDebounced(() => this.load(), DELAY);
        this.asked = "";
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useRecordObserver((record) => {
            const values = JSON.stringify(this.readValues(record));
            if (values !== this.asked) {
                this.asked = values;
                return this.state.curve ? this.reload() : this.load();
            }
        });
        useEffect(
            (data) => {
                const chart = this.curve?.points.length ? this.draw() : null;
                return () => chart?.destroy();
            },
            () => [JSON.stringify(this.curve)]
        );
    }

    get curve() {
        return this.state.curve;
    }

    /** What the form holds, as plain values. */
    readValues({ data, fields }) {
        const values = {};
        for (const [name, value] of Object.entries(data)) {
            if (["string", "number", "boolean"].includes(typeof value)) {
                values[name] = value;
            } else if (fields[name].type === "many2one") {
                values[name] = value ? value.id : false;
            }
        }
        values.tier_ids = data.tier_ids.records.map((tier) =>
            Object.fromEntries(TIER.map((name) => [name, tier.data[name] || 0]))
        );
        return values;
    }

    async load() {
        const args = [JSON.parse(this.asked), this.state.deals];
        this.state.curve = await this.last.add(
            this.orm.call("stm.commission.rule", "get_curve", args)
        );
    }

    setDeal(position, ev) {
        let amount;
        try {
            amount = parseFloat(ev.target.value);
        } catch {
            ev.target.value = this.formatNumber(this.curve.deals[position].base);
            return;
        }
        this.state.deals = this.curve.deals.map((deal, index) =>
            index === position ? amount : deal.base
        );
        return this.load();
    }

    get axis() {
        const names = { attainment: _t("Attainment"), quantity: _t("Quantity") };
        return names[this.curve.over] || _t("Amount");
    }

    /** Whether the curve is over what picks the tier. */
    get byRate() {
        return this.byAttainment || this.curve.shown === "percent";
    }

    get byAttainment() {
        return this.curve.over === "attainment";
    }

    /** Whether a rate is a sum of money for each piece. */
    get byPiece() {
        return this.curve.over === "quantity" && this.curve.shown === "money";
    }

    /** Points at the borders, for who reads figures rather than pictures. */
    get rows() {
        const borders = new Set(this.curve.borders);
        return this.curve.points.filter((point, index, all) => {
            return borders.has(point.base) || !index || index === all.length - 1;
        });
    }

    formatNumber(base) {
        return formatFloat(base, { digits: [16, 2], trailingZeros: false });
    }

    formatBase(base) {
        const number = this.formatNumber(base);
        return this.byAttainment ? `${number} %` : number;
    }

    formatEarned(amount) {
        if (this.curve.shown === "percent") {
            return formatPercentage(amount / 100, { digits: [16, 2] });
        }
        const currency = this.props.record.data.currency_id;
        const currencyId = currency ? currency.id : user.activeCompany.currency_id;
        return formatMonetary(amount, { currencyId });
    }

    formatRate(deal) {
        const share = deal.base ? deal.earned / deal.base : 0;
        return this.byPiece
            ? this.formatEarned(share)
            : formatPercentage(share, { digits: [16, 2] });
    }

    formatParts(deal) {
        return deal.parts
            .map(([base, rate]) => {
                const digits = [16, 4];
                const share = this.byPiece
                    ? this.formatEarned(rate)
                    : formatPercentage(rate, { digits, trailingZeros: false });
                return `${this.formatNumber(base)} × ${share}`;
            })
            .join(" + ");
    }

    get hasWithheld() {
        return this.curve.points.some((point) => point.withheld > 0);
    }

    /** Curve, what gate and cap keep back, and where the tiers begin. */
    getLines() {
        const { points, borders, gate, cap, shown } = this.curve;
        const color = getColor(0, cookie.get("color_scheme"));
        const line = (label, xy, options) => ({
            label,
            data: xy,
            showLine: true,
            pointRadius: 0,
            pointStyle: "line",
            borderWidth: 1.5,
            borderColor: GREY,
            backgroundColor: GREY,
            ...options,
        });
        const isBorder = (point) => borders.includes(point.base) && point.base !== gate;
        const earned = points.map(({ base: x, earned: y }) => ({ x, y }));
        const lines = [
            line(shown === "percent" ? _t("Rate") : _t("Earned"), earned, {
                borderWidth: 2.5,
                borderColor: color,
                backgroundColor: color,
            }),
            line(
                _t("Tiers"),
                points.filter(isBorder).map(({ base: x, earned: y }) => ({ x, y })),
                {
                    showLine: false,
                    pointStyle: "circle",
                    pointRadius: 4,
                    borderColor: color,
                    backgroundColor: "white",
                }
            ),
        ];
        if (this.hasWithheld) {
            const before = points.map((one) => ({ x: one.base, y: one.earned + one.withheld }));
            lines.push(line(_t("Before gate and cap"), before, { borderDash: [2, 3] }));
        }
        const top = Math.max(...points.map((one) => one.earned + one.withheld), cap);
        const end = points.at(-1).base;
        if (gate) {
            const gateLine = [gate, gate].map((x, index) => ({ x, y: index * top }));
            lines.push(line(_t("Gate"), gateLine, { borderDash: [8, 4], borderColor: "#e08e0b" }));
        }
        if (cap) {
            const capLine = [0, end].map((x) => ({ x, y: cap }));
            lines.push(line(_t("Cap"), capLine, { borderDash: [8, 4], borderColor: "#c0392b" }));
        }
        return lines.filter(({ data }) => data.length);
    }

    draw() {
        return new Chart(this.canvas.el, {
            type: "scatter",
            data: { datasets: this.getLines() },
            options: {
                maintainAspectRatio: false,
                animation: false,
                interaction: { mode: "nearest", intersect: false, axis: "x" },
                scales: {
                    x: {
                        type: "linear",
                        min: 0,
                        max: this.curve.points.at(-1).base,
                        title: {
                            display: true,
                            text: this.axis,
                        },
                        ticks: { callback: (value) => this.formatBase(value) },
                    },
                    y: {
                        beginAtZero: true,
                        ticks: { callback: (value) => this.formatEarned(value) },
                    },
                },
                plugins: {
                    legend: { labels: { usePointStyle: true } },
                    tooltip: {
                        callbacks: {
                            label: ({ dataset, parsed }) =>
                                `${dataset.label}: ${this.formatBase(parsed.x)} → ${this.formatEarned(parsed.y)}`,
                        },
                    },
                },
            },
        });
    }
}

registry.category("view_widgets").add("stm_rate_curve", { component: RateCurve });
