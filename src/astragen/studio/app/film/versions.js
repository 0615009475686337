/** The versions of a film: each with its way to it, and beside it to both side by side. */

import { ask } from "../api.js";
import { h, icon } from "../dom.js";
import { loaded } from "../parts/loaded.js";
import { ago, clock, number, t } from "../words.js";

/** @typedef {import("./shapes.js").Film} Film */

/** @param {Film} film */
export function versionsSection(film) {
  const place = loaded(async () => /** @type {Film[]} */ ((await ask("GET", `/v1/films/${film.id}/versions`)).data), (found) => drawn(film, found), { lines: 2 });
  return h("section", { class: "card stack", "aria-labelledby": "film-versions" }, h("h2", { id: "film-versions" }, t("film.versions")), place.element);
}

/** @param {Film} film @param {readonly Film[]} found */
function drawn(film, found) {
  if (found.length < 2) return h("p", { class: "muted" }, t("film.versions.none"));
  return h("ol", { class: "versions" }, found.map((one) => version(film, one)));
}

/** @param {Film} film @param {Film} one */
function version(film, one) {
  const isThis = one.id === film.id;
  const name = t("film.version", { number: number(one.version) });
  const about = [t(`film.state.${one.status}`), one.output?.seconds && clock(one.output.seconds), ago(one.created_at)].filter(Boolean).join(" · ");
  const canCompare = !isThis && one.status === "completed" && film.status === "completed";
  return h(
    "li",
    { class: "version", "aria-current": isThis ? "true" : undefined },
    h("div", null, isThis ? h("strong", null, name, " ", h("span", { class: "chip accent" }, t("film.version.this"))) : h("a", { href: `#/film/${one.id}` }, name), h("p", { class: "muted small" }, about)),
    canCompare && h("a", { class: "button", href: `#/film/${film.id}/compare/${one.id}` }, icon("compare"), t("film.compare")),
  );
}
