/** Another film of the same order: everything as it was asked for, but the seed. Start reading at `duplicate`. */

import { ask } from "../api.js";

const SEEDS = 2 ** 31; // a brief's seeds are below it
const CARRIED = ["version", "prompt", "language", "style", "look", "lut", "scenes", "is_script", "seconds"]; // by a storyboard

/**
 * Order the film of *id* again with another seed; the new film. Throws as `ask` does.
 * @param {string} id
 */
export async function duplicate(id) {
  const film = await ask("GET", `/v1/films/${id}`);
  const seed = Math.floor(Math.random() * SEEDS);
  const order = film.input.has_storyboard ? await ofStoryboard(film, seed) : said(film.input, seed);
  return ask("POST", "/v1/films", { ...order, metadata: film.metadata });
}

/**
 * What was said in *input*, with another *seed*.
 * @param {Record<string, unknown>} input
 * @param {number} seed
 */
function said({ has_storyboard: _, ...input }, seed) {
  const given = Object.entries(input).filter(([, value]) => value !== null && value !== "");
  return { ...Object.fromEntries(given), seed };
}

/**
 * The storyboard that *film* was made of, with shots that get another seed each.
 * @param {any} film
 * @param {number} seed
 */
async function ofStoryboard(film, seed) {
  const storyboard = await ask("GET", `/v1/films/${film.id}/content?variant=storyboard`);
  for (const scene of storyboard.scenes) {
    for (const shot of scene.shots) shot.seed = 0;
  }
  const beside = Object.entries(said(film.input, seed)).filter(([name]) => !CARRIED.includes(name));
  return { ...Object.fromEntries(beside), translate_to: "", storyboard };
}
