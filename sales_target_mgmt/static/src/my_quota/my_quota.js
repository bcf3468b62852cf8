import { _t } from "@web/core/l10n/translation";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";
import { formatDays, formatPeriod, formatShare, formatValue, isShown, PACE } from "../core/figures";
import { PaceBar } from "../core/pace_bar";
import { Sparkline } from "../core/sparkline";
import { ProposalsDue } from "./proposals_due";

/** Where do I stand, in what, and what counts? */
export class MyQuota extends Component {
    static template = "sales_target_mgmt.MyQuota";
    static components = { Layout, PaceBar, ProposalsDue, Sparkline };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ page: null, measure: null });
        this.display = { controlPanel: {} };
        this.formatDays = formatDays;
        this.formatShare = formatShare;
        const { kind, record_id } = this.props.action.context?.stm_quota || {};
        onWillStart(() => this.load(kind, record_id));
    }

    async load(kind = false, recordId = false) {
        this.state.page = await this.orm.call("stm.quota", "get_quota", [kind, recordId]);
        this.state.measure = null;
    }

    get page() {
        return this.state.page;
    }

    get title() {
        return this.page.kind === "company"
            ? _t("Company %s", this.page.name)
            : _t("Quota of %s", this.page.name);
    }

    get subjects() {
        return this.page.subjects.map((one) => ({
            ...one,
            key: `${one.kind} ${one.id}`,
            label: one.kind === "company" ? _t("Company %s", one.name) : one.name,
        }));
    }

    get draftsText() {
        return this.page.drafts === 1
            ? _t("One plan waits to be approved: this page then follows the documents.")
            : _t(
                  "%s plans wait to be approved: this page then follows the documents.",
                  this.page.drafts
              );
    }

    get hasOthers() {
        return this.page.subjects.some((one) => !this.isShown(one));
    }

    isShown(one) {
        return one.kind === this.page.kind && one.id === this.page.id;
    }

    onSubject(ev) {
        const [kind, id] = ev.target.value.split(" ");
        return this.load(kind, Number(id));
    }

    onMeasure(ev) {
        this.state.measure = Number(ev.target.value) || null;
    }

    get measures() {
        const measures = this.page.periods.map((row) => row.measure);
        return measures.filter(
            (one, index) => measures.findIndex((other) => other.id === one.id) === index
        );
    }

    /** Running and past periods, the newest first, then those to come. */
    get periods() {
        const { measure } = this.state;
        const rows = this.page.periods
            .filter((row) => !measure || row.measure.id === measure)
            .map((row) => ({ ...row, begun: row.date_from <= this.page.today }));
        const later = rows.filter((row) => !row.begun);
        later.sort((one, other) => (one.date_from < other.date_from ? -1 : 1));
        return [...rows.filter((row) => row.begun), ...later];
    }

    pace(card) {
        return PACE[card.pace_state];
    }

    period(card) {
        return formatPeriod(card.date_from, card.date_to);
    }

    value(amount, card, options) {
        return formatValue(amount, card, options);
    }

    date(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

    gapText(card) {
        if (card.direction === "down") {
            return "";
        }
        if (!card.gap) {
            return _t("target reached");
        }
        return card.gap > 0
            ? _t("gap %s", this.value(card.gap, card))
            : _t("target reached, %s above it", this.value(-card.gap, card));
    }

    expectedText(card) {
        return _t("expected to date %s", this.value(card.expected, card));
    }

    rateText(card) {
        if (card.gap <= 0 || !isShown(card.required_rate, card) || !card.remaining_days) {
            return "";
        }
        return _t("%(rate)s a day needed for %(days)s working days", {
            rate: this.value(card.required_rate, card),
            days: formatDays(card.remaining_days),
        });
    }

    canOpen(card) {
        return !["percent", "score"].includes(card.unit);
    }

    /** The documents behind a target; where the user's rights end, their list says so. */
    async openDocuments(row) {
        if (this.canOpen(row)) {
            const action = await this.orm.call("stm.target.line", "action_open_documents", [
                row.id,
            ]);
            return this.action.doAction(action);
        }
    }

    /** The document, or a message where the user's rights end. */
    async openDocument(row) {
        const action = await this.orm.call("stm.quota", "open_document", [row.model, row.id]);
        return this.action.doAction(action);
    }

    openPlans() {
        return this.action.doAction("sales_target_mgmt.stm_target_plan_action");
    }
}

registry.category("actions").add("stm_my_quota", MyQuota);
