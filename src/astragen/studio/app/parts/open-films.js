/**
 * Films that are still being made, followed by one request at a time: each stays until its film changes, and takes
 * turns where there are several. While the page is hidden nobody asks. Start reading at `followOpen`.
 */

import { ask } from "../api.js";
import { isOpen } from "./shelf.js";

const PATIENCE_S = 20; // that one film is waited for; the service answers at once when it changes
const TURN_S = 3; // when others wait for their turn
const BREATH_MS = 700; // between two requests: a film that renders changes many times a second
const AFTER_TROUBLE_MS = 5000;

/**
 * Tell of changes to the films that *openIds* names, until stopped.
 * @param {object} of
 * @param {() => {id: string, status: string}[]} of.films all that are shown
 * @param {(film: any) => void} of.onFilm a film as it is now, of the API
 * @param {(id: string) => void} of.onGone there is no such film any more
 * @returns {() => void} stops it
 */
export function followOpen({ films, onFilm, onGone }) {
  const stopping = new AbortController();
  let turn = 0;

  async function look() {
    const asked = turns(films());
    if (!asked.length || document.hidden) return BREATH_MS;
    const { id } = asked[turn++ % asked.length];
    const wait = asked.length > 1 ? TURN_S : PATIENCE_S;
    try {
      onFilm(await ask("GET", `/v1/films/${id}?wait=${wait}`, undefined, { signal: stopping.signal }));
    } catch (error) {
      if (/** @type {any} */ (error).status !== 404) return AFTER_TROUBLE_MS;
      onGone(id);
    }
    return BREATH_MS;
  }

  async function follow() {
    while (!stopping.signal.aborted) await pause(await look(), stopping.signal);
  }

  follow();
  return () => stopping.abort();
}

/**
 * Whom to ask about: films in progress, and of those that wait the one that is next.
 * @param {{id: string, status: string}[]} films
 */
function turns(films) {
  const open = films.filter((film) => isOpen(film.status)).sort((one, other) => (one.id < other.id ? -1 : 1));
  const waiting = open.filter((film) => film.status === "queued");
  return [...open.filter((film) => film.status === "in_progress"), ...waiting.slice(0, 1)];
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
