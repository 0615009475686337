/** The style, by pictures that the built-in painter made in each; or in the person's own words, which artists draw by. */

import { h, icon } from "../dom.js";
import { has, t } from "../words.js";
import { part } from "./pictured.js";
import { radios } from "./radios.js";

const OWN = "own"; // words of the person's: no style is called so
const WORDS_MAX = 200;
const PLACES = 18; // that are held while styles are asked for: about as many as there are

/** @typedef {{name: string, about: string}} Style */

/**
 * @param {import("./making.js").Making} making
 * @param {import("./fields.js").Fields} fields
 * @returns {{element: HTMLElement, fill: (styles: readonly Style[]) => void}}
 */
export function stylePart(making, fields) {
  /** @type {readonly Style[]} */
  let styles = [];
  const words = h("input", { id: "make-style-words", maxlength: WORDS_MAX, dir: "auto", "aria-label": t("make.style.words"), placeholder: t("make.style.words.example") });
  const room = h("div", { class: "make-style-words", hidden: true }, words);
  const say = () => making.choose({ style: words.value.trim() || "cinematic" });
  const onChosen = (/** @type {string} */ value) => {
    room.hidden = value !== OWN;
    if (value !== OWN) making.choose({ style: value });
    else if (words.value.trim()) say();
  };
  words.addEventListener("input", say);
  const group = radios({ id: "make-style", label: t("make.style"), kind: "make-styles", onChosen });
  group.element.append(...Array.from({ length: PLACES }, () => h("div", { class: "make-tile skeleton", "aria-hidden": "true" })));
  const show = () => {
    const style = making.chosen("style");
    const isKnown = style === "" || styles.some((one) => one.name === style);
    if (!isKnown) words.value = style;
    room.hidden = isKnown;
    const asBoard = making.draft().board ? [{ value: "", label: t("make.as-board"), face: h("span", { class: "make-tile-face" }, icon("script")) }] : [];
    const own = { value: OWN, label: t("make.style.own"), face: h("span", { class: "make-tile-face" }, icon("edit")) };
    group.show([...asBoard, ...styles.map(tileOf), own], isKnown ? style : OWN);
  };
  making.on((names) => names.includes("board") && styles.length > 0 && show());
  return {
    element: part("make.style", group.element, room, fields.note("style", group.element)),
    fill(found) {
      styles = found;
      show();
    },
  };
}

/** Where the picture of *style* lies. @param {string} style */
export function pictureOf(style) {
  return `/studio/pictures/${style.replaceAll(" ", "-")}.webp`;
}

/** What *style* is called; "" is that of the storyboard. @param {string} style */
export function nameOfStyle(style) {
  const key = `make.style.${style.replaceAll(" ", "-")}`; // words of the person's, or of a newer service, have none
  return style === "" ? t("make.as-board") : has(key) ? t(key) : style;
}

/** @param {Style} style */
function tileOf({ name }) {
  return { value: name, label: nameOfStyle(name), face: h("img", { src: pictureOf(name), alt: "", width: 224, height: 126 }) };
}
