/** Elements by function calls: `h("button", { class: "button", onclick: save }, t("save"))`. No markup is ever parsed. */

import { ICONS } from "./icons.js";

/** @typedef {Node | string | number | false | null | undefined} Leaf */
/** @typedef {Leaf | Leaf[]} Child */
/**
 * Attributes by their names; besides: `class`, `dataset`, `vars` (custom properties), `on...` (listeners), and
 * `value`, `checked`, `disabled` and the like, which are set as properties. false, null and undefined leave one out.
 * @typedef {Record<string, any>} Props
 */

const SVG = "http://www.w3.org/2000/svg";
const AS_PROPERTY = new Set(["value", "checked", "disabled", "selected", "muted", "indeterminate", "currentTime", "srcObject", "open"]);

/**
 * An element of HTML.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  element.append(...nodes(children));
  assign(element, props ?? {});
  return element;
}

/**
 * An element of SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function s(tag, props, ...children) {
  const element = /** @type {SVGElementTagNameMap[Tag]} */ (document.createElementNS(SVG, tag));
  element.append(...nodes(children));
  assign(element, props ?? {});
  return element;
}

/**
 * The icon *name* of icons.js; it is decoration, so whatever holds it needs a label of its own.
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  return s("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: ICONS[name] ?? "" }));
}

/**
 * Put *children* where the children of *element* were.
 * @template {Element} E
 * @param {E} element
 * @param {...Child} children
 * @returns {E} *element*
 */
export function replace(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/**
 * The element with *id*, which the page has.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found;
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  return children
    .flat()
    .filter((one) => one !== false && one !== null && one !== undefined)
    .map((one) => (one instanceof Node ? one : String(one)));
}

/**
 * @param {Element} element
 * @param {Props} props
 */
function assign(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name === "dataset") Object.assign(/** @type {HTMLElement} */ (element).dataset, value);
    else if (name === "vars") setVars(/** @type {HTMLElement} */ (element), value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (AS_PROPERTY.has(name)) /** @type {any} */ (element)[name] = value;
    else if (value !== false || name.startsWith("aria-")) element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : String(value));
  }
}

/**
 * Custom properties by script: the policy of the page allows no style attribute.
 * @param {HTMLElement} element
 * @param {Record<string, string | number>} vars
 */
function setVars(element, vars) {
  for (const [name, value] of Object.entries(vars)) element.style.setProperty(name, String(value));
}
