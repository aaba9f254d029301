// The script of every page: about the page itself, and htmx for parts of pages. Everything works without it.
import "../scripts/trusted.js";
import htmx from "htmx.org/dist/htmx.esm.js";
import { readAloud } from "../scripts/aloud.js";
import { sayBusy } from "../scripts/busy.js";
import { guardForms } from "../scripts/forms.js";
import { leaveQuickly } from "../scripts/leave.js";
import { keepOffline } from "../scripts/offline.js";
import { lookForNews } from "../scripts/live.js";
import { sayFailures } from "../scripts/said.js";

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  // A form that is not right comes back as 422 with what was typed; other refusals are said at the edge of the page.
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: true, error: true, target: "#said", select: "#refusal", swapOverride: "innerHTML", ignoreTitle: true },
  ],
});

guardForms();
sayBusy();
leaveQuickly();
sayFailures();
lookForNews();
readAloud();
void keepOffline();
// htmx notes in the tab which page it is on: nobody who picks up the phone is to read that. Last, because a browser may forbid the storage.
sessionStorage.removeItem("htmx-current-path-for-history");
