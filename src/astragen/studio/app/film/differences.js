/** What is another between two storyboards, by the ids of their shots. Pure. Start reading at `differences`. */

/** @typedef {import("./shapes.js").PlacedShot} PlacedShot */
/**
 * @typedef {object} Difference
 * @property {"changed" | "added" | "removed" | "moved"} kind
 * @property {PlacedShot | null} before null: it was not there
 * @property {PlacedShot | null} after null: it is no more
 * @property {string[]} fields names of what of it changed
 */

const NOT_SEEN = new Set(["id", "frames"]); // the length follows from the words; where it was set, seconds tell it
const SAME_S = 0.05; // lengths that nobody tells apart

/**
 * How *after* is another than *before*: in the order of *after*, what is no more at its end.
 * @param {readonly PlacedShot[]} before
 * @param {readonly PlacedShot[]} after
 * @returns {Difference[]}
 */
export function differences(before, after) {
  const old = new Map(before.map((one) => [one.shot.id, one]));
  const place = new Map(before.map((one, at) => [one.shot.id, at]));
  const kept = after.filter((one) => old.has(one.shot.id));
  const stayed = new Set(longestRising(kept.map((one) => place.get(one.shot.id) ?? 0)).map((at) => kept[at]));
  /** @type {Difference[]} */
  const found = [];
  for (const one of after) {
    const was = old.get(one.shot.id);
    const fields = was ? changedFields(was, one) : [];
    if (!was) found.push({ kind: "added", before: null, after: one, fields: [] });
    else if (fields.length) found.push({ kind: "changed", before: was, after: one, fields });
    else if (!stayed.has(one)) found.push({ kind: "moved", before: was, after: one, fields: [] });
  }
  const now = new Set(after.map((one) => one.shot.id));
  return [...found, ...before.filter((one) => !now.has(one.shot.id)).map((one) => /** @type {Difference} */ ({ kind: "removed", before: one, after: null, fields: [] }))];
}

/**
 * The longest run of *numbers*, not all of them neighbours, in which each is above the one before: what is not in it
 * has moved.
 * @param {readonly number[]} numbers
 * @returns {number[]} places in *numbers*, in order
 */
function longestRising(numbers) {
  /** @type {number[]} */
  const lengths = [];
  /** @type {number[]} */
  const befores = [];
  numbers.forEach((one, at) => {
    const smaller = lengths.map((_, i) => i).filter((i) => numbers[i] < one);
    const best = smaller.reduce((found, i) => (found < 0 || lengths[i] > lengths[found] ? i : found), -1);
    lengths[at] = best < 0 ? 1 : lengths[best] + 1;
    befores[at] = best;
  });
  const run = [];
  for (let at = lengths.indexOf(Math.max(...lengths)); at >= 0; at = befores[at]) run.unshift(at);
  return run;
}

/**
 * @param {PlacedShot} before
 * @param {PlacedShot} after
 */
function changedFields(before, after) {
  const names = [...new Set([...Object.keys(before.shot), ...Object.keys(after.shot)])].filter((name) => !NOT_SEEN.has(name));
  const fields = names.filter((name) => JSON.stringify(before.shot[name]) !== JSON.stringify(after.shot[name]));
  if (before.made_by !== after.made_by) fields.push("made_by");
  const isLonger = Math.abs((before.seconds ?? 0) - (after.seconds ?? 0)) > SAME_S;
  return isLonger ? [...fields, "seconds"] : fields;
}
