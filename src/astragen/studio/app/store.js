/** The studio's only state outside the DOM; what a person chose stays in the browser. Start at `get` and `set`. */

const KEPT = ["theme", "language", "key", "choices", "library"];
const NAME = "astragen";

/** @type {Record<string, any>} */
let state = kept();
/** @type {Set<{keys: string[], call: (state: Record<string, any>) => void}>} */
const listeners = new Set();

/** All that is known now. @returns {Record<string, any>} */
export function get() {
  return state;
}

/** Change some of it, and tell whoever listens to what changed. @param {Record<string, any>} patch */
export function set(patch) {
  const changed = Object.keys(patch).filter((key) => state[key] !== patch[key]);
  if (!changed.length) return;
  state = { ...state, ...patch };
  keep();
  for (const one of listeners) if (one.keys.some((key) => changed.includes(key))) one.call(state);
}

/** Call *call* when one of *keys* changes. @param {string[]} keys @param {(state: Record<string, any>) => void} call @returns {() => void} stops it */
export function on(keys, call) {
  const one = { keys, call };
  listeners.add(one);
  return () => listeners.delete(one);
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "{}");
  } catch {
    return {}; // of another version, or forbidden
  }
}

function keep() {
  try {
    localStorage.setItem(NAME, JSON.stringify(Object.fromEntries(KEPT.filter((key) => key in state).map((key) => [key, state[key]]))));
  } catch {
    // a private window: it lasts as long as the page
  }
}
