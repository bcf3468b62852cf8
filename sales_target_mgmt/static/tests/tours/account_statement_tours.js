import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const open = {
    trigger: ".o_portal_my_doc_table a[href*='/my/account-statements/']",
    run: "click",
    expectUnloadPage: true,
};

tours.add("stm_account_statement_confirm", {
    steps: () => [
        open,
        { trigger: "a[name=pdf]" },
        { trigger: "form[name=confirm] input[name=name]", run: "edit Ann Books" },
        { trigger: "form[name=confirm] button", run: "click", expectUnloadPage: true },
        { content: "confirmed", trigger: "body:not(:has(form[name=confirm])) [role=status]" },
    ],
});

tours.add("stm_account_statement_report", {
    steps: () => [
        open,
        { trigger: "input[name='line-0']", run: "edit Paid on 20 May" },
        { trigger: "form[name=report] input[name=name]", run: "edit Ann Books" },
        { trigger: "form[name=report] button", run: "click", expectUnloadPage: true },
        { trigger: "[role=status]:contains(Paid on 20 May)" },
    ],
});
