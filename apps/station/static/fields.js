// The fields of one paper: doubtful ones open, sure ones in one line; answers are kept key by key.
import { Away, Problem, api, make, surely, t } from "./api.js";

const SAVE_AFTER = 400; // ms without a key

class PaperFields extends HTMLElement {
  #record = null;
  #labels = {};
  #required = [];
  #answers = {}; // field → {value} or {answer}
  #revision = 0;
  #seen = new Set();
  #rows = new Map(); // field → its elements
  #open = []; // doubtful fields, in order
  #saving = Promise.resolve();
  #timer = 0;
  #second = new Set(); // fields that are typed without seeing what was read
  #insisted = new Set(); // those of them in which the typed value stays though another was read
  previous = {}; // values of the paper before, by field

  connectedCallback() {
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Show the fields of a record; a draft that was kept comes back, and so does the field that was worked on. */
  async show(record, type, chosen = "") {
    this.#record = record;
    this.#labels = type?.fields ?? {};
    this.#required = type?.required ?? [];
    this.#seen = new Set();
    const draft = await api(`/records/${record.id}/draft`);
    this.#second = new Set(draft.second_entry ?? []);
    this.#insisted = new Set();
    this.#revision = draft.revision;
    this.#answers = draft.version === record.version ? draft.answers : {};
    const stale = draft.revision && draft.version !== record.version ? draft.answers : {};
    for (const field of Object.keys(this.#answers)) this.#seen.add(field);
    this.#build(stale);
    const first = this.#rows.has(chosen) ? chosen : this.#open.find((name) => !this.#seen.has(name));
    if (first) this.choose(first);
    this.#tell();
    return Boolean(first);
  }

  clear() {
    this.#record = null;
    this.replaceChildren();
  }

  /** Fields that are doubtful and were not looked at yet. */
  get left() { return this.#open.filter((name) => !this.#seen.has(name)); }

  /** What is to be confirmed: changed values, and why others are missing. */
  get given() {
    const values = {};
    const absent = {};
    for (const [name, answer] of Object.entries(this.#answers)) {
      if (!answer) continue;
      if (answer.answer) absent[name] = answer.answer;
      else if (answer.value !== this.#shownValue(name)) values[name] = answer.value;
    }
    return { values, absent };
  }

  /** The values as they stand, by field: typed, or as the record has them. */
  get shown() {
    const names = this.#record ? [...this.#rows.keys()] : [];
    return Object.fromEntries(names.map((name) => [name, this.#answers[name]?.value ?? this.#shownValue(name)]).filter(([, value]) => value));
  }

  get chosen() { return this.querySelector(".field.chosen")?.dataset.field ?? ""; }

  /** Wait until every answer is on the server's disk. */
  async saved() {
    clearTimeout(this.#timer);
    if (this.#timer) this.#save(this.chosen);
    this.#timer = 0;
    await this.#saving;
  }

  choose(name, { keyboard = true } = {}) {
    const row = this.#rows.get(name);
    if (!row) return;
    for (const one of this.querySelectorAll(".field.chosen")) one.classList.remove("chosen");
    row.field.classList.add("chosen");
    const details = row.field.closest("details");
    if (details) details.open = true;
    if (keyboard && document.activeElement !== row.input) row.input.focus({ preventScroll: true });
    row.field.scrollIntoView({ block: "nearest" });
    const field = this.#record.fields[name];
    this.dispatchEvent(new CustomEvent("chosen", { detail: { name, page: field?.page ?? null, box: field?.box ?? null } }));
  }

  /** Put text into the chosen field, as picked on the picture. The only way in which a field that is not being typed in changes. */
  take(text, { add = false } = {}) {
    const row = this.#rows.get(this.chosen);
    if (!row) return;
    row.input.value = add && row.input.value ? `${row.input.value} ${text}` : text;
    this.#typed(this.chosen);
  }

  next(step = 1) {
    const names = this.#open.length ? this.#open : [...this.#rows.keys()];
    const at = names.indexOf(this.chosen);
    const rest = step > 0 ? names.slice(at + 1) : names.slice(0, Math.max(at, 0)).reverse();
    const to = (step > 0 ? rest.find((name) => !this.#seen.has(name)) ?? this.left[0] : rest[0]) ?? "";
    if (to && to !== this.chosen) this.choose(to);
    else if (step > 0) this.dispatchEvent(new CustomEvent("through"));
  }

  /** Put into the chosen field what it was on the paper before. */
  same() {
    const value = this.previous[this.chosen];
    if (value) this.take(value);
  }

  /** Give a field the answer that it had before; null for none. */
  restore(name, before, seen) {
    const row = this.#rows.get(name);
    if (!row) return;
    row.input.value = before?.value ?? (this.#second.has(name) ? "" : this.#shownValue(name));
    if (!seen) this.#seen.delete(name);
    this.#answer(name, before ?? null, { undoable: false });
    if (!before) delete this.#answers[name];
    this.choose(name);
    this.#mark(name);
    this.#tell();
  }

  /** The chosen field is right as it stands. */
  accept() {
    const name = this.chosen;
    if (!name) return this.next();
    if (this.#second.has(name) && !this.#agrees(name)) return;
    if (!this.#answers[name]) this.#answer(name, { value: this.#rows.get(name).input.value });
    else if (!this.#seen.has(name)) this.#undoable(name);
    this.#see(name);
    this.next();
  }

  #build(stale) {
    const names = [...new Set([...Object.keys(this.#labels), ...Object.keys(this.#record.fields)])];
    const known = names.filter((name) => this.#record.fields[name]);
    const missing = this.#required.filter((name) => !this.#record.fields[name]);
    const confirmed = this.#record.state !== "unconfirmed";
    const doubtful = confirmed ? [] : known.filter((name) => this.#record.fields[name].doubts_vi.length || this.#second.has(name));
    this.#open = names.filter((name) => doubtful.includes(name) || (!confirmed && missing.includes(name)));
    const sure = names.filter((name) => !this.#open.includes(name) && this.#record.fields[name]);
    const rest = names.filter((name) => !this.#open.includes(name) && !this.#record.fields[name]);
    this.#rows.clear();
    const list = make("div", {}, ...this.#open.map((name) => this.#row(name, true, stale)));
    const closed = make("details", { open: this.#open.length === 0 && confirmed },
      make("summary", { text: `${sure.length} ${t("sure_fields")}` }),
      ...sure.map((name) => this.#row(name, false, stale)),
      ...rest.map((name) => this.#row(name, false, stale)));
    this.replaceChildren(list, closed);
  }

  #row(name, doubtful, stale) {
    const field = this.#record.fields[name];
    const answer = this.#answers[name];
    const input = make("input", { id: `field-${name}`, spellcheck: "false", autocomplete: "off", value: null });
    const second = this.#second.has(name);
    input.value = answer?.value ?? (second ? "" : this.#shownValue(name));
    const doubts = second ? [t("second_entry")] : field ? (document.documentElement.lang === "en" ? field.doubts_en : field.doubts_vi) : [t("missing")];
    const why = make("span", { className: "why", text: doubts.join(" · ") });
    const label = make("label", { for: input.id }, make("span", { text: this.#labels[name] ?? name }), doubtful ? why : null);
    const row = make("div", { className: doubtful ? "field doubt" : "field", data: { field: name } }, label);
    if (doubtful && field?.box) {
      const [left, top, right, bottom] = field.box;
      const margin = Math.round((bottom - top) * 0.35) + 6;
      const box = [Math.max(left - margin, 0), Math.max(top - margin, 0), right + margin, bottom + margin].join(",");
      const source = `/api/v1/records/${this.#record.id}/pages/${field.page}.webp?dpi=200&box=${box}`;
      row.append(make("img", { className: "cut", alt: "", src: source, loading: "lazy" }));
    }
    row.append(input);
    const answers = make("div", { className: "answers" });
    if (doubtful) {
      const right = make("button", { type: "button", text: t("right_next"), on: { click: () => { this.choose(name); this.accept(); } } });
      answers.append(right, this.#absent(name, "blank", "not_on_paper"), this.#absent(name, "illegible", "illegible"));
      if (this.previous[name]) answers.append(make("button", { type: "button", title: `${this.previous[name]} (Ctrl+D)`, text: t("same_as_previous"), on: { click: () => { this.choose(name); this.same(); } } }));
      if (!second && field?.text && field.text !== String(field.value ?? "")) {
        answers.append(make("button", { type: "button", text: `${t("as_read")}: ${field.text}`, on: { click: () => { this.choose(name); this.take(field.text); } } }));
      }
      row.append(answers);
    }
    if (stale[name]) {
      const mine = stale[name].value ?? t(stale[name].answer === "blank" ? "not_on_paper" : "illegible");
      row.append(make("p", { className: "stale", text: `${t("theirs")}: ${this.#shownValue(name) || "–"} · ${t("mine")}: ${mine}` }));
    }
    input.addEventListener("focus", () => this.choose(name, { keyboard: false }));
    input.addEventListener("input", () => this.#typed(name));
    this.#rows.set(name, { field: row, input, answers });
    this.#mark(name);
    return row;
  }

  #absent(name, answer, text) {
    const press = () => { this.choose(name); this.#missing(name, answer); };
    return make("button", { type: "button", text: t(text), "aria-pressed": "false", data: { answer }, on: { click: press } });
  }

  #missing(name, answer) {
    this.#answer(name, { answer });
    this.#see(name);
    this.next();
  }

  #shownValue(name) {
    const value = this.#record.fields[name]?.value;
    if (Array.isArray(value)) return value.join("; ");
    const text = value === null || value === undefined ? "" : String(value);
    return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text.split("-").reverse().join("/") : text;
  }

  /** Whether what was typed is what was read; where it is not, both are shown once, and the second Enter insists. */
  #agrees(name) {
    const { field, input } = this.#rows.get(name);
    const plain = (text) => text.normalize("NFC").replaceAll(/\s+/g, " ").trim().toLowerCase();
    if (!input.value.trim()) return false;
    if (plain(input.value) === plain(this.#shownValue(name)) || this.#insisted.has(name)) return true;
    this.#insisted.add(name);
    field.append(make("p", { className: "stale", text: `${t("second_differs")} ${this.#shownValue(name)}` }));
    return false;
  }

  #typed(name) {
    const { input } = this.#rows.get(name);
    if (this.#lastTyped !== name) this.#undoable(name);
    this.#lastTyped = name;
    this.#answers[name] = { value: input.value };
    this.#keepHere(name);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#timer = 0; this.#save(name); }, SAVE_AFTER);
    this.#mark(name);
    this.#tell();
  }

  #lastTyped = "";

  #undoable(name) {
    this.dispatchEvent(new CustomEvent("answered", { detail: { name, before: this.#answers[name] ?? null, seen: this.#seen.has(name) } }));
  }

  #answer(name, answer, { undoable = true } = {}) {
    if (undoable) this.#undoable(name);
    this.#lastTyped = "";
    this.#answers[name] = answer;
    this.#keepHere(name);
    this.#save(name);
    this.#mark(name);
  }

  #see(name) {
    this.#seen.add(name);
    this.#mark(name);
    this.#tell();
  }

  #mark(name) {
    const row = this.#rows.get(name);
    if (!row) return;
    row.field.classList.toggle("seen", this.#seen.has(name));
    for (const button of row.answers.querySelectorAll("[data-answer]")) {
      button.setAttribute("aria-pressed", String(this.#answers[name]?.answer === button.dataset.answer));
    }
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("changed"));
  }

  /** A copy in this browser until the server has it: a power cut loses no key. */
  #keepHere(name) {
    localStorage.setItem(`draft ${this.#record.id} ${name}`, JSON.stringify(this.#answers[name]));
  }

  #save(name) {
    const record = this.#record;
    const answer = this.#answers[name] ?? {};
    this.dispatchEvent(new CustomEvent("saving"));
    this.#saving = this.#saving.then(async () => {
      const address = `/records/${record.id}/draft/${name}?version=${record.version}`;
      try {
        const kept = await surely(address, { method: "PUT", json: answer, match: this.#revision });
        this.#revision = kept.revision;
        localStorage.removeItem(`draft ${record.id} ${name}`);
        this.dispatchEvent(new CustomEvent("saved"));
      } catch (error) {
        if (error instanceof Problem && error.code === "conflict") {
          this.#revision = (await surely(`/records/${record.id}/draft`)).revision;
          if (this.#record === record) this.#save(name);
        } else this.dispatchEvent(new CustomEvent("problem", { detail: error }));
      }
    });
  }

  /** Nothing here rewrites the focused input or stops Backspace; Enter acts only when no input method is composing. */
  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && event.ctrlKey) return; // the page confirms
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      if (event.shiftKey) this.next(-1);
      else this.accept();
    } else if (event.ctrlKey && !event.altKey && !event.shiftKey && event.code === "KeyD") {
      event.preventDefault();
      this.same();
    } else if (event.altKey && !event.ctrlKey && event.code === "KeyB") {
      event.preventDefault();
      if (this.chosen) this.#missing(this.chosen, "blank");
    } else if (event.altKey && !event.ctrlKey && event.code === "KeyI") {
      event.preventDefault();
      if (this.chosen) this.#missing(this.chosen, "illegible");
    }
  }
}

customElements.define("paper-fields", PaperFields);
export { Away };
