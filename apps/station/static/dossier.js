// Whose dossier it is and for which procedure; what need not be handed in again for it.
import { Problem, api, english, make, surely, t } from "./api.js";
import { place, remember } from "./place.js";
import { comingDay, day, deadline } from "./written.js";

const $ = (id) => document.getElementById(id);
const GROUPS = [
  ["no_need", ["there", "look_up"]],
  ["to_submit", ["to_submit", "there_but", "to_surrender", "identity_not_matched", "unavailable"]],
  ["to_show", ["to_show"]],
];
const NO_CASE = "-"; // no name of a case: the procedure's special cases were asked about, and none applies
let procedures = {};

/** Come back to the dossier that the address names, and follow what is typed; `opened` is called for each dossier. */
export async function beginDossier(opened) {
  procedures = Object.fromEntries((await surely("/procedures")).map((one) => [one.code, one]));
  $("procedures").append(...Object.values(procedures).map((one) => make("option", { value: one.code, text: one.name })));
  const open = async () => {
    readForm();
    showCases();
    showLinks();
    const [known] = await Promise.all([recall(), opened(), showReuse()]);
    const missing = [["owner", known?.owner], ["procedure", known?.procedure]].filter(([id, told]) => told && !$(id).value.trim());
    for (const [id, told] of missing) $(id).value = told;
    if (missing.length) await open();
  };
  for (const [id, name] of [["owner", "subject"], ["procedure", "procedure"], ["code", "dossier"]]) {
    $(id).value = place.get(name) ?? "";
    $(id).addEventListener("change", open);
    $(id).addEventListener("input", () => ($("new-dossier").hidden = false));
    $(id).addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        open();
      }
    });
  }
  $("due").addEventListener("change", tellDue);
  $("due").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      tellDue();
    }
  });
  $("history").addEventListener("click", async () => (await import("./history.js")).showHistory(place.get("dossier"))); // not of the first page
  $("new-dossier").addEventListener("click", newDossier);
  await open();
}

/** The next citizen: nothing of the dossier before stays on the desk. */
export const newDossier = () => location.assign("/desk?new"); // the next page forgets: this one may still be opening a paper

function readForm() {
  const procedure = readProcedure();
  remember({ ...readOwner(), procedure, dossier: $("code").value.trim() });
  $("new-dossier").hidden = !place.size;
}

/** What is known of the dossier already (owner, procedure); its appointed day is shown; null for one that nobody knows. */
async function recall() {
  const dossier = place.get("dossier");
  const told = dossier && (await api(`/dossiers/${encodeURIComponent(dossier)}`).catch(() => null));
  if (dossier !== place.get("dossier")) return null;
  const wrong = !told && $("code").validity.patternMismatch; // one that is known is right, whatever it looks like
  $("code-problem").hidden = !wrong;
  $("code").toggleAttribute("aria-invalid", wrong);
  if (told?.due) remember({ due: told.due });
  const typed = $("due").value && (document.activeElement === $("due") || $("due").hasAttribute("aria-invalid"));
  if (!typed) { // what is being typed, or must be put right, is never rewritten
    $("due").value = day(place.get("due"));
    showDue();
  }
  if (told && !told.due && place.get("due")) await tellDue(); // typed before the dossier was named
  return told;
}

let telling = Promise.resolve();

/** The day that was typed: it goes with the scans; a dossier that has papers is told at once. One after the other: the last one stays. */
const tellDue = () => (telling = telling.then(tellTypedDay));

async function tellTypedDay() {
  const due = comingDay($("due").value);
  $("due").toggleAttribute("aria-invalid", due === null);
  if (due === null) {
    $("due-words").className = "due late";
    $("due-words").textContent = t("due_wrong");
    return;
  }
  remember({ due });
  $("due").value = day(due);
  showDue();
  const path = place.get("dossier") && `/dossiers/${encodeURIComponent(place.get("dossier"))}`;
  const told = path && (await api(path).catch(() => null));
  if (!told || (told.due ?? "") === due) return;
  try {
    await surely(`${path}/due`, { method: "PUT", json: { due: due || null } });
    $("saved").textContent = t("due_kept");
  } catch (error) {
    $("due-words").textContent = error.message;
  }
}

function showDue() {
  const [look, words] = (place.get("due") && !place.get("dossier") ? ["", t("due_whose")] : deadline(place.get("due"))) ?? ["", ""];
  $("due-words").className = `due ${look}`;
  $("due-words").textContent = words;
}

function readOwner() {
  const typed = $("owner").value.trim();
  const [number, , onCard] = typed.split("|"); // the QR code of a citizen card, typed by a scanner
  const digits = number.replaceAll(/[\s.]/g, "");
  const right = /^(\d{9}|\d{10}(-?\d{3})?|\d{12})$/.test(digits); // a person's number, or an organisation's tax code
  if (right) $("owner").value = digits;
  const wrong = Boolean(typed) && !right;
  const name = right ? (onCard ?? (digits === place.get("subject") ? place.get("name") : null)) : null;
  tellBelow("owner", wrong ? t("owner_wrong") : (name ?? ""));
  markWrong("owner", wrong);
  return { subject: right ? digits : "", name };
}

const tellBelow = (id, words) => ($(`${id}-name`).textContent = words);

/** What was typed cannot be taken: the words below say so in the colour of a problem. */
function markWrong(id, wrong) {
  $(id).toggleAttribute("aria-invalid", wrong);
  $(`${id}-name`).className = wrong ? "wrong small" : "quiet small";
}

/** The code of the procedure, which may be typed by its name. */
function readProcedure() {
  const typed = $("procedure").value.trim();
  const plain = (text) => text.normalize("NFC").toLowerCase();
  const found = procedures[typed] ?? Object.values(procedures).find((one) => plain(one.name) === plain(typed));
  if (found) $("procedure").value = found.code;
  tellBelow("procedure", found ? found.name : typed ? t("procedure_wrong") : "");
  markWrong("procedure", Boolean(typed) && !found);
  return found?.code ?? typed;
}

/** The special cases of the procedure, to be ticked: what must be handed in depends on them. Nothing ticked: nobody said yet. */
function showCases() {
  const cases = Object.entries(procedures[place.get("procedure")]?.cases ?? {});
  const chosen = place.getAll("case");
  $("cases").hidden = !cases.length;
  $("cases").open ||= chosen.length > 0;
  const tick = ([name, label]) =>
    make("label", {}, make("input", { type: "checkbox", value: name, checked: chosen.includes(name), on: { change: chooseCases } }), make("span", { text: label }));
  $("case-list").replaceChildren(...[[NO_CASE, t("no_case")], ...cases].map(tick));
}

/** That none applies and that one applies rule each other out: the last tick counts. */
function chooseCases({ target }) {
  const ticks = [...$("case-list").querySelectorAll("input")];
  for (const one of ticks) if ((one.value === NO_CASE) !== (target.value === NO_CASE)) one.checked &&= !target.checked;
  remember({ case: ticks.filter((one) => one.checked).map((one) => one.value) });
  showReuse();
}

/** The cases that apply; null where nobody said. */
function casesSaid() {
  const said = place.getAll("case");
  return said.length ? said.filter((one) => one !== NO_CASE) : null;
}

function showLinks() {
  const dossier = place.get("dossier") ?? "";
  $("receipt").href = `/receipt?dossier=${encodeURIComponent(dossier)}`;
  $("receipt").hidden = $("history").hidden = !dossier;
}

let asking = 0; // answers may come in another order than they were asked for

async function showReuse() {
  const mine = ++asking;
  const [procedure, subject] = [place.get("procedure"), place.get("subject")];
  const box = $("reuse");
  box.replaceChildren();
  if (!procedure || !subject) return;
  let told;
  try {
    const json = { subject, cases: casesSaid(), name: place.get("name") };
    told = await api(`/procedures/${encodeURIComponent(procedure)}/reuse`, { method: "POST", json });
  } catch (error) {
    if (mine === asking && error instanceof Problem && error.status !== 404) box.append(make("p", { className: "quiet small", text: error.message }));
    return;
  }
  if (mine !== asking) return;
  for (const [title, answers] of GROUPS) {
    const found = told.components.filter((one) => answers.includes(one.answer));
    if (!found.length) continue;
    box.append(make("h2", { text: t(title) }), make("ul", { className: "reuse" }, ...found.map((one) =>
      make("li", { className: answers.includes("there") ? "there" : "" },
        make("details", {}, make("summary", { text: one.name }), make("p", { className: "because", text: english ? one.reason_en : one.reason_vi }))))));
  }
}
