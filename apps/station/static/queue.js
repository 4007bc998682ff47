// Queues and search.
import { api, hintOf, make, reasonOf, t } from "./api.js";
import { stateOf } from "./papers.js";
import { place, remember } from "./place.js";
import { day, deadline, moment, toCheck, today } from "./written.js";

const $ = (id) => document.getElementById(id);
const types = Object.fromEntries((await api("/types")).map((one) => [one.type, one.name]));
let next = null;

function row(paper) {
  const [look, word] = stateOf(paper);
  const told = word === "state_check" && paper.doubts !== null ? (paper.doubts ? toCheck(paper.doubts) : t("all_sure")) : t(word);
  const mine = paper.claimed_by === document.body.dataset.user;
  const claimed = paper.claimed_by ? ` · ${mine ? t("claimed_you") : `${paper.claimed_name} ${t("claimed")}`}` : "";
  const name = types[paper.type] ?? t("unknown_type");
  return make("tr", {},
    make("td", { text: name }), make("td", { className: "digits", text: paper.number ?? "" }), make("td", { text: paper.subject_name ?? paper.title ?? "" }),
    make("td", { text: day(paper.issued_on) }), make("td", {}, make("span", { className: `state ${look}`, text: told + claimed })),
    make("td", {}, ...dueOf(paper)),
    make("td", {}, make("a", { className: "button", href: `/desk?paper=${paper.id}`, text: t("open"), "aria-label": `${t("open")}: ${name} ${paper.number ?? ""}` })));
}

/** The appointed day of its dossier, and in words how it stands, while the paper still waits for somebody. */
function dueOf(paper) {
  const [look, words] = (stateOf(paper)[0] === "check" && deadline(paper.due)) || [];
  return paper.due ? [make("span", { className: "digits", text: day(paper.due) }), words && make("span", { className: `due ${look}`, text: words })] : [];
}

/** A scan that was not taken: what it was, when, why, and what to do. */
function scanRow(scan) {
  const reason = [reasonOf(scan.error), hintOf(scan.error)].filter(Boolean).join(" ");
  return make("tr", {}, make("td", { text: scan.source }), make("td", { text: scan.at ? moment(scan.at * 1000) : "" }),
    make("td", {}, make("span", { className: "state refused", text: reason }), make("p", { className: "small quiet", text: t("refused_next") })));
}

/** One page of rows: search, the index's queues, and two that are short lists. */
async function asked(kind, words, after) {
  if (words) return api(`/records?limit=30&words=${encodeURIComponent(words)}${after}`);
  if (kind === "today") return { records: await api("/counter/today"), next: null };
  if (kind === "refused") return { records: [], scans: await api(`/counter/refused${place.get("batch") ? `?batch=${encodeURIComponent(place.get("batch"))}` : ""}`), next: null };
  const order = place.get("order") ?? "due";
  const until = place.get("due") ? `&due_to=${today()}` : "";
  return api(`/queue/${kind}?limit=30&order=${kind === "done" ? "newest" : order}${until}${after}`);
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
  $("empty").textContent = t(words || place.has("due") ? "nothing_found" : `none_${kind}`);
  $("empty").hidden = $("rows").childElementCount + $("scan-rows").childElementCount > 0;
  $("list").setAttribute("aria-labelledby", `tab-${kind}`);
  $("more").hidden = !next;
  $("arranged").hidden = Boolean(words) || !["check", "sign"].includes(kind);
  for (const tab of document.querySelectorAll("[role=tab]")) tab.setAttribute("aria-selected", String(!words && tab.dataset.kind === kind));
}

function go(changes) {
  remember(changes);
  return load();
}

for (const tab of document.querySelectorAll("[role=tab]")) tab.addEventListener("click", () => { $("words").value = ""; go({ kind: tab.dataset.kind, words: "", batch: "" }); });
$("search").addEventListener("submit", (event) => { event.preventDefault(); go({ words: $("words").value.trim(), batch: "" }); });
$("order").addEventListener("change", () => go({ order: $("order").value }));
$("due").addEventListener("change", () => go({ due: $("due").checked ? "until today" : "" }));
$("order").value = place.get("order") ?? "due";
$("due").checked = place.has("due");
$("more").addEventListener("click", () => load(true));
$("words").value = place.get("words") ?? "";
await load();
document.body.dataset.ready = "yes";
