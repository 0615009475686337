/** The order itself: waits for uploads, has a storyboard written where own pictures or a mood need one, and orders the film. */

import { ask, newRequestKey } from "../api.js";
import { boardBody, filmBody, needsBoard } from "./order.js";

/** @typedef {"uploading" | "writing" | "ordering"} Step */
/** @typedef {{storyboard: import("../storyboard.js").Storyboard, cost_usd: number, warnings: readonly {subject: string, reason: string}[]}} Plan */

/**
 * Who orders films of *making*. What was sent is the same until the order is another: the storyboard is not written
 * twice, and an answer that got lost orders no second film.
 * @param {import("./making.js").Making} making
 * @param {import("./intake.js").Intake} files
 * @returns {(then: {onStep: (step: Step) => void, onSent: (body: any) => void, signal: AbortSignal}) => Promise<{film: {id: string}, plan: Plan | null}>}
 *   *onSent*: what is asked now, to which the places of a Problem belong
 */
export function sender(making, files) {
  let [planOf, keyOf, key] = ["", "", ""];
  let plan = /** @type {Plan | null} */ (null);
  return async ({ onStep, onSent, signal }) => {
    onStep("uploading");
    await files.settled();
    const [choices, draft] = [making.choices(), making.draft()];
    const isWritten = needsBoard(choices, draft);
    if (isWritten) {
      const body = boardBody(choices, draft);
      if (planOf !== JSON.stringify(body)) {
        onStep("writing");
        onSent(body);
        plan = await ask("POST", "/v1/storyboards", body, { signal });
        planOf = JSON.stringify(body);
      }
    }
    const body = filmBody(choices, draft, isWritten ? plan?.storyboard : null);
    if (isWritten && plan) body.max_cost_usd = Math.max(0, choices.max_cost_usd - plan.cost_usd); // writing is paid already
    if (keyOf !== JSON.stringify(body)) [keyOf, key] = [JSON.stringify(body), newRequestKey()];
    onStep("ordering");
    onSent(body);
    const film = await ask("POST", "/v1/films", body, { headers: { "Idempotency-Key": key }, signal });
    return { film, plan: isWritten ? plan : null };
  };
}
