/**
 * The fields of the page by the API's names for them, and what the service says is wrong with each, said there.
 * Start at `fieldsOf`.
 */

import { h } from "../dom.js";

/** @typedef {import("./order.js").Wrong} Wrong */
/**
 * @typedef {object} Fields
 * @property {<E extends HTMLElement>(name: string, control: E) => HTMLElement} note where it is said what is wrong with
 *   *control*, which is one field: an input, or a group of which one has the focus; put it near
 * @property {(wrongs: readonly Wrong[]) => Wrong[]} show says them at their fields, instead of what was said before;
 *   gives those that no field has
 * @property {(names: readonly string[]) => void} clear
 * @property {() => boolean} focus on the first field with something wrong, which it brings into view
 */

const CAN_BE_INVALID = "input, textarea, select, [role=radiogroup]";
const GROUPS = "[role=radiogroup], ul"; // one of what is in them has the focus

/** @returns {Fields} */
export function fieldsOf() {
  /** @type {Map<string, {control: HTMLElement, note: HTMLElement, usual: string | null}>} */
  const places = new Map();
  const describe = (/** @type {HTMLElement} */ control) => {
    const said = [...places.values()].filter((one) => one.control === control && !one.note.hidden).map((one) => one.note.id);
    const usual = [...places.values()].find((one) => one.control === control)?.usual;
    const ids = [usual, ...said].filter(Boolean).join(" ");
    if (ids) control.setAttribute("aria-describedby", ids);
    else control.removeAttribute("aria-describedby");
  };
  const clear = (/** @type {Iterable<string>} */ names) => {
    for (const name of names) {
      const place = places.get(name);
      if (!place || place.note.hidden) continue;
      place.note.hidden = true;
      place.note.textContent = "";
      place.control.removeAttribute("aria-invalid");
      describe(place.control);
    }
  };
  return {
    note(name, control) {
      const note = h("p", { class: "error make-error", id: `make-${name}-error`, role: control.matches("ul") ? "alert" : null, lang: "en", dir: "auto", hidden: true }); // a list has no focus that would tell it
      places.set(name, { control, note, usual: control.getAttribute("aria-describedby") });
      return note;
    },
    show(wrongs) {
      clear(places.keys());
      for (const { name, detail } of wrongs) {
        const place = places.get(name);
        if (!place) continue;
        place.note.textContent = place.note.hidden ? detail : `${place.note.textContent} ${detail}`;
        place.note.hidden = false;
        if (place.control.matches(CAN_BE_INVALID)) place.control.setAttribute("aria-invalid", "true");
        describe(place.control);
      }
      return wrongs.filter(({ name }) => !places.has(name));
    },
    clear,
    focus() {
      const wrong = [...places.values()].filter(({ note }) => !note.hidden).sort(inPageOrder)[0];
      if (!wrong) return false;
      wrong.control.closest("details")?.setAttribute("open", "");
      const target = wrong.control.matches(GROUPS) ? wrong.control.querySelector("[tabindex='0'], button") : wrong.control;
      /** @type {HTMLElement | null} */ (target)?.focus({ preventScroll: true });
      wrong.note.scrollIntoView({ block: "center" });
      return true;
    },
  };
}

/** @param {{control: HTMLElement}} a @param {{control: HTMLElement}} b */
function inPageOrder(a, b) {
  return a.control.compareDocumentPosition(b.control) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}
