// Papers put right as a whole: divided, put together, given another type. The way back is the groups of before.
import { api, make, surely, t } from "./api.js";
import { dialog } from "./dialog.js";
import { follow } from "./jobs.js";

/** Deal the pages of papers (records) into groups; gives the ids of the papers then, and what would undo it. */
export async function regroup(papers, groups) {
  const before = papers.map((one) => ({ pages: one.pages, type: one.type }));
  const versions = Object.fromEntries(papers.map((one) => [one.id, one.version]));
  const { job } = await surely("/regroup", { method: "POST", json: { papers: versions, groups } });
  const state = await follow(job);
  if (state.state !== "done") throw new Error((document.documentElement.lang === "en" ? state.error?.message : state.error?.message_vi) ?? t("failed"));
  return { documents: state.documents, undo: { kind: "regroup", papers: state.documents, groups: before } };
}

/** Take a `regroup` back. */
export async function undoRegroup({ papers, groups }) {
  const records = await Promise.all(papers.map((id) => surely(`/records/${id}`)));
  return (await regroup(records, groups)).documents;
}

/** The papers of the scan that a paper came from, unconfirmed ones, in the order of their pages. */
async function ofTheSameScan(record, ids) {
  const all = await Promise.all([...new Set([record.id, ...ids])].map((id) => api(`/records/${id}`).catch(() => null)));
  return all
    .filter((one) => one && one.scan_sha256 === record.scan_sha256 && one.state === "unconfirmed")
    .sort((one, other) => one.pages[0] - other.pages[0]);
}

/** From this page on it is another paper. */
export function splitAt(record, page) {
  const at = record.pages.indexOf(page);
  if (at < 1) throw new Error(t("split_first"));
  return regroup([record], [{ pages: record.pages.slice(0, at) }, { pages: record.pages.slice(at) }]);
}

/** Put a paper together with the one before it in the scan. */
export async function mergeWithPrevious(record, ids) {
  const papers = await ofTheSameScan(record, ids);
  const previous = papers[papers.findIndex((one) => one.id === record.id) - 1];
  if (!previous) throw new Error(t("merge_none"));
  return regroup([previous, record], [{ pages: [...previous.pages, ...record.pages], type: previous.type }]);
}

/** Ask for another type; gives null where nothing was chosen. */
export async function changeType(record, types) {
  const names = Object.values(types).sort((one, other) => one.name.localeCompare(other.name, "vi"));
  const list = make("select", { id: "new-type", size: "12", "aria-label": t("change_type") },
    ...names.map((one) => make("option", { value: one.type, text: one.name, selected: one.type === record.type })));
  const type = await dialog(t("change_type"), list, [{ id: "take-type", text: t("change_type"), main: true, value: () => list.value }], {
    begin: (box, close) => {
      list.focus();
      list.addEventListener("dblclick", () => close(list.value));
      list.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        close(list.value);
      });
    },
  });
  return type && type !== record.type ? regroup([record], [{ pages: record.pages, type }]) : null;
}

/** The whole scan as small pages with cuts between papers; a cut is set, taken away, or dragged to another place. */
export async function preview(record, ids) {
  const papers = await ofTheSameScan(record, ids);
  const pages = papers.flatMap((paper) => paper.pages.map((page) => ({ page, paper })));
  const cuts = new Set(pages.flatMap(({ paper }, at) => (at && paper !== pages[at - 1].paper ? [at] : [])));
  const gaps = new Map();
  const mark = () => gaps.forEach((gap, at) => gap.setAttribute("aria-pressed", String(cuts.has(at))));
  const toggle = (at) => { cuts.has(at) ? cuts.delete(at) : cuts.add(at); mark(); };
  let from = 0; // the cut that is being dragged
  let moved = false;
  const strip = make("div", { className: "strip", on: { pointerup: (event) => {
    const to = Number(event.target.closest(".cut-here")?.dataset.at ?? 0);
    moved = Boolean(to && from && to !== from && cuts.has(from));
    if (moved) {
      cuts.delete(from);
      cuts.add(to);
      mark();
    }
    from = 0;
  } } });
  pages.forEach(({ page, paper }, at) => {
    if (at) {
      const gap = make("button", { type: "button", className: "cut-here", "aria-pressed": "false", title: t("cut_here"), "aria-label": `${t("cut_here")} ${page}`, data: { at }, on: { click: () => moved || toggle(at), pointerdown: () => { from = at; moved = false; } } });
      gaps.set(at, gap);
      strip.append(gap);
    }
    strip.append(make("figure", {}, make("img", { src: `/api/v1/records/${paper.id}/pages/${page}.webp?dpi=36`, alt: `${t("page")} ${page}`, loading: "lazy" }), make("figcaption", { text: `${page}` })));
  });
  mark();
  const wanted = await dialog(t("split_preview"), make("div", {}, make("p", { text: t("split_preview_hint") }), strip),
    [{ id: "take-split", text: t("split_take"), main: true, value: () => [...cuts].sort((one, other) => one - other) }], { wide: true });
  if (!wanted) return null;
  const groups = [0, ...wanted].map((from, number) => ({ pages: pages.slice(from, wanted[number] ?? pages.length).map(({ page }) => page) }));
  const same = (pages) => papers.find((one) => String(one.pages) === String(pages));
  if (groups.every(({ pages }) => same(pages))) return null;
  const changed = papers.filter((one) => !groups.some(({ pages }) => String(pages) === String(one.pages)));
  return regroup(changed, groups.filter(({ pages }) => !same(pages)));
}
