import { registry } from "@web/core/registry";

const curve = ".modal .o_stm_rate_curve";
const deal = (number) => `${curve}_deals tbody tr:nth-child(${number})`;
const tiers = ".modal .o_field_widget[name=tier_ids]";

registry.category("web_tour.tours").add("stm_manager_draws_and_simulates", {
    steps: () => [
        {
            content: "the list shows the shape of the curve",
            trigger: ".o_field_widget[name=rule_ids] .o_data_row td[name=spark] polyline",
        },
        { trigger: ".o_field_widget[name=rule_ids] .o_data_row td[name=name]", run: "click" },
        { trigger: `${curve} canvas` },
        { trigger: `${deal(1)} input`, run: "edit 4000 && press Tab" },
        { content: "1,000 at 5 % and 3,000 at 20 %", trigger: `${deal(1)}:contains(650.00)` },
        {
            content: "a gap is told at once",
            trigger: `${tiers} .o_data_row:nth-child(2) td[name=lower]`,
            run: "click",
        },
        {
            trigger: `${tiers} .o_selected_row td[name=lower] input`,
            run: "edit 1500 && press Tab",
        },
        { trigger: `${curve}_fault:contains(rows 1 and 2 leave a gap between 1000 and 1500)` },
        {
            trigger: `${tiers} .o_data_row:nth-child(2) td[name=lower] input`,
            run: "edit 1000 && press Tab",
        },
        { trigger: `${curve}:not(:has(.o_stm_rate_curve_fault))` },
        {
            trigger: `${tiers} .o_data_row:nth-child(2) td[name=rate] input`,
            run: "edit 30",
        },
        { trigger: ".modal .oe_title", run: "click" },
        { content: "1,000 at 5 % and 3,000 at 30 %", trigger: `${deal(1)}:contains(950.00)` },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: "button[name=action_simulate]", run: "click" },
        {
            trigger:
                ".o_stm_simulation_totals tr:contains(Simulated) div[name=simulated]:contains(1,000.00)",
        },
        {
            trigger:
                ".o_stm_simulation_totals tr:contains(In force) div[name=current]:contains(500.00)",
        },
        {
            trigger: ".o_field_widget[name=payee_ids] .o_data_row:contains(Rep):contains(500.00)",
        },
        { trigger: ".o_data_row button[name=action_view_deals]", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Acme):contains(950.00)" },
    ],
});
