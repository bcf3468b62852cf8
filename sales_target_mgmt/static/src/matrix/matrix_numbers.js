/** Numbers as people type them and as spreadsheets paste them, in the user's format. */
import { localization } from "@web/core/l10n/localization";
import { escapeRegExp } from "@web/core/utils/strings";
import { formatFloat } from "@web/core/utils/numbers";

export class AmountError extends Error {}

/**
 * Stricter than a form's field: "1.234,50" where the point is the decimal mark is refused, not
 * read as 1.2345, because nobody looks at each of a hundred pasted cells.
 *
 * @param {string} text with or without thousands separators and currency symbol
 * @returns {number|null} null for an empty text
 * @throws {AmountError} for what is no number of zero or more
 */
export function parseAmount(text) {
    // spreadsheets write spaces of several kinds between thousands, and apostrophes in Switzerland
    const plain = text.replace(/[\s\u00a0\u202f'’%]|\p{Sc}/gu, "");
    if (!plain) {
        return null;
    }
    const separator = localization.thousandsSep.trim();
    const thousands = separator ? `(?:${escapeRegExp(separator)}\\d{2,3})*` : "";
    const decimal = escapeRegExp(localization.decimalPoint);
    const pattern = new RegExp(`^\\+?(?:\\d+|\\d{1,3}${thousands})(?:${decimal}\\d*)?$`);
    if (!pattern.test(plain)) {
        throw new AmountError(text);
    }
    const digits = separator ? plain.replaceAll(separator, "") : plain;
    return Number(digits.replace(localization.decimalPoint, "."));
}

/** @returns {string} the number as it is typed: no thousands separators, no needless zeros */
export function formatAmount(value) {
    if (value === null || value === undefined) {
        return "";
    }
    return formatFloat(value, { digits: [16, 6], thousandsSep: "", trailingZeros: false });
}

/**
 * @param {string} text of the clipboard
 * @returns {string[][]} lines of cells; the line feed with which spreadsheets end is no line
 */
export function splitBlock(text) {
    return text
        .replace(/\r\n?/g, "\n")
        .replace(/\n$/, "")
        .split("\n")
        .map((line) => line.split("\t"));
}
