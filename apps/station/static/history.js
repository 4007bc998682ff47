// What happened to a dossier and to its papers.
import { api, make, t } from "./api.js";
import { dialog } from "./dialog.js";
import { moment, written } from "./written.js";

const kinds = { ingestion: "event_in", confirmation: "event_confirmed", modification: "event_changed", accession: "event_dossier", "digital signature generation": "event_signed", recognition: "event_read", creation: "event_copy", "fixity check": "event_unreadable" };

/** Show the history of a dossier. */
export async function showHistory(code) {
  const [lines, types] = await Promise.all([api(`/dossiers/${encodeURIComponent(code)}/history`), api("/types")]);
  const labels = Object.fromEntries(types.map((one) => [one.type, one.fields]));
  const changed = (type, { field, before, after }) => `${labels[type]?.[field] ?? (field === "dossier" ? t("dossier") : field)}: ${written(before) || "–"} → ${written(after) || "–"}`;
  const rows = lines.map((one) => make("tr", {},
    make("td", { className: "digits", text: moment(one.at) }),
    make("td", { text: one.type_name }),
    make("td", { text: [t(kinds[one.event.type] ?? "event_other"), ...one.event.changes.map((change) => changed(one.type, change))].join(" · ") }),
    make("td", { text: one.name || t("machine") })));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...["date", "type", "what", "who_did"].map((key) => make("th", { scope: "col", text: t(key) })))), make("tbody", {}, ...rows));
  await dialog(`${t("history")} · ${code}`, rows.length ? table : make("p", { text: t("nothing_found") }), [], { wide: true });
}
