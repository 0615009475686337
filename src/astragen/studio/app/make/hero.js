/** The box in which the film is said: words, files, examples, and the light of the chosen style behind it. */

import { h, icon, replace } from "../dom.js";
import { t } from "../words.js";
import { fileList } from "./files.js";
import { pictureOf } from "./styles.js";

const EXAMPLES = 6;
const PROMPT_MAX = 20_000;
const ACCEPTED = ".txt,.md,.markdown,.fountain,.json,.cube,image/*,video/*,audio/*";

/**
 * @param {import("./making.js").Making} making
 * @param {import("./fields.js").Fields} fields
 * @param {import("./intake.js").Intake} files
 * @param {{act: readonly Node[], foot: readonly Node[]}} below what stands below the words: the estimate and the button,
 *   and what more is to be said
 * @returns {{element: HTMLElement, prompt: HTMLTextAreaElement, drawFiles: () => void, leave: () => void}}
 */
export function hero(making, fields, files, { act, foot }) {
  const leaving = new AbortController();
  const prompt = h("textarea", { id: "make-prompt", class: "make-prompt", rows: 3, maxlength: PROMPT_MAX, dir: "auto", placeholder: t("make.placeholder"), "aria-label": t("make.prompt"), value: making.draft().prompt });
  prompt.addEventListener("input", () => making.write({ prompt: prompt.value }));
  const list = fileList(making, files);
  const notes = ["storyboard", "files"].map((name) => fields.note(name, list.element));
  const box = h("div", { class: "make-box" }, prompt, fields.note("prompt", prompt), list.element, ...notes, h("div", { class: "make-act" }, addButton(files), ...act), ...foot);
  const light = h("div", { class: "make-light", "aria-hidden": "true" });
  const show = () => {
    const { prompt: words, board } = making.draft();
    if (prompt.value !== words) prompt.value = words;
    prompt.hidden = board !== null;
    replace(light, h("img", { src: pictureOf(making.chosen("style") || "cinematic"), alt: "", onerror: (/** @type {Event} */ event) => /** @type {Element} */ (event.target).remove() }));
  };
  making.on((names) => (names.includes("board") || names.includes("script") || names.includes("style")) && show());
  takeDrops(box, files, leaving.signal);
  show();
  list.draw();
  return {
    element: h("div", { class: "make-hero" }, light, h("h1", { class: "make-title" }, t("make.title")), box, examples(making, prompt)),
    prompt,
    drawFiles: list.draw,
    leave() {
      leaving.abort();
      list.leave();
    },
  };
}

/** @param {import("./intake.js").Intake} files */
function addButton(files) {
  const input = h("input", { id: "make-file", type: "file", multiple: true, hidden: true, accept: ACCEPTED });
  input.addEventListener("change", () => {
    files.take(input.files ?? []);
    input.value = ""; // the same file can be chosen again
  });
  return h("div", { class: "make-adding" }, input, h("button", { class: "button quiet make-add", type: "button", title: t("make.file.about"), onclick: () => input.click() }, icon("plus"), t("make.file")));
}

/** @param {import("./making.js").Making} making @param {HTMLTextAreaElement} prompt */
function examples(making, prompt) {
  const use = (/** @type {string} */ text) => {
    making.write({ prompt: text, script: null, board: null });
    prompt.value = text;
    prompt.focus();
  };
  const texts = Array.from({ length: EXAMPLES }, (_, n) => t(`make.example.${n + 1}`));
  return h("div", { class: "make-examples", role: "group", "aria-label": t("make.examples") }, texts.map((text) => h("button", { class: "chip", type: "button", onclick: () => use(text) }, text)));
}

/** Take files that are dropped anywhere on the page, or pasted. @param {HTMLElement} box which says that they can be @param {import("./intake.js").Intake} files @param {AbortSignal} signal */
function takeDrops(box, files, signal) {
  const over = (/** @type {boolean} */ is) => box.classList.toggle("is-over", is);
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragover", (event) => hasFiles(event) && (event.preventDefault(), over(true)), { signal });
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && over(false), { signal });
  const take = (/** @type {DragEvent} */ event) => {
    over(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    files.take(event.dataTransfer?.files ?? []);
  };
  document.addEventListener("drop", take, { signal });
  const paste = (/** @type {ClipboardEvent} */ event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    files.take(event.clipboardData.files);
  };
  document.addEventListener("paste", paste, { signal });
}
