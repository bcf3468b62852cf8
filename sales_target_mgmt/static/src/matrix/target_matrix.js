import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";
import { formatValue } from "../core/figures";
import { MatrixGrid } from "./matrix_grid";
import { MatrixModel } from "./matrix_model";

/** The page on which a plan is edited like a spreadsheet. */
export class TargetMatrix extends Component {
    static template = "sales_target_mgmt.TargetMatrix";
    static components = { Layout, MatrixGrid };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.display = { controlPanel: {} };
        const planId = this.props.action.context?.active_id;
        this.model = useState(new MatrixModel(useService("orm"), planId));
        this.state = useState({ why: !this.env.isSmall });
        onWillStart(async () => {
            if (planId) {
                await this.model.load();
            }
        });
    }

    get total() {
        const { model } = this;
        return model.measure.additive
            ? formatValue(model.getTotal(), model.measure, { symbol: true })
            : "";
    }

    onMeasure(ev) {
        return this.model.load(Number(ev.target.value));
    }

    openPlans() {
        return this.action.doAction("sales_target_mgmt.stm_target_plan_action");
    }
}

registry.category("actions").add("stm_target_matrix", TargetMatrix);
