/**
 * The library: every film as its picture, found by words, filtered by state, endless, and live while films are made.
 * What is asked for is in the address, so that whoever comes back finds it again. Start at `page`.
 */

import { ask } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { register } from "../keys.js";
import { duplicate } from "../parts/duplicate.js";
import { filmCard, leaveCard, tellCard } from "../parts/wall-card.js";
import { filmsBar } from "../parts/films-bar.js";
import { followOpen } from "../parts/open-films.js";
import { isHeld, removeLater } from "../parts/removal.js";
import { openShare } from "../parts/share.js";
import { fill, isOpen, put, shelfOf, shown, take } from "../parts/shelf.js";
import { KEYS, wall } from "../parts/wall.js";
import { on } from "../store.js";
import { toast } from "../toast.js";
import { t } from "../words.js";

/** @typedef {import("../api.js").Problem} Problem */
/** @typedef {import("../parts/shelf.js").Shown} Shown */
/** @typedef {import("../parts/shelf.js").Shelf} Shelf */
/** @typedef {import("../parts/shelf.js").Wanted} Wanted */
/** @typedef {import("../parts/wall-card.js").Act} Act */

const SKELETONS = 8; // cards that hold the place of the first page

/** @type {import("../main.js").Page} */
export function page(root, params) {
  const library = new Library(root, wantedOf(params));
  if (params.search) library.bar.focus();
  return () => library.leave();
}

class Library {
  /** @param {HTMLElement} root @param {Wanted} wanted */
  constructor(root, wanted) {
    this.wanted = wanted;
    this.shelf = shelfOf(wanted);
    this.loading = new AbortController();
    this.isLoading = false;
    this.bar = filmsBar(wanted, (now) => this.search(now));
    this.list = h("ul", { class: "films-wall", role: "list", "aria-label": t("films.title") });
    this.end = h("div", { class: "films-end" });
    replace(root, this.bar.element, this.list, this.end);
    this.wall = wall(this.list, {
      things: () => this.shelf.films,
      id: (film) => film.id,
      make: (film) => filmCard(film, (act, id) => this.act(act, id)),
      update: tellCard,
      leave: leaveCard,
      isWhole: () => !this.shelf.hasMore,
      onEnd: () => this.more(),
    });
    const refresh = () => this.refresh();
    addEventListener("focus", refresh);
    this.stops = [
      () => removeEventListener("focus", refresh),
      followOpen({ films: () => this.shelf.films, onFilm: (film) => this.told(shown(film)), onGone: (id) => this.gone(id) }),
      on(["isReachable"], ({ isReachable }) => isReachable && this.isTroubled() && this.again()),
      on(["removing"], refresh),
      ...this.keys(),
    ];
    this.reload();
  }

  leave() {
    this.loading.abort();
    this.wall.stop();
    this.bar.stop();
    for (const stop of this.stops) stop();
  }

  /** Show what is *wanted* now. @param {Wanted} wanted */
  search(wanted) {
    this.wanted = wanted;
    history.replaceState(null, "", addressOf(wanted));
    this.bar.tell(wanted);
    this.reload();
  }

  /** Begin anew; what is on the wall stays until the first page is there. */
  reload() {
    this.loading.abort();
    this.loading = new AbortController();
    if (!this.list.children.length) replace(this.end, skeletons());
    this.load(shelfOf(this.wanted));
  }

  /** Add the next page. */
  more() {
    if (!this.isLoading && this.shelf.hasMore && !this.isTroubled()) this.load(this.shelf);
  }

  /** Add a page to *shelf*, and show that. @param {Shelf} shelf */
  async load(shelf) {
    this.isLoading = true;
    const { loading } = this;
    try {
      await fill(shelf, loading.signal);
      if (loading.signal.aborted) return;
      this.isLoading = false;
      if (shelf !== this.shelf) scrollTo({ top: 0, behavior: "instant" });
      this.shelf = shelf;
      shelf.films.filter((film) => isHeld(film.id)).forEach((film) => take(shelf, film.id));
      replace(this.end);
      this.draw();
    } catch (problem) {
      if (loading.signal.aborted) return;
      this.isLoading = false;
      this.trouble(/** @type {Problem} */ (problem));
    }
  }

  /** See what has come since, without losing the place. */
  async refresh() {
    if (this.isLoading || this.isTroubled() || this.wanted.order === "asc") return;
    const newest = shelfOf(this.wanted);
    const { shelf, loading } = this;
    await fill(newest, loading.signal).catch(() => {}); // what is shown stays; the banner says that nobody answers
    if (shelf !== this.shelf || loading.signal.aborted) return;
    for (const film of newest.films) if (!isHeld(film.id)) put(shelf, film);
    this.draw();
  }

  draw() {
    const isEmpty = !this.shelf.films.length && !this.shelf.hasMore;
    this.list.hidden = isEmpty;
    if (isEmpty) replace(this.end, this.nothing());
    else if (this.end.querySelector(".films-none")) replace(this.end);
    this.wall.draw();
    this.wall.drawSoon(); // once the height of a row is known
  }

  /** A film as it is now. @param {Shown} film */
  told(film) {
    const before = this.shelf.films.find((one) => one.id === film.id);
    if (!before || isHeld(film.id)) return;
    put(this.shelf, film);
    const { status } = this.wanted;
    if (status && film.status !== status) take(this.shelf, film.id);
    if (isOpen(before.status) && film.status === "completed") toast(t("films.ready", { title: film.title }));
    this.draw();
  }

  /** @param {string} id */
  gone(id) {
    take(this.shelf, id);
    this.draw();
  }

  /** Do *act* to the film of *id*. @param {Act} act @param {string} id */
  async act(act, id) {
    const film = this.shelf.films.find((one) => one.id === id);
    if (!film) return;
    if (act === "remove") return this.remove(film);
    if (act === "share") return openShare(film);
    try {
      const made = act === "retry" ? await ask("POST", `/v1/films/${id}/retry`) : await duplicate(id);
      put(this.shelf, shown(made));
      toast(t(act === "retry" ? "films.retried" : "films.duplicated", { title: film.title }));
      this.draw();
    } catch (problem) {
      toast(/** @type {Problem} */ (problem).message);
    }
  }

  /** @param {Shown} film */
  remove(film) {
    const hadFocus = this.list.contains(document.activeElement);
    const place = this.wall.place();
    const back = () => {
      put(this.shelf, film);
      if (this.list.isConnected) this.draw();
    };
    removeLater(film, { onUndo: back, onFailed: (problem) => (toast(problem.message), back()) });
    this.gone(film.id);
    if (hadFocus && this.shelf.films.length) this.wall.focus(place);
  }

  /** @param {Problem} problem */
  trouble(problem) {
    const isOffline = problem.status === 0;
    const retry = h("button", { class: "button", type: "button", onclick: () => this.again() }, t("frame.retry"));
    const settings = h("a", { class: "button primary", href: "#/settings" }, t("films.to_settings"));
    replace(this.end, h("div", { class: "state bad films-trouble", role: "alert" },
      icon(isOffline ? "offline" : problem.status === 401 ? "key" : "warning"),
      h("h2", null, t(isOffline ? "films.offline.title" : "films.trouble.title")),
      h("p", null, isOffline ? t("films.offline.text") : problem.message),
      problem.status === 401 ? settings : retry));
  }

  isTroubled() {
    return !!this.end.querySelector(".films-trouble");
  }

  again() {
    replace(this.end);
    if (this.shelf.films.length) this.more();
    else this.reload();
  }

  /** What stands where no film is. */
  nothing() {
    const { q, status } = this.wanted;
    if (!q && !status) {
      return h("div", { class: "state films-none" }, icon("films"),
        h("h2", null, t("films.empty.title")), h("p", null, t("films.empty.text")),
        h("a", { class: "button primary big", href: "#/make" }, t("films.empty.act")));
    }
    const all = () => this.search({ ...this.wanted, q: "", status: "" });
    return h("div", { class: "state films-none" }, icon("search"),
      h("h2", null, q ? t("films.none.title", { q }) : t("films.none_so.title")), q && h("p", null, t("films.none.text")),
      h("button", { class: "button", type: "button", onclick: all }, t("films.none.act")));
  }

  keys() {
    const isAtCard = () => this.list.contains(document.activeElement);
    const act = (/** @type {Act} */ which) => () => {
      const film = this.wall.current();
      if (film) this.act(which, film.id);
    };
    return [
      ...KEYS.map((key) => register({ key, label: `films.keys.${key}`, call: () => this.wall.step(key), when: isAtCard })),
      register({ key: "Delete", label: "films.keys.delete", call: act("remove"), when: isAtCard }),
      register({ key: "d", label: "films.keys.duplicate", call: act("duplicate"), when: isAtCard }),
    ];
  }
}

/** @param {import("../main.js").Params} params @returns {Wanted} */
function wantedOf({ q = "", status = "", order }) {
  return { q, status, order: order === "asc" ? "asc" : "desc" };
}

/** @param {Wanted} wanted */
function addressOf({ q, status, order }) {
  const said = Object.entries({ q, status, order: order === "asc" ? order : "" }).filter(([, value]) => value);
  return said.length ? `#/films?${new URLSearchParams(said)}` : "#/films";
}

function skeletons() {
  return h("div", { class: "films-wall films-skeletons", "aria-busy": "true", role: "status", "aria-label": t("films.loading") },
    Array.from({ length: SKELETONS }, () => h("div", { class: "wall-card" }, h("div", { class: "wall-picture skeleton" }))));
}
