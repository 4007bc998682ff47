// Where the work stands, and the indicators.
import { api, make, orNothing, t } from "./api.js";
import { showBatches } from "./batches.js";
import { bars, byMonth } from "./chart.js";
import { day, typedDay, month as written } from "./written.js";

const $ = (id) => document.getElementById(id);
const percent = (share) => (share === null ? "–" : `${Math.floor(share * 1000) / 10} %`.replace(".", ","));

function minutes(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

async function now() {
  const told = await api("/figures/now");
  const tiles = [["in_queue_check", told.unconfirmed], ["in_queue_sign", told.to_sign], ["overdue", told.overdue], ["overdue_today", told.due_today], ["in_queue_done", told.confirmed], ["scans_waiting", told.scans_waiting + told.scans_in_work], ["oldest", told.scans_waiting + told.scans_in_work ? minutes(told.oldest_seconds) : "–"], ["scans_refused", told.scans_refused]];
  $("now").replaceChildren(...tiles.map(([name, value]) => make("div", {}, make("dt", { text: t(name) }), make("dd", { text: String(value) }))));
}

const CHARTED = ["received", "components_digitized", "results_digitized", "reused"];
const pointsOf = ({ points, of }) => `${points === null ? "–" : String(Math.round(points * 100) / 100).replace(".", ",")} / ${of}`;
const period = () => ["from", "to"].filter((name) => typedDay($(name).value)).map((name) => `${name}=${typedDay($(name).value)}`).join("&");

function months(rows) {
  $("chart").replaceChildren(bars(rows, CHARTED));
  $("legend").replaceChildren(...CHARTED.map((name, number) => make("span", { className: `key key-${number}`, text: t(name) })));
  $("months").replaceChildren(...byMonth(rows, CHARTED).map(([month, sums]) => make("tr", {}, make("th", { scope: "row", text: written(month) }), ...CHARTED.map((name) => make("td", { className: "digits", text: String(sums[name]) })))));
}

async function quality() {
  const told = await api(`/report/quality?${period()}`);
  const seconds = told.seconds_median === null ? "–" : minutes(told.seconds_median);
  const tiles = [["quality_papers", told.papers], ["quality_seconds", seconds], ["quality_doubtful", percent(told.doubtful_share)], ["quality_corrected", percent(told.corrected_share)], ["quality_escaped", `${percent(told.escaped_share)} (${told.escaped}/${told.blind})`]];
  $("quality").replaceChildren(...tiles.map(([name, value]) => make("div", {}, make("dt", { text: t(name) }), make("dd", { text: String(value) }))));
  $("corrections").replaceChildren(...told.fields.filter((one) => one.corrected).slice(0, 20).map((one) => make("tr", {}, make("td", { text: one.type_name }), make("td", { text: one.label }), make("td", { className: "digits", text: `${one.corrected} / ${one.seen}` }), make("td", { className: "digits", text: String(one.sure_corrected) }))));
  orNothing($("corrections"), "nothing_corrected");
}

async function report() {
  const asked = period();
  const told = await api(`/report?${asked}`);
  $("from").value = day(told.from);
  $("to").value = day(told.to);
  $("law").textContent = told.law;
  months(told.rows);
  $("scores").replaceChildren(...told.scores.map((one) => make("tr", {}, make("td", { text: one.name }), make("td", { className: "digits", text: percent(one.share) }),
    make("td", {}, make("meter", { min: 0, max: 1, value: one.share ?? 0, "aria-label": `${one.name}: ${percent(one.share)}` })),
    make("td", { className: "digits", text: one.counted ? pointsOf(one) : t("not_counted") }))));
  $("outlook").replaceChildren(...told.outlook.map((one) => make("tr", {}, make("td", { text: one.name }), make("td", { className: "digits", text: String(one.askings) }))));
  orNothing($("outlook"), "nothing_counted");
}

/** The figures of the period that was typed; what is none is told, and the figures stay. */
async function showPeriod() {
  const days = ["from", "to"].map((name) => typedDay($(name).value));
  for (const [at, name] of ["from", "to"].entries()) $(name).toggleAttribute("aria-invalid", days[at] === null);
  const wrong = days.includes(null) || (days[0] && days[1] && days[0] > days[1]);
  $("period-problem").hidden = !wrong;
  if (!wrong) await Promise.all([report(), quality()]);
}

$("period").addEventListener("submit", (event) => { event.preventDefault(); showPeriod(); });
await Promise.all([now(), showBatches(), report(), quality()]);
document.body.dataset.ready = "yes";
