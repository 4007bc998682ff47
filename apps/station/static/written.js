// How days, moments and values are written for people.

const turned = (iso) => iso.split("-").reverse().join("/");

/** 2020-03-05 as people write it. */
export const day = (iso) => (/^\d{4}-\d{2}-\d{2}/.test(iso ?? "") ? turned(iso.slice(0, 10)) : iso ?? "");

/** Day and time, from ISO 8601 or from milliseconds. */
export const moment = (time) => new Date(time).toLocaleString("vi-VN", { dateStyle: "short", timeStyle: "short" });

/** A field's value as it is typed; nothing for none. */
export function written(value) {
  if (Array.isArray(value)) return value.join("; ");
  const text = String(value ?? "");
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? turned(text) : text;
}
