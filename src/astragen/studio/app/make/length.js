/** The length of the film: a slider with finer steps where films are short, in words that people say. */

import { h } from "../dom.js";
import { duration, t } from "../words.js";
import { lengths } from "./order.js";
import { part } from "./pictured.js";

const USUAL_RANGE = { minimum: 5, maximum: 600 }; // until the service has told its own
const MARKS = [15, 30, 60, 180, 600];

/**
 * @param {import("./making.js").Making} making
 * @param {import("./fields.js").Fields} fields
 * @returns {{element: HTMLElement, limit: (range: {minimum: number, maximum: number}) => void}}
 */
export function lengthPart(making, fields) {
  let steps = lengths(USUAL_RANGE.minimum, USUAL_RANGE.maximum);
  const shown = h("output", { class: "make-length", for: "make-seconds", "aria-hidden": "true" }); // the slider tells it itself
  const slider = h("input", { id: "make-seconds", type: "range", min: 0, step: 1, "aria-label": t("make.seconds") });
  const marks = h("div", { class: "make-marks", role: "group", "aria-label": t("make.seconds.marks") });
  const show = () => {
    const seconds = making.chosen("seconds");
    const hasBoard = making.draft().board !== null;
    slider.min = hasBoard ? "-1" : "0"; // before the shortest: as the storyboard has it
    slider.max = String(steps.length - 1);
    slider.value = String(seconds === "" ? -1 : nearest(steps, seconds));
    const text = seconds === "" ? t("make.as-board") : duration(seconds);
    slider.setAttribute("aria-valuetext", text);
    shown.textContent = text;
    for (const mark of /** @type {NodeListOf<HTMLElement>} */ (marks.querySelectorAll("button"))) mark.setAttribute("aria-pressed", String(Number(mark.dataset.seconds) === seconds));
  };
  slider.addEventListener("input", () => making.choose({ seconds: Number(slider.value) < 0 ? "" : steps[Number(slider.value)] }));
  const mark = (/** @type {number} */ seconds) => h("button", { class: "chip", type: "button", dataset: { seconds }, onclick: () => making.choose({ seconds }) }, duration(seconds));
  marks.append(...MARKS.map(mark));
  making.on((names) => (names.includes("seconds") || names.includes("board")) && show());
  show();
  return {
    element: part("make.seconds", shown, slider, marks, fields.note("seconds", slider)),
    limit({ minimum, maximum }) {
      steps = lengths(minimum, maximum);
      marks.replaceChildren(...MARKS.filter((one) => one >= minimum && one <= maximum).map(mark));
      show();
    },
  };
}

/** The place in *steps* of what is nearest to *seconds*. @param {readonly number[]} steps @param {number} seconds */
function nearest(steps, seconds) {
  return steps.reduce((best, step, at) => (Math.abs(step - seconds) < Math.abs(steps[best] - seconds) ? at : best), 0);
}
