/** Stills of videos: a frame of each, taken one after the other by one hidden video. Start at `stillTaker`. */

import { mediaUrl, release } from "../api.js";
import { h } from "../dom.js";

/** @typedef {{path: string, at: number, onStill: (url: string) => void}} Wanted *path*: of the API, or an address of `blob:` */

const HEIGHT = 270; // pixels: sharp on a card, also on screens of two pixels a point
const QUALITY = 0.82;
const PATIENCE_MS = 8_000; // for one frame, where the video is far away

/**
 * Whoever takes stills until `leave`, which lets them all go.
 * @returns {{take: (path: string, at: number, onStill: (url: string) => void) => void, leave: () => void}}
 */
export function stillTaker() {
  const leaving = new AbortController();
  /** @type {Wanted[]} */
  const waiting = [];
  /** @type {string[]} */
  const urls = [];
  let isBusy = false;
  const work = async () => {
    isBusy = true;
    const video = h("video", { muted: true, preload: "auto", playsinline: true });
    for (let next = waiting.shift(); next && !leaving.signal.aborted; next = waiting.shift()) {
      const blob = await frameOf(video, next, leaving.signal).catch(() => null); // the card says what it can without
      if (leaving.signal.aborted || !blob) continue;
      urls.push(URL.createObjectURL(blob));
      next.onStill(urls[urls.length - 1]);
    }
    letGo(video);
    isBusy = false;
  };
  return {
    take(path, at, onStill) {
      waiting.push({ path, at, onStill });
      if (!isBusy) work();
    },
    leave() {
      leaving.abort();
      urls.forEach((url) => URL.revokeObjectURL(url));
    },
  };
}

/**
 * @param {HTMLVideoElement} video
 * @param {Wanted} wanted
 * @param {AbortSignal} signal
 * @returns {Promise<Blob | null>}
 */
async function frameOf(video, { path, at }, signal) {
  if (video.dataset.path !== path) await open(video, path, signal);
  const seeked = happened(video, "seeked", signal);
  video.currentTime = Math.min(at, Math.max(0, video.duration - 0.05));
  await seeked;
  const canvas = h("canvas", null);
  canvas.height = Math.min(HEIGHT, video.videoHeight);
  canvas.width = Math.round((video.videoWidth / video.videoHeight) * canvas.height);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/**
 * @param {HTMLVideoElement} video
 * @param {string} path
 * @param {AbortSignal} signal
 */
async function open(video, path, signal) {
  letGo(video);
  const src = path.startsWith("blob:") ? path : await mediaUrl(path, { signal });
  const loaded = happened(video, "loadeddata", signal);
  video.src = src;
  video.dataset.path = path;
  await loaded;
}

/** @param {HTMLVideoElement} video */
function letGo(video) {
  if (video.src !== video.dataset.path) release(video.src);
  delete video.dataset.path;
  video.removeAttribute("src");
  video.load(); // stops what is still being fetched
}

/**
 * @param {HTMLVideoElement} video
 * @param {"loadeddata" | "seeked"} name
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function happened(video, name, signal) {
  return new Promise((resolve, reject) => {
    const heard = new AbortController();
    const settle = (/** @type {() => void} */ call) => () => {
      clearTimeout(timer);
      heard.abort();
      call();
    };
    const fail = settle(() => reject(new Error(`The video gave no "${name}".`)));
    const timer = setTimeout(fail, PATIENCE_MS);
    video.addEventListener(name, settle(resolve), { signal: heard.signal });
    video.addEventListener("error", fail, { signal: heard.signal });
    signal.addEventListener("abort", fail, { signal: heard.signal });
  });
}
