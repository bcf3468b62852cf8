import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const header = (part, text) => ({
    content: `the header says ${text}`,
    trigger: `.o_stm_quota_header ${part}:contains(/${text}/)`,
});

tours.add("stm_salesperson_quota", {
    steps: () => [
        header(".o_stm_quota_target", "60,000"),
        header(".o_stm_quota_actual", "^45,000$"),
        header(".o_stm_quota_attainment", "^75%$"),
        header(".o_stm_quota_gap", "^gap 15,000$"),
        header(".o_stm_quota_pipeline", "^open pipeline 22,500 = 1.5 × the gap$"),
        {
            content: "another measure",
            trigger: ".o_stm_quota_measure",
            run: "selectByLabel Revenue Invoiced",
        },
        header(".o_stm_quota_target", "50,000"),
        header(".o_stm_quota_actual", "^20,000$"),
        {
            content: "fold the details away",
            trigger: ".o_stm_quota_toggle",
            run: "click",
        },
        { trigger: ".o_stm_quota_header:not(:has(.o_stm_quota_details))" },
        { trigger: ".o_stm_quota_toggle", run: "click" },
        { content: "the list has it too", trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view .o_stm_quota_attainment:contains(/^75%$/)" },
        { content: "how to close the gap", trigger: ".o_stm_open_gap", run: "click" },
        {
            content: "only what is expected by the end of the period",
            trigger: ".o_list_view .o_data_row:only-of-type:contains(Deal 22500)",
        },
        { trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        { trigger: ".o_stm_open_quota", run: "click" },
        {
            trigger:
                ".o_stm_quota_card[data-measure=ordered] .o_stm_quota_attainment:contains(75%)",
        },
        {
            trigger:
                ".o_stm_quota_card[data-measure=invoiced] .o_stm_quota_gap:contains(gap 30,000)",
        },
        {
            trigger:
                ".o_stm_quota_excluded [data-code=quotation]:contains(counts once it is confirmed)",
        },
        {
            content: "the documents behind a period",
            trigger: ".o_stm_quota_periods tr:contains(Revenue Ordered) button:contains(Documents)",
            run: "click",
        },
        { trigger: ".o_list_view, .o_pivot_view, .o_graph_view" },
    ],
});

tours.add("stm_leader_quota", {
    steps: () => [
        header(".o_stm_quota_target", "110,000"),
        header(".o_stm_quota_actual", "^54,000$"),
        header(".o_stm_quota_pipeline", "^open pipeline 28,000 = 0.5 × the gap$"),
        { content: "everybody's", trigger: ".o_facet_remove", run: "click" },
        {
            content: "filter on a member of the team",
            trigger: ".o_searchview_input",
            run: "edit Rep2",
        },
        {
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(Salesperson) .o_expand",
            run: "click",
        },
        {
            trigger: ".o_searchview_autocomplete .o-dropdown-item.o_indent:contains(Rep2)",
            run: "click",
        },
        header(".o_stm_quota_actual", "^9,000$"),
        { trigger: ".o_stm_quota_header:contains(quota of Rep2)" },
    ],
});

tours.add("stm_manager_quota", {
    steps: () => [
        { trigger: ".o_stm_quota_header:contains(Company STM Test)" },
        header(".o_stm_quota_target", "110,000"),
        header(".o_stm_quota_actual", "^54,000$"),
        { content: "nothing to say of the filter", trigger: "body:not(:has(.o_stm_quota_note))" },
        { content: "everybody's", trigger: ".o_facet_remove", run: "click" },
        {
            content: "type a part of a name",
            trigger: ".o_searchview_input",
            run: "edit rep2",
        },
        {
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(Salesperson)",
            run: "click",
        },
        header(".o_stm_quota_actual", "^9,000$"),
        { trigger: ".o_stm_quota_header:contains(quota of Rep2)" },
        { trigger: ".o_facet_remove", run: "click" },
        header(".o_stm_quota_target", "110,000"),
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        {
            content: "what is nobody's is in nobody's quota, and the header says so",
            trigger: ".o_filter_menu .o_menu_item:contains(/^Unassigned$/)",
            run: "click",
        },
        header(".o_stm_quota_note", "in nobody's quota"),
        header(".o_stm_quota_target", "110,000"),
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { trigger: ".o_stm_open_quota", run: "click" },
        { trigger: ".o_stm_my_quota h1:contains(Company STM Test)" },
        {
            trigger:
                ".o_stm_quota_card[data-measure=ordered] .o_stm_quota_attainment:contains(49%)",
        },
    ],
});

tours.add("stm_won_card", {
    steps: () => [
        header(".o_stm_quota_actual", "^1$"),
        {
            content: "a deal is won by dragging its card",
            trigger: ".o_kanban_record:contains(Deal 22500)",
            run: "drag_and_drop (.o_kanban_group:has(.o_column_title:contains(Won)))",
        },
        header(".o_stm_quota_actual", "^2$"),
    ],
});

tours.add("stm_collapse", {
    steps: () => [
        { trigger: ".o_stm_quota_header .o_stm_quota_details" },
        { trigger: ".o_stm_quota_toggle", run: "click" },
        { trigger: ".o_stm_quota_header:not(:has(.o_stm_quota_details))" },
        { content: "another page and back", trigger: ".o_stm_quota_toggle" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view .o_stm_quota_header:not(:has(.o_stm_quota_details))" },
    ],
});

tours.add("stm_target_analysis", {
    steps: () => [
        { trigger: ".o_pivot_view .o_stm_as_of:contains(As of)" },
        { trigger: ".o_stm_currency:contains(money in EUR)" },
        { content: "as of now, not of the approval", trigger: ".o_pivot:contains(54,000)" },
        { trigger: ".o_switch_view.o_graph", run: "click" },
        { trigger: ".o_graph_view .o_stm_as_of:contains(As of)" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view .o_stm_as_of:contains(As of)" },
    ],
});

tours.add("stm_team_card", {
    steps: () => [
        { trigger: ".o_kanban_record:contains(North) .o_stm_team_attainment:contains(49%)" },
        {
            trigger:
                ".o_kanban_record:contains(North) .o_stm_sparkline tr:last-child td:contains(54,000)",
        },
        { trigger: ".o_kanban_record:contains(South):not(:has(.o_stm_team_progress))" },
    ],
});
