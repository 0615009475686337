/** What is around every page: the ways, the theme, the language, the help. Drawn again when the language changes. */

import { openDialog } from "./dialog.js";
import { byId, h, icon, replace } from "./dom.js";
import { listed } from "./keys.js";
import { get, on, set } from "./store.js";
import { has, LANGUAGES, language, setLanguage, t } from "./words.js";

/** @type {readonly {name: string, pages: readonly string[]}[]} */
const WAYS = [
  { name: "make", pages: ["make"] },
  { name: "films", pages: ["films", "film", "direct", "compare"] },
  { name: "settings", pages: ["settings"] },
];
const THEMES = /** @type {const} */ (["system", "dark", "light"]);
const THEME_ICONS = { system: "theme", dark: "dark", light: "light" };

let shown = "";

/** Draw the frame, and keep the theme as it was chosen. */
export function startFrame() {
  draw();
  on(["language", "theme"], draw);
  on(["theme"], applyTheme);
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", applyTheme);
  applyTheme();
}

/**
 * Mark the way to *page* as the one that is gone.
 * @param {string} page
 */
export function markPage(page) {
  shown = page;
  for (const link of byId("nav").querySelectorAll("a")) {
    const isHere = WAYS.some((way) => way.name === link.dataset.way && way.pages.includes(page));
    if (isHere) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Show which keys do what. */
export function showHelp() {
  const rows = listed().flatMap((one) => [h("dt", null, ...keyNames(one.key)), h("dd", null, t(one.label))]);
  openDialog(t("help.title"), [
    h("dl", { class: "keys-list" }, rows),
    h("p", { class: "hint" }, t("help.more"), " ", h("a", { href: "/docs" }, t("help.api"))),
  ]);
}

function draw() {
  const links = WAYS.map((way) => h("a", { href: `#/${way.name}`, dataset: { way: way.name } }, icon(way.name), t(`nav.${way.name}`)));
  replace(byId("nav"), links);
  replace(byId("tools"), languageChoice(), themeButton(), helpButton());
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = t(/** @type {HTMLElement} */ (one).dataset.t ?? "");
  for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", t(/** @type {HTMLElement} */ (one).dataset.label ?? ""));
  markPage(shown);
}

function languageChoice() {
  const choices = Object.entries(LANGUAGES).map(([tag, name]) => h("option", { value: tag, lang: tag, selected: tag === language() }, name));
  /** @param {Event} event */
  const onchange = async (event) => {
    await setLanguage(/** @type {HTMLSelectElement} */ (event.target).value);
    byId("tools").querySelector("select")?.focus(); // the one that had it was drawn again
  };
  return h("select", { "aria-label": t("frame.language"), onchange }, choices);
}

function themeButton() {
  const { theme } = get();
  const label = t("frame.theme", { theme: t(`theme.${theme}`) });
  const onclick = () => {
    set({ theme: THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] });
    /** @type {HTMLElement | null} */ (byId("tools").querySelector("[data-tool=theme]"))?.focus();
  };
  const props = { class: "button quiet icon-only", type: "button", dataset: { tool: "theme" }, "aria-label": label, title: label, onclick };
  return h("button", props, icon(THEME_ICONS[theme]));
}

function helpButton() {
  const label = t("help.title");
  return h("button", { class: "button quiet icon-only", type: "button", "aria-label": label, title: label, onclick: showHelp }, icon("help"));
}

function applyTheme() {
  const { theme } = get();
  const isLight = theme === "light" || (theme === "system" && matchMedia("(prefers-color-scheme: light)").matches);
  document.documentElement.dataset.theme = isLight ? "light" : "dark";
}

/** @param {string} key */
function keyNames(key) {
  const names = key.split(/\+(?=.)/).map((one) => (has(`key.${one}`) ? t(`key.${one}`) : one));
  return names.flatMap((one, at) => (at ? [" + ", h("kbd", null, one)] : [h("kbd", null, one)]));
}
