/**
 * Values that can be gone back and forth through: what was is kept, and what was undone, until something else is done.
 *
 * Pure. Steps that say they belong together (typing in one field) are one. Start at `begun`.
 */

const STEPS_MAX = 200; // that are kept; a storyboard of forty shots is some 30 kB, and steps share what they did not change

/**
 * @template Value
 * @typedef {object} History
 * @property {Value} now
 * @property {readonly Value[]} past the latest last
 * @property {readonly Value[]} future the next last
 * @property {string} together what the latest step belongs to; "" for nothing
 */

/**
 * @template Value
 * @param {Value} value
 * @returns {History<Value>}
 */
export function begun(value) {
  return { now: value, past: [], future: [], together: "" };
}

/**
 * *history* with *value* as its latest; what was undone is no more.
 * @template Value
 * @param {History<Value>} history
 * @param {Value} value
 * @param {string} [together] steps in a row that say the same one are undone together
 * @returns {History<Value>}
 */
export function done(history, value, together = "") {
  if (value === history.now) return history;
  const isOn = together !== "" && together === history.together && history.past.length > 0;
  const past = isOn ? history.past : [...history.past, history.now].slice(-STEPS_MAX);
  return { now: value, past, future: [], together };
}

/**
 * @template Value
 * @param {History<Value>} history
 * @returns {History<Value>} as it is where there is nothing to go back to
 */
export function undone(history) {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { now: before, past: history.past.slice(0, -1), future: [...history.future, history.now], together: "" };
}

/**
 * @template Value
 * @param {History<Value>} history
 * @returns {History<Value>} as it is where nothing was undone
 */
export function redone(history) {
  const next = history.future.at(-1);
  if (next === undefined) return history;
  return { now: next, past: [...history.past, history.now], future: history.future.slice(0, -1), together: "" };
}
