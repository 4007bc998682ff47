// The signer's work: papers that wait for a signature are looked at, chosen, signed. What was not looked at cannot be chosen, and what
// is signed is the version that was looked at.
import { api, make, surely, t } from "./api.js";
import { aboutOf } from "./papers.js";
import { signHere, signThere } from "./signing.js";
import { deadline, written } from "./written.js";
import "./viewer.js";

const $ = (id) => document.getElementById(id);
const viewer = $("viewer");
const sign = $("signing").dataset.ownKey === "yes" ? signThere : signHere;
const types = Object.fromEntries((await surely("/types")).map((one) => [one.type, one]));
const rows = []; // {paper, record, seen: pages, chosen, state, why, element}
let open = null;
let next = null;
let busy = false;

const nameOf = (paper) => types[paper.type]?.name ?? t("unknown_type");
const whole = (row) => row.record !== null && row.record.pages.every((page) => row.seen.has(page));
const free = (row) => !["now", "signed"].includes(row.state);
const chosen = () => rows.filter((row) => row.chosen && free(row));

async function load() {
  const page = await surely(`/queue/sign?limit=50&order=due${next ? `&after=${next}` : ""}`);
  next = page.next;
  rows.push(...page.records.map((paper) => ({ paper, record: null, seen: new Set(), chosen: false, state: "", why: "" })));
  show();
}

// -- the list

function show() {
  const focused = document.activeElement?.closest?.("#rows li")?.dataset.id;
  $("rows").replaceChildren(...rows.map(line));
  if (focused) $("rows").querySelector(`[data-id="${focused}"] button`)?.focus();
  $("empty").hidden = rows.length > 0;
  $("guide").hidden = !rows.length;
  viewer.dataset.empty = t(rows.length ? "signing_open" : "signing_rest");
  if (!open) viewer.show(null);
  $("more").hidden = !next;
  const count = chosen().length;
  $("sign").disabled = busy || !count;
  $("sign").textContent = `${t("signing_chosen")}${count ? ` (${count})` : ""}`;
  $("onward").disabled = busy || !open;
  for (const button of document.querySelectorAll("[data-tool]")) button.disabled = !open;
  showPageNumber();
}

function line(row) {
  const { paper } = row;
  const tick = make("input", { type: "checkbox", disabled: busy || !whole(row) || !free(row), "aria-label": `${t("signing_choose")}: ${nameOf(paper)} ${aboutOf(paper)}`, on: { change: () => choose(row, tick.checked) } });
  tick.checked = row.chosen;
  const [look, word] = stateOf(row);
  const [late, when] = deadline(paper.due) ?? [];
  const button = make("button", { type: "button", "aria-current": row === open ? "true" : null, on: { click: () => openRow(row) } },
    make("span", { text: nameOf(paper) }), make("span", { className: "about", text: aboutOf(paper) }),
    make("span", { className: `state ${look}`, text: [t(word), row.why].filter(Boolean).join(": ") }), late && free(row) && make("span", { className: `due ${late}`, text: when }));
  return make("li", { className: "tickable", data: { id: paper.id } }, tick, button);
}

function stateOf(row) {
  if (row.state === "signed") return ["done", "signing_signed"];
  if (row.state === "now") return ["busy", "signing_now"];
  if (row.state === "failed") return ["refused", "signing_failed"];
  if (row.chosen) return ["done", "signing_picked"];
  return whole(row) ? ["", "signing_seen"] : ["check", "signing_unseen"];
}

function choose(row, wanted) {
  row.chosen = wanted && whole(row) && free(row);
  show();
}

// -- one paper

/** Open a paper as it is now; what was looked at of an older version does not count. */
async function openRow(row) {
  open = row;
  const record = await surely(`/records/${row.paper.id}`);
  if (record.version !== row.record?.version) Object.assign(row, { seen: new Set(), chosen: false });
  row.record = record;
  if (row.state === "failed") Object.assign(row, { state: "", why: "" });
  if (open !== row) return;
  showRecord(record);
  await showPage(record.pages.find((page) => !row.seen.has(page)) ?? record.pages[0]);
}

function showRecord(record) {
  const labels = types[record.type]?.fields ?? {};
  const names = [...new Set([...Object.keys(labels), ...Object.keys(record.fields)])].filter((name) => record.fields[name]);
  $("paper-head").replaceChildren(make("h2", { className: "title", text: nameOf(record) }), make("p", { className: "quiet small about", text: aboutOf(record) }));
  $("values").replaceChildren(...names.map((name) => make("div", {}, make("dt", { text: labels[name] ?? name }), make("dd", { text: written(record.fields[name].value) || t("not_on_paper") }))));
}

/** A page counts as looked at once its picture is there. */
async function showPage(page) {
  const row = open;
  await viewer.show(row.record.id, page);
  if (open !== row || viewer.shown?.page !== page || !viewer.ready) return;
  row.seen.add(page);
  show();
}

function showPageNumber() {
  const pages = open?.record?.pages ?? [];
  $("page-number").textContent = pages.length ? `${t("page")} ${pages.indexOf(viewer.shown?.page) + 1}/${pages.length}` : "";
}

function turn(step) {
  const pages = open?.record?.pages ?? [];
  const page = pages[pages.indexOf(viewer.shown?.page) + step];
  return page === undefined ? null : showPage(page);
}

/** The next page that was not looked at; after the last one the paper is chosen, and the next paper opens. */
async function onward() {
  if (busy || !open?.record) return;
  const unseen = open.record.pages.find((page) => !open.seen.has(page));
  if (unseen !== undefined) return showPage(unseen);
  choose(open, true);
  const rest = rows.slice(rows.indexOf(open) + 1).find((row) => !row.chosen && free(row));
  if (rest) await go(rest);
}

async function go(row) {
  await openRow(row);
  $("rows").querySelector(`[data-id="${row.paper.id}"] button`)?.focus();
}

function step(by) {
  const row = rows[rows.indexOf(open) + by];
  return row ? go(row) : null;
}

// -- signing

function become(id, state, why = "") {
  const row = rows.find((one) => one.paper.id === id);
  if (row) Object.assign(row, { state, why, chosen: state === "signed" ? false : row.chosen });
  show();
}

/** Sign what is chosen (or what an earlier page of ours waits for); says in the end what was signed and what was not. */
async function signAll(papers) {
  if (busy || !papers.length) return;
  busy = true;
  $("told").textContent = $("signing").dataset.phone === "yes" ? t("signing_phone") : "";
  for (const { id } of papers) become(id, "now");
  await sign(papers, become, { box: $("wait"), command: $("command"), stop: $("stop") }).catch((error) => {
    for (const { id } of papers) if (rows.find((row) => row.paper.id === id)?.state === "now") become(id, "failed", error.message);
  });
  busy = false;
  const ended = (state) => rows.filter((row) => row.state === state && papers.some(({ id }) => id === row.paper.id)).length;
  $("told").textContent = [`${t("signing_done")}: ${ended("signed")}`, ended("failed") && `${t("signing_left")}: ${ended("failed")}`].filter(Boolean).join(" · ");
  show();
}

const signChosen = () => signAll(chosen().map(({ record }) => ({ id: record.id, version: record.version })));

// -- events

const tools = { previous: () => turn(-1), next: () => turn(1), out: () => viewer.zoom(1 / 1.3), in: () => viewer.zoom(1.3), fit: () => viewer.fit() };
document.querySelector(".tools").addEventListener("click", (event) => tools[event.target.dataset.tool]?.());
$("onward").addEventListener("click", onward);
$("more").addEventListener("click", load);
$("sign").addEventListener("click", signChosen);
$("rows").addEventListener("keydown", (event) => {
  if (!(event.target instanceof HTMLButtonElement)) return;
  const act = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Space: onward }[event.code];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) signChosen();
  else if (event.altKey && event.code === "KeyZ") viewer.fit();
});

await viewer.show(null);
await load();
if (rows.length) await go(rows[0]);
document.body.dataset.ready = "yes";
if (sign === signThere) {
  const waiting = (await api("/signing").catch(() => [])).filter((one) => one.state === "waiting");
  signAll(waiting.map(({ document, version }) => ({ id: document, version })));
}
