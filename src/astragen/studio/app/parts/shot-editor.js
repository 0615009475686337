/**
 * One shot, to be changed: what is said and seen, how, how long, and what may be done with it as a whole.
 *
 * It tells every change as it is made, and keeps nothing itself. Start at `shotEditor`.
 */

import { h, icon, replace, s } from "../dom.js";
import { has, t } from "../words.js";
import { ANGLES, LENSES, MOVES, SIZES, TRANSITIONS } from "./shot-words.js";

/** @typedef {import("../storyboard.js").Shot} Shot */
/** @typedef {import("../storyboard.js").Place} Place */
/** @typedef {import("../storyboard.js").Subject} Subject */
/** @typedef {{name: string, kind: string}} OwnFile */
/**
 * @typedef {object} Shown
 * @property {Place} place
 * @property {number} all shots of the film
 * @property {number} fps
 * @property {readonly {id: string, name: string}[]} characters
 * @property {string | null} picture address; null: none yet
 * @property {boolean} isStale whether the picture is of the shot as it was
 * @property {OwnFile | null} own the file of its source, as far as it is known
 * @property {Readonly<Record<string, string>>} errors what is wrong, by field
 */
/**
 * @typedef {object} Calls
 * @property {(patch: Partial<Shot>, field: string) => void} onChange *field*: which is typed in; "" where the shot is to be drawn anew
 * @property {(change: (subjects: readonly Subject[]) => Subject[], field: string) => void} onSubjects *change*: of those that there are by then
 * @property {(act: Act) => void} onAct
 * @property {(file: File) => void} onFile
 */
/** @typedef {"reroll" | "split" | "add" | "earlier" | "later" | "remove" | "close"} Act */

const ACTS = /** @type {const} */ ([
  ["reroll", "reroll"], ["split", "split"], ["add", "plus"], ["earlier", "back"], ["later", "forward"], ["remove", "trash"],
]);
const KINDS = "image/png,image/jpeg,image/webp,video/mp4,video/quicktime,video/webm,.mkv";
const LONGEST_S = 600;
const SUBJECTS_MAX = 8;

/**
 * @param {Calls} calls
 * @returns {{element: HTMLElement, show: (shown: Shown) => void, tell: (shown: Shown) => void, progress: (part: number | null) => void}}
 *   *show* draws it anew, *tell* only what follows from what is typed, *progress* how much of a file has gone
 */
export function shotEditor(calls) {
  const element = h("section", { class: "direct-editor card", "aria-labelledby": "direct-editing" });
  return {
    element,
    show: (shown) => {
      const held = document.activeElement instanceof HTMLElement && element.contains(document.activeElement) ? document.activeElement.id : "";
      replace(element, head(shown, calls), picture(shown), acts(shown, calls), ...fields(shown, calls));
      mark(element, shown.errors);
      if (held) document.getElementById(held)?.focus({ preventScroll: true });
    },
    tell: (shown) => {
      const [old, now] = [element.querySelector(".direct-picture"), picture(shown)];
      if (!now.isEqualNode(old)) old?.replaceWith(now); // else it would be decoded again with each letter
      tellLength(element, shown);
      mark(element, shown.errors);
    },
    progress: (part) => {
      const bar = element.querySelector("progress");
      if (!bar) return;
      bar.hidden = part === null;
      if (part !== null) bar.value = part;
    },
  };
}

/** @param {Shown} shown @param {Calls} calls */
function head({ place, all }, { onAct }) {
  const label = t("direct.close");
  return h(
    "div",
    { class: "direct-editor-head" },
    h("h2", { id: "direct-editing" }, t("direct.shot.of", { n: place.n, all })),
    h("button", { id: "direct-close", class: "button quiet icon-only direct-close", type: "button", "aria-label": label, title: label, onclick: () => onAct("close") }, icon("close")),
  );
}

/** @param {Shown} shown */
function picture({ picture: url, isStale, place }) {
  const said = isStale ? h("figcaption", { class: "chip accent" }, t("direct.stale")) : null;
  const seen = url ? h("img", { src: url, alt: t("direct.picture.alt", { n: place.n }) }) : h("span", { class: "direct-no-picture" }, icon(place.shot.source ? "clip" : "picture"));
  return h("figure", { class: isStale ? "direct-picture is-stale" : "direct-picture" }, seen, said);
}

/** @param {Shown} shown @param {Calls} calls */
function acts({ place, all }, { onAct }) {
  const isOff = /** @type {Partial<Record<Act, boolean>>} */ ({ earlier: place.n === 1, later: place.n === all, remove: all === 1 });
  const buttons = ACTS.map(([act, sign]) =>
    h(
      "button",
      { id: `direct-act-${act}`, class: act === "remove" ? "button quiet danger" : "button quiet", type: "button", disabled: isOff[act] ?? false, onclick: () => onAct(act) },
      icon(sign),
      t(`direct.act.${act}`),
    ),
  );
  return h("div", { class: "direct-acts", role: "group", "aria-label": t("direct.acts") }, buttons);
}

/** @param {Shown} shown @param {Calls} calls */
function fields(shown, calls) {
  const { shot } = shown.place;
  return [
    group("said", text("line", shot, calls, { rows: 3, max: 2000 }), speaker(shown, calls), text("title", shot, calls, { max: 200 })),
    group("seen", text("action", shot, calls, { max: 200 }), subjects(shot, calls), text("setting", shot, calls, { max: 200, hint: shown.place.scene.setting }), ownFile(shown, calls)),
    group("camera", sizes(shot, calls), choice("move", MOVES, shot, calls), h("div", { class: "direct-pair" }, choice("angle", ANGLES, shot, calls), choice("lens", LENSES, shot, calls))),
    group("time", length(shown, calls), shown.place.n > 1 && choice("transition", TRANSITIONS, shot, calls)),
  ];
}

/** @param {string} name @param {...import("../dom.js").Child} content */
function group(name, ...content) {
  return h("fieldset", { class: "direct-group" }, h("legend", null, t(`direct.group.${name}`)), ...content);
}

/**
 * A labelled field with a place for what is wrong with it.
 * @param {string} name of the shot's field
 * @param {HTMLElement} control
 * @param {import("../dom.js").Child} [more]
 */
function field(name, control, more) {
  control.id = `direct-${name}`;
  return h("div", { class: "field", dataset: { field: name } }, h("label", { for: control.id }, t(name === "title" ? "direct.caption" : `direct.${name}`)), control, more, h("p", { class: "error", id: `direct-${name}-error`, hidden: true }));
}

/**
 * @param {"line" | "title" | "action" | "setting"} name
 * @param {Shot} shot
 * @param {Calls} calls
 * @param {{rows?: number, max: number, hint?: string}} options
 */
function text(name, shot, { onChange }, { rows, max, hint }) {
  /** @param {Event} event */
  const oninput = (event) => {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    onChange({ [name]: name === "setting" ? value.trim() || null : value }, name);
  };
  const props = { value: shot[name] ?? "", maxlength: max, dir: "auto", placeholder: hint, oninput };
  return field(name, rows ? h("textarea", { rows, ...props }) : h("input", { type: "text", autocomplete: "off", ...props }));
}

/**
 * @param {"move" | "angle" | "lens" | "transition"} name
 * @param {readonly string[]} words
 * @param {Shot} shot
 * @param {Calls} calls
 */
function choice(name, words, shot, { onChange }) {
  const all = words.includes(shot[name]) ? words : [shot[name], ...words]; // a newer service may know more
  const options = all.map((one) => h("option", { value: one, selected: one === shot[name] }, wordOf(name, one)));
  return field(name, h("select", { onchange: (/** @type {Event} */ event) => onChange({ [name]: /** @type {HTMLSelectElement} */ (event.target).value }, "") }, options));
}

/** @param {string} name @param {string} word */
function wordOf(name, word) {
  return has(`direct.${name}.${word}`) ? t(`direct.${name}.${word}`) : word.replaceAll("_", " ");
}

/** How much of somebody the picture shows, chosen by sight. @param {Shot} shot @param {Calls} calls */
function sizes(shot, { onChange }) {
  const choices = SIZES.map((one, at) => {
    const label = wordOf("size", one);
    const radio = h("input", { type: "radio", name: "direct-size", id: `direct-size-${one}`, value: one, checked: one === shot.size, "aria-label": label, onchange: () => onChange({ size: one }, "") });
    return h("label", { class: "direct-size", title: label }, radio, framed(0.22 * 1.72 ** at), h("span", { "aria-hidden": "true" }, label));
  });
  return h("div", { class: "field", role: "radiogroup", "aria-labelledby": "direct-size-label", dataset: { field: "size" } }, h("span", { class: "label", id: "direct-size-label" }, t("direct.size")), h("div", { class: "direct-sizes" }, choices), h("p", { class: "error", id: "direct-size-error", hidden: true }));
}

/**
 * A frame with somebody in it, *scale* times as tall as it.
 * @param {number} scale
 */
function framed(scale) {
  const eyes = scale < 1 ? 13 - 9 * scale : 8; // from far the feet are in the frame, from near the eyes are a third down
  const person = s("g", { transform: `translate(16 ${eyes}) scale(${scale})` }, s("circle", { r: 3.1 }), s("path", { d: "M-4.6 9.5c0-7 9.2-7 9.2 0v5.5h-2v7h-5.2v-7h-2z" }));
  return s("svg", { class: "direct-framed", viewBox: "0 0 32 18", "aria-hidden": "true" }, person);
}

/** @param {Shown} shown @param {Calls} calls */
function speaker({ place, characters }, { onChange }) {
  if (!characters.length) return null;
  const options = [h("option", { value: "" }, t("direct.speaker.none")), ...characters.map((one) => h("option", { value: one.id, selected: one.id === place.shot.speaker, dir: "auto" }, one.name))];
  return field("speaker", h("select", { onchange: (/** @type {Event} */ event) => onChange({ speaker: /** @type {HTMLSelectElement} */ (event.target).value || null }, "") }, options));
}

/** Who and what is seen, and what they do. @param {Shot} shot @param {Calls} calls */
function subjects(shot, { onSubjects }) {
  const rows = shot.subjects.map((one, at) => {
    const put = (/** @type {Partial<Subject>} */ patch, /** @type {string} */ part) =>
      onSubjects((all) => all.map((other, index) => (index === at ? { ...other, ...patch } : other)), `subjects.${at}.${part}`);
    /** @param {"noun" | "action"} part */
    const input = (part) => {
      /** @param {Event} event */
      const oninput = (event) => {
        const { value } = /** @type {HTMLInputElement} */ (event.target);
        put(part === "noun" ? { noun: value, phrase: "", character: null } : { action: value }, part);
      };
      const label = t(`direct.subject.${part}`, { n: at + 1 });
      return h("input", { type: "text", id: `direct-subject-${at}-${part}`, value: (part === "noun" && one.phrase) || one[part] || "", maxlength: 200, dir: "auto", autocomplete: "off", "aria-label": label, placeholder: t(`direct.subject.${part}.example`), oninput });
    };
    const away = t("direct.subject.remove", { n: at + 1 });
    return h("li", { class: "direct-subject" }, input("noun"), input("action"), h("button", { id: `direct-subject-${at}-remove`, class: "button quiet icon-only", type: "button", "aria-label": away, title: away, onclick: () => onSubjects((all) => all.filter((_, index) => index !== at), "") }, icon("minus")));
  });
  const add = () => onSubjects((all) => [...all, { noun: t("direct.subject.new"), phrase: "", count: 1, action: "", placement: null, color: null, character: null }], "");
  return h(
    "div",
    { class: "field", role: "group", "aria-labelledby": "direct-subjects-label", dataset: { field: "subjects" } },
    h("span", { class: "label", id: "direct-subjects-label" }, t("direct.subjects")),
    rows.length > 0 && h("ul", { class: "direct-subjects" }, rows),
    shot.subjects.length < SUBJECTS_MAX && h("button", { id: "direct-subject-add", class: "chip", type: "button", onclick: add }, icon("plus"), t("direct.subject.add")),
    h("p", { class: "error", id: "direct-subjects-error", hidden: true }),
  );
}

/** A picture or clip of the person's own in place of a made one. @param {Shown} shown @param {Calls} calls */
function ownFile({ place, own }, { onChange, onFile }) {
  /** @param {Event} event */
  const onchange = (event) => {
    const file = /** @type {HTMLInputElement} */ (event.target).files?.[0];
    if (file) onFile(file);
  };
  const name = own?.name ?? place.shot.source;
  const chosen = place.shot.source && h("p", { class: "direct-own" }, icon(own?.kind === "clip" ? "clip" : "picture"), h("span", { dir: "auto" }, name), h("button", { id: "direct-own-remove", class: "button quiet", type: "button", onclick: () => onChange({ source: "" }, "") }, t("direct.own.remove")));
  const input = h("input", { type: "file", id: "direct-source", accept: KINDS, "aria-label": t("direct.source"), onchange });
  return h(
    "div",
    { class: "field", dataset: { field: "source" } },
    h("span", { class: "label" }, t("direct.source")),
    chosen,
    h("div", null, h("label", { class: "button direct-pick" }, icon("upload"), t(chosen ? "direct.own.other" : "direct.own.pick"), input)),
    h("progress", { max: 1, hidden: true, "aria-label": t("direct.own.progress") }),
    h("p", { class: "hint" }, t("direct.own.hint")),
    h("p", { class: "error", id: "direct-source-error", hidden: true }),
  );
}

/** @param {Shown} shown @param {Calls} calls */
function length({ place, fps }, { onChange }) {
  /** @param {Event} event */
  const oninput = (event) => {
    const seconds = Number(/** @type {HTMLInputElement} */ (event.target).value);
    if (seconds > 0) onChange({ frames: Math.max(1, Math.round(seconds * fps)) }, "frames"); // drawn anew, what is clicked next would be gone
  };
  const { frames } = place.shot;
  const input = h("input", { type: "number", min: 0.5, max: LONGEST_S, step: "any", inputmode: "decimal", value: secondsOf(frames, fps), placeholder: t("direct.length.auto"), oninput });
  const auto = h("input", { type: "checkbox", id: "direct-auto", checked: !frames, disabled: !frames, onchange: () => onChange({ frames: null }, "") });
  return field("frames", input, h("label", { class: "check" }, auto, h("span", null, t("direct.frames.auto"))));
}

/** Show the length as it is by now: other words are paced anew. @param {HTMLElement} element @param {Shown} shown */
function tellLength(element, { place, fps }) {
  const { frames } = place.shot;
  const input = /** @type {HTMLInputElement} */ (element.querySelector("#direct-frames"));
  const auto = /** @type {HTMLInputElement} */ (element.querySelector("#direct-auto"));
  if (input !== document.activeElement) input.value = secondsOf(frames, fps);
  auto.checked = auto.disabled = !frames;
}

/** @param {number | null} frames @param {number} fps */
function secondsOf(frames, fps) {
  return frames ? String(Math.round((frames / fps) * 100) / 100) : "";
}

/**
 * Say at the fields what is wrong with them.
 * @param {HTMLElement} element
 * @param {Shown["errors"]} errors
 */
function mark(element, errors) {
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-field]"))) {
    const said = errors[box.dataset.field ?? ""];
    const place = /** @type {HTMLElement} */ (box.querySelector(".error"));
    place.hidden = !said;
    if (place.textContent !== (said ?? "")) place.textContent = said ?? "";
    for (const control of box.querySelectorAll("input, select, textarea")) {
      if (said) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
      if (said) control.setAttribute("aria-describedby", place.id);
      else control.removeAttribute("aria-describedby");
    }
  }
}
