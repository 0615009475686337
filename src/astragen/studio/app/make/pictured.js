/** Choices that are known by sight and are few: the shape of the frame, the look of captions, the mood. */

import { h } from "../dom.js";
import { t } from "../words.js";
import { radios } from "./radios.js";

/** @typedef {import("./making.js").Making} Making */
/** @typedef {import("./fields.js").Fields} Fields */

const ASPECTS = ["16:9", "9:16", "1:1", "4:5", "21:9"];
const CAPTIONS = ["boxed", "clean", "karaoke", "kinetic"];
const NO_CAPTIONS = "none";
const MOODS = ["hopeful", "calm", "joyful", "curious", "mysterious", "tense", "sad", "epic"];

/** @param {Making} making @param {Fields} fields */
export function aspectPart(making, fields) {
  const group = radios({ id: "make-aspect", label: t("make.aspect"), kind: "make-aspects", onChosen: (aspect) => making.choose({ aspect }) });
  const frame = (/** @type {string} */ aspect) => h("span", { class: "make-frame", vars: { "--ratio": aspect.replace(":", " / ") } });
  group.show(ASPECTS.map((value) => ({ value, label: value, face: h("span", { class: "make-frame-room" }, frame(value)) })), making.choices().aspect);
  return part("make.aspect", group.element, fields.note("aspect", group.element));
}

/** @param {Making} making @param {Fields} fields */
export function captionsPart(making, fields) {
  const onChosen = (/** @type {string} */ value) => making.choose(value === NO_CAPTIONS ? { captions: false } : { captions: true, caption_style: value });
  const group = radios({ id: "make-caption_style", label: t("make.caption_style"), kind: "make-captions", onChosen });
  const { captions, caption_style } = making.choices();
  group.show([...CAPTIONS, NO_CAPTIONS].map((value) => ({ value, label: t(`make.caption_style.${value}`), face: captionFace(value) })), captions ? caption_style : NO_CAPTIONS);
  return part("make.caption_style", group.element, fields.note("caption_style", group.element));
}

/** @param {Making} making @param {Fields} fields */
export function moodPart(making, fields) {
  const group = radios({ id: "make-mood", label: t("make.mood"), kind: "make-moods", onChosen: (mood) => making.choose({ mood }) });
  const face = (/** @type {string} */ mood) => h("span", { class: "make-mood", dataset: { mood } });
  group.show(["", ...MOODS].map((value) => ({ value, label: t(`make.mood.${value || "story"}`), face: face(value) })), making.choices().mood);
  return part("make.mood", h("p", { class: "hint" }, t("make.mood.hint")), group.element, fields.note("mood", group.element));
}

/**
 * A part of the page under its heading.
 * @param {string} name key of the heading @param {...import("../dom.js").Child} body
 */
export function part(name, ...body) {
  return h("section", { class: "make-part", dataset: { part: name.replace("make.", "") } }, h("h2", null, t(name)), ...body);
}

/** A small picture with words as captions of *style* have them. @param {string} style */
function captionFace(style) {
  const words = style === NO_CAPTIONS ? null : h("span", { class: "make-caption-words" }, h("span", null, t("make.caption_style.word1")), " ", h("b", null, t("make.caption_style.word2")));
  return h("span", { class: "make-caption", dataset: { style }, "aria-hidden": "true" }, words);
}
