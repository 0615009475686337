import { h, replace } from "../dom.js";
import { t } from "../words.js";

/** @type {import("../main.js").Page} */
export function page(root) {
  replace(root, h("h1", null, t("direct.title")));
  return () => {};
}
