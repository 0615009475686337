/** What keys do, and the list of them. Start at `register`. */

/** @typedef {{key: string, label: string, call: (event: KeyboardEvent) => void, when?: () => boolean, ctrl?: boolean}} Key */

/** @type {Set<Key>} */
const known = new Set();

/** Have *one* called for its key; not while somebody types. @param {Key} one @returns {() => void} stops it */
export function register(one) {
  known.add(one);
  return () => known.delete(one);
}

/** All keys that do something now. @returns {Key[]} */
export function keys() {
  return [...known];
}

addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const isTyping = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  const isCtrl = event.ctrlKey || event.metaKey;
  if (document.querySelector("dialog[open]")) return;
  for (const one of [...known].reverse()) {
    if (one.key !== event.key || Boolean(one.ctrl) !== isCtrl || event.altKey) continue;
    if ((isTyping && !one.ctrl) || (one.when && !one.when())) continue;
    event.preventDefault();
    one.call(event);
    return;
  }
});
