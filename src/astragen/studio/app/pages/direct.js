/**
 * Direct: a film's storyboard, changed shot by shot, and what a new version of it takes before it is made.
 *
 * All that changes is one storyboard in a history (parts/history.js); whatever is shown is drawn from it. The film is
 * left as it is until "Make version": then the changed storyboard is its next version. Start at `page`, then `direct`.
 */

import { ask, contentPath, newRequestKey, Problem } from "../api.js";
import { draftOf, dropDraft, keepDraft } from "../drafts.js";
import { h, icon, replace } from "../dom.js";
import { estimated } from "../estimating.js";
import { filmBoard, momentsOf } from "../film-board.js";
import { register } from "../keys.js";
import { begun, done, redone, undone } from "../parts/history.js";
import { trouble } from "../parts/loaded.js";
import { makeBar } from "../parts/make-bar.js";
import { ownFiles } from "../parts/own-files.js";
import { reviseBox } from "../parts/revise-box.js";
import { shotEditor } from "../parts/shot-editor.js";
import { shotList } from "../parts/shot-list.js";
import { stillTaker } from "../parts/stills.js";
import { isNothing, isSeenAnew, remadeOf } from "../remade.js";
import { added, changed, originOf, placed, placeOf, placesOf, removed, rerolled, same, split, stepped } from "../storyboard.js";
import { announce, toast } from "../toast.js";
import { ago, duration, t } from "../words.js";
import { firstWrong, wrongsOf } from "../wrongs.js";

/** @typedef {import("../storyboard.js").Storyboard} Storyboard */
/** @typedef {import("../storyboard.js").Shot} Shot */

const WIDE = "(min-width: 62rem)"; // where the editor stands beside the wall
const NEW_SHOT_S = 3;
const SAVE_MS = 300;
const ESTIMATE_MS = 500;

/** @type {import("../main.js").Page} */
export function page(root, { film }) {
  const ending = new AbortController();
  const lead = h("p", { class: "lead", hidden: true });
  const place = h("div", { class: "direct-place" });
  /** @type {() => void} */
  let end = () => {};
  const again = () => {
    replace(place, h("div", { class: "direct-loading", "aria-busy": "true" }, Array.from({ length: 6 }, () => h("div", { class: "skeleton" }))));
    filmBoard(film, ending.signal).then(
      (all) => {
        if (ending.signal.aborted) return;
        replace(lead, h("span", { dir: "auto" }, all.film.title), " · ", t("direct.version", { version: all.film.version }));
        lead.hidden = false;
        if (all.film.status === "completed") end = direct(place, all);
        else replace(place, notReady(all.film));
      },
      (error) => !ending.signal.aborted && replace(place, trouble(error, again)),
    );
  };
  replace(root, h("header", { class: "page-head direct-head" }, h("a", { class: "direct-back", href: `#/film/${film}` }, icon("back"), t("direct.back")), h("h1", null, t("direct.title")), lead), place);
  again();
  return () => {
    ending.abort();
    end();
  };
}

/** @param {any} film */
function notReady(film) {
  const isOn = film.status === "queued" || film.status === "in_progress";
  return h("div", { class: "state" }, icon(isOn ? "time" : "warning"), h("h2", null, t(isOn ? "direct.early" : "direct.unmade")), h("p", null, t(isOn ? "direct.early.text" : "direct.unmade.text")), h("a", { class: "button primary", href: `#/film/${film.id}` }, t("direct.back")));
}

/**
 * @param {HTMLElement} root
 * @param {import("../film-board.js").FilmBoard} all
 * @returns {() => void} ends it
 */
function direct(root, { film, board: base, lengths, next }) {
  const fps = film.output?.fps ?? film.input.fps;
  const wide = matchMedia(WIDE);
  const ending = new AbortController();
  const draft = draftOf(film.id);
  let history = draft && !same(draft.storyboard, base) ? done(begun(base), draft.storyboard) : begun(base);
  let chosen = wide.matches ? base.scenes[0].shots[0].id : "";
  let remade = remadeOf(base, history.now);
  /** @type {import("../wrongs.js").Wrongs} */
  let wrongs = {};
  let said = "";
  /** @type {import("../parts/make-bar.js").Taken | "asking" | null} */
  let taken = null;
  let isMaking = false;
  let redrawing = 0; // the frame in which pictures that came are shown
  let request = { body: /** @type {Storyboard | null} */ (null), key: "" };
  let estimating = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let saving;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let asking;
  /** @type {Map<string, string>} */
  const pictures = new Map();
  const files = ownFiles(() => redraw(true));

  const list = shotList({ onChoose: choose, onPlace: (id, scene, index) => move(id, placed(history.now, id, scene, index)), onFile: bring, pictureOf });
  const editor = shotEditor({
    onChange: (patch, field) => edit(changed(history.now, chosen, asBefore(patch)), { field }),
    onSubjects: (change, field) => edit(changed(history.now, chosen, { subjects: change(placeOf(history.now, chosen)?.shot.subjects ?? []) }), { field }),
    onAct: act,
    onFile: (file) => bring(chosen, file),
  });
  const bar = makeBar({ onMake: make, onUndo: () => travel(undone(history), "direct.undone"), onRedo: () => travel(redone(history), "direct.redone"), onDiscard: discard });
  const words = reviseBox(film.id, () => history.now !== base && !isNothing(remade));
  const side = h("aside", { class: "direct-side", "aria-label": t("direct.side") });
  const offered = h("div", { class: "notice direct-draft", role: "status", hidden: history.now === base }, icon("edit"), h("p", null, draft ? t("direct.draft", { ago: ago(draft.at) }) : ""), h("button", { class: "button", type: "button", onclick: discard }, t("direct.discard")));

  /** *patch* with the length that the chosen shot's words had, where they are the same again. @param {Partial<Shot>} patch */
  function asBefore(patch) {
    const [old, now] = [placeOf(base, chosen)?.shot, placeOf(history.now, chosen)?.shot];
    return old && "line" in patch && patch.line === old.line && now?.frames === null ? { ...patch, frames: old.frames } : patch;
  }

  /** @param {Storyboard} board @param {{field?: string, choose?: string}} [how] *field*: which is typed in */
  function edit(board, { field = "", choose: next = chosen } = {}) {
    if (board === history.now || isMaking) return;
    become(done(history, board, field && `${chosen}.${field}`), next, !field);
  }

  /** @param {typeof history} value @param {string} next @param {boolean} isFresh whether the editor is drawn anew */
  function become(value, next, isFresh) {
    history = value;
    chosen = next;
    remade = remadeOf(base, history.now);
    wrongs = {};
    said = "";
    taken = "asking";
    redraw(isFresh);
    clearTimeout(saving);
    clearTimeout(asking);
    estimating.abort();
    saving = setTimeout(save, SAVE_MS);
    asking = setTimeout(foretell, ESTIMATE_MS);
  }

  /** @param {typeof history} value @param {string} label */
  function travel(value, label) {
    if (value === history || isMaking) return;
    const [other] = remadeOf(history.now, value.now).shots.keys();
    const stays = placeOf(value.now, chosen) ? chosen : placesOf(value.now)[0].shot.id;
    become(value, chosen && (other ?? stays), true);
    announce(t(label));
  }

  function discard() {
    if (history.now === base) return;
    const before = history;
    become(done(history, base), placeOf(base, chosen) ? chosen : chosen && base.scenes[0].shots[0].id, true);
    toast(t("direct.discarded"), { act: { label: t("direct.undo"), call: () => travel(before, "direct.undone") } });
  }

  /** @param {string} id */
  function choose(id) {
    chosen = id === chosen && !wide.matches ? "" : id;
    redraw(true);
    const card = list.card(id);
    if (chosen && !wide.matches) card?.scrollIntoView({ block: "start" });
    if (!chosen) focusCard(id);
  }

  /** @param {string} id @param {Storyboard} board */
  function move(id, board) {
    if (board === history.now) return announce(t("direct.moved.edge"));
    edit(board, { choose: chosen && id });
    const place = placeOf(board, id);
    if (place) announce(t("direct.moved", { n: place.n, all: placesOf(board).length, scene: place.scene.title || place.scene.setting }));
  }

  /** @param {import("../parts/shot-editor.js").Act} name */
  function act(name) {
    const id = chosen;
    const { now } = history;
    if (name === "close") choose(id);
    if (name === "reroll") edit(rerolled(now, id));
    if (name === "earlier" || name === "later") move(id, stepped(now, id, name === "earlier" ? -1 : 1));
    if (name === "split" || name === "add") {
      const { board, id: fresh } = name === "split" ? split(now, id) : added(now, id, Math.round(NEW_SHOT_S * fps));
      edit(board, { choose: fresh });
      announce(t(`direct.done.${name}`, { n: placeOf(board, fresh)?.n ?? 0 }));
    }
    if (name === "remove") remove(id);
  }

  /** @param {string} id */
  function remove(id) {
    const places = placesOf(history.now);
    const at = places.findIndex((place) => place.shot.id === id);
    if (places.length < 2) return;
    const neighbour = (places[at + 1] ?? places[at - 1]).shot.id;
    edit(removed(history.now, id), { choose: chosen && neighbour });
    focusCard(neighbour);
    toast(t("direct.removed", { n: at + 1 }), { act: { label: t("direct.undo"), call: () => travel(undone(history), "direct.undone") } });
  }

  /** @param {string} id @param {File} file */
  async function bring(id, file) {
    announce(t("direct.own.sending", { name: file.name }));
    editor.progress(0);
    try {
      edit(changed(history.now, id, { source: await files.send(file, editor.progress) }));
      announce(t("direct.own.there", { name: file.name }));
    } catch (error) {
      if (ending.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      editor.progress(null);
      wrongs = { ...wrongs, [id]: { ...wrongs[id], source: error.detail } };
      redraw(false);
      announce(error.detail);
    }
  }

  /** @param {Shot} shot */
  function pictureOf(shot) {
    const isSame = base.scenes.some((scene) => scene.shots.some((one) => one.id === shot.id && one.source === shot.source));
    const own = files.of(shot.source);
    if (own && !isSame) return own.url;
    return pictures.get(originOf(shot.id, pictures.keys()) ?? "") ?? own?.url ?? null;
  }

  /** @param {boolean} isFresh */
  function redraw(isFresh) {
    const held = document.activeElement;
    const place = placeOf(history.now, chosen);
    const all = placesOf(history.now).length;
    list.show({ board: history.now, chosen, fps, remade: remade.shots, wrong: new Set(Object.keys(wrongs)) });
    if (!place) editor.element.remove();
    else {
      const { shot } = place;
      const isStale = isSeenAnew(shot, remade.shots.get(shot.id) ?? []);
      const shown = { place, all, fps, characters: history.now.characters, picture: pictureOf(shot), isStale, own: files.of(shot.source), errors: wrongs[shot.id] ?? {} };
      if (isFresh || !editor.element.isConnected) editor.show(shown);
      else editor.tell(shown);
      const home = wide.matches ? side : list.card(shot.id);
      if (home && editor.element.parentElement !== home) home.append(editor.element);
    }
    offered.hidden = offered.hidden || history.now === base;
    bar.show({ version: next, remade, all, isChanged: isChanged(), canUndo: history.past.length > 0, canRedo: history.future.length > 0, isMaking, taken, trouble: said });
    words.refresh();
    if (held instanceof HTMLElement && held !== document.activeElement) (held.isConnected ? held : held.id ? document.getElementById(held.id) : null)?.focus({ preventScroll: true });
  }

  /** The editor goes beside the wall, or below its card. */
  function turn() {
    if (wide.matches) chosen ||= placesOf(history.now)[0].shot.id;
    redraw(true);
  }

  function isChanged() {
    return history.now !== base && !isNothing(remade);
  }

  function save() {
    if (isChanged()) keepDraft(film.id, history.now);
    else dropDraft(film.id);
  }

  async function foretell() {
    if (!isChanged()) return;
    estimating = new AbortController();
    const { signal } = estimating;
    try {
      taken = await estimated(film, history.now, remade, { fps, signal });
    } catch (error) {
      if (signal.aborted) return;
      taken = null;
      blame(error);
    }
    if (!signal.aborted) redraw(false);
  }

  /** Have told what is wrong, at its shot and field where *error* says them. @param {unknown} error */
  function blame(error) {
    if (!(error instanceof Problem)) throw error;
    wrongs = wrongsOf(history.now, error.errors);
    const first = firstWrong(history.now, wrongs);
    const wait = error.retryAfter ? ` ${t("state.wait", { time: duration(error.retryAfter) })}` : "";
    said = (first ? t("direct.trouble", first) : error.detail) + wait;
  }

  async function make() {
    if (!isChanged() || isMaking) return;
    if (request.body !== history.now) request = { body: history.now, key: newRequestKey() }; // asked again after a lost answer, it is made once
    isMaking = true;
    said = "";
    redraw(false);
    try {
      const made = await ask("POST", `/v1/films/${film.id}/revise`, { storyboard: history.now }, { headers: { "Idempotency-Key": request.key } });
      clearTimeout(saving);
      dropDraft(film.id);
      history = begun(base);
      location.hash = `#/film/${made.id}`;
    } catch (error) {
      blame(error);
      chosen = firstWrong(history.now, wrongs)?.id ?? chosen;
    }
    isMaking = false;
    if (!ending.signal.aborted) redraw(true);
  }

  /** @param {string} id */
  function focusCard(id) {
    const button = /** @type {HTMLElement | null} */ (list.card(id)?.firstElementChild ?? null);
    button?.focus({ preventScroll: true });
    list.card(id)?.scrollIntoView({ block: "nearest" });
  }

  /** The card that has the focus. */
  function focused() {
    return /** @type {HTMLElement | null} */ (document.activeElement?.closest(".direct-card")?.parentElement ?? null)?.dataset.id ?? "";
  }

  /** @param {-1 | 1} by */
  function walk(by) {
    const places = placesOf(history.now);
    const to = places[places.findIndex((place) => place.shot.id === focused()) + by];
    if (!to) return;
    if (wide.matches) choose(to.shot.id);
    focusCard(to.shot.id);
  }

  /** @param {-1 | 1} by */
  function carry(by) {
    const id = focused() || chosen;
    move(id, stepped(history.now, id, by));
    if (focused() !== id && !editor.element.contains(document.activeElement)) focusCard(id);
  }

  const onList = () => focused() !== "";
  const onShot = () => onList() || chosen !== "";
  /** @param {import("../parts/shot-editor.js").Act} name */
  const acting = (name) => () => {
    if (focused()) chosen = focused();
    act(name);
  };
  const keys = [
    { key: "Delete", label: "direct.keys.remove", call: () => remove(focused()), when: onList },
    { key: "n", label: "direct.keys.add", call: acting("add"), when: onShot },
    { key: "s", label: "direct.keys.split", call: acting("split"), when: onShot },
    { key: "r", label: "direct.keys.reroll", call: acting("reroll"), when: onShot },
    { key: "ArrowRight", label: "direct.keys.next", call: () => walk(1), when: onList },
    { key: "ArrowLeft", label: "direct.keys.before", call: () => walk(-1), when: onList },
    { key: "Alt+ArrowRight", label: "direct.keys.later", call: () => carry(1), when: onShot },
    { key: "Alt+ArrowLeft", label: "direct.keys.earlier", call: () => carry(-1), when: onShot },
    { key: "Alt+ArrowDown", label: "direct.keys.later", call: () => carry(1), when: onShot },
    { key: "Alt+ArrowUp", label: "direct.keys.earlier", call: () => carry(-1), when: onShot },
    { key: "Ctrl+Enter", label: "direct.keys.make", call: make },
    { key: "Ctrl+Shift+z", label: "direct.keys.redo", call: () => travel(redone(history), "direct.redone") },
    { key: "Ctrl+z", label: "direct.keys.undo", call: () => travel(undone(history), "direct.undone") },
  ].map(register);

  replace(root, offered, words.element, h("div", { class: "direct-body" }, list.element, side), bar.element);
  document.body.classList.add("has-bar"); // toasts stand above it
  wide.addEventListener("change", turn, { signal: ending.signal });
  addEventListener("pagehide", save, { signal: ending.signal });
  redraw(true);
  if (isChanged()) {
    taken = "asking";
    foretell();
  }
  const stills = stillTaker();
  for (const { id, at } of momentsOf(base, lengths)) {
    stills.take(contentPath(film.id), at, (url) => {
      pictures.set(id, url);
      redrawing ||= requestAnimationFrame(() => {
        redrawing = 0;
        redraw(false);
      });
    });
  }

  return () => {
    clearTimeout(saving);
    clearTimeout(asking);
    save();
    ending.abort();
    estimating.abort();
    stills.leave();
    cancelAnimationFrame(redrawing);
    keys.forEach((stop) => stop());
    document.body.classList.remove("has-bar");
    files.end();
  };
}
