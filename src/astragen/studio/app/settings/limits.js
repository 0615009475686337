/** What can be asked for here, and how much of it may be kept. */

import { ask } from "../api.js";
import { h } from "../dom.js";
import { loaded } from "../parts/loaded.js";
import { duration, money, number, size, t } from "../words.js";

/** @returns {import("../dom.js").Child} */
export function limitsSection() {
  return loaded(found, ({ limits, files }) => [room(files), table(limits)], { lines: 5 }).element;
}

async function found() {
  const [limits, files] = await Promise.all([ask("GET", "/v1/limits"), ask("GET", "/v1/files?limit=1")]);
  return { limits, files };
}

/** @param {{used_bytes: number, quota_bytes: number}} files */
function room(files) {
  const text = t("settings.limits.used", { used: size(files.used_bytes), quota: size(files.quota_bytes) });
  return h("div", { class: "field" }, h("span", { class: "label", id: "settings-room" }, t("settings.limits.files")), h("progress", { max: files.quota_bytes, value: files.used_bytes, "aria-labelledby": "settings-room" }), h("p", { class: "hint number" }, text));
}

/** @param {any} limits */
function table(limits) {
  const { seconds, height, fps, max_cost_usd: cost, prompt } = limits.brief;
  /** @type {[string, string | null][]} */
  const rows = [
    ["settings.limits.seconds", range(seconds, duration)],
    ["settings.limits.height", range(height, (value) => `${number(value)} px`)],
    ["settings.limits.fps", fps?.enum?.join(", ") ?? null],
    ["settings.limits.prompt", prompt?.maxLength ? t("settings.limits.letters", { count: number(prompt.maxLength) }) : null],
    ["settings.limits.cost", cost?.default === undefined ? null : money(cost.default)],
    ["settings.limits.upload", size(limits.upload_max_bytes)],
    ["settings.limits.hooks", number(limits.webhook_endpoints_max)],
  ];
  return h("dl", { class: "facts" }, rows.filter(([, value]) => value !== null).map(([label, value]) => h("div", null, h("dt", null, t(label)), h("dd", { class: "number" }, value))));
}

/** @param {{minimum?: number, maximum?: number} | undefined} field @param {(value: number) => string} format */
function range(field, format) {
  if (field?.minimum === undefined || field.maximum === undefined) return null;
  return `${format(field.minimum)} – ${format(field.maximum)}`;
}
