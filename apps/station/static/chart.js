// Bars by month, drawn as SVG: no script of others, no style that the content policy forbids. A table beside it tells the same.
import { make, t } from "./api.js";
import { month as written } from "./written.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640, HEIGHT = 200, LEFT = 40, BOTTOM = 24, TOP = 10;

function draw(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Rows of the report → month → sums of the figures.
export function byMonth(rows, names) {
  const months = new Map();
  for (const row of rows) {
    const sums = months.get(row.month) ?? Object.fromEntries(names.map((name) => [name, 0]));
    for (const name of names) sums[name] += row[name];
    months.set(row.month, sums);
  }
  return [...months].sort(([one], [other]) => (one < other ? -1 : 1));
}

export function bars(rows, names) {
  const months = byMonth(rows, names);
  if (!months.length) return make("p", { text: t("nothing_counted") });
  const most = Math.max(1, ...months.flatMap(([, sums]) => names.map((name) => sums[name])));
  const chart = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "chart" });
  chart.setAttribute("aria-label", months.map(([month, sums]) => `${written(month)}: ${names.map((name) => `${t(name)} ${sums[name]}`).join(", ")}`).join("; "));
  const room = (WIDTH - LEFT) / months.length, bar = Math.min(36, (room * 0.8) / names.length);
  const high = (count) => ((HEIGHT - TOP - BOTTOM) * count) / most;
  for (const count of new Set([0, Math.round(most / 2), most])) {
    const y = HEIGHT - BOTTOM - high(count);
    chart.append(draw("line", { x1: LEFT, x2: WIDTH, y1: y, y2: y, class: "grid" }), draw("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, String(count)));
  }
  months.forEach(([month, sums], place) => {
    const start = LEFT + room * place + (room - bar * names.length) / 2;
    names.forEach((name, number) => {
      const tall = high(sums[name]);
      chart.append(draw("rect", { x: start + bar * number, y: HEIGHT - BOTTOM - tall, width: Math.max(1, bar - 2), height: tall, class: `bar-${number}` }, draw("title", {}, `${written(month)} · ${t(name)}: ${sums[name]}`)));
    });
    chart.append(draw("text", { x: LEFT + room * (place + 0.5), y: HEIGHT - 8, "text-anchor": "middle" }, written(month)));
  });
  return chart;
}
