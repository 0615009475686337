/** A film with the storyboard that it was made of, as a next version may be made of it. Start at `filmBoard`. */

import { ask } from "./api.js";
import { placesOf } from "./storyboard.js";

/** @typedef {import("./storyboard.js").Storyboard} Storyboard */
/** @typedef {import("./storyboard.js").Shot} Shot */
/**
 * @typedef {object} FilmBoard
 * @property {any} film as the service tells it
 * @property {Storyboard} board only of a film that is completed
 * @property {ReadonlyMap<string, number>} lengths of its shots, in seconds
 * @property {number} next the version that would be made
 */

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<FilmBoard>}
 * @throws {import("./api.js").Problem}
 */
export async function filmBoard(id, signal) {
  const path = `/v1/films/${id}`;
  const film = await ask("GET", path, undefined, { signal });
  if (film.status !== "completed") return { film, board: /** @type {any} */ (null), lengths: new Map(), next: 0 };
  const [board, shots, versions] = await Promise.all(["/content?variant=storyboard", "/shots", "/versions"].map((part) => ask("GET", path + part, undefined, { signal })));
  const views = /** @type {{shot: Shot, seconds: number | null}[]} */ (shots.data);
  const lengths = new Map(views.map(({ shot, seconds }) => [shot.id, seconds ?? 0]));
  const next = 1 + Math.max(film.version, ...versions.data.map((/** @type {any} */ one) => one.version));
  return { film, board: asOrdered(board, new Map(views.map(({ shot }) => [shot.id, shot.source]))), lengths, next };
}

/**
 * The middle of each shot in the film.
 * @param {Storyboard} board
 * @param {ReadonlyMap<string, number>} lengths
 * @returns {{id: string, at: number}[]} *at*: seconds from the film's start
 */
export function momentsOf(board, lengths) {
  let start = 0;
  return placesOf(board).map(({ shot }) => {
    const seconds = lengths.get(shot.id) ?? 0;
    start += seconds;
    return { id: shot.id, at: start - seconds / 2 };
  });
}

/**
 * *board* with the files that shots were ordered with: the film's own names copies of whoever made it.
 * @param {Storyboard} board
 * @param {ReadonlyMap<string, string>} sources
 */
function asOrdered(board, sources) {
  const scenes = board.scenes.map((scene) => ({ ...scene, shots: scene.shots.map((shot) => ({ ...shot, source: sources.get(shot.id) ?? "" })) }));
  return { ...board, scenes };
}
