import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// From a firm without a commission plan to pay that its payee has checked, disputed and been
// answered about, and that accounting has booked. What a person types is in these selectors, what
// the product says is not: the tours run in every language.

const tours = registry.category("web_tour.tours");

const APP = "sales_target_mgmt";

const openMenu = (menu) => [
    stepUtils.showAppsMenuItem(),
    { trigger: `.o_app[data-menu-xmlid='${APP}.sales_target_mgmt_menu_root']`, run: "click" },
    {
        trigger: `.o_menu_sections [data-menu-xmlid='${APP}.stm_commission_menu_root']`,
        run: "click",
    },
    { trigger: `.o-dropdown--menu [data-menu-xmlid='${APP}.${menu}']`, run: "click" },
];

const row = (text) => `.o_data_row:contains(${text})`;

const save = () => [{ trigger: ".o_form_button_save", run: "click" }, { trigger: ".o_form_saved" }];

const confirm = () => ({ trigger: ".modal footer .btn-primary", run: "click" });

const inState = (state) => ({
    trigger: `.o_statusbar_status [data-value=${state}].o_arrow_button_current`,
});

const press = (name) => ({ trigger: `.o_statusbar_buttons button[name=${name}]`, run: "click" });

const addRow = (field, inside = "") => ({
    trigger: `${inside} .o_field_widget[name=${field}] .o_field_x2many_list_row_add a`,
    run: "click",
});

// the labels of a selection are translated, their order is not
const select = (field, position, inside = "") => [
    { trigger: `${inside} .o_field_widget[name=${field}] .o_select_menu_toggler`, run: "click" },
    { trigger: `.o_select_menu_item[data-choice-index='${position}']`, run: "click" },
];

const choose = (field, text, inside = "") => [
    { trigger: `${inside} .o_field_widget[name=${field}] input`, run: `edit ${text}` },
    {
        trigger: `.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option):contains(${text}) a`,
        run: "click",
    },
];

const type = (field, text, inside = "") => ({
    trigger: `${inside} .o_field_widget[name=${field}] input`,
    run: `edit ${text} && press Tab`,
});

// a row that is added is not there at once, and the one before still takes what is typed
const editNew = (field, position, inside = "") => [
    addRow(field, inside),
    { trigger: `.o_field_widget[name=${field}] .o_data_row:eq(${position}).o_selected_row` },
];

const addTier = (position, values) => [
    ...editNew("tier_ids", position, ".modal"),
    ...Object.entries(values).map(([field, value]) => ({
        trigger: `.modal .o_selected_row .o_field_widget[name=${field}] input`,
        run: `edit ${value}`,
    })),
];

const saveComponent = (name) => [
    { trigger: ".modal .o_form_button_save", run: "click" },
    { trigger: `body:not(:has(.modal)) .o_field_widget[name=rule_ids] ${row(name)}` },
];

tours.add("stm_commission_way_plan", {
    url: "/odoo",
    steps: () => [
        ...openMenu("stm_commission_plan_menu"),
        { content: "nothing yet, and what to do", trigger: ".o_view_nocontent" },
        { trigger: ".o_list_button_add", run: "click" },
        type("name", "Field Pay"),
        // held until customers pay
        ...select("payable_on", 1),
        // 5 %, then accelerators
        addRow("rule_ids"),
        type("name", "Machines", ".modal"),
        ...select("method", 1, ".modal"),
        ...addTier(0, { upper: "100000", rate: "5" }),
        ...addTier(1, { lower: "100000", upper: "125000", rate: "6" }),
        ...addTier(2, { lower: "125000", rate: "7" }),
        {
            content: "three example deals, computed while typing",
            trigger: ".modal .o_stm_rate_curve",
        },
        ...saveComponent("Machines"),
        // a sum for who reaches the target
        addRow("rule_ids"),
        type("name", "Made It", ".modal"),
        ...select("method", 4, ".modal"),
        ...choose("measure_id", "Billed by Hand", ".modal"),
        ...addTier(0, { lower: "100", amount: "500" }),
        ...saveComponent("Made It"),
        // whom it pays
        { trigger: ".nav-link[name=payees]", run: "click" },
        addRow("assignment_ids"),
        ...choose("user_id", "Rita Rep", ".o_field_widget[name=assignment_ids] .o_selected_row"),
        ...save(),
        press("action_activate"),
        confirm(),
        inState("active"),
    ],
});

tours.add("stm_commission_way_split", {
    steps: () => [
        { trigger: ".nav-link[name=stm_split]", run: "click" },
        ...[
            ["Rita Rep", "60"],
            ["Sven Second", "40"],
        ].flatMap(([person, share], position) => [
            ...editNew("stm_split_ids", position),
            ...choose("user_id", person, ".o_selected_row"),
            { trigger: ".o_selected_row .o_field_widget[name=share] input", run: `edit ${share}` },
        ]),
        ...save(),
        { trigger: `.o_field_widget[name=stm_split_ids] ${row("Sven Second")}:contains(40)` },
    ],
});

tours.add("stm_commission_way_settle", {
    url: "/odoo",
    steps: () => [
        ...openMenu("stm_commission_plan_menu"),
        { trigger: row("Field Pay") + " td[name=name]", run: "click" },
        press("action_compute"),
        { trigger: row("Rita Rep") + " td[name=payee_id]", run: "click" },
        {
            content: "5,000 + 1,500 + 7 % of 31,000 and the bonus",
            trigger: ".o_field_widget[name=earned]:contains(9,170.00)",
        },
        press("action_check"),
        confirm(),
        inState("checked"),
    ],
});

tours.add("stm_commission_way_approve", {
    url: "/odoo",
    steps: () => [
        ...openMenu("stm_commission_statement_menu"),
        { trigger: row("Rita Rep") + " td[name=payee_id]", run: "click" },
        press("action_approve"),
        inState("approved"),
        press("action_lock"),
        inState("locked"),
    ],
});

tours.add("stm_commission_way_dispute", {
    url: "/odoo",
    steps: () => [
        ...openMenu("stm_commission_mine_menu"),
        { trigger: ".o_stm_my_commission .o_stm_commission_accept .btn-primary", run: "click" },
        { trigger: ".o_stm_my_commission:not(:has(.o_stm_commission_accept))" },
        {
            content: "half of the first deal, all of the second one and the bonus",
            trigger: ".o_stm_commission_payable:contains(5,045.00)",
        },
        { trigger: ".o_stm_commission_waiting:contains(4,125.00)" },
        { trigger: ".o_stm_commission_dispute:first", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit it should be 50 more",
        },
        { trigger: ".modal .o_form_button_save, .modal footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "what waits leads to its entries",
            trigger: "button.o_stm_commission_waiting",
            run: "click",
        },
        { trigger: ".o_list_view .o_group_header" },
    ],
});

tours.add("stm_commission_way_answer", {
    url: "/odoo",
    steps: () => [
        ...openMenu("stm_commission_dispute_menu"),
        { trigger: row("Rita Rep") + " td[name=payee_id]", run: "click" },
        { trigger: ".o_field_widget[name=reason]:contains(it should be 50 more)" },
        { trigger: ".o_field_widget[name=answer] textarea", run: "edit you are right" },
        type("granted", "50"),
        press("action_accept"),
        inState("accepted"),
    ],
});

tours.add("stm_commission_way_books", {
    url: "/odoo",
    steps: () => [
        ...openMenu("stm_commission_statement_menu"),
        { trigger: row("Rita Rep") + " td[name=payee_id]", run: "click" },
        { content: "totals, not entries", trigger: ".o_form_view:not(:has([name=entry_ids]))" },
        press("action_pay"),
        inState("paid"),
        { trigger: "button[name=action_view_moves]", run: "click" },
        { trigger: ".o_list_view .o_data_row:eq(1)" },
    ],
});
