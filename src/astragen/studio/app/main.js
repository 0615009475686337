/** The start: words, frame, keys; then the page that the address names, and each one after it. */

import { h, byId, icon, replace } from "./dom.js";
import { markPage, showHelp, startFrame } from "./frame.js";
import { register, startKeys } from "./keys.js";
import { startReach } from "./reach.js";
import { get, on } from "./store.js";
import { announce } from "./toast.js";
import { loadWords, t } from "./words.js";

/** @typedef {Record<string, string>} Params what the address names: `film`, `other`; of "?a=b" after it, `a` */
/**
 * A page draws itself into *root*, and gives what ends it: timers, streams, listeners, keys. *signal* says that it is
 * left, also to one that is still asking for what it shows.
 * @typedef {(root: HTMLElement, params: Params, signal: AbortSignal) => (() => void) | void | Promise<(() => void) | void>} Page
 */
/** @typedef {{page: Page, styles?: readonly string[]}} PageModule `styles`: more of style/ than its own */

/** @type {readonly [RegExp, string][]} */
const ROUTES = [
  [/^\/(?:make)?$/, "make"],
  [/^\/films$/, "films"],
  [/^\/film\/(?<film>[\w]+)$/, "film"],
  [/^\/film\/(?<film>[\w]+)\/direct$/, "direct"],
  [/^\/film\/(?<film>[\w]+)\/compare\/(?<other>[\w]+)$/, "compare"],
  [/^\/settings$/, "settings"],
];

/** @type {() => void} */
let leave = () => {};
let leaving = new AbortController();

/**
 * The page that *hash* names, and its parameters.
 * @param {string} hash
 * @returns {{name: string, params: Params}} the page "lost" for what is none
 */
export function routed(hash) {
  const [path, query] = hash.replace(/^#/, "").split(/\?(.*)/s);
  for (const [pattern, name] of ROUTES) {
    const found = pattern.exec(path || "/");
    if (found) return { name, params: { ...Object.fromEntries(new URLSearchParams(query ?? "")), ...found.groups } };
  }
  return { name: "lost", params: { path } };
}

/** Show the page that the address names in place of the one that is shown. */
async function show() {
  const { name, params } = routed(location.hash);
  const isFirst = !byId("page").firstChild;
  leaving.abort();
  leave();
  leave = () => {};
  leaving = new AbortController();
  const { signal } = leaving;
  markPage(name);
  const root = h("div", { class: `page-${name}` });
  try {
    const [module] = await Promise.all([import(`./pages/${name}.js`), styled(name)]);
    await Promise.all((module.styles ?? []).map(styled));
    if (signal.aborted) return;
    replace(byId("page"), root);
    scrollTo(0, 0);
    const end = await /** @type {PageModule} */ (module).page(root, params, signal);
    if (signal.aborted) return end?.();
    leave = end ?? leave;
  } catch (error) {
    if (signal.aborted) return;
    console.error(error);
    replace(byId("page"), failed());
  }
  entitle(isFirst);
}

/**
 * Call the window what the page's heading says, and put the focus there for who cannot see that it changed.
 * @param {boolean} isFirst the first page leaves the focus where the browser has it
 */
function entitle(isFirst) {
  const heading = byId("page").querySelector("h1");
  document.title = heading?.textContent ? `${heading.textContent} · AstraGen` : "AstraGen";
  if (isFirst || !heading || byId("page").contains(document.activeElement)) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  announce(heading.textContent ?? "");
}

/** What is shown where a page cannot be. A module that did not come once is not asked for again without a reload. */
function failed() {
  return h(
    "div",
    { class: "state bad" },
    icon(get().isReachable ? "warning" : "offline"),
    h("h1", null, t("frame.failed")),
    h("p", null, t("frame.failed.text")),
    h("button", { class: "button primary", type: "button", onclick: () => location.reload() }, t("frame.retry")),
  );
}

/**
 * Have style/<name>.css; a page without one is shown as the base has it.
 * @param {string} name
 * @returns {Promise<void>}
 */
function styled(name) {
  const href = `/studio/style/${name}.css`;
  if (document.querySelector(`link[href="${href}"]`) || name === "lost") return Promise.resolve();
  return new Promise((resolve) => {
    const link = h("link", { rel: "stylesheet", href, onload: () => resolve(), onerror: () => resolve() });
    document.head.append(link);
  });
}

/** Keys that work on every page. */
function registerKeys() {
  const ways = /** @type {const} */ (["make", "films", "settings"]);
  register({ key: "?", label: "help.key", call: showHelp });
  register({ key: "/", label: "help.search", call: focusSearch });
  ways.forEach((name, at) => register({ key: `Alt+${at + 1}`, label: `help.${name}`, call: () => (location.hash = `#/${name}`) }));
}

/** The search of this page; where there is none, the library's. */
function focusSearch() {
  const field = /** @type {HTMLElement | null} */ (byId("page").querySelector("input[type=search]"));
  if (field) field.focus();
  else location.hash = "#/films?search=1";
}

async function start() {
  await loadWords();
  startFrame();
  startReach();
  startKeys();
  registerKeys();
  addEventListener("hashchange", show);
  on(["language", "key"], show);
  byId("page").addEventListener("titled", () => entitle(true)); // a page whose heading came later says so
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault(); // "#page" would be an address of ours
    byId("page").focus();
  });
  await show();
}

start();
