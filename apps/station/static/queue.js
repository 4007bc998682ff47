// Queues and search.
import { api, day, make, t } from "./api.js";

const $ = (id) => document.getElementById(id);
const place = new URLSearchParams(location.search);
const types = Object.fromEntries((await api("/types")).map((one) => [one.type, one.name]));
let next = null;

const words = { unconfirmed: ["check", "state_check"], confirmed: ["done", "state_done"], superseded: ["refused", "state_ended"], revoked: ["refused", "state_ended"] };

function row(paper) {
  const [look, word] = paper.state === "confirmed" && !paper.signed ? ["check", "state_sign"] : words[paper.state];
  const claimed = paper.claimed_by ? ` · ${paper.claimed_by} ${t("claimed")}` : "";
  const name = types[paper.type] ?? t("unknown_type");
  return make("tr", {},
    make("td", { text: name }), make("td", { text: paper.number ?? "" }), make("td", { text: paper.subject_name ?? paper.title ?? "" }),
    make("td", { text: day(paper.issued_on) }), make("td", {}, make("span", { className: `state ${look}`, text: t(word) + claimed })),
    make("td", {}, make("a", { className: "button", href: `/desk?paper=${paper.id}`, text: t("open"), "aria-label": `${t("open")}: ${name} ${paper.number ?? ""}` })));
}

async function load(more = false) {
  const kind = place.get("kind") ?? "check";
  const asked = place.get("words");
  const after = more && next ? `&after=${next}` : "";
  const page = asked ? await api(`/records?limit=30&words=${encodeURIComponent(asked)}${after}`) : await api(`/queue/${kind}?limit=30${after}`);
  next = page.next;
  if (!more) $("rows").replaceChildren();
  $("rows").append(...page.records.map(row));
  $("empty").hidden = $("rows").childElementCount > 0;
  $("more").hidden = !next;
  for (const tab of document.querySelectorAll("[role=tab]")) tab.setAttribute("aria-selected", String(!asked && tab.dataset.kind === kind));
}

function go(changes) {
  for (const [name, value] of Object.entries(changes)) value ? place.set(name, value) : place.delete(name);
  history.replaceState(null, "", place.size ? `?${place}` : location.pathname);
  return load();
}

for (const tab of document.querySelectorAll("[role=tab]")) tab.addEventListener("click", () => { $("words").value = ""; go({ kind: tab.dataset.kind, words: "" }); });
$("search").addEventListener("submit", (event) => { event.preventDefault(); go({ words: $("words").value.trim() }); });
$("more").addEventListener("click", () => load(true));
$("words").value = place.get("words") ?? "";
await load();
document.body.dataset.ready = "yes";
