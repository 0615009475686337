/**
 * A shot while its film is made: words first, then its maker and its picture, then its frames, which can be watched.
 * Start reading at `shotCard`.
 */

import { mediaUrl, release } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { eventPath } from "../film/shapes.js";
import { duration, t } from "../words.js";
import { asked, makerChip } from "./maker.js";

/** @typedef {import("../film/history.js").Shot} Shot */
/** @typedef {(path: string, at: number, onStill: (url: string) => void) => void} TakeStill */

const STATE_ICONS = { written: "script", drawn: "reroll", ready: "check" };

/**
 * @param {string} film
 * @param {{fps: number, ratio: number, takeStill: TakeStill}} options *ratio*: width over height of its picture
 * @returns {{element: HTMLElement, show: (shot: Shot) => void, still: () => string, leave: () => void}} *still*: address of its picture; ""
 */
export function shotCard(film, { fps, ratio, takeStill }) {
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
  let still = "";

  const setStill = (/** @type {string} */ url) => {
    still = url;
    const image = h("img", { src: url, alt: "", decoding: "async" });
    picture.querySelector("img")?.remove();
    picture.prepend(image);
    picture.classList.add("is-seen");
  };
  const showPicture = async (/** @type {Shot} */ shot) => {
    if (shot.picture && shot.picture !== shownPicture) {
      shownPicture = shot.picture;
      const url = await mediaUrl(eventPath(film, shot.picture)).catch(() => ""); // gone meanwhile: the number stays
      if (url) setStill(url);
    }
    if (!shot.clip || shot.clip === shownClip) return;
    shownClip = shot.clip;
    const path = eventPath(film, shot.clip);
    if (!still) takeStill(path, (shot.frames ?? fps) / fps / 3, setStill);
    picture.querySelector("button")?.remove();
    picture.append(playButton(shot, () => play(picture, path)));
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
  const leave = () => {
    for (const one of element.querySelectorAll("img, video")) release(/** @type {HTMLImageElement | HTMLVideoElement} */ (one).src);
  };
  return { element, show, still: () => still, leave };
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
 */
async function play(picture, path) {
  picture.querySelector("video")?.remove();
  const src = await mediaUrl(path).catch(() => "");
  if (!src) return;
  const video = h("video", { src, muted: true, playsinline: true, autoplay: true });
  const end = () => {
    video.remove();
    release(src);
  };
  video.addEventListener("ended", end);
  video.addEventListener("error", end);
  picture.append(video);
  picture.classList.add("is-seen");
}
