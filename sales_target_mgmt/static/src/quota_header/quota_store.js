import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { rpcBus } from "@web/core/network/rpc";
import { UPDATE_METHODS } from "@web/core/orm_service";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { onWillDestroy, reactive } from "@odoo/owl";
import { isUnassigned, readSubjects } from "./subject_filter";

const COLLAPSED = "sales_target_mgmt.quota_header.collapsed";
// several cards that are moved one after the other are one change
const DELAY = 400;

/**
 * Reads the figures above a pipeline, beside the pipeline's own reads and without making it wait,
 * and again when its filters name other people or when an opportunity was changed in it.
 *
 * @returns {Object} reactive: `subjects` as `stm.quota` gives them, `note` on what of the filter is
 *      not followed, `failed`, `collapsed`, `load()` and `toggle()`
 */
export function useQuotaStore(searchModel) {
    const orm = useService("orm");
    const last = new KeepLast();
    let asked = null;
    let alive = true;
    const store = reactive({
        subjects: [],
        note: "",
        failed: false,
        collapsed: browser.localStorage.getItem(COLLAPSED) === "true",
        toggle() {
            store.collapsed = !store.collapsed;
            browser.localStorage.setItem(COLLAPSED, store.collapsed);
        },
        async load(force = false) {
            const filter = readSubjects(searchModel.domain);
            const key = JSON.stringify(filter);
            if (key === asked && !force) {
                return;
            }
            asked = key;
            try {
                const { subjects, missed } = await last.add(
                    orm.silent.call("stm.quota", "get_header", [filter.user_id, filter.team_id])
                );
                if (alive) {
                    Object.assign(store, {
                        subjects,
                        note: getNote(filter, missed),
                        failed: false,
                    });
                }
            } catch {
                // the pipeline works without its header; the header says that it failed
                if (alive) {
                    Object.assign(store, { subjects: [], note: "", failed: true });
                }
            }
        },
    });
    store.load();
    useBus(searchModel, "update", () => store.load());
    const reload = useDebounced(() => store.load(true), DELAY);
    useBus(rpcBus, "RPC:RESPONSE", ({ detail }) => {
        if (!detail.error && changesLeads(detail.data.params)) {
            reload();
        }
    });
    onWillDestroy(() => (alive = false));
    return store;
}

/** Whether a call moved, won, lost, created or deleted opportunities. */
function changesLeads({ model, method } = {}) {
    return (
        model?.startsWith("crm.lead") &&
        (UPDATE_METHODS.includes(method) ||
            method === "name_create" ||
            method?.startsWith("action_"))
    );
}

/** What of the pipeline's filter the figures do not follow, in words. */
function getNote(filter, missed) {
    if (missed) {
        const field = `${missed}_id`;
        if (isUnassigned(filter[field])) {
            return missed === "user"
                ? _t("Not filtered: opportunities without a salesperson are in nobody's quota.")
                : _t("Not filtered: opportunities without a team are in no team's quota.");
        }
        return missed === "user"
            ? _t("Not filtered: the salespeople of the filter have no target that you may see.")
            : _t("Not filtered: the teams of the filter have no target that you may see.");
    }
    return filter.lost
        ? _t("Not filtered: the filter names people or teams only as one of several alternatives.")
        : "";
}
