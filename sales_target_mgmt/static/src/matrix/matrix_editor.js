import { _t } from "@web/core/l10n/translation";
import { AmountError, parseAmount } from "./matrix_numbers";

/** Between what people type or paste and the model: reads it, and says why it was refused. */
export class MatrixEditor {
    constructor(model, notification) {
        this.model = model;
        this.notification = notification;
    }

    /** @returns {number|null|undefined} null to empty the cell, undefined for no amount */
    parse(text, row, column) {
        try {
            return parseAmount(text);
        } catch (error) {
            if (!(error instanceof AmountError)) {
                throw error;
            }
            this.refuse(
                _t("“%(node)s”, %(period)s: “%(text)s” is no amount of zero or more.", {
                    node: row.name,
                    period: column.label,
                    text,
                })
            );
        }
    }

    /**
     * @param {string[][]} block of a spreadsheet
     * @param {Object[]} rows on which it falls
     * @param {Object[]} columns
     * @returns {Object[]|null} edits for every cell, null where one of them is no amount or has
     *      no place
     */
    readBlock(block, rows, columns) {
        const width = Math.max(...block.map((line) => line.length));
        if (rows.length < block.length || columns.length < width) {
            this.refuse(
                _t(
                    "The block of %(rows)s × %(columns)s cells does not fit here: nothing was pasted.",
                    { rows: block.length, columns: width }
                )
            );
            return null;
        }
        const edits = [];
        for (const [index, line] of block.entries()) {
            for (const [number, text] of line.entries()) {
                const [row, column] = [rows[index], columns[number]];
                const value = this.parse(text, row, column);
                if (value === undefined) {
                    return null;
                }
                edits.push({ row, column, value });
            }
        }
        return edits;
    }

    refuse(message) {
        this.notification.add(message, { type: "danger" });
    }

    /** @param {Promise} done of the model; what the server refuses is shown with its reason */
    async save(done) {
        try {
            await done;
        } catch (error) {
            const close = this.notification.add(error.data?.message || error.message, {
                type: "danger",
                title: _t("Not saved"),
                sticky: true,
                buttons: [
                    {
                        name: _t("Reload"),
                        onClick: () => {
                            close();
                            return this.model.load(this.model.measure.id);
                        },
                    },
                ],
            });
        }
    }
}
