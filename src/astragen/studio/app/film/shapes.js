/** What pages of a film read of the API's shapes, and where its parts are. */

import { ask } from "../api.js";

/** @typedef {{code: string, subject: string, reason: string, instead: string}} Warned */
/**
 * @typedef {object} Film
 * @property {string} id
 * @property {"queued" | "in_progress" | "completed" | "failed" | "cancelled"} status
 * @property {string} stage
 * @property {number} progress percent
 * @property {string} title
 * @property {number} created_at Unix seconds
 * @property {number | null} started_at
 * @property {number | null} completed_at
 * @property {number} version
 * @property {number} attempt
 * @property {number | null} queue_position
 * @property {{prompt: string, aspect: string, fps: number, captions: boolean, soft_captions: boolean, deadline_s: number | null}} input
 * @property {{total: number, done: number}} shots
 * @property {{seconds: number, width: number, height: number, fps: number, bytes: number, variants: string[]} | null} output
 * @property {{estimated_usd: number, actual_usd: number, limit_usd: number}} cost
 * @property {Warned[]} warnings
 * @property {{code: string, message: string, hint: string} | null} error
 */
/** @typedef {{id: string, line: string, title: string, action: string, source: string, [more: string]: any}} BoardShot as the storyboard has it */
/** @typedef {{n: number, scene: string, shot: BoardShot, made_by: string, seconds: number | null, cost_usd: number}} ShotView */
/** @typedef {ShotView & {at: number}} PlacedShot *at*: seconds from the film's start */

/**
 * Whether *film* is on its way.
 * @param {Film} film
 */
export function isOpen(film) {
  return film.status === "queued" || film.status === "in_progress";
}

/**
 * The shots of *id* with their places in time.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<PlacedShot[]>}
 */
export async function placedShots(id, signal) {
  const { data } = await ask("GET", `/v1/films/${id}/shots`, undefined, { signal });
  let at = 0;
  return /** @type {ShotView[]} */ (data).map((one) => {
    const placed = { ...one, at };
    at += one.seconds ?? 0;
    return placed;
  });
}

/**
 * Where what an event tells of is.
 * @param {string} film
 * @param {number} seq
 */
export function eventPath(film, seq) {
  return `/v1/films/${film}/events/${seq}/content`;
}

/**
 * Width over height of *film*.
 * @param {Film} film
 */
export function ratioOf(film) {
  if (film.output?.width) return film.output.width / film.output.height;
  const [width, height] = film.input.aspect.split(":").map(Number);
  return width > 0 && height > 0 ? width / height : 16 / 9;
}
