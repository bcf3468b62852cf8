/** How pay is written: to the cent, rates as percentages or as money per unit. */
import { _t } from "@web/core/l10n/translation";
import { formatCurrency } from "@web/core/currency";
import { formatFloat } from "@web/core/utils/numbers";

export function formatPay(amount, currencyId) {
    return formatCurrency(amount || 0, currencyId);
}

/** A number of what is counted: money without decimals that are zero, or pieces. */
export function formatBase(number, currencyId, isMoney = true) {
    const text = formatFloat(number, { digits: [16, 2], trailingZeros: false });
    return isMoney ? text : _t("%s units", text);
}

/** @param {number} rate 0.05 is 5 % */
export function formatRate(rate, currencyId, isMoney = true) {
    if (!isMoney) {
        return _t("%s a unit", formatCurrency(rate, currencyId));
    }
    return `${formatFloat(rate * 100, { digits: [16, 4], trailingZeros: false })} %`;
}

export function formatPercent(number) {
    return `${formatFloat(number, { digits: [16, 1], trailingZeros: false })} %`;
}

/** @returns {string} "12,000 × 6 % + 3,000 × 7 %" */
export function formatSlices(slices, currencyId, isMoney = true) {
    return slices
        .map(
            ([base, rate]) =>
                `${formatBase(base, currencyId)} × ${formatRate(rate, currencyId, isMoney)}`
        )
        .join(" + ");
}

/**
 * How the table of a component is written.
 *
 * @param {{method: string, by: string, is_money: boolean}} component
 * @param {number} currencyId of its plan
 */
export function getFormats(component, currencyId) {
    const place = (number) =>
        component.by === "attainment"
            ? formatPercent(number)
            : formatBase(number, currencyId, component.is_money);
    const value = (number) =>
        ["bonus", "interpolated"].includes(component.method)
            ? formatPay(number, currencyId)
            : formatRate(number, currencyId, component.is_money);
    const range = (tier) =>
        tier.to === null
            ? _t("from %s", place(tier.from))
            : `${place(tier.from)} – ${place(tier.to)}`;
    return { place, value, range };
}
