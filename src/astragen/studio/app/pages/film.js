/**
 * One film: watched while it is made, then in a player; what it came to where it failed. It is rebuilt from the film and
 * its events whenever it is opened, so a reload or a closed laptop loses nothing. Start reading at `page`.
 */

import { ask, Problem, send } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { makingView } from "../film/making.js";
import { isOpen } from "../film/shapes.js";
import { watchingView } from "../film/watching.js";
import { follow } from "../follow.js";
import { trouble } from "../parts/loaded.js";
import { announce, toast } from "../toast.js";
import { clock, money, number, t } from "../words.js";

/** @typedef {import("../film/shapes.js").Film} Film */

const REFRESH_MS = 900; // at most so often the film is asked about while events come
const QUEUE_MS = 3_000; // while it waits for its turn, of which no event tells

/** @type {import("../main.js").Page} */
export async function page(root, { film: id }, signal) {
  const stage = h("div", { class: "film-stage" });
  const heading = head(act);
  let leaveView = () => {};
  let turn = 0; // of views: one that comes after another was asked for is left at once
  /** @type {Film} */
  let film;
  replace(root, heading.element, stage);

  const load = async () => {
    try {
      const { found, offsetS } = await asked(id, signal);
      const wasOpen = film && isOpen(film);
      film = found;
      await show(offsetS);
      if (wasOpen && !isOpen(film)) announce(t("film.ended", { state: t(`film.state.${film.status}`) }));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      heading.showTitle(t("film.title"));
      replace(stage, error.status === 404 ? gone() : trouble(error, load));
    }
  };
  const show = async (/** @type {number} */ offsetS) => {
    const mine = ++turn;
    leaveView();
    leaveView = () => {};
    heading.show(film);
    if (!stage.firstChild) replace(stage, h("div", { class: "skeleton film-comes", "aria-hidden": "true" }));
    const view = film.status === "completed" ? await watchingView(film, signal) : following(film, offsetS, { onFilm, onEnd: load, onState: heading.showConnection });
    if (signal.aborted || mine !== turn) return view.leave();
    leaveView = view.leave;
    const hadFocus = stage.contains(document.activeElement);
    replace(stage, !isOpen(film) && film.status !== "completed" && ended(film, act), view.element);
    if (hadFocus) heading.focus();
  };
  const onFilm = (/** @type {Film} */ now) => {
    film = now;
    heading.show(film);
  };
  /** @param {"cancel" | "retry"} what */
  async function act(what) {
    try {
      film = await ask("POST", `/v1/films/${id}/${what}`);
      if (what === "retry") await load();
      else onFilm(film);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      toast(error.detail);
    }
  }
  await load();
  return () => leaveView();
}

/**
 * The film *id*, and by how much this machine's clock is before the service's.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<{found: Film, offsetS: number}>}
 */
async function asked(id, signal) {
  const answer = await send("GET", `/v1/films/${id}`, undefined, { signal });
  const theirs = Date.parse(answer.headers.get("date") ?? "");
  return { found: await answer.json(), offsetS: Number.isNaN(theirs) ? 0 : (Date.now() - theirs) / 1000 };
}

/**
 * *film* while it is made, or as far as it came: its history is told from the beginning, and goes on by itself.
 * @param {Film} film
 * @param {number} offsetS
 * @param {{onFilm: (film: Film) => void, onEnd: () => void, onState: (state: import("../follow.js").Connection | "") => void}} told
 */
function following(film, offsetS, { onFilm, onEnd, onState }) {
  const view = makingView(film, offsetS);
  const wasOpen = isOpen(film);
  let timer = 0;
  let isAsking = false;
  let isLeft = false;
  const refresh = async () => {
    timer = 0;
    if (isAsking || isLeft) return;
    isAsking = true;
    const now = await ask("GET", `/v1/films/${film.id}`).catch(onlyProblems); // offline is told by the stream
    isAsking = false;
    if (!now || isLeft || !isOpen(now)) return; // its end is told by the stream
    view.showFilm(now);
    onFilm(now);
    if (now.status === "queued") soon(QUEUE_MS);
  };
  const soon = (/** @type {number} */ ms) => {
    timer ||= setTimeout(refresh, ms);
  };
  const stop = follow(film.id, 0, {
    onEvent(told) {
      view.tell(told);
      if (wasOpen) soon(REFRESH_MS);
    },
    onState(state) {
      onState(state);
      if (state === "ended" && wasOpen) onEnd();
    },
    onProblem: onEnd, // the film was removed meanwhile, or the key: asking for it says so
  });
  if (film.status === "queued") soon(QUEUE_MS);
  return {
    element: view.element,
    leave() {
      isLeft = true;
      clearTimeout(timer);
      stop();
      onState("");
      view.leave();
    },
  };
}

/** @param {unknown} error */
function onlyProblems(error) {
  if (error instanceof Problem) return null;
  throw error;
}

/**
 * The head of the page: where we are, what it is called, and what can be done.
 * @param {(what: "cancel" | "retry") => void} act
 */
function head(act) {
  const title = h("h1", { dir: "auto", tabindex: "-1" });
  const line = h("p", { class: "film-line" });
  const connection = h("span", { class: "chip warn", hidden: true });
  const acts = h("div", { class: "row film-acts" });
  const element = h("header", { class: "film-head" }, h("div", { class: "film-names" }, line, title), acts);
  let told = "";
  const showTitle = (/** @type {string} */ said) => {
    if (title.textContent === said) return;
    title.textContent = said;
    element.dispatchEvent(new CustomEvent("titled", { bubbles: true }));
  };
  return {
    element,
    showTitle,
    focus: () => title.focus({ preventScroll: true }),
    /** @param {Film} film */
    show(film) {
      showTitle(film.title || film.input.prompt || t("film.title"));
      title.classList.toggle("is-long", (title.textContent?.length ?? 0) > 60);
      const now = `${film.status} ${film.stage === "cancelling"} ${film.version} ${film.cost.actual_usd}`;
      if (now === told) return;
      told = now;
      replace(line, stateChip(film), film.version > 1 && h("span", { class: "chip" }, t("film.version", { number: number(film.version) })), connection, h("span", { class: "muted number" }, lineOf(film)));
      replace(acts, actsOf(film, act));
    },
    /** @param {import("../follow.js").Connection | ""} state */
    showConnection(state) {
      connection.hidden = state !== "reconnecting" && state !== "offline";
      if (!connection.hidden) connection.textContent = t(`film.connection.${state}`);
    },
  };
}

/** @param {Film} film */
function stateChip(film) {
  const state = film.stage === "cancelling" && isOpen(film) ? "cancelling" : film.status;
  const kinds = { queued: "", in_progress: "accent", cancelling: "", completed: "good", failed: "bad", cancelled: "warn" };
  return h("span", { class: `chip ${kinds[state]}` }, t(`film.state.${state}`));
}

/** @param {Film} film */
function lineOf(film) {
  const paid = film.cost.actual_usd > 0 && money(film.cost.actual_usd);
  return [film.output?.seconds && clock(Math.round(film.output.seconds)), paid].filter(Boolean).join(" · ");
}

/** @param {Film} film @param {(what: "cancel" | "retry") => void} act */
function actsOf(film, act) {
  if (film.status === "completed") return [h("a", { class: "button primary", href: `#/film/${film.id}/direct` }, icon("edit"), t("film.direct"))];
  if (!isOpen(film)) return [];
  const isStopping = film.stage === "cancelling";
  return [h("button", { class: "button", type: "button", disabled: isStopping, onclick: () => act("cancel") }, icon("stop"), t(isStopping ? "film.cancelling" : "film.cancel"))];
}

/** @param {Film} film @param {(what: "cancel" | "retry") => void} act */
function ended(film, act) {
  const isFailed = film.status === "failed";
  const hint = film.error?.hint;
  return h(
    "div",
    { class: isFailed ? "state bad" : "state" },
    icon(isFailed ? "warning" : "stop"),
    h("h2", null, t(isFailed ? "film.failed" : "film.cancelled")),
    isFailed && film.error && h("p", { dir: "auto" }, film.error.message, hint ? ` ${hint}` : ""),
    h("p", null, t("film.retry.hint")),
    h("div", { class: "row" }, h("button", { class: "button primary", type: "button", onclick: () => act("retry") }, icon("reroll"), t(isFailed ? "film.retry" : "film.resume")), h("a", { class: "button", href: "#/make" }, t("film.make"))),
  );
}

function gone() {
  return h("div", { class: "state" }, icon("films"), h("h2", null, t("lost.title")), h("p", null, t("lost.text")), h("a", { class: "button primary", href: "#/films" }, t("nav.films")));
}
