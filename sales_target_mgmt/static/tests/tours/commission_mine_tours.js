import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("stm_my_commission", {
    steps: () => [
        {
            content: "800 sold at 2 %",
            trigger: ".o_stm_commission_payable:contains(/16.00/)",
        },
        {
            content: "what is missing to the next tier, and what it brings",
            trigger: ".o_stm_ladder .o_stm_ladder_next:contains(/200 more to 3 % brings .*4.00/)",
        },
        { trigger: ".o_stm_commission_accept .btn-primary", run: "click" },
        { trigger: ".o_stm_commission_plan .badge:contains(accepted)" },
        { trigger: ".o_stm_commission_entry[data-kind=earn]:contains(800 × 2 %)" },
        { content: "why nothing?", trigger: ".o_stm_commission_why", run: "click" },
        { trigger: ".o_stm_why_row[data-code=credited]:contains(/16.00/)" },
        { trigger: ".o_stm_why_filter[data-state=nothing]", run: "click" },
        {
            trigger: ".o_stm_why_row[data-code=quotation]:contains(not confirmed)",
        },
        {
            content: "open the quotation",
            trigger: ".o_stm_why_row[data-code=quotation] .btn-link:first",
            run: "click",
        },
        {
            content: "200 at 2 % and 300 at 3 %",
            trigger: ".o_form_view .o_stm_estimate_amount:contains(/13.00/)",
        },
        { trigger: ".o_stm_estimate", run: "click" },
        { trigger: ".o_stm_estimate_part:contains(200 × 2 %)" },
        { trigger: ".o_stm_estimate_part:contains(300 × 3 %)" },
        { trigger: ".o_stm_estimate_tier:contains(Reaches the tier from 1,000: 3 %)" },
        { trigger: ".o_stm_estimate_why", run: "click" },
        { trigger: ".o_stm_why_row[data-code=quotation]" },
    ],
});

tours.add("stm_no_commission", {
    steps: () => [{ trigger: ".o_stm_commission_empty:contains(No commission plan of yours yet)" }],
});
