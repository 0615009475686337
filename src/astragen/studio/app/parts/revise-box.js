/** A film changed in plain words: a language model writes the next version's storyboard. Start at `reviseBox`. */

import { ask, newRequestKey, Problem } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { duration, t } from "../words.js";

const WORDS_MAX = 4_000;
const NO_MODEL = ["provider.key_missing", "provider.unknown"];

/**
 * @param {string} film
 * @param {() => boolean} hasDraft whether there are changes, which this would leave out
 * @returns {{element: HTMLElement, refresh: () => void}}
 */
export function reviseBox(film, hasDraft) {
  const words = h("textarea", { id: "direct-words", rows: 2, maxlength: WORDS_MAX, dir: "auto", placeholder: t("direct.words.example"), "aria-describedby": "direct-words-hint" });
  const hint = h("p", { class: "hint", id: "direct-words-hint" });
  const act = h("button", { id: "direct-words-act", class: "button", type: "submit" }, icon("make"), t("direct.words.act"));
  const said = h("div", { class: "direct-words-said", role: "alert" });
  let request = { words: "", key: "" };
  let isAsking = false;
  const refresh = () => {
    const text = t(hasDraft() ? "direct.words.draft" : "direct.words.hint");
    if (hint.textContent !== text) hint.textContent = text;
    act.setAttribute("aria-disabled", String(isAsking || hasDraft()));
    act.setAttribute("aria-busy", String(isAsking));
  };
  /** @param {Event} event */
  const onsubmit = async (event) => {
    event.preventDefault();
    const instruction = words.value.trim();
    if (isAsking || hasDraft()) return;
    if (!instruction) return words.focus();
    if (request.words !== instruction) request = { words: instruction, key: newRequestKey() };
    isAsking = true;
    replace(said);
    refresh();
    try {
      const made = await ask("POST", `/v1/films/${film}/revise`, { instruction }, { headers: { "Idempotency-Key": request.key } });
      location.hash = `#/film/${made.id}`;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      replace(said, refused(error));
    } finally {
      isAsking = false;
      refresh();
    }
  };
  const element = h("form", { class: "direct-words", onsubmit }, h("div", { class: "field" }, h("label", { for: words.id }, t("direct.words")), h("div", { class: "direct-words-row" }, words, act), hint), said);
  refresh();
  return { element, refresh };
}

/** What the service says, which is the next act, too; without a model, the way to the settings. @param {Problem} problem */
function refused(problem) {
  const wait = problem.retryAfter ? ` ${t("state.wait", { time: duration(problem.retryAfter) })}` : "";
  const way = NO_MODEL.includes(problem.code) && h("a", { class: "button", href: "#/settings?part=providers" }, t("direct.words.settings"));
  return h("div", { class: "notice bad" }, icon("warning"), h("div", { class: "stack" }, h("p", { dir: "auto" }, problem.detail, wait), way && h("div", null, way)));
}
