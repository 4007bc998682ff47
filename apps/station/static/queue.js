// Queues and search.
import { api, english, make, reasonOf, t } from "./api.js";
import { stateOf } from "./papers.js";
import { place, remember } from "./place.js";
import { day, moment } from "./written.js";

const $ = (id) => document.getElementById(id);
const types = Object.fromEntries((await api("/types")).map((one) => [one.type, one.name]));
let next = null;

function row(paper) {
  const [look, word] = stateOf(paper);
  const mine = paper.claimed_by === document.body.dataset.user;
  const claimed = paper.claimed_by ? ` · ${mine ? t("claimed_you") : `${paper.claimed_by} ${t("claimed")}`}` : "";
  const name = types[paper.type] ?? t("unknown_type");
  return make("tr", {},
    make("td", { text: name }), make("td", { className: "digits", text: paper.number ?? "" }), make("td", { text: paper.subject_name ?? paper.title ?? "" }),
    make("td", { text: day(paper.issued_on) }), make("td", {}, make("span", { className: `state ${look}`, text: t(word) + claimed })),
    make("td", {}, make("a", { className: "button", href: `/desk?paper=${paper.id}`, text: t("open"), "aria-label": `${t("open")}: ${name} ${paper.number ?? ""}` })));
}

/** A scan that was not taken: what it was, when, why, and what to do. */
function scanRow(scan) {
  const reason = [reasonOf(scan.error), english ? scan.error?.hint : scan.error?.hint_vi].filter(Boolean).join(" ");
  return make("tr", {}, make("td", { text: scan.source }), make("td", { text: scan.at ? moment(scan.at * 1000) : "" }),
    make("td", {}, make("span", { className: "state refused", text: reason }), make("p", { className: "small quiet", text: t("refused_next") })));
}

/** One page of rows: search, the index's queues, and two that are short lists. */
async function asked(kind, words, after) {
  if (words) return api(`/records?limit=30&words=${encodeURIComponent(words)}${after}`);
  if (kind === "today") return { records: await api("/counter/today"), next: null };
  if (kind === "refused") return { records: [], scans: await api("/counter/refused"), next: null };
  return api(`/queue/${kind}?limit=30${after}`);
}

async function load(more = false) {
  const kind = place.get("kind") ?? "check";
  const words = place.get("words");
  const after = more && next ? `&after=${next}` : "";
  const page = await asked(kind, words, after);
  next = page.next;
  if (!more) $("rows").replaceChildren();
  $("rows").append(...page.records.map(row));
  $("scan-rows").replaceChildren(...(page.scans ?? []).map(scanRow));
  $("scans").hidden = !page.scans?.length;
  $("papers-table").hidden = Boolean(page.scans) || !$("rows").childElementCount;
  $("empty").hidden = $("rows").childElementCount + $("scan-rows").childElementCount > 0;
  $("list").setAttribute("aria-labelledby", `tab-${kind}`);
  $("more").hidden = !next;
  for (const tab of document.querySelectorAll("[role=tab]")) tab.setAttribute("aria-selected", String(!words && tab.dataset.kind === kind));
}

function go(changes) {
  remember(changes);
  return load();
}

for (const tab of document.querySelectorAll("[role=tab]")) tab.addEventListener("click", () => { $("words").value = ""; go({ kind: tab.dataset.kind, words: "" }); });
$("search").addEventListener("submit", (event) => { event.preventDefault(); go({ words: $("words").value.trim() }); });
$("more").addEventListener("click", () => load(true));
$("words").value = place.get("words") ?? "";
await load();
document.body.dataset.ready = "yes";
