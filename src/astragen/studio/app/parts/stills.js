/** Stills of videos: a frame of each, taken one after the other by one hidden video. Start at `stillTaker`. */

import { mediaUrl, release } from "../api.js";
import { h } from "../dom.js";
import { unload } from "./video.js";

/** @typedef {{path: string, at: number, onStill: (url: string) => void}} Wanted *path*: of the API, or an address of `blob:` */
/** @typedef {{video: HTMLVideoElement, canvas: HTMLCanvasElement, path: string, isReadable: boolean}} Camera *path*: which video it has */

const HEIGHT = 270; // pixels: sharp on a card, also on screens of two pixels a point
const QUALITY = 0.82;
const PATIENCE_MS = 10_000; // for one frame, where the video is far away

/**
 * Whoever takes stills until `leave`, which lets them all go.
 * @returns {{take: (path: string, at: number, onStill: (url: string) => void) => void, leave: () => void}}
 */
export function stillTaker() {
  const leaving = new AbortController();
  const { signal } = leaving;
  /** @type {Wanted[]} */
  const waiting = [];
  /** @type {string[]} */
  const urls = [];
  let isBusy = false;
  const work = async () => {
    isBusy = true;
    /** @type {Camera} */
    const camera = { video: h("video", { muted: true, preload: "auto", playsinline: true }), canvas: h("canvas", null), path: "", isReadable: false };
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
      const blob = await frameOf(camera, next, signal).catch(() => null); // the card says what it can without
      if (signal.aborted || !blob) continue;
      urls.push(URL.createObjectURL(blob));
      next.onStill(urls[urls.length - 1]);
    }
    letGo(camera);
    isBusy = false;
  };
  return {
    take(path, at, onStill) {
      waiting.push({ path, at, onStill });
      if (!isBusy) work();
    },
    leave() {
      leaving.abort();
      waiting.length = 0;
      urls.forEach(release);
    },
  };
}

/**
 * @param {Camera} camera
 * @param {Wanted} wanted
 * @param {AbortSignal} signal
 * @returns {Promise<Blob | null>} null where the video cannot be read
 */
async function frameOf(camera, { path, at }, signal) {
  if (camera.path !== path) await open(camera, path, signal);
  if (!camera.isReadable) return null;
  const { video, canvas } = camera;
  video.currentTime = Math.min(at, Math.max(0, video.duration - 0.05));
  await happened(video, "seeked", signal);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/**
 * Have *camera* look at the video at *path*; it remembers one that cannot be read, so that it is tried once.
 * @param {Camera} camera
 * @param {string} path
 * @param {AbortSignal} signal
 */
async function open(camera, path, signal) {
  letGo(camera);
  camera.path = path;
  const { video, canvas } = camera;
  video.src = path.startsWith("blob:") ? path : await mediaUrl(path, { signal });
  await happened(video, "loadeddata", signal);
  canvas.height = Math.min(HEIGHT, video.videoHeight);
  canvas.width = Math.round((video.videoWidth / video.videoHeight) * canvas.height);
  camera.isReadable = true;
}

/** @param {Camera} camera */
function letGo(camera) {
  if (camera.video.src !== camera.path) release(camera.video.src);
  unload(camera.video);
  camera.canvas.width = camera.canvas.height = 0; // its pixels go at once
  camera.path = "";
  camera.isReadable = false;
}

/**
 * @param {HTMLVideoElement} video
 * @param {"loadeddata" | "seeked"} name
 * @param {AbortSignal} signal
 * @returns {Promise<void>} rejected when *signal* says so, also before
 */
function happened(video, name, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
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
