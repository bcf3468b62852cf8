import { _t } from "@web/core/l10n/translation";
import { deserializeDate, formatDate, serializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";
import { formatPeriod } from "../core/figures";
import { formatBase, formatPay } from "./pay";

export const STATES = {
    credited: { sign: "✓", label: _t("Credited"), color: "success" },
    waiting: { sign: "…", label: _t("Earned, waits"), color: "info" },
    nothing: { sign: "–", label: _t("Nothing"), color: "muted" },
};

/** Why did I get nothing? Every document line of mine, with what it earned or the reason. */
export class CommissionWhy extends Component {
    static template = "sales_target_mgmt.CommissionWhy";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.asked = this.props.action.context?.stm_why || {};
        this.state = useState({ page: null, filter: null });
        this.display = { controlPanel: {} };
        this.states = STATES;
        onWillStart(() => this.load(this.asked.day || false));
    }

    async load(day) {
        const { payee_id, model, document_id } = this.asked;
        this.state.page = await this.orm.call("stm.commission.mine", "get_why", [
            day,
            payee_id || false,
            model || false,
            document_id || false,
        ]);
    }

    get page() {
        return this.state.page;
    }

    get title() {
        if (this.page.document) {
            return _t("My commission on %s", this.page.document);
        }
        return this.page.own ? _t("What became of my documents") : this.page.name;
    }

    get period() {
        return formatPeriod(this.page.date_from, this.page.date_to);
    }

    get rows() {
        const { filter, page } = this.state;
        return filter ? page.rows.filter((row) => row.state === filter) : page.rows;
    }

    count(state) {
        return this.page.rows.filter((row) => row.state === state).length;
    }

    pay(amount, row) {
        return formatPay(amount, row.currency_id);
    }

    base(row) {
        return row.is_money
            ? this.pay(row.base, row)
            : formatBase(row.base, row.currency_id, false);
    }

    date(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

    toggle(state) {
        this.state.filter = this.state.filter === state ? null : state;
    }

    move(days) {
        const { date_from, date_to } = this.page;
        const day = deserializeDate(days < 0 ? date_from : date_to).plus({ days });
        return this.load(serializeDate(day));
    }

    async openDocument(row) {
        const action = await this.orm.call("stm.quota", "open_document", [
            row.model,
            row.document_id,
        ]);
        return this.action.doAction(action);
    }

    dispute(row) {
        const field = row.model === "sale.order" ? "order_id" : "move_id";
        return this.action.doAction("sales_target_mgmt.stm_commission_dispute_action_new", {
            additionalContext: {
                [`default_${field}`]: row.document_id,
                default_document: row.document,
            },
        });
    }
}

registry.category("actions").add("stm_commission_why", CommissionWhy);
