/** Say what the film should be, see what it will take, and have it made. Start at `page`. */

import { ask, Problem } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { register } from "../keys.js";
import { crewPart } from "../make/crew.js";
import { estimate } from "../make/estimate.js";
import { fieldsOf } from "../make/fields.js";
import { foretelling } from "../make/foretelling.js";
import { hero } from "../make/hero.js";
import { intake } from "../make/intake.js";
import { lengthPart } from "../make/length.js";
import { startMaking } from "../make/making.js";
import { morePart, soundChecks } from "../make/more.js";
import { isOrdered, wrongsOf } from "../make/order.js";
import { aspectPart, captionsPart, moodPart, part } from "../make/pictured.js";
import { sender } from "../make/sending.js";
import { nameOfStyle, stylePart } from "../make/styles.js";
import { troubleOf } from "../make/trouble.js";
import { voicePart } from "../make/voice.js";
import { get, on } from "../store.js";
import { announce, toast } from "../toast.js";
import { duration, t } from "../words.js";

/** @type {import("../main.js").Page} */
export function page(root) {
  const leaving = new AbortController();
  const making = startMaking();
  const fields = fieldsOf();
  const files = intake(making, () => said.drawFiles());
  const foretold = estimate();
  const button = h("button", { class: "button primary make-button", type: "submit" });
  const again = h("button", { class: "button primary make-button-again", type: "submit" }); // where the first is out of sight
  const trouble = troubleOf({ onTick: () => drawButtons(), onOver: () => (drawButtons(), teller.again()), onFree, onRetry: () => teller.again() });
  const said = hero(making, fields, files, { act: [foretold.element, button], foot: [trouble.element, foretold.parts] });
  const parts = choosers(making, fields);
  const summary = h("p", { class: "muted" });
  const bar = h("div", { class: "make-bar", inert: true }, summary, again);
  const form = h("form", { class: "make", novalidate: true }, said.element, parts.elements, bar);
  const order = sender(making, files);
  let step = /** @type {import("../make/sending.js").Step | null} */ (null);

  const teller = foretelling(making, {
    onWait: foretold.wait,
    onForecast: (forecast) => (foretold.show(forecast), fields.show([]), trouble.clear()),
    onProblem(problem, body) {
      foretold.clear();
      tell(problem, body);
    },
  });
  /** Whatever the service refused, where it belongs; gives whether a field has it. @param {Problem} problem @param {any} body */
  function tell(problem, body) {
    const wrongs = wrongsOf(problem.errors, body);
    const others = fields.show(wrongs);
    if (wrongs.length === 0 || others.length > 0) trouble.show(problem);
    else trouble.clear();
    return others.length < wrongs.length;
  }
  function drawButtons() {
    const wait = trouble.left();
    const text = wait > 0 ? t("make.wait", { time: duration(wait) }) : step ? t(`make.step.${step}`) : t("make.button");
    for (const one of [button, again]) {
      replace(one, icon(wait > 0 ? "time" : "make"), text);
      one.setAttribute("aria-disabled", String(wait > 0 || step !== null));
      one.setAttribute("aria-busy", String(step !== null));
    }
  }
  const summarize = () => (summary.textContent = [nameOfStyle(making.chosen("style")), making.choices().aspect, making.chosen("seconds") ? duration(making.chosen("seconds")) : ""].filter(Boolean).join(" · "));
  function onFree() {
    making.choose({ writer: "builtin", artist: "builtin", camera: "builtin", voice: "builtin" });
    announce(t("make.free.chosen"));
  }
  async function make() {
    if (step !== null || trouble.left() > 0) return;
    if (!isOrdered(making.draft())) return (said.prompt.focus(), announce(t("make.estimate.none")));
    let sent = {};
    try {
      const { film, plan } = await order({ onStep: (now) => ((step = now), drawButtons()), onSent: (body) => (sent = body), signal: leaving.signal });
      making.forget();
      plan?.warnings.forEach((one) => toast(`${one.subject}: ${one.reason}`));
      location.hash = `#/film/${film.id}`;
    } catch (problem) {
      if (leaving.signal.aborted) return;
      if (!(problem instanceof Problem)) throw problem;
      if (tell(problem, sent)) fields.focus();
    } finally {
      step = null;
      drawButtons();
    }
  }

  form.addEventListener("submit", (event) => (event.preventDefault(), make()));
  form.addEventListener("keydown", (event) => event.key === "Enter" && event.target instanceof HTMLInputElement && event.preventDefault()); // it would order
  making.on((names) => (fields.clear(names), summarize()));
  replace(root, form);
  const ends = [register({ key: "Ctrl+Enter", label: "make.keys.make", call: make }), on(["isReachable"], () => get().isReachable && (teller.again(), parts.load(leaving.signal))), follow(button, bar), teller.leave, trouble.leave, said.leave, parts.leave, files.leave, making.leave];
  drawButtons();
  summarize();
  parts.load(leaving.signal);
  teller.again();
  if (matchMedia("(pointer: fine)").matches) said.prompt.focus({ preventScroll: true }); // on phones the keyboard would hide the page
  return () => {
    leaving.abort();
    ends.forEach((end) => end());
  };
}

/**
 * Everything that is chosen, and what fills it.
 * @param {import("../make/making.js").Making} making @param {import("../make/fields.js").Fields} fields
 */
function choosers(making, fields) {
  const style = stylePart(making, fields);
  const length = lengthPart(making, fields);
  const voice = voicePart(making, fields);
  const crew = crewPart(making, fields);
  const card = (/** @type {HTMLElement[]} */ ...some) => h("div", { class: "make-card" }, some);
  const sound = part("make.sound", soundChecks(making));
  return {
    elements: [style.element, moodPart(making, fields), h("div", { class: "make-grid" }, card(aspectPart(making, fields), length.element), card(voice.element, sound), card(captionsPart(making, fields))), morePart(making, fields, crew.element)],
    leave: voice.leave,
    /** @param {AbortSignal} signal */
    async load(signal) {
      const listed = (/** @type {string} */ path) => ask("GET", path, undefined, { signal }).catch(() => null); // the banner says it where nobody answers
      const [styles, voices, providers, limits] = await Promise.all([listed("/v1/styles"), listed("/v1/voices"), listed("/v1/providers"), listed("/v1/limits")]);
      if (signal.aborted) return;
      if (styles) style.fill(styles.data);
      if (voices && providers) voice.fill(voices.data, providers.data);
      if (providers) crew.fill(providers.data);
      if (limits) length.limit(limits.brief.seconds);
    },
  };
}

/**
 * Show *bar* while *button* is out of sight.
 * @param {HTMLElement} button @param {HTMLElement} bar
 * @returns {() => void} ends it
 */
function follow(button, bar) {
  const seen = new IntersectionObserver(([entry]) => (bar.inert = entry.isIntersecting), { rootMargin: "-64px 0px 0px" }); // the header is above it
  seen.observe(button);
  return () => seen.disconnect();
}
