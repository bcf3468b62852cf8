import { _t } from "@web/core/l10n/translation";
import {
    deserializeDate,
    deserializeDateTime,
    formatDate,
    formatDateTime,
} from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";
import { formatPeriod } from "../core/figures";
import { CommissionLadder } from "./commission_ladder";
import { formatPay, formatSlices } from "./pay";

const STATE_COLORS = { computed: "info", checked: "warning" };

/** What do I get, why, and what comes next? */
export class MyCommission extends Component {
    static template = "sales_target_mgmt.MyCommission";
    static components = { CommissionLadder, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({ page: null, isAdmin: false });
        this.display = { controlPanel: {} };
        this.payeeId = this.props.action.context?.stm_payee_id || false;
        onWillStart(async () => {
            this.state.isAdmin = await user.hasGroup("sales_target_mgmt.group_commission_admin");
            await this.load();
        });
    }

    async load() {
        this.state.page = await this.orm.call("stm.commission.mine", "get_page", [this.payeeId]);
    }

    get page() {
        return this.state.page;
    }

    get title() {
        return _t("Commission of %s", this.page.name);
    }

    get isEmpty() {
        const { plans, statements } = this.page;
        return !plans.length && !statements.length;
    }

    get toAccept() {
        return this.page.plans.filter((plan) => plan.can_accept);
    }

    get current() {
        return this.page.plans.filter((plan) => plan.is_current);
    }

    pay(amount, row) {
        return formatPay(amount, row.currency_id);
    }

    date(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

    period(row) {
        return formatPeriod(row.date_from, row.date_to);
    }

    stateColor(statement) {
        return STATE_COLORS[statement.state] || "success";
    }

    get freshText() {
        const times = this.page.plans.map((plan) => plan.computed_at).filter(Boolean);
        if (!times.length) {
            return _t("As of now; no statement has been computed yet.");
        }
        const when = formatDateTime(deserializeDateTime(times.sort()[0]));
        return _t("As of now; statements were computed on %s.", when);
    }

    termsText(plan) {
        return _t("%(period)s · %(amount)s, earned on: %(earned)s, payable: %(payable)s", {
            period: this.period(plan),
            amount: plan.paid_for,
            earned: plan.earned_on,
            payable: plan.payable_on,
        });
    }

    acceptText(plan) {
        return _t("“%s” asks you to read and accept it.", plan.name);
    }

    withheldText(row) {
        return row.reason ? `${row.component}: ${row.reason}` : row.component;
    }

    /** Why a row is what it is: the calculation, the payment or the reason. */
    detailText(row) {
        const parts = [row.component];
        if (row.kind === "release") {
            parts.push(row.payment);
        } else if (row.slices.length) {
            parts.push(formatSlices(row.slices, row.currency_id, row.is_money));
        }
        parts.push(row.reason);
        return parts.filter(Boolean).join(" · ");
    }

    async openDocument(row) {
        const action = await this.orm.call("stm.quota", "open_document", [
            row.model,
            row.document_id,
        ]);
        return this.action.doAction(action);
    }

    async openPayment(row) {
        const action = await this.orm.call("stm.commission.mine", "open_payment", [row.partial_id]);
        return this.action.doAction(action);
    }

    async dispute(row) {
        const action = await this.orm.call("stm.commission.entry", "action_dispute", [
            [row.entry_id],
        ]);
        return this.action.doAction(action, { onClose: () => this.load() });
    }

    /** The newest statement in the currency of a sum: what waits has come together until then. */
    latest(sum) {
        return this.page.statements.find((one) => one.id && one.currency_id === sum.currency_id);
    }

    /** The statements that are to be paid out, or the entries behind another sum. */
    async openSum(sum, kind) {
        if (kind === "payable") {
            return this.action.doAction({
                type: "ir.actions.act_window",
                name: _t("Statements"),
                res_model: "stm.commission.statement",
                domain: [
                    ["payee_id", "=", this.page.payee_id],
                    ["currency_id", "=", sum.currency_id],
                    ["company_id", "=", user.activeCompany.id],
                    ["state", "!=", "paid"],
                ],
                views: [
                    [false, "list"],
                    [false, "kanban"],
                    [false, "form"],
                ],
                mobile_view_mode: "kanban",
            });
        }
        const action = await this.orm.call(
            "stm.commission.statement",
            "action_view_entries",
            [[this.latest(sum).id]],
            { context: { ...user.context, stm_amount: kind } }
        );
        return this.action.doAction(action);
    }

    openStatement(statement) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stm.commission.statement",
            res_id: statement.id,
            views: [[false, "form"]],
        });
    }

    openStatements() {
        return this.action.doAction("sales_target_mgmt.stm_commission_statement_action_mine");
    }

    openPlan(plan) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stm.commission.plan",
            res_id: plan.id,
            views: [[false, "form"]],
        });
    }

    openPlans() {
        return this.action.doAction("sales_target_mgmt.stm_commission_plan_action");
    }

    openWhy() {
        return this.action.doAction("sales_target_mgmt.stm_commission_why_action", {
            additionalContext: { stm_why: { payee_id: this.payeeId } },
        });
    }

    async acknowledge(statement) {
        await this.orm.call("stm.commission.statement", "action_acknowledge", [[statement.id]]);
        this.notification.add(_t("Thank you: the statement is acknowledged."), { type: "success" });
        return this.load();
    }

    async accept(plan) {
        await this.orm.call("stm.commission.plan", "action_accept", [[plan.id]]);
        this.notification.add(_t("You have accepted the plan."), { type: "success" });
        return this.load();
    }
}

registry.category("actions").add("stm_my_commission", MyCommission);
