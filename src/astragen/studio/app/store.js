/**
 * The only state outside the DOM: what the person chose, and how the service is reached.
 *
 * Values are replaced, never changed in place; `set` tells whoever asked `on` about the keys that changed.
 */

/**
 * @typedef {object} State
 * @property {"system" | "dark" | "light"} theme kept
 * @property {string} language kept; "" for the browser's
 * @property {string} key kept; the API key of the service, "" for none
 * @property {boolean} isReachable whether the service answered when it was last asked
 * @property {boolean} needsKey whether the service refused for want of a key, or because of it
 * @property {readonly string[]} removing ids of films that are deleted unless somebody undoes it: no list shows them
 * @property {Record<string, unknown>} kept what pages keep over reloads, by a name of their own ("make.draft")
 */

/** @typedef {keyof State} Key */

const PLACE = "astragen.studio";
/** @type {readonly Key[]} */
const KEPT = ["theme", "language", "key", "kept"];

/** @type {State} */
let state = { theme: "system", language: "", key: "", isReachable: true, needsKey: false, removing: [], kept: {}, ...read() };

/** @type {Set<{keys: readonly Key[], call: (state: Readonly<State>) => void}>} */
const listeners = new Set();

/** @returns {Readonly<State>} all of it, as it is now */
export function get() {
  return state;
}

/**
 * Replace what *patch* names; whoever listens to a value that is another now is told, once.
 * @param {Partial<State>} patch
 */
export function set(patch) {
  const before = state;
  state = { ...state, ...patch };
  const changed = /** @type {Key[]} */ (Object.keys(patch)).filter((key) => before[key] !== state[key]);
  if (changed.some((key) => KEPT.includes(key))) write();
  for (const one of [...listeners]) {
    if (one.keys.some((key) => changed.includes(key))) one.call(state);
  }
}

/**
 * Call *call* whenever one of *keys* changes.
 * @param {readonly Key[]} keys
 * @param {(state: Readonly<State>) => void} call
 * @returns {() => void} ends it
 */
export function on(keys, call) {
  const one = { keys, call };
  listeners.add(one);
  return () => listeners.delete(one);
}

/**
 * What a page kept under *name*.
 * @param {string} name
 * @returns {unknown} undefined when nothing is
 */
export function kept(name) {
  return state.kept[name];
}

/**
 * Keep *value*, which JSON can hold, under *name* over reloads; undefined forgets it.
 * @param {string} name
 * @param {unknown} value
 */
export function keep(name, value) {
  const { [name]: _, ...others } = state.kept;
  set({ kept: value === undefined ? others : { ...others, [name]: value } });
}

/** @returns {Partial<State>} */
function read() {
  try {
    return checked(JSON.parse(localStorage.getItem(PLACE) ?? "{}"));
  } catch {
    return {}; // storage is closed to us, or was damaged: the studio works without
  }
}

/**
 * What of *found* has the form that it was written with; a hand or an older studio may have changed it.
 * @param {any} found
 * @returns {Partial<State>}
 */
function checked(found) {
  /** @type {Partial<State>} */
  const good = {};
  if (["system", "dark", "light"].includes(found?.theme)) good.theme = found.theme;
  if (typeof found?.language === "string") good.language = found.language;
  if (typeof found?.key === "string") good.key = found.key;
  if (found?.kept && typeof found.kept === "object") good.kept = found.kept;
  return good;
}

function write() {
  try {
    localStorage.setItem(PLACE, JSON.stringify(Object.fromEntries(KEPT.map((key) => [key, state[key]]))));
  } catch {
    return; // storage is closed or full: it lasts as long as the page
  }
}
