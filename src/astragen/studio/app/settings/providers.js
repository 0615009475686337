/** Who can be asked to write, draw, film and speak: state, price, and the keys that the service keeps of them. */

import { ask, Problem } from "../api.js";
import { openDialog } from "../dialog.js";
import { h, icon } from "../dom.js";
import { properName } from "../names.js";
import { loaded } from "../parts/loaded.js";
import { toast } from "../toast.js";
import { count, has, money, t } from "../words.js";

/** @typedef {{usd: number, per: string, usd_in: number | null}} Price */
/**
 * @typedef {object} Provider
 * @property {string} name
 * @property {"writer" | "artist" | "camera" | "voice"} trade
 * @property {string} about
 * @property {string} model
 * @property {"ready" | "unconfigured" | "unusable" | "unreachable"} state
 * @property {boolean} is_free
 * @property {Price | null} price
 * @property {string} act
 * @property {boolean} takes_key
 * @property {boolean} has_kept_key
 */

const TRADES = /** @type {const} */ (["writer", "artist", "camera", "voice"]);
const STATES = { ready: "good", unconfigured: "", unusable: "bad", unreachable: "" };

/** @returns {import("../dom.js").Child} */
export function providersSection() {
  /** @returns {Promise<Provider[]>} */
  const everybody = async () => (await ask("GET", "/v1/providers")).data;
  /** @type {{element: HTMLElement, again: () => Promise<void>}} */
  const place = loaded(
    everybody,
    (all) => TRADES.map((trade) => group(trade, all.filter((one) => one.trade === trade), place.again)),
    { lines: 6 },
  );
  return place.element;
}

/**
 * Those of a trade: who is ready, and who could join.
 * @param {string} trade
 * @param {Provider[]} all
 * @param {() => Promise<void>} again
 */
function group(trade, all, again) {
  const ready = all.filter((one) => one.state === "ready" || one.has_kept_key);
  const others = all.filter((one) => !ready.includes(one));
  const list = (/** @type {Provider[]} */ some) => h("ul", { class: "settings-list providers" }, some.map((one) => row(one, again)));
  return h(
    "div",
    { class: "settings-trade" },
    h("h3", null, t(`settings.trade.${trade}`)),
    list(ready),
    others.length > 0 && h("details", { class: "settings-group" }, h("summary", null, count("settings.others", others.length)), list(others)),
  );
}

/** @param {Provider} one @param {() => Promise<void>} again */
function row(one, again) {
  const isOnlyKeyMissing = one.takes_key && one.state === "unconfigured"; // the button says it
  return h(
    "li",
    { class: "provider", dataset: { provider: `${one.trade}:${one.name}` } },
    h(
      "div",
      { class: "provider-who" },
      h("h4", null, properName(one.name), one.model && h("span", { class: "provider-model" }, one.model)),
      h("p", { class: "muted small", lang: "en", dir: "auto" }, one.about),
      one.act && !isOnlyKeyMissing && h("p", { class: "small", lang: "en", dir: "auto" }, one.act),
    ),
    h("span", { class: "provider-price small" }, priceOf(one)),
    h("span", { class: `chip ${STATES[one.state]}` }, t(`settings.state.${one.state}`)),
    h("span", { class: "provider-key" }, one.takes_key && keyButton(one, again)),
  );
}

/** @param {Provider} one */
function priceOf(one) {
  if (one.is_free) return t("settings.free");
  if (!one.price) return t("settings.price.unknown");
  const key = `settings.price.${one.price.per}`;
  return has(key) ? t(key, { usd: money(one.price.usd) }) : money(one.price.usd);
}

/** @param {Provider} one @param {() => Promise<void>} again */
function keyButton(one, again) {
  const label = t(one.has_kept_key ? "settings.key.change" : "settings.key.add");
  const onclick = () => askForKey(one, again);
  return h("button", { class: "button", type: "button", "aria-label": t("settings.key.of", { act: label, name: properName(one.name) }), onclick }, icon(one.has_kept_key ? "check" : "key"), label);
}

/** @param {Provider} one @param {() => Promise<void>} again */
function askForKey(one, again) {
  const error = h("p", { class: "error", role: "alert", id: "provider-key-error" });
  const field = h("input", { id: "provider-key", type: "password", autocomplete: "off", spellcheck: "false", required: true, "aria-describedby": "provider-key-hint provider-key-error" });
  const path = `/v1/providers/${encodeURIComponent(one.name)}/key`;
  /** @param {"PUT" | "DELETE"} method @param {unknown} body @param {string} said */
  const change = async (method, body, said) => {
    try {
      await ask(method, path, body);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      error.textContent = problem.detail;
      return;
    }
    close();
    toast(t(said, { name: properName(one.name) }));
    await again();
  };
  /** @param {Event} event */
  const onsubmit = (event) => {
    event.preventDefault();
    change("PUT", { key: field.value }, "settings.key.kept");
  };
  const remove = () => change("DELETE", undefined, "settings.key.removed");
  const close = openDialog(
    t("settings.key.title", { name: properName(one.name) }),
    h(
      "form",
      { class: "stack", onsubmit },
      h("div", { class: "field" }, h("label", { for: "provider-key" }, t("settings.key.label")), field, h("p", { class: "hint", id: "provider-key-hint" }, t("settings.key.hint")), error),
      h(
        "div",
        { class: "row spread" },
        h("button", { class: "button primary", type: "submit" }, t("settings.keep")),
        one.has_kept_key && h("button", { class: "button danger", type: "button", onclick: remove }, icon("trash"), t("settings.key.remove")),
      ),
    ),
  );
  field.focus();
}
