// The part of a page on which a value stands, with a little of the paper around it.

/** The address of the picture; `box` in pixels of the page. */
export function cutOut(id, page, [left, top, right, bottom], dpi) {
  const margin = Math.round((bottom - top) * 0.4) + 6;
  const box = [Math.max(left - margin, 0), Math.max(top - margin, 0), right + margin, bottom + margin].join(",");
  return `/api/v1/records/${id}/pages/${page}.webp?dpi=${dpi}&box=${box}`;
}
