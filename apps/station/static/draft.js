// The answers to a paper's fields until they are confirmed: kept in this browser at every key, and by the server soon after.
import { api, surely } from "./api.js";
import { draftOf, keep, keysOf } from "./kept.js";
import { written } from "./written.js";

const SAVE_AFTER = 400; // ms without a key

export class Draft {
  #record;
  #revision;
  #tell; // "saving", "saved", "unsaved", "understood" with the field, or "problem" with the error
  #typing = ""; // the field whose keys were not sent yet
  #timer = 0;
  #saving = Promise.resolve();
  answers; // field → {value} or {answer}
  stale; // the same, given to an older version of the record, where this one says something else
  secondEntry; // fields that are typed without seeing what was read
  #understood; // field → what was typed there, and what it means

  constructor(record, kept, tell) {
    this.#record = record;
    this.#revision = kept.revision;
    this.#tell = tell;
    this.secondEntry = new Set(kept.second_entry);
    const current = kept.version === record.version;
    this.#understood = new Map();
    if (current) for (const name of Object.keys(kept.understood ?? {})) this.#understand(name, kept.answers[name], kept.understood);
    this.answers = current ? kept.answers : {};
    this.stale = current ? {} : kept.answers;
    this.#recover();
    this.#compare();
  }

  /** The draft of a record, as the server has it. */
  static async of(record, tell) {
    return new Draft(record, await surely(`/records/${record.id}/draft`), tell);
  }

  /** Keep an answer; null forgets it. While it is `typed`, the server is told when the keys pause. */
  keep(name, answer, { typed = false } = {}) {
    if (this.#typing !== name) this.#flush();
    this.#put(name, answer);
    keep(this.#key(name), JSON.stringify({ version: this.#record.version, answer }));
    clearTimeout(this.#timer);
    this.#typing = name;
    if (typed) this.#timer = setTimeout(() => this.#flush(), SAVE_AFTER);
    else this.#flush();
  }

  /** What the text of an answer means, as the server told; undefined where it was not asked yet, or the text changed since. */
  meaning(name) {
    const told = this.#understood.get(name);
    return told && told.text === this.answers[name]?.value ? told.meaning : undefined;
  }

  #understand(name, answer, understood) {
    this.#understood.set(name, { text: answer?.value, meaning: understood?.[name] });
  }

  /** Wait until every answer is on the server's disk. */
  async saved() {
    this.#flush();
    await this.#saving;
  }

  #key(name) { return draftOf(this.#record.id, name); }

  #put(name, answer) {
    if (answer) this.answers[name] = answer;
    else delete this.answers[name];
  }

  /** Take what never reached the server before the page was closed or the power failed. */
  #recover() {
    const start = this.#key("");
    for (const key of keysOf(start)) {
      const name = key.slice(start.length);
      const { version, answer } = JSON.parse(localStorage.getItem(key)) ?? {};
      if (version === this.#record.version) {
        this.#put(name, answer);
        this.#send(name);
      } else if (answer) this.stale[name] ??= answer;
      else localStorage.removeItem(key);
    }
  }

  /** What an older version was given waits here until the officer has decided, however often the page is opened; what the record says by now does not. */
  #compare() {
    for (const [name, answer] of Object.entries(this.stale)) {
      const now = written(this.#record.fields[name]?.value);
      if (name in this.answers || (answer.value ?? "") === now) {
        delete this.stale[name];
        if (!(name in this.answers)) localStorage.removeItem(this.#key(name));
      } else keep(this.#key(name), JSON.stringify({ version: 0, answer }));
    }
  }

  /** The paper is confirmed: nothing of what was typed on it stays in this browser. */
  forget() {
    for (const key of keysOf(this.#key(""))) localStorage.removeItem(key);
  }

  #flush() {
    clearTimeout(this.#timer);
    const name = this.#typing;
    this.#typing = "";
    if (name) this.#send(name);
  }

  #send(name) {
    const answer = this.answers[name];
    this.#tell("saving");
    this.#saving = this.#saving.then(() => this.#write(name, answer)).catch((error) => {
      this.#tell("unsaved");
      this.#tell("problem", error);
    });
  }

  async #write(name, answer) {
    const { id, version } = this.#record;
    const address = `/records/${id}/draft/${name}?version=${version}`;
    for (let written = false; !written;) {
      try {
        const kept = await surely(address, { method: "PUT", json: answer ?? {}, match: this.#revision });
        this.#revision = kept.revision;
        this.#understand(name, answer, kept.understood);
        written = true;
      } catch (error) {
        if (error.code !== "conflict") throw error;
        this.#revision = (await surely(`/records/${id}/draft`)).revision;
      }
    }
    if (this.answers[name] === answer) localStorage.removeItem(this.#key(name)); // else newer keys wait to be sent
    this.#tell("understood", { name });
    this.#tell("saved");
  }
}
