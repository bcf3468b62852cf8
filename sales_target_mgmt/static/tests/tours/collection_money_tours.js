import { registry } from "@web/core/registry";

// A payment plan, a late fee and a write-off: agreed, charged and given up, by two people. What the
// product says is looked for in both languages that the addon speaks.

const tours = registry.category("web_tour.tours");
const either = (element, ...texts) =>
    texts.map((text) => `${element}:contains(${text})`).join(", ");
const button = (...texts) => ({
    trigger: either(".o_statusbar_buttons button", ...texts),
    run: "click",
});
const openCase = (name) => [
    { trigger: `.o_list_view .o_data_row td[name=partner_id]:contains(${name})`, run: "click" },
    { trigger: `.o_form_view .oe_title:contains(${name})` },
];
const openMenu = (menu) => [
    { trigger: "[data-menu-xmlid='sales_target_mgmt.stm_credit_menu']", run: "click" },
    { trigger: `[data-menu-xmlid='sales_target_mgmt.${menu}']`, run: "click" },
];

tours.add("stm_accountant_agrees_and_charges", {
    steps: () => [
        ...openCase("Acme"),
        button("Payment Plan", "分期付款计划"),
        {
            content: "instalments from next week on are proposed",
            trigger: "div[name=line_ids] .o_data_row:nth-child(3):contains(200.00)",
        },
        { trigger: "div[name=note] input", run: "edit Ms Huber agrees" },
        { trigger: "button[name=action_agree]", run: "click" },
        { trigger: ".o_statusbar_status button[data-value=open].o_arrow_button_current" },
        ...openMenu("stm_collection_case_menu"),
        ...openCase("Beta"),
        { trigger: "button[name=action_propose_fee]", run: "click" },
        {
            content: "40.00 and 9 % of 1,000.00 for 73 days",
            trigger: ".o_form_view div[name=amount]:contains(58.00)",
        },
        { trigger: "button[name=action_invoice]", run: "click" },
        { trigger: ".o_statusbar_status button[data-value=draft].o_arrow_button_current" },
        { trigger: ".o_form_view .o_field_widget[name=invoice_line_ids]:contains(40.00)" },
        ...openMenu("stm_collection_case_menu"),
        ...openCase("Beta"),
        button("Write Off", "核销"),
        { trigger: ".modal div[name=amount] input:value(/1,000.00/)" },
        { trigger: ".modal div[name=note] input", run: "edit Proceedings closed" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_form_view div[name=next_text]:contains(/write-off|核销/)" },
    ],
});

tours.add("stm_controller_approves_write_off", {
    steps: () => [
        ...openMenu("stm_collection_plan_menu"),
        {
            content: "the plan that was paid is kept",
            trigger: either(".o_data_row:contains(Acme)", "Kept", "已兑现"),
        },
        ...openMenu("stm_collection_writeoff_menu"),
        { trigger: ".o_data_row td[name=partner_id]:contains(Beta)", run: "click" },
        { trigger: "button[name=action_approve]", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: ".o_statusbar_status button[data-value=approved].o_arrow_button_current" },
        { trigger: "button[name=action_open_entry]" },
    ],
});
