// A scan as a strip of small pages; between them a cut is set, taken away, or dragged to another place.
import { make, t } from "./api.js";

/** The strip of `pages` ({page, paper}: the id of the paper that it lies in), cut between papers; `cuts` tells where a new one begins. */
export function pageStrip(pages) {
  const cut = new Set([...pages.keys()].filter((at) => at && pages[at].paper !== pages[at - 1].paper));
  const gaps = new Map();
  const mark = () => gaps.forEach((gap, at) => gap.setAttribute("aria-pressed", String(cut.has(at))));
  let from = 0; // the cut that is being dragged

  const toggle = (at) => {
    if (!cut.delete(at)) cut.add(at);
    mark();
  };
  const drop = (event) => {
    const to = Number(event.target.closest(".cut-here")?.dataset.at ?? 0);
    if (to && from && to !== from && cut.delete(from)) cut.add(to); // the click that follows is the strip's, not a gap's
    from = 0;
    mark();
  };
  const gap = (at, page) => {
    const on = { click: () => toggle(at), pointerdown: () => (from = at) };
    gaps.set(at, make("button", { type: "button", className: "cut-here", title: t("cut_here"), "aria-label": `${t("cut_here")} ${page}`, data: { at }, on }));
    return gaps.get(at);
  };
  const picture = ({ page, paper }) => make("figure", {},
    make("img", { src: `/api/v1/records/${paper}/pages/${page}.webp?dpi=36`, alt: `${t("page")} ${page}`, loading: "lazy" }),
    make("figcaption", { text: String(page) }));

  const parts = pages.flatMap((one, at) => [at && gap(at, one.page), picture(one)]);
  mark();
  return { strip: make("div", { className: "strip", on: { pointerup: drop } }, ...parts), cuts: () => [...cut].sort((one, other) => one - other) };
}
