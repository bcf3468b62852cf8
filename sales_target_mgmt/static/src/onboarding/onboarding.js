import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

/** The first steps of a company, until all are done or the person has put them away. */
export class OnboardingSteps extends Component {
    static template = "sales_target_mgmt.OnboardingSteps";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.key = `stm.onboarding.${user.userId}.${user.activeCompany.id}`;
        this.state = useState({ steps: [] });
        onWillStart(async () => {
            if (!browser.localStorage.getItem(this.key)) {
                this.state.steps = await this.orm.call("stm.onboarding", "get_steps", []);
            }
        });
    }

    get next() {
        return this.state.steps.find((step) => !step.done);
    }

    label(step) {
        return step.done ? _t("Done") : _t("To do");
    }

    open(step) {
        const creates = step.name === "plan";
        this.action.doAction(step.action, creates ? { viewType: "form" } : {});
    }

    putAway() {
        browser.localStorage.setItem(this.key, "1");
        this.state.steps = [];
    }
}

export class PlanListController extends ListController {
    static template = "sales_target_mgmt.PlanListView";
    static components = { ...ListController.components, OnboardingSteps };
}

registry.category("views").add("stm_plan_list", { ...listView, Controller: PlanListController });
