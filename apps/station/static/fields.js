// The fields of one paper: doubtful ones open, sure ones in one line; the officer goes through them by keyboard.
import { english, make, t } from "./api.js";
import { Draft } from "./draft.js";
import { fieldRow } from "./field-row.js";
import { written } from "./written.js";

class PaperFields extends HTMLElement {
  #record = null;
  #draft = null;
  #rows = new Map(); // field → its elements
  #open = []; // fields to be looked at, in order: the doubtful ones, and those that somebody else gave another value meanwhile
  #doubtful = new Set();
  #seen = new Set();
  #insisted = new Set(); // fields of a second entry in which the typed value stays though another was read
  #lastTyped = "";
  previous = {}; // values of the paper before, by field
  seeing = () => true; // whether the picture of the chosen field is there: what cannot be seen is not answered

  connectedCallback() {
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  /** What was typed on a record and is not confirmed yet. */
  draftOf(record) {
    return Draft.of(record, (what, detail) => {
      if (what === "understood" && this.#record?.id === record.id) this.#showMeaning(detail.name);
      this.#tell(what, detail);
    });
  }

  /** Show the fields of a record; the draft comes back, and so does the field that was worked on. Whether there is one to look at. */
  show(record, draft, type, chosen = "") {
    this.#record = record;
    this.#draft = draft;
    this.#seen = new Set(Object.keys(draft.answers));
    this.#insisted = new Set();
    this.#build(type?.fields ?? {}, expected(type, record.fields));
    const first = this.#rows.has(chosen) ? chosen : this.left[0];
    this.#fit();
    if (first) this.choose(first);
    this.#tell("changed");
    return Boolean(first);
  }

  /** Fields that are doubtful and were not looked at yet. */
  get left() { return this.#open.filter((name) => !this.#seen.has(name)); }

  /** What is to be confirmed: changed values, and why others are missing. */
  get given() {
    const values = {};
    const absent = {};
    for (const [name, answer] of Object.entries(this.#draft?.answers ?? {})) {
      if (answer.answer) absent[name] = answer.answer;
      else if (answer.value !== this.#kept(name)) values[name] = answer.value;
    }
    return { values, absent };
  }

  /** Whether there is anything in `given`. */
  get changed() { return Object.values(this.given).some((some) => Object.keys(some).length > 0); }

  /** The values as they stand, by field: typed, or as the record has them. */
  get shown() {
    return Object.fromEntries([...this.#rows.keys()].map((name) => [name, this.#draft.answers[name]?.value ?? this.#kept(name)]).filter(([, value]) => value));
  }

  get chosen() { return this.querySelector(".field.chosen")?.dataset.field ?? ""; }

  /** Wait until every answer is on the server's disk. */
  async saved() { await this.#draft?.saved(); }

  /** The paper is confirmed: its draft is over. */
  forget() { this.#draft?.forget(); }

  choose(name, { keyboard = true } = {}) {
    const row = this.#rows.get(name);
    if (!row) return;
    for (const one of this.querySelectorAll(".field.chosen")) one.classList.remove("chosen");
    row.element.classList.add("chosen");
    const details = row.element.closest("details");
    if (details) details.open = true;
    if (keyboard && document.activeElement !== row.input) row.input.focus({ preventScroll: true });
    row.element.scrollIntoView({ block: "nearest" });
    const field = this.#record.fields[name];
    this.#tell("chosen", { name, page: field?.page ?? null, box: field?.box ?? null });
  }

  /** Put text into the chosen field, as picked on the picture. The only way in which a field that is not being typed in changes. */
  take(text, { add = false } = {}) {
    const row = this.#rows.get(this.chosen);
    if (!row) return;
    row.input.value = add && row.input.value ? `${row.input.value} ${text}` : text;
    this.#typed(this.chosen);
  }

  /** To the next field that is to be looked at, to the button where there is none; back to the one before. */
  next(step = 1) {
    const names = step > 0 || this.#open.length ? this.#open : [...this.#rows.keys()];
    const at = names.indexOf(this.chosen);
    const to = step > 0 ? names.slice(at + 1).find((name) => !this.#seen.has(name)) ?? this.left[0] : names[at - 1];
    if (to && to !== this.chosen) this.choose(to);
    else if (step > 0) this.#tell("through");
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
    if (!seen) this.#seen.delete(name);
    this.#keep(name, before);
    row.input.value = this.#value(name);
    this.choose(name);
    this.#tell("changed");
  }

  /** Answers that were given before the paper was read again stay; a field that it has no more is left out. */
  carry(answers) {
    for (const [name, answer] of Object.entries(answers)) {
      if (!this.#rows.has(name)) continue;
      this.#keep(name, answer);
      this.#rows.get(name).input.value = this.#value(name);
      this.#see(name);
    }
    if (this.#seen.has(this.chosen)) this.next();
  }

  /** The answers as they stand, by field. */
  get answers() { return { ...this.#draft?.answers }; }

  /** The chosen field is right as it stands. */
  accept() {
    const name = this.chosen;
    if (!name) return this.next();
    if (!this.seeing()) return;
    if (this.#draft.secondEntry.has(name) && !this.#agrees(name)) return;
    if (!this.#draft.answers[name]) this.#answer(name, { value: this.#typedIn(name) });
    else if (!this.#seen.has(name)) this.#undoable(name);
    this.#see(name);
    this.next();
  }

  #build(labels, required) {
    const { fields, state } = this.#record;
    const names = [...new Set([...Object.keys(labels), ...Object.keys(fields)])];
    const doubtful = (name) => (fields[name] ? fields[name].doubts_vi.length > 0 || this.#draft.secondEntry.has(name) : required.includes(name));
    this.#doubtful = new Set(state === "unconfirmed" ? names.filter(doubtful) : []);
    this.#open = names.filter((name) => this.#doubtful.has(name) || this.#draft.stale[name]);
    const others = names.filter((name) => !this.#open.includes(name));
    const sure = others.filter((name) => fields[name]);
    const rest = others.filter((name) => !fields[name]);
    this.#rows.clear();
    const row = (name) => this.#row(name, labels[name] ?? name);
    this.replaceChildren(
      make("div", {}, ...this.#open.map(row)),
      make("details", { hidden: !others.length, open: !this.#open.length && state !== "unconfirmed", on: { toggle: () => this.#fit() } },
        make("summary", { text: `${sure.length} ${t("sure_fields")}` }), ...[...sure, ...rest].map(row)));
  }

  #fit() { for (const row of this.#rows.values()) row.fit(); }

  #row(name, label) {
    const chosen = (act) => (...given) => { this.choose(name); act(...given); };
    const row = fieldRow(this.#record, name, {
      label,
      value: this.#value(name),
      doubtful: this.#doubtful.has(name),
      second: this.#draft.secondEntry.has(name),
      previous: this.previous[name],
      stale: this.#draft.stale[name],
    }, {
      focus: () => this.choose(name, { keyboard: false }),
      input: () => this.#typed(name),
      right: chosen(() => this.accept()),
      same: chosen(() => this.same()),
      absent: chosen((why) => this.#absent(why)),
      take: chosen((text) => this.take(text)),
      mine: chosen((text) => {
        this.take(text);
        this.accept();
      }),
    });
    this.#rows.set(name, row);
    this.#mark(name);
    this.#showMeaning(name);
    return row.element;
  }

  /** What was typed as it would be kept, where that is not how it was typed; how to type it, where it is not understood. */
  #showMeaning(name) {
    const { meaning: shown } = this.#rows.get(name) ?? {};
    const told = this.#draft.meaning(name);
    if (!shown) return;
    const kept = written(told?.value);
    const unclear = told && told.value === null;
    shown.hidden = !told || (!unclear && kept === oneLine(this.#draft.answers[name].value));
    shown.className = unclear ? "meaning unclear" : "meaning";
    shown.textContent = !told ? "" : unclear ? `${t("not_understood")} ${english ? told.expected_en : told.expected_vi}` : `${t("understood_as")} ${kept}`;
  }

  #absent(why) {
    const name = this.chosen;
    if (!name || !this.seeing()) return;
    this.#answer(name, { answer: why });
    this.#see(name);
    this.next();
  }

  /** The record's own value, as it is typed. */
  #kept(name) { return written(this.#record.fields[name]?.value); }

  /** What stands in the input: the answer, or the record's value unless that is not to be seen. */
  #value(name) { return this.#draft.answers[name]?.value ?? (this.#draft.secondEntry.has(name) ? "" : this.#kept(name)); }

  /** What stands in the input, on one line. */
  #typedIn(name) { return this.#rows.get(name).input.value.replaceAll(/\s*\n\s*/g, " "); }

  /** Whether what was typed is what was read; where it is not, both are shown once, and the second Enter insists. */
  #agrees(name) {
    const { element, input } = this.#rows.get(name);
    const plain = (text) => text.normalize("NFC").replaceAll(/\s+/g, " ").trim().toLowerCase();
    if (!input.value.trim()) return false;
    if (plain(input.value) === plain(this.#kept(name)) || this.#insisted.has(name)) return true;
    this.#insisted.add(name);
    element.append(make("p", { className: "stale", text: `${t("second_differs")} ${this.#kept(name)}` }));
    return false;
  }

  /** The first key in a field is a step that can be taken back; those after it belong to the same step. */
  #typed(name) {
    if (this.#lastTyped !== name) this.#undoable(name);
    this.#keep(name, { value: this.#typedIn(name) }, { typed: true });
    this.#lastTyped = name;
    this.#tell("changed");
  }

  #answer(name, answer) {
    this.#undoable(name);
    this.#keep(name, answer);
  }

  #undoable(name) {
    this.#tell("answered", { name, before: this.#draft.answers[name] ?? null, seen: this.#seen.has(name) });
  }

  #keep(name, answer, how) {
    this.#lastTyped = "";
    this.#draft.keep(name, answer, how);
    this.#mark(name);
    this.#showMeaning(name);
  }

  #see(name) {
    this.#seen.add(name);
    this.#mark(name);
    this.#tell("changed");
  }

  #mark(name) {
    const row = this.#rows.get(name);
    row.element.classList.toggle("seen", this.#seen.has(name));
    for (const button of row.answers.querySelectorAll("[data-answer]")) {
      button.setAttribute("aria-pressed", String(this.#draft.answers[name]?.answer === button.dataset.answer));
    }
  }

  #tell(what, detail) { this.dispatchEvent(new CustomEvent(what, { detail })); }

  /** Nothing here rewrites the focused input or stops Backspace; Enter acts only when no input method is composing. */
  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && event.ctrlKey) return; // the page confirms
    const { ctrlKey, altKey, shiftKey, code } = event;
    let act = null;
    if (event.key === "Enter" && event.target instanceof HTMLTextAreaElement) act = () => (shiftKey ? this.next(-1) : this.accept());
    else if (ctrlKey && !altKey && !shiftKey && code === "KeyD") act = () => this.same();
    else if (altKey && !ctrlKey && code === "KeyB") act = () => this.#absent("blank");
    else if (altKey && !ctrlKey && code === "KeyI") act = () => this.#absent("illegible");
    if (!act) return;
    event.preventDefault();
    act();
  }
}

const oneLine = (text) => (text ?? "").normalize("NFC").replaceAll(/\s+/g, " ").trim();

/** Fields that should be there: the required ones, and those that are printed beside one that was found. */
function expected(type, fields) {
  const found = (group) => group.some((name) => (fields[name]?.value ?? null) !== null);
  return [...(type?.required ?? []), ...(type?.together ?? []).filter(found).flat()];
}

customElements.define("paper-fields", PaperFields);
