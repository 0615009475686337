/** Going back and forth through what was done. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { begun, done, redone, undone } from "../../../src/astragen/studio/app/parts/history.js";

test("what was done is undone, and done again", () => {
  const two = done(done(begun(0), 1), 2);

  assert.equal(undone(two).now, 1);
  assert.equal(undone(undone(undone(two))).now, 0);
  assert.equal(redone(undone(two)).now, 2);
  assert.equal(redone(two), two);
});

test("something else that is done forgets what was undone", () => {
  const other = done(undone(done(begun(0), 1)), 5);

  assert.equal(redone(other).now, 5);
  assert.equal(undone(other).now, 0);
});

test("typing in one field is one step", () => {
  const typed = done(done(done(begun(""), "a", "line"), "ab", "line"), "ab c", "line");
  const elsewhere = done(typed, "x", "title");

  assert.equal(undone(typed).now, "");
  assert.equal(undone(elsewhere).now, "ab c");
});

test("typing after an undo is a step of its own", () => {
  const again = done(undone(done(done(begun("0"), "1", "line"), "2", "title")), "3", "line");

  assert.equal(undone(again).now, "1");
});

test("the same value is no step, and old steps are let go", () => {
  const history = begun("a");
  assert.equal(done(history, "a"), history);

  let long = begun(0);
  for (let step = 1; step <= 500; step++) long = done(long, step);
  assert.equal(long.past.length, 200);
});
