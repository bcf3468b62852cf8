import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const send = "form:has(textarea[name=text]) button[type=submit]";

tours.add("stm_commission_portal", {
    steps: () => [
        {
            trigger: ".o_portal_my_doc_table a[href*='/my/commissions/']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "a[name=pdf][href$='/pdf']" },
        { trigger: ".o_portal_my_doc_table td:contains(300 × 10 %)" },
        { trigger: "form[action$=acknowledge] button", run: "click", expectUnloadPage: true },
        {
            content: "acknowledged",
            trigger: "body:not(:has(form[action$=acknowledge])) a[name=pdf]",
        },
        { trigger: "a[name=dispute]:visible", run: "click", expectUnloadPage: true },
        { trigger: "textarea[name=text]", run: "edit Half of it is missing" },
        { trigger: send, run: "click", expectUnloadPage: true },
        { trigger: "p[name=reason]:contains(Half of it is missing)" },
        { trigger: "textarea[name=text]", run: "edit See the offer of May" },
        { trigger: send, run: "click", expectUnloadPage: true },
        { trigger: "[name=message]:contains(See the offer of May)" },
        { trigger: "form[action$=withdraw] button", run: "click", expectUnloadPage: true },
        { trigger: "body:not(:has(form[action$=withdraw])) p[name=reason]" },
        { trigger: "a[href='/my/commissions/disputes']", run: "click", expectUnloadPage: true },
        { trigger: ".o_portal_my_doc_table a[href*='/my/commissions/disputes/']" },
        { trigger: "a[href='/my/commissions']", run: "click", expectUnloadPage: true },
        { trigger: "a[name=documents]", run: "click", expectUnloadPage: true },
        { trigger: "a[name=previous]", run: "click", expectUnloadPage: true },
        { trigger: "tr[data-code=credited] [name=reason]:contains(✓)" },
    ],
});
