/**
 * Changes of a storyboard's JSON: each gives a new storyboard, and leaves the one that it was given as it is.
 *
 * Pure. Ids stay with their shots, as what was made of a shot is found by them; new shots get ids that nobody has.
 * What has to be made again after changes is told by remade.js.
 */

/** @typedef {{noun: string, phrase?: string, count?: number, action?: string, character?: string | null, [more: string]: unknown}} Subject */
/**
 * @typedef {object} Shot what pages read of one; it has more fields, which stay as they are
 * @property {string} id
 * @property {string} line narration
 * @property {string} action
 * @property {string} title words on the picture
 * @property {readonly Subject[]} subjects
 * @property {string} size
 * @property {string} angle
 * @property {string} move
 * @property {string} lens
 * @property {string} transition
 * @property {number | null} frames null: as long as its words need
 * @property {number} seed
 * @property {string} source id of an uploaded file; "" for none
 * @property {string | null} setting null: its scene's
 * @property {string | null} speaker
 */
/** @typedef {{id: string, title: string, setting: string, shots: readonly Shot[], [more: string]: unknown}} Scene */
/** @typedef {{title: string, language: string, characters: readonly {id: string, name: string}[], scenes: readonly Scene[], [more: string]: unknown}} Storyboard */
/** @typedef {{shot: Shot, scene: Scene, n: number, s: number, i: number}} Place a shot: its number from 1, its scene's place and its own in there, both from 0 */

export const SHOTS_MAX = 80; // of a scene, as the service has it
const SEED_END = 2 ** 31;
const ID_STEM = 34; // characters of an id that leave room for what makes it another
/** @type {Readonly<Omit<Shot, "id">>} as the service fills what is left out */
const PLAIN = { line: "", action: "", title: "", subjects: [], size: "wide", angle: "eye", move: "push_in", lens: "normal", transition: "cut", frames: null, seed: 0, source: "", setting: null, speaker: null };

/**
 * All shots in film order.
 * @param {Storyboard} board
 * @returns {Place[]}
 */
export function placesOf(board) {
  let n = 0;
  return board.scenes.flatMap((scene, s) => scene.shots.map((shot, i) => ({ shot, scene, n: ++n, s, i })));
}

/**
 * @param {Storyboard} board
 * @param {string} id
 * @returns {Place | undefined}
 */
export function placeOf(board, id) {
  return placesOf(board).find((place) => place.shot.id === id);
}

/**
 * With what *patch* says of shot *id*; another line is paced anew where no length is said.
 * @param {Storyboard} board
 * @param {string} id
 * @param {Partial<Shot>} patch
 * @returns {Storyboard} *board* itself where nothing is another
 */
export function changed(board, id, patch) {
  const old = placeOf(board, id)?.shot;
  if (!old || Object.entries(patch).every(([name, value]) => same(old[/** @type {keyof Shot} */ (name)], value))) return board;
  const isPaced = "line" in patch && patch.line !== old.line && !("frames" in patch);
  const shot = { ...old, ...patch, ...(isPaced ? { frames: null } : {}) };
  return withShots(board, (shots) => shots.map((one) => (one.id === id ? shot : one)));
}

/**
 * With another picture for shot *id*: the same words, drawn anew.
 * @param {Storyboard} board
 * @param {string} id
 * @param {() => number} [random] from 0 to 1
 */
export function rerolled(board, id, random = Math.random) {
  return changed(board, id, { seed: 1 + Math.floor(random() * (SEED_END - 1)), source: "" });
}

/**
 * Without shot *id*, and without its scene where it was the only one there. The last shot of a film stays.
 * @param {Storyboard} board
 * @param {string} id
 */
export function removed(board, id) {
  if (placesOf(board).length < 2) return board;
  return withShots(board, (shots) => (shots.some((one) => one.id === id) ? shots.filter((one) => one.id !== id) : shots));
}

/**
 * With a new shot after shot *id*, in its scene, seen from elsewhere.
 * @param {Storyboard} board
 * @param {string} id
 * @param {number} frames its length
 * @returns {{board: Storyboard, id: string}} *id*: of the new shot; of the old one where the scene is full
 */
export function added(board, id, frames) {
  const place = placeOf(board, id);
  if (!place || place.scene.shots.length >= SHOTS_MAX) return { board, id };
  const fresh = freshId(board, `${place.scene.id}-new`);
  const size = place.shot.size === "medium" ? "wide" : "medium";
  const shot = { ...PLAIN, id: fresh, size, frames };
  return { board: withShots(board, (shots) => shots.flatMap((one) => (one.id === id ? [one, shot] : [one]))), id: fresh };
}

/**
 * With shot *id* as two: its words and its length are shared, and the second half is seen from nearer.
 * @param {Storyboard} board
 * @param {string} id
 * @returns {{board: Storyboard, id: string}} *id*: of the second half; of the whole where its scene is full
 */
export function split(board, id) {
  const place = placeOf(board, id);
  if (!place || place.scene.shots.length >= SHOTS_MAX) return { board, id };
  const whole = place.shot;
  const [first, second] = halves(whole.line, board.language);
  const fresh = freshId(board, `${id}_b`);
  const part = second && whole.frames ? Math.round((whole.frames * first.length) / (first.length + second.length)) : Math.round((whole.frames ?? 0) / 2);
  const lengths = whole.frames && whole.frames > 1 ? [part, whole.frames - part] : [null, null];
  const before = { ...whole, line: first, frames: lengths[0] };
  const after = { ...whole, id: fresh, line: second, frames: lengths[1], title: "", transition: "cut", size: nearer(whole.size) };
  return { board: withShots(board, (shots) => shots.flatMap((one) => (one.id === id ? [before, after] : [one]))), id: fresh };
}

/**
 * With shot *id* one place earlier (-1) or later (1); from the edge of its scene it goes into the one beside it.
 * @param {Storyboard} board
 * @param {string} id
 * @param {-1 | 1} by
 * @returns {Storyboard} *board* itself where there is no such place
 */
export function stepped(board, id, by) {
  const place = placeOf(board, id);
  if (!place) return board;
  const to = place.i + by;
  if (to >= 0 && to < place.scene.shots.length) return placed(board, id, place.scene.id, to);
  const beside = board.scenes[place.s + by];
  return beside ? placed(board, id, beside.id, by < 0 ? beside.shots.length : 0) : board;
}

/**
 * With shot *id* in scene *scene*, before what is at *index* there once the shot is taken out.
 * @param {Storyboard} board
 * @param {string} id
 * @param {string} scene
 * @param {number} index
 * @returns {Storyboard} *board* itself where it is there already, or the scene is full
 */
export function placed(board, id, scene, index) {
  const place = placeOf(board, id);
  const target = board.scenes.find((one) => one.id === scene);
  if (!place || !target) return board;
  const isHome = place.scene.id === scene;
  if ((isHome && place.i === index) || (!isHome && target.shots.length >= SHOTS_MAX)) return board;
  const scenes = board.scenes.map((one) => {
    const shots = one.shots.filter((shot) => shot.id !== id);
    if (one.id === scene) shots.splice(index, 0, place.shot);
    return shots.length === one.shots.length && one.id !== scene ? one : { ...one, shots };
  });
  return { ...board, scenes: scenes.filter((one) => one.shots.length) };
}

/**
 * An id for a shot of *board* that no shot has: *stem*, or *stem* with a number.
 * @param {Storyboard} board
 * @param {string} stem
 */
export function freshId(board, stem) {
  const taken = new Set(placesOf(board).map((place) => place.shot.id));
  const short = stem.slice(0, ID_STEM);
  for (let number = 1; ; number++) {
    const id = number === 1 ? short : `${short}${number}`;
    if (!taken.has(id)) return id;
  }
}

/**
 * The shot that *id* was split from: the one of *ids* that it begins with.
 * @param {string} id
 * @param {Iterable<string>} ids
 * @returns {string | undefined}
 */
export function originOf(id, ids) {
  const stems = [...ids].filter((one) => id === one || (id.startsWith(`${one}_b`) && /^[\d_b]*$/.test(id.slice(one.length))));
  return stems.sort((a, b) => b.length - a.length)[0];
}

/**
 * *line* in two, where a sentence ends, or a clause, or a word: whichever is first found about the middle.
 * @param {string} line
 * @param {string} language BCP 47 tag
 * @returns {[string, string]} the second is "" where nothing can be cut
 */
export function halves(line, language) {
  const cuts = [edges(line, language, "sentence"), [...line.matchAll(/[,;:—、，；：]\s*/g)].map((one) => one.index + one[0].length), edges(line, language, "word")];
  const inside = (/** @type {number} */ at) => line.slice(0, at).trim() !== "" && /[\p{L}\p{N}]/u.test(line.slice(at));
  const middle = line.length / 2;
  for (const found of cuts) {
    const at = found.filter(inside).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
    if (at !== undefined) return [line.slice(0, at).trim(), line.slice(at).trim()];
  }
  return [line, ""];
}

/**
 * Whether two values that JSON can hold say the same; fields may stand in another order.
 * @param {unknown} a
 * @param {unknown} b
 * @returns {boolean}
 */
export function same(a, b) {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  const [left, right] = [/** @type {Record<string, unknown>} */ (a), /** @type {Record<string, unknown>} */ (b)];
  return names.length === Object.keys(b).length && names.every((name) => name in right && same(left[name], right[name]));
}

/**
 * @param {string} line
 * @param {string} language
 * @param {"sentence" | "word"} granularity
 */
function edges(line, language, granularity) {
  const parts = [...new Intl.Segmenter(language, { granularity }).segment(line)];
  // a word is cut before, not between it and its full stop
  return parts.filter((one) => one.index > 0 && (granularity === "sentence" || one.isWordLike)).map((one) => one.index);
}

/** @param {string} size */
function nearer(size) {
  const sizes = ["extreme_wide", "wide", "full", "medium", "close", "extreme_close"];
  return sizes[Math.min(sizes.length - 1, sizes.indexOf(size) + 1)];
}

/**
 * @param {Storyboard} board
 * @param {(shots: readonly Shot[]) => readonly Shot[]} change
 * @returns {Storyboard} without scenes that have no shot left
 */
function withShots(board, change) {
  const scenes = board.scenes.map((scene) => ({ ...scene, shots: change(scene.shots) }));
  return { ...board, scenes: scenes.filter((scene) => scene.shots.length) };
}
