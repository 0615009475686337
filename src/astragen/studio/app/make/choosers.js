/** Everything that is chosen on the page, in its order, and what fills it: styles, voices, providers, limits. */

import { ask } from "../api.js";
import { h } from "../dom.js";
import { crewPart } from "./crew.js";
import { lengthPart } from "./length.js";
import { morePart, soundChecks } from "./more.js";
import { aspectPart, captionsPart, moodPart, part } from "./pictured.js";
import { stylePart } from "./styles.js";
import { voicePart } from "./voice.js";

/**
 * @param {import("./making.js").Making} making
 * @param {import("./fields.js").Fields} fields
 * @returns {{elements: HTMLElement[], load: (signal: AbortSignal) => Promise<void>, leave: () => void}}
 */
export function choosers(making, fields) {
  const style = stylePart(making, fields);
  const length = lengthPart(making, fields);
  const voice = voicePart(making, fields);
  const crew = crewPart(making, fields);
  const card = (/** @type {HTMLElement[]} */ ...parts) => h("div", { class: "make-card" }, parts);
  const cards = [card(aspectPart(making, fields), length.element), card(voice.element, part("make.sound", soundChecks(making))), card(captionsPart(making, fields))];
  return {
    elements: [style.element, moodPart(making, fields), h("div", { class: "make-grid" }, cards), morePart(making, fields, crew.element)],
    leave: voice.leave,
    async load(signal) {
      const listed = (/** @type {string} */ path) => ask("GET", path, undefined, { signal }).catch(() => null); // the banner says it where nobody answers
      const [styles, voices, providers, limits] = await Promise.all(["/v1/styles", "/v1/voices", "/v1/providers", "/v1/limits"].map(listed));
      if (signal.aborted) return;
      if (styles) style.fill(styles.data);
      if (voices && providers) voice.fill(voices.data, providers.data);
      if (providers) crew.fill(providers.data);
      if (limits) length.limit(limits.brief.seconds);
    },
  };
}
