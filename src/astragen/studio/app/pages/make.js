/** Say what the film should be, see what it will take, and have it made. Start at `page`. */

import { Problem, ask, mediaUrl, newRequestKey, upload } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { register } from "../keys.js";
import { keep, kept } from "../store.js";
import { announce, toast } from "../toast.js";
import { language, t } from "../words.js";

const ESTIMATE_MS = 500; // after the last change
const ASPECTS = ["16:9", "9:16", "1:1", "4:5", "21:9"];
const CAPTIONS = ["boxed", "clean", "karaoke", "kinetic"];
const HEIGHTS = [360, 480, 720, 1080, 1440, 2160];
const EXAMPLES = 6;
const DEFAULTS = {
  seconds: 30, aspect: "16:9", style: "cinematic", height: 720, caption_style: "boxed", captions: true, narration: true, music: true,
  voice: "", language: "auto", writer: "", artist: "", deadline_s: 60, max_cost_usd: 0.25,
};

/** @param {HTMLElement} root @returns {() => void} */
export function page(root) {
  const make = new Make(root);
  return () => make.leave();
}

class Make {
  /** @param {HTMLElement} root */
  constructor(root) {
    /** @type {Record<string, any>} */
    this.order = { ...DEFAULTS, .../** @type {any} */ (kept("make.choices") ?? {}), prompt: "", music_file: "" };
    this.key = "";
    this.music = "";
    this.until = new AbortController();
    this.estimate = h("p", { class: "make-estimate", role: "status" });
    this.trouble = h("div", { class: "make-trouble", role: "alert" });
    this.button = h("button", { class: "button primary make-button", type: "submit" }, icon("make"), t("make.button"));
    this.prompt = h("textarea", {
      class: "make-prompt", rows: 3, maxlength: 20000, dir: "auto", placeholder: t("make.placeholder"), "aria-label": t("make.prompt"),
      oninput: () => this.say({ prompt: this.prompt.value }),
    });
    replace(root, h("form", { class: "make", onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.make()) },
      h("h1", { class: "make-title" }, t("make.title")),
      h("div", { class: "make-box" }, this.prompt, this.dropped(), h("div", { class: "make-act" }, this.estimate, this.button)),
      this.trouble,
      h("div", { class: "make-examples", role: "group", "aria-label": t("make.examples") }, this.examples()),
      this.section("make.style", this.styles = h("div", { class: "make-styles", role: "radiogroup", "aria-label": t("make.style") })),
      h("div", { class: "make-grid" },
        this.section("make.aspect", this.aspects()), this.section("make.seconds", this.length()), this.section("make.voice", this.voice = h("div", { class: "field" }))),
      this.more()));
    this.stop = register({ key: "Ctrl+Enter", label: "make.keys.make", call: () => this.make() });
    this.load();
    this.foretell();
    this.prompt.focus();
  }

  leave() {
    this.until.abort();
    this.stop();
    clearTimeout(this.timer);
    this.sound?.pause();
  }

  /** @param {Record<string, any>} change */
  say(change) {
    Object.assign(this.order, change);
    this.key = "";
    const { prompt, music_file, ...choices } = this.order; // both are of one film
    keep("make.choices", choices);
    replace(this.trouble);
    this.foretell();
  }

  examples() {
    return Array.from({ length: EXAMPLES }, (_, n) => h("button", {
      class: "chip", type: "button", onclick: () => ((this.prompt.value = t(`make.example.${n + 1}`)), this.say({ prompt: this.prompt.value }), this.prompt.focus()),
    }, t(`make.example.${n + 1}`)));
  }

  /** @param {string} name @param {any} body */
  section(name, body) {
    return h("section", { class: "make-part" }, h("h2", {}, t(name)), body);
  }

  aspects() {
    return radios(t("make.aspect"), "make-aspects", ASPECTS.map((one) => ({ value: one, label: one, face: h("span", { class: "make-frame", vars: { "aspect-ratio": one.replace(":", " / ") } }) })),
      this.order.aspect, (aspect) => this.say({ aspect }));
  }

  length() {
    const shown = h("output", {}, t("make.seconds.value", { seconds: this.order.seconds }));
    const slider = h("input", {
      type: "range", min: 5, max: 180, step: 5, value: this.order.seconds, "aria-label": t("make.seconds"),
      oninput: () => ((shown.textContent = t("make.seconds.value", { seconds: slider.value })), this.say({ seconds: Number(slider.value) })),
    });
    return h("div", { class: "field" }, shown, slider);
  }

  more() {
    const field = (/** @type {string} */ name, /** @type {any} */ body) => h("div", { class: "field" }, h("label", { for: `make-${name}` }, t(`make.${name}`)), body);
    const check = (/** @type {string} */ name) => h("label", { class: "check" }, h("input", { type: "checkbox", checked: this.order[name], onchange: (/** @type {any} */ event) => this.say({ [name]: event.target.checked }) }), t(`make.${name}`));
    const select = (/** @type {string} */ name, /** @type {[any, string][]} */ choices, /** @type {(value: string) => any} */ read = (value) => value) => field(name, h("select", { id: `make-${name}`, onchange: (/** @type {any} */ event) => this.say({ [name]: read(event.target.value) }) },
      choices.map(([value, label]) => h("option", { value, selected: String(value) === String(this.order[name]) }, label))));
    this.crew = h("div", { class: "make-crew" });
    return h("details", { class: "make-more" }, h("summary", {}, t("make.more")),
      h("div", { class: "make-fields" },
        select("height", HEIGHTS.map((height) => [height, `${height}p`]), Number),
        select("caption_style", CAPTIONS.map((one) => [one, t(`make.caption_style.${one}`)])),
        select("deadline_s", [[60, t("make.deadline_s.60")], [120, t("make.deadline_s.120")], [300, t("make.deadline_s.300")], ["none", t("make.deadline_s.none")]], (value) => (value === "none" ? value : Number(value))),
        field("max_cost_usd", h("input", { id: "make-max_cost_usd", type: "number", min: 0, max: 100, step: 0.05, value: this.order.max_cost_usd, onchange: (/** @type {any} */ event) => this.say({ max_cost_usd: Number(event.target.value) }) })),
        field("language", h("input", { id: "make-language", value: this.order.language, maxlength: 20, onchange: (/** @type {any} */ event) => this.say({ language: event.target.value.trim() || "auto" }) })),
        h("div", { class: "field" }, check("narration"), check("music"), check("captions"))),
      h("h2", {}, t("make.crew")), this.crew);
  }

  dropped() {
    const told = h("span", { class: "muted" });
    const input = h("input", { type: "file", id: "make-file", class: "visually-hidden", accept: ".txt,.md,.fountain,.json,audio/*", onchange: () => input.files?.[0] && this.take(input.files[0], told) });
    const zone = h("div", { class: "make-file" }, input, h("label", { class: "button quiet", for: "make-file" }, icon("share"), t("make.file")), told);
    for (const name of ["dragover", "drop"]) {
      this.prompt.addEventListener(name, (event) => {
        const file = /** @type {DragEvent} */ (event).dataTransfer?.files[0];
        if (name === "dragover" || file) event.preventDefault();
        if (name === "drop" && file) this.take(file, told);
      }, { signal: this.until.signal });
    }
    return zone;
  }

  /** A text becomes the prompt, a storyboard is filmed as it is, music is laid under the film. @param {File} file @param {HTMLElement} told */
  async take(file, told) {
    try {
      if (file.type.startsWith("audio/")) {
        const kept = await upload(file);
        this.say({ music_file: kept.id });
        told.textContent = t("make.file.music", { name: file.name });
      } else if (file.name.endsWith(".json")) {
        this.storyboard = JSON.parse(await file.text());
        this.key = "";
        told.textContent = t("make.file.storyboard", { name: file.name });
        this.foretell();
      } else {
        this.prompt.value = (await file.text()).slice(0, 20000);
        this.say({ prompt: this.prompt.value });
      }
    } catch (problem) {
      toast(problem instanceof Problem ? problem.message : t("make.file.bad", { name: file.name }));
    }
  }

  async load() {
    const { signal } = this.until;
    const listed = (/** @type {string} */ path) => ask("GET", path, undefined, { signal }).then((told) => told.data, () => []);
    const [styles, voices, providers] = await Promise.all([listed("/v1/styles"), listed(`/v1/voices?language=${language()}`), listed("/v1/providers")]);
    if (signal.aborted) return;
    replace(this.styles, ...radios(t("make.style"), "", styles.map((/** @type {any} */ one) => ({
      value: one.name, label: one.name, face: h("img", { src: `/studio/pictures/${one.name.replaceAll(" ", "-")}.webp`, alt: "", loading: "lazy", width: 240, height: 135 }),
    })), this.order.style, (style) => this.say({ style })).childNodes);
    this.voices(voices);
    this.providers(providers);
  }

  /** @param {any[]} voices */
  voices(voices) {
    const select = h("select", { id: "make-voice", "aria-label": t("make.voice"), onchange: () => this.say({ voice: select.value }) },
      h("option", { value: "" }, t("make.voice.usual")), voices.map((one) => h("option", { value: one.voice, selected: one.voice === this.order.voice }, one.about ? `${one.voice} · ${one.about}` : one.voice)));
    const play = h("button", { class: "button", type: "button", onclick: () => this.hear(select.value || voices[0]?.voice) }, icon("play"), t("make.voice.hear"));
    replace(this.voice, select, voices.length ? play : null);
  }

  /** @param {string} voice */
  async hear(voice) {
    this.sound?.pause();
    this.sound = new Audio(await mediaUrl(`/v1/voices/${encodeURIComponent(voice)}/sample?language=${language()}`));
    this.sound.play().catch(() => toast(t("make.voice.silent")));
  }

  /** @param {any[]} providers */
  providers(providers) {
    for (const trade of ["writer", "artist"]) {
      const ready = providers.filter((one) => one.trade === trade && one.is_configured);
      const choices = [["", t("make.crew.auto")], ["builtin", t("make.crew.builtin")], ...ready.filter((one) => one.name !== "builtin").map((one) => [one.name, `${one.name} ${one.model ?? ""} ${one.is_free ? t("make.crew.free") : ""}`])];
      this.crew?.append(h("div", { class: "field" }, h("label", { for: `make-${trade}` }, t(`make.crew.${trade}`)),
        h("select", { id: `make-${trade}`, onchange: (/** @type {any} */ event) => this.say({ [trade]: event.target.value }) }, choices.map(([value, label]) => h("option", { value, selected: value === this.order[trade] }, label)))));
    }
  }

  /** What is ordered; nothing that was not chosen. */
  wanted() {
    const { prompt, ...choices } = this.order;
    const said = Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== ""));
    return this.storyboard ? { ...said, storyboard: this.storyboard } : { ...said, prompt };
  }

  foretell() {
    clearTimeout(this.timer);
    if (!this.order.prompt.trim() && !this.storyboard) return replace(this.estimate, t("make.estimate.none"));
    this.timer = setTimeout(async () => {
      try {
        const { forecast } = await ask("POST", "/v1/films", { ...this.wanted(), dry_run: true }, { signal: this.until.signal });
        replace(this.estimate, t(forecast.cost_usd ? "make.estimate.paid" : "make.estimate.free", { wall: Math.round(forecast.wall_s), shots: forecast.shots, usd: forecast.cost_usd.toFixed(2) }));
      } catch (problem) {
        if (!this.until.signal.aborted) this.refused(/** @type {any} */ (problem));
      }
    }, ESTIMATE_MS);
  }

  async make() {
    if (!this.order.prompt.trim() && !this.storyboard) return (this.prompt.focus(), announce(t("make.estimate.none")));
    this.button.disabled = true;
    this.key ||= newRequestKey(); // the same until the order is another: an answer that got lost orders no second film
    try {
      const film = await ask("POST", "/v1/films", this.wanted(), { headers: { "Idempotency-Key": this.key } });
      location.hash = `#/film/${film.id}`;
    } catch (problem) {
      this.refused(/** @type {any} */ (problem));
      this.button.disabled = false;
    }
  }

  /** @param {Problem & Record<string, any>} problem */
  refused(problem) {
    const told = !problem.status ? t("make.offline") : problem.status === 429 ? t("make.full", { seconds: problem.retryAfter || 60 }) : problem.detail;
    replace(this.trouble, h("p", {}, told), problem.status === 401 ? h("a", { class: "button", href: "#/settings" }, t("frame.settings")) : null);
    replace(this.estimate, "");
  }
}

/**
 * Buttons of which one is pressed; arrows move between them.
 * @param {string} label @param {string} name @param {{value: string, label: string, face: any}[]} choices @param {string} chosen @param {(value: string) => void} onChosen
 */
function radios(label, name, choices, chosen, onChosen) {
  const group = h("div", { class: name, role: "radiogroup", "aria-label": label });
  const press = (/** @type {any} */ button) => {
    for (const one of group.isConnected ? button.parentElement.children : buttons) {
      one.setAttribute("aria-checked", String(one === button));
      one.tabIndex = one === button ? 0 : -1;
    }
  };
  const buttons = choices.map((one) => {
    const button = h("button", { class: "make-tile", type: "button", role: "radio", dataset: { value: one.value }, onclick: () => (press(button), onChosen(one.value)) }, one.face, h("span", {}, one.label));
    button.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = buttons[(buttons.indexOf(button) + step + buttons.length) % buttons.length];
      next.focus();
      next.click();
    });
    return button;
  });
  group.append(...buttons);
  press(buttons.find((one) => one.dataset.value === chosen) ?? buttons[0]);
  return group;
}
