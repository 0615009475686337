/**
 * Direct: a film's storyboard, changed shot by shot, and what a new version of it takes before it is made.
 *
 * All that changes is one storyboard in a history (parts/history.js); whatever is shown is drawn from it. The film is
 * left as it is until "Make version": then the changed storyboard is its next version. Start at `page`, then `direct`.
 */

import { ask, mediaUrl, newRequestKey, Problem, release, upload } from "../api.js";
import { draftOf, dropDraft, keepDraft } from "../drafts.js";
import { h, icon, replace } from "../dom.js";
import { estimated } from "../estimating.js";
import { register } from "../keys.js";
import { takeFrames } from "../parts/frames.js";
import { begun, done, redone, undone } from "../parts/history.js";
import { trouble } from "../parts/loaded.js";
import { makeBar } from "../parts/make-bar.js";
import { reviseBox } from "../parts/revise-box.js";
import { shotEditor } from "../parts/shot-editor.js";
import { shotList } from "../parts/shot-list.js";
import { isNothing, remadeOf } from "../remade.js";
import { added, changed, originOf, placed, placeOf, placesOf, removed, rerolled, same, split, stepped } from "../storyboard.js";
import { announce, toast } from "../toast.js";
import { ago, t } from "../words.js";

/** @typedef {import("../storyboard.js").Storyboard} Storyboard */
/** @typedef {import("../storyboard.js").Shot} Shot */
/** @typedef {{film: any, board: Storyboard, lengths: Map<string, number>, next: number}} Found *lengths*: of shots, in seconds; *next*: the version that would be made */
/** @typedef {Record<string, Record<string, string>>} Errors what is wrong, by shot and field */

const WIDE = "(min-width: 62rem)"; // where the editor stands beside the wall
const NEW_SHOT_S = 3;
const SAVE_MS = 300;
const ESTIMATE_MS = 500;
const POINTER = /^#\/storyboard\/scenes\/(\d+)\/shots\/(\d+)(?:\/(\w+))?/;

/** @type {import("../main.js").Page} */
export function page(root, { film }) {
  const ending = new AbortController();
  const lead = h("p", { class: "lead", hidden: true });
  const place = h("div", { class: "direct-place" });
  /** @type {() => void} */
  let end = () => {};
  const again = () => {
    replace(place, h("div", { class: "direct-loading", "aria-busy": "true" }, Array.from({ length: 6 }, () => h("div", { class: "skeleton" }))));
    found(film, ending.signal).then(
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

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Found>}
 */
async function found(id, signal) {
  const path = `/v1/films/${id}`;
  const film = await ask("GET", path, undefined, { signal });
  if (film.status !== "completed") return { film, board: /** @type {any} */ (null), lengths: new Map(), next: 0 };
  const [board, shots, versions] = await Promise.all(["/content?variant=storyboard", "/shots", "/versions"].map((part) => ask("GET", path + part, undefined, { signal })));
  const views = /** @type {{shot: Shot, seconds: number | null}[]} */ (shots.data);
  const sources = new Map(views.map(({ shot }) => [shot.id, shot.source])); // the file has the paths of whoever filmed it
  const scenes = board.scenes.map((/** @type {any} */ scene) => ({ ...scene, shots: scene.shots.map((/** @type {Shot} */ shot) => ({ ...shot, source: sources.get(shot.id) ?? "" })) }));
  const next = 1 + Math.max(film.version, ...versions.data.map((/** @type {any} */ one) => one.version));
  return { film, board: { ...board, scenes }, lengths: new Map(views.map(({ shot, seconds }) => [shot.id, seconds ?? 0])), next };
}

/** @param {any} film */
function notReady(film) {
  const isOn = film.status === "queued" || film.status === "in_progress";
  return h("div", { class: "state" }, icon(isOn ? "time" : "warning"), h("h2", null, t(isOn ? "direct.early" : "direct.unmade")), h("p", null, t(isOn ? "direct.early.text" : "direct.unmade.text")), h("a", { class: "button primary", href: `#/film/${film.id}` }, t("direct.back")));
}

/**
 * @param {HTMLElement} root
 * @param {Found} all
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
  /** @type {Errors} */
  let errors = {};
  let said = "";
  /** @type {import("../parts/make-bar.js").Taken | "asking" | null} */
  let taken = null;
  let isMaking = false;
  let request = { body: /** @type {Storyboard | null} */ (null), key: "" };
  let estimating = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let saving;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let asking;
  /** @type {Map<string, string>} */
  const pictures = new Map();
  /** @type {Map<string, {name: string, kind: string, url: string | null}>} */
  const files = new Map();

  const list = shotList({ onChoose: choose, onPlace: (id, scene, index) => move(id, placed(history.now, id, scene, index)), onFile: bring, pictureOf });
  const editor = shotEditor({
    onChange: (patch, field) => edit(changed(history.now, chosen, patch), { field }),
    onSubjects: (change, field) => edit(changed(history.now, chosen, { subjects: change(placeOf(history.now, chosen)?.shot.subjects ?? []) }), { field }),
    onAct: act,
    onFile: (file) => bring(chosen, file),
  });
  const bar = makeBar({ onMake: make, onUndo: () => travel(undone(history), "direct.undone"), onRedo: () => travel(redone(history), "direct.redone"), onDiscard: discard });
  const words = reviseBox(film.id, () => history.now !== base && !isNothing(remade));
  const side = h("aside", { class: "direct-side", "aria-label": t("direct.side") });
  const offered = h("div", { class: "notice direct-draft", role: "status", hidden: history.now === base }, icon("edit"), h("p", null, draft ? t("direct.draft", { ago: ago(draft.at) }) : ""), h("button", { class: "button", type: "button", onclick: discard }, t("direct.discard")));

  /** @param {Storyboard} board @param {{field?: string, choose?: string}} [how] *field*: which is typed in */
  function edit(board, { field = "", choose: next = chosen } = {}) {
    if (board === history.now) return;
    become(done(history, board, field && `${chosen}.${field}`), next, !field);
  }

  /** @param {typeof history} value @param {string} next @param {boolean} isFresh whether the editor is drawn anew */
  function become(value, next, isFresh) {
    history = value;
    chosen = next;
    remade = remadeOf(base, history.now);
    errors = {};
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
      const sent = await upload(file, editor.progress, { signal: ending.signal });
      if (sent.kind !== "picture" && sent.kind !== "clip") throw new Problem({ status: 422, code: "input.kind", detail: t("direct.own.kind", { name: file.name }) });
      files.set(sent.id, { name: sent.name, kind: sent.kind, url: sent.kind === "picture" ? URL.createObjectURL(file) : null });
      edit(changed(history.now, id, { source: sent.id }));
      announce(t("direct.own.there", { name: file.name }));
    } catch (error) {
      if (ending.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      editor.progress(null);
      errors = { ...errors, [id]: { ...errors[id], source: error.detail } };
      redraw(false);
      announce(error.detail);
    }
  }

  /** What is known of the file *id*; asked for where nothing is yet. @param {string} id */
  function fileOf(id) {
    const known = files.get(id);
    if (known || !id) return known ?? null;
    const blank = { name: t("direct.own.file"), kind: "picture", url: /** @type {string | null} */ (null) };
    files.set(id, blank);
    ask("GET", `/v1/files/${id}`, undefined, { signal: ending.signal })
      .then(async (told) => {
        const url = told.kind === "picture" ? await mediaUrl(told.links.content, { signal: ending.signal }) : null;
        files.set(id, { name: told.name, kind: told.kind, url });
        redraw(true);
      })
      .catch(() => {}); // deleted meanwhile: its film has it all the same
    return blank;
  }

  /** @param {Shot} shot */
  function pictureOf(shot) {
    const isSame = base.scenes.some((scene) => scene.shots.some((one) => one.id === shot.id && one.source === shot.source));
    const own = shot.source ? fileOf(shot.source) : null;
    if (own && !isSame) return own.url;
    return pictures.get(originOf(shot.id, pictures.keys()) ?? "") ?? own?.url ?? null;
  }

  /** @param {boolean} isFresh */
  function redraw(isFresh) {
    const held = document.activeElement;
    const place = placeOf(history.now, chosen);
    const wrong = new Set(Object.keys(errors));
    list.show({ board: history.now, chosen, fps, remade: remade.shots, wrong });
    if (!place) editor.element.remove();
    else {
      const { shot } = place;
      const reasons = remade.shots.get(shot.id) ?? [];
      const isStale = !shot.source && reasons.some((one) => !["join", "words", "length"].includes(one));
      if (isFresh || !editor.element.isConnected) editor.show({ place, all: placesOf(history.now).length, fps, characters: history.now.characters, picture: pictureOf(shot), isStale, own: fileOf(shot.source), errors: errors[shot.id] ?? {} });
      else editor.tell(errors[shot.id] ?? {});
      const home = wide.matches ? side : list.card(shot.id);
      if (home && editor.element.parentElement !== home) home.append(editor.element);
    }
    offered.hidden = offered.hidden || history.now === base;
    bar.show({ version: next, remade, all: placesOf(history.now).length, isChanged: isChanged(), canUndo: history.past.length > 0, canRedo: history.future.length > 0, isMaking, taken, trouble: said });
    words.refresh();
    if (held instanceof HTMLElement && held !== document.activeElement) (held.isConnected ? held : held.id ? document.getElementById(held.id) : null)?.focus({ preventScroll: true });
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
    errors = {};
    for (const { pointer, detail } of error.errors) {
      const [, s, i, field] = POINTER.exec(pointer ?? "") ?? [];
      const shot = history.now.scenes[Number(s)]?.shots[Number(i)];
      if (shot) errors[shot.id] = { ...errors[shot.id], [field ?? "line"]: detail };
    }
    const first = placesOf(history.now).find((place) => place.shot.id in errors);
    said = first ? t("direct.trouble", { n: first.n, detail: Object.values(errors[first.shot.id])[0] }) : error.detail;
    if (error.retryAfter) said += ` ${t("state.wait", { time: `${error.retryAfter} s` })}`;
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
      if (Object.keys(errors).length) chosen = placesOf(history.now).find((place) => place.shot.id in errors)?.shot.id ?? chosen;
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
  wide.addEventListener("change", () => redraw(true), { signal: ending.signal });
  addEventListener("pagehide", save, { signal: ending.signal });
  redraw(true);
  if (isChanged()) {
    taken = "asking";
    foretell();
  }
  const stopFrames = takeFrames(film.id, momentsOf(base, lengths), (id, url) => {
    pictures.set(id, url);
    redraw(id === chosen && !editor.element.contains(document.activeElement));
  });

  return () => {
    clearTimeout(saving);
    clearTimeout(asking);
    save();
    ending.abort();
    estimating.abort();
    stopFrames();
    keys.forEach((stop) => stop());
    document.body.classList.remove("has-bar");
    for (const { url } of files.values()) if (url) release(url);
  };
}

/**
 * The middle of each shot of *board*, whose *lengths* are in seconds.
 * @param {Storyboard} board
 * @param {ReadonlyMap<string, number>} lengths
 */
function momentsOf(board, lengths) {
  let start = 0;
  return placesOf(board).map(({ shot }) => {
    const seconds = lengths.get(shot.id) ?? 0;
    start += seconds;
    return { id: shot.id, at: start - seconds / 2 };
  });
}
