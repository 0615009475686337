/**
 * Who writes, draws and films: those who are ready are chosen here, with what they charge; the others lead to the page
 * Settings, where their keys are given. Start at `crewPart`.
 */

import { h, icon, replace } from "../dom.js";
import { properName } from "../names.js";
import { has, money, t } from "../words.js";
import { radios } from "./radios.js";

/** @typedef {import("../settings/providers.js").Provider} Provider */

const TRADES = /** @type {const} */ (["writer", "artist", "camera", "voice"]);
const CHOSEN_HERE = new Set(["writer", "artist", "camera"]); // voices are chosen among voices
const SETTINGS = "#/settings?part=providers";

/**
 * @param {import("./making.js").Making} making
 * @param {import("./fields.js").Fields} fields
 * @returns {{element: HTMLElement, fill: (providers: readonly Provider[]) => void}}
 */
export function crewPart(making, fields) {
  const groups = new Map(TRADES.map((trade) => [trade, tradePart(trade, making, fields)]));
  return {
    element: h("div", { class: "make-crew" }, [...groups.values()].map((one) => one.element)),
    fill: (providers) => groups.forEach((group, trade) => group.fill(providers.filter((one) => one.trade === trade))),
  };
}

/**
 * @param {typeof TRADES[number]} trade
 * @param {import("./making.js").Making} making
 * @param {import("./fields.js").Fields} fields
 */
function tradePart(trade, making, fields) {
  const label = t(`make.crew.${trade}`);
  const group = radios({ id: `make-${trade}`, label, kind: "make-providers", onChosen: (name) => making.choose({ [trade]: name }) });
  const isChosen = CHOSEN_HERE.has(trade);
  const others = h("ul", { class: "make-others", "aria-label": t("make.crew.others", { trade: label }) });
  const element = h("section", { class: "make-trade", hidden: true }, h("h3", null, label), isChosen && group.element, others, isChosen && fields.note(trade, group.element));
  making.on((names) => names.includes(trade) && group.press(making.choices()[trade]));
  return {
    element,
    /** @param {readonly Provider[]} all */
    fill(all) {
      const ready = all.filter((one) => one.state === "ready");
      const chosen = making.choices()[trade];
      const auto = { value: "", label: t("make.crew.auto"), more: h("span", { class: "make-provider-more" }, t("make.crew.auto.more")) };
      if (isChosen) group.show([auto, ...ready.map(tileOf)], ready.some((one) => one.name === chosen) ? chosen : "");
      if (isChosen && chosen && !ready.some((one) => one.name === chosen)) making.choose({ [trade]: "" }); // gone since it was chosen
      replace(others, all.filter((one) => one.state !== "ready").map(linkOf));
      element.hidden = all.length === 0 || (!isChosen && others.childElementCount === 0);
    },
  };
}

/** @param {Provider} one */
function tileOf(one) {
  const more = [one.model, priceOf(one)].filter(Boolean).join(" · ");
  return { value: one.name, label: one.name === "builtin" ? t("make.crew.builtin") : properName(one.name), more: h("span", { class: "make-provider-more" }, h("span", { class: "make-provider-state good" }, t("make.state.ready")), more) };
}

/** @param {Provider} one */
function linkOf(one) {
  const state = one.takes_key && one.state === "unconfigured" ? "key" : one.state;
  return h(
    "li",
    null,
    h(
      "a",
      { class: "make-other", href: SETTINGS, title: one.act },
      h("span", { class: "make-tile-label" }, properName(one.name)),
      h("span", { class: "make-provider-more" }, h("span", { class: "make-provider-state" }, icon(state === "key" ? "key" : "settings"), t(`make.state.${state}`)), priceOf(one)),
    ),
  );
}

/** @param {Provider} one */
function priceOf(one) {
  if (one.is_free) return t("make.crew.free");
  if (!one.price) return t("make.price.unknown");
  const key = `make.price.${one.price.per}`;
  return has(key) ? t(key, { usd: money(one.price.usd) }) : money(one.price.usd);
}
