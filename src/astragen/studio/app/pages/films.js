/**
 * The library: every film as its picture, found by words, filtered by state, endless, and live while films are made.
 * What is asked for lies in the store as `library`, so that whoever comes back finds it again. Start at `page`.
 */

import { ask } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { register } from "../keys.js";
import { duplicate } from "../parts/duplicate.js";
import { filmCard, leaveCard, tellCard } from "../parts/film-card.js";
import { followOpen } from "../parts/open-films.js";
import { isHeld, removeLater } from "../parts/removal.js";
import { fill, isOpen, put, shelfOf, shown, take } from "../parts/shelf.js";
import { wall } from "../parts/wall.js";
import { get, set } from "../store.js";
import { toast } from "../toast.js";
import { t } from "../words.js";

/** @typedef {import("../parts/shelf.js").Shown} Shown */
/** @typedef {import("../parts/shelf.js").Shelf} Shelf */
/** @typedef {import("../parts/shelf.js").Wanted} Wanted */
/** @typedef {import("../parts/film-card.js").Act} Act */

const FILTERS = ["", "in_progress", "queued", "completed", "failed", "cancelled"];
const TYPING_MS = 250; // after the last letter, so that a word is one search
const SKELETONS = 8; // cards that hold the place of the first page
const EMPTY = /** @type {Wanted} */ ({ q: "", status: "", order: "desc" });

/**
 * Show the library in *root*.
 * @param {HTMLElement} root
 * @returns {() => void} leaves it
 */
export function page(root) {
  const library = new Library(root);
  return () => library.leave();
}

class Library {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.shelf = shelfOf(get().library ?? EMPTY);
    this.loading = new AbortController();
    this.isLoading = false;
    this.bar = toolbar(this.shelf.wanted, (wanted) => this.search(wanted));
    this.list = h("ul", { class: "films-wall", role: "list", "aria-label": t("films.title") });
    this.end = h("div", { class: "films-end" });
    replace(root, h("section", { class: "films" }, this.bar.element, this.list, this.end));
    this.wall = wall(this.list, {
      things: () => this.shelf.films,
      id: (film) => film.id,
      make: (film) => filmCard(film, (act, id) => this.act(act, id)),
      update: tellCard,
      leave: leaveCard,
      isWhole: () => !this.shelf.hasMore,
      onEnd: () => this.more(),
    });
    this.stops = [followOpen({
      films: () => this.shelf.films,
      onFilm: (film) => this.told(shown(film)),
      onGone: (id) => this.gone(id),
    }), ...this.keys()];
    this.until = new AbortController();
    addEventListener("online", () => this.reload(), { signal: this.until.signal });
    addEventListener("focus", () => this.refresh(), { signal: this.until.signal });
    this.reload();
  }

  leave() {
    this.loading.abort();
    this.until.abort();
    this.wall.stop();
    this.bar.stop();
    for (const stop of this.stops) stop();
  }

  /** Show what is *wanted* now. @param {Wanted} wanted */
  search(wanted) {
    set({ library: wanted });
    this.bar.tell(wanted);
    this.reload();
  }

  /** Begin anew; what is on the wall stays until the first page is there. */
  reload() {
    this.loading.abort();
    this.loading = new AbortController();
    this.isLoading = false;
    if (!this.list.children.length) replace(this.end, skeletons());
    this.load(shelfOf(get().library ?? EMPTY));
  }

  /** Add the next page. */
  more() {
    if (!this.isLoading && this.shelf.hasMore && !this.end.querySelector(".films-trouble")) this.load(this.shelf);
  }

  /** Add a page to *shelf*, and show that. @param {Shelf} shelf */
  async load(shelf) {
    this.isLoading = true;
    const { loading } = this;
    try {
      await fill(shelf, loading.signal);
      if (loading.signal.aborted) return;
      this.isLoading = false;
      if (shelf !== this.shelf) scrollTo({ top: 0 });
      this.shelf = shelf;
      shelf.films.filter((film) => isHeld(film.id)).forEach((film) => take(shelf, film.id));
      replace(this.end);
      this.draw();
    } catch (problem) {
      if (loading.signal.aborted) return;
      this.isLoading = false;
      this.trouble(/** @type {any} */ (problem));
    }
  }

  /** See what has come since, without losing the place. */
  async refresh() {
    if (this.isLoading || this.shelf.wanted.order === "asc") return;
    const newest = shelfOf(this.shelf.wanted);
    const { shelf, loading } = this;
    await fill(newest, loading.signal).catch(() => {}); // what is shown stays true enough until it is asked again
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
    const { status } = this.shelf.wanted;
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
    try {
      const made = act === "retry" ? await ask("POST", `/v1/films/${id}/retry`) : await duplicate(id);
      put(this.shelf, shown(made));
      toast(t(act === "retry" ? "films.retried" : "films.duplicated", { title: film.title }));
      this.draw();
    } catch (problem) {
      toast(saying(/** @type {any} */ (problem)));
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
    removeLater(film, { onUndo: back, onFailed: (problem) => (toast(saying(problem)), back()) });
    this.gone(film.id);
    if (hadFocus && this.shelf.films.length) this.wall.focus(place);
  }

  /** @param {any} problem */
  trouble(problem) {
    const retry = h("button", { class: "button", type: "button", onclick: () => this.again() }, t("films.again"));
    const settings = h("a", { class: "button", href: "#/settings" }, t("films.to_settings"));
    replace(this.end, h("div", { class: "state films-trouble", role: "alert" },
      h("h2", {}, t(isOffline(problem) ? "films.offline.title" : "films.trouble.title")),
      h("p", {}, isOffline(problem) ? t("films.offline.text") : saying(problem)),
      problem.status === 401 ? settings : retry));
  }

  again() {
    replace(this.end);
    if (this.list.children.length) this.more();
    else this.reload();
  }

  /** What stands where no film is. */
  nothing() {
    const { q, status } = this.shelf.wanted;
    if (!q && !status) {
      return h("div", { class: "state films-none" }, h("div", { class: "films-reel", "aria-hidden": "true" }, icon("film")),
        h("h2", {}, t("films.empty.title")), h("p", {}, t("films.empty.text")),
        h("a", { class: "button primary", href: "#/make" }, t("films.empty.act")));
    }
    const all = () => this.search({ ...this.shelf.wanted, q: "", status: "" });
    return h("div", { class: "state films-none" },
      h("h2", {}, q ? t("films.none.title", { q }) : t("films.none_so.title")), h("p", {}, t("films.none.text")),
      h("button", { class: "button", type: "button", onclick: all }, t("films.none.act")));
  }

  keys() {
    const isAtCard = () => this.list.contains(document.activeElement);
    const act = (/** @type {Act} */ which) => () => {
      const film = this.wall.current();
      if (film) this.act(which, film.id);
    };
    return [
      register({ key: "/", label: t("films.keys.search"), call: () => this.bar.focus() }),
      register({ key: "Delete", label: t("films.keys.delete"), call: act("remove"), when: isAtCard }),
      register({ key: "d", label: t("films.keys.duplicate"), call: act("duplicate"), when: isAtCard }),
    ];
  }
}

/**
 * Search, filters and order, told of what is wanted and telling of it.
 * @param {Wanted} wanted
 * @param {(wanted: Wanted) => void} onWanted
 */
function toolbar(wanted, onWanted) {
  /** @type {ReturnType<typeof setTimeout>} */ let typing;
  const typed = () => {
    clearTimeout(typing);
    typing = setTimeout(() => onWanted({ ...wanted, q: search.value.trim() }), TYPING_MS);
  };
  const search = h("input", {
    class: "films-search", type: "search", value: wanted.q, maxlength: "200", placeholder: t("films.search"),
    "aria-label": t("films.search"), autocomplete: "off", spellcheck: "false", oninput: typed,
  });
  const chips = FILTERS.map((status) => h("button", {
    class: "chip films-filter", type: "button", dataset: { status }, onclick: () => onWanted({ ...wanted, status }),
  }, t(`films.filter.${status || "all"}`)));
  const order = h("button", {
    class: "button quiet films-order", type: "button",
    onclick: () => onWanted({ ...wanted, order: wanted.order === "desc" ? "asc" : "desc" }),
  });

  const tell = (/** @type {Wanted} */ now) => {
    wanted = now;
    if (document.activeElement !== search) search.value = now.q;
    for (const chip of chips) chip.ariaPressed = String(chip.dataset.status === now.status);
    replace(order, icon("order"), t(`films.order.${now.order}`));
  };
  tell(wanted);
  const element = h("header", { class: "films-bar" },
    h("div", { class: "films-head" }, h("h1", {}, t("films.title")),
      h("label", { class: "films-box" }, icon("search"), search, h("kbd", { "aria-hidden": "true" }, "/")),
      h("a", { class: "button primary", href: "#/make" }, t("films.make"))),
    h("div", { class: "films-choice" },
      h("div", { class: "films-filters", role: "group", "aria-label": t("films.filters") }, chips), order));
  return { element, tell, focus: () => search.focus(), stop: () => clearTimeout(typing) };
}

function skeletons() {
  return h("div", { class: "films-wall films-skeletons", "aria-busy": "true", "aria-label": t("films.loading") },
    Array.from({ length: SKELETONS }, () => h("div", { class: "film-card film-skeleton" }, h("div", { class: "film-picture" }))));
}

/** @param {any} problem */
function isOffline(problem) {
  return !navigator.onLine || !problem.status;
}

/** @param {any} problem */
function saying(problem) {
  return isOffline(problem) ? t("films.offline.text") : problem.detail;
}
