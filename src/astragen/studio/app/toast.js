/** Short words about what was done, with a way back. They go by themselves, but never under the pointer or the focus. */

import { byId, h, icon } from "./dom.js";
import { t } from "./words.js";

const PLAIN_MS = 5_000;
const WITH_ACT_MS = 12_000; // to be read, decided on, and reached by keyboard

/**
 * Say *text* for a while, and to screen readers.
 * @param {string} text
 * @param {object} [options]
 * @param {{label: string, call: () => void}} [options.act] what can be done about it: undo
 * @param {number} [options.last] milliseconds that it stays
 * @param {() => void} [options.onGone] it has gone, and nothing was done about it
 * @returns {() => void} takes it away
 */
export function toast(text, { act, last = act ? WITH_ACT_MS : PLAIN_MS, onGone = () => {} } = {}) {
  const away = () => {
    clearTimeout(timer);
    box.remove();
  };
  const close = () => {
    if (!box.isConnected) return;
    away();
    onGone();
  };
  const box = h(
    "div",
    { class: "toast", role: "group", "aria-label": text },
    h("span", { dir: "auto" }, text),
    act && h("button", { class: "button quiet", type: "button", onclick: () => (away(), act.call()) }, act.label),
    h("button", { class: "button quiet icon-only", type: "button", "aria-label": t("frame.dismiss"), onclick: close }, icon("close")),
  );
  let timer = setTimeout(close, last);
  const hold = () => clearTimeout(timer);
  const letGo = () => (timer = setTimeout(close, last));
  for (const name of ["pointerenter", "focusin"]) box.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, letGo);
  byId("toasts").append(box);
  raise(byId("toasts"));
  announce(text);
  return close;
}

/** Bring *toasts* above everything, dialogs too. @param {HTMLElement} toasts */
function raise(toasts) {
  if (toasts.matches(":popover-open") && document.querySelector("dialog[open]")) toasts.hidePopover(); // the last one shown is on top
  if (!toasts.matches(":popover-open")) toasts.showPopover();
}

/**
 * Say *text* to screen readers only.
 * @param {string} text
 */
export function announce(text) {
  const live = byId("live");
  live.textContent = "";
  requestAnimationFrame(() => (live.textContent = text)); // the same words twice are told twice
}
