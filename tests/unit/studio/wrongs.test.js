/** What the service says of a storyboard, at the fields that it is said of. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { firstWrong, wrongsOf } from "../../../src/astragen/studio/app/wrongs.js";

const board = /** @type {any} */ ({ scenes: [{ id: "s1", shots: [{ id: "a" }, { id: "b" }] }, { id: "s2", shots: [{ id: "c" }] }] });

test("what is wrong is found by the place in the storyboard that was sent", () => {
  const wrongs = wrongsOf(board, [
    { pointer: "#/storyboard/scenes/1/shots/0/subjects/0/noun", detail: "is empty" },
    { pointer: "#/storyboard/scenes/0/shots/1/line", detail: "is too long" },
  ]);

  assert.deepEqual(wrongs, { c: { subjects: "is empty" }, b: { line: "is too long" } });
  assert.deepEqual(firstWrong(board, wrongs), { id: "b", n: 2, detail: "is too long" });
});

test("of one field the first is said", () => {
  const places = ["one", "two"].map((detail) => ({ pointer: "#/storyboard/scenes/0/shots/0/source", detail }));

  assert.deepEqual(wrongsOf(board, places), { a: { source: "one" } });
});

test("what is wrong elsewhere is no shot's", () => {
  const wrongs = wrongsOf(board, [{ pointer: "#/artist", detail: "has no key" }, { detail: "?" }, { pointer: "#/storyboard/scenes/9/shots/0/line", detail: "?" }]);

  assert.deepEqual(wrongs, {});
  assert.equal(firstWrong(board, wrongs), null);
});
