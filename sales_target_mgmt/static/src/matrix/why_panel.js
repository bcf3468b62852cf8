import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { formatPeriod, formatShare, formatValue } from "../core/figures";
import { Sparkline } from "../core/sparkline";
import { AmountError, formatAmount, parseAmount } from "./matrix_numbers";

/** Why a target is what it is: its inputs, what was achieved before, who changed it. */
export class WhyPanel extends Component {
    static template = "sales_target_mgmt.WhyPanel";
    static components = { Sparkline };
    static props = {
        model: { type: Object },
        row: { type: Object },
        column: { type: Object },
        // of the stored target, undefined for an empty cell
        lineId: { type: [Number, { value: undefined }], optional: true },
        // the target as it is shown, so that a change is noticed
        target: { type: [Number, { value: null }] },
        setInputs: { type: Function },
        close: { type: Function },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.last = new KeepLast();
        this.state = useState({ why: null });
        this.formatAmount = formatAmount;
        onWillStart(() => void this.load(this.props));
        // the cursor may run over many cells
        const loadLater = useDebounced((props) => this.load(props), 150);
        onWillUpdateProps((props) => void loadLater(props));
    }

    /** Without waiting, so that the cursor is never held up. */
    async load({ lineId }) {
        if (!lineId) {
            this.state.why = null;
            return;
        }
        try {
            this.state.why = await this.last.add(
                this.orm.silent.call("stm.target.line", "get_why", [lineId])
            );
        } catch {
            // emptied meanwhile: there is nothing to explain
            this.state.why = null;
        }
    }

    get why() {
        const { why } = this.state;
        return why && why.id === this.props.lineId ? why : null;
    }

    get period() {
        return formatPeriod(this.props.column.date_from, this.props.column.date_to);
    }

    get card() {
        const { unit, currency_id } = this.props.model.measure;
        return { unit, currency_id };
    }

    value(amount) {
        return formatValue(amount, this.card);
    }

    get growth() {
        const { target, last_year } = this.why;
        return last_year > 0 ? _t("%s growth", formatShare(target / last_year - 1)) : "";
    }

    get changed() {
        return formatDateTime(deserializeDateTime(this.why.date));
    }

    get editable() {
        return this.props.model.plan.editable;
    }

    /** Propose the parts of the row, or its periods; what is applied shows at once. */
    async decompose(method) {
        const { row, model } = this.props;
        const measure = model.measure.id;
        const action = await this.orm.call("stm.target.node", method, [row.id], {
            measure_id: measure,
        });
        await this.action.doAction(action, { onClose: () => model.load(measure) });
    }

    onPinned(ev) {
        return this.props.setInputs({ pinned: ev.target.checked });
    }

    onNote(ev) {
        return this.props.setInputs({ note: ev.target.value });
    }

    onStretch(ev) {
        try {
            return this.props.setInputs({ stretch: parseAmount(ev.target.value) ?? 0 });
        } catch (error) {
            if (!(error instanceof AmountError)) {
                throw error;
            }
            ev.target.value = formatAmount(this.why.stretch);
        }
    }
}
