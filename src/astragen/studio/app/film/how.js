/** How a film was made: its stages and its shots with their makers, from its history, when somebody wants to know. */

import { ask, Problem } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { trouble } from "../parts/loaded.js";
import { t } from "../words.js";
import { makingView } from "./making.js";

const PAGE = 500; // events asked for at once

/**
 * @param {import("./shapes.js").Film} film
 * @returns {{element: HTMLElement, leave: () => void}}
 */
export function historySection(film) {
  /** @type {ReturnType<typeof makingView> | null} */
  let view = null;
  const body = h("div", { class: "how-body" });
  const leaving = new AbortController();
  let isAsked = false;
  const fill = async () => {
    view?.leave();
    view = makingView(film, 0);
    replace(body, view.element);
    try {
      await replay(film.id, view.tell, leaving.signal);
    } catch (error) {
      if (leaving.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      replace(body, trouble(error, fill));
    }
  };
  const ontoggle = () => {
    if (isAsked) return;
    isAsked = true;
    fill();
  };
  const element = h("details", { class: "how", ontoggle }, h("summary", null, icon("time"), h("span", null, t("film.how"))), h("p", { class: "how-prompt muted", dir: "auto" }, film.input.prompt), body);
  const leave = () => {
    leaving.abort();
    view?.leave();
  };
  return { element, leave };
}

/**
 * Tell the history of *film*, page by page.
 * @param {string} film
 * @param {(told: import("../follow.js").FilmEvent) => void} tell
 * @param {AbortSignal} signal
 */
async function replay(film, tell, signal) {
  for (let after = 0, hasMore = true; hasMore; ) {
    const page = await ask("GET", `/v1/films/${film}/events?after=${after}&limit=${PAGE}`, undefined, { headers: { Accept: "application/json" }, signal });
    page.data.forEach(tell);
    after = page.last_seq;
    hasMore = page.has_more;
  }
}
