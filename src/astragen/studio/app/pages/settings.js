/** Settings: the look, the key of this service, who works for it, what was used, what may be asked for, the machine. */

import { h, icon, replace } from "../dom.js";
import { accessSection } from "../settings/access.js";
import { doctorSection } from "../settings/doctor.js";
import { limitsSection } from "../settings/limits.js";
import { lookSection } from "../settings/look.js";
import { providersSection } from "../settings/providers.js";
import { usageSection } from "../settings/usage.js";
import { t } from "../words.js";

/** @type {readonly {name: string, icon: string, content: (leaving: (call: () => void) => void) => import("../dom.js").Child}[]} */
const SECTIONS = [
  { name: "look", icon: "theme", content: lookSection },
  { name: "access", icon: "key", content: accessSection },
  { name: "providers", icon: "voice", content: providersSection },
  { name: "usage", icon: "gauge", content: usageSection },
  { name: "limits", icon: "time", content: limitsSection },
  { name: "doctor", icon: "doctor", content: doctorSection },
];

/** @type {import("../main.js").Page} */
export function page(root, params) {
  /** @type {(() => void)[]} */
  const ends = [];
  const sections = SECTIONS.map((one) =>
    h("section", { id: `settings-${one.name}`, class: "card stack", "aria-labelledby": `head-${one.name}` }, heading(one.name), one.content((call) => ends.push(call))),
  );
  replace(
    root,
    h("header", { class: "page-head" }, h("h1", null, t("settings.title")), h("p", { class: "lead" }, t("settings.lead"))),
    h("div", { class: "settings-body" }, contents(), h("div", { class: "settings-sections" }, sections)),
  );
  if (params.part) ends.push(stayAt(root, params.part));
  return () => ends.forEach((end) => end());
}

/**
 * Show the part *name*, and show it still while the parts above it fill; until the person moves.
 * @param {HTMLElement} root
 * @param {string} name
 * @returns {() => void} ends it
 */
function stayAt(root, name) {
  const growing = new ResizeObserver(() => jump(name));
  const moved = new AbortController();
  const end = () => {
    growing.disconnect();
    moved.abort();
  };
  for (const kind of ["wheel", "pointerdown", "keydown", "touchstart"]) addEventListener(kind, end, { signal: moved.signal, passive: true });
  growing.observe(root);
  return end;
}

/** @param {string} name */
function heading(name) {
  return h("div", { class: "settings-head" }, h("h2", { id: `head-${name}`, tabindex: "-1" }, t(`settings.${name}`)), h("p", { class: "muted" }, t(`settings.${name}.lead`)));
}

/** Where to on this page. The address of a part is its own, so that it can be sent to somebody. */
function contents() {
  const links = SECTIONS.map((one) =>
    h("a", { href: `#/settings?part=${one.name}`, onclick: (/** @type {Event} */ event) => (event.preventDefault(), jump(one.name)) }, icon(one.icon), t(`settings.${one.name}`)),
  );
  return h("nav", { class: "settings-contents", "aria-label": t("settings.contents") }, links);
}

/** @param {string} name */
function jump(name) {
  const head = document.getElementById(`head-${name}`);
  head?.scrollIntoView();
  const field = name === "access" && document.getElementById("settings-key"); // whoever is sent here is to fill it in
  (field || head)?.focus({ preventScroll: true });
}
