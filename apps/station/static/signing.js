// Two ways to sign: with the key that the server has, or with the key on this PC, which a helper beside the browser reaches.
import { english, surely } from "./api.js";

const LOOK_AGAIN = 1000; // ms

/** With the server's key: one paper after the other, each in the version that was looked at. `tell` gets id, state, reason. */
export async function signHere(papers, tell) {
  for (const { id, version } of papers) {
    try {
      await surely(`/records/${id}/sign`, { method: "POST", match: version, signing: true });
      tell(id, "signed");
    } catch (error) {
      tell(id, "failed", error.message);
    }
  }
}

/** With the key on this PC: the helper fetches what is chosen. `waiting` ({box, command, stop}) is shown until all has been tried. */
export async function signThere(papers, tell, { box, command, stop }) {
  const json = { papers: Object.fromEntries(papers.map(({ id, version }) => [id, version])) };
  await surely("/signing", { method: "PUT", json });
  command.textContent = `sohoa sign station ${location.origin} --user ${document.body.dataset.user}`;
  box.hidden = false;
  let stopped = false;
  stop.onclick = () => (stopped = true);
  try {
    for (let waiting = papers; waiting.length && !stopped;) {
      waiting = await look(waiting, tell);
      if (waiting.length) await new Promise((done) => setTimeout(done, LOOK_AGAIN));
      if (stopped) waiting.forEach(({ id }) => tell(id, ""));
    }
    await surely("/signing", { method: "DELETE" });
  } finally {
    box.hidden = true;
  }
}

/** Tell what became of papers; those that still wait. One whose time is over is told as not signed. */
async function look(papers, tell) {
  const found = new Map((await surely("/signing")).map((one) => [one.document, one]));
  for (const { id } of papers) {
    const { state, failure } = found.get(id) ?? { state: "failed" };
    if (state === "signed") tell(id, "signed");
    else if (state === "failed") tell(id, "failed", english ? failure?.message_en : failure?.message_vi);
  }
  return papers.filter(({ id }) => found.get(id)?.state === "waiting");
}
