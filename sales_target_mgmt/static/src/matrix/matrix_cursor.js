/**
 * Where the cursor of the matrix is, and what is selected.
 *
 * `row` and `column` count nodes and periods; `anchor` is the other end of the selection, null
 * for a single cell; `text` is what stands in the open input, null while nothing is edited.
 */
export class MatrixCursor {
    row = 0;
    column = 0;
    anchor = null;
    text = null;

    get range() {
        const { row, column } = this;
        const other = this.anchor || { row, column };
        return {
            top: Math.min(row, other.row),
            bottom: Math.max(row, other.row),
            left: Math.min(column, other.column),
            right: Math.max(column, other.column),
        };
    }

    /** @param {{row: number, column: number}} place */
    put(place, { extend = false } = {}) {
        const { row, column, anchor } = this;
        Object.assign(this, place, {
            anchor: extend ? anchor || { row, column } : null,
            text: null,
        });
    }

    /**
     * @param {number} rows by how many rows, down is positive
     * @param {number} columns
     * @param {{rows: number, columns: number}} size of the matrix, which it does not leave
     */
    move(rows, columns, size, options) {
        const clip = (value, count) => Math.max(0, Math.min(count - 1, value));
        this.put(
            {
                row: clip(this.row + rows, size.rows),
                column: clip(this.column + columns, size.columns),
            },
            options
        );
    }

    /** Select from one place to another, the cursor at the second. */
    select(from, to) {
        Object.assign(this, to, { anchor: from, text: null });
    }
}
