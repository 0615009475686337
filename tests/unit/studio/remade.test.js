/** What changes make anew, and what that takes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { isNothing, isSeenAnew, lengthOf, partOf, remadeOf, takenBy, withLengths } from "../../../src/astragen/studio/app/remade.js";
import { added, changed, placed, removed, rerolled, stepped } from "../../../src/astragen/studio/app/storyboard.js";

/** @param {string} id @param {string} [transition] */
const shot = (id, transition = "cut") => ({ id, line: "", action: "", title: "", subjects: [], size: "wide", angle: "eye", move: "static", lens: "normal", transition, frames: 48, seed: 7, source: "", setting: null, speaker: null });
const board = () => /** @type {any} */ ({ title: "T", language: "en", characters: [], scenes: [
  { id: "s1", title: "", setting: "sea", mood: "calm", shots: [shot("a"), shot("b"), shot("c", "dissolve"), shot("d")] },
  { id: "s2", title: "", setting: "city", mood: "calm", shots: [shot("e"), shot("f")] },
] });
/** @param {any} after */
const reasons = (after) => Object.fromEntries(remadeOf(board(), after).shots);

test("an untouched storyboard makes nothing anew", () => {
  assert.ok(isNothing(remadeOf(board(), board())));
});

const CHANGES = /** @type {const} */ ([
  [{ line: "Other words." }, ["words"]],
  [{ seed: 8 }, ["picture"]],
  [{ action: "runs" }, ["picture"]],
  [{ move: "orbit", size: "close" }, ["camera"]],
  [{ frames: 60 }, ["length"]],
  [{ title: "Once" }, ["title"]],
  [{ source: "file_x" }, ["picture"]],
  [{ setting: "forest" }, ["picture", "scene"]],
]);
for (const [patch, why] of CHANGES) {
  test(`a change of ${Object.keys(patch)} makes that shot again for its ${why}`, () => {
    assert.deepEqual(reasons(changed(board(), "e", /** @type {any} */ (patch))), { e: why });
  });
}

test("a setting that says what the scene says already changes what is drawn by words alone", () => {
  assert.deepEqual(reasons(changed(board(), "e", { setting: "city" })), { e: ["picture"] });
});

test("another transition joins both of its shots anew", () => {
  assert.deepEqual(reasons(changed(board(), "b", { transition: "iris" })), { a: ["join"], b: ["join"] });
});

test("shots that change places among cuts are only put together anew", () => {
  const before = { ...board(), scenes: [{ ...board().scenes[0], shots: ["a", "b", "c", "d"].map((id) => shot(id)) }] };

  const remade = remadeOf(before, placed(before, "b", "s1", 2));

  assert.deepEqual([...remade.shots], []);
  assert.ok(remade.isReordered);
});

test("the shots at the film's ends are joined to its black anew", () => {
  const before = { ...board(), scenes: [{ ...board().scenes[0], shots: ["a", "b", "c", "d"].map((id) => shot(id)) }] };

  assert.deepEqual([...remadeOf(before, placed(before, "a", "s1", 1)).shots.keys()], ["b", "a"]);
});

test("a shot that goes to another place is made again", () => {
  assert.deepEqual(reasons(stepped(board(), "d", 1)).d, ["scene"]);
});

test("a shot that is gone leaves its neighbours to be joined", () => {
  const remade = remadeOf(board(), removed(board(), "c"));

  assert.equal(remade.gone, 1);
  assert.deepEqual(Object.fromEntries(remade.shots), { b: ["join"] });
  assert.ok(!remade.isReordered);
});

test("new shots are new, and another picture is a picture", () => {
  assert.deepEqual(reasons(added(board(), "e", 72).board), { "s2-new": ["new"] });
  assert.deepEqual(reasons(rerolled(board(), "e")), { e: ["picture"] });
});

test("a part has the wanted shots alone, each with a length that its line cannot change", () => {
  const after = changed(changed(board(), "e", { line: "Thirty letters are two seconds" }), "a", { frames: 3 });

  const part = partOf(after, (id) => id === "e" || id === "a", 24);

  const shots = part?.scenes.map((scene) => scene.shots.map((one) => [one.id, one.line, one.frames]));
  assert.deepEqual(shots, [[["a", "", 29]], [["e", ".", Math.round(lengthOf("Thirty letters are two seconds") * 24)]]]);
  assert.equal(partOf(after, () => false, 24), null);
});

test("lengths that are said stay, and others are said", () => {
  const said = withLengths(changed(board(), "e", { line: "Thirty letters are two seconds" }), 24).scenes[1].shots;

  assert.deepEqual(said.map((one) => one.frames), [62, 48]);
  assert.equal(said[0].line, "Thirty letters are two seconds");
});

test("a picture is shown as what will be no more where another will be seen", () => {
  const made = /** @type {any} */ (shot("a"));

  assert.ok(isSeenAnew(made, ["words", "camera"]));
  assert.ok(!isSeenAnew(made, ["words", "length", "join"]));
  assert.ok(!isSeenAnew({ ...made, source: "file_x" }, ["picture"]));
});

test("syllables of wide scripts take three times as long as letters", () => {
  assert.ok(Math.abs(lengthOf("狐狸跑过山谷去看海了") - (30 / 15 + 0.6)) < 1e-9);
  assert.equal(lengthOf(""), 1.2);
});

test("what is made again takes its own rendering, and the sound of the whole", () => {
  const stages = (/** @type {number} */ n) => [["start", 1], ["narrate", n], ["render", 10 * n], ["join", n], ["compose", 2 * n], ["mix", n], ["mux", n]].map(([name, seconds]) => ({ name: String(name), seconds: Number(seconds), cost_usd: 0 }));
  const [part, whole] = [{ wall_s: 0, cost_usd: 0.1, stages: stages(1) }, { wall_s: 0, cost_usd: 0.4, stages: stages(4) }];

  assert.deepEqual(takenBy(part, whole), { seconds: 1 + 1 + 10 + 1 + 12 + 4 - 5, usd: 0.1 });
  assert.deepEqual(takenBy(null, whole), { seconds: 1 + 12 + 4, usd: 0 });
});
