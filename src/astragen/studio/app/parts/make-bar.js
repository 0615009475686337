/** What will be made again, what that takes, and the act: a bar that stays in view. Start at `makeBar`. */

import { h, icon, replace } from "../dom.js";
import { count, duration, money, t } from "../words.js";

/** @typedef {{seconds: number, usd: number}} Taken */
/**
 * @typedef {object} Shown
 * @property {number} version the number of the one that would be made
 * @property {import("../remade.js").Remade} remade
 * @property {number} all shots of the film
 * @property {boolean} isChanged
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 * @property {boolean} isMaking
 * @property {Taken | "asking" | null} taken null: nobody can tell
 * @property {string} trouble why it cannot be made; "" for nothing
 */
/** @typedef {{onMake: () => void, onUndo: () => void, onRedo: () => void, onDiscard: () => void}} Calls */

/**
 * @param {Calls} calls
 * @returns {{element: HTMLElement, show: (shown: Shown) => void}}
 */
export function makeBar(calls) {
  const said = h("p", { class: "direct-bar-said", role: "status" });
  const trouble = h("p", { class: "direct-bar-trouble error", role: "alert", hidden: true });
  const undo = tool("undo", calls.onUndo);
  const redo = tool("redo", calls.onRedo);
  const discard = h("button", { id: "direct-discard", class: "button quiet direct-discard", type: "button", onclick: calls.onDiscard }, t("direct.discard"));
  const make = h("button", { id: "direct-make", class: "button primary", type: "button", onclick: calls.onMake });
  const element = h("section", { class: "direct-bar", "aria-label": t("direct.bar") }, h("div", { class: "direct-bar-words" }, said, trouble), h("div", { class: "direct-bar-acts" }, undo, redo, discard, make));
  /** @param {Shown} shown */
  const show = (shown) => {
    if (said.dataset.key !== keyOf(shown)) replace(said, ...sentence(shown));
    said.dataset.key = keyOf(shown); // the same words again would be told again
    trouble.hidden = !shown.trouble;
    if (trouble.textContent !== shown.trouble) trouble.textContent = shown.trouble;
    able(undo, shown.canUndo && !shown.isMaking);
    able(redo, shown.canRedo && !shown.isMaking);
    discard.hidden = !shown.isChanged;
    able(make, shown.isChanged && !shown.isMaking);
    make.setAttribute("aria-busy", String(shown.isMaking));
    const label = t(shown.isMaking ? "direct.making" : "direct.make", { version: shown.version });
    if (make.textContent !== label) make.textContent = label;
  };
  return { element, show };
}

/** @param {HTMLButtonElement} button @param {boolean} isAble */
function able(button, isAble) {
  button.setAttribute("aria-disabled", String(!isAble)); // it keeps the focus, unlike one that is disabled
}

/** @param {"undo" | "redo"} name @param {() => void} call */
function tool(name, call) {
  const label = t(`direct.${name}`);
  return h("button", { id: `direct-${name}`, class: "button quiet icon-only", type: "button", "aria-label": label, title: label, onclick: call }, icon(name));
}

/** @param {Shown} shown */
function keyOf({ remade, all, isChanged, taken }) {
  return JSON.stringify([remade.shots.size, remade.gone, remade.isReordered, all, isChanged, taken]);
}

/** @param {Shown} shown */
function sentence({ remade, all, isChanged, taken }) {
  if (!isChanged) return [h("strong", null, t("direct.bar.none")), h("span", { class: "muted" }, t("direct.bar.none.hint"))];
  const what = remade.shots.size ? count("direct.bar.shots", remade.shots.size, { all }) : t("direct.bar.order");
  return [h("strong", null, what), h("span", { class: "direct-bar-taken muted number" }, takenWords(taken))];
}

/** @param {Shown["taken"]} taken */
function takenWords(taken) {
  if (taken === "asking") return t("direct.bar.asking");
  if (!taken) return t("direct.bar.unknown");
  const time = duration(Math.max(1, Math.round(taken.seconds)));
  return taken.usd ? t("direct.bar.paid", { time, usd: money(taken.usd) }) : t("direct.bar.free", { time });
}
