/** Drafts of storyboards: kept in this browser by their film, until they are made or thrown away. Start at `draftOf`. */

import { get, keep, kept } from "./store.js";

/** @typedef {import("./storyboard.js").Storyboard} Storyboard */
/** @typedef {{at: number, storyboard: Storyboard}} Draft *at*: Unix seconds */

const PLACE = "direct.";
const DRAFTS_MAX = 8; // storage holds 5 MB for all; the oldest draft goes first

/**
 * @param {string} film
 * @returns {Draft | null} null where nothing that can be used is kept
 */
export function draftOf(film) {
  const found = /** @type {any} */ (kept(PLACE + film));
  const scenes = found?.storyboard?.scenes;
  const isGood = typeof found?.at === "number" && Array.isArray(scenes) && scenes.length > 0 && scenes.every((one) => Array.isArray(one?.shots) && one.shots.length > 0);
  return isGood ? found : null;
}

/**
 * @param {string} film
 * @param {Storyboard} storyboard
 * @param {number} [at] Unix seconds
 */
export function keepDraft(film, storyboard, at = Date.now() / 1000) {
  keep(PLACE + film, { at, storyboard });
  const all = Object.entries(get().kept).filter(([name]) => name.startsWith(PLACE));
  const oldest = all.sort(([, a], [, b]) => /** @type {Draft} */ (a).at - /** @type {Draft} */ (b).at);
  for (const [name] of oldest.slice(0, Math.max(0, all.length - DRAFTS_MAX))) keep(name, undefined);
}

/** @param {string} film */
export function dropDraft(film) {
  if (kept(PLACE + film) !== undefined) keep(PLACE + film, undefined);
}
