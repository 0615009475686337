/**
 * The films of a search, page by page, as far as somebody looked; no DOM, no state outside the object.
 * Of each film only what the library shows is kept, so that a long list stays small. Start reading at `shelfOf`.
 */

import { ask } from "../api.js";

/** @typedef {{q: string, status: string, order: "desc" | "asc"}} Wanted what is searched; status "": any */
/**
 * @typedef {object} Shown what the library shows of a film
 * @property {string} id
 * @property {string} title
 * @property {string} status
 * @property {string} stage
 * @property {number} progress percent
 * @property {number} created_at unix seconds
 * @property {number | null} seconds as made, or as asked while it is not
 * @property {string} aspect as 16:9
 * @property {number} height pixels
 * @property {number} version
 * @property {string} problem why it failed
 * @property {boolean} hasPoster
 * @property {string} tag changes when its poster does
 */

export const PAGE = 36; // films asked for at one time: three screens of a laptop
const OPEN = ["queued", "in_progress"];

/**
 * A shelf of the films that are *wanted*, empty at first.
 * @param {Wanted} wanted
 */
export function shelfOf(wanted) {
  return {
    wanted,
    /** @type {Shown[]} */ films: [],
    hasMore: true,
    last: "", // the id after which the next page begins: of a film that may have been taken off meanwhile
  };
}

/** @typedef {ReturnType<typeof shelfOf>} Shelf */

/**
 * Add the next page to *shelf*; throws as `ask` does, and then nothing is added.
 * @param {Shelf} shelf
 * @param {AbortSignal} signal
 */
export async function fill(shelf, signal) {
  const page = await ask("GET", `/v1/films?${queryOf(shelf.wanted, PAGE, shelf.last)}`, undefined, { signal });
  const known = new Set(shelf.films.map((film) => film.id));
  shelf.films.push(...page.data.map(shown).filter((/** @type {Shown} */ film) => !known.has(film.id)));
  shelf.last = page.last_id ?? shelf.last;
  shelf.hasMore = page.has_more;
}

/**
 * Put *film* where the film of its id is; a new one goes where its id belongs.
 * @param {Shelf} shelf
 * @param {Shown} film
 */
export function put(shelf, film) {
  const at = shelf.films.findIndex((one) => one.id === film.id);
  if (at >= 0) {
    shelf.films[at] = film;
    return;
  }
  const isNewestFirst = shelf.wanted.order === "desc";
  const before = shelf.films.findIndex((one) => (isNewestFirst ? one.id < film.id : one.id > film.id));
  if (before >= 0) shelf.films.splice(before, 0, film);
  else if (!shelf.hasMore) shelf.films.push(film);
}

/**
 * Take the film of *id* off *shelf*.
 * @param {Shelf} shelf
 * @param {string} id
 */
export function take(shelf, id) {
  const at = shelf.films.findIndex((film) => film.id === id);
  if (at >= 0) shelf.films.splice(at, 1);
}

/** Whether something will still happen to a film of *status*. @param {string} status */
export function isOpen(status) {
  return OPEN.includes(status);
}

/**
 * What is kept of *film*, a film of the API.
 * @param {any} film
 * @returns {Shown}
 */
export function shown(film) {
  return {
    id: film.id,
    title: film.title,
    status: film.status,
    stage: film.stage,
    progress: film.progress,
    created_at: film.created_at,
    seconds: film.output?.seconds ?? film.input.seconds,
    aspect: film.input.aspect,
    height: film.input.height,
    version: film.version,
    problem: film.error?.message ?? "",
    hasPoster: film.output?.variants.includes("poster") ?? false,
    tag: film.output?.sha256.slice(0, 12) ?? "",
  };
}

/**
 * @param {Wanted} wanted
 * @param {number} limit
 * @param {string} after
 */
function queryOf(wanted, limit, after) {
  const query = new URLSearchParams({ limit: String(limit), order: wanted.order });
  if (wanted.q) query.set("q", wanted.q);
  if (wanted.status) query.set("status", wanted.status);
  if (after) query.set("after", after);
  return query;
}
