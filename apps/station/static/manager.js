// Where the work stands, and the indicators.
import { api, make, t } from "./api.js";

const $ = (id) => document.getElementById(id);
const percent = (share) => (share === null ? "–" : `${Math.floor(share * 1000) / 10} %`.replace(".", ","));

function minutes(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

async function now() {
  const told = await api("/figures/now");
  const tiles = [["in_queue_check", told.unconfirmed], ["in_queue_sign", told.to_sign], ["in_queue_done", told.confirmed], ["scans_waiting", told.scans_waiting + told.scans_in_work], ["oldest", minutes(told.oldest_seconds)], ["scans_refused", told.scans_refused]];
  $("now").replaceChildren(...tiles.map(([name, value]) => make("div", {}, make("dt", { text: t(name) }), make("dd", { text: String(value) }))));
}

async function report() {
  const asked = ["from", "to"].filter((name) => $(name).value).map((name) => `${name}=${$(name).value}`).join("&");
  const told = await api(`/report?${asked}`);
  $("from").value ||= told.from;
  $("to").value ||= told.to;
  $("law").textContent = told.law;
  $("scores").replaceChildren(...told.scores.map((one) => make("tr", {}, make("td", { text: one.name }), make("td", { className: "digits", text: percent(one.share) }),
    make("td", {}, make("meter", { min: 0, max: 1, value: one.share ?? 0, "aria-label": `${one.name}: ${percent(one.share)}` })),
    make("td", { className: "digits", text: one.counted ? `${one.points ?? "–"} / ${one.of}` : t("not_counted") }))));
  $("outlook").replaceChildren(...told.outlook.map((one) => make("tr", {}, make("td", { text: one.name }), make("td", { className: "digits", text: String(one.askings) }))));
}

$("period").addEventListener("submit", (event) => { event.preventDefault(); report(); });
await Promise.all([now(), report()]);
document.body.dataset.ready = "yes";
