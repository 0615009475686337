/**
 * The keyboard: each page registers what its keys do; "?" shows them all.
 *
 * A key is named as `KeyboardEvent.key` names it ("ArrowLeft", "?", "e"), a space is "Space"; "Ctrl+z" and
 * "Ctrl+Shift+z" are Command on a Mac, too. Keys without Ctrl are left alone while something is typed.
 */

/**
 * @typedef {object} Binding
 * @property {string} key
 * @property {string} label key of the text that says what it does
 * @property {(event: KeyboardEvent) => void} call
 * @property {() => boolean} [when] whether it does so now; always where it is left out
 */

/** @type {Binding[]} */
const bindings = [];

const TYPED_IN = "input:not([type=checkbox], [type=radio], [type=range], [type=button]), textarea, select, [contenteditable=true]";
const PRESSED = "button, a[href], summary, [role=button], [role=slider], input, select"; // have a use of their own for these:
const OWN_KEYS = new Set(["Space", "Enter"]);

/**
 * Have *binding*; the latest of a key comes first.
 * @param {Binding} binding
 * @returns {() => void} ends it
 */
export function register(binding) {
  bindings.unshift(binding);
  return () => {
    const at = bindings.indexOf(binding);
    if (at >= 0) bindings.splice(at, 1);
  };
}

/** @returns {readonly Binding[]} what works now, the oldest first */
export function listed() {
  return bindings.filter((one) => !one.when || one.when()).reverse();
}

/** Listen to the keyboard. */
export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const name = nameOf(event);
    const found = bindings.find((one) => one.key === name && (!one.when || one.when()));
    if (!found || isElsewhere(event, name)) return;
    event.preventDefault();
    found.call(event);
  });
}

/** @param {KeyboardEvent} event */
export function nameOf(event) {
  const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isControl = event.ctrlKey || event.metaKey;
  const shift = event.shiftKey && (isControl || key.length > 1) ? "Shift+" : "";
  return `${isControl ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift}${key}`;
}

/**
 * Whether the key is meant for what has the focus: a field, a button, or a dialog above the page.
 * @param {KeyboardEvent} event
 * @param {string} name
 */
function isElsewhere(event, name) {
  const target = /** @type {Element | null} */ (event.target instanceof Element ? event.target : null);
  if (document.querySelector("dialog[open]") && !target?.closest("dialog[open] [data-keys]")) return true;
  if (target?.closest(TYPED_IN)) return !(name.startsWith("Ctrl+") && target.matches("select")) && name !== "Ctrl+Enter";
  if (target?.closest("[role=slider], input[type=range]") && name.startsWith("Arrow")) return true;
  return OWN_KEYS.has(name) && !!target?.closest(PRESSED);
}
