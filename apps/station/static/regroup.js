// Papers put right as a whole: divided, put together, given another type. The way back is the groups of before.
import { api, make, reasonOf, surely, t } from "./api.js";
import { dialog } from "./dialog.js";
import { follow } from "./jobs.js";
import { pageStrip } from "./strip.js";

/** Deal the pages of papers (records) into groups; gives the ids of the papers then, and what would undo it. */
export async function regroup(papers, groups) {
  const before = papers.map((one) => ({ pages: one.pages, type: one.type }));
  const versions = Object.fromEntries(papers.map((one) => [one.id, one.version]));
  const { job } = await surely("/regroup", { method: "POST", json: { papers: versions, groups } });
  const state = await follow(job);
  if (state.state !== "done") throw new Error(reasonOf(state.error) ?? t("failed"));
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

/** Read a paper again, a page of it another way up. */
export async function rereadTurned(record, { page, turns, before }) {
  const done = await regroup([record], [{ pages: record.pages, turns: { [page]: turns } }]);
  done.undo.groups = [{ pages: record.pages, turns: { [page]: before } }];
  return done;
}

/** Put papers of several scans together; both scans stay. The way back divides the new paper where the second one began. */
async function join(papers) {
  const versions = Object.fromEntries(papers.map((one) => [one.id, one.version]));
  const { job } = await surely("/join", { method: "POST", json: { papers: versions } });
  const state = await follow(job);
  if (state.state !== "done") throw new Error(reasonOf(state.error) ?? t("failed"));
  let first = 1;
  const groups = papers.map(({ pages, type }) => ({ pages: pages.map(() => first++), type }));
  return { documents: state.documents, undo: { kind: "regroup", papers: state.documents, groups } };
}

/** Put a paper together with the one before it: in its scan, else in the dossier. */
export async function mergeWithPrevious(record, ids) {
  const papers = await ofTheSameScan(record, ids);
  const previous = papers[papers.findIndex((one) => one.id === record.id) - 1];
  if (!previous) return joinWithPrevious(record, ids);
  return regroup([previous, record], [{ pages: [...previous.pages, ...record.pages], type: previous.type }]);
}

async function joinWithPrevious(record, ids) {
  const before = ids[ids.indexOf(record.id) - 1];
  const previous = before && (await surely(`/records/${before}`));
  if (previous?.state !== "unconfirmed") throw new Error(t("merge_none"));
  return join([previous, record]);
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

/** Ask for the cuts of the whole scan, seen as small pages; gives null where nothing was changed. */
export async function preview(record, ids) {
  const papers = await ofTheSameScan(record, ids);
  const pages = papers.flatMap((paper) => paper.pages.map((page) => ({ page, paper: paper.id })));
  if (pages.length < 2) return dialog(t("split_preview"), make("p", { text: t("split_one") }), []);
  const { strip, cuts } = pageStrip(pages);
  const body = make("div", {}, make("p", { text: t("split_preview_hint") }), strip);
  const wanted = await dialog(t("split_preview"), body, [{ id: "take-split", text: t("split_take"), main: true, value: cuts }], { wide: true });
  if (!wanted) return null;
  const dealt = [0, ...wanted].map((first, at) => pages.slice(first, wanted[at]).map(({ page }) => page));
  const as = (pages) => String(pages);
  const before = new Set(papers.map((one) => as(one.pages)));
  const after = new Set(dealt.map(as));
  const groups = dealt.filter((pages) => !before.has(as(pages))).map((pages) => ({ pages }));
  return groups.length ? regroup(papers.filter((one) => !after.has(as(one.pages))), groups) : null;
}
