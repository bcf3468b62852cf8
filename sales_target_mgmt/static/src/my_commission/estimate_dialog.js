import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { useService } from "@web/core/utils/hooks";
import { Component } from "@odoo/owl";
import { formatPay, formatSlices, getFormats } from "./pay";

/** The calculation behind "Earns me", component by component. */
export class EstimateDialog extends Component {
    static template = "sales_target_mgmt.EstimateDialog";
    static components = { Dialog };
    static props = { estimate: Object, resModel: String, resId: Number, close: Function };

    setup() {
        this.action = useService("action");
    }

    get estimate() {
        return this.props.estimate;
    }

    get title() {
        return _t("What %s earns me", this.estimate.document);
    }

    pay(amount, plan) {
        return formatPay(amount, plan.currency_id);
    }

    get earnedText() {
        const parts = this.estimate.totals.filter((one) => one.earned);
        const earned = parts.map((one) => this.pay(one.earned, one)).join(" + ");
        return earned && _t("%s of it is earned already.", earned);
    }

    partText(part, plan, component) {
        if (part.kind === "rate") {
            return formatSlices([[part.base, part.rate]], plan.currency_id, component.is_money);
        }
        if (part.kind === "withheld") {
            if (part.amount > 0) {
                return _t("what was withheld until now");
            }
            return part.reason ? _t("withheld: %s", part.reason) : _t("withheld");
        }
        return part.kind === "lift" ? _t("more for what was sold before") : part.label;
    }

    /** The tier that is reached, and the one before where it is another. */
    tierText(component, plan) {
        const { range, value } = getFormats(component, plan.currency_id);
        const write = (tier) => `${range(tier)}: ${value(tier.value)}`;
        const { tier_before, tier_after } = component;
        const after = write(tier_after);
        if (!tier_before) {
            return _t("Reaches the tier %s", after);
        }
        const before = write(tier_before);
        return before === after
            ? _t("Tier: %s", after)
            : _t("Reaches the tier %(after)s (now %(before)s)", { after, before });
    }

    payableText(plan) {
        return _t("Payable: %s", plan.payable_on);
    }

    async openWhy() {
        this.props.close();
        await this.action.doAction("sales_target_mgmt.stm_commission_why_action", {
            additionalContext: {
                stm_why: { model: this.props.resModel, document_id: this.props.resId },
            },
        });
    }
}
