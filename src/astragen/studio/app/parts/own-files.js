/** Pictures and clips of the person's own, by their ids: what they are called, and how they look. Start at `ownFiles`. */

import { ask, mediaUrl, Problem, release, upload } from "../api.js";
import { t } from "../words.js";

/** @typedef {{name: string, kind: string, url: string | null}} OwnFile *url*: null for clips, and while it is asked for */

/**
 * @param {() => void} onKnown something is known of a file that was asked for
 * @returns {{of: (id: string) => OwnFile | null, send: (file: File, onPart: (part: number) => void) => Promise<string>, end: () => void}}
 *   *of*: null for no file; *send* gives the file's id, or throws a Problem
 */
export function ownFiles(onKnown) {
  const ending = new AbortController();
  const { signal } = ending;
  /** @type {Map<string, OwnFile>} */
  const files = new Map();
  /** @param {string} id */
  const look = async (id) => {
    const told = await ask("GET", `/v1/files/${id}`, undefined, { signal });
    const url = told.kind === "picture" ? await mediaUrl(told.links.content, { signal }) : null;
    files.set(id, { name: told.name, kind: told.kind, url });
    onKnown();
  };
  return {
    of: (id) => {
      if (!id) return null;
      if (!files.has(id)) {
        files.set(id, { name: t("direct.own.file"), kind: "picture", url: null });
        look(id).catch(() => {}); // it is deleted by now: its film has it all the same
      }
      return files.get(id) ?? null;
    },
    send: async (file, onPart) => {
      const sent = await upload(file, onPart, { signal });
      if (sent.kind !== "picture" && sent.kind !== "clip") throw new Problem({ status: 422, code: "input.kind", detail: t("direct.own.kind", { name: file.name }) });
      files.set(sent.id, { name: sent.name, kind: sent.kind, url: sent.kind === "picture" ? URL.createObjectURL(file) : null });
      return sent.id;
    },
    end: () => {
      ending.abort();
      for (const { url } of files.values()) if (url) release(url);
    },
  };
}
