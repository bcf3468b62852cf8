import { formatAmount } from "./matrix_numbers";

const ARROWS = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
};

/** What the keys of the matrix do, as in a spreadsheet; they answer whether they were used. */
export class MatrixKeyboard {
    /** @param {MatrixGrid} grid */
    constructor(grid) {
        this.grid = grid;
    }

    onEditKey(ev) {
        if (ev.isComposing) {
            return false;
        }
        const step = {
            Enter: [ev.shiftKey ? -1 : 1, 0],
            Tab: [0, ev.shiftKey ? -1 : 1],
            ArrowUp: [-1, 0],
            ArrowDown: [1, 0],
        }[ev.key];
        if (ev.key === "Escape") {
            this.grid.discard();
            return true;
        }
        if (step) {
            this.grid.accept(ev.target.value, ...step);
        }
        return Boolean(step);
    }

    onGridKey(ev) {
        const { grid } = this;
        if (ev.ctrlKey || ev.metaKey) {
            return this.onControlKey(ev);
        }
        if (ev.altKey) {
            return false;
        }
        if (ARROWS[ev.key]) {
            grid.move(...ARROWS[ev.key], { extend: ev.shiftKey });
            return true;
        }
        switch (ev.key) {
            case "Tab":
                return this.onTab(ev.shiftKey);
            case "Enter":
                grid.move(ev.shiftKey ? -1 : 1, 0);
                return true;
            case "Home":
                grid.move(0, -grid.state.column, { extend: ev.shiftKey });
                return true;
            case "End":
                grid.move(0, grid.model.columns.length, { extend: ev.shiftKey });
                return true;
            case "Escape":
                grid.state.anchor = null;
                return true;
            case "F2":
                grid.edit(formatAmount(grid.cursor.cell?.target));
                return true;
            case "Delete":
            case "Backspace":
                grid.empty();
                return true;
        }
        if (ev.key.length === 1 && /[\p{L}\d.,+=-]/u.test(ev.key)) {
            grid.edit(ev.key);
            return true;
        }
        return false;
    }

    /** At either end Tab leaves the matrix, so that the keyboard is never caught. */
    onTab(back) {
        const { column } = this.grid.state;
        if (back ? column === 0 : column === this.grid.model.columns.length - 1) {
            return false;
        }
        this.grid.move(0, back ? -1 : 1);
        return true;
    }

    onControlKey(ev) {
        if (ev.key === "z" && !ev.shiftKey) {
            this.grid.undo();
            return true;
        }
        if (ev.key === "a") {
            this.grid.selectAll();
            return true;
        }
        return false;
    }
}
