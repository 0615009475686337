/** The key of this service, who can be asked, what was used, and whether all is well. Start at `page`. */

import { ask } from "../api.js";
import { h, replace } from "../dom.js";
import { get, set } from "../store.js";
import { toast } from "../toast.js";
import { t } from "../words.js";

/** @param {HTMLElement} root @returns {() => void} */
export function page(root) {
  const until = new AbortController();
  const providers = h("div", {}, t("settings.loading"));
  const usage = h("div", {}, t("settings.loading"));
  const health = h("ul", { class: "settings-health" });
  const key = h("input", { id: "settings-key", type: "password", autocomplete: "off", value: get().key ?? "", placeholder: "ag_live_..." });
  replace(root, h("section", { class: "settings" }, h("h1", {}, t("frame.settings")),
    h("form", { class: "card field", onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), set({ key: key.value.trim() }), toast(t("settings.key.kept")), load()) },
      h("label", { for: "settings-key" }, t("settings.key")), key, h("p", { class: "muted" }, t("settings.key.about")), h("button", { class: "button primary" }, t("settings.keep"))),
    h("div", { class: "card" }, h("h2", {}, t("settings.health")), health),
    h("div", { class: "card" }, h("h2", {}, t("settings.providers")), h("p", { class: "muted" }, t("settings.providers.about")), providers),
    h("div", { class: "card" }, h("h2", {}, t("settings.usage")), usage)));

  /** @param {string} path @param {HTMLElement} place @param {(told: any) => any} shown */
  async function part(path, place, shown) {
    try {
      replace(place, shown(await ask("GET", path, undefined, { signal: until.signal })));
    } catch (problem) {
      if (!until.signal.aborted) replace(place, h("p", { class: "bad" }, /** @type {any} */ (problem).detail || t("frame.offline")));
    }
  }
  function load() {
    part("/readyz", health, (told) => Object.entries(told.checks ?? told).map(([name, state]) => h("li", {}, name, ": ", h("strong", { class: /ok|ready|true/.test(String(/** @type {any} */ (state)?.status ?? state)) ? "good" : "bad" }, String(/** @type {any} */ (state)?.status ?? state)))));
    part("/v1/providers", providers, ({ data }) => h("table", { class: "settings-table" }, h("thead", {}, h("tr", {}, ["who", "trade", "state", "price"].map((one) => h("th", { scope: "col" }, t(`settings.provider.${one}`))))),
      h("tbody", {}, data.map((/** @type {any} */ one) => h("tr", {}, h("td", {}, h("strong", {}, one.name), " ", h("span", { class: "muted" }, one.model ?? "")), h("td", {}, t(`settings.trade.${one.trade}`)),
        h("td", { class: one.is_configured ? "good" : "muted" }, one.is_configured ? t("settings.provider.ready") : one.act || t("settings.provider.no_key")),
        h("td", {}, one.is_free ? t("make.crew.free") : one.price ? `$${one.price.usd} / ${one.price.per}` : "–"))))));
    part("/v1/usage", usage, (told) => [h("p", {}, t("settings.usage.total", { films: told.total.films, minutes: (told.total.seconds / 60).toFixed(1), usd: told.total.usd.toFixed(2) })), plot(told.days)]);
  }
  load();
  return () => until.abort();
}

/** Films a day as bars. @param {any[]} days */
function plot(days) {
  const most = Math.max(1, ...days.map((one) => one.films));
  return h("ol", { class: "settings-plot", "aria-label": t("settings.usage.days") }, days.map((one) => h("li", { title: `${one.date}: ${one.films}` }, h("span", { vars: { "block-size": `${(100 * one.films) / most}%` } }), h("span", { class: "visually-hidden" }, `${one.date}: ${one.films}`))));
}
