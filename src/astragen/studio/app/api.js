/**
 * The service's public API: what is asked and what comes back, as JSON, files or addresses of media.
 *
 * Every refusal is a `Problem`; one that never reached the service has the status 0. Start at `ask`.
 */

import { get, set } from "./store.js";
import { t } from "./words.js";

/** @typedef {{pointer?: string, parameter?: string, detail: string}} Place where something in a request is wrong */
/** @typedef {"film" | "poster" | "sheet" | "captions.srt" | "captions.vtt" | "captions.ass" | "storyboard" | "report" | "zip"} Variant */
/**
 * @typedef {object} Options
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {boolean} [keepalive] it is sent even when the page is closed now
 */

/** Tells the service that its own page asks, where the browser does not: it sends us nowhere else, where we may not fetch. */
const OF_A_PAGE = { "X-Requested-With": "AstraGen" };

/** Why a request did not do what was asked (RFC 9457); `message` is for people. */
export class Problem extends Error {
  /**
   * @param {object} said
   * @param {number} said.status of HTTP; 0: the service did not answer
   * @param {string} said.code dotted and stable: "limit.queue"
   * @param {string} said.detail what, and the next act
   * @param {Place[]} [said.errors]
   * @param {number | null} [said.retryAfter] seconds
   */
  constructor({ status, code, detail, errors = [], retryAfter = null }) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

/**
 * Ask the service.
 * @param {string} method
 * @param {string} path "/v1/films?limit=20"
 * @param {unknown} [body] sent as JSON
 * @param {Options} [options]
 * @returns {Promise<any>} the JSON of the answer; null when it has none
 * @throws {Problem} and AbortError when *signal* says so
 */
export async function ask(method, path, body, options = {}) {
  const answer = await send(method, path, body, options);
  const isJson = (answer.headers.get("content-type") ?? "").includes("json");
  return isJson ? answer.json() : null;
}

/**
 * Ask the service, and have the whole answer: its headers, or a body that is not JSON.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Options} [options]
 * @returns {Promise<Response>} of a status below 400
 * @throws {Problem}
 */
export async function send(method, path, body, { headers = {}, signal, keepalive } = {}) {
  const isJson = body !== undefined && !(body instanceof Blob || body instanceof FormData);
  const answer = await reached(() =>
    fetch(path, {
      method,
      signal,
      keepalive,
      headers: { ...OF_A_PAGE, ...authorization(), ...(isJson ? { "Content-Type": "application/json" } : {}), ...headers },
      body: /** @type {BodyInit | undefined} */ (isJson ? JSON.stringify(body) : body),
    }),
  );
  if (!answer.ok && answer.status !== 304) throw await problemOf(answer);
  return answer;
}

/**
 * Send *file*, and have it told as POST /v1/files answers.
 * @param {File} file
 * @param {(part: number) => void} [onProgress] from 0 to 1
 * @param {{signal?: AbortSignal, kind?: string}} [options]
 * @returns {Promise<any>}
 * @throws {Problem}
 */
export function upload(file, onProgress = () => {}, { signal, kind } = {}) {
  const form = new FormData();
  if (kind) form.append("kind", kind);
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much of a body has gone
    request.open("POST", "/v1/files");
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("The upload was given up.", "AbortError"));
    request.onload = () => {
      const answer = new Response(request.responseText, { status: request.status, headers: headersOf(request) });
      if (answer.ok) resolve(answer.json());
      else problemOf(answer).then(reject, reject);
    };
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/**
 * Where a file of a film can be seen by <img>, <video> or <track>; `release` it when it is seen no more.
 * @param {string} film
 * @param {Variant} [variant]
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<string>}
 * @throws {Problem}
 */
export function contentUrl(film, variant = "film", options = {}) {
  return mediaUrl(contentPath(film, variant), options);
}

/**
 * Where a file of a film is for whoever may have it.
 * @param {string} film
 * @param {Variant} [variant]
 */
export function contentPath(film, variant = "film") {
  return `/v1/films/${film}/content?variant=${variant}`;
}

/**
 * Where what GET *path* gives can be seen: the path, or, as elements send no key, an address of its bytes in here.
 * @param {string} path
 * @param {{signal?: AbortSignal}} [options] when *signal* says so it is asked no more, or let go if nobody has yet
 * @returns {Promise<string>}
 * @throws {Problem}
 */
export async function mediaUrl(path, options = {}) {
  return get().key ? heldUrl(path, options) : path;
}

/**
 * An address of the bytes in here that GET *path* gives: for <track>, which takes none that the service sends elsewhere.
 * @param {string} path
 * @param {{signal?: AbortSignal}} [options] as of `mediaUrl`
 * @returns {Promise<string>}
 * @throws {Problem}
 */
export async function heldUrl(path, { signal } = {}) {
  const answer = await send("GET", path, undefined, { signal });
  const url = URL.createObjectURL(await answer.blob());
  signal?.addEventListener("abort", () => release(url), { once: true });
  return url;
}

/**
 * Let the bytes behind an address of `contentUrl` or `mediaUrl` go.
 * @param {string} url
 */
export function release(url) {
  if (url.startsWith("blob:")) URL.revokeObjectURL(url);
}

/**
 * Save what GET *path* gives as a file of the person's.
 * @param {string} path
 * @param {string} name
 * @throws {Problem}
 */
export async function save(path, name) {
  const answer = await send("GET", path);
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser reads it after the click
}

/** @returns {Record<string, string>} the header that shows the key, where there is one */
export function authorization() {
  const { key } = get();
  return key ? { Authorization: `Bearer ${key}` } : {};
}

/**
 * A key under which the same request can be sent again without being done twice.
 * @returns {string}
 */
export function newRequestKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {Response} answer
 * @returns {Promise<Problem>}
 */
export async function problemOf(answer) {
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 401) set({ needsKey: true });
  const seconds = Number(answer.headers.get("retry-after"));
  return new Problem({
    status: answer.status,
    code: said.code ?? "unknown",
    detail: said.detail ?? t("frame.problem", { status: answer.status }),
    errors: said.errors ?? [],
    retryAfter: seconds > 0 ? seconds : null,
  });
}

/**
 * The outcome of *call*, noting whether the service was reached.
 * @param {() => Promise<Response>} call
 */
async function reached(call) {
  try {
    const answer = await call();
    set(answer.status === 401 ? { isReachable: true } : { isReachable: true, ...(answer.ok ? { needsKey: false } : {}) });
    return answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
}

function unreachable() {
  set({ isReachable: false });
  return new Problem({ status: 0, code: "network", detail: t("frame.unreachable") });
}

/** @param {XMLHttpRequest} request */
function headersOf(request) {
  const lines = request.getAllResponseHeaders().trim().split(/[\r\n]+/);
  return new Headers(lines.filter(Boolean).map((line) => /** @type {[string, string]} */ (line.split(/:\s*(.*)/s).slice(0, 2))));
}
