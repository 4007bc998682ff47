// One field as it is shown: its name and doubts, the cut-out, the input, and for a doubtful one the answers to choose from.
import { english, make, t } from "./api.js";
import { cutOut } from "./cutout.js";
import { written } from "./written.js";

/**
 * The elements of a field. `shown`: label, value, doubtful, second (typed without seeing what was read), previous (on the paper
 * before), stale (an answer to an older version); `on`: focus, input, right, same, absent(why), take(text), mine(text).
 */
export function fieldRow(record, name, shown, on) {
  const field = record.fields[name];
  const input = make("textarea", { id: `field-${name}`, rows: "1", spellcheck: "false", autocomplete: "off", on: { focus: on.focus, input: () => (GROWS || grow(input), on.input()) } });
  input.value = shown.value;
  const why = [...(shown.stale ? [t("two_values")] : []), ...(shown.doubtful ? doubts(field, shown.second) : [])].join(" · ");
  const label = make("label", { for: input.id }, make("span", { text: shown.label }), why && make("span", { className: "why", text: why }));
  const answers = make("div", { className: "answers" }, ...(shown.stale ? either(shown.stale, on) : []), ...(shown.doubtful ? choices(field, shown, on) : []));
  const meaning = make("p", { className: "meaning", hidden: true, "aria-live": "polite" });
  const element = make("div", { className: why ? "field doubt" : "field", data: { field: name } }, label,
    why && field?.box && make("img", { className: "cut", alt: "", src: cutOut(record.id, field.page, field.box, 200), loading: "lazy" }),
    input,
    meaning,
    shown.stale && make("p", { className: "stale", text: both(written(field?.value), shown.stale) }),
    why && answers);
  return { element, input, answers, meaning, fit: () => GROWS || grow(input) };
}

// The whole value is seen, however long: nobody confirms what is out of sight. Older browsers cannot do it by style alone.
const GROWS = CSS.supports("field-sizing", "content");

function grow(input) {
  if (!input.scrollHeight) return; // not shown yet
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
}

function doubts(field, second) {
  if (second) return [t("second_entry")];
  if (!field) return [t("missing")];
  return english ? field.doubts_en : field.doubts_vi;
}

/** The two values of which one is to be chosen: what somebody else wrote, and what was typed here before. */
function either(mine, on) {
  const button = (text, click) => make("button", { type: "button", text, on: { click } });
  return [
    button(t("keep_theirs"), on.right),
    button(t("take_mine"), () => (mine.answer ? on.absent(mine.answer) : on.mine(mine.value))),
  ];
}

function choices(field, { second, previous }, on) {
  const button = (text, click, more = {}) => make("button", { type: "button", text, on: { click }, ...more });
  const absent = (why, text) => button(t(text), () => on.absent(why), { "aria-pressed": "false", data: { answer: why } });
  const printed = field?.method !== "qr" && field?.method !== "mrz" ? plain(field?.text) : ""; // what a code says is no text to take
  const asRead = !second && printed.toLowerCase() !== plain(written(field?.value)).toLowerCase() ? printed : "";
  return [
    button(t("right_next"), on.right),
    absent("blank", "not_on_paper"),
    absent("illegible", "illegible"),
    previous && button(t("same_as_previous"), on.same, { title: `${previous} (Ctrl+D)` }),
    asRead && button(`${t("as_read")}: ${asRead}`, () => on.take(asRead)),
  ];
}

const plain = (text) => (text ?? "").replaceAll(/\s+/g, " ").trim();

function both(theirs, answer) {
  const mine = answer.value ?? t(answer.answer === "blank" ? "not_on_paper" : "illegible");
  return `${t("theirs")}: ${theirs || "–"} · ${t("mine")}: ${mine}`;
}
