import { useService } from "@web/core/utils/hooks";
import { Component, onMounted, useEffect, useRef, useState } from "@odoo/owl";
import { MatrixCursor } from "./matrix_cursor";
import { MatrixEditor } from "./matrix_editor";
import { MatrixKeyboard } from "./matrix_keyboard";
import { formatAmount, splitBlock } from "./matrix_numbers";
import { MatrixRow, MatrixTotals } from "./matrix_row";
import { WhyPanel } from "./why_panel";

/** Mouse, clipboard and cells of the matrix, as in a spreadsheet. */
export class MatrixGrid extends Component {
    static template = "sales_target_mgmt.MatrixGrid";
    static components = { MatrixRow, MatrixTotals, WhyPanel };
    static props = {
        model: { type: Object },
        why: { type: Boolean },
        closeWhy: { type: Function },
    };

    setup() {
        this.model = useState(this.props.model);
        // read in the template, because the panel beside shows a plain cell
        this.totals = useState(this.props.model.totals);
        this.editor = new MatrixEditor(this.model, useService("notification"));
        this.state = useState(new MatrixCursor());
        this.keyboard = new MatrixKeyboard(this);
        this.root = useRef("root");
        onMounted(() => this.root.el.focus());
        useEffect(
            () => this.scrollToCursor(),
            () => [this.state.row, this.state.column]
        );
    }

    get nodes() {
        return this.model.nodes;
    }

    get cursor() {
        const row = this.nodes[this.state.row];
        const column = this.model.columns[this.state.column];
        return row && column ? { row, column, cell: row.cells[column.key] } : null;
    }

    rowProps(item) {
        const { index } = item;
        const { top, bottom, left, right } = this.state.range;
        const here = index === this.state.row;
        const selected = top <= index && index <= bottom;
        return {
            active: here ? this.state.column : -1,
            from: selected ? left : -1,
            to: selected ? right : -2,
            text: here ? this.state.text : null,
        };
    }

    get editable() {
        return this.model.plan.editable;
    }

    scrollToCursor() {
        this.root.el.querySelector(".o_stm_active")?.scrollIntoView({
            block: "nearest",
            inline: "nearest",
        });
    }

    // Cursor

    move(rows, columns, options) {
        const size = { rows: this.nodes.length, columns: this.model.columns.length };
        this.state.move(rows, columns, size, options);
    }

    locate(target) {
        const cell = target.closest("td[data-column]");
        const row = this.nodes.findIndex((one) => one.id === Number(cell?.dataset.node));
        return cell && row >= 0 ? { row, column: Number(cell.dataset.column) } : null;
    }

    onMouseDown(ev) {
        const place = this.locate(ev.target);
        if (!place || ev.target.tagName === "INPUT") {
            return;
        }
        ev.preventDefault();
        this.commit();
        this.state.put(place, { extend: ev.shiftKey });
        this.root.el.focus();
    }

    onDblClick(ev) {
        if (this.locate(ev.target)) {
            this.edit(formatAmount(this.cursor.cell?.target));
        }
    }

    onFold(ev) {
        const button = ev.target.closest("button[data-fold]");
        if (button) {
            this.model.toggle(Number(button.dataset.fold));
            this.move(0, 0);
        }
    }

    // Keyboard

    onKeydown(ev) {
        const handled =
            ev.target.tagName === "INPUT"
                ? this.keyboard.onEditKey(ev)
                : this.cursor && this.keyboard.onGridKey(ev);
        if (handled) {
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    // Changing

    edit(text) {
        if (this.editable) {
            this.state.anchor = null;
            this.state.text = text;
        }
    }

    onInput(ev) {
        if (ev.target.classList.contains("o_stm_input")) {
            this.state.text = ev.target.value;
        }
    }

    onFocusOut(ev) {
        if (ev.target.classList.contains("o_stm_input")) {
            this.commit();
        }
    }

    /** Write what stands in the input of the cell, if one is open. */
    commit() {
        const { text } = this.state;
        if (text === null) {
            return;
        }
        this.state.text = null;
        const { row, column } = this.cursor;
        const value = this.editor.parse(text, row, column);
        if (value !== undefined) {
            this.editor.save(this.model.setTargets([{ row, column, value }]));
        }
    }

    get selection() {
        const { top, bottom, left, right } = this.state.range;
        return this.nodes
            .slice(top, bottom + 1)
            .map((row) => ({ row, columns: this.model.columns.slice(left, right + 1) }));
    }

    empty() {
        if (this.editable) {
            const edits = this.selection.flatMap(({ row, columns }) =>
                columns.map((column) => ({ row, column, value: null }))
            );
            this.editor.save(this.model.setTargets(edits));
        }
    }

    onCopy(ev) {
        if (ev.target.tagName === "INPUT") {
            return;
        }
        const lines = this.selection.map(({ row, columns }) =>
            columns.map((column) => formatAmount(this.model.getTarget(row, column))).join("\t")
        );
        ev.clipboardData.setData("text/plain", lines.join("\n"));
        ev.preventDefault();
    }

    /** A block from a spreadsheet: every cell or none, and what does not fit is said. */
    onPaste(ev) {
        const text = ev.clipboardData.getData("text/plain");
        const inside = ev.target.tagName === "INPUT";
        if (!this.editable || (inside && !/[\t\n]/.test(text.trim()))) {
            return;
        }
        ev.preventDefault();
        this.state.text = null;
        const { top, left } = this.state.range;
        const block = splitBlock(text);
        const rows = this.nodes.slice(top, top + block.length);
        const width = Math.max(...block.map((line) => line.length));
        const columns = this.model.columns.slice(left, left + width);
        const edits = this.editor.readBlock(block, rows, columns);
        if (!edits) {
            return;
        }
        this.state.select(
            { row: top, column: left },
            { row: top + rows.length - 1, column: left + columns.length - 1 }
        );
        this.editor.save(this.model.setTargets(edits));
    }

    undo() {
        return this.editor.save(this.model.undo());
    }

    selectAll() {
        this.state.select(
            { row: 0, column: 0 },
            { row: this.nodes.length - 1, column: this.model.columns.length - 1 }
        );
    }

    /** Put the open input away without writing it. */
    discard() {
        this.state.text = null;
        this.root.el.focus();
    }

    /** Write what is typed and go on to another cell. */
    accept(text, rows, columns) {
        this.state.text = text;
        this.commit();
        this.move(rows, columns);
        this.root.el.focus();
    }

    setInputs(values) {
        const { row, column } = this.cursor;
        return this.editor.save(this.model.setInputs(row, column, values));
    }
}
