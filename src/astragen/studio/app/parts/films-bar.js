/** Above the library: its name, the search, what is shown, in which order. Start reading at `filmsBar`. */

import { h, icon, replace } from "../dom.js";
import { t } from "../words.js";

/** @typedef {import("./shelf.js").Wanted} Wanted */

const FILTERS = ["", "in_progress", "queued", "completed", "failed", "cancelled"];
const TYPING_MS = 250; // after the last letter, so that a word is one search

/**
 * A bar that shows what is *wanted* and tells of what is wanted instead.
 * @param {Wanted} wanted
 * @param {(wanted: Wanted) => void} onWanted
 */
export function filmsBar(wanted, onWanted) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let typing;
  const typed = () => {
    clearTimeout(typing);
    typing = setTimeout(() => onWanted({ ...wanted, q: search.value.trim() }), TYPING_MS);
  };
  const search = h("input", {
    class: "films-search", type: "search", value: wanted.q, maxlength: "200", placeholder: t("films.search"),
    "aria-label": t("films.search"), autocomplete: "off", spellcheck: "false", dir: "auto", oninput: typed,
  });
  const chips = FILTERS.map((status) => h("button", {
    class: "chip", type: "button", dataset: { status }, onclick: () => onWanted({ ...wanted, status }),
  }, t(`films.filter.${status || "all"}`)));
  const turn = () => onWanted({ ...wanted, order: wanted.order === "desc" ? "asc" : "desc" });
  const order = h("button", { class: "button quiet films-order", type: "button", onclick: turn });

  /** @param {Wanted} now */
  function tell(now) {
    wanted = now;
    if (document.activeElement !== search) search.value = now.q;
    for (const chip of chips) chip.ariaPressed = String(chip.dataset.status === now.status);
    replace(order, icon(now.order === "desc" ? "down" : "up"), t(`films.order.${now.order}`));
  }

  tell(wanted);
  const element = h("div", { class: "films-bar" },
    h("div", { class: "films-head" },
      h("h1", null, t("films.title")),
      h("label", { class: "films-box" }, icon("search"), search, h("kbd", { "aria-hidden": "true" }, "/"))),
    h("div", { class: "films-choice" },
      h("div", { class: "films-filters", role: "group", "aria-label": t("films.filters") }, chips), order));
  return { element, tell, focus: () => search.focus(), stop: () => clearTimeout(typing) };
}
