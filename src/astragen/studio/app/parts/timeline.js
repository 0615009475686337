/** The stages of a film against its deadline: a lane for each part of the crew, drawn as an editor draws tracks. */

import { h, icon, replace } from "../dom.js";
import { clock, duration, number, t } from "../words.js";

/** @typedef {import("../film/history.js").History} History */
/** @typedef {import("../film/history.js").Stage} Stage */

/** @type {Readonly<Record<string, readonly string[]>>} */
const LANES = {
  story: ["write", "translate"],
  voice: ["narrate"],
  pictures: ["generate", "shoot"],
  shots: ["render", "join"],
  sound: ["compose", "ambience", "foley", "mix", "sound"],
  finish: ["poster", "mux"],
};
const LANE_ICONS = { story: "script", voice: "voice", pictures: "picture", shots: "clip", sound: "music", finish: "films" };
const LEAST_S = 20; // that are shown of a film without a deadline
const ROOM = 1.08; // beyond what is shown, so that its end is seen

/** @typedef {keyof typeof LANE_ICONS} Lane */

/** @type {ReadonlyMap<string, Lane>} */
const LANE_OF = new Map(Object.entries(LANES).flatMap(([lane, stages]) => stages.map((stage) => [stage, /** @type {Lane} */ (lane)])));

/**
 * The lane of *stage*; what we do not know finishes the film.
 * @param {string} stage
 * @returns {Lane}
 */
export function laneOf(stage) {
  return LANE_OF.get(stage) ?? "finish";
}

/**
 * @param {number | null} deadlineS
 * @returns {{element: HTMLElement, show: (history: History, elapsedS: number) => void}}
 */
export function timeline(deadlineS) {
  const rows = Object.keys(LANES).map((name) => lane(/** @type {Lane} */ (name)));
  const now = h("div", { class: "timeline-now", "aria-hidden": "true" });
  const deadline = deadlineS !== null && h("div", { class: "timeline-deadline", "aria-hidden": "true" });
  const scale = h("div", { class: "timeline-scale muted small number", "aria-hidden": "true" });
  const element = h(
    "figure",
    { class: "timeline" },
    h("figcaption", { class: "visually-hidden" }, t("film.timeline")),
    h("div", { class: "timeline-lanes" }, h("ul", { class: "timeline-list" }, rows.map((one) => one.element)), h("div", { class: "timeline-over" }, deadline, now)),
    scale,
  );
  let ticks = "";
  return {
    element,
    show(history, elapsedS) {
      const end = Math.max(deadlineS ?? LEAST_S, elapsedS) * ROOM;
      now.style.setProperty("--now", String(Math.min(1, elapsedS / end))); // not on the figure: all of it would be styled anew
      if (deadline) deadline.style.setProperty("--deadline", String((deadlineS ?? 0) / end));
      element.classList.toggle("is-over", !!history.ended);
      for (const row of rows) row.show(history, elapsedS, end);
      const marks = ticksOf(end, deadlineS);
      const said = marks.join();
      if (said === ticks) return;
      ticks = said;
      replace(scale, marks.map(([at, text, kind]) => h("span", { class: kind, vars: { "--at": at } }, text)));
    },
  };
}

/**
 * @param {number} end seconds at the right edge
 * @param {number | null} deadlineS
 * @returns {[number, string, string][]} where, what, of which class
 */
function ticksOf(end, deadlineS) {
  const last = deadlineS === null ? end / ROOM : deadlineS;
  const texts = deadlineS === null ? clock(last) : t("film.deadline", { time: duration(deadlineS) });
  return [[0, clock(0), ""], [last / end / 2, clock(last / 2), ""], [last / end, texts, deadlineS === null ? "" : "timeline-last"]];
}

/** @param {Lane} name */
function lane(name) {
  const bars = h("div", { class: "timeline-track" });
  const state = h("span", { class: "timeline-state number small" });
  const element = h("li", { class: "timeline-lane" }, h("span", { class: "timeline-name" }, icon(LANE_ICONS[name]), h("span", null, t(`film.lane.${name}`))), bars, state);
  /** @type {Map<string, HTMLElement>} */
  const known = new Map();
  let told = "";
  return {
    element,
    /** @param {History} history @param {number} elapsedS @param {number} end */
    show(history, elapsedS, end) {
      const stages = [...history.stages.values()].filter((one) => laneOf(one.name) === name);
      if (!stages.length && known.size) known.clear(), replace(bars); // another attempt
      for (const stage of stages) {
        const bar = known.get(stage.name) ?? bars.appendChild(h("div", { class: "timeline-bar" }));
        known.set(stage.name, bar);
        const stop = stage.endS ?? Math.max(stage.startS, elapsedS);
        bar.style.setProperty("--from", String(stage.startS / end));
        bar.style.setProperty("--to", String(stop / end));
        bar.classList.toggle("is-active", stage.endS === null && !history.ended);
      }
      const said = stateOf(stages, !!history.ended);
      if (said === told) return;
      told = said;
      element.dataset.state = said === "" ? "waits" : said === "done" ? "done" : "active";
      replace(state, said === "done" ? [icon("check"), h("span", { class: "visually-hidden" }, t("film.lane.done"))] : said);
    },
  };
}

/**
 * @param {readonly Stage[]} stages
 * @param {boolean} isEnded
 * @returns {string} "", "done", or how many of how many
 */
function stateOf(stages, isEnded) {
  if (!stages.length) return "";
  const total = stages.reduce((sum, one) => sum + one.total, 0);
  const done = stages.reduce((sum, one) => sum + one.done, 0);
  if (stages.every((one) => one.endS !== null)) return "done";
  return isEnded || total > 1 ? `${number(done)}/${number(total)}` : "…";
}
