/** The studio starts here: words, theme, the header, and the page that the address names. */

import { h, icon, replace } from "./dom.js";
import { keys, register } from "./keys.js";
import { get, on, set } from "./store.js";
import { LANGUAGES, preferred, setLanguage, t } from "./words.js";

const ROUTES = [
  [/^#\/make$/, "make"],
  [/^#\/films$/, "films"],
  [/^#\/film\/(film_\w+)$/, "film"],
  [/^#\/film\/(film_\w+)\/direct$/, "direct"],
  [/^#\/film\/(film_\w+)\/compare\/(film_\w+)$/, "compare"],
  [/^#\/settings$/, "settings"],
];

const root = /** @type {HTMLElement} */ (document.getElementById("page"));
/** @type {() => void} */
let leave = () => {};
let turn = 0;

async function show() {
  const mine = ++turn;
  const hash = location.hash || "#/make";
  const found = ROUTES.map(([pattern, name]) => ({ name, match: hash.match(/** @type {RegExp} */ (pattern)) })).find((one) => one.match);
  leave();
  leave = () => {};
  head(String(found?.name ?? ""));
  if (!found) return missing();
  const { page } = await import(`./pages/${found.name}.js`);
  if (mine !== turn) return;
  replace(root);
  leave = page(root, { film: found.match?.[1], other: found.match?.[2] }) ?? leave;
  root.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

function missing() {
  replace(root, h("div", { class: "state" }, h("h1", {}, t("frame.missing.title")), h("p", {}, t("frame.missing.text")), h("a", { class: "button primary", href: "#/make" }, t("frame.make"))));
}

/** @param {string} current */
function head(current) {
  const link = (/** @type {string} */ name) => h("a", { href: `#/${name}`, "aria-current": current === name ? "page" : undefined }, t(`frame.${name}`));
  const theme = isLight() ? "moon" : "sun";
  const choice = h("select", { "aria-label": t("frame.language"), onchange: (/** @type {any} */ event) => speak(event.target.value) },
    Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, selected: code === get().language }, name)));
  replace(/** @type {HTMLElement} */ (document.getElementById("top")),
    h("a", { class: "name", href: "#/make", "aria-label": "AstraGen" }, icon("star"), h("span", {}, "AstraGen")),
    h("nav", { "aria-label": t("frame.pages") }, link("make"), link("films"), link("settings")),
    choice,
    h("button", { class: "button quiet", type: "button", "aria-label": t(`frame.theme.${theme}`), title: t(`frame.theme.${theme}`), onclick: turnTheme }, icon(theme)),
    h("button", { class: "button quiet", type: "button", "aria-label": t("frame.help"), title: t("frame.help"), onclick: help }, icon("help")));
  const skip = /** @type {HTMLElement} */ (document.getElementById("skip"));
  skip.textContent = t("frame.skip");
  skip.onclick = (event) => (event.preventDefault(), root.focus());
  const offline = /** @type {HTMLElement} */ (document.getElementById("offline"));
  offline.textContent = t("frame.offline");
  offline.hidden = navigator.onLine;
  document.title = current ? `${t(current in { make: 1, films: 1, settings: 1 } ? `frame.${current}` : "frame.film")} · AstraGen` : "AstraGen";
}

/** @param {string} code */
async function speak(code) {
  await setLanguage(code);
  show();
}

function isLight() {
  return (get().theme ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark")) === "light";
}

function turnTheme() {
  set({ theme: isLight() ? "dark" : "light" });
}

function dress() {
  document.documentElement.dataset.theme = isLight() ? "light" : "dark";
}

function help() {
  const list = keys().map((one) => [h("dt", {}, one.ctrl ? h("kbd", {}, "Ctrl") : null, h("kbd", {}, one.key === " " ? t("frame.space") : one.key)), h("dd", {}, one.label)]);
  const dialog = h("dialog", { "aria-label": t("frame.help") }, h("h2", {}, t("frame.help")), h("dl", { class: "help" }, list),
    h("form", { method: "dialog" }, h("button", { class: "button primary" }, t("frame.close"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

dress();
await setLanguage(preferred());
on(["theme"], () => (dress(), head(document.querySelector("nav a[aria-current]")?.getAttribute("href")?.slice(2) ?? "")));
register({ key: "?", label: t("frame.help"), call: help });
addEventListener("hashchange", show);
for (const name of ["online", "offline"]) {
  addEventListener(name, () => (/** @type {HTMLElement} */ (document.getElementById("offline")).hidden = navigator.onLine));
}
show();
