// What papers are called, and where they stand.
import { hintOf, make, reasonOf, t } from "./api.js";

/** [look, word] of a paper. */
export function stateOf(paper) {
  if (["revoked", "superseded"].includes(paper.state)) return ["refused", "state_ended"];
  if (paper.state === "unconfirmed") return ["check", "state_check"];
  return paper.signed ? ["done", "state_done"] : ["check", "state_sign"];
}

/** What tells this paper from others of its type: its number and whom or what it is about. */
export function aboutOf(paper) {
  const value = (name) => paper.fields?.[name]?.value;
  const number = paper.number ?? value("number");
  const subject = paper.subject_name ?? paper.subjects?.[0]?.name ?? paper.title ?? value("excerpt");
  return [number, subject].filter(Boolean).join(" · ");
}

/** A row of the list of papers. */
export function paperRow(paper, name, current, open) {
  const [look, word] = stateOf(paper);
  return make("li", {}, make("button", { type: "button", "aria-current": current ? "true" : null, on: { click: open } },
    make("span", { text: name }),
    make("span", { className: "about", text: aboutOf(paper) }),
    make("span", { className: `state ${look}`, text: t(word) })));
}

/** A row of a scan that is no paper yet. */
export function jobRow(job) {
  const refused = ["refused", "failed"].includes(job.state);
  const word = refused ? "state_refused" : job.key ? "state_reading" : "state_sending";
  return make("li", { className: "job" },
    make("span", { text: job.name }),
    make("span", { className: `state ${refused ? "refused" : "busy"}`, text: [t(word), reasonOf(job.error)].filter(Boolean).join(": ") }),
    refused && make("span", { className: "quiet small", text: hintOf(job.error) ?? "" }));
}
