/**
 * What the events of a film add up to: its stages, its shots, what fell back. Start reading at `fold`.
 *
 * An event that comes again, as after a crash, changes nothing that is there; a new attempt begins anew.
 */

/** @typedef {{stage: string, subject: string, reason: string, instead: string}} Fallback */
/** @typedef {{provider: string, outcome: string, reason: string, seconds: number, cost_usd: number}} Attempt */
/** @typedef {{name: string, startS: number, endS: number | null, total: number, done: number}} Stage *endS*: null while it goes on */
/**
 * @typedef {object} Shot
 * @property {string} id
 * @property {number} n its place in the film, from 1
 * @property {string} scene the scene's title; "" for none
 * @property {string} action
 * @property {string} narration
 * @property {number | null} frames
 * @property {"written" | "drawn" | "ready"} state drawn: its picture is there, and it is rendered
 * @property {string} madeBy who made its picture; "" while nobody has
 * @property {readonly Attempt[]} attempts
 * @property {number | null} picture number of the event that tells of its still
 * @property {number | null} clip number of the event that tells of its rendered frames
 * @property {Fallback[]} fallbacks
 */
/**
 * @typedef {object} History
 * @property {number} attempt
 * @property {number} lastSeq
 * @property {number | null} startedAt Unix seconds; null while it waits
 * @property {number} latestS seconds from the start of the run to the latest event
 * @property {Map<string, Stage>} stages
 * @property {Map<string, Shot>} shots
 * @property {Fallback[]} fallbacks
 * @property {string} ended "completed", "failed", "cancelled"; "" while it is made
 */

/** @returns {History} of a film of which nothing was told */
export function newHistory() {
  return { attempt: 0, lastSeq: 0, startedAt: null, latestS: 0, stages: new Map(), shots: new Map(), fallbacks: [], ended: "" };
}

/** @type {Record<string, (history: History, event: any, told: import("../follow.js").FilmEvent) => void>} */
const FOLDS = {
  queued: (history, event) => begin(history, event.attempt),
  started(history, event, told) {
    if (event.attempt > history.attempt) begin(history, event.attempt);
    history.startedAt = told.at;
  },
  stage_started(history, { stage, at_s, total }) {
    const known = history.stages.get(stage);
    if (known) Object.assign(known, { total: known.endS === null ? Math.max(known.total, total) : known.total + total, endS: null });
    else history.stages.set(stage, { name: stage, startS: at_s, endS: null, total, done: 0 });
  },
  step_done(history, { stage, subject }) {
    const known = history.stages.get(stage);
    if (known) known.done = Math.min(known.total, known.done + 1);
    const shot = stage === "render" && history.shots.get(subject);
    if (shot) shot.state = "ready";
  },
  stage_done(history, { stage, at_s }) {
    const known = history.stages.get(stage);
    if (known) Object.assign(known, { endS: at_s, done: known.total });
  },
  shot_planned(history, { shot, scene, action, narration, frames }) {
    const known = history.shots.get(shot);
    if (known) Object.assign(known, { scene, action, narration, frames });
    else history.shots.set(shot, newShot(shot, history.shots.size + 1, { scene, action, narration, frames }));
  },
  take_made(history, { shot, made_by, picture, attempts }, told) {
    const known = history.shots.get(shot);
    if (known) Object.assign(known, { madeBy: made_by, attempts: attempts ?? [], picture: picture ? told.seq : null, state: known.state === "ready" ? "ready" : "drawn" });
  },
  shot_rendered(history, { shot, clip }, told) {
    const known = history.shots.get(shot);
    if (known) Object.assign(known, { clip: clip ? told.seq : known.clip, state: "ready" });
  },
  fell_back(history, { fallback }) {
    history.fallbacks.push(fallback);
    for (const name of fallback.subject.split(", ")) history.shots.get(name)?.fallbacks.push(fallback);
  },
  ended: (history, event) => void (history.ended = event.state),
};

/**
 * Take *told* into *history*.
 * @param {History} history
 * @param {import("../follow.js").FilmEvent} told
 * @returns {string[]} ids of the shots that it changes
 */
export function fold(history, told) {
  if (told.seq <= history.lastSeq) return [];
  history.lastSeq = told.seq;
  const { event } = told;
  if (typeof event.at_s === "number") history.latestS = Math.max(history.latestS, event.at_s);
  FOLDS[event.kind]?.(history, event, told); // a newer service may tell what we do not know
  if (event.kind === "fell_back") return event.fallback.subject.split(", ");
  return event.shot ?? (event.stage === "render" && event.subject) ? [event.shot ?? event.subject] : [];
}

/**
 * @param {History} history
 * @param {number} attempt
 */
function begin(history, attempt) {
  Object.assign(history, newHistory(), { attempt, lastSeq: history.lastSeq });
}

/**
 * @param {string} id
 * @param {number} n
 * @param {Pick<Shot, "scene" | "action" | "narration" | "frames">} said
 * @returns {Shot}
 */
function newShot(id, n, said) {
  return { id, n, ...said, state: "written", madeBy: "", attempts: [], picture: null, clip: null, fallbacks: [] };
}
