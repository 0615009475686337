/**
 * The storyboard as a wall of shots, scene by scene: each can be chosen, dragged elsewhere, or given a file.
 *
 * Cards are kept while their shots are, so that the focus and what is dragged stay. Start at `shotList`.
 */

import { h, icon, replace } from "../dom.js";
import { isSeenAnew } from "../remade.js";
import { duration, t } from "../words.js";

/** @typedef {import("../storyboard.js").Storyboard} Storyboard */
/** @typedef {import("../storyboard.js").Place} Place */
/**
 * @typedef {object} Shown
 * @property {Storyboard} board
 * @property {string} chosen id of the shot that is edited; "" for none
 * @property {number} fps
 * @property {ReadonlyMap<string, readonly import("../remade.js").Reason[]>} remade
 * @property {ReadonlySet<string>} wrong shots that cannot be made as they are
 */
/**
 * @typedef {object} Calls
 * @property {(id: string) => void} onChoose
 * @property {(id: string, scene: string, index: number) => void} onPlace as `placed` of storyboard.js has it
 * @property {(id: string, file: File) => void} onFile
 * @property {(shot: import("../storyboard.js").Shot) => string | null} pictureOf its address; null: there is none yet
 */

const KIND = "application/x-astragen-shot"; // of what is dragged: a shot, not a file

/**
 * @param {Calls} calls
 * @returns {{element: HTMLElement, show: (shown: Shown) => void, card: (id: string) => HTMLElement | null}}
 */
export function shotList(calls) {
  const element = h("div", { class: "direct-scenes" });
  /** @type {Map<string, HTMLLIElement>} */
  const cards = new Map();
  /** @param {Shown} shown */
  const show = (shown) => {
    let n = 0;
    const scenes = shown.board.scenes.map((scene) => {
      const items = scene.shots.map((shot, i) => {
        const item = cards.get(shot.id) ?? newCard(shot.id, calls);
        cards.set(shot.id, item);
        return drawn(item, { shot, scene, n: ++n, s: 0, i }, shown, calls);
      });
      return section(element, scene, items);
    });
    if (!isInOrder(element, scenes)) replace(element, scenes);
    const here = new Set(shown.board.scenes.flatMap((scene) => scene.shots.map((shot) => shot.id)));
    for (const id of cards.keys()) if (!here.has(id)) cards.delete(id);
  };
  return { element, show, card: (id) => cards.get(id) ?? null };
}

/**
 * The section of *scene* with *items*; moved in the page only where they stand otherwise, as moving takes the focus.
 * @param {HTMLElement} element
 * @param {import("../storyboard.js").Scene} scene
 * @param {HTMLLIElement[]} items
 */
function section(element, scene, items) {
  const old = /** @type {HTMLElement | undefined} */ ([...element.children].find((one) => /** @type {HTMLElement} */ (one).dataset.scene === scene.id));
  const label = `direct-scene-${scene.id}`;
  const list = old?.querySelector("ol") ?? h("ol", { class: "direct-shots", "aria-labelledby": label });
  if (!isInOrder(list, items)) replace(list, items);
  const head = [h("span", null, scene.title || scene.setting), scene.title && scene.setting !== scene.title ? h("span", { class: "chip", dir: "auto" }, scene.setting) : null];
  const made = old ?? h("section", { class: "direct-scene", dataset: { scene: scene.id } }, h("h2", { id: label, dir: "auto" }, ...head), list);
  made.style.setProperty("--shots", String(items.length));
  return made;
}

/**
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} children
 */
function isInOrder(parent, children) {
  return parent.children.length === children.length && children.every((one, at) => parent.children[at] === one);
}

/**
 * @param {string} id
 * @param {Calls} calls
 */
function newCard(id, calls) {
  const item = h("li", { class: "direct-shot", draggable: "true", dataset: { id } });
  item.append(h("button", { class: "direct-card", type: "button", onclick: () => calls.onChoose(id) }));
  item.addEventListener("dragstart", (event) => {
    if (/** @type {Element} */ (event.target).closest(".direct-editor")) return event.preventDefault(); // words are selected there
    event.dataTransfer?.setData(KIND, id);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
    item.classList.add("is-dragged");
  });
  item.addEventListener("dragend", () => item.classList.remove("is-dragged"));
  item.addEventListener("dragover", (event) => over(event, item));
  item.addEventListener("dragleave", () => item.classList.remove("drop-before", "drop-after", "drop-file"));
  item.addEventListener("drop", (event) => dropped(event, item, calls));
  return item;
}

/** @param {DragEvent} event @param {HTMLElement} item */
function over(event, item) {
  const types = event.dataTransfer?.types ?? [];
  if (!types.includes(KIND) && !types.includes("Files")) return;
  event.preventDefault(); // it may be dropped here
  const isFile = !types.includes(KIND);
  item.classList.toggle("drop-file", isFile);
  item.classList.toggle("drop-before", !isFile && isBefore(event, item));
  item.classList.toggle("drop-after", !isFile && !isBefore(event, item));
}

/** @param {DragEvent} event @param {HTMLElement} item @param {Calls} calls */
function dropped(event, item, calls) {
  event.preventDefault();
  item.classList.remove("drop-before", "drop-after", "drop-file");
  const target = item.dataset.id ?? "";
  const id = event.dataTransfer?.getData(KIND);
  const file = event.dataTransfer?.files[0];
  if (!id && file) calls.onFile(target, file);
  if (!id || id === target) return;
  const list = /** @type {HTMLElement} */ (item.parentElement);
  const ids = [...list.children].map((one) => /** @type {HTMLElement} */ (one).dataset.id).filter((one) => one !== id);
  const scene = /** @type {HTMLElement} */ (item.closest("section")).dataset.scene ?? "";
  calls.onPlace(id, scene, ids.indexOf(target) + (isBefore(event, item) ? 0 : 1));
}

/** @param {DragEvent} event @param {HTMLElement} item */
function isBefore(event, item) {
  const box = item.getBoundingClientRect();
  const isLeft = event.clientX < box.left + box.width / 2;
  return getComputedStyle(item).direction === "rtl" ? !isLeft : isLeft;
}

/** @type {WeakMap<HTMLElement, string>} what a card shows, so that it is drawn again only when that is another */
const contents = new WeakMap();

/**
 * @param {HTMLLIElement} item
 * @param {Place} place
 * @param {Shown} shown
 * @param {Calls} calls
 */
function drawn(item, { shot, n }, { chosen, fps, remade, wrong }, calls) {
  const reasons = remade.get(shot.id) ?? [];
  const url = calls.pictureOf(shot);
  const content = JSON.stringify([n, shot.line, shot.action, shot.frames, shot.source, reasons, url, wrong.has(shot.id), shot.id === chosen]);
  if (contents.get(item) === content) return item;
  contents.set(item, content);
  const isStale = isSeenAnew(shot, reasons);
  const chips = [
    wrong.has(shot.id) && h("span", { class: "chip bad" }, icon("warning"), t("direct.wrong")),
    ...reasons.map((one) => h("span", { class: "chip accent" }, t(`direct.reason.${one}`))),
  ];
  const button = /** @type {HTMLElement} */ (item.firstElementChild);
  const old = button.querySelector("img");
  const img = url === null ? null : old?.getAttribute("src") === url ? old : h("img", { src: url, alt: "", decoding: "async", draggable: "false" });
  item.classList.toggle("is-chosen", shot.id === chosen);
  if (shot.id === chosen) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
  replace(
    button,
    h(
      "span",
      { class: isStale ? "direct-picture is-stale" : "direct-picture" },
      img ?? h("span", { class: "direct-no-picture" }, icon(shot.source ? "clip" : "picture")),
      h("span", { class: "direct-number number" }, h("span", { class: "visually-hidden" }, `${t("direct.shot.word")} `), n),
      h("span", { class: "direct-length number" }, shot.frames ? duration(shot.frames / fps) : t("direct.length.auto")),
    ),
    h("span", { class: shot.line ? "direct-line" : "direct-line muted", dir: "auto" }, shot.line || shot.action || t("direct.wordless")),
    h("span", { class: "direct-chips" }, chips),
  );
  return item;
}
