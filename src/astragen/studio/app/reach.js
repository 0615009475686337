/** Whether the service is there: once it did not answer, it is asked again and again, and the banner says so. */

import { byId, h, icon, replace } from "./dom.js";
import { get, on, set } from "./store.js";
import { t } from "./words.js";

const ASK_AGAIN_MS = 3_000;

/** Keep the banner true. */
export function startReach() {
  on(["isReachable", "needsKey", "language"], show);
  on(["isReachable"], ({ isReachable }) => !isReachable && setTimeout(knock, ASK_AGAIN_MS));
  addEventListener("online", knock);
  show();
}

function show() {
  const { isReachable, needsKey } = get();
  const banner = byId("banner");
  if (!isReachable) replace(banner, icon("offline"), h("span", null, t("frame.offline")));
  else if (needsKey) replace(banner, icon("key"), h("span", null, t("frame.needs-key")), h("a", { href: "#/settings?part=access" }, t("frame.enter-key")));
  else replace(banner);
}

async function knock() {
  if (get().isReachable) return;
  try {
    await fetch("/healthz", { cache: "no-store" });
    set({ isReachable: true });
  } catch {
    setTimeout(knock, ASK_AGAIN_MS); // still nobody
  }
}
