/** How figures, periods and pace are written, the same on every screen. */
import { _t } from "@web/core/l10n/translation";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";
import { formatPercentage } from "@web/views/fields/formatters";

/** A state is never told by colour alone: sign and word go with it. Red is for "at risk" only. */
export const PACE = {
    ahead: { sign: "▲", label: _t("Ahead"), color: "success" },
    on_pace: { sign: "●", label: _t("On pace"), color: "info" },
    behind: { sign: "▼", label: _t("Behind"), color: "warning" },
    at_risk: { sign: "⚠", label: _t("At risk"), color: "danger" },
};

/**
 * @param {number|null} value
 * @param {{unit: string, currency_id: number|false}} card
 * @param {{symbol?: boolean}} [options] whether money shows its currency
 * @returns {string} the value in the user's format; money without decimals
 */
export function formatValue(value, card, { symbol = false } = {}) {
    if (value === null || value === undefined || value === false) {
        return "–";
    }
    if (card.unit === "money") {
        return formatCurrency(value, card.currency_id, { digits: [16, 0], noSymbol: !symbol });
    }
    if (card.unit === "percent") {
        return formatPercentage(value / 100, { digits: [16, 1] });
    }
    const digits = card.unit === "score" ? 2 : 1;
    return formatFloat(value, { digits: [16, digits], trailingZeros: false });
}

/** Whether a value differs from zero as it is written: 0.03 customers a day do not. */
export function isShown(value, card) {
    return formatValue(value, card) !== formatValue(0, card);
}

/** @param {number} share 1 is 100 % */
export function formatShare(share) {
    return formatPercentage(share, { digits: [16, 0] });
}

export function formatDays(days) {
    return formatFloat(days, { digits: [16, 1], trailingZeros: false });
}

/**
 * @param {string} dateFrom as the server writes it
 * @param {string} dateTo
 * @param {{short?: boolean}} [options]
 * @returns {string} "June 2026", "Q2 2026", "2026", or both dates
 */
export function formatPeriod(dateFrom, dateTo, { short = false } = {}) {
    const start = deserializeDate(dateFrom);
    const end = deserializeDate(dateTo);
    const begins = start.day === 1;
    const ends = end.day === end.daysInMonth;
    if (begins && ends && start.year === end.year) {
        const months = end.month - start.month + 1;
        if (months === 1) {
            return start.toLocaleString(
                short ? { month: "short", year: "2-digit" } : { month: "long", year: "numeric" }
            );
        }
        if (months === 3 && start.month % 3 === 1) {
            return _t("Q%(quarter)s %(year)s", { quarter: start.quarter, year: start.year });
        }
        if (months === 12) {
            return String(start.year);
        }
    }
    return `${formatDate(start)} – ${formatDate(end)}`;
}
