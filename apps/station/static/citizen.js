// What is held on a person, where it was used, who looked.
import { api, make, orNothing, t } from "./api.js";
import { place, remember } from "./place.js";
import { day, moment } from "./written.js";

const $ = (id) => document.getElementById(id);
const types = Object.fromEntries((await api("/types")).map((one) => [one.type, one.name]));
const acts = { find: "act_find", view: "act_view", get: "act_get", confirm: "act_confirm", correct: "act_correct", digitize: "act_digitize", reuse: "act_reuse", sign: "act_sign", verify: "act_verify", export: "act_export", reopen: "act_reopen", regroup: "act_regroup", supersede: "act_supersede", revoke: "act_revoke", link: "act_link", unlink: "act_unlink", renew: "act_renew", erase: "act_erase", "accept loss": "act_accept_loss", restrict: "act_restrict", "hand over": "act_hand_over", "citizen asks": "act_citizen" };
const kinds = { received: "use_received", reused: "use_reused", refused: "use_refused", unavailable: "unread" };

const row = (...cells) => make("tr", {}, ...cells.map((cell) => (cell instanceof Node ? make("td", {}, cell) : make("td", { text: cell ?? "" }))));

/** Looks of one organisation at one paper in one minute are one row: a page that was leafed through is many requests. */
function grouped(looks) {
  const groups = new Map();
  for (const one of looks) {
    const key = [one.at.slice(0, 16), one.who, one.action, one.record, one.purpose].join("|");
    groups.set(key, { ...one, times: (groups.get(key)?.times ?? 0) + 1 });
  }
  return [...groups.values()];
}

async function show() {
  const typed = $("subject").value.trim().split("|")[0];
  $("problem").hidden = $("held").hidden = true;
  for (const id of ["papers", "uses", "looks"]) $(id).replaceChildren();
  if (!typed) return;
  remember({ subject: typed });
  const person = `/people/${encodeURIComponent(typed)}`;
  try {
    const [papers, uses, looks] = await Promise.all([api(`${person}/papers`), api(`${person}/uses`), api(`${person}/looks`)]);
    $("papers").append(...papers.map((one) => row(make("a", { href: `/desk?paper=${one.record}`, text: one.name }), one.number, one.subject_name, day(one.issued_on), one.valid_until ? day(one.valid_until) : t(one.end_unknown ? "end_unknown" : "no_end"), t({ confirmed: "state_done", unavailable: "unread" }[one.state] ?? "state_check"))));
    $("uses").append(...uses.map((one) => row(one.at && moment(one.at), one.dossier, one.component || types[one.type] || t("unknown_type"), t(kinds[one.kind] ?? one.kind))));
    $("looks").append(...grouped(looks).map((one) => row(moment(one.at), one.who, t(acts[one.action] ?? one.action) + (one.times > 1 ? ` ×${one.times}` : ""), one.purpose)));
    for (const [id, words] of [["papers", "none_held"], ["uses", "none_uses"], ["looks", "none_looks"]]) orNothing($(id), words);
    $("held").hidden = false;
  } catch (error) {
    $("problem").textContent = error.message;
    $("problem").hidden = false;
  }
}

$("who").addEventListener("submit", (event) => { event.preventDefault(); show(); });
$("subject").value = place.get("subject") ?? "";
await show();
document.body.dataset.ready = "yes";
