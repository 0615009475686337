/** Pictures of a film's shots: frames of its video, taken one after the other. Start at `takeFrames`. */

import { contentUrl, release } from "../api.js";
import { h } from "../dom.js";

/** @typedef {{id: string, at: number}} Moment what the picture is called by; seconds from the film's start */

const HEIGHT = 270; // pixels of a picture: sharp on a card, also on screens of two pixels a point
const QUALITY = 0.82;
const PATIENCE_MS = 10_000; // for one frame of a film that is read from far away

/**
 * Take a picture at each of *moments*, and tell each as it is there. Where the video cannot be read there are none.
 * @param {string} film
 * @param {readonly Moment[]} moments
 * @param {(id: string, url: string) => void} onPicture the address is good until what is returned is called
 * @returns {() => void} ends it, and lets the pictures go
 */
export function takeFrames(film, moments, onPicture) {
  const ending = new AbortController();
  /** @type {string[]} */
  const urls = [];
  take(film, moments, ending.signal, (id, blob) => {
    const url = URL.createObjectURL(blob);
    urls.push(url);
    onPicture(id, url);
  }).catch(() => {}); // cards show their number in place of a picture
  return () => {
    ending.abort();
    urls.forEach((url) => URL.revokeObjectURL(url));
  };
}

/**
 * @param {string} film
 * @param {readonly Moment[]} moments
 * @param {AbortSignal} signal
 * @param {(id: string, picture: Blob) => void} onPicture
 */
async function take(film, moments, signal, onPicture) {
  const src = await contentUrl(film, "film", { signal });
  const video = h("video", { src, muted: true, preload: "auto", playsinline: true });
  const canvas = h("canvas", null);
  try {
    await happened(video, "loadeddata", signal);
    canvas.height = Math.min(HEIGHT, video.videoHeight);
    canvas.width = Math.round((video.videoWidth / video.videoHeight) * canvas.height);
    for (const { id, at } of moments) {
      video.currentTime = Math.min(at, video.duration);
      await happened(video, "seeked", signal);
      canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
      const picture = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
      if (signal.aborted) return;
      if (picture) onPicture(id, picture);
    }
  } finally {
    video.removeAttribute("src");
    video.load(); // stops what is still being fetched
    release(src);
  }
}

/**
 * @param {HTMLVideoElement} video
 * @param {"loadeddata" | "seeked"} name
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function happened(video, name, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The video gave no "${name}".`)), PATIENCE_MS);
    const settle = (/** @type {() => void} */ call) => () => (clearTimeout(timer), call());
    const once = { once: true, signal };
    video.addEventListener(name, settle(resolve), once);
    video.addEventListener("error", settle(() => reject(new Error("The video cannot be read."))), once);
    signal.addEventListener("abort", settle(() => reject(new Error("It was left."))), { once: true });
  });
}
