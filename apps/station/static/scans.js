// Scans on their way to being papers: dropped, chosen, pasted or scanned here; kept in this browser, so that a reload follows them on.
import { make, surely, t } from "./api.js";
import { dialog } from "./dialog.js";
import { ended, follow } from "./jobs.js";
import * as kept from "./kept.js";
import { dossierFacts, place } from "./place.js";
import { showScanners } from "./scanners.js";

const $ = (id) => document.getElementById(id);
const jobs = []; // of every dossier that was open on this page: {dossier, name, state}, then key, documents, error
const here = () => place.get("dossier") ?? "";
let changed = () => {};
let done = () => {};

/** The scans of this dossier, in the order in which they were handed in. */
export const scans = () => jobs.filter((job) => job.dossier === here());

/** Take in scans; `on.changed` is called when one stands otherwise, `on.done` with one that has ended. */
export function beginScans(on) {
  ({ changed, done } = on);
  const drop = $("drop");
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) send(event.dataTransfer.files);
    });
  }
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) send(event.clipboardData.files);
  });
  $("files").addEventListener("change", (event) => {
    send([...event.target.files]);
    event.target.value = "";
  });
  addEventListener("beforeunload", (event) => {
    if (jobs.some((job) => job.state === "sending")) event.preventDefault(); // the browser asks: what was not sent would be lost
  });
  showScanners($("scanners"), (name, key) => track(add({ dossier: here(), name, key, state: "waiting" })));
}

/** Scans that were handed in before the dossier had a code belong to none: ask, once, whether they go into this one. */
export async function offerScans() {
  const loose = jobs.filter((job) => !job.dossier && job.file);
  const code = here();
  if (!code || $("code").validity.patternMismatch || !loose.length) return;
  const files = loose.map((job) => job.file);
  for (const job of loose) delete job.file;
  const names = make("ul", {}, ...loose.map((job) => make("li", { text: job.name })));
  const body = make("div", {}, make("p", { text: t("loose_scans") }), names);
  if (!(await dialog(`${t("dossier")} ${code}`, body, [{ id: "take-loose", text: t("take_loose"), value: true, main: true }]))) return;
  if (here() !== code) return;
  for (const job of loose) jobs.splice(jobs.indexOf(job), 1);
  keep("");
  await send(files); // the same bytes said of a dossier: what is there is noted in it, and not read again
}

/** Take up the scans of this dossier that an earlier page handed in. */
export function recallScans() {
  for (const noted of JSON.parse(localStorage.getItem(kept.scansOf(here())) ?? "[]")) {
    if (jobs.some((job) => job.key === noted.key)) continue;
    const job = add({ ...noted, dossier: here() });
    if (!ended(job)) track(job);
  }
}

function add(job) {
  jobs.push(job);
  return job;
}

function keep(dossier) {
  const noted = jobs.filter((job) => job.dossier === dossier && job.key);
  kept.keep(kept.scansOf(dossier), JSON.stringify(noted.map(({ file, ...job }) => job)));
}

async function send(files) {
  $("upload-problem").hidden = true;
  for (const file of files) {
    const job = add({ dossier: here(), name: file.name || "clipboard.png", state: "sending", file: here() ? null : file });
    changed();
    const form = new FormData();
    form.append("file", file, job.name);
    for (const [name, value] of Object.entries(dossierFacts())) form.append(name, value);
    try {
      const key = (await surely("/scans", { method: "POST", body: form })).job;
      const same = jobs.find((one) => one.key === key);
      if (same) refuse(job, `${t("same_scan")} ${same.name}`);
      else track(Object.assign(job, { key, state: "waiting" }));
    } catch (error) {
      refuse(job, error.message);
    }
  }
}

/** A scan that is none: it leaves the list, and the officer is told why. */
function refuse(job, why) {
  jobs.splice(jobs.indexOf(job), 1);
  const told = $("upload-problem");
  told.textContent = [!told.hidden && told.textContent, `${job.name}: ${why}`].filter(Boolean).join(" · ");
  told.hidden = false;
  changed();
}

/** Follow a scan until it is papers, or refused. */
async function track(job) {
  keep(job.dossier);
  changed();
  await follow(job.key, (told) => {
    Object.assign(job, { state: told.state, documents: told.documents, error: told.error });
    changed();
  });
  keep(job.dossier);
  if (job.dossier === here()) await done(job);
}
