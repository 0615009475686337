/** Whether the service can work, and what its machine has: the page of `astragen doctor`. */

import { ask, Problem } from "../api.js";
import { h, icon } from "../dom.js";
import { loaded } from "../parts/loaded.js";
import { has, t } from "../words.js";

/** @typedef {{topic: string, name: string, is_ready: boolean, found: string, act: string}} Check */

/** @returns {import("../dom.js").Child} */
export function doctorSection() {
  const ready = loaded(readiness, drawnReadiness, { lines: 1 });
  const button = h("button", { class: "button", type: "button", "aria-describedby": "doctor-hint" }, icon("doctor"), t("settings.doctor.examine"));
  const place = h("div", { class: "stack" });
  button.addEventListener("click", () => {
    button.disabled = true;
    const onDone = () => (button.disabled = false);
    const found = loaded(async () => /** @type {Check[]} */ ((await ask("GET", "/v1/doctor")).data), drawn, { lines: 7, onDone });
    place.replaceChildren(found.element);
    ready.again();
  });
  return [ready.element, h("div", { class: "row" }, button, h("span", { class: "hint", id: "doctor-hint" }, t("settings.doctor.hint"))), place];
}

/** @returns {Promise<Record<string, "ok" | "failed">>} the checks of /readyz, which answers 503 where one fails */
async function readiness() {
  try {
    const answer = await fetch("/readyz");
    return (await answer.json()).checks;
  } catch {
    throw new Problem({ status: 0, code: "network", detail: t("frame.unreachable") });
  }
}

/** @param {Record<string, "ok" | "failed">} checks */
function drawnReadiness(checks) {
  const chips = Object.entries(checks).map(([name, state]) =>
    h("li", { class: `chip ${state === "ok" ? "good" : "bad"}` }, icon(state === "ok" ? "check" : "warning"), named("settings.check", name), h("span", { class: "visually-hidden" }, t(`settings.check.${state}`))),
  );
  return h("ul", { class: "row" }, chips);
}

/** @param {Check[]} checks */
function drawn(checks) {
  const topics = [...new Set(checks.map((one) => one.topic))];
  return topics.map((topic) => group(topic, checks.filter((one) => one.topic === topic)));
}

/** @param {string} topic @param {Check[]} checks */
function group(topic, checks) {
  const ready = checks.filter((one) => one.is_ready).length;
  const isWhole = ready === checks.length;
  return h(
    "details",
    { class: "settings-group", open: !isWhole },
    h("summary", null, h("h3", null, named("settings.topic", topic)), h("span", { class: `chip ${isWhole ? "good" : "warn"}` }, icon(isWhole ? "check" : "warning"), t("settings.doctor.ready", { ready, all: checks.length }))),
    h("ul", { class: "settings-list" }, checks.map(row)),
  );
}

/** @param {Check} one */
function row(one) {
  return h(
    "li",
    { class: "check-row" },
    h("span", { class: one.is_ready ? "is-good" : "is-bad" }, icon(one.is_ready ? "check" : "warning"), h("span", { class: "visually-hidden" }, t(one.is_ready ? "settings.check.ok" : "settings.check.failed"))),
    h("span", { class: "check-name" }, one.name),
    h("span", { class: "muted small", dir: "auto", lang: "en" }, one.found, one.act && h("strong", { class: "provider-act" }, ` ${one.act}`)),
  );
}

/** @param {string} prefix @param {string} name */
function named(prefix, name) {
  return has(`${prefix}.${name}`) ? t(`${prefix}.${name}`) : name;
}
