/** Asks the service what the film would take, once choices stand still, and for the latest only. Start at `foretelling`. */

import { ask, Problem } from "../api.js";
import { filmBody, isOrdered } from "./order.js";

/** @typedef {{name: string, seconds: number, cost_usd: number}} Stage */
/**
 * What a dry run tells, as far as it is shown.
 * @typedef {object} Forecast
 * @property {number} shots
 * @property {number} seconds of the film
 * @property {number} asked_s
 * @property {number} width
 * @property {number} height
 * @property {number} fps
 * @property {number} wall_s
 * @property {number | null} deadline_s
 * @property {string} writer
 * @property {readonly string[]} artists
 * @property {readonly string[]} given_up
 * @property {number} cost_usd
 * @property {number} max_cost_usd
 * @property {readonly Stage[]} stages
 */

const STILL_MS = 500; // after the last change

/**
 * @param {import("./making.js").Making} making
 * @param {{onWait: () => void, onForecast: (forecast: Forecast | null) => void, onProblem: (problem: Problem, body: any) => void}} then
 *   *onForecast* with null: there is nothing to foretell yet
 * @returns {{again: () => void, leave: () => void}}
 */
export function foretelling(making, { onWait, onForecast, onProblem }) {
  let timer = 0;
  let asking = new AbortController();
  const tell = async (/** @type {AbortSignal} */ signal) => {
    const body = filmBody(making.choices(), making.draft());
    try {
      const { forecast } = await ask("POST", "/v1/films", { ...body, dry_run: true }, { signal });
      if (!signal.aborted) onForecast(forecast);
    } catch (problem) {
      if (signal.aborted) return;
      if (!(problem instanceof Problem)) throw problem;
      onProblem(problem, body);
    }
  };
  const again = () => {
    clearTimeout(timer);
    asking.abort();
    if (!isOrdered(making.draft())) return onForecast(null);
    asking = new AbortController();
    onWait();
    timer = setTimeout(tell, STILL_MS, asking.signal);
  };
  making.on(again);
  return {
    again,
    leave() {
      clearTimeout(timer);
      asking.abort();
    },
  };
}
