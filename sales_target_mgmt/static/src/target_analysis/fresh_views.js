import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { listView } from "@web/views/list/list_view";
import { Component, reactive, useState, useSubEnv } from "@odoo/owl";

/** As of when the figures of the analysis are, and in which currency its money is. */
export class Freshness extends Component {
    static template = "sales_target_mgmt.Freshness";
    // of `useFreshness`
    static props = { store: { type: Object } };

    setup() {
        this.store = useState(this.props.store);
    }

    get asOf() {
        const { as_of } = this.store;
        return as_of ? _t("As of %s", formatDateTime(deserializeDateTime(as_of))) : "";
    }

    get currency() {
        const { currencies } = this.store;
        const names = [...new Set(currencies.map((one) => one.currency))];
        if (names.length === 1) {
            return _t("money in %s", names[0]);
        }
        const each = currencies.map((one) => `${one.company}: ${one.currency}`);
        return _t(
            "money in each company's currency: do not add companies up (%s)",
            each.join(", ")
        );
    }
}

class FreshLayout extends Layout {
    static template = "sales_target_mgmt.FreshLayout";
    static components = { ...Layout.components, Freshness };
}

/** The server computes what is due before the view reads it; a failure leaves the last figures. */
function useFreshness() {
    const orm = useService("orm");
    const store = reactive({ as_of: false, currencies: [] });
    const ready = orm.call("stm.target.result", "refresh_due", []).then(
        (answer) => Object.assign(store, answer),
        () => {}
    );
    return { store, ready };
}

/**
 * @param {Object} view as the registry of views holds it
 * @returns {Object} the same, which waits for fresh figures and says as of when they are
 */
export function freshView(view) {
    return {
        ...view,
        Controller: class extends view.Controller {
            static components = { ...view.Controller.components, Layout: FreshLayout };

            setup() {
                useSubEnv({ stmFreshness: useFreshness() });
                super.setup();
            }

            get modelOptions() {
                // a view that is drawn before its model has begun to load would find it empty
                return { ...super.modelOptions, lazy: false };
            }
        },
        Model: class extends view.Model {
            async load() {
                await this.env.stmFreshness.ready;
                return super.load(...arguments);
            }
        },
    };
}

registry.category("views").add("stm_fresh_list", freshView(listView));
