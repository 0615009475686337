/** Tiles of which one is chosen, by sight: a group of radio buttons; arrows move in it. Start at `radios`. */

import { h } from "../dom.js";

/** @typedef {{value: string, label: string, face?: import("../dom.js").Child, more?: import("../dom.js").Child}} Tile *face*: seen above the label; *more*: below it */

/**
 * @param {{id: string, label: string, kind: string, onChosen: (value: string) => void}} what *kind*: a class of the group
 * @returns {{element: HTMLElement, show: (tiles: readonly Tile[], chosen: string) => void, press: (value: string) => void}}
 *   *press* marks what is chosen, and calls nobody
 */
export function radios({ id, label, kind, onChosen }) {
  const element = h("div", { id, class: `make-tiles ${kind}`, role: "radiogroup", "aria-label": label });
  /** @type {HTMLButtonElement[]} */
  let buttons = [];
  const press = (/** @type {string} */ value) => {
    const chosen = buttons.find((one) => one.dataset.value === value);
    for (const one of buttons) {
      one.setAttribute("aria-checked", String(one === chosen));
      one.tabIndex = one === (chosen ?? buttons[0]) ? 0 : -1;
    }
  };
  const choose = (/** @type {HTMLButtonElement} */ button) => {
    press(button.dataset.value ?? "");
    onChosen(button.dataset.value ?? "");
  };
  element.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const to = at < 0 ? undefined : placeAfter(event.key, at, buttons.length, getComputedStyle(element).direction === "rtl");
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    buttons[to].focus();
    choose(buttons[to]);
  });
  return {
    element,
    press,
    show(tiles, chosen) {
      buttons = tiles.map((tile) => tileOf(tile, choose));
      element.replaceChildren(...buttons);
      press(chosen);
    },
  };
}

/** @param {Tile} tile @param {(button: HTMLButtonElement) => void} choose */
function tileOf({ value, label, face, more }, choose) {
  const button = h("button", { class: "make-tile", type: "button", role: "radio", dataset: { value }, onclick: () => choose(button) }, face, h("span", { class: "make-tile-label" }, label), more);
  return button;
}

/**
 * Where *key* leads from *at* of *count*; undefined for other keys.
 * @param {string} key @param {number} at @param {number} count @param {boolean} isMirrored
 */
function placeAfter(key, at, count, isMirrored) {
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const sideways = isMirrored ? -1 : 1;
  const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: sideways, ArrowLeft: -sideways }[key];
  return step === undefined ? undefined : (at + step + count) % count;
}
