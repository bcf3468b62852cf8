import { registry } from "@web/core/registry";

const row = (text) => `.o_data_row:contains(${text})`;

registry.category("web_tour.tours").add("stm_planner_territories", {
    steps: () => [
        {
            content: "nothing yet, and what to do",
            trigger: ".o_view_nocontent:contains(Choose how to divide)",
        },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Regions" },
        // the whole and two parts
        { trigger: ".o_field_x2many_list_row_add a", run: "click" },
        { trigger: ".o_selected_row .o_field_widget[name=name] input", run: "edit Europe" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: `.o_form_saved ${row("Europe")}` },
        { trigger: ".o_field_x2many_list_row_add a", run: "click" },
        { trigger: ".o_selected_row .o_field_widget[name=name] input", run: "edit Germany" },
        { trigger: ".o_selected_row .o_field_widget[name=parent_id] input", run: "edit Europe" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Europe)", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: `.o_form_saved ${row("Germany")}` },
        { trigger: `${row("Germany")} button[name=get_formview_action]`, run: "click" },
        // somebody who looks after it, and a rule
        {
            trigger: ".o_field_widget[name=assignment_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        { trigger: ".o_selected_row .o_field_widget[name=user_id] input", run: "edit Rep2" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Rep2)", run: "click" },
        { trigger: ".nav-link[name=rules]", run: "click" },
        { trigger: ".o_field_widget[name=rule_ids] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: ".o_selected_row .o_field_widget[name=country_id] input", run: "edit Germany" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Germany)", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: ".oe_stat_button:contains(Customers):contains(1)" },
        // back to the division: who belongs nowhere?
        { trigger: ".breadcrumb-item:contains(Regions), .o_back_button", run: "click" },
        { trigger: "button[name=action_check_coverage]", run: "click" },
        { trigger: ".alert-warning:contains(Not complete)" },
        { trigger: `${row("Lyon Trade")}` },
        { trigger: `${row("Lyon Trade")} button[name=action_accept]`, run: "click" },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Sold by head office",
        },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        { trigger: ".alert-success:contains(Complete)" },
        { trigger: `${row("Lyon Trade")}:contains(Sold by head office)` },
    ],
});

registry.category("web_tour.tours").add("stm_territory_tree", {
    steps: () => [
        { trigger: ".o_hierarchy_node:contains(Europe):contains(No Target)" },
        { trigger: ".o_hierarchy_node:contains(North):contains(Vacant)" },
        { trigger: ".o_hierarchy_node:contains(North) .o_hierarchy_node_header", run: "click" },
        { trigger: ".o_form_view .ribbon:contains(Vacant)" },
    ],
});
