/** What goes into the film besides words, seen: each file with its picture and name, and a way to take it back. */

import { mediaUrl, release } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { stillTaker } from "../parts/stills.js";
import { announce } from "../toast.js";
import { count, t } from "../words.js";

/** @typedef {import("./making.js").Making} Making */
/** @typedef {import("./order.js").OwnFile} OwnFile */
/** @typedef {import("./intake.js").Intake} Intake */

const ICONS = { picture: "picture", clip: "clip", music: "music", lut: "theme" };
const ORDERED = new Set(["picture", "clip"]); // their order is that of the film

/**
 * @param {Making} making
 * @param {Intake} files
 * @returns {{element: HTMLElement, draw: () => void, leave: () => void}}
 */
export function fileList(making, files) {
  const element = h("ul", { class: "make-files", "aria-label": t("make.files") });
  const faces = thumbnails(files);
  const draw = () => {
    const focused = /** @type {HTMLElement | null} */ (element.contains(document.activeElement) ? document.activeElement : null);
    const { script, board, files: own } = making.draft();
    replace(
      element,
      script && !board && itemOf({ key: "script", name: script.name, about: t("make.file.script"), face: icon("script"), onRemove: () => takeBack(making, script.name, { prompt: script.before, script: null }) }),
      board && itemOf({ key: "board", name: board.name, about: boardFacts(board.storyboard), face: icon("film"), onRemove: () => takeBack(making, board.name, { board: null }) }),
      own.map((file, at) => ownItem(file, at, making, files, faces.of(file))),
      files.coming().map((one) => comingItem(one, files)),
    );
    element.hidden = element.childElementCount === 0;
    if (focused) refocus(element, focused);
  };
  making.on((names) => ["script", "board", "files"].some((name) => names.includes(name)) && draw());
  return { element, draw, leave: faces.leave };
}

/**
 * @typedef {object} Item
 * @property {string} key
 * @property {string} name
 * @property {string} about
 * @property {Node} face
 * @property {() => void} onRemove
 * @property {import("../dom.js").Child} [more]
 */

/** @param {Item} item */
function itemOf({ key, name, about, face, onRemove, more }) {
  const remove = h("button", { class: "button quiet icon-only", type: "button", dataset: { act: "remove" }, "aria-label": t("make.files.remove", { name }), onclick: onRemove }, icon("close"));
  return h("li", { class: "make-file", dataset: { key } }, h("span", { class: "make-file-face" }, face), h("span", { class: "make-file-words" }, h("span", { class: "make-file-name", dir: "auto", title: name }, name), h("span", { class: "muted small" }, about)), more, remove);
}

/** @param {OwnFile} file @param {number} at @param {Making} making @param {Intake} files @param {Node} face */
function ownItem(file, at, making, files, face) {
  const all = making.draft().files;
  const before = ORDERED.has(file.kind) ? all.slice(0, at).map((one) => ORDERED.has(one.kind)).lastIndexOf(true) : -1;
  const earlier = () => {
    const moved = all.filter((one) => one !== file);
    moved.splice(before, 0, file);
    making.write({ files: moved });
    announce(t("make.files.moved", { name: file.name, n: before + 1 }));
  };
  const more = before >= 0 && h("button", { class: "button quiet icon-only", type: "button", dataset: { act: "earlier" }, "aria-label": t("make.files.earlier", { name: file.name }), title: t("make.files.earlier", { name: file.name }), onclick: earlier }, icon("left"));
  return itemOf({ key: file.id, name: file.name, about: t(`make.files.${file.kind}`), face, onRemove: () => files.remove(file.id), more });
}

/** @param {import("./intake.js").Coming} one @param {Intake} files */
function comingItem(one, files) {
  const item = itemOf({
    key: `coming-${one.key}`,
    name: one.name,
    about: one.failure ? t("make.files.failed") : t("make.files.coming"),
    face: icon(one.failure ? "warning" : "upload"),
    onRemove: () => files.drop(one.key),
    more: one.failure ? h("span", { class: "error", role: "alert", lang: "en", dir: "auto" }, one.failure) : h("progress", { max: 1, value: one.part, "aria-label": t("make.files.part", { name: one.name }) }),
  });
  if (one.failure) item.classList.add("bad");
  return item;
}

/** @param {Making} making @param {string} name @param {Partial<import("./order.js").Draft>} change */
function takeBack(making, name, change) {
  making.write(change);
  announce(t("make.files.removed", { name }));
}

/** @param {import("../storyboard.js").Storyboard} board */
function boardFacts(board) {
  const shots = board.scenes.reduce((sum, scene) => sum + scene.shots.length, 0);
  return [t("make.file.board"), count("make.file.board.scenes", board.scenes.length), count("make.estimate.shots", shots)].join(" · ");
}

/**
 * The focus where it was, after the list was drawn again: on the same act of the same file, else on what is there now.
 * @param {HTMLElement} list @param {HTMLElement} focused
 */
function refocus(list, focused) {
  const item = /** @type {HTMLElement | null} */ (focused.closest("li"));
  const same = item && list.querySelector(`[data-key="${CSS.escape(item.dataset.key ?? "")}"]`);
  const target = same ? (same.querySelector(`[data-act="${focused.dataset.act}"]`) ?? same.querySelector("button")) : list.querySelector("button");
  /** @type {HTMLElement | null} */ (target ?? document.querySelector(".make-add"))?.focus();
}

/** Pictures of files, made once each. @param {Intake} files */
function thumbnails(files) {
  const leaving = new AbortController();
  const stills = stillTaker();
  /** @type {Map<string, HTMLElement | SVGElement>} */
  const made = new Map();
  /** @type {string[]} */
  const urls = [];
  const urlOf = async (/** @type {OwnFile} */ { id }) => {
    const bytes = files.bytes(id);
    const url = bytes ? URL.createObjectURL(bytes) : await mediaUrl(`/v1/files/${id}/content`, { signal: leaving.signal });
    urls.push(url);
    return url;
  };
  const fill = async (/** @type {OwnFile} */ file, /** @type {HTMLElement} */ face) => {
    const url = await urlOf(file);
    const show = (/** @type {string} */ src) => replace(face, h("img", { src, alt: "", onerror: () => replace(face, icon(ICONS[file.kind])) }));
    if (file.kind === "picture") show(url);
    else stills.take(url, 0.5, show);
  };
  return {
    /** @param {OwnFile} file */
    of(file) {
      const known = made.get(file.id);
      if (known) return known;
      const face = h("span", { class: "make-file-still" }, icon(ICONS[file.kind] ?? "picture"));
      made.set(file.id, face);
      if (ORDERED.has(file.kind)) fill(file, face).catch(() => undefined); // its icon says what it is
      return face;
    },
    leave() {
      leaving.abort();
      stills.leave();
      urls.forEach(release);
    },
  };
}
