/**
 * Deleting that can be undone: a film goes from sight at once, and from the service only when the toast has gone.
 * Whoever closes the page has meant it: what is held then is sent. The ids that are held are in the store, as
 * `removing`, so that no list shows them meanwhile. Start reading at `removeLater`.
 */

import { ask } from "../api.js";
import { get, set } from "../store.js";
import { toast } from "../toast.js";
import { t } from "../words.js";

export const HOLD_MS = 8000;

/** Whether the film of *id* is being deleted. @param {string} id @returns {boolean} */
export function isHeld(id) {
  return held().includes(id);
}

/**
 * Delete *film* in a while.
 * @param {{id: string, title: string}} film
 * @param {object} then
 * @param {() => void} then.onUndo it stays after all
 * @param {(problem: any) => void} then.onFailed the service did not delete it
 */
export function removeLater(film, { onUndo, onFailed }) {
  const isOver = new AbortController();
  const end = () => {
    clearTimeout(timer);
    isOver.abort();
    set({ removing: held().filter((id) => id !== film.id) });
  };
  const send = async (/** @type {RequestInit} */ how = {}) => {
    end();
    try {
      await ask("DELETE", `/v1/films/${film.id}`, null, how);
    } catch (/** @type {any} */ problem) {
      if (problem.status !== 404) onFailed(problem);
    }
  };
  const undo = () => {
    if (isOver.signal.aborted) return;
    end();
    onUndo();
  };
  const timer = setTimeout(send, HOLD_MS);
  addEventListener("pagehide", () => send({ keepalive: true }), { signal: isOver.signal });
  set({ removing: [...held(), film.id] });
  toast(t("films.deleted", { title: film.title }), { act: { label: t("films.undo"), call: undo }, ms: HOLD_MS });
}

/** @returns {string[]} */
function held() {
  return get().removing ?? [];
}
