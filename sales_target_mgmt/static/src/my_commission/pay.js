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
                `${formatBase(base, currencyId, true)} × ${formatRate(rate, currencyId, isMoney)}`
        )
        .join(" + ");
}
