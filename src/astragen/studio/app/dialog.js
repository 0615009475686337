/** Dialogs: a title, what is asked or shown, and acts; Escape closes them, and the focus goes back. */

import { byId, h, icon } from "./dom.js";
import { t } from "./words.js";

/**
 * @typedef {object} Act
 * @property {string} label
 * @property {() => unknown} [call] the dialog closes after it, unless it gives false (or a promise of it)
 * @property {"primary" | "danger"} [kind]
 */

/**
 * Open a dialog.
 * @param {string} title
 * @param {import("./dom.js").Child} content
 * @param {{acts?: Act[], isWide?: boolean, onClose?: () => void}} [options]
 * @returns {() => void} closes it
 */
export function openDialog(title, content, { acts = [], isWide = false, onClose = () => {} } = {}) {
  const id = `dialog-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { class: isWide ? "wide" : "", "aria-labelledby": id },
    h(
      "div",
      { class: "dialog-head" },
      h("h2", { id }, title),
      h("button", { class: "button quiet icon-only", type: "button", "aria-label": t("frame.close"), onclick: close }, icon("close")),
    ),
    h("div", { class: "dialog-body" }, content),
    acts.length > 0 && h("div", { class: "dialog-acts" }, acts.map((act) => button(act, close))),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && close()); // beside it
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose();
  });
  byId("dialogs").append(dialog);
  dialog.showModal();
  return close;
}

/**
 * Ask whether *act* is to be done.
 * @param {string} title
 * @param {string} text
 * @param {Act} act
 */
export function confirm(title, text, act) {
  openDialog(title, h("p", null, text), { acts: [{ label: t("frame.cancel") }, act] });
}

/**
 * @param {Act} act
 * @param {() => void} close
 */
function button(act, close) {
  const onclick = async () => {
    if ((await act.call?.()) !== false) close();
  };
  return h("button", { class: `button ${act.kind ?? ""}`, type: "button", onclick }, act.label);
}
