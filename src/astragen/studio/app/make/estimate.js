/** What the film will take, in a line, and what that is made of for who asks. Start at `estimate`. */

import { h, icon, replace } from "../dom.js";
import { count, duration, has, money, number, t } from "../words.js";

/** @typedef {import("./foretelling.js").Forecast} Forecast */

/** What a deadline costs a film, as the service words it. @type {readonly [RegExp, string][]} */
const GIVEN_UP = [
  [/^bloom and grain$/, "make.given-up.grain"],
  [/^(\d+) lines for (\d+)$/, "make.given-up.lines"],
  [/^(\d+) shots for (\d+)$/, "make.given-up.shots"],
];

/**
 * @param {() => void} onWrong the person asks what is wrong
 * @returns {{element: HTMLElement, parts: HTMLElement, show: (forecast: Forecast | null) => void, wait: () => void, clear: () => void, refuse: () => void}}
 *   *parts*: what it is made of; *refuse*: nothing can be foretold, as some field is wrong, which may be out of sight
 */
export function estimate(onWrong) {
  const element = h("p", { class: "make-estimate", role: "status" });
  const parts = h("details", { class: "make-parts", hidden: true }, h("summary", null, t("make.parts")), h("div", { class: "make-parts-body" }));
  const body = /** @type {HTMLElement} */ (parts.lastElementChild);
  const clear = () => {
    element.removeAttribute("aria-busy");
    element.replaceChildren();
    parts.hidden = true;
  };
  return {
    element,
    parts,
    clear,
    refuse() {
      clear();
      replace(element, h("button", { class: "chip bad", type: "button", onclick: onWrong }, icon("warning"), t("make.estimate.wrong")));
    },
    wait: () => element.setAttribute("aria-busy", "true"),
    show(forecast) {
      clear();
      if (!forecast) return replace(element, t("make.estimate.none"));
      replace(element, lineOf(forecast));
      replace(body, stages(forecast), facts(forecast));
      parts.hidden = false;
    },
  };
}

/** @param {Forecast} forecast */
function lineOf({ wall_s, cost_usd, deadline_s, shots }) {
  const isLate = deadline_s !== null && wall_s > deadline_s;
  return [
    h("span", { class: "make-fact" }, icon("time"), h("b", null, t("make.estimate.time", { time: duration(wall_s) }))),
    h("span", { class: "make-fact" }, icon("film"), count("make.estimate.shots", shots)),
    h("span", { class: "make-fact" }, icon("money"), cost_usd > 0 ? t("make.estimate.cost", { usd: money(cost_usd) }) : t("make.estimate.free")),
    isLate && h("span", { class: "make-fact warn" }, icon("warning"), t("make.estimate.late", { time: duration(deadline_s) })),
  ];
}

/** Seconds of each stage, as strips. @param {Forecast} forecast */
function stages(forecast) {
  const longest = Math.max(...forecast.stages.map((one) => one.seconds), 0.1);
  const row = (/** @type {import("./foretelling.js").Stage} */ one) => {
    const key = `make.stage.${one.name}`;
    return h(
      "tr",
      null,
      h("th", { scope: "row" }, has(key) ? t(key) : one.name),
      h("td", null, h("span", { class: "plot-strip", vars: { "--part": one.seconds / longest } })),
      h("td", { class: "number" }, number(one.seconds, { style: "unit", unit: "second", unitDisplay: "short", maximumFractionDigits: 1 })),
      h("td", { class: "number" }, one.cost_usd > 0 ? money(one.cost_usd) : ""),
    );
  };
  return h("table", { class: "plot-bars" }, h("caption", null, t("make.parts.stages")), h("tbody", null, forecast.stages.filter((one) => one.seconds > 0 || one.cost_usd > 0).map(row)));
}

/** @param {Forecast} forecast */
function facts(forecast) {
  const { seconds, asked_s, width, height, fps, writer, artists, given_up, cost_usd, max_cost_usd } = forecast;
  const length = Math.abs(seconds - asked_s) < 1 ? duration(seconds) : t("make.parts.length", { seconds: duration(seconds), asked: duration(asked_s) });
  const who = [writer, ...artists].filter(Boolean);
  return h(
    "dl",
    { class: "make-facts" },
    fact("make.parts.film", `${length}, ${width} × ${height}, ${t("make.parts.fps", { fps })}`),
    fact("make.parts.who", who.length > 0 ? who.join(", ") : t("make.crew.builtin")),
    fact("make.parts.money", t("make.parts.money.value", { usd: money(cost_usd), limit: money(max_cost_usd) })),
    given_up.length > 0 && fact("make.parts.given-up", given_up.map(told).join(", ")),
    fact("make.parts.honest", t("make.parts.honest.value")),
  );
}

/** @param {string} key @param {string} value */
function fact(key, value) {
  return h("div", null, h("dt", null, t(key)), h("dd", null, value));
}

/** @param {string} said */
function told(said) {
  for (const [pattern, key] of GIVEN_UP) {
    const found = pattern.exec(said);
    if (found) return t(key, { from: found[1] ?? "", to: found[2] ?? "" });
  }
  return said;
}
