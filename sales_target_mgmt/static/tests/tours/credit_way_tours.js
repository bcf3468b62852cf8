import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// From a policy to a held order that is let through. What a person types is in these selectors, what
// the product says is not: the tours run in every language.

const tours = registry.category("web_tour.tours");

const APP = "sales_target_mgmt";

const openMenu = (menu) => [
    stepUtils.showAppsMenuItem(),
    { trigger: `.o_app[data-menu-xmlid='${APP}.sales_target_mgmt_menu_root']`, run: "click" },
    { trigger: `.o_menu_sections [data-menu-xmlid='${APP}.stm_credit_menu']`, run: "click" },
    { trigger: `.o-dropdown--menu [data-menu-xmlid='${APP}.${menu}']`, run: "click" },
];

const row = (text) => `.o_data_row:contains(${text})`;

const save = () => [{ trigger: ".o_form_button_save", run: "click" }, { trigger: ".o_form_saved" }];

const press = (name) => ({ trigger: `.o_statusbar_buttons button[name=${name}]`, run: "click" });

const addRow = (field, inside = "") => ({
    trigger: `${inside} .o_field_widget[name=${field}] .o_field_x2many_list_row_add a`,
    run: "click",
});

const type = (field, text, inside = "") => ({
    trigger: `${inside} .o_field_widget[name=${field}] input`,
    run: `edit ${text} && press Tab`,
});

const choose = (field, text, inside = "") => [
    { trigger: `${inside} .o_field_widget[name=${field}] input`, run: `edit ${text}` },
    {
        trigger: `.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option):contains(${text}) a`,
        run: "click",
    },
];

// the labels of a selection are translated, their order is not
const select = (field, position, inside = "") => [
    { trigger: `${inside} .o_field_widget[name=${field}] .o_select_menu_toggler`, run: "click" },
    { trigger: `.o_select_menu_item[data-choice-index='${position}']`, run: "click" },
    { trigger: `${inside} .o_field_widget[name=${field}] input:value(/./)` },
];

// a row that is added is not there at once, and leaving one by its last field would begin another
const givePoints = (position, figure, points) => {
    const at = `.modal .o_data_row:nth-child(${position}).o_selected_row`;
    return [
        addRow("point_ids", ".modal"),
        { trigger: at },
        { trigger: `${at} .o_field_widget[name=figure] input`, run: `edit ${figure}` },
        { trigger: `${at} .o_field_widget[name=points] input`, run: `edit ${points}` },
    ];
};

tours.add("stm_credit_way_policy", {
    url: "/odoo",
    steps: () => [
        // a grade, and what it allows
        ...openMenu("stm_credit_grade_menu"),
        { trigger: ".o_list_view .o_list_button_add", run: "click" },
        type("name", "Gold"),
        { trigger: ".o_field_widget[name=has_term] input", run: "click" },
        type("longest_term", "14"),
        ...save(),
        // how customers come to it
        ...openMenu("stm_credit_scorecard_menu"),
        { trigger: ".o_list_view .o_list_button_add", run: "click" },
        type("name", "Dealers"),
        addRow("criterion_ids"),
        ...select("input", 12, ".modal"),
        type("weight", "100", ".modal"),
        ...givePoints(1, "0", "0"),
        ...givePoints(2, "100", "100"),
        { trigger: ".modal footer .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".nav-link[name=grades]", run: "click" },
        addRow("cutoff_ids"),
        ...choose("grade_id", "Gold", ".o_selected_row"),
        ...save(),
        press("action_activate"),
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: ".o_statusbar_status [data-value=active].o_arrow_button_current" },
        // what speaks against an order: that it is the customer's first
        ...openMenu("stm_credit_rule_menu"),
        { content: "a company begins with rules", trigger: `.o_list_view ${row("30")}` },
        { trigger: ".o_list_button_add", run: "click" },
        ...select("kind", 6, ".o_selected_row"),
        type("days", "1", ".o_selected_row"),
        { trigger: ".o_list_button_save", run: "click" },
        { trigger: ".o_list_view:not(:has(.o_selected_row))" },
        // the customer
        ...openMenu("stm_credit_account_menu"),
        { trigger: `.o_list_view ${row("Acme")} td[name=partner_id]`, run: "click" },
        { trigger: ".nav-link[name=evidence]", run: "click" },
        addRow("evidence_ids"),
        type("value", "90", ".o_selected_row"),
        type("source", "Agency", ".o_selected_row"),
        ...save(),
        press("action_stm_rate"),
        { content: "the grade of the scorecard", trigger: "div[name=grade]:contains(Gold)" },
    ],
});

tours.add("stm_credit_way_order", {
    steps: () => [
        ...choose("partner_id", "Acme"),
        {
            trigger: ".o_field_widget[name=order_line] .o_field_x2many_list_row_add a",
            run: "click",
        },
        { trigger: ".o_field_widget[name=order_line] .o_data_row" },
        { trigger: "div[name=product_template_id] input", run: "edit Pump" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Pump) a", run: "click" },
        { trigger: ".nav-link[name=order_lines]", run: "click" },
        {
            content: "what would happen is said while it is written",
            trigger: ".stm_credit_banner.alert-warning div[name=stm_credit_text]",
        },
        {
            content: "the customer's grade",
            trigger: "button[name=action_stm_view_credit]:contains(Gold)",
        },
        ...save(),
        { trigger: ".o_statusbar_buttons button[name=action_confirm]:visible", run: "click" },
        { trigger: ".o_notification_manager .o_notification" },
        {
            content: "held, and still a quotation",
            trigger: ".o_statusbar_buttons button[name=action_stm_check_credit]",
        },
        { trigger: ".o_statusbar_status [data-value=draft].o_arrow_button_current" },
    ],
});

tours.add("stm_credit_way_release", {
    url: "/odoo",
    steps: () => [
        ...openMenu("sale_order_menu_hold"),
        {
            content: "what waits, and what it is worth",
            trigger: `.o_list_view ${row("Acme")} td[name=stm_hold_amount]:contains(100)`,
        },
        { trigger: `${row("Acme")} button .fa-gavel, ${row("Acme")} .fa-gavel`, run: "click" },
        type("note", "Paid us for years under another name", ".modal"),
        { trigger: ".modal footer button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { content: "nothing waits any more", trigger: ".o_list_view .o_view_nocontent" },
        ...openMenu("stm_credit_hold_menu"),
        { trigger: `.o_list_view ${row("Paid us for years under another name")}` },
    ],
});
