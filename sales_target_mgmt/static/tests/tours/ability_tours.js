import { registry } from "@web/core/registry";

const row = (text) => `.o_data_row:contains(${text})`;
const menu = (name) => [
    { trigger: ".o_menu_sections button:contains(Territories)", run: "click" },
    { trigger: `.o-dropdown--menu .dropdown-item:contains(${name})`, run: "click" },
];

registry.category("web_tour.tours").add("stm_manager_matches", {
    steps: () => [
        {
            content: "nothing yet, and what to do",
            trigger: ".o_view_nocontent:contains(Say what your people can do)",
        },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=user_id] input", run: "edit Rep2" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Rep2)", run: "click" },
        { trigger: ".o_field_x2many_list_row_add a", run: "click" },
        { trigger: ".o_selected_row [name=skill_id] input", run: "edit Customer care" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Customer care)", run: "click" },
        { trigger: ".o_selected_row [name=level] .o_priority_star:last", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: ".nav-link[name=past]", run: "click" },
        { trigger: ".o_stm_ability_past td:contains(Everywhere)" },
        ...menu("Suggest Assignments"),
        { trigger: `.modal ${row("North")}:contains(Rep2)` },
        { trigger: `.modal ${row("South")}:contains(Rep)` },
        // what the score is made of, and another choice
        { trigger: ".modal .nav-link[name=everybody]", run: "click" },
        { trigger: ".modal .o_stm_ability_matrix tr:contains(Rep2) td:last button", run: "click" },
        { trigger: ".modal .o_stm_ability_parts tr:contains(Skills):contains(Customer care 5)" },
        { trigger: ".modal .o_stm_ability_parts button[name=choose]", run: "click" },
        {
            content: "the other one is found anew",
            trigger:
                ".modal .o_stm_ability_matrix tr:contains(Rep):first td:first button.o_stm_chosen",
        },
        { trigger: ".modal .nav-link[name=suggestion]", run: "click" },
        { trigger: `.modal ${row("South")}:contains(Rep2) td[name=pinned] input:checked` },
        { trigger: ".modal footer button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_notification:contains(2 territories have their people)" },
    ],
});

registry.category("web_tour.tours").add("stm_manager_matches_division", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button:contains(Suggest Assignments)",
            run: "click",
        },
        { trigger: `.modal ${row("West")}:contains(Nothing is known of anybody)` },
        { trigger: ".modal footer button[name=action_apply]", run: "click" },
        { trigger: ".modal:contains(there is nothing to apply)" },
    ],
});
