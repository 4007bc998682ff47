// Network scanners that the server pulls from: one button each; the sheets are read as they come.
import { api, make, t } from "./api.js";

/** Show a button for each scanner; `taken` gets the job of what was scanned. */
export async function showScanners(box, place, taken) {
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
    const said = Object.fromEntries(["dossier", "procedure", "subject"].filter((key) => place.get(key)).map((key) => [key, place.get(key)]));
    try {
      const json = { source: glass.checked ? "Platen" : "Feeder", duplex: duplex.checked, ...said };
      const told = await api(`/counter/scanners/${encodeURIComponent(name)}/scan`, { method: "POST", json });
      note.textContent = `${told.pages} ${t("pages_scanned")}${told.repeated ? `. ${t("scanner_repeated")}` : ""}`;
      taken({ name: `${name} · ${told.pages} ${t("pages_scanned")}`, key: told.job, state: "waiting" });
    } catch (error) {
      note.className = "problem small";
      note.textContent = error.message;
    }
    button.disabled = false;
  };
  const buttons = names.map((name) => {
    const button = make("button", { type: "button", text: `${t("scan_at")} ${name}`, on: { click: () => scan(name, button) } });
    return button;
  });
  box.replaceChildren(...buttons,
    make("label", { className: "tick" }, duplex, make("span", { text: t("both_sides") })),
    make("label", { className: "tick" }, glass, make("span", { text: t("from_glass") })), note);
}
