/** A film that is made: its player, its shots in a strip below, and what there is to know of it. Start at `watchingView`. */

import { ask, contentPath, contentUrl, heldUrl, mediaUrl, Problem, release } from "../api.js";
import { h, icon } from "../dom.js";
import { loaded } from "../parts/loaded.js";
import { makerName } from "../parts/maker.js";
import { markAt, player } from "../parts/player.js";
import { stillTaker } from "../parts/stills.js";
import { clock, duration, language, money, number, size, t } from "../words.js";
import { historySection } from "./how.js";
import { keepSection } from "./keep.js";
import { placedShots, ratioOf } from "./shapes.js";
import { versionsSection } from "./versions.js";

/** @typedef {import("./shapes.js").Film} Film */
/** @typedef {import("./shapes.js").PlacedShot} PlacedShot */

/**
 * @param {Film} film
 * @param {AbortSignal} signal says that nobody wants to watch it any more
 * @returns {Promise<{element: HTMLElement, leave: () => void}>}
 */
export async function watchingView(film, signal) {
  const [shots, src, poster, captions] = await Promise.all([
    placedShots(film.id, signal),
    contentUrl(film.id, "film", { signal }),
    urlOf(film, "poster", (path) => mediaUrl(path, { signal })),
    urlOf(film, "captions.vtt", (path) => heldUrl(path, { signal })),
  ]);
  const strip = shotStrip(film, shots, (at) => deck.seek(at));
  const deck = player({
    src,
    poster: poster || undefined,
    title: film.title,
    fps: film.output?.fps ?? film.input.fps,
    seconds: film.output?.seconds ?? 0,
    ratio: ratioOf(film),
    marks: marksOf(shots),
    captions: captions ? { src: captions, language: language(), isShown: !film.input.captions } : undefined,
    onTime: (at) => strip.show(at),
  });
  const stills = stillTaker();
  for (const one of shots) stills.take(src, one.at + (one.seconds ?? 0) / 2, (url) => strip.setStill(one.shot.id, url));
  const how = historySection(film);
  const element = h(
    "div",
    { class: "watching" },
    deck.element,
    strip.element,
    h("div", { class: "watching-more" }, h("div", { class: "stack" }, keepSection(film), versionsSection(film)), h("div", { class: "stack" }, factsSection(film), warningsSection(film, shots))),
    how.element,
  );
  const leave = () => {
    deck.leave();
    stills.leave();
    how.leave();
    [src, poster, captions].forEach(release);
  };
  return { element, leave };
}

/**
 * The address that *had* gives of *variant* of *film*; "" where there is none, or it cannot be had.
 * @param {Film} film
 * @param {import("../api.js").Variant} variant
 * @param {(path: string) => Promise<string>} had
 */
async function urlOf(film, variant, had) {
  if (!film.output?.variants.includes(variant)) return "";
  return had(contentPath(film.id, variant)).catch((error) => {
    if (error instanceof Problem) return ""; // the film can be seen without
    throw error;
  });
}

/**
 * The beginnings of *shots*, each called by its number and its words.
 * @param {readonly PlacedShot[]} shots
 * @returns {import("../parts/player.js").Mark[]}
 */
export function marksOf(shots) {
  return shots.map((one, at) => ({ at: one.at, title: shotName(one), isScene: one.scene !== shots[at - 1]?.scene }));
}

/** @param {PlacedShot} one */
function shotName({ n, shot }) {
  return [t("film.shot.n", { n }), shot.line || shot.title].filter(Boolean).join(": ");
}

/**
 * @param {Film} film
 * @param {readonly PlacedShot[]} shots
 * @param {(at: number) => void} seek
 */
function shotStrip(film, shots, seek) {
  const buttons = shots.map((one) =>
    h(
      "button",
      { class: "strip-shot", type: "button", onclick: () => seek(one.at + 0.01) },
      h("span", { class: "strip-picture", vars: { "--ratio": ratioOf(film) } }, h("span", { class: "visually-hidden" }, t("film.shot.n", { n: one.n })), h("span", { class: "shot-number number", "aria-hidden": "true" }, String(one.n))),
      h("span", { class: "strip-words" }, h("span", { class: "number muted" }, clock(one.at)), h("span", { class: "strip-line", dir: "auto" }, one.shot.line || one.shot.title || one.shot.action)),
    ),
  );
  const list = h("ol", { class: "strip" }, buttons.map((one) => h("li", null, one)));
  const element = h("nav", { class: "strip-place", "aria-label": t("film.shots") }, list);
  let current = -1;
  return {
    element,
    /** @param {number} at */
    show(at) {
      const here = markAt(shots, at);
      const next = here ? shots.indexOf(here) : -1;
      if (next === current) return;
      buttons[current]?.removeAttribute("aria-current");
      current = next;
      const button = buttons[current];
      button?.setAttribute("aria-current", "true");
      if (button?.isConnected) list.scrollTo({ left: button.offsetLeft - list.offsetLeft - (list.clientWidth - button.offsetWidth) / 2, behavior: "smooth" });
    },
    /** @param {string} id @param {string} url */
    setStill(id, url) {
      const place = shots.findIndex((one) => one.shot.id === id);
      buttons[place]?.querySelector(".strip-picture")?.prepend(h("img", { src: url, alt: "", decoding: "async" }));
    },
  };
}

/** @param {Film} film */
function factsSection(film) {
  const place = loaded(async () => (film.output?.variants.includes("report") ? ask("GET", `/v1/films/${film.id}/content?variant=report`) : null), (report) => facts(film, report), { lines: 5 });
  return h("section", { class: "card stack", "aria-labelledby": "film-facts" }, h("h2", { id: "film-facts" }, t("film.facts")), place.element);
}

/** @param {Film} film @param {any} report */
function facts(film, report) {
  const { output, cost } = film;
  const makers = [...new Set((report?.shots ?? []).map((/** @type {any} */ one) => one.made_by))];
  const voices = [...new Set((report?.shots ?? []).map((/** @type {any} */ one) => one.voice).filter(Boolean))];
  const counted = (/** @type {unknown} */ maker) => report.shots.filter((/** @type {any} */ one) => one.made_by === maker).length;
  const names = makers.map((one) => (makers.length > 1 ? `${makerName(String(one))} (${number(counted(one))})` : makerName(String(one))));
  const took = report && (report.deadline_s ? t("film.elapsed", { time: duration(report.wall_s), deadline: duration(report.deadline_s) }) : duration(report.wall_s));
  /** @type {[string, string][]} */
  const rows = [
    ["length", output?.seconds ? duration(output.seconds) : ""],
    ["size", output?.width ? `${output.width} × ${output.height}, ${t("film.fps", { fps: number(output.fps) })}` : ""],
    ["bytes", output ? size(output.bytes) : ""],
    ["money", money(cost.actual_usd)],
    ["took", took || ""],
    ["writer", report?.written_by ? makerName(report.written_by) : ""],
    ["makers", names.join(", ")],
    ["voices", voices.join(", ")],
  ];
  return h("dl", { class: "facts-list" }, rows.filter(([, said]) => said).flatMap(([name, said]) => [h("dt", null, t(`film.fact.${name}`)), h("dd", { dir: "auto" }, said)]));
}

/** @param {Film} film @param {readonly PlacedShot[]} shots */
function warningsSection({ warnings }, shots) {
  if (!warnings.length) return null;
  const names = new Map(shots.map(({ n, shot }) => [shot.id, t("film.shot.n", { n })]));
  const named = (/** @type {string} */ subject) => subject.split(", ").map((one) => names.get(one) ?? one).join(", ");
  const items = warnings.map((one) => h("li", null, h("strong", { dir: "auto" }, named(one.subject)), h("p", { dir: "auto" }, one.reason), h("p", { class: "muted", dir: "auto" }, one.instead)));
  return h("section", { class: "card stack", "aria-labelledby": "film-warnings" }, h("h2", { id: "film-warnings" }, icon("warning"), t("film.warnings")), h("p", { class: "muted" }, t("film.warnings.lead")), h("ul", { class: "warnings" }, items));
}

