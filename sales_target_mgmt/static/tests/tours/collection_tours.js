import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const note = ".modal .o_form_view";
// both languages that the addon speaks
const either = (element, ...texts) =>
    texts.map((text) => `${element}:contains(${text})`).join(", ");

tours.add("stm_accountant_collects", {
    steps: () => [
        {
            content: "an empty worklist says what to do",
            trigger: ".o_view_nocontent p:nth-child(2)",
        },
        { trigger: either("button", "Run Collection", "运行催收"), run: "click" },
        {
            content: "the preview says who gets what",
            trigger: ".modal .o_data_row:contains(Acme):contains(500.00)",
        },
        { trigger: ".modal button[name=action_run]", run: "click" },
        {
            content: "the worklist says why now and what comes next",
            trigger: "body:not(:has(.modal)) .o_list_view .o_data_row td[name=why]:contains(10)",
        },
        { trigger: ".o_list_view .o_data_row td[name=partner_id]:contains(Acme)", run: "click" },
        {
            content: "the reminder is in the history, in the customer's language",
            trigger: ".o-mail-Message:contains(our invoices to you)",
        },
        {
            trigger: either(".o_form_statusbar button", "Promise to Pay", "付款承诺"),
            run: "click",
        },
        { trigger: `${note} div[name=note] input`, run: "edit Ms Huber pays next week" },
        { trigger: `${note} div[name=date] input, ${note} div[name=date] button`, run: "click" },
        { trigger: `${note} div[name=date] input`, run: "edit 2099-12-31 && press Tab" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "the promise stops the steps",
            trigger: either(
                ".o_form_view div[name=next_text]",
                "Wait for the promised payment",
                "等待承诺的付款"
            ),
        },
        { trigger: ".o-mail-Message:contains(Ms Huber pays next week)" },
        { trigger: "[data-menu-xmlid='sales_target_mgmt.stm_credit_menu']", run: "click" },
        {
            trigger: "[data-menu-xmlid='sales_target_mgmt.stm_account_statement_menu']",
            run: "click",
        },
        { trigger: either("button", "Make Statements", "出具对账单"), run: "click" },
        { trigger: ".modal button[name=action_make]", run: "click" },
        { content: "what the customer owed then", trigger: "div[name=closing]:contains(60.00)" },
        { trigger: ".o_form_statusbar button[name=action_send]", run: "click" },
        { trigger: ".o_statusbar_status button[data-value=sent].o_arrow_button_current" },
    ],
});

tours.add("stm_accountant_sees_confirmed", {
    steps: () => [
        { trigger: ".o_statusbar_status button[data-value=confirmed].o_arrow_button_current" },
        { trigger: "div[name=answered_by]:contains(Ann Books)" },
    ],
});
