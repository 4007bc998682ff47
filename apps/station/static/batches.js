// The backlog's last runs: what the last night did, what it refused and why, what it left.
import { api, make, reasonOf, t } from "./api.js";
import { moment } from "./written.js";

const $ = (id) => document.getElementById(id);
const digits = (value) => make("td", { className: "digits", text: String(value) });

/** [look, word] of a run. */
function standOf(batch) {
  if (batch.in_work) return ["busy", "batch_running"];
  return batch.left ? ["check", "batch_stopped"] : ["done", "batch_over"];
}

const speed = (batch) => (batch.pages ? String(Math.round(batch.pages_per_minute)) : "–");

function tiles(batch) {
  const shown = [["batch_files", batch.files], ["batch_archived", batch.archived], ["batch_duplicates", batch.duplicates], ["batch_not_taken", batch.not_taken], ["batch_left", batch.left], ["batch_pages", batch.pages], ["batch_speed", speed(batch)], ["batch_unsigned", batch.unsigned]];
  return make("dl", { className: "tiles" }, ...shown.map(([name, value]) => make("div", {}, make("dt", { text: t(name) }), make("dd", { text: String(value) }))));
}

function links(batch) {
  return make("p", { className: "links" },
    batch.not_taken > 0 && make("a", { href: `/queue?kind=refused&batch=${batch.batch}`, text: `${t("batch_refused")} (${batch.not_taken})` }),
    make("a", { href: `/api/v1/figures/batches/${batch.batch}/report`, target: "_blank", rel: "noopener", text: t("batch_report") }));
}

/** The last batch, whole. */
function latest(batch) {
  const [look, word] = standOf(batch);
  const times = [`${t("batch_since")} ${moment(batch.began * 1000)}`, batch.last && `${t("batch_last")} ${moment(batch.last * 1000)}`].filter(Boolean).join(" · ");
  const why = batch.reasons.map((one) => make("tr", {}, make("td", { text: reasonOf(one) }), digits(one.files)));
  return [
    make("p", { className: "source", text: batch.source }),
    make("p", {}, make("span", { className: `state ${look}`, text: t(word) }), make("span", { className: "quiet small", text: ` · ${times}` })),
    tiles(batch),
    why.length && make("table", { className: "reasons" }, make("thead", {}, make("tr", {}, make("th", { scope: "col", text: t("batch_why") }), make("th", { scope: "col", text: t("batch_count") }))), make("tbody", {}, ...why)),
    links(batch),
  ].filter(Boolean);
}

/** A batch before it, as a row. */
function row(batch) {
  const [look, word] = standOf(batch);
  return make("tr", {}, make("td", { text: batch.source }), make("td", { text: moment(batch.began * 1000) }), make("td", {}, make("span", { className: `state ${look}`, text: t(word) })),
    digits(batch.archived), digits(batch.not_taken), digits(batch.left), digits(speed(batch)), make("td", {}, links(batch)));
}

export async function showBatches() {
  const [last, ...before] = await api("/figures/batches");
  $("no-batch").hidden = Boolean(last);
  if (!last) return;
  const heads = ["batch_source", "batch_since", "state", "batch_archived", "batch_not_taken", "batch_left", "batch_speed", "batch_report"];
  const table = before.length && make("details", {}, make("summary", { text: `${t("batches_before")} (${before.length})` }),
    make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((name) => make("th", { scope: "col", text: t(name) })))), make("tbody", {}, ...before.map(row))));
  $("batches").replaceChildren(...latest(last), ...(table ? [table] : []));
}
