import { browser } from "@web/core/browser/browser";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { onWillDestroy, reactive } from "@odoo/owl";
import { readSubjects } from "./subject_filter";

const COLLAPSED = "sales_target_mgmt.quota_header.collapsed";

/**
 * Reads the figures above a pipeline, beside the pipeline's own reads and without making it wait,
 * and again when its filters name other people.
 *
 * @returns {Object} reactive: `subjects` as `stm.quota` gives them, `failed`, `collapsed`, `load()`
 *      and `toggle()`
 */
export function useQuotaStore(searchModel) {
    const orm = useService("orm");
    const last = new KeepLast();
    let asked = null;
    let alive = true;
    const store = reactive({
        subjects: [],
        failed: false,
        collapsed: browser.localStorage.getItem(COLLAPSED) === "true",
        toggle() {
            store.collapsed = !store.collapsed;
            browser.localStorage.setItem(COLLAPSED, store.collapsed);
        },
        async load(force = false) {
            const { user_id = [], team_id = [] } = readSubjects(searchModel.domain);
            const key = JSON.stringify([user_id, team_id]);
            if (key === asked && !force) {
                return;
            }
            asked = key;
            try {
                const subjects = await last.add(
                    orm.silent.call("stm.quota", "get_header", [user_id, team_id])
                );
                if (alive) {
                    Object.assign(store, { subjects, failed: false });
                }
            } catch {
                // the pipeline works without its header; the header says that it failed
                if (alive) {
                    Object.assign(store, { subjects: [], failed: true });
                }
            }
        },
    });
    store.load();
    useBus(searchModel, "update", () => store.load());
    onWillDestroy(() => (alive = false));
    return store;
}
