/** A film's events as they are told, however often the connection breaks. Start at `follow`. */

import { credentials } from "./api.js";

const FIRST_MS = 500;
const MOST_MS = 15_000;

/**
 * Tell every event of *film* after number *after*, in order and once, until it ends.
 * @param {string} film
 * @param {number} after
 * @param {{onEvent: (told: {seq: number, at: number, event: any}) => void, onState?: (state: "live" | "reconnecting" | "offline" | "ended") => void}} listener
 * @returns {() => void} stops it
 */
export function follow(film, after, { onEvent, onState = () => {} }) {
  const until = new AbortController();
  let seq = after;
  let wait = FIRST_MS;

  async function run() {
    while (!until.signal.aborted) {
      try {
        const answer = await fetch(`/v1/films/${film}/events`, {
          headers: { Accept: "text/event-stream", "Last-Event-ID": String(seq), ...credentials() }, signal: until.signal,
        });
        if (answer.status === 204 || answer.status === 404) return onState("ended");
        if (!answer.ok || !answer.body) throw new Error(String(answer.status));
        onState("live");
        wait = FIRST_MS;
        for await (const told of messages(answer.body)) {
          if (told.seq <= seq) continue;
          seq = told.seq;
          onEvent(told);
          if (told.event.kind === "ended") return onState("ended");
        }
      } catch {
        if (until.signal.aborted) return;
      }
      onState(navigator.onLine ? "reconnecting" : "offline");
      await new Promise((resolve) => setTimeout(resolve, wait * (0.75 + Math.random() / 2)));
      wait = Math.min(MOST_MS, wait * 2);
    }
  }
  run();
  return () => until.abort();
}

/** @param {ReadableStream<Uint8Array>} body */
async function* messages(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = block.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
      if (data) yield JSON.parse(data);
    }
  }
}
