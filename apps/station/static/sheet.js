// One field of many papers, as cut-outs: what is not marked as wrong is right. Nothing is confirmed here: the answers stand in
// the drafts of the papers, and what was not seen is not taken.
import { api, make, surely, t } from "./api.js";
import { cutOut } from "./cutout.js";
import { place } from "./place.js";
import { written } from "./written.js";

const $ = (id) => document.getElementById(id);
let cells = [];

async function choices() {
  const rows = await api("/counter/sheets");
  $("choices").replaceChildren(...rows.slice(0, 12).map((one) =>
    make("a", { className: "button", href: `/sheet?type=${one.type}&field=${one.field}`, "aria-current": one.type === place.get("type") && one.field === place.get("field") ? "page" : null, text: `${one.type_name} · ${one.label} (${one.count})` })));
  if (!rows.length && !place.get("type")) $("note").textContent = t("sheets_none");
}

async function load() {
  if (!place.get("type")) return;
  const found = await api(`/counter/sheets/${encodeURIComponent(place.get("type"))}/${encodeURIComponent(place.get("field"))}`);
  const eyes = new IntersectionObserver((seen) => {
    for (const one of seen) if (one.intersectionRatio > 0.9) one.target.dataset.seen = "yes";
    update();
  }, { threshold: 0.95 });
  cells = found.map((cell) => ({ cell, element: element(cell) }));
  $("cells").replaceChildren(...cells.map(({ element }) => element));
  cells.forEach(({ element }) => eyes.observe(element));
  if (!cells.length) $("note").textContent = t("sheet_empty");
  update();
}

function element(cell) {
  const wrong = make("button", { type: "button", "aria-pressed": "false", text: t("sheet_wrong"), on: { click: () => wrong.setAttribute("aria-pressed", String(wrong.getAttribute("aria-pressed") !== "true")) } });
  return make("li", {}, make("img", { src: cutOut(cell.id, cell.page, cell.box, 150), alt: "" }),
    make("strong", { text: written(cell.value) }), make("span", { className: "quiet small", text: cell.doubts_vi.join(" · ") }),
    make("span", { className: "row" }, wrong, make("a", { href: `/desk?paper=${cell.id}&field=${place.get("field")}`, text: t("open") })));
}

function update() {
  const unseen = cells.filter(({ element }) => !element.dataset.seen).length;
  $("take").hidden = !cells.length;
  $("take").disabled = unseen > 0;
  $("unseen").textContent = unseen ? `${unseen} ${t("sheet_unseen")}` : "";
}

async function take() {
  $("take").disabled = true;
  let taken = 0;
  for (const { cell, element } of cells) {
    if (element.querySelector("[aria-pressed=true]")) continue;
    try {
      await surely(`/records/${cell.id}/draft/${place.get("field")}?version=${cell.version}`, { method: "PUT", json: { value: written(cell.value) }, match: cell.revision });
      taken += 1;
    } catch (error) {
      $("problem").textContent = error.message;
      $("problem").hidden = false;
    }
  }
  await Promise.all([choices(), load()]);
  $("note").textContent = `${taken} ${t("sheet_taken")}`;
}

$("take").addEventListener("click", take);
await choices();
await load();
document.body.dataset.ready = "yes";
