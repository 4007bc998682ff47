// The page's picture: stays put while fields scroll; the chosen field is ringed and centred; zoom, turn, draw, click words.
import { api, make, surely, t } from "./api.js";

const DPI = 150;
const SHARP = 300;

const pictureOf = (id, page, dpi) => `/records/${id}/pages/${page}.webp?dpi=${dpi}`;
const previewOf = (job) => `/jobs/${job}/page.webp`; // made at DPI

class PageViewer extends HTMLElement {
  #stage = make("div", { className: "stage" });
  #image = make("img", { alt: "" });
  #ring = make("div", { className: "ring", hidden: true });
  #drawn = make("div", { className: "drawn", hidden: true });
  #words = make("div");
  #empty = make("p", { className: "empty" });
  #shown = null; // { id, page }
  #scale = 1; // pixels of the picture for a pixel of the page
  #size = [0, 0]; // of the page's picture at DPI
  #view = { x: 0, y: 0, zoom: 1 };
  #turns = 0;
  #upright = 0; // quarter turns by which the page was turned to be read
  #box = null;
  #sharp = false;
  #ready = false;
  #expected = null; // { address, answer } of the page that is shown next
  #preview = ""; // key of the scan that is shown while it is read
  #note = make("p", { className: "note", hidden: true });

  connectedCallback() {
    this.tabIndex = -1;
    this.#empty.textContent = this.dataset.empty ?? "";
    this.#stage.append(this.#image, this.#words, this.#ring, this.#drawn);
    this.append(this.#stage, this.#empty, this.#note);
    this.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.addEventListener("pointerdown", (event) => this.#press(event));
    new ResizeObserver(() => !this.#stage.hidden && this.#place()).observe(this);
  }

  get shown() { return this.#shown; }

  /** Whether the picture of the page is there to be looked at. */
  get ready() { return this.#ready; }

  /** Key of the scan that is shown while it is read; else empty. */
  get previewed() { return this.#preview; }

  #wait(loading) {
    this.#ready = !loading && this.#shown !== null;
    if (loading) this.setAttribute("aria-busy", "true");
    else this.removeAttribute("aria-busy");
  }

  /** Show no page. */
  clear() {
    this.#shown = null;
    this.#unpreview();
    this.#wait(false);
    this.#stage.hidden = true;
  }

  /** Show the first page of a scan while it is read, only to be looked at; an empty key: no longer. */
  async preview(job) {
    if (this.#shown || this.#preview === job) return;
    if (!job) return this.show(null);
    this.#preview = job;
    const answer = await api(previewOf(job), { raw: true }).catch(() => null); // none: it is shown when it is read
    if (!answer || !(await this.#put(answer, DPI, () => !this.#shown && this.#preview === job))) return;
    this.#stage.hidden = false;
    this.#empty.hidden = true;
    this.#note.hidden = false;
    this.#note.textContent = t("reading_note");
    this.#ring.hidden = true;
    this.#words.replaceChildren();
    this.#fit();
  }

  #unpreview() {
    this.#preview = "";
    this.#note.hidden = true;
  }

  /** Ask for the picture of a page that is shown soon. */
  expect(id, page) {
    const address = pictureOf(id, page, DPI);
    if (this.#shown?.id !== id && this.#expected?.address !== address) this.#expected = { address, answer: surely(address, { raw: true }).catch((error) => error) };
  }

  /** The answer with a picture: the one that was asked for already, else a new one. */
  async #picture(address) {
    const expected = this.#expected?.address === address ? await this.#expected.answer : null;
    if (expected) this.#expected = null;
    return expected && !(expected instanceof Error) ? expected : surely(address, { raw: true });
  }

  /** Show a page (number of the scan) of a document; nothing when there is none. */
  async show(id, page) {
    if (this.#shown?.id === id && this.#shown.page === page) return;
    this.#shown = id ? { id, page } : null;
    this.#unpreview();
    this.#box = null;
    this.#sharp = false;
    this.#wait(Boolean(id));
    this.#words.replaceChildren();
    this.#stage.hidden ||= !id;
    this.#empty.hidden = !this.#stage.hidden;
    this.#empty.textContent = id ? t("opening") : this.dataset.empty ?? "";
    if (!id) return;
    await this.#load(DPI);
    if (this.#shown?.id !== id || this.#shown.page !== page) return;
    this.#stage.hidden = false;
    this.#empty.hidden = true;
    this.#wait(false);
    this.#fit();
    this.dispatchEvent(new CustomEvent("ready"));
    this.#loadWords(id, page);
  }

  /** Ring a box (pixels of the page) and bring it to the middle; null rings nothing. */
  focusOn(box) {
    this.#box = box;
    if (box) this.#center(box);
    this.#place();
  }

  zoom(factor) {
    const [width, height] = [this.clientWidth / 2, this.clientHeight / 2];
    this.#zoomAt(factor, width, height);
  }

  turn() {
    if (!this.#shown) return;
    this.#turns = (this.#turns + 1) % 4;
    this.#fit();
  }

  /** Quarter turns that somebody gave the page beyond how it was read: {page, turns, before}; null for none. */
  get turned() {
    return this.#shown && this.#turns !== this.#upright ? { page: this.#shown.page, turns: this.#turns, before: this.#upright } : null;
  }

  fit() {
    this.#fit();
  }

  async #load(dpi) {
    const { id, page } = this.#shown;
    const there = await this.#put(await this.#picture(pictureOf(id, page, dpi)), dpi, () => this.#shown?.id === id && this.#shown.page === page);
    if (there) this.#image.alt = `${t("picture_of")}, ${t("page")} ${page}`;
  }

  /** Put the picture of an answer on the stage, unless something else is to be shown by now; whether it is there. */
  async #put(answer, dpi, wanted) {
    const scale = Number(answer.headers.get("Sohoa-Scale"));
    const turns = Number(answer.headers.get("Sohoa-Turns"));
    const address = URL.createObjectURL(await answer.blob());
    const image = new Image();
    image.src = address;
    await image.decode().catch(() => {});
    if (!wanted()) {
      URL.revokeObjectURL(address);
      return false;
    }
    if (dpi === DPI) {
      this.#scale = scale;
      this.#turns = this.#upright = turns;
      this.#size = [image.naturalWidth, image.naturalHeight];
    }
    URL.revokeObjectURL(this.#image.src);
    this.#image.src = address;
    this.#image.alt = t("picture_of");
    this.#image.width = this.#size[0];
    this.#image.height = this.#size[1];
    return true;
  }

  async #loadWords(id, page) {
    const words = await api(`/records/${id}/pages/${page}/words`).catch(() => []);
    if (this.#shown?.id !== id || this.#shown.page !== page) return;
    this.#words.replaceChildren(...words.map((word) => {
      const made = make("span", { className: "word", title: word.text });
      made.word = word;
      this.#lay(made, word.box, 1);
      return made;
    }));
  }

  #lay(element, box, margin = 6) {
    const [left, top, right, bottom] = box.map((value) => value * this.#scale);
    element.style.left = `${left - margin}px`;
    element.style.top = `${top - margin}px`;
    element.style.width = `${right - left + 2 * margin}px`;
    element.style.height = `${bottom - top + 2 * margin}px`;
  }

  #fit() {
    const [width, height] = this.#turned();
    const zoom = Math.min((this.clientWidth - 24) / width, (this.clientHeight - 24) / height);
    this.#view = { zoom, x: (this.clientWidth - width * zoom) / 2, y: (this.clientHeight - height * zoom) / 2 };
    this.#place();
  }

  #turned() {
    const [width, height] = this.#size;
    return this.#turns % 2 ? [height, width] : [width, height];
  }

  /** Where a point of the unturned picture lies once it is turned. */
  #point(x, y) {
    const [width, height] = this.#size;
    return [[x, y], [height - y, x], [width - x, height - y], [y, width - x]][this.#turns];
  }

  #center(box) {
    const [left, top, right, bottom] = box.map((value) => value * this.#scale);
    const [wide, high] = this.#turns % 2 ? [bottom - top, right - left] : [right - left, bottom - top];
    const fitting = Math.min(this.clientWidth / (wide + 360), this.clientHeight / (high + 240));
    const whole = (this.clientWidth - 24) / this.#turned()[0];
    const zoom = Math.max(Math.min(fitting, 2.2), Math.min(whole, fitting));
    const [x, y] = this.#point((left + right) / 2, (top + bottom) / 2);
    this.#view = { zoom, x: this.clientWidth / 2 - x * zoom, y: this.clientHeight / 2 - y * zoom };
    this.#stage.classList.add("moving");
    setTimeout(() => this.#stage.classList.remove("moving"), 200);
  }

  #place() {
    const { x, y, zoom } = this.#view;
    const [width, height] = this.#size;
    const moved = [[0, 0], [height, 0], [width, height], [0, width]][this.#turns];
    this.#stage.style.transform = `translate(${x}px, ${y}px) scale(${zoom}) translate(${moved[0]}px, ${moved[1]}px) rotate(${this.#turns * 90}deg)`;
    this.#ring.hidden = !this.#box;
    if (this.#box) this.#lay(this.#ring, this.#box);
    if (zoom > 1.3 && !this.#sharp && this.#shown) {
      this.#sharp = true;
      this.#load(SHARP).catch(() => {});
    }
  }

  #wheel(event) {
    event.preventDefault();
    const { left, top } = this.getBoundingClientRect();
    if (event.ctrlKey || !event.shiftKey) this.#zoomAt(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - left, event.clientY - top);
  }

  #zoomAt(factor, x, y) {
    const zoom = Math.min(Math.max(this.#view.zoom * factor, 0.1), 6);
    const ratio = zoom / this.#view.zoom;
    this.#view = { zoom, x: x - (x - this.#view.x) * ratio, y: y - (y - this.#view.y) * ratio };
    this.#place();
  }

  /** A press on a word takes it; a drawn rectangle is read again; with the middle button or Shift the page is moved. */
  #press(event) {
    if (!this.#shown) return;
    const moving = event.button === 1 || event.shiftKey;
    const start = this.#onPage(event);
    const began = { ...this.#view, cx: event.clientX, cy: event.clientY };
    this.setPointerCapture(event.pointerId);
    event.preventDefault(); // the focus stays in the field
    const move = (to) => {
      if (moving) {
        this.#view = { zoom: began.zoom, x: began.x + to.clientX - began.cx, y: began.y + to.clientY - began.cy };
        return this.#place();
      }
      this.#drawn.hidden = false;
      this.#lay(this.#drawn, this.#rectangle(start, this.#onPage(to)), 0);
    };
    const end = (to) => {
      this.removeEventListener("pointermove", move);
      this.removeEventListener("pointerup", end);
      this.removeEventListener("pointercancel", end);
      this.#drawn.hidden = true;
      if (moving || to.type === "pointercancel") return;
      const box = this.#rectangle(start, this.#onPage(to));
      const small = Math.hypot(to.clientX - began.cx, to.clientY - began.cy) < 6;
      const word = small && document.elementsFromPoint(to.clientX, to.clientY).find((one) => one.word)?.word;
      if (word) this.dispatchEvent(new CustomEvent("word", { detail: word }));
      else if (!small) this.dispatchEvent(new CustomEvent("region", { detail: { ...this.#shown, box } }));
    };
    this.addEventListener("pointermove", move);
    this.addEventListener("pointerup", end);
    this.addEventListener("pointercancel", end);
  }

  #rectangle([ax, ay], [bx, by]) {
    return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)].map(Math.round);
  }

  /** Pixels of the page under the pointer. */
  #onPage(event) {
    const { left, top } = this.getBoundingClientRect();
    const { x, y, zoom } = this.#view;
    const [width, height] = this.#size;
    const [px, py] = [(event.clientX - left - x) / zoom, (event.clientY - top - y) / zoom];
    const [ux, uy] = [[px, py], [py, height - px], [width - px, height - py], [width - py, px]][this.#turns];
    return [Math.min(Math.max(ux, 0), width) / this.#scale, Math.min(Math.max(uy, 0), height) / this.#scale];
  }
}

customElements.define("page-viewer", PageViewer);
