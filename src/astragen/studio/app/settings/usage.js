/** What was used: films and money by day, money by provider, and where the time of the latest films went. */

import { ask, Problem } from "../api.js";
import { h, icon } from "../dom.js";
import { loaded } from "../parts/loaded.js";
import { barPlot, columnPlot } from "../parts/plot.js";
import { date, duration, has, money, number, t } from "../words.js";

/** @typedef {{films: number, attempts: number, seconds: number, usd: number, providers: {provider: string, usd: number}[]}} Amount */
/** @typedef {{since: string, until: string, total: Amount, days: (Amount & {date: string})[]}} Used */
/** @typedef {{name: string, wall_s: number}} Stage */

const PERIODS = [7, 30, 90]; // days
const FILMS_LOOKED_AT = 10; // whose reports tell where the time went
const DAY_MS = 86_400_000;

/** @returns {import("../dom.js").Child} */
export function usageSection() {
  let days = 30;
  const place = loaded(() => found(days), drawn, { lines: 8 });
  const options = PERIODS.map((one) => h("option", { value: one, selected: one === days }, t("settings.days", { count: one })));
  /** @param {Event} event */
  const onchange = (event) => {
    days = Number(/** @type {HTMLSelectElement} */ (event.target).value);
    place.again();
  };
  return [h("div", { class: "field settings-period" }, h("label", { for: "settings-period" }, t("settings.period")), h("select", { id: "settings-period", onchange }, options)), place.element];
}

/** @param {number} days */
async function found(days) {
  const since = new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  const [used, stages] = await Promise.all([/** @type {Promise<Used>} */ (ask("GET", `/v1/usage?since=${since}`)), latestStages()]);
  return { used, stages };
}

/**
 * The mean wall time of each stage of the latest films, in the order of the stages.
 * @returns {Promise<{films: number, stages: Stage[]}>} without any where no report can be read
 */
async function latestStages() {
  const page = await ask("GET", `/v1/films?status=completed&limit=${FILMS_LOOKED_AT}`).catch(onlyProblems);
  const films = /** @type {{id: string, output?: {variants: string[]} | null}[]} */ (page?.data ?? []);
  const reports = await Promise.all(films.filter((one) => !one.output || one.output.variants.includes("report")).map((one) => ask("GET", `/v1/films/${one.id}/content?variant=report`).catch(onlyProblems)));
  const read = reports.filter((one) => Array.isArray(one?.stages));
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const report of read) for (const stage of report.stages) sums.set(stage.name, (sums.get(stage.name) ?? 0) + stage.wall_s);
  return { films: read.length, stages: [...sums].map(([name, sum]) => ({ name, wall_s: sum / read.length })) };
}

/** @param {unknown} error */
function onlyProblems(error) {
  if (error instanceof Problem) return null; // deleted meanwhile, or kept elsewhere: the others tell enough
  throw error;
}

/** @param {Awaited<ReturnType<typeof found>>} all */
function drawn({ used, stages }) {
  if (!used.total.attempts && !stages.films) return empty();
  const days = everyDay(used);
  return [
    h(
      "dl",
      { class: "figures" },
      figure("settings.usage.films", number(used.total.films)),
      figure("settings.usage.seconds", duration(used.total.seconds)),
      figure("settings.usage.usd", money(used.total.usd)),
      figure("settings.usage.failed", number(used.total.attempts - used.total.films)),
    ),
    h(
      "div",
      { class: "plots" },
      columnPlot(t("settings.plot.films"), days.map((one) => ({ label: one.label, value: one.films })), number),
      used.total.usd > 0 && columnPlot(t("settings.plot.usd"), days.map((one) => ({ label: one.label, value: one.usd })), money),
      stages.films > 0 && barPlot(t("settings.plot.stages", { count: stages.films }), stages.stages.map((one) => ({ label: stageName(one.name), value: one.wall_s })), duration),
      used.total.providers.length > 0 && barPlot(t("settings.plot.providers"), used.total.providers.map((one) => ({ label: one.provider, value: one.usd })), money),
    ),
  ];
}

function empty() {
  return h("div", { class: "state" }, icon("films"), h("h3", null, t("settings.usage.empty")), h("p", null, t("settings.usage.empty.text")), h("a", { class: "button primary", href: "#/make" }, t("make.title")));
}

/** @param {string} label @param {string} value */
function figure(label, value) {
  return h("div", null, h("dt", null, t(label)), h("dd", { class: "number" }, value));
}

/**
 * Every day of the time, also those on which nothing was used.
 * @param {Used} used
 * @returns {{label: string, films: number, usd: number}[]}
 */
function everyDay(used) {
  const known = new Map(used.days.map((one) => [one.date, one]));
  const days = [];
  for (let at = Date.parse(used.since); at <= Date.parse(used.until); at += DAY_MS) {
    const one = known.get(new Date(at).toISOString().slice(0, 10));
    days.push({ label: date(at / 1000, { month: "short", day: "numeric", timeZone: "UTC" }), films: one?.films ?? 0, usd: one?.usd ?? 0 });
  }
  return days;
}

/** @param {string} name */
function stageName(name) {
  return has(`settings.stage.${name}`) ? t(`settings.stage.${name}`) : name;
}
