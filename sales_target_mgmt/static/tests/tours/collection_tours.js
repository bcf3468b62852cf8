import { registry } from "@web/core/registry";

const note = ".modal .o_form_view";

registry.category("web_tour.tours").add("stm_accountant_collects", {
    steps: () => [
        {
            content: "an empty worklist says what to do",
            trigger: ".o_view_nocontent:contains(Nobody is to be asked for anything)",
        },
        { trigger: "button:contains(Run Collection)", run: "click" },
        {
            content: "the preview says who gets what",
            trigger: ".modal .o_data_row:contains(Acme):contains(First reminder):contains(500.00)",
        },
        { trigger: ".modal button[name=action_run]", run: "click" },
        {
            content: "the worklist says why now and what comes next",
            trigger: ".o_list_view .o_data_row:contains(Acme):contains(10 days overdue)",
        },
        { trigger: ".o_data_row td[name=partner_id]", run: "click" },
        {
            content: "the reminder is in the history",
            trigger: ".o-mail-Message:contains(our invoices to you)",
        },
        { trigger: ".o_form_statusbar button:contains(Promise to Pay)", run: "click" },
        { trigger: `${note} div[name=note] input`, run: "edit Ms Huber pays next week" },
        { trigger: `${note} div[name=date] input, ${note} div[name=date] button`, run: "click" },
        { trigger: `${note} div[name=date] input`, run: "edit 12/31/2099 && press Tab" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "the promise stops the steps",
            trigger: ".o_form_view div[name=stop]:contains(Promise to pay)",
        },
        { trigger: ".o-mail-Message:contains(Ms Huber pays next week)" },
    ],
});
