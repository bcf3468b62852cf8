import { _t } from "@web/core/l10n/translation";
import { serializeDate } from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { Component, useState } from "@odoo/owl";
import { formatDays, formatPeriod, formatShare, formatValue, isShown, PACE } from "../core/figures";
import { PaceBar } from "../core/pace_bar";

const { DateTime } = luxon;

const OWNER = { user: "user_id", team: "team_id", company: "company_id" };

/** Am I going to make it? Quota, achieved, pace, gap and the pipeline that covers it. */
export class QuotaHeader extends Component {
    static template = "sales_target_mgmt.QuotaHeader";
    static components = { PaceBar };
    // of `useQuotaStore`
    static props = { store: { type: Object } };

    setup() {
        this.action = useService("action");
        this.store = useState(this.props.store);
        this.state = useState({ subject: null, measure: null });
    }

    get subject() {
        const { subjects } = this.store;
        return subjects.find((one) => this.keyOf(one) === this.state.subject) || subjects[0];
    }

    get card() {
        const { cards } = this.subject;
        return cards.find((card) => card.measure.id === this.state.measure) || cards[0];
    }

    onMeasure(ev) {
        this.state.measure = Number(ev.target.value);
    }

    keyOf(subject) {
        return `${subject.kind} ${subject.ids.join()}`;
    }

    subjectLabel(subject) {
        if (subject.own) {
            return _t("Me");
        }
        return subject.kind === "company" ? _t("Company") : subject.name;
    }

    /** Whose figures a single line on a phone shows, where they are not the own. */
    get whose() {
        const { kind, name } = this.subject;
        return kind === "company" ? _t("Company %s", name) : name;
    }

    get title() {
        const { own, kind, name } = this.subject;
        const period = formatPeriod(this.card.date_from, this.card.date_to);
        if (own) {
            return _t("%s · my quota", period);
        }
        switch (kind) {
            case "company":
                return _t("%(period)s · Company %(name)s", { period, name });
            case "team":
                return _t("%(period)s · quota of the team %(name)s", { period, name });
        }
        return _t("%(period)s · quota of %(name)s", { period, name });
    }

    get pace() {
        return PACE[this.card.pace_state];
    }

    get paceText() {
        const { pace_state, lead } = this.card;
        const amount = this.value(Math.abs(lead));
        switch (pace_state) {
            case "ahead":
                return _t("ahead of pace by %s", amount);
            case "on_pace":
                return _t("on pace");
            case "behind":
                return _t("behind pace by %s", amount);
            case "at_risk":
                return _t("at risk: behind pace by %s", amount);
        }
        return "";
    }

    get attainment() {
        return this.card.has_actual ? formatShare(this.card.attainment) : "–";
    }

    /** Whether there is a remaining amount that working days and open deals can fill. */
    get accumulates() {
        return this.card.direction === "up" && !["percent", "score"].includes(this.card.unit);
    }

    get reached() {
        return this.card.gap <= 0;
    }

    get gapText() {
        if (!this.card.gap) {
            return _t("target reached");
        }
        return this.reached
            ? _t("target reached, %s above it", this.value(-this.card.gap))
            : _t("gap %s", this.value(this.card.gap));
    }

    get daysText() {
        const { remaining_days } = this.card;
        if (!remaining_days) {
            return _t("no working day left");
        }
        return remaining_days === 1
            ? _t("1 working day")
            : _t("%s working days", formatDays(remaining_days));
    }

    get shortDaysText() {
        const { remaining_days } = this.card;
        return remaining_days === 1 ? _t("1 day") : _t("%s days", formatDays(remaining_days));
    }

    get hasRate() {
        return this.card.remaining_days > 0 && isShown(this.card.required_rate, this.card);
    }

    get rateText() {
        return _t("%s a day needed", this.value(this.card.required_rate));
    }

    get toggleTitle() {
        return this.store.collapsed ? _t("Show more") : _t("Show less");
    }

    get pipelineText() {
        const { pipeline, coverage } = this.card;
        const amount = this.value(pipeline);
        return coverage === null
            ? _t("open pipeline %s", amount)
            : _t("open pipeline %(amount)s = %(times)s × the gap", {
                  amount,
                  times: formatDays(coverage),
              });
    }

    value(amount, options) {
        return formatValue(amount, this.card, options);
    }

    openQuota() {
        const { kind, ids, own } = this.subject;
        const other = own || ids.length > 1 ? {} : { kind, record_id: ids[0] };
        return this.action.doAction("sales_target_mgmt.stm_quota_action", {
            additionalContext: { stm_quota: other },
        });
    }

    /** The open opportunities that are expected by the end of the period, the next one first. */
    async openGap() {
        const { kind, ids } = this.subject;
        const { date_to } = this.card;
        const after = serializeDate(DateTime.fromISO(date_to).plus({ days: 1 }));
        const action = await this.action.loadAction("sales_target_mgmt.crm_lead_action_gap");
        return this.action.doAction({
            ...action,
            domain: [
                ["type", "=", "opportunity"],
                ["won_status", "=", "pending"],
                [OWNER[kind], "in", ids],
                "|",
                ["date_deadline", "<=", date_to],
                "&",
                ["date_deadline", "=", false],
                ["create_date", "<", after],
            ],
        });
    }
}
