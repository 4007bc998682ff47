// How days, moments and values are written for people.
import { t } from "./api.js";

const turned = (iso) => iso.split("-").reverse().join("/");

/** 2020-03-05 as people write it. */
export const day = (iso) => (/^\d{4}-\d{2}-\d{2}/.test(iso ?? "") ? turned(iso.slice(0, 10)) : iso ?? "");

/** Day and time, from ISO 8601 or from milliseconds. */
export function moment(time) {
  const at = new Date(time);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())} ${two(at.getDate())}/${two(at.getMonth() + 1)}/${at.getFullYear()}`;
}

/** How many fields are to be looked at. */
export const toCheck = (count) => `${count} ${t(count === 1 ? "to_check_one" : "to_check")}`;

/** A month, 2020-03, as people write it. */
export const month = (iso) => iso.split("-").reverse().join("/");

/** A day as people type it (3/5/2020, 03-05-20) as 2020-05-03; "" for nothing, null for what is no day. */
export function typedDay(text) {
  const typed = text.trim();
  if (!typed) return "";
  const [, date, month, year] = /^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})$/.exec(typed) ?? [];
  if (!year) return null;
  const iso = `${year.padStart(4, "20")}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  const there = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(there.valueOf()) && there.toISOString().startsWith(iso) ? iso : null;
}

/** The same for a day to come, of which people type day and month alone: the next one. */
export function comingDay(text) {
  const year = Number(today().slice(0, 4));
  const bare = text.trim().replace(/[/.\-]$/, "");
  const days = [year, year + 1].map((one) => typedDay(`${bare}/${one}`)).filter((one) => one >= today());
  return typedDay(text) ?? days[0] ?? null;
}

/** Today, where this browser stands, as 2020-05-03. */
export function today() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** How an appointed day stands to today: [look, words]; null for none. */
export function deadline(due) {
  if (!due) return null;
  const days = Math.round((Date.parse(due) - Date.parse(today())) / 86_400_000);
  if (days < 0) return ["late", t(days === -1 ? "due_late_one" : "due_late").replace("%", -days)];
  if (days === 0) return ["soon", t("due_today")];
  if (days === 1) return ["soon", t("due_tomorrow")];
  return ["", t("due_in").replace("%", days)];
}

/** A field's value as it is typed: a comma before decimals, day before month; nothing for none. */
export function written(value) {
  if (Array.isArray(value)) return value.join("; ");
  if (typeof value === "number") return String(value).replace(".", ",");
  const text = String(value ?? "");
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return turned(text);
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})$/.exec(text) ?? [];
  return date ? `${time} ${turned(date)}` : text;
}
