/**
 * A shot while its film is made: words first, then its maker and its picture, then its frames, which can be watched.
 * Start reading at `shotCard`.
 */

import { mediaUrl, release } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { eventPath } from "../film/shapes.js";
import { duration, t } from "../words.js";
import { asked, makerChip } from "./maker.js";
import { unload } from "./video.js";

/** @typedef {import("../film/history.js").Shot} Shot */
/** @typedef {(path: string, at: number, onStill: (url: string) => void) => void} TakeStill */

const STATE_ICONS = { written: "script", drawn: "reroll", ready: "check" };

/**
 * @param {string} film
 * @param {{fps: number, ratio: number, takeStill: TakeStill, signal: AbortSignal}} options *ratio*: width over height of
 *   its picture; *signal*: it is seen no more, and its pictures are let go
 * @returns {{element: HTMLElement, show: (shot: Shot) => void, leave: () => void}}
 */
export function shotCard(film, { fps, ratio, takeStill, signal }) {
  const number = h("span", { class: "shot-number number" });
  const length = h("span", { class: "shot-length number", hidden: true });
  const picture = h("div", { class: "shot-picture", vars: { "--ratio": ratio } }, number, length);
  const words = h("p", { class: "shot-line", dir: "auto" });
  const scene = h("p", { class: "shot-scene muted small", dir: "auto" });
  const meta = h("div", { class: "shot-meta" });
  const more = h("div", null);
  const element = h("li", { class: "shot-card" }, picture, h("div", { class: "shot-words" }, scene, words, meta, more));
  let told = "";
  let toldOf = "";
  let shownPicture = 0;
  let shownClip = 0;

  const setStill = (/** @type {string} */ url) => {
    const old = picture.querySelector("img");
    if (old) release(old.src);
    old?.remove();
    picture.prepend(h("img", { src: url, alt: "", decoding: "async", loading: "lazy" }));
    picture.classList.add("is-seen");
  };
  const showPicture = async (/** @type {Shot} */ shot) => {
    if (shot.picture && shot.picture !== shownPicture) {
      shownPicture = shot.picture;
      const url = await mediaUrl(eventPath(film, shot.picture), { signal }).catch(() => ""); // gone meanwhile: the number stays
      if (url && !signal.aborted) setStill(url);
    }
    if (!shot.clip || shot.clip === shownClip) return;
    shownClip = shot.clip;
    const path = eventPath(film, shot.clip);
    if (!shot.picture) takeStill(path, (shot.frames ?? fps) / fps / 3, setStill);
    picture.querySelector("button")?.remove();
    picture.append(playButton(shot, () => play(picture, path, signal)));
  };
  /** @param {Shot} shot */
  const show = (shot) => {
    const now = `${shot.state} ${shot.madeBy} ${shot.frames} ${shot.narration} ${shot.scene}`;
    if (now !== told) {
      told = now;
      element.dataset.state = shot.state;
      number.textContent = String(shot.n);
      words.textContent = shot.narration || shot.action;
      scene.textContent = shot.scene;
      replace(meta, stateChip(shot), shot.madeBy && makerChip(shot.madeBy));
      length.hidden = !shot.frames;
      length.textContent = shot.frames ? duration(shot.frames / fps) : "";
    }
    const of = `${shot.attempts.length} ${shot.fallbacks.length}`;
    if (of !== toldOf) {
      toldOf = of;
      replace(more, asked(shot.attempts, shot.fallbacks));
    }
    showPicture(shot);
  };
  return { element, show, leave: () => picture.querySelectorAll("video").forEach(end) };
}

/** @param {Shot} shot */
function stateChip(shot) {
  const kind = shot.state === "ready" ? "chip good" : shot.state === "drawn" ? "chip accent" : "chip";
  return h("span", { class: kind }, icon(STATE_ICONS[shot.state]), t(`film.shot.${shot.state}`));
}

/** @param {Shot} shot @param {() => void} onclick */
function playButton(shot, onclick) {
  return h("button", { class: "shot-play", type: "button", "aria-label": t("film.shot.play", { n: shot.n }), onclick }, icon("play"));
}

/**
 * Play the clip at *path* in place of the picture, once.
 * @param {HTMLElement} picture
 * @param {string} path
 * @param {AbortSignal} signal
 */
async function play(picture, path, signal) {
  const src = await mediaUrl(path, { signal }).catch(() => "");
  if (!src || signal.aborted) return;
  picture.querySelectorAll("video").forEach(end);
  const video = h("video", { src, muted: true, playsinline: true, autoplay: true });
  video.addEventListener("ended", () => end(video));
  video.addEventListener("error", () => end(video));
  picture.append(video);
  picture.classList.add("is-seen");
}

/** @param {HTMLVideoElement} video */
function end(video) {
  const { src } = video;
  video.remove();
  unload(video);
  release(src);
}
