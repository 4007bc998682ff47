// Where we are: kept in the address, so that a reload comes back to the same dossier, paper and field.

export const place = new URLSearchParams(location.search);

/** Change what the address says: a value, several of them, or nothing. */
export function remember(changes) {
  for (const [name, value] of Object.entries(changes)) {
    place.delete(name);
    for (const one of [value].flat()) if (one) place.append(name, one);
  }
  history.replaceState(null, "", place.size ? `?${place}` : location.pathname);
}

/** What is known of the dossier, to be said with a scan that is handed in. */
export const dossierFacts = () =>
  Object.fromEntries(["dossier", "procedure", "subject"].filter((name) => place.get(name)).map((name) => [name, place.get(name)]));
