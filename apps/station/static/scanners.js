// Network scanners that the server pulls from: one button each; the sheets are read as they come.
import { api, make, t } from "./api.js";
import { dossierFacts } from "./place.js";

/** Show a button for each scanner; `taken` gets the name and the job of what was scanned. */
export async function showScanners(box, taken) {
  const names = await api("/counter/scanners").catch(() => []);
  box.hidden = !names.length;
  if (!names.length) return;
  const note = make("p", { className: "small", role: "status" });
  const duplex = make("input", { type: "checkbox", id: "duplex" });
  const glass = make("input", { type: "checkbox", id: "glass" });
  const scan = async (name, button) => {
    button.disabled = true;
    note.className = "small";
    note.textContent = t("scanning");
    try {
      const json = { source: glass.checked ? "Platen" : "Feeder", duplex: duplex.checked, ...dossierFacts() };
      const told = await api(`/counter/scanners/${encodeURIComponent(name)}/scan`, { method: "POST", json });
      const pages = `${told.pages} ${t("pages_scanned")}`;
      note.textContent = told.repeated ? `${pages}. ${t("scanner_repeated")}` : pages;
      taken(`${name} · ${pages}`, told.job);
    } catch (error) {
      note.className = "problem small";
      note.textContent = error.message;
    }
    button.disabled = false;
  };
  box.replaceChildren(
    ...names.map((name) => make("button", { type: "button", text: `${t("scan_at")} ${name}`, on: { click: (event) => scan(name, event.currentTarget) } })),
    make("label", { className: "tick" }, duplex, make("span", { text: t("both_sides") })),
    make("label", { className: "tick" }, glass, make("span", { text: t("from_glass") })), note);
}
