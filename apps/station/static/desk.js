// The counter: a dossier at the left, the page in the middle, what to decide at the right.
import { Away, Problem, api, day, make, surely, t } from "./api.js";
import "./viewer.js";
import "./fields.js";

const $ = (id) => document.getElementById(id);
const viewer = $("viewer");
const fields = $("fields");
const place = new URLSearchParams(location.search);
const open = { record: null, types: {}, papers: [], jobs: [] };

// -- where we are: kept in the address, so that a reload comes back to the same field

function remember(changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (value) place.set(name, value);
    else place.delete(name);
  }
  history.replaceState(null, "", place.size ? `?${place}` : location.pathname);
}

const jobsKey = () => `jobs ${place.get("dossier") ?? ""}`;
const keepJobs = () => localStorage.setItem(jobsKey(), JSON.stringify(open.jobs.filter((job) => job.key)));

// -- the dossier

function readOwner() {
  const typed = $("owner").value.trim();
  const parts = typed.split("|"); // the QR code of a citizen card, typed by a scanner
  if (parts.length >= 3 && /^\d{12}$/.test(parts[0])) {
    $("owner").value = parts[0];
    $("owner-name").textContent = parts[2];
  } else if (!/^\d{12}$/.test(typed)) $("owner-name").textContent = "";
  remember({ subject: $("owner").value.trim(), procedure: $("procedure").value.trim(), dossier: $("code").value.trim() });
}

async function openDossier() {
  readOwner();
  open.jobs = JSON.parse(localStorage.getItem(jobsKey()) ?? "[]");
  await Promise.all([loadPapers(), showReuse()]);
}

async function showReuse() {
  const [procedure, subject] = [place.get("procedure"), place.get("subject")];
  const box = $("reuse");
  box.replaceChildren();
  if (!procedure || !subject) return;
  let told;
  try {
    told = await api(`/procedures/${encodeURIComponent(procedure)}/reuse`, { method: "POST", json: { subject } });
  } catch (error) {
    if (error instanceof Problem && error.status !== 404) box.append(make("p", { className: "quiet small", text: error.message }));
    return;
  }
  const groups = [["no_need", ["there", "look_up"]], ["to_submit", ["to_submit", "there_but", "to_surrender", "identity_not_matched", "unavailable"]], ["to_show", ["to_show"]]];
  for (const [title, answers] of groups) {
    const found = told.components.filter((one) => answers.includes(one.answer));
    if (!found.length) continue;
    box.append(make("h2", { text: t(title) }), make("ul", { className: "reuse" }, ...found.map((one) =>
      make("li", { className: answers.includes("there") ? "there" : "" },
        make("details", {}, make("summary", { text: one.name }), make("p", { className: "because", text: one.reason_vi }))))));
  }
}

async function loadPapers() {
  const dossier = place.get("dossier");
  const found = dossier ? (await surely(`/records?limit=100&dossier=${encodeURIComponent(dossier)}`)).records : [];
  const known = new Set(found.map((one) => one.id));
  for (const id of [...open.jobs.flatMap((job) => job.documents ?? []), place.get("paper")]) {
    if (id && !known.has(id)) {
      known.add(id);
      const record = await surely(`/records/${id}`).catch(() => null);
      if (record) found.push({ ...record, subject_name: record.subjects[0]?.name ?? null });
    }
  }
  open.papers = found.sort((one, other) => (one.archived_at < other.archived_at ? -1 : 1));
  showPapers();
}

const stateOf = (paper) => {
  if (["revoked", "superseded"].includes(paper.state)) return ["refused", "state_ended"];
  if (paper.state === "unconfirmed") return ["check", "state_check"];
  return paper.signed ? ["done", "state_done"] : ["check", "state_sign"];
};

function showPapers() {
  const rows = open.papers.map((paper) => {
    const [look, word] = stateOf(paper);
    const current = paper.id === open.record?.id;
    return make("li", {}, make("button", { type: "button", "aria-current": current ? "true" : null, on: { click: () => openPaper(paper.id) } },
      make("span", { text: open.types[paper.type]?.name ?? t("unknown_type") }),
      make("span", { className: `state ${look}`, text: [t(word), paper.subject_name].filter(Boolean).join(" · ") })));
  });
  for (const job of open.jobs.filter((one) => !one.documents?.length)) {
    const refused = ["refused", "failed"].includes(job.state);
    const word = refused ? "state_refused" : job.key ? "state_reading" : "state_sending";
    rows.push(make("li", {}, make("button", { type: "button", disabled: true }, make("span", { text: job.name }),
      make("span", { className: `state ${refused ? "refused" : ""}`, text: [t(word), job.error?.message_vi ?? job.error?.message].filter(Boolean).join(": ") }))));
  }
  $("papers").replaceChildren(...rows);
}

// -- scans in

async function send(files) {
  $("upload-problem").hidden = true;
  for (const file of files) {
    const job = { name: file.name || "clipboard.png", state: "sending" };
    open.jobs.push(job);
    showPapers();
    const form = new FormData();
    form.append("file", file, job.name);
    for (const name of ["dossier", "procedure", "subject"]) if (place.get(name)) form.append(name, place.get(name));
    try {
      const taken = await surely("/scans", { method: "POST", body: form });
      job.key = taken.job;
      job.state = "waiting";
      keepJobs();
      follow(job);
    } catch (error) {
      open.jobs.splice(open.jobs.indexOf(job), 1);
      $("upload-problem").textContent = `${job.name}: ${error.message}`;
      $("upload-problem").hidden = false;
    }
    showPapers();
  }
}

async function follow(job) {
  for (let wait = 300; !["done", "refused", "failed"].includes(job.state); wait = Math.min(wait * 1.3, 1500)) {
    await new Promise((done) => setTimeout(done, wait));
    const told = await surely(`/jobs/${job.key}`).catch(() => null);
    if (!told) break;
    Object.assign(job, { state: told.state, documents: told.documents, error: told.error });
  }
  keepJobs();
  await loadPapers();
  if (!open.record && job.documents?.length) await openPaper(job.documents[0]);
}

// -- one paper

async function openPaper(id, field = "") {
  if (open.record) await fields.saved();
  const record = await surely(`/records/${id}`);
  if (record.state === "unconfirmed") {
    try {
      await api(`/records/${id}/claim`, { method: "POST" });
    } catch (error) {
      if (error instanceof Away) throw error;
      problem(error.message);
    }
  }
  open.record = record;
  remember({ paper: id, field });
  $("act-problem").hidden = true;
  $("reason-box").hidden = true;
  $("reason").value = "";
  showPapers();
  const type = open.types[record.type];
  $("paper-head").replaceChildren(make("h1", { text: type?.name ?? t("unknown_type") }), make("p", { id: "left" }));
  await viewer.show(id, record.pages[0]);
  showPageNumber();
  const asked = await fields.show(record, type, field);
  if (!asked) $("confirm").focus();
  update();
}

function update() {
  const left = fields.left.length;
  const head = $("left");
  if (!head || !open.record) return;
  const confirmed = open.record.state !== "unconfirmed";
  head.className = left ? "left-to-do" : "left-to-do none";
  head.textContent = confirmed ? t(stateOf(open.record)[1]) : left ? `${left} ${t("to_check")}` : t("nothing_to_check");
  const given = fields.given;
  const changed = Object.keys(given.values).length + Object.keys(given.absent).length > 0;
  $("confirm").disabled = ["revoked", "superseded"].includes(open.record.state) || left > 0 || (confirmed && !changed);
}

async function confirm() {
  if (!open.record || $("confirm").disabled) return;
  $("confirm").disabled = true;
  await fields.saved();
  const record = open.record;
  try {
    const json = { ...fields.given, reason: $("reason").value.trim() };
    const done = await surely(`/records/${record.id}/confirm`, { method: "POST", json, match: record.version });
    if (done.pending_signatures.length) await api(`/records/${record.id}/sign`, { method: "POST" }).catch((error) => problem(error.message));
    await api(`/records/${record.id}/claim`, { method: "DELETE" }).catch(() => {});
    open.record = null;
    await loadPapers();
    const waiting = open.papers.find((paper) => paper.state === "unconfirmed" && paper.id !== record.id);
    if (waiting) await openPaper(waiting.id);
    else await openPaper(record.id);
  } catch (error) {
    if (error.code === "contradiction") {
      problem(t("reason_needed"));
      $("reason-box").hidden = false;
      $("reason").focus();
    } else if (error.code === "conflict") {
      await openPaper(record.id);
      problem(t("stale"));
    } else problem(error.message);
    update();
  }
}

function problem(message) {
  $("act-problem").textContent = message;
  $("act-problem").hidden = false;
}

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
}

// -- events

fields.addEventListener("chosen", async ({ detail }) => {
  remember({ field: detail.name });
  if (detail.page) await viewer.show(open.record.id, detail.page);
  viewer.focusOn(detail.box);
  showPageNumber();
});
fields.addEventListener("changed", update);
fields.addEventListener("through", () => $("confirm").focus());
fields.addEventListener("saving", () => ($("saved").textContent = t("saving")));
fields.addEventListener("saved", () => ($("saved").textContent = t("saved")));
fields.addEventListener("problem", ({ detail }) => problem(detail.message));
viewer.addEventListener("word", ({ detail }) => fields.take(detail.text, { add: viewer.dataset.taking === fields.chosen }) ?? (viewer.dataset.taking = fields.chosen));
viewer.addEventListener("region", async ({ detail }) => {
  const read = await api(`/records/${detail.id}/pages/${detail.page}/read`, { method: "POST", json: { box: detail.box } }).catch((error) => problem(error.message));
  if (read?.text) fields.take(read.text);
});
$("confirm").addEventListener("click", confirm);
for (const id of ["owner", "procedure", "code"]) {
  $(id).addEventListener("change", openDossier);
  $(id).addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      openDossier();
    }
  });
}
const tools = { previous: () => turnPage(-1), next: () => turnPage(1), out: () => viewer.zoom(1 / 1.3), in: () => viewer.zoom(1.3), turn: () => viewer.turn(), fit: () => viewer.fit() };
document.querySelector(".tools").addEventListener("click", (event) => tools[event.target.dataset.tool]?.());
document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    confirm();
  } else if (event.altKey && !event.ctrlKey && event.code === "KeyR") {
    event.preventDefault();
    viewer.turn();
  } else if (event.altKey && !event.ctrlKey && event.code === "KeyZ") {
    event.preventDefault();
    const field = open.record?.fields[fields.chosen];
    field?.box ? viewer.focusOn(field.box) : viewer.fit();
  }
});
const drop = $("drop");
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragover");
    if (name === "drop") send(event.dataTransfer.files);
  });
}
document.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) send(event.clipboardData.files);
});
$("files").addEventListener("change", (event) => {
  send([...event.target.files]);
  event.target.value = "";
});

// -- begin, or come back to where we were

$("procedures").append(...(await surely("/procedures")).map((one) => make("option", { value: one.code, text: one.name })));
open.types = Object.fromEntries((await surely("/types")).map((one) => [one.type, one]));
$("owner").value = place.get("subject") ?? "";
$("procedure").value = place.get("procedure") ?? "";
$("code").value = place.get("dossier") ?? "";
await viewer.show(null);
await openDossier();
for (const job of open.jobs) if (!["done", "refused", "failed"].includes(job.state)) follow(job);
if (place.get("paper")) await openPaper(place.get("paper"), place.get("field") ?? "");
else $("owner").focus();
document.body.dataset.ready = "yes";
export { day };
