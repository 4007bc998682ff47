// How jobs stand: told by one stream of events that all tabs of this browser share; asked for where there is none.
import { api, surely } from "./api.js";

/** Whether nothing more happens to a job. */
export const ended = (job) => ["done", "refused", "failed"].includes(job.state);

const waiting = new Map(); // key of a job → all that is called when it changes
let streaming = null; // not known yet

if (window.SharedWorker) {
  const { port } = new SharedWorker("/static/stream.js", { type: "module", name: "sohoa events" });
  port.onmessage = ({ data }) => {
    if ("open" in data) {
      if (streaming !== null && streaming !== data.open) api("/session").catch(() => {}); // tells on the page whether the server is there
      streaming = data.open;
    } else for (const told of [...(waiting.get(data.job.job) ?? [])]) told(data.job);
  };
}

/** Follow a job until it has ended; `tell` gets each of its states. Gives the last one. */
export function follow(key, tell = () => {}) {
  return new Promise((done) => {
    let timer = 0;
    let over = false;
    const told = (state) => {
      tell(state);
      if (!ended(state)) return;
      over = true;
      waiting.get(key).delete(told);
      clearTimeout(timer);
      done(state);
    };
    waiting.set(key, (waiting.get(key) ?? new Set()).add(told));
    const ask = async (wait) => {
      const state = await surely(`/jobs/${key}`).catch(() => ({ job: key, state: "failed", documents: [], error: null }));
      if (over) return;
      told(state);
      if (!over) timer = setTimeout(ask, streaming ? 5000 : wait, Math.min(wait * 1.3, 1500));
    };
    ask(300);
  });
}
