/** Where a storyboard is wrong, by shot and field, from what the service said of it. Pure. Start at `wrongsOf`. */

import { placesOf } from "./storyboard.js";

/** @typedef {Readonly<Record<string, Readonly<Record<string, string>>>>} Wrongs what is wrong, by shot and field */

const POINTER = /^#\/storyboard\/scenes\/(\d+)\/shots\/(\d+)(?:\/(\w+))?/;
const WHOLE = "line"; // where it is said what is wrong with no field alone

/**
 * @param {import("./storyboard.js").Storyboard} board which the service was sent
 * @param {readonly {pointer?: string, detail: string}[]} places
 * @returns {Wrongs}
 */
export function wrongsOf(board, places) {
  /** @type {Record<string, Record<string, string>>} */
  const wrongs = {};
  for (const { pointer, detail } of places) {
    const [, s, i, field = WHOLE] = POINTER.exec(pointer ?? "") ?? [];
    const shot = board.scenes[Number(s)]?.shots[Number(i)];
    if (shot) wrongs[shot.id] = { [field]: detail, ...wrongs[shot.id] };
  }
  return wrongs;
}

/**
 * The first shot of *board* with something wrong, and what.
 * @param {import("./storyboard.js").Storyboard} board
 * @param {Wrongs} wrongs
 * @returns {{id: string, n: number, detail: string} | null}
 */
export function firstWrong(board, wrongs) {
  const place = placesOf(board).find((one) => one.shot.id in wrongs);
  return place ? { id: place.shot.id, n: place.n, detail: Object.values(wrongs[place.shot.id])[0] } : null;
}
