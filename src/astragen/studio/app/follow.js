/**
 * The history of a film as it happens: server-sent events, read by fetch, so that a key can be shown.
 *
 * It comes back by itself after a lost connection, from the event that was seen last. Start at `follow`.
 */

import { authorization, problemOf, Problem } from "./api.js";
import { set } from "./store.js";

/** @typedef {{film: string, seq: number, at: number, event: {kind: string} & Record<string, any>}} FilmEvent */
/** @typedef {"live" | "reconnecting" | "offline" | "ended"} Connection */
/**
 * @typedef {object} Told
 * @property {(event: FilmEvent) => void} onEvent each event once, in order
 * @property {(state: Connection) => void} [onState] "offline": for some time nothing answered, and it goes on trying
 * @property {(problem: Problem) => void} [onProblem] the service refuses for good: the film is gone, or the key is wrong
 */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const TRIES_UNTIL_OFFLINE = 3;
const SILENCE_MS = 40_000; // the service pings every 15 s: a connection that says nothing for so long is dead

/**
 * Tell what happens to *filmId* after the event *after*.
 * @param {string} filmId
 * @param {number} after 0: from the beginning
 * @param {Told} told
 * @returns {() => void} stops it
 */
export function follow(filmId, after, { onEvent, onState = () => {}, onProblem = () => {} }) {
  const stopping = new AbortController();
  run(stopping.signal, filmId, after, onEvent, onState, onProblem);
  return () => stopping.abort();
}

/**
 * @param {AbortSignal} stopped
 * @param {string} filmId
 * @param {number} after
 * @param {(event: FilmEvent) => void} onEvent
 * @param {(state: Connection) => void} onState
 * @param {(problem: Problem) => void} onProblem
 */
async function run(stopped, filmId, after, onEvent, onState, onProblem) {
  let last = after;
  let failures = 0;
  /** @param {FilmEvent} event */
  const seen = (event) => {
    failures = 0;
    if (event.seq <= last) return;
    last = event.seq;
    onEvent(event);
  };
  while (!stopped.aborted) {
    const outcome = await connect(stopped, filmId, last, seen, () => onState("live"));
    if (stopped.aborted) return;
    if (outcome instanceof Problem) return onProblem(outcome);
    if (outcome === "ended") return onState("ended");
    failures += 1;
    onState(failures < TRIES_UNTIL_OFFLINE ? "reconnecting" : "offline");
    await pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)), stopped);
  }
}

/**
 * One connection, until it ends or is lost.
 * @param {AbortSignal} stopped
 * @param {string} filmId
 * @param {number} last
 * @param {(event: FilmEvent) => void} onEvent
 * @param {() => void} onLive
 * @returns {Promise<"ended" | "lost" | Problem>}
 */
async function connect(stopped, filmId, last, onEvent, onLive) {
  const giving = new AbortController();
  const giveUp = () => giving.abort();
  stopped.addEventListener("abort", giveUp, { once: true });
  let silence = setTimeout(giveUp, SILENCE_MS);
  try {
    const headers = { ...authorization(), Accept: "text/event-stream", "Last-Event-ID": String(last) };
    const answer = await fetch(`/v1/films/${filmId}/events`, { headers, signal: giving.signal });
    if (answer.status === 204) return "ended";
    if (!answer.ok) return answer.status >= 500 || answer.status === 429 ? "lost" : await problemOf(answer);
    set({ isReachable: true });
    onLive();
    let isEnded = false;
    const onBytes = () => {
      clearTimeout(silence);
      silence = setTimeout(giveUp, SILENCE_MS);
    };
    for await (const event of eventsOf(/** @type {ReadableStream<Uint8Array>} */ (answer.body), onBytes)) {
      onEvent(event);
      isEnded = event.event.kind === "ended";
    }
    return isEnded ? "ended" : "lost";
  } catch (error) {
    if (error instanceof TypeError || (error instanceof DOMException && error.name === "AbortError")) return "lost";
    throw error; // a fault of whoever listens
  } finally {
    clearTimeout(silence);
    stopped.removeEventListener("abort", giveUp);
    giving.abort(); // what is left of the body is not waited for
  }
}

/**
 * The events in *body* (HTML Living Standard, 9.2.6), of those that the service writes: one line of data each.
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} onBytes whenever something came, pings as well
 * @returns {AsyncGenerator<FilmEvent>}
 */
export async function* eventsOf(body, onBytes = () => {}) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const line = block.split("\n").find((one) => one.startsWith("data:"));
      if (line) yield JSON.parse(line.slice(5));
    }
  }
}

/**
 * Wait; less where the machine says that it is back in the network, or the page that it is looked at.
 * @param {number} ms
 * @param {AbortSignal} stopped
 * @returns {Promise<void>}
 */
function pause(ms, stopped) {
  return new Promise((resolve) => {
    const heard = new AbortController();
    const wake = () => {
      clearTimeout(timer);
      heard.abort();
      resolve();
    };
    const timer = setTimeout(wake, ms);
    const { signal } = heard;
    addEventListener("online", wake, { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && wake(), { signal });
    stopped.addEventListener("abort", wake, { signal });
  });
}
