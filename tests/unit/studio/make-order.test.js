/** What the page Make orders: own files and moods in storyboards, and the service's places as names of fields. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { BLANK, boardBody, filmBody, isBoard, lengths, needsBoard, USUAL, withMood, withSources, wrongsOf } from "../../../src/astragen/studio/app/make/order.js";

/** @param {...string[]} scenes ids of the shots of each */
const boardOf = (...scenes) => /** @type {any} */ ({ title: "T", language: "en", mood: "calm", scenes: scenes.map((ids, n) => ({ id: `s${n + 1}`, mood: "sad", shots: ids.map((id) => ({ id, line: id, source: "" })) })) });
const sourcesIn = (/** @type {any} */ board) => board.scenes.flatMap((/** @type {any} */ scene) => scene.shots.map((/** @type {any} */ shot) => shot.source));
const draftOf = (/** @type {any} */ change) => ({ ...BLANK, prompt: "A fox", ...change });

test("a prompt is ordered with what was chosen, and without what was left open", () => {
  const body = filmBody({ ...USUAL, voice: "builtin:f3" }, draftOf({}));

  assert.equal(body.prompt, "A fox");
  assert.equal(body.voice, "builtin:f3");
  assert.ok(!("mood" in body) && !("writer" in body) && !("storyboard" in body));
});

test("music and a LUT are fields of the order; music that is turned off is left out", () => {
  const draft = draftOf({ files: [{ id: "m", name: "m.mp3", kind: "music" }, { id: "l", name: "l.cube", kind: "lut" }] });

  assert.equal(filmBody(USUAL, draft).music_file, "m");
  assert.equal(filmBody(USUAL, draft).lut, "l");
  assert.ok(!("music_file" in filmBody({ ...USUAL, music: false }, draft)));
  assert.equal(needsBoard(USUAL, draft), false);
});

test("own pictures and a mood need a storyboard, unless there is one", () => {
  const files = [{ id: "p", name: "p.png", kind: "picture" }];

  assert.equal(needsBoard(USUAL, draftOf({ files })), true);
  assert.equal(needsBoard({ ...USUAL, mood: "epic" }, draftOf({})), true);
  assert.equal(needsBoard(USUAL, draftOf({ files, board: { name: "b", storyboard: boardOf(["a"]), chosen: {} } })), false);
});

test("who writes the storyboard is asked without those who draw, film and speak", () => {
  const body = boardBody({ ...USUAL, writer: "openai", artist: "fal", camera: "fal", voice: "openai:nova" }, draftOf({}));

  assert.equal(body.writer, "openai");
  assert.ok(!["artist", "camera", "voice"].some((name) => name in body));
});

test("a storyboard keeps its length and its style until others are chosen after it came", () => {
  const board = { name: "b.json", storyboard: boardOf(["a"]), chosen: {} };

  const asItIs = filmBody({ ...USUAL, seconds: 60, writer: "openai", language: "es" }, draftOf({ board }));
  const changed = filmBody(USUAL, draftOf({ board: { ...board, chosen: { seconds: 20, style: "" } } }));

  assert.ok(!["seconds", "style", "language", "writer", "prompt"].some((name) => name in asItIs));
  assert.equal(changed.seconds, 20);
  assert.ok(!("style" in changed));
});

test("few pictures are spread over the film in their order", () => {
  const placed = withSources(boardOf(["a", "b"], ["c", "d"]), ["p", "q"]);

  assert.deepEqual(sourcesIn(placed), ["p", "", "q", ""]);
});

test("of more pictures than shots each has a place, in their order, under ids of its own", () => {
  const placed = withSources(boardOf(["a"], ["b"]), ["p", "q", "r", "s", "t"]);

  assert.deepEqual(sourcesIn(placed), ["p", "q", "r", "s", "t"]);
  const ids = placed.scenes.flatMap((scene) => scene.shots.map((shot) => shot.id));
  assert.equal(new Set(ids).size, 5);
  assert.deepEqual(placed.scenes.map((scene) => scene.shots.length), [3, 2]);
});

test("shots that show something already keep it", () => {
  const board = boardOf(["a", "b"]);
  board.scenes[0].shots[0].source = "old";

  assert.deepEqual(sourcesIn(withSources(board, ["p"])), ["old", "p"]);
});

test("a mood is the film's, its scenes' and its shots'", () => {
  const told = /** @type {any} */ (withMood(boardOf(["a"], ["b"]), "epic"));

  assert.deepEqual([told.mood, ...told.scenes.map((/** @type {any} */ scene) => scene.mood)], ["epic", "epic", "epic"]);
  assert.equal(told.scenes[0].shots[0].mood, null);
});

test("places of a refused body are names of fields; of an own file also which", () => {
  const body = { lut: "l", storyboard: withSources(boardOf(["a"]), ["p"]) };
  const places = ["#/prompt", "#/lut", "#/storyboard/scenes/0/shots/0/source", "#/storyboard/scenes/0/shots/0/line"].map((pointer) => ({ pointer, detail: "?" }));

  assert.deepEqual(wrongsOf(places, body), [
    { name: "prompt", detail: "?" },
    { name: "files", detail: "?", file: "l" },
    { name: "files", detail: "?", file: "p" },
    { name: "storyboard", detail: "scenes/0/shots/0/line: ?" },
  ]);
});

test("lengths go from the least to the most, finer where films are short", () => {
  const steps = lengths(5, 600);

  assert.deepEqual(steps.slice(0, 3), [5, 10, 15]);
  assert.equal(steps.at(-1), 600);
  assert.ok(steps.every((step, n) => n === 0 || step > steps[n - 1]));
});

test("what has no scenes with shots is no storyboard", () => {
  assert.ok(isBoard(boardOf(["a"])));
  for (const other of [null, [], {}, { scenes: [] }, { scenes: [{ shots: [] }] }, { scenes: [{ shots: [{}] }] }]) assert.ok(!isBoard(other));
});
