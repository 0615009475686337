/**
 * A film on the wall: its picture or its words, how long it is, what it is waiting for, and what can be done with it.
 * Start reading at `filmCard`; `tellCard` brings a card to what its film is now.
 */

import { contentUrl, release } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { ago, clock, language, number, t } from "../words.js";
import { canShare } from "./share.js";
import { isOpen } from "./shelf.js";

/** @typedef {import("./shelf.js").Shown} Shown */
/** @typedef {"duplicate" | "retry" | "share" | "remove"} Act */

const TITLES = { duplicate: "films.duplicate", retry: "films.retry", share: "films.share", remove: "films.delete" };
/** @type {Record<string, string>} */
const SIGNS = { queued: "time", cancelling: "stop", cancelled: "stop", failed: "warning" };
const ICONS = { duplicate: "copy", retry: "reroll", share: "share", remove: "trash" };

/**
 * A card for *film*.
 * @param {Shown} film
 * @param {(act: Act, id: string) => void} onAct
 */
export function filmCard(film, onAct) {
  const button = (/** @type {Act} */ act) => h("button", {
    class: "button quiet icon-only wall-act", type: "button", dataset: { act }, onclick: () => onAct(act, film.id),
  }, icon(ICONS[act]));
  return h("li", { class: "wall-card", dataset: { id: film.id } },
    h("div", { class: "wall-picture" },
      h("div", { class: "wall-sign" }),
      h("div", { class: "wall-still" }),
      h("span", { class: "wall-length" }),
      h("div", { class: "wall-progress", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", hidden: true },
        h("div", { class: "wall-done" }))),
    h("div", { class: "wall-words" },
      h("a", { class: "wall-title", href: `#/film/${film.id}` }),
      h("p", { class: "wall-meta" })),
    h("div", { class: "wall-acts" }, button("retry"), button("share"), button("duplicate"), button("remove")));
}

/**
 * Show in *card* what *film* is now; what has not changed is not touched.
 * @param {HTMLElement} card
 * @param {Shown} film
 */
export function tellCard(card, film) {
  const told = JSON.stringify([film, language()]);
  if (card.dataset.told === told) return;
  card.dataset.told = told;
  card.dataset.status = film.status;
  const title = film.title || t("films.untitled");
  part(card, ".wall-title").textContent = title;
  part(card, ".wall-meta").textContent = metaOf(film);
  part(card, ".wall-length").textContent = film.seconds ? clock(Math.round(film.seconds)) : "";
  tellSign(card, film);
  tellProgress(card, film, title);
  tellPicture(card, film);
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (card.querySelectorAll(".wall-act"))) {
    const act = /** @type {Act} */ (button.dataset.act);
    button.title = t(TITLES[act]);
    button.ariaLabel = t(`${TITLES[act]}.of`, { title });
    button.hidden = !isPossible(act, film);
  }
}

/** Whether *act* makes sense for *film* now. @param {Act} act @param {Shown} film */
function isPossible(act, film) {
  if (act === "retry") return film.status === "failed" || film.status === "cancelled";
  return act !== "share" || (film.status === "completed" && canShare());
}

/** Let go of what *card* holds. @param {HTMLElement} card */
export function leaveCard(card) {
  const still = /** @type {HTMLImageElement | null} */ (card.querySelector("img"));
  if (still) release(still.src);
}

/**
 * What stands where there is no picture: how far the film is, or why there will be none.
 * @param {HTMLElement} card
 * @param {Shown} film
 */
function tellSign(card, film) {
  const sign = part(card, ".wall-sign");
  sign.hidden = film.status === "completed" && film.hasPoster;
  if (sign.hidden) return;
  const state = film.stage === "cancelling" ? "cancelling" : film.status;
  const first = state === "in_progress"
    ? h("span", { class: "wall-percent number" }, number(film.progress / 100, { style: "percent" }))
    : icon(SIGNS[state] ?? "films");
  const why = state === "failed" && film.problem;
  replace(sign, first, h("span", { class: "wall-state" }, t(`films.state.${state}`)), why && h("span", { class: "wall-why" }, film.problem));
}

/** @param {HTMLElement} card @param {Shown} film @param {string} title */
function tellProgress(card, film, title) {
  const progress = part(card, ".wall-progress");
  progress.hidden = !isOpen(film.status);
  progress.ariaValueNow = String(film.progress);
  progress.ariaLabel = t("films.progress", { title });
  part(card, ".wall-done").style.inlineSize = `${film.progress}%`;
}

/** @param {HTMLElement} card @param {Shown} film */
async function tellPicture(card, film) {
  const still = part(card, ".wall-still");
  if (!film.hasPoster || still.dataset.shown === film.tag) return;
  still.dataset.shown = film.tag;
  const picture = h("img", { alt: "", loading: "lazy", decoding: "async" });
  picture.addEventListener("load", () => (still.dataset.is = "loaded"), { once: true });
  picture.addEventListener("error", () => (release(picture.src), picture.remove()), { once: true });
  const url = await contentUrl(film.id, "poster").catch(() => ""); // the card says what it can without
  if (!url) return;
  leaveCard(card); // the picture of a tag before
  picture.src = url;
  replace(still, picture);
  if (!card.isConnected) leaveCard(card); // scrolled past meanwhile
}

/** @param {Shown} film */
function metaOf(film) {
  const version = film.version > 1 ? [t("films.version", { number: film.version })] : [];
  const size = film.status === "completed" ? [`${film.height}p`] : [];
  return [ago(film.created_at), ...size, ...version].join(" · ");
}

/** @param {HTMLElement} card @param {string} name @returns {HTMLElement} */
function part(card, name) {
  return /** @type {HTMLElement} */ (card.querySelector(name));
}
