/** Two versions of a film side by side, played in step. Start at `page`. */

import { ask, contentUrl } from "../api.js";
import { h, replace } from "../dom.js";
import { t } from "../words.js";

export const styles = ["film", "make"];

/** @param {HTMLElement} root @param {{film: string, other: string}} params @returns {() => void} */
export function page(root, { film, other }) {
  let isLeft = false;
  Promise.all([film, other].map(async (id) => ({ film: await ask("GET", `/v1/films/${id}`), url: await contentUrl(id, "film") }))).then(
    (sides) => !isLeft && show(root, sides),
    (problem) => replace(root, h("div", { class: "state", role: "alert" }, h("h1", {}, t("film.trouble")), h("p", {}, problem.detail || t("frame.offline")))),
  );
  return () => (isLeft = true);
}

/** @param {HTMLElement} root @param {{film: any, url: string}[]} sides */
function show(root, sides) {
  const videos = sides.map((one, n) => h("video", { src: one.url, controls: n === 0, muted: n === 1, playsinline: true, "aria-label": one.film.title }));
  const [first, second] = videos;
  for (const name of ["play", "pause", "seeked"]) {
    first.addEventListener(name, () => {
      second.currentTime = first.currentTime;
      if (first.paused) second.pause();
      else second.play();
    });
  }
  replace(root, h("section", { class: "film" }, h("h1", {}, t("film.compare")), h("div", { class: "make-grid" }, sides.map((one, n) => h("figure", {}, videos[n],
    h("figcaption", {}, h("a", { href: `#/film/${one.film.id}` }, t("film.version", { number: one.film.version }))))))));
}
