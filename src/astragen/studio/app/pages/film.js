/** One film: watched while it is made, played when it is there, kept. Start at `page`. */

import { Problem, ask, contentUrl, release, save } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { follow } from "../follow.js";
import { player } from "../parts/player.js";
import { announce, toast } from "../toast.js";
import { t } from "../words.js";

const VARIANTS = ["film", "captions.srt", "captions.vtt", "poster", "sheet", "storyboard", "report"];
const STAGES = ["write", "narrate", "generate", "shoot", "render", "join", "compose", "ambience", "mix", "sound", "poster", "mux"];

/** @param {HTMLElement} root @param {{film: string}} params @returns {() => void} */
export function page(root, { film }) {
  const shown = new FilmPage(root, film);
  return () => shown.leave();
}

class FilmPage {
  /** @param {HTMLElement} root @param {string} id */
  constructor(root, id) {
    this.root = root;
    this.id = id;
    this.until = new AbortController();
    /** @type {Map<string, any>} */
    this.shots = new Map();
    /** @type {Map<string, {total: number, done: number, from: number, to: number | null}>} */
    this.stages = new Map();
    /** @type {(() => void)[]} */
    this.stops = [];
    this.state = h("p", { class: "film-now", role: "status" });
    this.filled = h("div", {});
    this.bar = h("div", { class: "film-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": t("film.progress") }, this.filled);
    this.line = h("ol", { class: "film-line", "aria-label": t("film.line") });
    this.cards = h("ol", { class: "film-cards", "aria-label": t("film.shots") });
    this.told = h("ul", { class: "film-told" });
    this.acts = h("div", { class: "film-acts-row" });
    this.load();
  }

  leave() {
    this.until.abort();
    for (const stop of this.stops) stop();
    cancelAnimationFrame(this.frame ?? 0);
  }

  async load() {
    try {
      this.film = await ask("GET", `/v1/films/${this.id}`, undefined, { signal: this.until.signal });
    } catch (problem) {
      if (!this.until.signal.aborted) this.missing(/** @type {any} */ (problem));
      return;
    }
    document.title = `${this.film.title || t("frame.film")} · AstraGen`;
    if (this.film.status === "completed") return this.done();
    this.making();
  }

  /** @param {Problem & Record<string, any>} problem */
  missing(problem) {
    const retry = h("button", { class: "button", type: "button", onclick: () => this.load() }, t("film.again"));
    replace(this.root, h("div", { class: "state", role: "alert" }, h("h1", {}, t(problem.status === 404 ? "film.gone" : "film.trouble")),
      h("p", {}, problem.status ? problem.detail : t("frame.offline")), problem.status === 404 ? h("a", { class: "button primary", href: "#/films" }, t("frame.films")) : retry));
  }

  // While it is made ------------------------------------------------------------------------------------------------

  making() {
    for (const one of [this.line, this.cards, this.told]) replace(one);
    replace(this.root, h("section", { class: "film" }, h("header", { class: "film-header" }, h("h1", { dir: "auto" }, this.film.title || this.film.input.prompt), this.acts),
      this.state, this.bar, this.line, this.cards, this.told));
    this.drawActs();
    this.drawSoon();
    this.stops.push(follow(this.id, 0, { onEvent: (told) => this.hear(told), onState: (state) => ((this.connection = state), this.drawSoon()) }));
    const clock = setInterval(() => this.drawSoon(), 1000);
    this.stops.push(() => clearInterval(clock));
  }

  /** @param {{at: number, event: any}} told */
  hear({ at, event }) {
    if (event.kind === "started") Object.assign(this.film, { status: "in_progress", started_at: at });
    if (event.kind === "shot_planned") this.shots.set(event.shot, { ...this.shots.get(event.shot), ...event });
    if (event.kind === "take_made") this.shots.set(event.shot, { ...this.shots.get(event.shot), made_by: event.made_by, attempts: event.attempts });
    if (event.kind === "stage_started") this.stages.set(event.stage, { total: event.total + (this.stages.get(event.stage)?.total ?? 0), done: this.stages.get(event.stage)?.done ?? 0, from: this.stages.get(event.stage)?.from ?? event.at_s, to: null });
    const stage = this.stages.get(event.stage);
    if (event.kind === "step_done" && stage) stage.done += 1;
    if (event.kind === "step_done" && event.stage === "render") this.shots.set(event.subject, { ...this.shots.get(event.subject), is_rendered: true });
    if (event.kind === "stage_done" && stage) (stage.to = event.at_s), announce(t("film.said.done", { stage: t(`film.stage.${event.stage}`) }));
    if (event.kind === "fell_back") this.told.append(h("li", {}, t("film.fell", event.fallback)));
    if (event.kind === "ended") return this.ended();
    this.drawSoon();
  }

  async ended() {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await this.load();
    if (this.film?.status === "completed") announce(t("film.ready"));
  }

  /** Once a frame, whatever came: forty shots may tell much at one time. */
  drawSoon() {
    cancelAnimationFrame(this.frame ?? 0);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    const { film } = this;
    if (["failed", "cancelled"].includes(film.status)) return this.failed();
    const elapsed = film.started_at ? Math.max(0, Date.now() / 1000 - film.started_at) : 0;
    const deadline = film.input.deadline_s === "none" ? null : film.input.deadline_s;
    const open = [...this.stages].filter(([, one]) => one.to === null).map(([name]) => t(`film.stage.${name}`));
    this.state.textContent = this.connection === "reconnecting" || this.connection === "offline" ? t(`film.${this.connection}`)
      : film.status === "queued" ? t("film.queued", { position: film.queue_position ?? 1 })
      : t(deadline ? "film.now" : "film.now_free", { stages: open.slice(-2).join(", ") || t("film.beginning"), elapsed: Math.round(elapsed), deadline });
    const rendered = [...this.shots.values()].filter((one) => one.is_rendered).length;
    const done = this.shots.size ? 10 + 80 * (rendered / this.shots.size) : this.stages.size * 2;
    this.filled.style.inlineSize = `${Math.min(99, done)}%`;
    this.bar.setAttribute("aria-valuenow", String(Math.round(done)));
    this.drawLine(deadline ?? Math.max(60, elapsed * 1.2), elapsed);
    this.drawCards();
  }

  /** @param {number} whole @param {number} elapsed */
  drawLine(whole, elapsed) {
    const rows = STAGES.filter((name) => this.stages.has(name)).map((name) => {
      const one = /** @type {any} */ (this.stages.get(name));
      const [from, to] = [one.from, one.to ?? elapsed];
      return h("li", {}, h("span", { class: "film-stage" }, t(`film.stage.${name}`)),
        h("span", { class: "film-track" }, h("span", { class: one.to === null ? "film-span is-open" : "film-span", vars: { "inset-inline-start": `${Math.min(100, (100 * from) / whole)}%`, "inline-size": `${Math.max(0.6, Math.min(100, (100 * (to - from)) / whole))}%` } })),
        h("span", { class: "muted" }, one.total > 1 ? `${one.done}/${one.total}` : ""));
    });
    replace(this.line, rows);
  }

  drawCards() {
    for (const [id, shot] of this.shots) {
      let card = /** @type {any} */ (this.cards.querySelector(`[data-shot="${CSS.escape(id)}"]`));
      if (!card) {
        card = h("li", { class: "film-card-shot", dataset: { shot: id } }, h("div", { class: "film-shot-face" }, h("span", { class: "film-number" }, id)),
          h("p", { class: "film-shot-line", dir: "auto" }), h("p", { class: "film-shot-made muted" }));
        this.cards.append(card);
      }
      const state = shot.is_rendered ? "rendered" : shot.made_by ? "made" : "planned";
      if (card.dataset.state === state && card.dataset.by === (shot.made_by ?? "")) continue;
      Object.assign(card.dataset, { state, by: shot.made_by ?? "" });
      card.querySelector(".film-shot-line").textContent = shot.narration || shot.action || "";
      const missed = (shot.attempts ?? []).filter((/** @type {any} */ one) => one.outcome !== "taken").map((/** @type {any} */ one) => `${one.provider}: ${one.reason || one.outcome}`);
      card.querySelector(".film-shot-made").textContent = t(`film.shot.${state}`, { by: shot.made_by === "builtin" ? t("film.by.builtin") : shot.made_by ?? "" });
      card.title = missed.join("\n");
    }
  }

  drawActs() {
    const cancel = h("button", { class: "button", type: "button", onclick: async () => {
      cancel.disabled = true;
      await ask("POST", `/v1/films/${this.id}/cancel`).catch((problem) => toast(problem.detail));
    } }, icon("close"), t("film.cancel"));
    replace(this.acts, cancel);
  }

  failed() {
    for (const stop of this.stops.splice(0)) stop();
    const { film } = this;
    const retry = h("button", { class: "button primary", type: "button", onclick: async () => {
      await ask("POST", `/v1/films/${this.id}/retry`).catch((problem) => toast(problem.detail));
      this.shots.clear();
      this.stages.clear();
      this.load();
    } }, icon("reroll"), t("film.retry"));
    replace(this.root, h("section", { class: "film" }, h("div", { class: "state", role: "alert" }, h("h1", {}, t(`film.${film.status}`)),
      h("p", { dir: "auto" }, film.error ? `${film.error.message} ${film.error.hint}` : film.title), retry, h("a", { class: "button", href: "#/make" }, t("frame.make")))));
  }

  // When it is there ------------------------------------------------------------------------------------------------

  async done() {
    for (const stop of this.stops.splice(0)) stop();
    const { film } = this;
    const [video, captions, poster, shots, versions] = await Promise.all([
      contentUrl(this.id, "film"), contentUrl(this.id, "captions.vtt"), contentUrl(this.id, "poster"),
      ask("GET", `/v1/films/${this.id}/shots`).then((told) => told.data), ask("GET", `/v1/films/${this.id}/versions`).then((told) => told.data, () => []),
    ]);
    if (this.until.signal.aborted) return;
    let at = 0;
    const chapters = shots.map((/** @type {any} */ one) => {
      const start = at;
      at += one.seconds ?? 0;
      return { start, label: one.shot.line || one.shot.action || one.shot.id, by: one.made_by };
    });
    const screen = player({ video, captions, poster, chapters, fps: film.output.fps, aspect: `${film.output.width} / ${film.output.height}`, title: film.title });
    this.stops.push(screen.stop, () => [video, captions, poster].forEach(release));
    replace(this.root, h("section", { class: "film is-done" },
      screen.element,
      h("header", { class: "film-header" }, h("div", {}, h("h1", { dir: "auto" }, film.title), h("p", { class: "muted" }, this.facts(shots))),
        h("div", { class: "film-acts-row" }, this.keep(film), h("a", { class: "button", href: `#/film/${this.id}/direct` }, icon("edit"), t("film.direct")))),
      h("ol", { class: "film-strip", "aria-label": t("film.shots") }, chapters.map((/** @type {any} */ one, /** @type {number} */ n) => h("li", {}, h("button", { class: "film-cut", type: "button", onclick: () => screen.seek(one.start) },
        h("span", { class: "film-number" }, String(n + 1)), h("span", { class: "film-cut-line", dir: "auto" }, one.label), h("span", { class: "muted" }, one.by === "builtin" ? t("film.by.builtin") : one.by))))),
      film.warnings.length ? h("details", { class: "film-warnings" }, h("summary", {}, t("film.warnings", { count: film.warnings.length })), h("ul", {}, film.warnings.map((/** @type {any} */ one) => h("li", {}, t("film.fell", { ...one, stage: one.code }))))) : null,
      versions.length > 1 ? h("nav", { class: "film-versions", "aria-label": t("film.versions") }, h("h2", {}, t("film.versions")), versions.map((/** @type {any} */ one) => h("a", { class: "chip", href: `#/film/${one.id}`, "aria-current": one.id === this.id ? "page" : undefined }, t("film.version", { number: one.version })))) : null));
  }

  /** @param {any[]} shots */
  facts(shots) {
    const { output, cost } = this.film;
    return [t("film.facts.length", { seconds: output.seconds.toFixed(1) }), `${output.width}×${output.height}`, t("film.facts.shots", { count: shots.length }), ...(cost.actual_usd ? [`$${cost.actual_usd.toFixed(3)}`] : []), t("film.facts.made", { seconds: this.film.completed_at - this.film.started_at })].join(" · ");
  }

  /** @param {any} film */
  keep(film) {
    const choices = VARIANTS.filter((one) => film.output.variants.includes(one));
    const menu = h("select", { class: "button", "aria-label": t("film.keep"), onchange: async () => {
      const variant = menu.value;
      menu.value = "";
      if (variant) await download(this.id, variant).catch(() => toast(t("frame.offline")));
    } }, h("option", { value: "" }, t("film.keep")), choices.map((one) => h("option", { value: one }, t(`film.keep.${one}`))));
    return menu;
  }
}

/** Save *variant* of *film* under its own name. @param {string} film @param {string} variant */
async function download(film, variant) {
  const endings = /** @type {Record<string, string>} */ ({ film: ".mp4", poster: ".jpg", sheet: ".sheet.jpg", "captions.srt": ".srt", "captions.vtt": ".vtt", storyboard: ".storyboard.json", report: ".report.json" });
  await save(`/v1/films/${film}/content?variant=${variant}`, `${document.title.split(" · ")[0]}${endings[variant]}`);
}
