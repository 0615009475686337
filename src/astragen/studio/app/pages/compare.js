/**
 * Two versions of a film side by side, played in step, with what is another between them; either can be had back as
 * the newest. Start reading at `page`.
 */

import { ask, contentUrl, newRequestKey, Problem, release } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { differences } from "../film/differences.js";
import { placedShots, ratioOf } from "../film/shapes.js";
import { marksOf } from "../film/watching.js";
import { inStep } from "../parts/in-step.js";
import { trouble } from "../parts/loaded.js";
import { makerName } from "../parts/maker.js";
import { player } from "../parts/player.js";
import { unload } from "../parts/video.js";
import { toast } from "../toast.js";
import { clock, count, has, number, t } from "../words.js";

/** @typedef {import("../film/shapes.js").Film} Film */
/** @typedef {import("../film/shapes.js").PlacedShot} PlacedShot */
/** @typedef {{film: Film, shots: PlacedShot[], src: string}} Side */

export const styles = ["film"];

/** @type {import("../main.js").Page} */
export async function page(root, params, signal) {
  const body = h("div", { class: "compare-body" });
  const back = h("a", { class: "button", href: `#/film/${params.film}` }, icon("back"), t("compare.back"));
  replace(root, h("header", { class: "film-head" }, h("div", { class: "film-names" }, h("h1", null, t("compare.title"))), h("div", { class: "row" }, back)), body);
  let leaveBody = () => {};
  const load = async () => {
    try {
      const sides = /** @type {[Side, Side]} */ (await Promise.all([sideOf(params.film, signal), sideOf(params.other, signal)]));
      if (signal.aborted) return;
      sides.sort((a, b) => a.film.version - b.film.version);
      leaveBody = show(body, sides);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      replace(body, trouble(error, load));
    }
  };
  await load();
  return () => leaveBody();
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Side>}
 */
async function sideOf(id, signal) {
  const [film, shots, src] = await Promise.all([ask("GET", `/v1/films/${id}`, undefined, { signal }), placedShots(id, signal), contentUrl(id, "film", { signal })]);
  return { film, shots, src };
}

/**
 * @param {HTMLElement} body
 * @param {[Side, Side]} sides the older one first
 * @returns {() => void} ends it
 */
function show(body, [older, newer]) {
  const [leader, other] = lengthOf(older.film) >= lengthOf(newer.film) ? [older, newer] : [newer, older]; // all of the longer one is seen
  const screen = h("div", { class: "compare-screen" });
  const deck = player({
    src: leader.src,
    title: leader.film.title,
    fps: leader.film.output?.fps ?? leader.film.input.fps,
    seconds: lengthOf(leader.film),
    ratio: ratioOf(leader.film),
    marks: marksOf(leader.shots),
    screen,
  });
  const follower = h("video", { class: "player-video", src: other.src, preload: "auto", playsinline: true, muted: true, "aria-label": versionName(other.film) });
  const figure = (/** @type {Side} */ side) => h("figure", { vars: { "--ratio": ratioOf(side.film) } }, side === leader ? deck.video : follower, h("figcaption", null, versionName(side.film)));
  replace(screen, figure(older), figure(newer));
  const stop = inStep(deck.video, follower);
  const found = differences(older.shots, newer.shots);
  const seek = (/** @type {import("../film/differences.js").Difference} */ one) => deck.seek(((leader === older ? one.before ?? one.after : one.after ?? one.before)?.at ?? 0) + 0.01);
  replace(
    body,
    deck.element,
    h("div", { class: "compare-acts" }, [older, newer].map((one) => restoreCard(one.film, newer.film))),
    h(
      "section",
      { class: "card stack", "aria-labelledby": "compare-found" },
      h("h2", { id: "compare-found" }, found.length ? count("compare.differences", found.length) : t("compare.same")),
      found.length > 0 && h("ol", { class: "differences" }, found.map((one) => difference(one, () => seek(one)))),
    ),
  );
  return () => {
    stop();
    deck.leave();
    unload(follower);
    [older, newer].forEach((one) => release(one.src));
  };
}

/** @param {Film} film */
function lengthOf(film) {
  return film.output?.seconds ?? 0;
}

/** @param {Film} film */
function versionName(film) {
  return t("film.version", { number: number(film.version) });
}

/**
 * @param {Film} film
 * @param {Film} newest a later version is made of this one's order
 */
function restoreCard(film, newest) {
  const onclick = async (/** @type {Event} */ event) => {
    const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
    button.disabled = true;
    try {
      const made = await restored(film, newest);
      location.hash = `#/film/${made.id}`;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      toast(error.detail);
      button.disabled = false;
    }
  };
  const canRestore = film.id !== newest.id;
  return h(
    "div",
    { class: "card compare-version" },
    h("div", null, h("h2", null, versionName(film)), h("p", { class: "muted number" }, clock(Math.round(film.output?.seconds ?? 0)))),
    h("div", { class: "row" }, h("a", { class: "button", href: `#/film/${film.id}` }, icon("play"), t("compare.watch")), canRestore && h("button", { class: "button", type: "button", onclick, title: t("compare.restore.hint") }, icon("undo"), t("compare.restore"))),
  );
}

/**
 * A new version of *newest* as *film* was; what was made for it is used again.
 * @param {Film} film
 * @param {Film} newest
 * @returns {Promise<Film>}
 */
async function restored(film, newest) {
  const [storyboard, { data }] = await Promise.all([ask("GET", `/v1/films/${film.id}/content?variant=storyboard`), ask("GET", `/v1/films/${film.id}/shots`)]);
  const named = new Map(data.map((/** @type {PlacedShot} */ one) => [one.shot.id, one.shot])); // their own files by id, not by path
  const scenes = storyboard.scenes.map((/** @type {any} */ scene) => ({ ...scene, shots: scene.shots.map((/** @type {any} */ shot) => named.get(shot.id) ?? shot) }));
  return ask("POST", `/v1/films/${newest.id}/revise`, { storyboard: { ...storyboard, scenes } }, { headers: { "Idempotency-Key": newRequestKey() } });
}

/**
 * @param {import("../film/differences.js").Difference} one
 * @param {() => void} seek
 */
function difference({ kind, before, after, fields }, seek) {
  const shot = /** @type {PlacedShot} */ (after ?? before);
  return h(
    "li",
    { class: "difference", dataset: { kind } },
    h("button", { class: "button quiet", type: "button", onclick: seek }, icon("play"), t("film.shot.n", { n: shot.n })),
    h("div", null, h("p", null, h("span", { class: "chip" }, t(`compare.${kind}`)), fields.includes("seed") && ` ${fieldName("seed")}`), fields.length ? fields.filter((name) => name !== "seed").map((name) => change(name, before, after)) : h("p", { class: "muted", dir: "auto" }, shot.shot.line || shot.shot.title)),
  );
}

/** @param {string} name */
function fieldName(name) {
  return has(`compare.field.${name}`) ? t(`compare.field.${name}`) : name.replaceAll("_", " ");
}

/** @param {string} name @param {PlacedShot | null} before @param {PlacedShot | null} after */
function change(name, before, after) {
  return h("p", { class: "difference-words small" }, `${fieldName(name)}: `, h("del", { dir: "auto" }, valueOf(name, before)), " → ", h("ins", { dir: "auto" }, valueOf(name, after)));
}

/** @param {string} name @param {PlacedShot | null} side */
function valueOf(name, side) {
  if (!side) return "–";
  if (name === "seconds") return `${number(side.seconds ?? 0, { maximumFractionDigits: 1 })} s`;
  if (name === "made_by") return makerName(side.made_by);
  const value = side.shot[name];
  if (typeof value === "string") return (name === "line" || name === "title" || name === "action" ? value : value.replaceAll("_", " ")) || "–";
  if (value === null || value === undefined) return "–";
  return typeof value === "object" ? t("compare.other") : String(value);
}
