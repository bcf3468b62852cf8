import { registry } from "@web/core/registry";

const GRID = ".o_stm_matrix_scroll";

const cell = (node, column, text) => ({
    content: `${node}, column ${column}: ${text}`,
    trigger: `.o_stm_matrix tr:has(th:contains(/^\\s*${node}\\s*$/)) td:eq(${column}):contains(/^\\s*${text}\\s*$/)`,
});

const click = (node, column) => ({
    content: `put the cursor on ${node}, column ${column}`,
    trigger: `.o_stm_matrix tr:has(th:contains(/^\\s*${node}\\s*$/)) td:eq(${column})`,
    run({ anchor }) {
        anchor.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
    },
});

const press = (key) => ({ content: `press ${key}`, trigger: GRID, run: `press ${key}` });

const paste = (text) => ({
    content: "paste a block from a spreadsheet",
    trigger: GRID,
    run({ anchor }) {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        anchor.dispatchEvent(
            new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData })
        );
    },
});

const saved = { content: "everything is written", trigger: ".o_stm_matrix_status:contains(Type)" };

registry.category("web_tour.tours").add("stm_planner_matrix", {
    steps: () => [
        { trigger: "button[name=action_view_matrix]", run: "click" },
        cell("Total", 0, "100,000"),
        // type a number, Enter goes down
        click("Rep", 0),
        press("4"),
        { trigger: ".o_stm_input", run: "edit 41000" },
        { trigger: ".o_stm_input", run: "press Enter" },
        cell("Rep", 0, "41,000"),
        cell("Rep", 12, "41,000"),
        {
            content: "the cursor is below",
            trigger: "tr:has(th:contains(Rep2)) td:eq(0).o_stm_active",
        },
        // a block of two people and two months
        click("Rep", 1),
        paste("10,000\t20,000\r\n30000\t40,000.50\r\n"),
        cell("Rep", 2, "20,000"),
        cell("Rep2", 1, "30,000"),
        cell("Rep2", 2, "40,001"),
        cell("Rep", 12, "71,000"),
        // January: 100,000 less 41,000; the others have no target of the team
        {
            trigger:
                "tr.o_stm_reserve:contains(By Salesperson: in reserve) td:eq(0):contains(59,000)",
        },
        saved,
        // what is no number changes nothing
        paste("1\tmany"),
        { trigger: ".o_notification:contains(“many” is no amount of zero or more)" },
        cell("Rep", 1, "10,000"),
        // undo takes the whole block back
        press("Control+z"),
        cell("Rep2", 2, ""),
        cell("Rep", 12, "41,000"),
        saved,
        click("Rep", 0),
        { trigger: ".o_stm_why:contains(41,000):contains(Last changed by Manager)" },
        { trigger: ".o_stm_why input[name=note]", run: "edit With the fair && press Tab" },
        saved,
        click("Rep", 0),
        press("Delete"),
        cell("Rep", 0, ""),
        saved,
        press("Control+z"),
        cell("Rep", 0, "41,000"),
        saved,
        {
            content: "the note came back with the target",
            trigger: ".o_stm_why input[name=note]:value(With the fair)",
        },
        // January is over-assigned, though the plan as a whole has something left
        click("North", 0),
        press("7"),
        { trigger: ".o_stm_input", run: "edit 10" },
        { trigger: ".o_stm_input", run: "press Enter" },
        click("North", 1),
        press("7"),
        { trigger: ".o_stm_input", run: "edit 50000" },
        { trigger: ".o_stm_input", run: "press Enter" },
        {
            trigger:
                "tr.o_stm_reserve:contains(By Salesperson: 1 of 2 over-assigned) td:eq(0)[title='40,990 over-assigned']",
        },
        saved,
        click("North", 1),
        press("Control+z"),
        press("Control+z"),
        cell("North", 0, "100,000"),
        saved,
        click("Rep", 0),
        press("Delete"),
        cell("Rep", 0, ""),
        saved,
        click("North", 0),
        press("ArrowDown"),
        press("ArrowRight"),
        { trigger: "tr:has(th:contains(/^\\s*Rep\\s*$/)) td:eq(1).o_stm_active" },
        press("5"),
        { trigger: ".o_stm_input", run: "edit 52,500" },
        { trigger: ".o_stm_input", run: "press Tab" },
        cell("Rep", 1, "52,500"),
        { trigger: "tr:has(th:contains(/^\\s*Rep\\s*$/)) td:eq(2).o_stm_active" },
        press("6"),
        { trigger: ".o_stm_input", run: "press Escape" },
        cell("Rep", 2, ""),
        saved,
        // folding
        { trigger: "tr:has(th:contains(North)) button[data-fold]", run: "click" },
        { trigger: ".o_stm_matrix:not(:contains(Rep2))" },
    ],
});

registry.category("web_tour.tours").add("stm_frozen_matrix", {
    steps: () => [
        { trigger: ".o_stm_matrix_status:contains(Approved)" },
        click("Rep", 0),
        press("4"),
        { trigger: ".o_stm_matrix:not(:has(.o_stm_input))" },
        cell("Rep", 0, "60,000"),
    ],
});
