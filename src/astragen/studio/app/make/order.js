/**
 * What the page Make orders: choices and a draft, turned into what POST /v1/films takes, and its places back into
 * names of fields. Own pictures and a mood are told by storyboards only, so some orders need one first. Pure.
 * Start reading at `filmBody`.
 */

import { added, changed } from "../storyboard.js";

/** @typedef {import("../storyboard.js").Storyboard} Storyboard */
/** @typedef {{pointer?: string, detail: string}} Place */
/** @typedef {"picture" | "clip" | "music" | "lut"} OwnKind */
/** @typedef {{id: string, name: string, kind: OwnKind}} OwnFile an uploaded file that goes into the film */
/** @typedef {{name: string, storyboard: Storyboard, chosen: Record<string, any>}} Board *chosen*: what is to be another than it says */
/**
 * What is of one film; the rest is chosen for the next ones, too.
 * @typedef {object} Draft
 * @property {string} prompt
 * @property {{name: string, before: string} | null} script whose words the prompt is; *before*: what it was
 * @property {Board | null} board filmed in place of the prompt
 * @property {readonly OwnFile[]} files
 */
/** @typedef {Readonly<Record<string, any>>} Choices by the names of the API's fields, and `mood` */
/** @typedef {{name: string, detail: string, file?: string}} Wrong *name*: of a field; "" for none of the page's */

/** @type {Choices} */
export const USUAL = Object.freeze({
  seconds: 30, aspect: "16:9", style: "cinematic", mood: "", height: 720, look: "auto", language: "auto", voice: "",
  captions: true, caption_style: "boxed", narration: true, music: true, ambience: true,
  writer: "", artist: "", camera: "", deadline_s: 60, max_cost_usd: 0.25,
});

/** @type {Draft} */
export const BLANK = Object.freeze({ prompt: "", script: null, board: null, files: [] });

export const CARRIED = Object.freeze(["seconds", "style", "language"]); // by a storyboard, unless they are chosen after it came
const BY_BOARD = ["writer", "writer_model"]; // a storyboard needs nobody who writes
const OF_WRITING = ["camera", "artist", "voice"]; // who writes a storyboard needs nobody of these
const SHOWN = new Set(["picture", "clip"]);

/** Whether there is something to film. @param {Draft} draft */
export function isOrdered({ prompt, board }) {
  return board !== null || prompt.trim() !== "";
}

/** Whether a storyboard has to be written before the film can be ordered. @param {Choices} choices @param {Draft} draft */
export function needsBoard(choices, draft) {
  return draft.board === null && (choices.mood !== "" || sourcesOf(draft).length > 0);
}

/** Ids of the pictures and clips of *draft*, in their order. @param {Draft} draft */
export function sourcesOf({ files }) {
  return files.filter((one) => SHOWN.has(one.kind)).map((one) => one.id);
}

/**
 * What POST /v1/storyboards is asked, so that own pictures find their shots.
 * @param {Choices} choices @param {Draft} draft
 */
export function boardBody(choices, draft) {
  return without({ ...said(choices, draft), prompt: draft.prompt }, OF_WRITING);
}

/**
 * What POST /v1/films is asked. *board*: the storyboard that was written for it; null: the draft's own, or none.
 * @param {Choices} choices @param {Draft} draft @param {Storyboard | null} [board]
 * @returns {Record<string, any>}
 */
export function filmBody(choices, draft, board = null) {
  const body = said(choices, draft);
  const found = board ?? draft.board?.storyboard;
  if (!found) return { ...body, prompt: draft.prompt };
  const prompt = board ? { prompt: draft.prompt } : {};
  return { ...without(body, BY_BOARD), ...prompt, storyboard: withMood(withSources(found, sourcesOf(draft)), choices.mood) };
}

/**
 * *board* with a shot for each of *sources*: spread over the film in their order; of more than there are shots,
 * those that follow one another get shots of their own, without words. Shots that show something already keep it.
 * @param {Storyboard} board @param {readonly string[]} sources ids of files
 * @returns {Storyboard}
 */
export function withSources(board, sources) {
  const all = board.scenes.flatMap((scene) => scene.shots);
  const bare = all.filter((shot) => !shot.source);
  const ids = (bare.length > 0 ? bare : all).map((shot) => shot.id);
  let [placed, at, last] = [board, -1, ""];
  sources.forEach((source, n) => {
    const next = Math.floor((n * ids.length) / sources.length);
    if (next !== at) last = ids[next];
    else ({ board: placed, id: last } = added(placed, last, 1));
    placed = changed(placed, last, next === at ? { source, frames: null } : { source });
    at = next;
  });
  return placed;
}

/**
 * *board* with one mood throughout, which its score, colours and pace follow.
 * @param {Storyboard} board @param {string} mood "" leaves it as it is
 * @returns {Storyboard}
 */
export function withMood(board, mood) {
  if (!mood) return board;
  const scenes = board.scenes.map((scene) => ({ ...scene, mood, shots: scene.shots.map((shot) => ({ ...shot, mood: null })) }));
  return /** @type {Storyboard} */ ({ ...board, mood, scenes });
}

/**
 * Which fields of the page the *places* of a refused body are, by their names; of a file also which.
 * @param {readonly Place[]} places @param {any} body as it was sent
 * @returns {Wrong[]}
 */
export function wrongsOf(places, body) {
  return places.map(({ pointer = "", detail }) => {
    const [first = "", ...rest] = pointer.replace(/^#\//, "").split("/");
    if (first === "lut" || first === "music_file") return { name: "files", detail, file: body[first] };
    if (first !== "storyboard") return { name: first, detail };
    const file = rest.at(-1) === "source" ? valueAt(body.storyboard, rest) : undefined;
    return file ? { name: "files", detail, file } : { name: "storyboard", detail: `${rest.join("/")}: ${detail}`.replace(/^: /, "") };
  });
}

/** Lengths that can be chosen, in seconds: finer ones where films are short. @param {number} min @param {number} max */
export function lengths(min, max) {
  const steps = [];
  for (let at = min; at < max; at += at < 60 ? 5 : at < 120 ? 10 : at < 300 ? 15 : 30) steps.push(at);
  return [...steps, max];
}

/** What of *choices* and of the files is said, whoever is asked. @param {Choices} choices @param {Draft} draft */
function said({ mood: _, ...choices }, draft) {
  const own = draft.board ? { ...without(choices, CARRIED), ...draft.board.chosen } : choices;
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== "" && value !== null));
  const music = draft.files.find((one) => one.kind === "music");
  const lut = draft.files.find((one) => one.kind === "lut");
  return { ...given, ...(music && given.music ? { music_file: music.id } : {}), ...(lut ? { lut: lut.id } : {}) };
}

/** @param {Record<string, any>} body @param {readonly string[]} names */
function without(body, names) {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

/** @param {any} from @param {readonly string[]} steps */
function valueAt(from, steps) {
  return steps.reduce((/** @type {any} */ found, step) => found?.[step], from);
}

/** Whether *found*, of somebody's file, has the form of a storyboard; the service judges the rest. @param {any} found */
export function isBoard(found) {
  const isOfShots = (/** @type {any} */ scene) => Array.isArray(scene?.shots) && scene.shots.length > 0 && scene.shots.every((/** @type {any} */ shot) => typeof shot?.id === "string");
  return Array.isArray(found?.scenes) && found.scenes.length > 0 && found.scenes.every(isOfShots);
}
