/** Every text that people read, by its key, in the language they chose. Start at `t`. */

import { get, set } from "./store.js";

export const LANGUAGES = { en: "English", zh: "中文", es: "Español" };

/** @type {Record<string, string>} */
let words = {};
/** @type {Record<string, string>} */
let english = {};
let current = "en";

/** The text of *key*, with *values* in the places of {name}. @param {string} key @param {Record<string, any>} [values] */
export function t(key, values = {}) {
  const text = words[key] ?? english[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The language that is spoken now. */
export function language() {
  return current;
}

/** Speak *wanted* from now on; its texts are loaded first. @param {string} wanted */
export async function setLanguage(wanted) {
  current = wanted in LANGUAGES ? wanted : "en";
  [words, english] = await Promise.all([texts(current), texts("en")]);
  document.documentElement.lang = current;
  set({ language: current });
}

/** The language to begin with. */
export function preferred() {
  return get().language ?? navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in LANGUAGES) ?? "en";
}

/** @param {string} name @returns {Promise<Record<string, string>>} */
async function texts(name) {
  return (await fetch(`/studio/text/${name}.json`)).json();
}
