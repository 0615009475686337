/** Short news at the foot of the page, said to those who cannot see it, too. */

import { h } from "./dom.js";

const STAYS_MS = 6_000;

/**
 * Tell *text*; *act*: what can be done about it.
 * @param {string} text
 * @param {{act?: {label: string, call: () => void}, ms?: number}} [more]
 * @returns {() => void} takes it away
 */
export function toast(text, { act, ms = STAYS_MS } = {}) {
  const away = () => (clearTimeout(timer), element.remove());
  const button = act && h("button", { class: "button", type: "button", onclick: () => (away(), act.call()) }, act.label);
  const element = h("div", { class: "toast" }, h("span", {}, text), button);
  const timer = setTimeout(away, ms);
  document.getElementById("toasts")?.append(element);
  say(text);
  return away;
}

/** Say *text* to those who listen. @param {string} text */
export function say(text) {
  const said = document.getElementById("said");
  if (said) said.textContent = text;
}
