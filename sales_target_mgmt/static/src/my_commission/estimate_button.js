import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, useEffect, useState } from "@odoo/owl";
import { EstimateDialog } from "./estimate_dialog";
import { formatPay } from "./pay";

/** Whether the user is paid by a plan at all, asked once. */
export const commissionService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        let asked = null;
        return {
            isPayee() {
                asked ??= orm.silent.call("stm.commission.mine", "is_payee", []).catch(() => {
                    asked = null;
                    return false;
                });
                return asked;
            },
        };
    },
};
registry.category("services").add("stm_commission", commissionService);

/** What does this deal earn me? Asked after the form is there, and again when it was saved. */
export class EstimateButton extends Component {
    static template = "sales_target_mgmt.EstimateButton";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.commission = useService("stm_commission");
        this.state = useState({ estimate: null, stale: false });
        this.asked = 0;
        useEffect(
            () => {
                this.load();
            },
            () => this.stamps
        );
    }

    /** Whatever of the record tells that it was saved, or is being changed. */
    get stamps() {
        const { record } = this.props;
        const { state, stage_id, amount_total, expected_revenue, invoice_count } = record.data;
        return [
            record.resId,
            record.dirty,
            state,
            stage_id && (stage_id.id || stage_id[0]),
            amount_total,
            expected_revenue,
            invoice_count,
        ];
    }

    async load() {
        const { resModel, resId, dirty } = this.props.record;
        this.state.stale = dirty;
        if (!resId) {
            this.state.estimate = null;
            return;
        }
        if (dirty) {
            return;
        }
        const asked = ++this.asked;
        let estimate = null;
        if (await this.commission.isPayee()) {
            estimate = await this.orm.silent
                .call("stm.commission.mine", "get_estimate", [resModel, resId])
                .catch(() => null);
        }
        if (asked === this.asked) {
            this.state.estimate = estimate;
        }
    }

    get amount() {
        const { totals } = this.state.estimate;
        return totals.map((one) => formatPay(one.amount, one.currency_id)).join(" + ");
    }

    get hint() {
        return this.state.stale
            ? _t("As it was saved last")
            : this.state.estimate.reason || _t("If it is confirmed, invoiced and paid today");
    }

    open() {
        const { resModel, resId } = this.props.record;
        this.dialog.add(EstimateDialog, { estimate: this.state.estimate, resModel, resId });
    }
}

registry.category("view_widgets").add("stm_estimate", { component: EstimateButton });
