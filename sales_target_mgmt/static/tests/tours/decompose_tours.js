import { registry } from "@web/core/registry";

const row = (name) => `.o_stm_decompose .o_data_row:contains(${name})`;

registry.category("web_tour.tours").add("stm_planner_decomposes", {
    steps: () => [
        { trigger: ".o_statusbar_buttons button[name=action_decompose]", run: "click" },
        // three quarters of last year's sales were North's
        { trigger: `${row("North")} td[name=proposal]:contains(75,000.00)` },
        { trigger: `${row("South")} td[name=proposal]:contains(25,000.00)` },
        { trigger: `${row("North")} td[name=proposal]`, run: "click" },
        {
            trigger: ".o_stm_decompose .o_selected_row td[name=proposal] input",
            run: "edit 80000 && press Tab",
        },
        { content: "the others share the rest", trigger: `${row("South")}:contains(20,000.00)` },
        { trigger: `${row("North")} td[name=pinned] input:checked` },
        { trigger: ".o_stm_decompose div[name=rest]:contains(0.00)" },
        { trigger: "footer button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.o_stm_decompose))" },
        {
            trigger:
                ".o_field_widget[name=node_ids] .o_data_row:contains(South):contains(20,000.00)",
        },
        { trigger: "button[name=action_view_lines]", run: "click" },
        { trigger: ".o_group_header:contains(South)", run: "click" },
        { trigger: ".o_data_row button[name=action_explain]", run: "click" },
        { trigger: ".modal:contains(“South” carries):contains(Divided by history)" },
        { trigger: ".modal tr:contains(Target of “Far Plan”):contains(100,000.00)" },
        { trigger: ".modal footer button:contains(Close)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_back_button, .breadcrumb-item:contains(Far Plan) a", run: "click" },
        { trigger: ".nav-link[name=steps]", run: "click" },
        { trigger: ".o_field_widget[name=step_ids] button[name=action_undo]", run: "click" },
        { trigger: "button[name=action_view_nodes]:contains(1)" },
        { trigger: "body:not(:has(button[name=action_undo]))" },
    ],
});
