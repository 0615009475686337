/** The one button, and it again in a bar where the first is out of sight, with what was chosen. Start at `makeButtons`. */

import { h, icon, replace } from "../dom.js";
import { duration, t } from "../words.js";
import { nameOfStyle } from "./styles.js";

const HEADER_PX = 64; // that is above the page: what is under it is not seen

/** @param {import("./making.js").Making} making */
export function makeButtons(making) {
  const button = h("button", { class: "button primary make-button", type: "submit" });
  const again = h("button", { class: "button primary make-button-again", type: "submit" });
  const summary = h("p", { class: "muted" });
  const bar = h("div", { class: "make-bar", inert: true }, summary, again);
  const seen = new IntersectionObserver(([entry]) => (bar.inert = entry.isIntersecting), { rootMargin: `-${HEADER_PX}px 0px 0px` });
  const summarize = () => {
    const seconds = making.chosen("seconds");
    summary.textContent = [nameOfStyle(making.chosen("style")), making.choices().aspect, seconds && duration(seconds)].filter(Boolean).join(" · ");
  };
  making.on(summarize);
  summarize();
  seen.observe(button);
  return {
    button,
    bar,
    /**
     * @param {number} waitS seconds until it may be tried again; 0: now
     * @param {import("./sending.js").Step | null} step of the order that is on its way; null: none is
     */
    draw(waitS, step) {
      const text = waitS > 0 ? t("make.wait", { time: duration(waitS) }) : step ? t(`make.step.${step}`) : t("make.button");
      for (const one of [button, again]) {
        replace(one, icon(waitS > 0 ? "time" : "make"), text);
        one.setAttribute("aria-disabled", String(waitS > 0 || step !== null)); // not disabled: it would lose the focus
        one.setAttribute("aria-busy", String(step !== null));
      }
    },
    leave: () => seen.disconnect(),
  };
}
