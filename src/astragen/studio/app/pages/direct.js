/** Edit a film: its shots changed, and made anew as another version. Start at `page`. */

import { ask, newRequestKey } from "../api.js";
import { h, replace } from "../dom.js";
import { toast } from "../toast.js";
import { t } from "../words.js";

const SIZES = ["extreme_wide", "wide", "full", "medium", "close", "extreme_close"];
const MOVES = ["static", "push_in", "pull_out", "pan_left", "pan_right", "tilt_up", "tilt_down", "truck_left", "truck_right", "pedestal_up", "pedestal_down", "orbit", "handheld", "dolly_zoom"];

export const styles = ["film"];

/** @param {HTMLElement} root @param {{film: string}} params @returns {() => void} */
export function page(root, { film }) {
  let isLeft = false;
  Promise.all([ask("GET", `/v1/films/${film}`), ask("GET", `/v1/films/${film}/shots`)]).then(
    ([told, shots]) => !isLeft && show(root, told, shots.data),
    (problem) => replace(root, h("div", { class: "state", role: "alert" }, h("h1", {}, t("film.trouble")), h("p", {}, problem.detail || t("frame.offline")))),
  );
  return () => (isLeft = true);
}

/** @param {HTMLElement} root @param {any} film @param {any[]} shots */
function show(root, film, shots) {
  const words = h("textarea", { id: "direct-words", rows: 2, maxlength: 4000, placeholder: t("direct.words.example") });
  replace(root, h("section", { class: "direct" }, h("header", { class: "film-header" }, h("h1", { dir: "auto" }, film.title), h("a", { class: "button", href: `#/film/${film.id}` }, t("direct.back"))),
    h("p", { class: "muted" }, t("direct.about")),
    h("form", { class: "card field", onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), make("POST", `/v1/films/${film.id}/revise`, { instruction: words.value })) },
      h("label", { for: "direct-words" }, t("direct.words")), words, h("button", { class: "button" }, t("direct.words.act"))),
    h("ol", { class: "direct-shots" }, shots.map((one) => card(film, one)))));
}

/** @param {any} film @param {any} one */
function card(film, one) {
  const { shot, n } = one;
  const id = `direct-${n}`;
  const line = h("textarea", { id: `${id}-line`, rows: 2, maxlength: 2000, dir: "auto" });
  line.value = shot.line;
  const action = h("input", { id: `${id}-action`, value: shot.action, maxlength: 200, dir: "auto" });
  const select = (/** @type {string} */ name, /** @type {string[]} */ values) => h("select", { id: `${id}-${name}` }, [...new Set([shot[name], ...values])].map((value) => h("option", { value, selected: value === shot[name] }, value.replaceAll("_", " "))));
  const [size, move] = [select("size", SIZES), select("move", MOVES)];
  const field = (/** @type {string} */ name, /** @type {any} */ body) => h("div", { class: "field" }, h("label", { for: `${id}-${name}` }, t(`direct.${name}`)), body);
  const change = (/** @type {Record<string, any>} */ more) => make("PATCH", `/v1/films/${film.id}/shots/${n}`, { ...changed(), ...more });
  const changed = () => Object.fromEntries(Object.entries({ line: line.value, action: action.value, size: size.value, move: move.value }).filter(([name, value]) => value !== shot[name]));
  return h("li", { class: "card direct-shot" }, h("h2", {}, t("direct.shot", { n }), " ", h("span", { class: "muted" }, one.seconds ? t("film.facts.length", { seconds: one.seconds }) : "")),
    field("line", line), field("action", action), h("div", { class: "direct-row" }, field("size", size), field("move", move)),
    h("div", { class: "film-acts-row" }, h("button", { class: "button primary", type: "button", onclick: () => (Object.keys(changed()).length ? change({}) : toast(t("direct.same"))) }, t("direct.make")),
      h("button", { class: "button", type: "button", onclick: () => change({ seed: Math.floor(Math.random() * 2 ** 31) }) }, t("direct.reroll"))));
}

/** @param {string} method @param {string} path @param {any} body */
async function make(method, path, body) {
  try {
    const film = await ask(method, path, body, { headers: { "Idempotency-Key": newRequestKey() } });
    location.hash = `#/film/${film.id}`;
  } catch (problem) {
    toast(/** @type {any} */ (problem).detail || t("frame.offline"));
  }
}
