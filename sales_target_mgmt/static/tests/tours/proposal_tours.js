import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("stm_propose", {
    steps: () => [
        {
            content: "proposals are the first thing on the page",
            trigger:
                ".container-xl > .o_stm_proposals:first-child .o_stm_proposals_due:contains(2 answers are missing)",
        },
        {
            content: "nonsense is refused where it stands",
            trigger: ".o_stm_proposal:first .o_stm_proposal_amount",
            run: "edit many",
        },
        { trigger: ".o_stm_proposals_send", run: "click" },
        {
            trigger:
                ".o_stm_proposal:first:has([role=alert]:contains(zero or more)) .o_stm_proposal_amount:focus",
        },
        { trigger: ".o_stm_proposal:first .o_stm_proposal_amount", run: "edit 55" },
        {
            trigger: ".o_stm_proposal:first .o_stm_proposal_comment",
            run: "edit two customers less",
        },
        { trigger: ".o_stm_proposals_agree", run: "click" },
        { content: "twice is not two answers", trigger: ".o_stm_proposals_send", run: "dblclick" },
        { trigger: ".o_stm_proposals_due:contains(all answered)" },
        { trigger: ".o_stm_proposals_toggle:contains(Show)", run: "click" },
        { trigger: ".o_stm_proposal:first .badge:contains(Proposed)" },
    ],
});

tours.add("stm_adjust_proposal", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(two customers less)" },
        {
            trigger: ".o_data_row:contains(two customers less) button[name=action_adjust]",
            run: "click",
        },
        { trigger: ".modal [name=amount] input", run: "edit 60" },
        { trigger: ".modal [name=reason] textarea", run: "edit one of them stays" },
        { trigger: ".modal footer button[name=action_confirm]:contains(Adjust)", run: "click" },
        { trigger: ".o_data_row:contains(two customers less) .badge:contains(Adjusted)" },
    ],
});

tours.add("stm_settle_proposals", {
    steps: () => [
        { trigger: "[name=bottom_up_total]:contains(110)" },
        { trigger: "button[name=action_settle]", run: "click" },
        { trigger: ".modal [name=reason] textarea", run: "edit as people see it" },
        { trigger: ".modal footer button[name=action_confirm]:contains(Settle)", run: "click" },
        { trigger: ".o_form_view:not(:has(.modal)) [name=target_total]:contains(190)" },
    ],
});
