/** The public API, as any client asks it. Start at `ask`. */

import { get } from "./store.js";

/** A refusal or a failure, as the API tells it; *status* 0: nobody answered. */
export class Problem extends Error {
  /** @param {{status?: number, code?: string, detail?: string, errors?: any[] | null, retryAfter?: number}} told */
  constructor({ status = 0, code = "", detail = "", errors = [], retryAfter = 0 } = {}) {
    super(detail);
    Object.assign(this, { status, code, detail, errors: errors ?? [], retryAfter });
  }
}

/**
 * The answer's JSON, or null where there is none.
 * @param {string} method
 * @param {string} path
 * @param {any} [body]
 * @param {{headers?: Record<string, string>, signal?: AbortSignal}} [more]
 * @returns {Promise<any>}
 */
export async function ask(method, path, body, { headers = {}, signal } = {}) {
  const answer = await sent(method, path, body === undefined ? undefined : JSON.stringify(body), {
    headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers }, signal,
  });
  return answer.status === 204 ? null : answer.json();
}

/** The bytes of *path*. @param {string} path @param {AbortSignal} [signal] */
export async function bytes(path, signal) {
  return (await sent("GET", path, undefined, { headers: {}, signal })).blob();
}

/** Upload *file*; what the service knows of it then. @param {File} file @returns {Promise<any>} */
export async function upload(file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return (await sent("POST", "/v1/files", form, { headers: {} })).json();
}

/** Where *variant* of *film* is shown from; behind a key its bytes are fetched first. @param {string} film @param {string} variant */
export async function contentUrl(film, variant) {
  const path = `/v1/films/${film}/content?variant=${encodeURIComponent(variant)}`;
  return get().key ? URL.createObjectURL(await bytes(path)) : path;
}

/** What every request says of who asks. @returns {Record<string, string>} */
export function credentials() {
  return get().key ? { Authorization: `Bearer ${get().key}` } : {};
}

/** @param {string} method @param {string} path @param {any} body @param {{headers: Record<string, string>, signal?: AbortSignal}} more */
async function sent(method, path, body, { headers, signal }) {
  let answer;
  try {
    answer = await fetch(path, { method, body, headers: { ...credentials(), ...headers }, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem();
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

/** @param {Response} answer */
async function problemOf(answer) {
  const retryAfter = Number(answer.headers.get("Retry-After") ?? 0);
  const told = await answer.json().catch(() => ({ detail: answer.statusText }));
  return new Problem({ ...told, status: answer.status, retryAfter });
}
