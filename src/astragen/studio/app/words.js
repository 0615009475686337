/**
 * Every visible text: `t("make.title")`, in the language of the person, from text/<language>.json.
 *
 * Texts have flat keys; `{name}` in them is filled from the values. Of what is counted there are `key.one` and
 * `key.other` (and what else `Intl.PluralRules` tells), chosen by `count(key, n)`.
 */

import { get, set } from "./store.js";

/** The languages there are, each by its own name. */
export const LANGUAGES = Object.freeze({ en: "English", zh: "中文", es: "Español" });

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

/** @type {Record<string, string>} */
let texts = {};
let current = "en";

/** @type {Map<string, unknown>} */
const formats = new Map();

/** @returns {string} BCP 47 tag of the language that texts are in */
export function language() {
  return current;
}

/** Load the language that was chosen, or the first of the browser's that there is. */
export async function loadWords() {
  await load(get().language || fromBrowser());
}

/**
 * Choose *tag*, and have it by the next visit, too; whoever shows texts listens to `language` of the store.
 * @param {string} tag one of LANGUAGES
 */
export async function setLanguage(tag) {
  await load(tag);
  set({ language: tag });
}

/**
 * The text of *key*, with *values* filled in; the key itself where there is none, so that the gap is seen.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const text = texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * Whether there is a text of *key*: for names that the service gives, which may be newer than the texts.
 * @param {string} key
 */
export function has(key) {
  return key in texts;
}

/**
 * The text of what is counted: `count("films.found", 3)` reads "films.found.other" with {count}.
 * @param {string} key
 * @param {number} amount
 * @param {Record<string, string | number>} [values]
 */
export function count(key, amount, values = {}) {
  const form = `${key}.${intl(Intl.PluralRules).select(amount)}`;
  return t(has(form) ? form : `${key}.other`, { count: number(amount), ...values });
}

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export function number(value, options) {
  return intl(Intl.NumberFormat, options).format(value);
}

/**
 * US dollars; below a cent to three digits, so that little is not shown as nothing.
 * @param {number} usd
 */
export function money(usd) {
  const digits = usd > 0 && usd < 0.095 ? 3 : 2;
  return number(usd, { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol", minimumFractionDigits: 2, maximumFractionDigits: digits });
}

/**
 * A length of time in words: "8 s", "1 min 20 s", "2 h 5 min".
 * @param {number} seconds
 */
export function duration(seconds) {
  const whole = Math.round(seconds);
  if (seconds > 0 && seconds < 10 && whole !== seconds) return unit(Math.round(seconds * 10) / 10, "second");
  if (whole < 60) return unit(whole, "second");
  if (whole < 3600) return joined(unit(Math.floor(whole / 60), "minute"), whole % 60, "second");
  return joined(unit(Math.floor(whole / 3600), "hour"), Math.round((whole % 3600) / 60), "minute");
}

/**
 * A place in a film: "0:07", "12:30", "1:02:03".
 * @param {number} seconds
 */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((one) => String(one).padStart(2, "0"));
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${parts.join(":")}` : `${Number(parts[0])}:${parts[1]}`;
}

/**
 * @param {number} bytes
 */
export function size(bytes) {
  const names = /** @type {const} */ (["byte", "kilobyte", "megabyte", "gigabyte"]);
  const step = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** step;
  return number(value, { style: "unit", unit: names[step], unitDisplay: "short", maximumFractionDigits: value < 10 && step ? 1 : 0 });
}

/**
 * A moment.
 * @param {number} at Unix seconds
 * @param {Intl.DateTimeFormatOptions} [options]
 */
export function date(at, options = { dateStyle: "medium", timeStyle: "short" }) {
  return intl(Intl.DateTimeFormat, options).format(new Date(at * 1000));
}

/**
 * How long ago a moment was, or how far ahead it is: "2 minutes ago".
 * @param {number} at Unix seconds
 * @param {number} [now] Unix seconds
 */
export function ago(at, now = Date.now() / 1000) {
  const words = intl(Intl.RelativeTimeFormat, { numeric: "auto" });
  const past = at - now;
  /** @type {[Intl.RelativeTimeFormatUnit, number][]} */
  const units = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
  for (const [name, seconds] of units) if (Math.abs(past) >= seconds) return words.format(Math.round(past / seconds), name);
  return words.format(Math.round(past), "second");
}

/**
 * "ltr" or "rtl": of the language *tag*, for texts that are not in ours. Prefer dir="auto" where text is alone.
 * @param {string} [tag]
 */
export function direction(tag = current) {
  return RIGHT_TO_LEFT.has(tag.split("-")[0].toLowerCase()) ? "rtl" : "ltr";
}

/**
 * What of `Intl` writes in our language as *options* say. Each is made once: that takes longer than a hundred uses.
 * @template Format
 * @param {new (tag: string, options?: any) => Format} Kind
 * @param {object} [options]
 * @returns {Format}
 */
function intl(Kind, options = {}) {
  const key = `${current} ${Kind.name} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Kind(current, options));
  return /** @type {Format} */ (formats.get(key));
}

/** @param {number} value @param {"second" | "minute" | "hour"} name */
function unit(value, name) {
  return number(value, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 1 });
}

/** @param {string} first @param {number} rest @param {"second" | "minute"} name */
function joined(first, rest, name) {
  return rest ? `${first} ${unit(rest, name)}` : first;
}

/** @param {string} wanted */
async function load(wanted) {
  const tag = wanted in LANGUAGES ? wanted : "en";
  const answer = await fetch(`/studio/text/${tag}.json`);
  if (!answer.ok) throw new Error(`The texts of "${tag}" cannot be read (HTTP ${answer.status}).`);
  texts = await answer.json();
  current = tag;
  document.documentElement.lang = tag;
  document.documentElement.dir = direction(tag);
}

function fromBrowser() {
  return navigator.languages.map((one) => one.split("-")[0].toLowerCase()).find((one) => one in LANGUAGES) ?? "en";
}
