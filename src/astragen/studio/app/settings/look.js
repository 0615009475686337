/** How the studio looks and speaks. */

import { h } from "../dom.js";
import { get, set } from "../store.js";
import { LANGUAGES, language, setLanguage, t } from "../words.js";

const THEMES = /** @type {const} */ (["system", "dark", "light"]);

/** @returns {import("../dom.js").Child} */
export function lookSection() {
  return [
    choice("settings-theme", t("settings.theme"), THEMES, get().theme, (name) => t(`settings.theme.${name}`), (theme) => set({ theme })),
    choice("settings-language", t("frame.language"), /** @type {(keyof typeof LANGUAGES)[]} */ (Object.keys(LANGUAGES)), /** @type {keyof typeof LANGUAGES} */ (language()), (tag) => LANGUAGES[tag], setLanguage),
  ];
}

/**
 * Some words side by side, one of which is chosen.
 * @template {string} Name
 * @param {string} id
 * @param {string} title
 * @param {readonly Name[]} names
 * @param {Name} chosen
 * @param {(name: Name) => string} label
 * @param {(name: Name) => void} choose
 */
function choice(id, title, names, chosen, label, choose) {
  const options = names.map((name) =>
    h("label", { class: "segment" }, h("input", { type: "radio", name: id, value: name, checked: name === chosen, onchange: () => choose(name) }), h("span", null, label(name))),
  );
  return h("fieldset", { class: "field" }, h("legend", { class: "label" }, title), h("div", { class: "segments" }, options));
}
