/** Small plots, drawn by DOM: columns over days, bars by name. Each has its numbers in words, too. */

import { h, s } from "../dom.js";

const HEIGHT = 100; // of the drawing, which is stretched to its place
const STEP = 10; // from column to column
const GAP = 1.5; // beside each
const LEAST = 2; // of what is not nothing

/**
 * @typedef {object} Column
 * @property {string} label what it stands for: a day, a name
 * @property {number} value 0 or more
 */

/**
 * Columns side by side, the first and the last one named.
 * @param {string} title
 * @param {readonly Column[]} columns at least one
 * @param {(value: number) => string} format
 * @returns {HTMLElement}
 */
export function columnPlot(title, columns, format) {
  const most = Math.max(...columns.map((one) => one.value));
  const box = `0 0 ${STEP * columns.length} ${HEIGHT}`;
  const shapes = columns.map((one, at) => column(one, at, most, format));
  return h(
    "figure",
    { class: "plot-figure" },
    h("figcaption", { class: "row spread" }, h("span", null, title), h("span", { class: "muted number", "aria-hidden": "true" }, format(most))),
    s("svg", { class: "plot", viewBox: box, preserveAspectRatio: "none", "aria-hidden": "true" }, shapes),
    h("div", { class: "row spread muted small", "aria-hidden": "true" }, h("span", null, columns[0].label), h("span", null, columns[columns.length - 1].label)),
    inWords(title, columns, format),
  );
}

/**
 * A bar a name, the largest as wide as the place; names and numbers are read beside them.
 * @param {string} title
 * @param {readonly Column[]} bars
 * @param {(value: number) => string} format
 * @returns {HTMLElement}
 */
export function barPlot(title, bars, format) {
  const most = Math.max(...bars.map((one) => one.value), Number.MIN_VALUE);
  const rows = bars.map((one) =>
    h(
      "tr",
      null,
      h("th", { scope: "row" }, one.label),
      h("td", null, h("span", { class: "plot-strip", vars: { "--part": one.value / most } })),
      h("td", { class: "number" }, format(one.value)),
    ),
  );
  return h("table", { class: "plot-bars" }, h("caption", null, title), h("tbody", null, rows));
}

/** @param {Column} one @param {number} at @param {number} most @param {(value: number) => string} format */
function column(one, at, most, format) {
  const tall = one.value > 0 ? Math.max(LEAST, (one.value / most) * HEIGHT) : 0;
  return s(
    "g",
    { class: "plot-column" },
    s("title", null, `${one.label}: ${format(one.value)}`),
    s("rect", { class: "plot-room", x: at * STEP, y: 0, width: STEP, height: HEIGHT }),
    s("rect", { class: "plot-bar", x: at * STEP + GAP, y: HEIGHT - tall, width: STEP - 2 * GAP, height: tall }),
  );
}

/** @param {string} title @param {readonly Column[]} columns @param {(value: number) => string} format */
function inWords(title, columns, format) {
  const items = columns.filter((one) => one.value > 0).map((one) => h("li", null, `${one.label}: ${format(one.value)}`));
  return h("ul", { class: "visually-hidden", "aria-label": title }, items);
}
