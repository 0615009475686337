/** What is shown at an address that is none. */

import { h, icon, replace } from "../dom.js";
import { t } from "../words.js";

/** @type {import("../main.js").Page} */
export function page(root) {
  replace(
    root,
    h(
      "div",
      { class: "state" },
      icon("films"),
      h("h1", null, t("lost.title")),
      h("p", null, t("lost.text")),
      h("div", { class: "row" }, h("a", { class: "button primary", href: "#/make" }, t("nav.make")), h("a", { class: "button", href: "#/films" }, t("nav.films"))),
    ),
  );
}
