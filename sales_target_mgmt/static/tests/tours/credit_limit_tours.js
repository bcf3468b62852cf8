import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// A held order gets through because its customer's limit is raised: asked for, approved, confirmed.

const tours = registry.category("web_tour.tours");

const APP = "sales_target_mgmt";
// both languages that the addon speaks
const either = (element, ...texts) =>
    texts.map((text) => `${element}:contains(${text})`).join(", ");

const openMenu = (menu) => [
    stepUtils.showAppsMenuItem(),
    { trigger: `.o_app[data-menu-xmlid='${APP}.sales_target_mgmt_menu_root']`, run: "click" },
    { trigger: `.o_menu_sections [data-menu-xmlid='${APP}.stm_credit_menu']`, run: "click" },
    { trigger: `.o-dropdown--menu [data-menu-xmlid='${APP}.${menu}']`, run: "click" },
];

const type = (field, text, inside) => ({
    trigger: `${inside} .o_field_widget[name=${field}] input`,
    run: `edit ${text} && press Tab`,
});

tours.add("stm_credit_limit_ask", {
    url: "/odoo",
    steps: () => [
        ...openMenu("stm_credit_account_menu"),
        { trigger: ".o_list_view .o_data_row td[name=partner_id]:contains(Acme)", run: "click" },
        {
            content: "the account says why the order waits",
            trigger: "div[name=held_count]:contains(1)",
        },
        { trigger: "div[name=available]:contains(1,000)" },
        {
            trigger: either(".o_statusbar_buttons button", "Ask for a Limit", "申请额度"),
            run: "click",
        },
        { content: "it begins with a proposal", trigger: ".modal div[name=proposal_text]" },
        type("amount", "2000", ".modal"),
        type("reason", "Annual accounts", ".modal"),
        { trigger: ".modal footer .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        ...openMenu("stm_credit_limit_menu"),
        {
            trigger: ".o_list_view .o_data_row td[name=reason]:contains(Annual accounts)",
            run: "click",
        },
        {
            content: "nobody approves what was asked for by oneself",
            trigger: ".o_form_view button[name=action_approve]",
            run: "click",
        },
        { trigger: ".modal .modal-body:contains(Second)" },
        { trigger: ".modal footer button", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

tours.add("stm_credit_limit_approve", {
    url: "/odoo",
    steps: () => [
        ...openMenu("stm_credit_limit_menu"),
        {
            trigger: ".o_list_view .o_data_row td[name=reason]:contains(Annual accounts)",
            run: "click",
        },
        {
            content: "what is asked for, and by whom",
            trigger: ".o_form_view div[name=amount]:contains(2,000)",
        },
        { trigger: ".o_form_view button[name=action_approve]", run: "click" },
        { trigger: ".o_statusbar_status [data-value=approved].o_arrow_button_current" },
    ],
});

tours.add("stm_credit_limit_confirm", {
    steps: () => [
        {
            content: "the quotation says what is free now",
            trigger: "button[name=action_stm_view_credit]:contains(2,000)",
        },
        { trigger: "body:not(:has(.stm_credit_banner.alert-warning))" },
        { trigger: ".o_statusbar_buttons button[name=action_confirm]:visible", run: "click" },
        { trigger: ".o_statusbar_status [data-value=sale].o_arrow_button_current" },
    ],
});
