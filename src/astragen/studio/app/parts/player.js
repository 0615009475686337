/**
 * A player with controls of our own: a scrub bar with the shots marked on it, single frames, volume, speed, captions,
 * full screen, all of it by keyboard, too. Start reading at `player`.
 */

import { h, icon, replace } from "../dom.js";
import { register } from "../keys.js";
import { clock, number, t } from "../words.js";
import { unload } from "./video.js";

/** @typedef {{at: number, title: string, isScene: boolean}} Mark *at*: seconds */
/**
 * @typedef {object} Options
 * @property {string} src
 * @property {string} title
 * @property {number} fps
 * @property {number} seconds
 * @property {number} ratio width over height
 * @property {readonly Mark[]} marks
 * @property {string} [poster]
 * @property {{src: string, language: string, isShown: boolean}} [captions]
 * @property {HTMLElement} [screen] what stands in the place of the video, which it holds
 * @property {(at: number) => void} [onTime] seconds, also while it is scrubbed
 */
/** @typedef {{element: HTMLElement, video: HTMLVideoElement, seek: (at: number) => void, leave: () => void}} Player */

const STEP_S = 5; // of arrows
const LEAP_S = 10; // of j and l
const LOUDER = 0.1;
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const SCRUB_STEPS = 10_000;

/**
 * @param {Options} options
 * @returns {Player}
 */
export function player(options) {
  const { fps, seconds, marks } = options;
  const video = videoOf(options);
  const lengthS = () => (Number.isFinite(video.duration) ? video.duration : seconds);
  const seek = (/** @type {number} */ at) => {
    video.currentTime = Math.min(Math.max(0, at), lengthS());
    showTime();
  };
  const toggle = () => void (video.paused ? video.play().catch(() => {}) : video.pause()); // a film that cannot be played says so itself
  const step = (/** @type {number} */ frames) => {
    video.pause();
    seek((Math.floor(video.currentTime * fps + 0.001) + frames + 0.5) / fps); // the middle of a frame is not its neighbour's
  };
  const scrub = scrubber(marks, lengthS, seek);
  const big = h("button", { class: "player-big", type: "button", tabindex: "-1", "aria-hidden": "true", onclick: toggle }, icon("play"));
  const time = h("span", { class: "player-time number" });
  const playing = control("play", "player.play", toggle);
  const frames = h("div", { class: "player-frames" }, control("left", "player.frame.back", () => step(-1)), control("right", "player.frame.on", () => step(1)));
  const sound = volume(video);
  const subtitles = options.captions && captionsButton(video);
  const stage = h("div", { class: "player-stage", vars: { "--ratio": options.ratio }, onclick: (/** @type {Event} */ event) => event.target === video && toggle() }, options.screen ?? video, big);
  const whole = control("fullscreen", "player.fullscreen", () => fullscreen(element, video));
  const element = h(
    "div",
    { class: "player", role: "group", "aria-label": t("player.label", { title: options.title }) },
    stage,
    h("div", { class: "player-bar" }, scrub.element, h("div", { class: "player-controls" }, playing, frames, time, h("span", { class: "player-gap" }), sound, speed(video), subtitles, whole)),
  );

  let loop = 0;
  let shown = "";
  const showTime = () => {
    const at = video.currentTime;
    const text = `${clock(at)} / ${clock(Math.round(lengthS()))}`;
    if (text !== shown) time.textContent = shown = text;
    scrub.show(at);
    options.onTime?.(at);
  };
  const showEachFrame = () => {
    showTime();
    loop = video.paused ? 0 : requestAnimationFrame(showEachFrame);
  };
  const showState = () => {
    relabel(playing, video.paused ? "play" : "pause", video.paused ? "player.play" : "player.pause");
    element.classList.toggle("is-playing", !video.paused);
    if (!video.paused && !loop) showEachFrame();
  };
  for (const name of ["play", "pause", "ended"]) video.addEventListener(name, showState);
  for (const name of ["seeked", "timeupdate", "loadedmetadata"]) video.addEventListener(name, showTime);
  video.addEventListener("error", () => replace(stage, unplayable()));
  showTime();
  const stops = keys({ video, toggle, step, seek, lengthS, marks, element, captions: () => /** @type {HTMLElement | undefined} */ (subtitles)?.click() });
  const leave = () => {
    stops.forEach((stop) => stop());
    unload(video);
    cancelAnimationFrame(loop);
  };
  return { element, video, seek, leave };
}

/** @param {Options} options */
function videoOf({ src, poster, captions, title }) {
  const video = h("video", { class: "player-video", preload: "auto", playsinline: true, poster, src, "aria-label": title });
  if (captions) {
    const track = h("track", { kind: "captions", src: captions.src, srclang: captions.language, label: t("player.captions") });
    video.append(track);
    track.track.mode = captions.isShown ? "showing" : "disabled";
  }
  return video;
}

/**
 * @param {readonly Mark[]} marks
 * @param {() => number} lengthS
 * @param {(at: number) => void} seek
 */
function scrubber(marks, lengthS, seek) {
  const input = h("input", { type: "range", min: "0", max: String(SCRUB_STEPS), step: "1", "aria-label": t("player.scrub") });
  input.addEventListener("input", () => seek((Number(input.value) / SCRUB_STEPS) * lengthS()));
  input.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -STEP_S, ArrowDown: -STEP_S, ArrowRight: STEP_S, ArrowUp: STEP_S, PageDown: -LEAP_S, PageUp: LEAP_S }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    seek((Number(input.value) / SCRUB_STEPS) * lengthS() + by);
  });
  let said = "";
  const inner = marks.filter((one) => one.at > 0);
  const lines = inner.map((one) => h("span", { class: one.isScene ? "player-mark is-scene" : "player-mark", title: one.title, vars: { "--at": one.at / lengthS() } }));
  const element = h("div", { class: "player-scrub" }, input, h("div", { class: "player-marks", "aria-hidden": "true" }, lines));
  return {
    element,
    /** @param {number} at */
    show(at) {
      input.value = String(Math.round((at / lengthS()) * SCRUB_STEPS));
      input.style.setProperty("--done", String(at / lengthS()));
      const words = [clock(at), markAt(marks, at)?.title].filter(Boolean).join(", ");
      if (words === said) return; // frames come more often than seconds
      said = words;
      input.setAttribute("aria-valuetext", words);
    },
  };
}

/**
 * The last of *marks* at or before *at*.
 * @template {{at: number}} One
 * @param {readonly One[]} marks
 * @param {number} at
 * @returns {One | undefined}
 */
export function markAt(marks, at) {
  return marks.filter((one) => one.at <= at + 0.001).at(-1);
}

/** @param {HTMLVideoElement} video */
function volume(video) {
  const slider = h("input", { type: "range", min: "0", max: "1", step: "0.05", value: "1", "aria-label": t("player.volume") });
  const button = control("sound", "player.mute", () => (video.muted = !video.muted));
  slider.addEventListener("input", () => Object.assign(video, { volume: Number(slider.value), muted: slider.value === "0" }));
  video.addEventListener("volumechange", () => {
    const isSilent = video.muted || video.volume === 0;
    slider.value = String(isSilent ? 0 : video.volume);
    relabel(button, isSilent ? "mute" : "sound", isSilent ? "player.unmute" : "player.mute");
  });
  return h("div", { class: "player-volume" }, button, slider);
}

/** @param {HTMLVideoElement} video */
function speed(video) {
  const onchange = (/** @type {Event} */ event) => (video.playbackRate = Number(/** @type {HTMLSelectElement} */ (event.target).value));
  const select = h("select", { class: "player-speed", "aria-label": t("player.speed"), onchange }, SPEEDS.map((one) => h("option", { value: one, selected: one === 1 }, `${number(one)}×`)));
  video.addEventListener("ratechange", () => (select.value = String(video.playbackRate)));
  return select;
}

/** @param {HTMLVideoElement} video */
function captionsButton(video) {
  const track = video.textTracks[0];
  const button = control("captions", "player.captions", () => {
    track.mode = track.mode === "showing" ? "disabled" : "showing";
    button.setAttribute("aria-pressed", String(track.mode === "showing"));
  });
  button.setAttribute("aria-pressed", String(track.mode === "showing"));
  return button;
}

/** @param {string} name @param {string} label @param {() => unknown} onclick */
function control(name, label, onclick) {
  return h("button", { class: "button quiet icon-only", type: "button", "aria-label": t(label), title: t(label), onclick }, icon(name));
}

/** @param {HTMLElement} button @param {string} name @param {string} label */
function relabel(button, name, label) {
  if (button.title === t(label)) return;
  button.title = t(label);
  button.setAttribute("aria-label", t(label));
  replace(button, icon(name));
}

/** @param {HTMLElement} element @param {HTMLVideoElement} video */
function fullscreen(element, video) {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (element.requestFullscreen) element.requestFullscreen().catch(() => {}); // not allowed here: the film is seen as it is
  else /** @type {any} */ (video).webkitEnterFullscreen?.(); // phones on which only videos can
}

function unplayable() {
  return h("div", { class: "state player-unplayable" }, icon("warning"), h("p", null, t("player.unplayable")));
}

/**
 * @param {{video: HTMLVideoElement, toggle: () => void, step: (frames: number) => void, seek: (at: number) => void,
 *   lengthS: () => number, marks: readonly Mark[], element: HTMLElement, captions: () => void}} deck
 * @returns {(() => void)[]} ends of all keys
 */
function keys({ video, toggle, step, seek, lengthS, marks, element, captions }) {
  const by = (/** @type {number} */ s) => () => seek(video.currentTime + s);
  const louder = (/** @type {number} */ more) => () => Object.assign(video, { muted: false, volume: Math.min(1, Math.max(0, video.volume + more)) });
  const shot = (/** @type {number} */ way) => () => seek(neighbour(marks, video.currentTime, way) ?? (way > 0 ? lengthS() : 0));
  const faster = (/** @type {number} */ way) => () => (video.playbackRate = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(video.playbackRate) + way))] ?? 1);
  /** @type {[string, string, () => unknown][]} */
  const everywhere = [
    ["Space", "player.key.play", toggle], ["k", "player.key.play", toggle],
    ["ArrowLeft", "player.key.back", by(-STEP_S)], ["ArrowRight", "player.key.on", by(STEP_S)],
    ["j", "player.key.leap.back", by(-LEAP_S)], ["l", "player.key.leap.on", by(LEAP_S)],
    [",", "player.frame.back", () => step(-1)], [".", "player.frame.on", () => step(1)],
    ["[", "player.key.shot.back", shot(-1)], ["]", "player.key.shot.on", shot(1)],
    ["<", "player.key.slower", faster(-1)], [">", "player.key.faster", faster(1)],
    ["m", "player.mute", () => (video.muted = !video.muted)], ["c", "player.captions", captions],
    ["f", "player.fullscreen", () => fullscreen(element, video)],
  ];
  /** @type {[string, string, () => unknown][]} */
  const inside = [ // elsewhere they scroll the page
    ["ArrowUp", "player.key.louder", louder(LOUDER)], ["ArrowDown", "player.key.softer", louder(-LOUDER)],
    ["Home", "player.key.start", () => seek(0)], ["End", "player.key.end", () => seek(lengthS())],
  ];
  return [
    ...everywhere.map(([key, label, call]) => register({ key, label, call, when: () => element.isConnected })),
    ...inside.map(([key, label, call]) => register({ key, label, call, when: () => element.contains(document.activeElement) })),
  ];
}

/**
 * @param {readonly Mark[]} marks
 * @param {number} at
 * @param {number} way 1 or -1
 */
function neighbour(marks, at, way) {
  return way > 0 ? marks.find((one) => one.at > at + 0.05)?.at : marks.filter((one) => one.at < at - 0.5).at(-1)?.at;
}
