/** Say what the film should be, see what it will take, and have it made. Start at `page`; its parts are in make/. */

import { Problem } from "../api.js";
import { h, replace } from "../dom.js";
import { register } from "../keys.js";
import { makeButtons } from "../make/act.js";
import { choosers } from "../make/choosers.js";
import { estimate } from "../make/estimate.js";
import { fieldsOf } from "../make/fields.js";
import { foretelling } from "../make/foretelling.js";
import { hero } from "../make/hero.js";
import { intake } from "../make/intake.js";
import { startMaking } from "../make/making.js";
import { isOrdered, wrongsOf } from "../make/order.js";
import { sender } from "../make/sending.js";
import { troubleOf } from "../make/trouble.js";
import { get, on } from "../store.js";
import { announce, toast } from "../toast.js";
import { t } from "../words.js";

const BUILTIN = "builtin";

/** @type {import("../main.js").Page} */
export function page(root) {
  const leaving = new AbortController();
  const { signal } = leaving;
  const making = startMaking();
  const fields = fieldsOf();
  const files = intake(making, () => said.drawFiles());
  const foretold = estimate(fields.focus);
  const act = makeButtons(making);
  const trouble = troubleOf({ onTick: () => draw(), onOver: () => (draw(), teller.again()), onFree, onRetry: () => teller.again() });
  const said = hero(making, fields, files, { act: [foretold.element, act.button], foot: [trouble.element, foretold.parts] });
  const parts = choosers(making, fields);
  const form = h("form", { class: "make", novalidate: true }, said.element, parts.elements, act.bar);
  const order = sender(making, files);
  let step = /** @type {import("../make/sending.js").Step | null} */ (null);
  let isOfOrder = false; // the trouble that is shown: it stays until something is another, whatever is foretold meanwhile
  const draw = () => act.draw(trouble.left(), step);

  const teller = foretelling(making, {
    onWait: foretold.wait,
    onForecast: (forecast) => (foretold.show(forecast), fields.show([]), isOfOrder || trouble.clear()),
    onProblem: (problem, body) => (tell(problem, body) ? foretold.refuse() : foretold.clear()),
  });
  /** Say what the service refused where it belongs; gives whether a field has it. @param {Problem} problem @param {any} body */
  function tell(problem, body) {
    const nameOf = (/** @type {string} */ id) => making.draft().files.find((one) => one.id === id)?.name ?? id;
    const wrongs = wrongsOf(problem.errors, body).map((one) => (one.file ? { ...one, detail: `${nameOf(one.file)}: ${one.detail}` } : one));
    const others = fields.show(wrongs);
    if (wrongs.length === 0 || others.length > 0) trouble.show(problem);
    else trouble.clear();
    return others.length < wrongs.length;
  }
  function onFree() {
    making.choose({ writer: BUILTIN, artist: BUILTIN, camera: BUILTIN, voice: BUILTIN });
    announce(t("make.free.chosen"));
  }
  async function make() {
    if (step !== null || trouble.left() > 0) return;
    isOfOrder = false;
    if (!isOrdered(making.draft())) return (said.prompt.focus(), announce(t("make.estimate.none")));
    let sent = {};
    try {
      const { film, plan } = await order({ onStep: (now) => ((step = now), draw()), onSent: (body) => (sent = body), signal });
      making.forget();
      plan?.warnings.forEach((one) => toast(`${one.subject}: ${one.reason}`));
      location.hash = `#/film/${film.id}`;
    } catch (problem) {
      if (signal.aborted) return;
      if (!(problem instanceof Problem)) throw problem;
      isOfOrder = true;
      if (tell(problem, sent)) fields.focus();
    } finally {
      step = null;
      draw();
    }
  }

  form.addEventListener("submit", (event) => (event.preventDefault(), make()));
  form.addEventListener("keydown", (event) => event.key === "Enter" && event.target instanceof HTMLInputElement && event.preventDefault()); // it would order
  making.on((names) => (fields.clear(names), (isOfOrder = false)));
  replace(root, form);
  draw();
  parts.load(signal);
  teller.again();
  if (matchMedia("(pointer: fine)").matches) said.prompt.focus({ preventScroll: true }); // on phones the keyboard would hide the page
  const ends = [
    register({ key: "Ctrl+Enter", label: "make.keys.make", call: make }),
    on(["isReachable"], () => get().isReachable && (teller.again(), parts.load(signal))),
    ...[act, teller, trouble, said, parts, files, making].map((one) => one.leave),
  ];
  return () => {
    leaving.abort();
    ends.forEach((end) => end());
  };
}
