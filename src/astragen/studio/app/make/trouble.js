/**
 * Why the film could not be ordered, where no field is at fault: what it is, how long to wait, and the next act.
 * While it counts down the button waits, too; then it comes back by itself. Start at `troubleOf`.
 */

import { h, icon, replace } from "../dom.js";
import { duration, has, t } from "../words.js";

/** @typedef {import("../api.js").Problem} Problem */
/**
 * @typedef {object} Trouble
 * @property {HTMLElement} element
 * @property {(problem: Problem) => void} show
 * @property {() => void} clear what is not counted down
 * @property {() => number} left seconds until it may be tried again
 * @property {() => void} leave
 */

const SECOND_MS = 1_000;
const WAITED_S = 5; // where the service does not say how long

/** What is said, by the code of the problem or its status: the icon, and ways on. @type {Readonly<Record<string, {icon: string, acts?: readonly string[]}>>} */
const KINDS = {
  "limit.queue": { icon: "films", acts: ["films"] },
  "limit.spend": { icon: "money", acts: ["free", "usage"] },
  "limit.rate": { icon: "time" },
  429: { icon: "time" },
  503: { icon: "time" },
  507: { icon: "warning", acts: ["films"] },
  401: { icon: "key", acts: ["access"] },
  403: { icon: "key", acts: ["access"] },
  0: { icon: "offline", acts: ["retry"] },
};
const LINKS = /** @type {Readonly<Record<string, string>>} */ ({ films: "#/films", usage: "#/settings?part=usage", access: "#/settings?part=access" });

/**
 * @param {{onTick: () => void, onOver: () => void, onFree: () => void, onRetry: () => void}} calls *onTick*: seconds went
 *   by; *onOver*: it may be tried again; *onFree*: the built-in crew is to make it; *onRetry*: at once
 * @returns {Trouble}
 */
export function troubleOf({ onTick, onOver, onFree, onRetry }) {
  const element = h("div", { class: "make-trouble" });
  const said = h("div", { role: "alert" });
  const clock = h("p", { class: "make-countdown number" }); // not in the alert: it would be told every second
  let until = 0;
  let timer = 0;
  let over = "make.trouble.over"; // what is said then
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / SECOND_MS));
  const draw = () => (clock.textContent = left() > 0 ? t("make.trouble.wait", { time: duration(left()) }) : t(over));
  const tick = () => {
    draw();
    onTick();
    if (left() > 0) return;
    clearInterval(timer);
    timer = 0;
    onOver();
  };
  const acts = { films: () => {}, usage: () => {}, access: () => {}, free: onFree, retry: onRetry };
  const act = (/** @type {string} */ name) =>
    LINKS[name]
      ? h("a", { class: "button", href: LINKS[name] }, t(`make.trouble.act.${name}`))
      : h("button", { class: "button", type: "button", onclick: acts[/** @type {keyof typeof acts} */ (name)] }, t(`make.trouble.act.${name}`));
  element.append(said);
  return {
    element,
    left,
    show(problem) {
      const name = problem.code in KINDS ? problem.code : String(problem.status);
      const kind = KINDS[name] ?? { icon: "warning" };
      const isWaited = problem.status === 429 || problem.status === 503;
      const title = `make.trouble.${name}`;
      replace(said, icon(kind.icon), h("div", { class: "make-trouble-said" }, h("strong", null, has(title) ? t(title) : t("make.trouble")), h("p", { lang: "en", dir: "auto" }, problem.detail)));
      replace(element, said, kind.acts && h("div", { class: "row" }, kind.acts.map(act)), isWaited && clock);
      over = has(`make.trouble.over.${name}`) ? `make.trouble.over.${name}` : "make.trouble.over";
      clearInterval(timer);
      until = isWaited ? Date.now() + (problem.retryAfter ?? WAITED_S) * SECOND_MS : 0;
      if (!isWaited) return;
      draw();
      onTick();
      timer = setInterval(tick, SECOND_MS);
    },
    clear() {
      if (left() > 0) return;
      replace(said);
      replace(element, said);
    },
    leave: () => clearInterval(timer),
  };
}
