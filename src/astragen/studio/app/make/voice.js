/** Who speaks, in which language, and how it sounds: built-in voices are heard before they are chosen. */

import { Problem, release, send } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { toast } from "../toast.js";
import { has, language, t } from "../words.js";
import { part } from "./pictured.js";

/** @typedef {{voice: string, about: string, languages: readonly string[], sample: string | null}} Voice */
/** @typedef {{name: string, trade: string, state: string}} Provider */
/** @typedef {{element: HTMLElement, fill: (voices: readonly Voice[], providers: readonly Provider[]) => void, leave: () => void}} VoicePart */

const BUILTIN = "builtin";
const NAMED = "VOICE"; // stands in a listed voice for a name that only its provider knows
const AUTO = "auto";
const BARS = 5;

/** @param {import("./making.js").Making} making @param {import("./fields.js").Fields} fields @returns {VoicePart} */
export function voicePart(making, fields) {
  const leaving = new AbortController();
  const player = samplePlayer(leaving.signal);
  /** @type {readonly Voice[]} */
  let voices = [];
  const who = h("select", { id: "make-voice", "aria-label": t("make.voice"), onchange: () => (player.stop(), making.choose({ voice: who.value })) });
  const tongue = h("select", { id: "make-language", onchange: () => (player.stop(), making.choose({ language: tongue.value })) });
  const samplePath = () => {
    const sample = voices.find((one) => one.voice === (who.value || BUILTIN))?.sample;
    const tag = tongue.value && tongue.value !== AUTO ? tongue.value : language();
    return sample && `${sample}?language=${encodeURIComponent(tag)}`;
  };
  const show = () => player.show(samplePath() ?? null);
  who.append(h("option", { value: "" }, t("make.voice.usual")));
  tongue.append(h("option", { value: AUTO }, t("make.language.auto")));
  making.on((names) => {
    if (names.includes("board")) fillTongues();
    if (names.includes("voice") && who.value !== making.choices().voice) who.value = making.choices().voice;
    show();
  });
  const fillTongues = () => {
    const chosen = making.chosen("language") || AUTO;
    const tags = new Set([...voices.flatMap((one) => one.languages), ...(chosen === AUTO ? [] : [chosen])]);
    const auto = t(making.draft().board ? "make.as-board" : "make.language.auto");
    replace(tongue, h("option", { value: AUTO }, auto), named([...tags]).map(([tag, name]) => h("option", { value: tag }, name)));
    tongue.value = chosen;
  };
  return {
    element: part(
      "make.voice",
      h("div", { class: "make-voice" }, player.element, h("div", { class: "field" }, who, fields.note("voice", who))),
      h("div", { class: "field" }, h("label", { for: "make-language" }, t("make.language")), tongue, fields.note("language", tongue)),
    ),
    fill(found, providers) {
      voices = found;
      const ready = new Set(providers.filter((one) => one.trade === "voice" && one.state === "ready").map((one) => one.name));
      fillVoices(who, found.filter((one) => ready.has(one.voice.split(":")[0]) && !one.voice.endsWith(NAMED)), making.choices().voice);
      if (who.value !== making.choices().voice) making.choose({ voice: who.value });
      fillTongues();
      show();
    },
    leave() {
      leaving.abort();
      player.stop();
    },
  };
}

/**
 * The voices in *select*, by who provides them; one that was chosen before and is gone is the usual one again.
 * @param {HTMLSelectElement} select @param {readonly Voice[]} voices @param {string} chosen
 */
function fillVoices(select, voices, chosen) {
  const providers = [...new Set(voices.map((one) => one.voice.split(":")[0]))];
  const group = (/** @type {string} */ provider) => {
    const own = voices.filter((one) => one.voice.split(":")[0] === provider);
    return h("optgroup", { label: provider === BUILTIN ? t("make.crew.builtin") : provider }, own.map((one) => h("option", { value: one.voice }, nameOf(one.voice))));
  };
  replace(select, h("option", { value: "" }, t("make.voice.usual")), providers.map(group));
  select.value = voices.some((one) => one.voice === chosen) ? chosen : "";
}

/** "Bright 3" for "builtin:f3"; what a provider calls its own. @param {string} voice */
function nameOf(voice) {
  if (voice === BUILTIN) return t("make.voice.builtin");
  const [provider, name = ""] = voice.split(":");
  const key = `make.voice.${name[0]}`;
  return provider === BUILTIN && has(key) ? t(key, { n: name.slice(1) }) : name;
}

/** Languages by their names in ours, in the order of these. @param {readonly string[]} tags @returns {[string, string][]} */
function named(tags) {
  const names = new Intl.DisplayNames([language()], { type: "language", fallback: "none" });
  const known = tags.flatMap((tag) => {
    const name = nameOfTag(names, tag);
    return name ? [/** @type {[string, string]} */ ([tag, name])] : [];
  });
  const { compare } = new Intl.Collator(language());
  return known.sort(([, a], [, b]) => compare(a, b));
}

/** Undefined for tags that the browser knows no language of. @param {Intl.DisplayNames} names @param {string} tag */
function nameOfTag(names, tag) {
  try {
    return names.of(tag);
  } catch {
    return undefined; // it takes the tag for none at all
  }
}

/** A button that plays a sample, and stops it. @param {AbortSignal} signal of who leaves */
function samplePlayer(signal) {
  const bars = h("span", { class: "make-bars", "aria-hidden": "true" }, Array.from({ length: BARS }, () => h("span", null)));
  const button = h("button", { class: "make-hear", type: "button", "aria-pressed": "false", onclick: () => (sound ? stop() : play()) });
  let path = /** @type {string | null} */ (null);
  /** @type {HTMLAudioElement | null} */
  let sound = null;
  const draw = () => {
    button.setAttribute("aria-label", t(path ? "make.voice.hear" : "make.voice.unheard"));
    button.setAttribute("aria-disabled", String(!path));
    button.title = path ? "" : t("make.voice.unheard");
    button.setAttribute("aria-pressed", String(sound !== null));
    replace(button, sound ? bars : icon(path ? "play" : "mute"));
  };
  const stop = () => {
    if (!sound) return;
    sound.pause();
    release(sound.src);
    sound = null;
    draw();
  };
  const play = async () => {
    if (!path) return;
    try {
      const answer = await send("GET", path, undefined, { signal }); // <audio> sends no key, and tells no reasons
      stop();
      sound = new Audio(URL.createObjectURL(await answer.blob()));
      sound.addEventListener("ended", stop);
      draw();
      await sound.play();
    } catch (problem) {
      stop();
      if (!signal.aborted && !isInterrupted(problem)) toast(problem instanceof Problem ? problem.detail : t("make.voice.silent"));
    }
  };
  draw();
  return { element: button, stop, show: (/** @type {string | null} */ wanted) => wanted !== path && ((path = wanted), draw()) };
}

/** Whether a sound was stopped before it had begun. @param {unknown} error */
function isInterrupted(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
