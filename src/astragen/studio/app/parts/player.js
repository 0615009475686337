/** A player with our own controls: chapters, frames, captions, keys. Start at `player`. */

import { h, icon, replace } from "../dom.js";
import { register } from "../keys.js";
import { t } from "../words.js";

/**
 * @param {{video: string, captions: string, poster: string, chapters: {start: number, label: string}[], fps: number, aspect: string, title: string}} shown
 * @returns {{element: HTMLElement, seek: (seconds: number) => void, stop: () => void, video: HTMLVideoElement}}
 */
export function player({ video, captions, poster, chapters, fps, aspect, title }) {
  const film = h("video", { src: video, poster, preload: "metadata", playsinline: true, "aria-label": title, vars: { "aspect-ratio": aspect } },
    h("track", { kind: "captions", src: captions, label: t("player.captions") }));
  const play = h("button", { class: "button quiet", type: "button", onclick: toggle });
  const seek = h("input", { class: "player-seek", type: "range", min: 0, max: 1000, value: 0, step: 1, "aria-label": t("player.seek"), oninput: () => (film.currentTime = (Number(seek.value) / 1000) * length()) });
  const marks = h("div", { class: "player-marks", "aria-hidden": "true" });
  const clock = h("span", { class: "player-clock" });
  const mute = h("button", { class: "button quiet", type: "button", onclick: () => (film.muted = !film.muted) });
  const cc = h("button", { class: "button quiet", type: "button", "aria-label": t("player.captions"), "aria-pressed": "false", onclick: () => {
    const track = film.textTracks[0];
    track.mode = track.mode === "showing" ? "hidden" : "showing";
    cc.setAttribute("aria-pressed", String(track.mode === "showing"));
  } }, icon("captions"));
  const speed = h("select", { class: "player-speed", "aria-label": t("player.speed"), onchange: () => (film.playbackRate = Number(speed.value)) }, [0.5, 1, 1.25, 1.5, 2].map((one) => h("option", { value: one, selected: one === 1 }, `${one}×`)));
  const full = h("button", { class: "button quiet", type: "button", "aria-label": t("player.full"), onclick: () => (document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen()) }, icon("fullscreen"));
  const element = h("figure", { class: "player" }, film, h("div", { class: "player-bar" }, play, h("div", { class: "player-track" }, marks, seek), clock, mute, cc, speed, full));

  const length = () => (Number.isFinite(film.duration) ? film.duration : 1);
  function toggle() {
    if (film.paused) film.play();
    else film.pause();
  }
  function tell() {
    replace(play, icon(film.paused ? "play" : "pause"));
    play.ariaLabel = t(film.paused ? "player.play" : "player.pause");
    replace(mute, icon(film.muted ? "mute" : "sound"));
    mute.ariaLabel = t(film.muted ? "player.unmute" : "player.mute");
    seek.value = String((1000 * film.currentTime) / length());
    seek.setAttribute("aria-valuetext", `${time(film.currentTime)} / ${time(length())}`);
    clock.textContent = `${time(film.currentTime)} / ${time(length())}`;
  }
  film.addEventListener("loadedmetadata", () => replace(marks, chapters.slice(1).map((one) => h("span", { vars: { "inset-inline-start": `${(100 * one.start) / length()}%` } }))));
  for (const name of ["play", "pause", "timeupdate", "volumechange", "loadedmetadata", "seeked"]) film.addEventListener(name, tell);
  film.addEventListener("click", toggle);
  tell();

  const by = (/** @type {number} */ seconds) => () => (film.currentTime = Math.max(0, Math.min(length(), film.currentTime + seconds)));
  const chapter = (/** @type {number} */ step) => () => {
    const now = chapters.filter((one) => one.start <= film.currentTime + 0.05).length - 1;
    film.currentTime = chapters[Math.max(0, Math.min(chapters.length - 1, now + step))]?.start ?? 0;
  };
  const stops = [
    register({ key: "Space", label: "player.keys.play", call: toggle }),
    register({ key: "k", label: "player.keys.play", call: toggle }),
    register({ key: "ArrowLeft", label: "player.keys.back", call: by(-5) }),
    register({ key: "ArrowRight", label: "player.keys.on", call: by(5) }),
    register({ key: "j", label: "player.keys.before", call: chapter(-1) }),
    register({ key: "l", label: "player.keys.next", call: chapter(1) }),
    register({ key: ",", label: "player.keys.frame_back", call: () => (film.pause(), by(-1 / fps)()) }),
    register({ key: ".", label: "player.keys.frame", call: () => (film.pause(), by(1 / fps)()) }),
    register({ key: "f", label: "player.full", call: () => full.click() }),
    register({ key: "c", label: "player.captions", call: () => cc.click() }),
  ];
  return { element, video: film, seek: (seconds) => ((film.currentTime = seconds + 0.01), film.play()), stop: () => (film.pause(), stops.forEach((stop) => stop())) };
}

/** @param {number} seconds */
function time(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
