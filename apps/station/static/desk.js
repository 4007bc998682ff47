// The counter: a dossier at the left, the page in the middle, what to decide at the right.
import { Away, api, make, surely, t } from "./api.js";
import { beginDossier, newDossier } from "./dossier.js";
import { aboutOf, jobRow, paperRow, stateOf } from "./papers.js";
import { place, remember } from "./place.js";
import * as regrouping from "./regroup.js";
import { ended } from "./jobs.js";
import { beginScans, offerScans, recallScans, scans } from "./scans.js";
import { toCheck } from "./written.js";
import "./viewer.js";
import "./fields.js";

const $ = (id) => document.getElementById(id);
const viewer = $("viewer");
const fields = $("fields");
// taken: a colleague has it open; seen: the picture of the paper is there; idle: it was confirmed, and no other one was read yet
const open = { record: null, taken: false, seen: false, through: false, idle: false, types: {}, papers: [], undo: [] };
const signs = $("confirm").dataset.signs === "yes"; // a confirmation asks for a signature

// -- the papers of the dossier

const nameOf = (paper) => open.types[paper.type]?.name ?? t("unknown_type");

async function loadPapers() {
  const dossier = place.get("dossier");
  const found = dossier ? (await surely(`/records?limit=100&dossier=${encodeURIComponent(dossier)}`)).records : [];
  const known = new Set(found.map((one) => one.id));
  for (const id of [...scans().flatMap((job) => job.documents ?? []), place.get("paper")]) {
    if (id && !known.has(id)) {
      known.add(id);
      const record = await surely(`/records/${id}`).catch(() => null);
      const elsewhere = dossier && id !== place.get("paper") && record?.dossier && record.dossier !== dossier; // it was moved
      if (record && !record.regrouped.length && !elsewhere) found.push({ ...record, subject_name: record.subjects[0]?.name ?? null });
    }
  }
  open.papers = found.sort((one, other) => (one.archived_at < other.archived_at ? -1 : 1));
  showPapers();
}

/** What stands in the place of the picture: what to do next. */
function sayEmpty() {
  const reading = scans().some((job) => job.key && !ended(job));
  viewer.dataset.empty = t(reading ? "reading_note" : open.papers.length ? "choose_paper" : "no_paper");
  if (!viewer.shown && !viewer.previewed) viewer.show(null);
}

function showPapers() {
  const rows = open.papers.map((paper) => paperRow(paper, nameOf(paper), paper.id === open.record?.id, () => openPaper(paper.id)));
  $("papers").replaceChildren(...rows, ...scans().filter((job) => !job.documents?.length).map(jobRow));
  sayEmpty();
}

/** The scan that is being read, while no paper is open: what was laid on the glass is seen at once. */
function peek() {
  if (open.record || inHand) return;
  if (scans().some((job) => job.key === viewer.previewed && job.documents?.length)) return; // its paper comes in its place
  viewer.preview(scans().find((job) => job.key && !ended(job))?.key ?? "");
}

// -- one paper

let opening = 0;
let looking = Promise.resolve(); // until the picture of the chosen field is there

let inHand = 0; // papers that are being opened

async function openPaper(id, field = "") {
  inHand += 1;
  try {
    await openWhole(id, field);
  } finally {
    inHand -= 1;
  }
}

/** Open a paper: until all of it is there the one before stays, whole, so that no value is ever taken for another paper's. */
async function openWhole(id, field) {
  const mine = ++opening;
  if (open.record) await fields.saved();
  const record = await surely(`/records/${id}`);
  if (record.regrouped.length) return openPaper(record.regrouped[0]);
  if (mine === opening) viewer.expect(id, record.pages[0]); // on its way while the rest is asked for
  const [claimed, draft] = await Promise.all([record.state === "unconfirmed" ? claim(id) : "", fields.draftOf(record)]);
  if (mine !== opening) return claimed ?? giveBack(record); // another paper was chosen meanwhile
  if (open.record && open.record.id !== id) {
    fields.previous = fields.shown;
    giveBack(open.record);
  }
  Object.assign(open, { record, taken: Boolean(claimed), seen: false, through: false, idle: false });
  remember({ paper: id, field });
  $("act-problem").hidden = true;
  $("reason-box").hidden = true;
  $("reason").value = "";
  showPapers();
  showHead();
  viewer.clear();
  fields.parentElement.scrollIntoView({ block: "nearest" }); // where the dossier stands above the page and its fields
  const asked = fields.show(record, draft, open.types[record.type], field);
  fields.inert = open.taken; // the server would take nothing of what is typed
  if (claimed) problem(claimed);
  await looking;
  if (!viewer.shown) await viewer.show(id, record.pages[0]);
  if (open.record !== record) return;
  open.seen = true;
  showPageNumber();
  update();
  if (!asked || open.through) $("confirm").focus(); // who was quicker than the picture is waited for
}

/** Take a paper for this officer; why that cannot be, where somebody else has it. */
async function claim(id) {
  try {
    await surely(`/records/${id}/claim`, { method: "POST" });
    return "";
  } catch (error) {
    return error.message;
  }
}

function giveBack(record) {
  if (record.state === "unconfirmed") api(`/records/${record.id}/claim`, { method: "DELETE" }).catch(() => {});
}

function showHead() {
  const { record } = open;
  const flags = record.quality_flags.map((flag) => t(`flag_${flag}`)).filter((text) => !text.startsWith("flag_"));
  $("paper-head").replaceChildren(
    make("h1", { text: nameOf(record) }),
    make("p", { className: "quiet small about", text: aboutOf(record) }),
    ...flags.map((text) => make("p", { className: "flag small", text })),
    make("p", { id: "left" }));
}

/** Only what can be done now can be pressed. */
function showTools() {
  for (const button of document.querySelectorAll("[data-act]")) button.disabled = open.taken || open.record?.state !== "unconfirmed";
  document.querySelector("[data-act=move]").disabled = !open.record || open.taken; // a confirmed one may lie in the wrong dossier as well
  for (const button of document.querySelectorAll("[data-tool]")) button.disabled = !viewer.shown;
  const pages = open.record?.pages ?? [];
  document.querySelector("[data-act=split]").disabled ||= pages.indexOf(viewer.shown?.page) < 1;
  for (const name of ["previous", "next"]) document.querySelector(`[data-tool=${name}]`).disabled ||= pages.length < 2;
}

function update() {
  showTools();
  const left = fields.left.length;
  const head = $("left");
  if (!head || !open.record) return;
  const confirmed = open.record.state !== "unconfirmed";
  const unknown = !confirmed && !open.types[open.record.type];
  head.className = left || unknown ? "left-to-do" : "left-to-do none";
  head.textContent = left ? toCheck(left) : confirmed ? t(stateOf(open.record)[1]) : t(unknown ? "nothing_known" : "nothing_to_check");
  const closed = ["revoked", "superseded"].includes(open.record.state);
  const waits = confirmed && !fields.changed && open.record.pending_signatures.length > 0;
  $("confirm").disabled = open.taken || !open.seen || !viewer.ready || closed || left > 0 || (confirmed && !fields.changed && !waits);
  $("confirm").textContent = t(waits ? "sign_now" : signs ? "confirm_sign" : "confirm");
  $("confirm-later").hidden = !signs || confirmed;
  $("confirm-later").disabled = $("confirm").disabled;
  $("undo").disabled = !open.undo.length;
  $("reread").hidden = confirmed || !viewer.turned;
}

function turnPicture() {
  viewer.turn();
  update();
}

async function sign(record) {
  say(t($("confirm").dataset.phone === "yes" ? "signing_phone" : "signing_now"));
  try {
    await surely(`/records/${record.id}/sign`, { method: "POST", signing: true });
    return true;
  } catch (error) {
    problem(error.message);
    return false;
  }
}

/** Confirm a paper; where the answer to an earlier request was lost for good, the record that has these very values by now. */
async function confirmed(record, json) {
  try {
    return await surely(`/records/${record.id}/confirm`, { method: "POST", json, match: record.version });
  } catch (error) {
    if (error.code !== "conflict") throw error;
    await loadPapers();
    await openPaper(record.id);
    if (open.record.state !== "confirmed" || fields.left.length || fields.changed) throw error;
    return open.record;
  }
}

async function confirm({ later = false } = {}) {
  if (!open.record || $("confirm").disabled) return;
  $("confirm").disabled = true;
  await fields.saved();
  const record = open.record;
  try {
    const json = { ...fields.given, reason: $("reason").value.trim() };
    let signed = false;
    if (record.state === "confirmed" && !fields.changed) signed = await sign(record);
    else {
      const done = await confirmed(record, json);
      fields.forget();
      if (done.pending_signatures.length && !later) signed = await sign(record);
      if (!signed) undoable({ kind: "confirm", id: record.id });
    }
    await api(`/records/${record.id}/claim`, { method: "DELETE" }).catch(() => {});
    fields.previous = fields.shown;
    const told = $("act-problem").hidden ? "" : $("act-problem").textContent;
    open.record = null;
    await loadPapers();
    const waiting = open.papers.find((paper) => paper.state === "unconfirmed" && paper.id !== record.id);
    await openPaper((waiting ?? record).id);
    open.idle = !waiting;
    say(`${t(signed ? "signed_note" : "confirmed_note")}: ${nameOf(record)}`);
    if (told) problem(told);
  } catch (error) {
    const named = (error.fields ?? []).map((name) => open.types[record.type]?.fields[name] ?? name).join(", ");
    if (named) fields.choose(error.fields[0], { keyboard: false });
    if (error.code === "contradiction") {
      problem(t("reason_needed").replace("%", named));
      $("reason-box").hidden = false;
      $("reason").focus();
    } else if (error.code === "conflict") problem(t(fields.left.length ? "stale" : "stale_same"));
    else if (error.code === "invalid_value") problem(`${error.message} (${named}) ${error.hint}`);
    else problem(named ? `${error.message} (${named})` : error.message);
    update();
  }
}

function problem(message) {
  $("act-problem").textContent = message;
  $("act-problem").hidden = false;
}

const say = (text) => ($("saved").textContent = text);

// -- what can be taken back, and papers as a whole

function undoable(step) {
  open.undo.push(step);
  if (open.undo.length > 200) open.undo.shift();
  $("undo").disabled = false;
}

async function undo() {
  const step = open.undo.pop();
  if (!step) return;
  $("act-problem").hidden = true;
  try {
    if (step.kind === "answer") {
      if (step.id !== open.record?.id) await openPaper(step.id, step.name);
      fields.restore(step.name, step.before, step.seen);
    } else if (step.kind === "confirm") {
      const record = await surely(`/records/${step.id}`);
      await surely(`/records/${step.id}/reopen`, { method: "POST", match: record.version });
      await reopened(step.id);
    } else if (step.kind === "move") {
      const record = await surely(`/records/${step.id}`);
      await (await import("./move.js")).moveTo(step.id, record.version, step.dossier);
      await reopened(step.id);
    } else {
      say(t("working"));
      await reopened((await regrouping.undoRegroup(step))[0]);
    }
    say(t("undone"));
  } catch (error) {
    problem(error.message);
  }
  update();
}

/** Open a paper that was changed as a whole; answers that were given to it so far stay. */
async function reopened(id) {
  const answers = open.record?.id === id ? fields.answers : {};
  open.record = null;
  await loadPapers();
  await openPaper(id);
  fields.carry(answers);
}

/** The open paper was noted in a dossier: that is a new version, and no colleague's. */
async function changedHere(documents) {
  const { record } = open;
  if (!record || !documents?.includes(record.id)) return;
  const now = await surely(`/records/${record.id}`);
  if (now.version !== record.version && open.record === record) await reopened(record.id);
}

/** Divide, put together, change the type: then the first of the papers is open. */
async function act(doing) {
  if (!open.record || open.record.state !== "unconfirmed" || inHand) return; // never on the paper that is just going
  await fields.saved();
  $("act-problem").hidden = true;
  const field = document.activeElement;
  try {
    say(t("working"));
    const done = await doing();
    if (!done) {
      say("");
      field?.focus?.();
      return;
    }
    undoable(done.undo);
    await reopened(done.documents[0]);
    say(t("regrouped"));
  } catch (error) {
    say("");
    problem(error.message);
  }
}

/** Put the paper into the dossier that it belongs to; then the next one of this dossier is open. */
async function move() {
  const { record } = open;
  if (!record || inHand) return;
  await fields.saved();
  $("act-problem").hidden = true;
  try {
    const dossier = await (await import("./move.js")).moveAway(record); // not of the first page
    if (!dossier) return;
    if (record.dossier) undoable({ kind: "move", id: record.id, dossier: record.dossier });
    giveBack(record);
    open.record = null;
    remember({ paper: "", field: "" });
    await loadPapers();
    const next = open.papers.find((paper) => paper.state === "unconfirmed") ?? open.papers[0];
    if (!next) location.reload(); // the desk begins with the dossier and no paper
    else await openPaper(next.id);
    say(`${t("moved_to")} ${dossier}`);
  } catch (error) {
    problem(error.message);
  }
}

/** The page the way up to which it was turned: words and fields are new. */
const reread = () => viewer.turned && act(() => regrouping.rereadTurned(open.record, viewer.turned));

const ids = () => open.papers.map((paper) => paper.id);
const acts = {
  split: () => act(() => regrouping.splitAt(open.record, viewer.shown?.page)),
  merge: () => act(() => regrouping.mergeWithPrevious(open.record, ids())),
  type: () => act(() => regrouping.changeType(open.record, open.types)),
  preview: () => act(() => regrouping.preview(open.record, ids())),
  move,
};

function showPageNumber() {
  const pages = open.record?.pages ?? [];
  const at = pages.indexOf(viewer.shown?.page);
  $("page-number").textContent = pages.length ? `${t("page")} ${at + 1}/${pages.length}` : "";
}

async function turnPage(step) {
  const pages = open.record?.pages ?? [];
  const at = pages.indexOf(viewer.shown?.page) + step;
  if (at >= 0 && at < pages.length) await viewer.show(open.record.id, pages[at]);
  showPageNumber();
  update();
}

// -- events

fields.addEventListener("chosen", ({ detail }) => {
  remember({ field: detail.name });
  looking = look(detail);
});

async function look({ page, box }) {
  if (page) await viewer.show(open.record.id, page);
  if (viewer.shown) viewer.focusOn(box);
  showPageNumber();
}

fields.seeing = () => viewer.ready;
fields.addEventListener("changed", update);
viewer.addEventListener("ready", () => {
  update();
  if (open.through && document.activeElement === document.body) $("confirm").focus();
});
fields.addEventListener("answered", ({ detail }) => undoable({ kind: "answer", id: open.record.id, ...detail }));
fields.addEventListener("through", () => {
  open.through = true;
  $("confirm").focus();
});
for (const state of ["saving", "saved", "unsaved"]) fields.addEventListener(state, () => say(t(state)));
fields.addEventListener("problem", ({ detail }) => problem(detail.message));
viewer.addEventListener("word", ({ detail }) => fields.take(detail.text, { add: viewer.dataset.taking === fields.chosen }) ?? (viewer.dataset.taking = fields.chosen));
viewer.addEventListener("region", async ({ detail }) => {
  const read = await api(`/records/${detail.id}/pages/${detail.page}/read`, { method: "POST", json: { box: detail.box } }).catch((error) => problem(error.message));
  if (read?.text) fields.take(read.text);
});
$("confirm").addEventListener("click", () => confirm());
$("confirm-later").addEventListener("click", () => confirm({ later: true }));
$("undo").addEventListener("click", undo);
$("reread").addEventListener("click", reread);
document.querySelector(".acts").addEventListener("click", (event) => acts[event.target.dataset.act]?.());
const tools = { previous: () => turnPage(-1), next: () => turnPage(1), out: () => viewer.zoom(1 / 1.3), in: () => viewer.zoom(1.3), turn: turnPicture, fit: () => viewer.fit() };
document.querySelector(".tools:not(.acts)").addEventListener("click", (event) => tools[event.target.dataset.tool]?.());
const keys = {
  KeyR: turnPicture,
  KeyJ: reread,
  KeyZ: () => {
    const field = open.record?.fields[fields.chosen];
    field?.box ? viewer.focusOn(field.box) : viewer.fit();
  },
  KeyU: undo,
  KeyN: newDossier,
  KeyT: acts.split,
  KeyG: acts.merge,
  KeyL: acts.type,
  KeyX: acts.preview,
  KeyM: move,
  PageDown: () => turnPage(1),
  PageUp: () => turnPage(-1),
};
document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    confirm({ later: event.shiftKey });
  } else if (event.altKey && !event.ctrlKey && keys[event.code]) {
    event.preventDefault();
    keys[event.code]();
  }
});

// -- begin, or come back to where we were

open.types = Object.fromEntries((await surely("/types")).map((one) => [one.type, one]));
await viewer.show(null);
update();
beginScans({
  changed: () => {
    showPapers();
    peek();
  },
  done: async (job) => {
    const free = !open.record || (open.idle && !document.activeElement.closest("#dossier")); // who types there is not disturbed
    const next = free && !inHand && job.documents?.[0];
    await Promise.all([loadPapers(), next && openPaper(next), changedHere(job.documents)]);
  },
});
await beginDossier(async () => {
  recallScans();
  await loadPapers();
  offerScans();
});
if (place.get("paper")) await openPaper(place.get("paper"), place.get("field") ?? "");
else $("owner").focus();
document.body.dataset.ready = "yes";
