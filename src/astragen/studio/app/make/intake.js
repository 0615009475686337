/**
 * Files that the person brings: a script becomes the prompt, a storyboard is filmed in its place, everything else is
 * uploaded and goes into the film as what the service finds it to be. Start at `intake`.
 */

import { ask, Problem, upload } from "../api.js";
import { toast } from "../toast.js";
import { t } from "../words.js";
import { isBoard } from "./order.js";

/** @typedef {import("./order.js").OwnFile} OwnFile */
/** @typedef {{key: number, name: string, part: number, failure: string, file: File}} Coming a file on its way; *part*: from 0 to 1; *failure*: why it is not there */
/**
 * @typedef {object} Intake
 * @property {(files: Iterable<File>) => void} take
 * @property {() => readonly Coming[]} coming
 * @property {(key: number) => void} drop what is coming, or did not come
 * @property {(id: string) => void} remove an uploaded file from the film; it can be undone for a while
 * @property {() => Promise<void>} settled nothing is on its way any more
 * @property {(id: string) => File | undefined} bytes of what was uploaded since the page was opened
 * @property {() => void} leave
 */

const TEXTS = /\.(txt|md|markdown|fountain)$/i;
const PROMPT_MAX = 20_000; // characters, as the service takes them
const FILES_MAX = 40;
const ONE_OF = new Set(["music", "lut"]); // a film has one of each
const KINDS = new Set(["picture", "clip", "music", "lut"]); // that the page knows how to use

/**
 * @param {import("./making.js").Making} making
 * @param {() => void} onChange something is coming, came or failed
 * @returns {Intake}
 */
export function intake(making, onChange) {
  const leaving = new AbortController();
  const { signal } = leaving;
  /** @type {Map<string, File>} */
  const bytes = new Map();
  /** @type {Coming[]} */
  let coming = [];
  let work = Promise.resolve();
  let keys = 0;
  const drop = (/** @type {number} */ key) => {
    coming = coming.filter((one) => one.key !== key);
    onChange();
  };
  const send = async (/** @type {Coming} */ one) => {
    if (!coming.includes(one) || signal.aborted) return;
    try {
      const kept = await uploaded(one, signal, onChange);
      if (!coming.includes(one)) return void forget(kept.id); // it was taken back meanwhile
      bytes.set(kept.id, one.file);
      drop(one.key);
      add(making, kept, forget);
    } catch (problem) {
      if (signal.aborted) return;
      one.failure = problem instanceof Problem ? problem.detail : String(problem);
      onChange();
    }
  };
  const take = async (/** @type {File} */ file) => {
    if (TEXTS.test(file.name)) return readScript(making, file);
    if (/\.json$/i.test(file.name)) return readBoard(making, file);
    if (making.draft().files.length + coming.length >= FILES_MAX) return void toast(t("make.files.many", { count: FILES_MAX }));
    const one = { key: keys++, name: file.name, part: 0, failure: "", file };
    coming = [...coming, one];
    onChange();
    work = work.then(() => send(one)); // one after the other: the service looks at a few at a time
  };
  checkKept(making, signal);
  return {
    take: (files) => [...files].forEach(take),
    coming: () => coming,
    drop,
    remove: (id) => removeLater(making, id),
    settled: () => work,
    bytes: (id) => bytes.get(id),
    leave: () => leaving.abort(),
  };
}

/** Let files of a kept draft go that were deleted since. @param {import("./making.js").Making} making @param {AbortSignal} signal */
function checkKept(making, signal) {
  for (const { id } of making.draft().files) {
    const gone = (/** @type {unknown} */ problem) => problem instanceof Problem && problem.status === 404 && making.write({ files: making.draft().files.filter((one) => one.id !== id) });
    ask("GET", `/v1/files/${id}`, undefined, { signal }).catch(gone);
  }
}

/**
 * @param {Coming} one @param {AbortSignal} signal @param {() => void} onChange
 * @returns {Promise<OwnFile>}
 */
async function uploaded(one, signal, onChange) {
  const kind = one.file.type.startsWith("audio/") ? "music" : undefined;
  const onPart = (/** @type {number} */ part) => {
    one.part = part;
    onChange();
  };
  const { id, name, kind: found } = await upload(one.file, onPart, { signal, kind });
  if (KINDS.has(found)) return { id, name, kind: found };
  forget(id);
  throw new Problem({ status: 422, code: "input.kind", detail: t("make.files.kind", { kind: found }) });
}

/**
 * Put *file* into the film; of music and LUTs it takes the place of the one before.
 * @param {import("./making.js").Making} making @param {OwnFile} file @param {(id: string) => void} letGo
 */
function add(making, file, letGo) {
  const isReplaced = (/** @type {OwnFile} */ one) => ONE_OF.has(file.kind) && one.kind === file.kind;
  const { files } = making.draft();
  files.filter(isReplaced).forEach((one) => letGo(one.id));
  making.write({ files: [...files.filter((one) => !isReplaced(one)), file] });
  if (file.kind === "music" && !making.choices().music) making.choose({ music: true });
}

/** @param {import("./making.js").Making} making @param {string} id */
function removeLater(making, id) {
  const { files } = making.draft();
  const at = files.findIndex((one) => one.id === id);
  if (at < 0) return;
  const file = files[at];
  making.write({ files: files.filter((one) => one.id !== id) });
  const undo = () => {
    const now = making.draft().files.filter((one) => !(ONE_OF.has(file.kind) && one.kind === file.kind));
    making.write({ files: [...now.slice(0, at), file, ...now.slice(at)] });
  };
  toast(t("make.files.removed", { name: file.name }), { act: { label: t("make.files.undo"), call: undo }, onGone: () => forget(id) });
}

/** Delete an uploaded file that no film was ordered with; where that fails, it only takes room. @param {string} id */
function forget(id) {
  ask("DELETE", `/v1/files/${id}`).catch(() => undefined);
}

/** @param {import("./making.js").Making} making @param {File} file */
async function readScript(making, file) {
  const text = await file.text();
  if (!text.trim()) return void toast(t("make.file.empty", { name: file.name }));
  if (text.length > PROMPT_MAX) return void toast(t("make.file.long", { name: file.name, max: PROMPT_MAX }));
  const { prompt, script } = making.draft();
  making.write({ prompt: text, script: { name: file.name, before: script?.before ?? prompt }, board: null });
}

/** @param {import("./making.js").Making} making @param {File} file */
async function readBoard(making, file) {
  try {
    const storyboard = JSON.parse(await file.text());
    if (!isBoard(storyboard)) return void toast(t("make.file.no-board", { name: file.name }));
    making.write({ board: { name: file.name, storyboard, chosen: {} } });
  } catch {
    toast(t("make.file.bad", { name: file.name })); // it is no JSON
  }
}
