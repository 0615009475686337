/** What can be kept of a film: each of its files, and all of them in one. Start reading at `keepSection`. */

import { Problem, save } from "../api.js";
import { h, icon } from "../dom.js";
import { canShare, openShare } from "../parts/share.js";
import { get } from "../store.js";
import { toast } from "../toast.js";
import { size, t } from "../words.js";

/** @typedef {import("./shapes.js").Film} Film */

/** @type {readonly {variant: string, icon: string, ending: string}[]} */
const FILES = [
  { variant: "film", icon: "films", ending: ".mp4" },
  { variant: "captions.srt", icon: "captions", ending: ".srt" },
  { variant: "captions.vtt", icon: "captions", ending: ".vtt" },
  { variant: "captions.ass", icon: "captions", ending: ".ass" },
  { variant: "poster", icon: "picture", ending: ".jpg" },
  { variant: "sheet", icon: "picture", ending: ".sheet.jpg" },
  { variant: "storyboard", icon: "script", ending: ".storyboard.json" },
  { variant: "report", icon: "doctor", ending: ".report.json" },
];

/** @param {Film} film */
export function keepSection(film) {
  const has = (/** @type {string} */ variant) => film.output?.variants.includes(variant);
  const files = FILES.filter((one) => has(one.variant)).map((one) => h("li", null, download(film, one.variant, one.ending, "keep-file", [icon(one.icon), h("span", null, t(`film.file.${one.variant}`)), one.variant === "film" && h("span", { class: "muted small number" }, size(film.output?.bytes ?? 0))])));
  return h(
    "section",
    { class: "card stack", "aria-labelledby": "film-keep" },
    h("h2", { id: "film-keep" }, t("film.keep")),
    h("ul", { class: "keep-files" }, files),
    has("zip") && download(film, "zip", ".zip", "button keep-all", [icon("download"), t("film.file.zip")]),
    canShare() && h("button", { class: "button", type: "button", onclick: () => openShare(film) }, icon("share"), t("share.title")),
  );
}

/**
 * A link that saves a file; where a key is needed it is fetched first, as links send none.
 * @param {Film} film
 * @param {string} variant
 * @param {string} ending
 * @param {string} className
 * @param {import("../dom.js").Child} content
 */
function download(film, variant, ending, className, content) {
  const path = `/v1/films/${film.id}/content?variant=${variant}`;
  const name = `${film.title || film.id}${ending}`;
  const onclick = async (/** @type {Event} */ event) => {
    if (!get().key) return;
    event.preventDefault();
    try {
      await save(path, name);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      toast(error.detail);
    }
  };
  return h("a", { class: className, href: path, download: "", onclick }, content);
}
