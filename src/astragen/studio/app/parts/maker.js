/** Who made something: a chip with the name, and the list of who was asked before and why not. */

import { h, icon } from "../dom.js";
import { duration, has, money, t } from "../words.js";

/** @typedef {import("../film/history.js").Attempt} Attempt */
/** @typedef {import("../film/history.js").Fallback} Fallback */

/**
 * The name of *maker* for people: the built-in crew has no other.
 * @param {string} maker "builtin", "openai gpt-image-1-mini"
 */
export function makerName(maker) {
  return has(`film.maker.${maker}`) ? t(`film.maker.${maker}`) : maker;
}

/** @param {string} maker */
export function makerChip(maker) {
  return h("span", { class: "chip" }, icon("picture"), h("span", { class: "visually-hidden" }, t("film.maker")), h("span", { dir: "auto" }, makerName(maker)));
}

/**
 * Who was asked for a picture, in order, and what was done instead of what did not go as asked.
 * @param {readonly Attempt[]} attempts
 * @param {readonly Fallback[]} fallbacks
 * @returns {HTMLElement | null} null where there is nothing to tell
 */
export function asked(attempts, fallbacks) {
  const isPlain = !fallbacks.length && attempts.every((one) => one.outcome === "taken");
  if (!attempts.length && !fallbacks.length) return null;
  return h(
    "details",
    { class: "shot-asked" },
    h("summary", null, !isPlain && icon("warning"), t(isPlain ? "film.asked" : "film.asked.fallback")),
    attempts.length > 0 && h("ol", { class: "shot-attempts" }, attempts.map(attempt)),
    fallbacks.map((one) => h("p", { class: "small" }, one.reason, " ", h("strong", null, one.instead))),
  );
}

/** @param {Attempt} one */
function attempt(one) {
  const outcome = has(`film.outcome.${one.outcome}`) ? t(`film.outcome.${one.outcome}`) : one.outcome;
  const took = [one.seconds > 0 && duration(one.seconds), one.cost_usd > 0 && money(one.cost_usd)].filter(Boolean).join(" · ");
  return h(
    "li",
    { class: "small" },
    h("span", { class: one.outcome === "taken" ? "chip good" : "chip warn" }, outcome),
    " ",
    h("strong", null, makerName(one.provider)),
    took && h("span", { class: "muted" }, ` ${took}`),
    one.reason && h("p", { class: "muted", dir: "auto" }, one.reason),
  );
}
