/** A place that fills itself: something grey while it is asked for, then what came, or what went wrong and its next act. */

import { Problem } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { duration, t } from "../words.js";

/**
 * A place for what *load* gives, as *draw* shows it; `again` asks once more.
 * @template Found
 * @param {() => Promise<Found>} load
 * @param {(found: Found) => import("../dom.js").Child} draw
 * @param {{lines?: number, onDone?: () => void}} [options] *lines*: grey ones that hold its place; *onDone*: it is filled
 * @returns {{element: HTMLElement, again: () => Promise<void>}}
 */
export function loaded(load, draw, { lines = 3, onDone = () => {} } = {}) {
  const element = h("div", { class: "loaded" }, skeletons(lines));
  let turn = 0;
  const again = async () => {
    const mine = ++turn;
    element.setAttribute("aria-busy", "true");
    const content = await load().then(draw, (error) => trouble(error, again));
    if (mine !== turn) return;
    replace(element, content);
    element.setAttribute("aria-busy", "false");
    onDone();
  };
  again();
  return { element, again };
}

/**
 * What went wrong, and the next act: again, where that can help.
 * @param {unknown} error what is no Problem is a fault of ours, and thrown on
 * @param {() => void} again
 * @returns {HTMLElement}
 */
export function trouble(error, again) {
  if (!(error instanceof Problem)) throw error;
  const isOfKey = error.status === 401 || error.status === 403;
  const wait = error.retryAfter ? ` ${t("state.wait", { time: duration(error.retryAfter) })}` : "";
  return h(
    "div",
    { class: "notice bad", role: "alert" },
    icon(error.status === 0 ? "offline" : isOfKey ? "key" : "warning"),
    h(
      "div",
      { class: "stack" },
      h("p", { dir: "auto" }, error.detail, wait),
      !isOfKey && h("div", null, h("button", { class: "button", type: "button", onclick: again }, icon("reroll"), t("frame.retry"))),
    ),
  );
}

/** @param {number} lines */
function skeletons(lines) {
  return Array.from({ length: lines }, () => h("div", { class: "skeleton", "aria-hidden": "true" }));
}
