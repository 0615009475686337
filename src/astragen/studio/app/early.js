// Before anything is painted: the theme that the person chose, so that no page flashes in the other one.
(() => {
  /** @type {{theme?: string}} */
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("astragen.studio") ?? "{}");
  } catch {
    kept = {}; // storage is closed to us, or holds nothing that can be read: the system's theme
  }
  const isLight = kept.theme === "light" || (kept.theme !== "dark" && matchMedia("(prefers-color-scheme: light)").matches);
  document.documentElement.dataset.theme = isLight ? "light" : "dark";
})();
