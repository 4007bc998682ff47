// What this browser keeps of an officer's work, for a reload or a power cut. It may be full: then the server alone keeps it.
const SCANS = "jobs ";
const DRAFT = `draft ${document.body.dataset.user ?? ""} `; // a colleague at the same browser neither sees it nor answers with it

/** Keep a text; the notes of scans give way to it where there is no room. */
export function keep(key, text) {
  for (const room of [() => {}, () => forgetScans()]) {
    room();
    try {
      return localStorage.setItem(key, text);
    } catch {
      // full
    }
  }
}

/** Where the scans of a dossier are noted. */
export const scansOf = (dossier) => `${SCANS}${dossier}`;

/** Where the answer to a field of a paper is kept until the server has it. */
export const draftOf = (paper, field) => `${DRAFT}${paper} ${field}`;

/** Keys that begin so. */
export const keysOf = (start) => Object.keys(localStorage).filter((key) => key.startsWith(start));

/** Which scans were handed in here, for one dossier or all: their papers are in their dossiers and in the queues. */
export function forgetScans(dossier) {
  for (const key of dossier === undefined ? keysOf(SCANS) : [scansOf(dossier)]) localStorage.removeItem(key);
}
