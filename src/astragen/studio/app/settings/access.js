/** The API key of this service, where it needs one: kept in this browser, tried before it is kept. */

import { Problem } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { get, on, set } from "../store.js";
import { toast } from "../toast.js";
import { t } from "../words.js";

/**
 * @param {(call: () => void) => void} leaving takes what ends the section
 * @returns {import("../dom.js").Child}
 */
export function accessSection(leaving) {
  const state = h("p", { class: "row" }, standing());
  leaving(on(["needsKey"], () => replace(state, standing())));
  return [
    state,
    form(),
    get().key && h("div", null, h("button", { class: "button", type: "button", onclick: forget }, icon("trash"), t("settings.access.forget"))),
  ];
}

/** Whether there is a key, or need of one. */
function standing() {
  const { key, needsKey } = get();
  if (needsKey) return chip("warn", "key", key ? "settings.access.refused" : "settings.access.needs");
  return key ? chip("good", "check", "settings.access.has") : chip("", "check", "settings.access.open");
}

/** @param {string} kind @param {string} name @param {string} text */
function chip(kind, name, text) {
  return h("span", { class: `chip ${kind}` }, icon(name), t(text));
}

function form() {
  const error = h("p", { class: "error", id: "settings-key-error", role: "alert" });
  const field = h("input", { id: "settings-key", type: "password", autocomplete: "off", spellcheck: "false", placeholder: "ag_live_…", required: true, "aria-describedby": "settings-key-hint settings-key-error" });
  /** @param {Event} event */
  const onsubmit = async (event) => {
    event.preventDefault();
    error.textContent = "";
    try {
      await tried(field.value.trim());
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      error.textContent = problem.status === 401 ? t("settings.access.wrong") : problem.detail;
      field.select();
      return;
    }
    set({ key: field.value.trim(), needsKey: false }); // the page is drawn again
    toast(t("settings.access.kept"));
  };
  return h(
    "form",
    { class: "field", onsubmit },
    h("label", { for: "settings-key" }, t("settings.access.key")),
    h("div", { class: "settings-line" }, field, h("button", { class: "button primary", type: "submit" }, t("settings.keep"))),
    h("p", { class: "hint", id: "settings-key-hint" }, t("settings.access.hint")),
    error,
  );
}

/**
 * Pass a key that opens the service.
 * @param {string} key
 * @throws {Problem}
 */
async function tried(key) {
  let answer;
  try {
    answer = await fetch("/v1/films?limit=1", { headers: { Authorization: `Bearer ${key}` } });
  } catch {
    throw new Problem({ status: /^[\x21-\x7e]+$/.test(key) ? 0 : 401, code: "network", detail: t("frame.unreachable") }); // no header takes other letters
  }
  if (answer.status === 401) throw new Problem({ status: 401, code: "access.unauthorized", detail: "" });
}

function forget() {
  const { key } = get();
  set({ key: "" });
  toast(t("settings.access.forgotten"), { act: { label: t("settings.undo"), call: () => set({ key }) } });
}
