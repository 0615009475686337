/**
 * What changes of a storyboard make anew, and what that takes: before it is done.
 *
 * Pure. A shot whose words, picture, length or scene are others is made again; one that only stands beside another
 * neighbour is joined again where something passes between them. The service decides by content in the end, so this
 * may tell too much, never too little. Start at `remadeOf`.
 */

import { placesOf, same } from "./storyboard.js";

/** @typedef {import("./storyboard.js").Storyboard} Storyboard */
/** @typedef {import("./storyboard.js").Place} Place */
/** @typedef {"new" | "words" | "picture" | "camera" | "length" | "join" | "title" | "scene"} Reason */
/**
 * @typedef {object} Remade
 * @property {Map<string, Reason[]>} shots why each shot that is made again is, by its id, in film order
 * @property {number} gone shots that are no more
 * @property {boolean} isReordered whether shots that stay follow each other otherwise
 */
/** @typedef {{name: string, seconds: number, cost_usd: number}} Stage */
/** @typedef {{wall_s: number, cost_usd: number, stages: readonly Stage[]}} Forecast what the service foretells */

/** @type {Readonly<Record<string, Reason>>} */
const REASONS = { line: "words", speaker: "words", size: "camera", angle: "camera", lens: "camera", move: "camera", framings: "camera", frames: "length", transition: "join", transition_s: "join", title: "title" };
const OF_SCENE = ["setting", "time_of_day", "weather", "season", "mood"];
const CHARACTERS_A_SECOND = 15; // that are read, and about said; three times as slow where each is a syllable
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u;
const LEAST_S = 1.2; // of a shot
const AIR_S = 0.6; // around a line
const STAND_IN = "."; // of a line whose length is said

/**
 * What *after* makes anew of the film of *before*.
 * @param {Storyboard} before
 * @param {Storyboard} after
 * @returns {Remade}
 */
export function remadeOf(before, after) {
  const old = placesOf(before);
  const now = placesOf(after);
  const known = new Map(old.map((place) => [place.shot.id, place]));
  /** @type {Map<string, Reason[]>} */
  const shots = new Map();
  for (const [at, place] of now.entries()) {
    const reasons = reasonsFor(place, known.get(place.shot.id));
    if (!reasons.length && isJoinedAnew(place, now, at, known.get(place.shot.id), old)) reasons.push("join");
    if (reasons.length) shots.set(place.shot.id, reasons);
  }
  const here = new Set(now.map((place) => place.shot.id));
  const stayed = old.map((place) => place.shot.id).filter((id) => here.has(id));
  const order = now.map((place) => place.shot.id).filter((id) => known.has(id));
  return { shots, gone: old.length - stayed.length, isReordered: !same(stayed, order) };
}

/**
 * Whether *remade* is nothing at all.
 * @param {Remade} remade
 */
export function isNothing(remade) {
  return !remade.shots.size && !remade.gone && !remade.isReordered;
}

/**
 * Whether *shot*, which is made again for *reasons*, will look otherwise than in the film; an own picture is seen already.
 * @param {import("./storyboard.js").Shot} shot
 * @param {readonly Reason[]} reasons
 */
export function isSeenAnew(shot, reasons) {
  return !shot.source && reasons.some((one) => one !== "join" && one !== "words" && one !== "length");
}

/**
 * *board* with the length of every shot said: the service paces what is not said, and that is not what is asked here.
 * @param {Storyboard} board
 * @param {number} fps
 * @returns {Storyboard}
 */
export function withLengths(board, fps) {
  const scenes = board.scenes.map((scene) => ({ ...scene, shots: scene.shots.map((shot) => ({ ...shot, frames: shot.frames ?? Math.round(lengthOf(shot.line) * fps) })) }));
  return { ...board, scenes };
}

/**
 * The shots that are wanted as a storyboard of their own: what is made again, to be foretold.
 * @param {Storyboard} board
 * @param {(id: string) => boolean} isWanted
 * @param {number} fps
 * @returns {Storyboard | null} null for none
 */
export function partOf(board, isWanted, fps) {
  const least = Math.ceil(LEAST_S * fps);
  const scenes = withLengths(board, fps).scenes.map((scene) => ({
    ...scene, // a line counts as one; alone it would need the air that ends a film, and its length would not hold
    shots: scene.shots.filter((shot) => isWanted(shot.id)).map((shot) => ({ ...shot, line: shot.line && STAND_IN, frames: Math.max(least, shot.frames ?? 0) })),
  }));
  const left = scenes.filter((scene) => scene.shots.length);
  return left.length ? { ...board, scenes: left } : null;
}

/**
 * About how long a shot of *line* is that nobody gave a length, in seconds.
 * @param {string} line
 */
export function lengthOf(line) {
  const letters = [...line].reduce((sum, one) => sum + (WIDE.test(one) ? 3 : 1), 0);
  return Math.max(LEAST_S, letters / CHARACTERS_A_SECOND + AIR_S);
}

/**
 * What making a part again takes: its voice, pictures and rendering, and the sound and the file of the whole.
 * @param {Forecast | null} part of the shots that are made again; null for none
 * @param {Forecast} whole of the whole film
 * @returns {{seconds: number, usd: number}} the most, as more may be found made already
 */
export function takenBy(part, whole) {
  const of = (/** @type {Forecast | null} */ forecast, /** @type {string} */ name) => forecast?.stages.find((stage) => stage.name === name)?.seconds ?? 0;
  const render = of(part, "render");
  const score = of(whole, "compose") + of(whole, "mix");
  const beside = of(whole, "start") + of(part, "narrate") + of(part, "join") + of(whole, "mux");
  return { seconds: beside + render + score - Math.min(render, score) / 2, usd: part?.cost_usd ?? 0 };
}

/**
 * @param {Place} place
 * @param {Place | undefined} before
 * @returns {Reason[]}
 */
function reasonsFor(place, before) {
  if (!before) return ["new"];
  const [old, now] = [/** @type {Record<string, unknown>} */ (before.shot), /** @type {Record<string, unknown>} */ (place.shot)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !same(old[name], now[name]));
  const reasons = new Set(names.map((name) => REASONS[name] ?? "picture"));
  if (OF_SCENE.some((name) => !same(seen(before, name), seen(place, name)))) reasons.add("scene");
  if (reasons.has("words")) reasons.delete("length"); // goes without saying
  return [...reasons];
}

/**
 * What *place* has of *name*: its own, or else its scene's.
 * @param {Place} place
 * @param {string} name
 */
function seen(place, name) {
  return /** @type {Record<string, unknown>} */ (place.shot)[name] ?? place.scene[name] ?? null;
}

/**
 * Whether a shot that stays as it is has to share frames with another neighbour than before.
 * @param {Place} place
 * @param {Place[]} now
 * @param {number} at its index there
 * @param {Place | undefined} before
 * @param {Place[]} old
 */
function isJoinedAnew(place, now, at, before, old) {
  if (!before) return false;
  const was = before.n - 1;
  const left = passage(now[at - 1], place);
  const right = passage(place, now[at + 1]);
  return left !== passage(old[was - 1], before) || right !== passage(before, old[was + 1]);
}

/**
 * What passes between two shots that follow each other; a film begins and ends in black.
 * @param {Place | undefined} first
 * @param {Place | undefined} second
 */
function passage(first, second) {
  if (!first || !second) return "black";
  const { transition, transition_s: length } = /** @type {any} */ (second.shot);
  return transition === "cut" ? "cut" : `${transition} ${length ?? ""}`;
}
