/**
 * Links that show a film to people without a key: made, copied, and withdrawn. They are there only where the service
 * has keys and an outside address; who needs no key has nobody to share with. Start reading at `openShare`.
 */

import { ask } from "../api.js";
import { openDialog } from "../dialog.js";
import { h, icon, replace } from "../dom.js";
import { get } from "../store.js";
import { toast } from "../toast.js";
import { count, date, t } from "../words.js";

/** @typedef {{id: string, expires_at: number, url?: string}} Share */

const DAYS = [1, 7, 30, 365];
const USUAL = 30;

/** Whether links can be made at all, as far as this page knows. */
export function canShare() {
  return get().key !== "";
}

/**
 * Show the links to *film*, and let one be made.
 * @param {{id: string}} film
 */
export function openShare(film) {
  const at = `/v1/films/${film.id}/shares`;
  const list = h("ul", { class: "share-list" });
  const said = h("p", { class: "error", role: "alert" });
  const days = h("select", { id: "share-days" }, DAYS.map((one) => h("option", { value: one, selected: one === USUAL }, count("share.days", one))));
  const make = h("button", { class: "button primary", type: "button", onclick: () => doing(made) }, icon("share"), t("share.make"));
  openDialog(t("share.title"), [
    h("p", { class: "muted" }, t("share.text")),
    h("div", { class: "row" }, h("label", { class: "label", for: "share-days" }, t("share.for")), h("span", null, days), make),
    said, list,
  ]);

  /** Do *call*, and say what went wrong. @param {() => Promise<void>} call */
  async function doing(call) {
    make.disabled = true;
    replace(said);
    await call().catch((problem) => replace(said, problem.message));
    make.disabled = false;
  }

  async function made() {
    const share = await ask("POST", at, { days: Number(days.value) });
    list.prepend(row(share));
    await copy(share.url);
  }

  /** @param {Share} share */
  function row(share) {
    const withdraw = async () => {
      await ask("DELETE", `${at}/${share.id}`);
      item.remove();
    };
    const item = h("li", { class: "share-link" },
      share.url && h("input", { readonly: true, value: share.url, "aria-label": t("share.link"), onfocus: (/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select() }),
      share.url && h("button", { class: "button", type: "button", onclick: () => copy(/** @type {string} */ (share.url)) }, icon("copy"), t("share.copy")),
      h("span", { class: "muted small" }, t("share.until", { date: date(share.expires_at, { dateStyle: "medium" }) })),
      h("button", { class: "button quiet danger", type: "button", onclick: () => doing(withdraw) }, t("share.withdraw")));
    return item;
  }

  doing(async () => {
    const found = await ask("GET", at);
    replace(list, found.data.map(row));
  });
}

/** @param {string} url */
async function copy(url) {
  const isCopied = await navigator.clipboard?.writeText(url).then(() => true, () => false);
  if (isCopied) toast(t("share.copied")); // else it stands there to be copied by hand
}
