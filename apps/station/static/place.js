// Where we are: kept in the address, so that a reload comes back to the same dossier, paper and field.

import { forgetScans } from "./kept.js";

// A link to the desk that says nothing means the dossier that was open in this tab; one that says "new", none.
const DESK = "/desk";
const KEPT = "desk";
const anew = location.search === "?new";
if (anew) {
  sessionStorage.removeItem(KEPT);
  forgetScans(""); // those of a dossier with a code come back with it
  history.replaceState(null, "", location.pathname);
}
export const place = new URLSearchParams(location.search || (location.pathname === DESK && sessionStorage.getItem(KEPT)) || "");

/** Change what the address says: a value, several of them, or nothing. */
export function remember(changes) {
  for (const [name, value] of Object.entries(changes)) {
    place.delete(name);
    for (const one of [value].flat()) if (one) place.append(name, one);
  }
  history.replaceState(null, "", place.size ? `?${place}` : location.pathname);
  if (location.pathname === DESK) sessionStorage.setItem(KEPT, String(place));
}

/** The desk begins anew; nothing of this officer's dossier is seen by the next one. */
export const forget = () => sessionStorage.removeItem(KEPT);

/** What is known of the dossier, to be said with a scan that is handed in; its subject is the owner, who need not be the paper's. */
export const dossierFacts = () =>
  Object.fromEntries((place.get("dossier") ? ["dossier", "procedure", "subject", "due"] : ["procedure", "subject"]).filter((name) => place.get(name)).map((name) => [name === "subject" ? "owner" : name, place.get(name)]));
