/** What a changed storyboard takes, as the service foretells it; nothing is made. Start at `estimated`. */

import { ask } from "./api.js";
import { partOf, takenBy, withLengths } from "./remade.js";

/** @typedef {import("./storyboard.js").Storyboard} Storyboard */
/** @typedef {{input: Record<string, unknown>}} Film what is read of one */

/** What of a film's order counts for its time and money; the storyboard has the rest. */
const COUNTED = ["aspect", "height", "fps", "profile", "look", "narration", "music", "ambience", "captions", "deadline_s", "max_cost_usd", "artist", "camera", "voice"];

/**
 * Time and money of making anew what *remade* names.
 * @param {Film} film
 * @param {Storyboard} board as it would be filmed
 * @param {import("./remade.js").Remade} remade
 * @param {{fps: number, signal?: AbortSignal}} options
 * @returns {Promise<{seconds: number, usd: number}>}
 * @throws {import("./api.js").Problem} also where *board* cannot be filmed: its places are those of POST /revise
 */
export async function estimated(film, board, remade, { fps, signal }) {
  const foretell = async (/** @type {Storyboard} */ storyboard) => (await ask("POST", "/v1/films", { ...counted(film), storyboard, dry_run: true }, { signal })).forecast;
  const part = partOf(board, (id) => remade.shots.has(id), fps);
  const whole = await foretell(withLengths(board, fps));
  return takenBy(part && (await foretell(part)), whole);
}

/** @param {Film} film */
function counted({ input }) {
  return Object.fromEntries(COUNTED.filter((name) => input[name] !== "" && input[name] !== undefined).map((name) => [name, input[name]]));
}
