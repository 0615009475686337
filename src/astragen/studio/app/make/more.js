/** The choices that few need: what is heard, how large the picture is, when it is due, what it may cost, and the crew. */

import { h } from "../dom.js";
import { t } from "../words.js";

const HEIGHTS = [360, 480, 720, 1080, 1440, 2160];
const LOOKS = ["auto", "none", "film", "scope", "super8", "bleach", "monochrome", "dream", "cold"];
const DEADLINES = [30, 60, 120, 300, 900, "none"];

/**
 * @param {import("./making.js").Making} making
 * @param {import("./fields.js").Fields} fields
 * @param {HTMLElement} crew
 */
export function morePart(making, fields, crew) {
  const select = (/** @type {string} */ name, /** @type {[string | number, string][]} */ options) => selectOf(making, fields, name, options);
  return h(
    "details",
    { class: "make-more" },
    h("summary", null, h("h2", null, t("make.more")), h("span", { class: "muted small" }, t("make.more.about"))),
    h(
      "div",
      { class: "make-more-body" },
      h(
        "div",
        { class: "make-fields" },
        select("height", HEIGHTS.map((height) => [height, t("make.height.value", { height })])),
        select("look", LOOKS.map((look) => [look, t(`make.look.${look}`)])),
        select("deadline_s", DEADLINES.map((seconds) => [seconds, t(`make.deadline_s.${seconds}`)])),
        moneyField(making, fields),
      ),
      h("h3", null, t("make.crew")),
      crew,
    ),
  );
}

/** What is heard: whether somebody speaks, plays, and the place sounds. @param {import("./making.js").Making} making */
export function soundChecks(making) {
  const check = (/** @type {string} */ name) =>
    h("label", { class: "check" }, h("input", { type: "checkbox", checked: making.choices()[name], onchange: (/** @type {any} */ event) => making.choose({ [name]: event.target.checked }) }), t(`make.${name}`));
  return h("div", { class: "make-checks", role: "group", "aria-label": t("make.sound") }, ["narration", "music", "ambience"].map(check));
}

/**
 * @param {import("./making.js").Making} making
 * @param {import("./fields.js").Fields} fields
 * @param {string} name @param {[string | number, string][]} options values and what they are called
 */
function selectOf(making, fields, name, options) {
  const values = options.map(([value]) => value);
  const onchange = () => making.choose({ [name]: values[field.selectedIndex] });
  const field = h("select", { id: `make-${name}`, onchange }, options.map(([value, label]) => h("option", { value }, label)));
  const chosen = making.choices()[name];
  field.value = String(values.includes(chosen) ? chosen : values.at(-1));
  return h("div", { class: "field" }, h("label", { for: field.id }, t(`make.${name}`)), field, fields.note(name, field));
}

/** @param {import("./making.js").Making} making @param {import("./fields.js").Fields} fields */
function moneyField(making, fields) {
  const name = "max_cost_usd";
  const field = h("input", { id: `make-${name}`, type: "number", min: 0, step: 0.05, inputmode: "decimal", value: making.choices()[name], "aria-describedby": `make-${name}-hint` });
  field.addEventListener("input", () => Number.isFinite(field.valueAsNumber) && making.choose({ [name]: field.valueAsNumber }));
  return h("div", { class: "field" }, h("label", { for: field.id }, t(`make.${name}`)), field, h("p", { class: "hint", id: `make-${name}-hint` }, t("make.max_cost_usd.hint")), fields.note(name, field));
}
