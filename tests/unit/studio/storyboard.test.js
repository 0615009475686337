/** Changes of a storyboard, as the page Direct makes them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { added, changed, freshId, halves, originOf, placed, placesOf, removed, rerolled, same, split, stepped } from "../../../src/astragen/studio/app/storyboard.js";

/** @param {string} id @param {object} [more] */
const shot = (id, more = {}) => ({ id, line: `The line of ${id}.`, action: "", title: "", subjects: [], size: "wide", angle: "eye", move: "static", lens: "normal", transition: "cut", frames: 48, seed: 7, source: "", setting: null, speaker: null, ...more });
/** @param {...(object[])} scenes */
const board = (...scenes) => /** @type {any} */ ({ title: "T", language: "en", characters: [], scenes: scenes.map((shots, at) => ({ id: `s${at + 1}`, title: "", setting: "sea", shots })) });
const ids = (/** @type {any} */ one) => one.scenes.map((/** @type {any} */ scene) => scene.shots.map((/** @type {any} */ each) => each.id));
const two = () => board([shot("a"), shot("b")], [shot("c")]);
/** @param {any} one @returns {any} */
const frozen = (one) => (one && typeof one === "object" ? Object.freeze(Object.fromEntries(Object.entries(one).map(([key, value]) => [key, Array.isArray(value) ? Object.freeze(value.map(frozen)) : frozen(value)]))) : one);

test("a change leaves the storyboard that it was made of as it is", () => {
  const before = frozen(two());

  for (const after of [changed(before, "a", { line: "x" }), removed(before, "a"), split(before, "a").board, added(before, "a", 72).board, stepped(before, "a", 1), rerolled(before, "a")]) {
    assert.notDeepEqual(after, before);
  }
  assert.deepEqual(before, two());
});

test("another line is paced anew, unless its length is said with it", () => {
  assert.equal(changed(two(), "a", { line: "Longer than it was before." }).scenes[0].shots[0].frames, null);
  assert.equal(changed(two(), "a", { line: "Longer.", frames: 50 }).scenes[0].shots[0].frames, 50);
});

test("a change to what is there already changes nothing", () => {
  const before = two();

  assert.equal(changed(before, "a", { size: "wide", subjects: [] }), before);
  assert.equal(changed(before, "nobody", { size: "close" }), before);
});

test("a shot that is split shares its words and its length", () => {
  const before = board([shot("a", { line: "One went out. Two came back, and nobody knew why.", frames: 97, title: "Seen once" })]);

  const { board: after, id } = split(before, "a");
  const [first, second] = after.scenes[0].shots;

  assert.equal(id, "a_b");
  assert.deepEqual([first.line, second.line], ["One went out.", "Two came back, and nobody knew why."]);
  assert.equal((first.frames ?? 0) + (second.frames ?? 0), 97);
  assert.deepEqual([first.title, second.title, second.transition, second.size], ["Seen once", "", "cut", "full"]);
});

test("a shot without words is split in the middle", () => {
  const { board: after } = split(board([shot("a", { line: "", frames: 49 })]), "a");

  assert.deepEqual(after.scenes[0].shots.map((one) => [one.line, one.frames]), [["", 25], ["", 24]]);
});

const LINES = /** @type {const} */ ([
  ["en", "One. Two.", ["One.", "Two."]],
  ["en", "First this, then that", ["First this,", "then that"]],
  ["en", "four words are here", ["four words", "are here"]],
  ["zh", "从前有一只狐狸。它住在山里。", ["从前有一只狐狸。", "它住在山里。"]],
  ["zh", "狐狸跑过，山谷很静", ["狐狸跑过，", "山谷很静"]],
  ["en", "Alone.", ["Alone.", ""]],
  ["en", "", ["", ""]],
]);
for (const [language, line, parts] of LINES) {
  test(`"${line}" is cut where it can be`, () => assert.deepEqual(halves(line, language), parts));
}

test("ids of new shots are nobody's, and short enough", () => {
  const before = board([shot("a"), shot("a_b"), shot("x".repeat(40))]);

  assert.equal(split(before, "a").id, "a_b2");
  const long = split(before, "x".repeat(40)).id;
  assert.match(long, /^[a-z0-9][a-z0-9_-]{0,39}$/);
  let grown = before;
  for (let turn = 0; turn < 30; turn++) grown = split(grown, "x".repeat(40)).board;
  const all = placesOf(grown).map((place) => place.shot.id);
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.every((id) => /^[a-z0-9][a-z0-9_-]{0,39}$/.test(id)));
  assert.equal(freshId(before, "new"), "new");
});

test("what a shot was split from is known by its id", () => {
  assert.equal(originOf("s1-2_b", ["s1-1", "s1-2"]), "s1-2");
  assert.equal(originOf("s1-2_b_b2", ["s1-2", "s1-2_b"]), "s1-2_b");
  assert.equal(originOf("s1-2", ["s1-2"]), "s1-2");
  assert.equal(originOf("s1-new", ["s1-1"]), undefined);
  assert.equal(originOf("s1-12", ["s1-1"]), undefined);
});

test("steps go through a scene, and over its edge into the one beside it", () => {
  assert.deepEqual(ids(stepped(two(), "a", 1)), [["b", "a"], ["c"]]);
  assert.deepEqual(ids(stepped(two(), "b", 1)), [["a"], ["b", "c"]]);
  assert.deepEqual(ids(stepped(two(), "c", -1)), [["a", "b", "c"]]);
});

test("a step beyond the film's ends changes nothing", () => {
  const before = two();

  assert.equal(stepped(before, "a", -1), before);
  assert.equal(stepped(before, "c", 1), before);
});

test("a shot is put where it was dropped, in its scene or another", () => {
  assert.deepEqual(ids(placed(two(), "c", "s1", 1)), [["a", "c", "b"]]);
  assert.deepEqual(ids(placed(two(), "a", "s2", 1)), [["b"], ["c", "a"]]);
  assert.deepEqual(ids(placed(two(), "a", "s1", 1)), [["b", "a"], ["c"]]);
  const before = two();
  assert.equal(placed(before, "a", "s1", 0), before);
});

test("the last shot of a film stays", () => {
  const one = board([shot("a")]);

  assert.equal(removed(one, "a"), one);
  assert.deepEqual(ids(removed(two(), "c")), [["a", "b"]]);
});

test("a scene takes no more shots than the service does", () => {
  const full = board(Array.from({ length: 80 }, (_, at) => shot(`f${at}`)), [shot("c")]);

  assert.equal(added(full, "f0", 72).board, full);
  assert.equal(split(full, "f0").board, full);
  assert.equal(placed(full, "c", "s1", 0), full);
});

test("another picture is another seed, and nothing else", () => {
  const after = rerolled(two(), "a", () => 0.5).scenes[0].shots[0];

  assert.deepEqual(after, shot("a", { seed: 1 + 2 ** 30 - 1 }));
});

test("the order of fields makes no difference", () => {
  assert.ok(same({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }));
  assert.ok(!same({ a: [1, 2] }, { a: [2, 1] }));
  assert.ok(!same({ a: undefined }, { b: undefined }));
  assert.ok(!same([], {}));
});
