import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// From an empty company to an approved plan. What a person types is in these selectors, what the
// product says is not: the tours run in every language.

const tours = registry.category("web_tour.tours");

const APP = "sales_target_mgmt";

const openMenu = (section, menu) => [
    stepUtils.showAppsMenuItem(),
    { trigger: `.o_app[data-menu-xmlid='${APP}.sales_target_mgmt_menu_root']`, run: "click" },
    { trigger: `.o_menu_sections [data-menu-xmlid='${APP}.${section}']`, run: "click" },
    { trigger: `.o-dropdown--menu [data-menu-xmlid='${APP}.${menu}']`, run: "click" },
];

const openPlan = () => [
    ...openMenu("stm_target_plan_menu_root", "stm_target_plan_menu"),
    { trigger: ".o_list_view .o_data_row td[name=name]:contains(First Plan)", run: "click" },
    {
        trigger:
            ".o_form_view .o_field_widget[name=name] :value(First Plan), .o_form_view .o_field_widget[name=name]:contains(First Plan)",
    },
];

const row = (text) => `.o_data_row:contains(${text})`;

const save = () => [{ trigger: ".o_form_button_save", run: "click" }, { trigger: ".o_form_saved" }];

const choose = (field, text) => [
    { trigger: `.o_selected_row .o_field_widget[name=${field}] input`, run: `edit ${text}` },
    {
        trigger: `.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option):contains(${text}) a`,
        run: "click",
    },
];

const addRow = (field) => ({
    trigger: `.o_field_widget[name=${field}] .o_field_x2many_list_row_add a`,
    run: "click",
});

const addTerritory = (name, parent) => [
    addRow("territory_ids"),
    { trigger: ".o_selected_row .o_field_widget[name=name] input", run: `edit ${name}` },
    ...(parent ? choose("parent_id", parent) : []),
    ...save(),
    { trigger: row(name) },
];

const fillTerritory = (name, person, country) => [
    { trigger: `${row(name)} button[name=get_formview_action]`, run: "click" },
    { trigger: `.o_form_view .o_field_widget[name=assignment_ids]` },
    addRow("assignment_ids"),
    ...choose("user_id", person),
    { trigger: ".nav-link[name=rules]", run: "click" },
    addRow("rule_ids"),
    ...choose("country_id", country),
    ...save(),
    { trigger: ".o_back_button, .breadcrumb-item:contains(Regions) a", run: "click" },
    { trigger: `.o_form_view ${row(name)} td[name=rule_count]:contains(1)` },
];

tours.add("stm_whole_way_planner", {
    url: "/odoo",
    steps: () => [
        // who looks after whom
        ...openMenu("stm_territory_menu_root", "stm_territory_division_menu"),
        { content: "nothing yet, and what to do", trigger: ".o_view_nocontent" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Regions" },
        ...addTerritory("Continent"),
        ...addTerritory("Upside", "Continent"),
        ...addTerritory("Downside", "Continent"),
        ...fillTerritory("Upside", "Uma Up", "Upland"),
        ...fillTerritory("Downside", "Dan Down", "Lowland"),
        // a number for the company
        ...openMenu("stm_target_plan_menu_root", "stm_target_plan_menu"),
        { trigger: ".o_view_nocontent" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit First Plan" },
        ...save(),
        { trigger: ".o_statusbar_buttons button[name=action_decompose]", run: "click" },
        {
            trigger: ".o_stm_decompose .o_field_widget[name=total] input",
            run: "edit 120000 && press Tab",
        },
        {
            content: "every month the same, for nothing was sold yet",
            trigger: `.o_stm_decompose .o_data_row:eq(11) td[name=proposal]:contains(10,000.00)`,
        },
        { trigger: ".modal footer button[name=action_apply]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=target_total]:contains(120,000.00)" },
        // by territory
        { trigger: ".o_statusbar_buttons button[name=action_decompose]", run: "click" },
        { trigger: `.o_stm_decompose ${row("Upside")} td[name=proposal]:contains(60,000.00)` },
        { trigger: `.o_stm_decompose ${row("Upside")} td[name=proposal]`, run: "click" },
        {
            trigger: ".o_stm_decompose .o_selected_row td[name=proposal] input",
            run: "edit 84000 && press Tab",
        },
        {
            content: "what is typed is pinned, the other has the rest",
            trigger: `.o_stm_decompose ${row("Downside")}:contains(36,000.00)`,
        },
        { trigger: ".modal footer button[name=action_apply]", run: "click" },
        { trigger: `.o_field_widget[name=node_ids] ${row("Downside")}:contains(36,000.00)` },
        // by person
        ...["Upside", "Downside"].flatMap((name) => [
            {
                trigger: `.o_field_widget[name=node_ids] ${row(name)} button[name=action_decompose]`,
                run: "click",
            },
            {
                content: "who is responsible suggests itself",
                trigger: `.o_stm_decompose ${row(name === "Upside" ? "Uma Up" : "Dan Down")}`,
            },
            { trigger: ".o_stm_decompose .o_data_row:not(:eq(1))" },
            { trigger: ".modal footer button[name=action_apply]", run: "click" },
            { trigger: "body:not(:has(.o_stm_decompose))" },
        ]),
        { trigger: `.o_field_widget[name=node_ids] ${row("Uma Up")}:contains(84,000.00)` },
        { trigger: `.o_field_widget[name=node_ids] ${row("Dan Down")}:contains(36,000.00)` },
        // what do the people say?
        {
            trigger:
                ".o_field_widget[name=proposals_until] button, .o_field_widget[name=proposals_until] input",
            run: "click",
        },
        { trigger: ".o_field_widget[name=proposals_until] input", run: "edit +10d && press Tab" },
        { trigger: "button[name=action_ask_proposals]:visible", run: "click" },
        { trigger: "button[name=action_view_proposals]:contains(/0\\s*\\/\\s*24/)" },
    ],
});

tours.add("stm_whole_way_salesperson", {
    url: "/odoo",
    steps: () => [
        ...openPlan(),
        { trigger: ".o_stm_asked button", run: "click" },
        {
            trigger: ".o_stm_proposal:first .o_stm_proposal_amount",
            run: "edit 6500",
        },
        {
            trigger: ".o_stm_proposal:first .o_stm_proposal_comment",
            run: "edit the fair is cancelled",
        },
        { trigger: ".o_stm_proposals_agree", run: "click" },
        { trigger: ".o_stm_proposals_send:enabled", run: "click" },
        { trigger: ".o_stm_proposals.border-success" },
    ],
});

tours.add("stm_whole_way_manager", {
    url: "/odoo",
    steps: () => [
        ...openPlan(),
        { trigger: "button[name=action_view_proposals]:contains(/12\\s*\\/\\s*24/)", run: "click" },
        { trigger: `.o_list_view ${row("the fair is cancelled")}` },
        { trigger: ".o_back_button, .breadcrumb-item:contains(First Plan) a", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=bottom_up_total]:contains(83,500.00)" },
        // where it differs the matrix has a triangle
        { trigger: "button[name=action_view_matrix]", run: "click" },
        { trigger: ".o_stm_matrix tr:has(th:contains(Uma Up)) td:eq(0) .o_stm_offer" },
        { trigger: ".o_stm_matrix tr:has(th:contains(Dan Down)) td:eq(0):not(:has(.o_stm_offer))" },
        { trigger: ".o_back_button, .breadcrumb-item:contains(First Plan) a", run: "click" },
        { trigger: ".o_statusbar_buttons button[name=action_settle]", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] textarea", run: "edit we follow them" },
        { trigger: ".modal footer button[name=action_confirm]:visible", run: "click" },
        {
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=target_total]:contains(119,500.00)",
        },
        // what is not SMART, and why: the company itself serves no goal above it
        { trigger: "button[name=action_view_not_smart]", run: "click" },
        { trigger: ".o_list_view .o_data_row:eq(11) td[name=smart_text]:not(:empty)" },
        { trigger: ".o_back_button, .breadcrumb-item:contains(First Plan) a", run: "click" },
        { trigger: ".o_statusbar_buttons button[name=action_submit]", run: "click" },
        { trigger: ".o_statusbar_status [data-value=submitted].o_arrow_button_current" },
    ],
});

tours.add("stm_whole_way_approver", {
    url: "/odoo",
    steps: () => [
        ...openPlan(),
        { trigger: ".o_statusbar_buttons button[name=action_approve]", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: ".o_statusbar_status [data-value=approved].o_arrow_button_current" },
    ],
});

tours.add("stm_whole_way_quota", {
    url: "/odoo",
    steps: () => [
        ...openMenu("stm_quota_menu", "stm_quota_menu").slice(0, 2),
        { trigger: ".o_stm_quota_card:contains(/7,000|6,500/)" },
        { trigger: ".o_stm_quota_periods tbody tr:eq(11):contains(7,000)" },
    ],
});
