/**
 * Deleting that can be undone: a film goes from sight at once, and from the service only when the toast has gone.
 * Whoever closes the page has meant it: what is held then is sent. Start reading at `removeLater`.
 */

import { ask } from "../api.js";
import { get, set } from "../store.js";
import { toast } from "../toast.js";
import { t } from "../words.js";

export const HOLD_MS = 8_000;

/**
 * Whether the film of *id* is being deleted.
 * @param {string} id
 */
export function isHeld(id) {
  return get().removing.includes(id);
}

/**
 * Delete *film* in a while.
 * @param {{id: string, title: string}} film
 * @param {object} then
 * @param {() => void} then.onUndo it stays after all
 * @param {(problem: import("../api.js").Problem) => void} then.onFailed the service did not delete it
 */
export function removeLater(film, { onUndo, onFailed }) {
  const isOver = new AbortController();
  const release = () => {
    isOver.abort();
    set({ removing: get().removing.filter((id) => id !== film.id) });
  };
  const send = async ({ keepalive = false } = {}) => {
    isOver.abort(); // it stays held until the service has answered: no list shows it meanwhile
    const problem = await ask("DELETE", `/v1/films/${film.id}`, undefined, { keepalive }).then(() => null, (error) => error);
    release();
    if (problem && problem.status !== 404) onFailed(problem);
  };
  set({ removing: [...get().removing, film.id] });
  addEventListener("pagehide", () => send({ keepalive: true }), { signal: isOver.signal });
  toast(t("films.deleted", { title: film.title }), {
    act: { label: t("films.undo"), call: () => (release(), onUndo()) },
    last: HOLD_MS,
    onGone: () => !isOver.signal.aborted && send(),
  });
}
