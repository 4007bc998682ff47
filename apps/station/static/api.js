// Talking to the API: one place for the session's token, problems, and a server that does not answer.
const texts = JSON.parse(document.getElementById("texts").textContent);
let csrf = document.querySelector('meta[name="csrf"]').content;

/** The station's words in the page's language. */
export const t = (key) => texts[key] ?? key;

/** Whether the page is in English; else it is in Vietnamese. */
export const english = document.documentElement.lang === "en";

/** What went wrong, as the API tells it, in the page's language; undefined where it tells nothing. */
export const reasonOf = (error) => (english ? error?.message : error?.message_vi ?? error?.message) ?? error?.code;

/** What to do about it, likewise. */
export const hintOf = (error) => (english ? error?.hint : error?.hint_vi);

/** What the API refused; `code` is stable, `message` is for the clerk. */
export class Problem extends Error {
  constructor(status, told) {
    super((english ? told.title : told.message_vi) || told.title || String(status));
    this.status = status;
    this.code = told.code || "";
    this.fields = told.fields ?? [];
    this.hint = (english ? told.detail : told.hint_vi) ?? "";
  }
}

/** The server could not be reached; nothing was changed. */
export class Away extends Error {}

/**
 * A request below /api/v1; gives the answer's JSON, or the answer itself with `raw`. `signing`: what is away may be the key, which the
 * server tells and nobody waits for; any other 503 is waited for.
 */
export async function api(path, asked = {}) {
  const { method = "GET", json, body, match, once, raw = false, signing = false } = asked;
  const token = csrf;
  const headers = { "X-CSRF-Token": token };
  if (once) headers["Idempotency-Key"] = once;
  if (json !== undefined) headers["Content-Type"] = "application/json";
  if (match !== undefined) headers["If-Match"] = `"${match}"`;
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, { method, headers, body: json === undefined ? body : JSON.stringify(json), credentials: "same-origin" });
  } catch {
    shown(false);
    throw new Away(t("offline"));
  }
  const told = answer.ok ? null : await answer.json().catch(() => ({}));
  if (answer.status >= 502 && answer.status <= 504 && !(signing && told.code)) {
    shown(false);
    throw new Away(t("offline"));
  }
  shown(true);
  if (answer.status === 401 && !path.startsWith("/session")) {
    location.assign("/login");
  }
  if (told?.code === "forged_request" && (await signedInAnew(token))) return api(path, asked);
  if (told) throw new Problem(answer.status, told);
  if (raw) return answer;
  return answer.status === 204 ? null : answer.json();
}

/** Whether this officer has signed in anew in another tab: this one goes on with the token of that session; for anybody else it begins anew. */
async function signedInAnew(token) {
  const who = await api("/session");
  if (who.name === document.body.dataset.user) csrf = who.csrf;
  else location.reload();
  return csrf !== token;
}

/** As `api`, tried again until the server answers; what was done already, or is being done, is not done again. */
export async function surely(path, options) {
  if (options?.method === "POST") options = { ...options, once: newKey() };
  for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
    try {
      return await api(path, options);
    } catch (error) {
      if (!(error instanceof Away) && error.code !== "key_in_use") throw error;
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

// Not randomUUID, which browsers have only where the connection is encrypted.
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function shown(there) {
  const banner = document.getElementById("offline");
  if (banner) banner.hidden = there;
}

/** An element with attributes, properties and children. */
export function make(tag, { text, on = {}, data = {}, ...rest } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(rest)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name === "className" ? "class" : name, value);
  }
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  Object.assign(made.dataset, data);
  if (text !== undefined) made.textContent = text;
  made.append(...children.filter(Boolean));
  return made;
}

/** In a table's body without rows: one across all columns that says so. */
export function orNothing(body, words) {
  if (body.childElementCount) return;
  const cell = make("td", { className: "quiet", text: t(words) });
  cell.colSpan = body.closest("table").rows[0].cells.length;
  body.append(make("tr", {}, cell));
}
