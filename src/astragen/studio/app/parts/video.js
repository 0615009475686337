/** What every <video> of ours has in common at its end. */

/**
 * Let *video* go: its bytes, its decoder, and what is still being fetched. Browsers play few videos at once, and count
 * those that wait for the garbage collector.
 * @param {HTMLVideoElement} video
 */
export function unload(video) {
  video.pause();
  video.removeAttribute("src");
  video.load();
}
