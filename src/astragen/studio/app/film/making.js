/**
 * A film while it is made: how far it is, its stages against the deadline, its shots as they come.
 * What happens is taken in at once and drawn once a frame. Start reading at `makingView`.
 */

import { h, replace } from "../dom.js";
import { shotCard } from "../parts/shot-card.js";
import { stillTaker } from "../parts/stills.js";
import { laneOf, timeline } from "../parts/timeline.js";
import { announce } from "../toast.js";
import { count, duration, number, t } from "../words.js";
import { fold, newHistory } from "./history.js";
import { ratioOf } from "./shapes.js";

/** @typedef {import("./shapes.js").Film} Film */
/** @typedef {ReturnType<typeof shotCard>} Card */
/** @typedef {{element: HTMLElement, tell: (told: import("../follow.js").FilmEvent) => void, showFilm: (film: Film) => void, leave: () => void}} Making */

const BUDGET_MS = 8; // of a frame for cards: the others wait for the next, and the page answers between them
const CARDS_A_FRAME = 4; // that are made anew: to lay one out takes longer than to make it
const TICK_MS = 250; // of the clock
const ANNOUNCE_MS = 2_500; // between two stages that are told: who listens wants to hear other things, too
const GHOSTS = 3; // cards that hold the place of what is being written

/**
 * @param {Film} film
 * @param {number} clockOffsetS how much this machine's clock is before the service's
 * @returns {Making}
 */
export function makingView(film, clockOffsetS) {
  const history = newHistory();
  const leaving = new AbortController();
  const stills = stillTaker();
  const lanes = timeline(film.input.deadline_s);
  const head = progress();
  const list = h("ol", { class: "shot-cards" });
  const ghosts = Array.from({ length: GHOSTS }, () => h("li", { class: "shot-card is-ghost", "aria-hidden": "true" }, h("div", { class: "shot-picture skeleton", vars: { "--ratio": ratioOf(film) } }), h("div", { class: "skeleton" }), h("div", { class: "skeleton" })));
  replace(list, ghosts);
  const element = h("div", { class: "making" }, h("section", { class: "card making-progress", "aria-label": t("film.progress") }, head.element, lanes.element), h("section", { class: "stack" }, h("h2", null, t("film.shots")), list));
  /** @type {Map<string, Card>} */
  const cards = new Map();
  const changed = new Set();
  let known = film;
  let frame = 0;
  let attempt = 0;

  const elapsedS = () => {
    if (history.startedAt === null) return 0;
    if (history.ended || known.status !== "in_progress") return history.latestS;
    return Math.max(history.latestS, Date.now() / 1000 - clockOffsetS - history.startedAt);
  };
  const clear = () => {
    cards.forEach((card) => card.leave());
    cards.clear();
    replace(list, history.ended ? [] : ghosts);
  };
  const drawCards = () => {
    const start = performance.now();
    let made = 0;
    for (const id of changed) {
      if (made === CARDS_A_FRAME || performance.now() - start > BUDGET_MS) break;
      const shot = history.shots.get(id);
      let card = cards.get(id);
      if (shot && !card) {
        if (!cards.size) replace(list);
        card = shotCard(film.id, { fps: film.input.fps, ratio: ratioOf(film), takeStill: stills.take, signal: leaving.signal });
        card.element.style.setProperty("--order", String(made++));
        cards.set(id, card);
        list.append(card.element);
      }
      if (shot && card) card.show(shot);
      changed.delete(id);
    }
  };
  const draw = () => {
    frame = 0;
    if (history.attempt !== attempt) {
      attempt = history.attempt;
      clear();
    }
    drawCards();
    lanes.show(history, elapsedS());
    head.show(known, history, elapsedS());
    if (changed.size) soon();
  };
  const soon = () => {
    frame ||= requestAnimationFrame(draw);
  };
  const say = stageAnnouncer();
  const timer = setInterval(() => (history.ended ? clearInterval(timer) : soon()), TICK_MS);
  soon();
  return {
    element,
    tell(told) {
      for (const id of fold(history, told)) changed.add(id);
      if (told.event.kind === "stage_started") say(told.event.stage);
      soon();
    },
    showFilm(now) {
      known = now;
      soon();
    },
    leave() {
      leaving.abort();
      clearInterval(timer);
      cancelAnimationFrame(frame);
      cards.forEach((card) => card.leave());
      stills.leave();
    },
  };
}

/** The line above the lanes: percent, what is done now, and how long it has taken. */
function progress() {
  const percent = h("span", { class: "making-percent number" });
  const now = h("p", { class: "making-now" });
  const time = h("p", { class: "muted number" });
  const bar = h("progress", { max: "100", "aria-label": t("film.progress") });
  const element = h("div", { class: "making-head" }, percent, h("div", { class: "making-words" }, now, time), bar);
  let told = "";
  return {
    element,
    /** @param {Film} film @param {import("./history.js").History} history @param {number} elapsedS */
    show(film, history, elapsedS) {
      const { progress: done } = film;
      const stage = film.status === "queued" ? waitOf(film) : nowOf(film, history);
      const deadline = film.input.deadline_s;
      const spent = history.startedAt === null ? "" : deadline === null ? duration(Math.floor(elapsedS)) : t("film.elapsed", { time: duration(Math.floor(elapsedS)), deadline: duration(deadline) });
      const words = `${done} ${stage} ${spent}`;
      if (words === told) return;
      told = words;
      percent.textContent = number(done / 100, { style: "percent" });
      replace(now, stage);
      time.textContent = spent;
      bar.value = done;
    },
  };
}

/** What a film waits for. @param {Film} film */
function waitOf({ stage, queue_position: place }) {
  if (stage === "held" || stage === "no_room") return t(`film.waits.${stage}`);
  return place ? t("film.waits.place", { place: number(place) }) : t("film.waits");
}

/**
 * @param {Film} film
 * @param {import("./history.js").History} history
 */
function nowOf(film, history) {
  if (film.stage === "cancelling") return t("film.cancelling");
  if (film.status !== "in_progress") return t(`film.state.${film.status}`);
  const all = [...history.stages.values()].filter((one) => one.endS === null);
  const open = all.find((one) => laneOf(one.name) === "shots") ?? all.at(-1); // most of the time goes into shots
  const stage = open ? t(`film.now.${laneOf(open.name)}`) : t("film.now.starts");
  const ready = [...history.shots.values()].filter((one) => one.state === "ready").length;
  return history.shots.size ? `${stage} · ${count("film.shots.ready", history.shots.size, { ready: number(ready) })}` : stage;
}

/** Tells screen readers which part of the crew is at work; of several at once the latest. */
function stageAnnouncer() {
  let lane = "";
  let last = 0;
  return (/** @type {string} */ stage) => {
    const next = laneOf(stage);
    const now = performance.now();
    if (next === lane || now - last < ANNOUNCE_MS) return;
    lane = next;
    last = now;
    announce(t(`film.now.${lane}`));
  };
}
