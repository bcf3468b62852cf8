import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";
import { pivotView } from "@web/views/pivot/pivot_view";
import { freshView } from "../fresh_views";

registry.category("views").add("stm_fresh_pivot", freshView(pivotView));
registry.category("views").add("stm_fresh_graph", freshView(graphView));
