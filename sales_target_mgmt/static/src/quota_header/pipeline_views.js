import { forecastListView } from "@crm/views/forecast_list/forecast_list_view";
import { crmKanbanView } from "@crm/views/crm_kanban/crm_kanban_view";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { Layout } from "@web/search/layout";
import { listView } from "@web/views/list/list_view";
import { useSubEnv } from "@odoo/owl";
import { QuotaHeader } from "./quota_header";
import { useQuotaStore } from "./quota_store";

/** A layout with the quota between the control panel and the records, outside of what scrolls. */
export class QuotaLayout extends Layout {
    static template = "sales_target_mgmt.QuotaLayout";
    static components = { ...Layout.components, QuotaHeader };
}

function setupQuota(controller) {
    // a pipeline inside of a dialog or a form is not the place
    if (controller.props.display.controlPanel && !controller.env.inDialog) {
        useSubEnv({ stmQuota: useQuotaStore(controller.env.searchModel) });
    }
}

// the forecast's kanban inherits from this controller
patch(crmKanbanView.Controller.prototype, {
    setup() {
        setupQuota(this);
        super.setup();
    },
});
crmKanbanView.Controller.components = {
    ...crmKanbanView.Controller.components,
    Layout: QuotaLayout,
};

class QuotaListController extends listView.Controller {
    static components = { ...listView.Controller.components, Layout: QuotaLayout };

    setup() {
        setupQuota(this);
        super.setup();
    }
}

forecastListView.Controller = QuotaListController;
registry.category("views").add("stm_crm_list", { ...listView, Controller: QuotaListController });
