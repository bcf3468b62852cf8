import { Mutex } from "@web/core/utils/concurrency";
import { markRaw, reactive } from "@odoo/owl";
import { formatPeriod } from "../core/figures";

/**
 * The targets of a plan for one measure: a tree of rows, periods as columns.
 *
 * What is typed shows at once and is written in the background, one call after the other; when
 * the server refuses, the cells of that call return to what is stored.
 *
 * Five hundred rows of twelve cells are too many to be watched one by one: rows and cells are
 * plain objects, and what shows a row listens to its `signal`, what shows sums to `totals`.
 */
export class MatrixModel {
    constructor(orm, planId) {
        this.orm = orm;
        this.planId = planId;
        this.mutex = new Mutex();
        this.plan = null;
        this.undos = [];
        this.collapsed = new Set();
        this.saving = 0;
        this.totals = { revision: 0 };
        // goes up with every load, so that no component outlives its row
        this.generation = 0;
        return reactive(this);
    }

    async load(measureId = null) {
        // what is still being written belongs to what is read
        await this.mutex.getUnlockedDef();
        const data = await this.orm.call("stm.target.plan", "get_matrix", [this.planId, measureId]);
        this.plan = data.plan;
        this.measures = data.measures;
        this.measure = data.measure;
        this.undos = [];
        this.columns = markRaw(
            data.columns.map((column) => ({
                ...column,
                key: `${column.date_from} ${column.date_to}`,
                label: formatPeriod(column.date_from, column.date_to, { short: true }),
                inside: data.columns
                    .filter(
                        (one) => one.date_from >= column.date_from && one.date_to <= column.date_to
                    )
                    .map((one) => `${one.date_from} ${one.date_to}`),
            }))
        );
        this.setRows(data);
    }

    setRows({ rows, cells, breakdowns }) {
        const parents = new Set(rows.map((row) => row.parent_id));
        const all = rows.map((row) => ({
            ...row,
            cells: {},
            signal: reactive({ revision: 0 }),
            isParent: parents.has(row.id),
            breakdowns: breakdowns.filter((one) => one.node_id === row.id),
        }));
        const byId = new Map(all.map((row) => [row.id, row]));
        for (const cell of cells) {
            const row = byId.get(cell.node_id);
            if (row) {
                row.cells[`${cell.date_from} ${cell.date_to}`] = { ...cell, saved: cell.target };
            }
        }
        this.rows = markRaw(all);
        this.byId = markRaw(byId);
        this.generation++;
        this.arrange();
    }

    /** Say that a row has changed: to itself, to what its parent has left, and to the totals. */
    touch(row) {
        row.signal.revision++;
        const parent = this.byId.get(row.parent_id);
        if (parent) {
            parent.signal.revision++;
        }
        this.totals.revision++;
    }

    /** What stands under the header, in order: rows that are not folded away, with reserves. */
    arrange() {
        const items = [];
        const nodes = [];
        const hidden = new Set();
        for (const row of this.rows) {
            if (hidden.has(row.parent_id)) {
                hidden.add(row.id);
                continue;
            }
            items.push({ key: `${this.generation} n${row.id}`, row, index: nodes.length });
            nodes.push(row);
            if (this.collapsed.has(row.id)) {
                hidden.add(row.id);
                continue;
            }
            for (const breakdown of this.measure.additive ? row.breakdowns : []) {
                items.push({
                    key: `${this.generation} b${breakdown.id}`,
                    row,
                    breakdown,
                    index: -1,
                });
            }
        }
        this.items = markRaw(items);
        this.nodes = markRaw(nodes);
    }

    toggle(rowId) {
        if (!this.collapsed.delete(rowId)) {
            this.collapsed.add(rowId);
        }
        this.arrange();
    }

    foldAll(folded) {
        this.collapsed.clear();
        for (const row of folded ? this.rows : []) {
            if (row.isParent) {
                this.collapsed.add(row.id);
            }
        }
        this.arrange();
    }

    /** What goes with a target when its cell is emptied, and comes back with it. */
    getInputs(row, column) {
        const { pinned, stretch, note } = row.cells[column.key] || {};
        return {
            ...(pinned && { pinned }),
            ...(stretch && { stretch }),
            ...(note && { note }),
        };
    }

    getTarget(row, column) {
        return row.cells[column.key]?.target ?? null;
    }

    /** Targets of a row never overlap, so that they add up over columns of any length. */
    getRowTotal(row) {
        return sum(Object.values(row.cells).map((cell) => cell.target));
    }

    getColumnTotal(column) {
        const tops = this.rows.filter((row) => !row.parent_id);
        return sum(tops.map((row) => this.getTarget(row, column)));
    }

    getTotal() {
        return sum(this.rows.filter((row) => !row.parent_id).map((row) => this.getRowTotal(row)));
    }

    /** What a breakdown leaves of the row's target; null where the row has none. */
    getReserve(row, breakdown, column) {
        const target = this.getTarget(row, column);
        if (target === null) {
            return null;
        }
        const allocated = breakdown.children.flatMap((id) =>
            column.inside.map((key) => this.byId.get(id)?.cells[key]?.target ?? null)
        );
        return target - (sum(allocated) ?? 0);
    }

    /** @returns {(number|null)[]} of every column, and their sum at the end */
    getReserves(row, breakdown) {
        const reserves = this.columns.map((column) => this.getReserve(row, breakdown, column));
        return [...reserves, sum(reserves)];
    }

    /**
     * Set targets, all of them or none.
     *
     * @param {{row: Object, column: Object, value: number|null, inputs?: Object}[]} edits null
     *      empties a cell; `inputs` are what a cell that was emptied had beside its target
     * @param {{remember?: boolean}} [options] whether it can be undone
     * @returns {Promise} rejected with the server's answer when it refuses
     */
    async setTargets(edits, { remember = true } = {}) {
        const real = edits.filter(
            ({ row, column, value }) => this.getTarget(row, column) !== value
        );
        if (!real.length) {
            return;
        }
        const undo = real.map(({ row, column }) => ({
            row,
            column,
            value: this.getTarget(row, column),
            inputs: this.getInputs(row, column),
        }));
        for (const { row, column, value } of real) {
            this.show(row, column, value);
        }
        if (remember) {
            this.undos.push(undo);
        }
        try {
            await this.write(real, ({ value, inputs }) =>
                value === null ? null : { ...inputs, target: value }
            );
        } catch (error) {
            this.undos = this.undos.filter((one) => one !== undo);
            throw error;
        }
    }

    /** @returns {Promise<boolean>} whether there was something to undo */
    async undo() {
        const edits = this.undos.pop();
        if (edits) {
            await this.setTargets(edits, { remember: false });
        }
        return Boolean(edits);
    }

    /** Set other inputs of a target: `stretch`, `pinned`, `note`. */
    setInputs(row, column, values) {
        return this.write([{ row, column }], () => values);
    }

    show(row, column, value) {
        const cell = row.cells[column.key];
        if (cell) {
            cell.target = value;
        } else {
            row.cells[column.key] = { target: value, saved: null };
        }
        this.touch(row);
    }

    write(edits, getValues) {
        this.saving++;
        return this.mutex.exec(async () => {
            const changes = edits.map((edit) => ({
                node_id: edit.row.id,
                date_from: edit.column.date_from,
                date_to: edit.column.date_to,
                old: edit.row.cells[edit.column.key]?.saved ?? null,
                values: getValues(edit),
            }));
            try {
                const cells = await this.orm.call("stm.target.plan", "set_matrix_values", [
                    this.planId,
                    this.measure.id,
                    changes,
                ]);
                this.settle(edits, cells);
            } catch (error) {
                for (const { row, column } of edits) {
                    this.show(row, column, row.cells[column.key]?.saved ?? null);
                }
                throw error;
            } finally {
                this.saving--;
            }
        });
    }

    /** Take over what the server has stored, rounded by it, unless it was changed again since. */
    settle(edits, cells) {
        const stored = new Map(
            cells.map((cell) => [`${cell.node_id} ${cell.date_from} ${cell.date_to}`, cell])
        );
        for (const { row, column, value } of edits) {
            const cell = stored.get(`${row.id} ${column.key}`);
            const shown = row.cells[column.key];
            if (!cell) {
                // only what is typed meanwhile stays
                row.cells[column.key] = { target: shown.target, saved: null };
                this.touch(row);
                continue;
            }
            const untouched = value === undefined || shown.target === value;
            Object.assign(shown, cell, {
                target: untouched ? cell.target : shown.target,
                saved: cell.target,
            });
            this.touch(row);
        }
    }
}

/** @returns {number|null} the sum of the numbers; null where there are none */
function sum(values) {
    const numbers = values.filter((value) => value !== null && value !== undefined);
    return numbers.length ? numbers.reduce((total, value) => total + value, 0) : null;
}
