/**
 * What is chosen and said on the page Make, kept in this browser: choices for every film to come, and the draft of the
 * next one until it is ordered. Start at `startMaking`.
 */

import { keep, kept } from "../store.js";
import { BLANK, CARRIED, isBoard, USUAL } from "./order.js";

/** @typedef {import("./order.js").Choices} Choices */
/** @typedef {import("./order.js").Draft} Draft */
/**
 * @typedef {object} Making
 * @property {() => Choices} choices
 * @property {() => Draft} draft
 * @property {(name: string) => any} chosen as it holds for this film: "" of what its storyboard carries
 * @property {(change: Record<string, any>) => void} choose
 * @property {(change: Partial<Draft>) => void} write
 * @property {(call: (names: readonly string[]) => void) => void} on calls it with the names of what is another now
 * @property {() => void} forget the draft, which is ordered
 * @property {() => void} leave
 */

const CHOICES = "make.choices";
const DRAFT = "make.draft";
const KEEP_MS = 400; // after the last change: a whole script may be in it
const KEPT_MAX = 600_000; // characters of a draft; storage holds 5 MB for all pages

/** @returns {Making} */
export function startMaking() {
  let choices = keptChoices();
  let draft = keptDraft();
  let timer = 0;
  /** @type {((names: readonly string[]) => void)[]} */
  const calls = [];
  const save = () => {
    clearTimeout(timer);
    keep(CHOICES, choices);
    const isBlank = !draft.prompt && !draft.board && draft.files.length === 0;
    keep(DRAFT, isBlank || JSON.stringify(draft).length > KEPT_MAX ? undefined : draft);
  };
  const changed = (/** @type {string[]} */ names) => {
    clearTimeout(timer);
    timer = setTimeout(save, KEEP_MS);
    calls.forEach((call) => call(names));
  };
  addEventListener("pagehide", save);
  return {
    choices: () => choices,
    draft: () => draft,
    chosen: (name) => (draft.board && CARRIED.includes(name) ? (draft.board.chosen[name] ?? "") : choices[name]),
    choose(change) {
      const isCarried = (/** @type {string} */ name) => draft.board !== null && CARRIED.includes(name);
      const entries = Object.entries(change);
      const ofBoard = Object.fromEntries(entries.filter(([name]) => isCarried(name)));
      if (draft.board && Object.keys(ofBoard).length > 0) draft = { ...draft, board: { ...draft.board, chosen: { ...draft.board.chosen, ...ofBoard } } };
      choices = { ...choices, ...Object.fromEntries(entries.filter(([name]) => !isCarried(name))) };
      changed(Object.keys(change));
    },
    write(change) {
      draft = { ...draft, ...change };
      changed(Object.keys(change));
    },
    on: (call) => calls.push(call),
    forget() {
      draft = BLANK;
      save();
    },
    leave() {
      removeEventListener("pagehide", save);
      save();
    },
  };
}

/** The choices of before; what an older studio or a hand wrote otherwise is as usual. @returns {Choices} */
function keptChoices() {
  const found = /** @type {any} */ (kept(CHOICES) ?? {});
  const isSame = (/** @type {string} */ name) => typeof found[name] === typeof USUAL[name] || (name === "deadline_s" && found[name] === "none");
  return Object.fromEntries(Object.entries(USUAL).map(([name, usual]) => [name, isSame(name) ? found[name] : usual]));
}

/** @returns {Draft} */
function keptDraft() {
  const found = /** @type {any} */ (kept(DRAFT) ?? {});
  const { script, board, files } = found;
  return {
    prompt: typeof found.prompt === "string" ? found.prompt : "",
    script: typeof script?.name === "string" && typeof script.before === "string" ? script : null,
    board: typeof board?.name === "string" && isBoard(board.storyboard) ? { name: board.name, storyboard: board.storyboard, chosen: board.chosen ?? {} } : null,
    files: Array.isArray(files) ? files.filter((one) => typeof one?.id === "string" && typeof one.name === "string" && typeof one.kind === "string") : [],
  };
}
