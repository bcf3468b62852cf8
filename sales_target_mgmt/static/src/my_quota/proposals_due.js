import { _t } from "@web/core/l10n/translation";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { parseFloat } from "@web/views/fields/parsers";
import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { formatPeriod, formatValue } from "../core/figures";

const STATES = {
    proposed: { label: _t("Proposed"), color: "info" },
    adjusted: { label: _t("Adjusted"), color: "warning" },
    settled: { label: _t("Settled"), color: "success" },
};

/** The numbers that a plan asks the user for: the first thing on My Quota while they are due. */
export class ProposalsDue extends Component {
    static template = "sales_target_mgmt.ProposalsDue";
    static props = { plan: Object };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.root = useRef("root");
        const open = this.props.plan.due > 0;
        this.state = useState({
            plan: this.props.plan,
            open,
            edits: {},
            faults: {},
            sending: false,
            refused: 0,
        });
        // the button is far below the row with the fault, out of sight on a phone
        useEffect(
            (refused) => {
                if (refused) {
                    this.root.el.querySelector(".o_stm_proposal_amount.is-invalid")?.focus();
                }
            },
            () => [this.state.refused]
        );
    }

    get plan() {
        return this.state.plan;
    }

    get title() {
        return _t("Propose your targets in “%s”", this.plan.name);
    }

    get dueText() {
        const day = formatDate(deserializeDate(this.plan.until));
        if (!this.plan.due) {
            return _t("all answered; you can change them until %s", day);
        }
        return this.plan.due === 1
            ? _t("one answer is missing, due on %s", day)
            : _t("%(due)s answers are missing, due on %(day)s", { due: this.plan.due, day });
    }

    get changed() {
        return Object.keys(this.state.edits).length > 0;
    }

    label(row) {
        const period = formatPeriod(row.date_from, row.date_to);
        return `${row.measure} · ${period}`;
    }

    tagOf(row) {
        return STATES[row.state];
    }

    askedText(row) {
        return _t("asked: %s", formatValue(row.top_down, row, { symbol: true }));
    }

    amountOf(row) {
        const edit = this.state.edits[row.id];
        if (edit && "amount" in edit) {
            return edit.amount;
        }
        return row.amount === null
            ? ""
            : formatFloat(row.amount, { digits: [16, 2], trailingZeros: false });
    }

    commentOf(row) {
        return this.state.edits[row.id]?.comment ?? row.comment;
    }

    isLocked(row) {
        return row.state === "settled";
    }

    onInput(row, name, ev) {
        this.state.edits[row.id] = { ...this.state.edits[row.id], [name]: ev.target.value };
        delete this.state.faults[row.id];
    }

    /** Everything that is still unanswered gets the number that was asked. */
    agree() {
        for (const row of this.plan.rows.filter((one) => one.state === "open")) {
            if (!this.amountOf(row)) {
                const amount = formatFloat(row.top_down, {
                    digits: [16, 2],
                    trailingZeros: false,
                });
                this.state.edits[row.id] = { ...this.state.edits[row.id], amount };
            }
        }
    }

    /** What was typed, or null when something is no number; faults stand at their rows. */
    readAnswers() {
        const answers = [];
        for (const [id, edit] of Object.entries(this.state.edits)) {
            const row = this.plan.rows.find((one) => one.id === Number(id));
            let amount = row.amount;
            if ("amount" in edit) {
                try {
                    amount = parseFloat(edit.amount.trim());
                } catch {
                    amount = null;
                }
                if (!edit.amount.trim() || !(amount >= 0)) {
                    amount = null;
                }
            }
            if (amount === null) {
                this.state.faults[id] = _t("Enter a number of zero or more.");
            } else {
                answers.push({ id: row.id, amount, comment: this.commentOf(row) });
            }
        }
        return Object.keys(this.state.faults).length ? null : answers;
    }

    async send() {
        const answers = this.readAnswers();
        if (!answers) {
            this.state.refused++;
        }
        if (!answers?.length || this.state.sending) {
            return;
        }
        this.state.sending = true;
        let plans;
        try {
            plans = await this.orm.call("stm.quota", "set_proposals", [answers]);
        } finally {
            this.state.sending = false;
        }
        this.state.plan = plans.find((one) => one.id === this.plan.id) || this.plan;
        this.state.edits = {};
        this.state.open = this.plan.due > 0;
        this.notification.add(_t("Your proposals are sent."), { type: "success" });
    }
}
