/**
 * A wall of cards that is as long as its list and holds only the cards near the window, so that neither DOM nor
 * pictures grow with what somebody has scrolled past. Rows are of one height. Start reading at `wall`.
 */

const AHEAD = 1; // screens that are kept above and below the window
export const KEYS = Object.freeze(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End"]);

/**
 * @template T
 * @typedef {object} Cards how a wall shows the things of its list
 * @property {() => T[]} things
 * @property {(thing: T) => string} id
 * @property {(thing: T) => HTMLElement} make a list item with a link in it
 * @property {(card: HTMLElement, thing: T) => void} update
 * @property {(card: HTMLElement) => void} leave the card is no longer needed
 * @property {() => boolean} isWhole whether no more things will come
 * @property {() => void} onEnd the end of the list is near
 */

/**
 * Fill *list*, an <ul> that is a grid, and keep it filled.
 * @template T
 * @param {HTMLElement} list
 * @param {Cards<T>} of
 */
export function wall(list, of) {
  /** @type {Map<string, HTMLElement>} */ const cards = new Map();
  let active = 0; // the place of the card that Tab comes to
  let isDue = false;
  let drawn = ""; // which rows

  function draw(rows = rowsOf(list, of.things().length)) {
    const things = of.things();
    drawn = Object.values(rows).join();
    active = Math.max(0, Math.min(active, things.length - 1));
    const kept = things.slice(rows.from * rows.columns, rows.to * rows.columns);
    list.style.paddingBlockStart = `${rows.from * rows.height}px`;
    list.style.paddingBlockEnd = `${Math.max(0, rows.count - rows.to) * rows.height}px`;
    discard(new Set(kept.map(of.id)));
    kept.forEach((thing, at) => place(thing, at, rows.from * rows.columns + at));
    if (rows.to >= rows.count && !of.isWhole()) of.onEnd();
    return rows;
  }

  /** @param {Set<string>} kept */
  function discard(kept) {
    for (const [id, card] of cards) {
      if (kept.has(id)) continue;
      of.leave(card);
      card.remove();
      cards.delete(id);
    }
  }

  /** @param {T} thing @param {number} at among the children @param {number} index in the list */
  function place(thing, at, index) {
    let card = cards.get(of.id(thing));
    if (!card) cards.set(of.id(thing), (card = of.make(thing)));
    of.update(card, thing);
    card.ariaPosInSet = String(index + 1);
    card.ariaSetSize = of.isWhole() ? String(of.things().length) : "-1";
    card.dataset.index = String(index);
    reach(card, index === active);
    if (list.children[at] !== card) list.insertBefore(card, list.children[at] ?? null);
  }

  /** Draw with the next picture, once, where that has other rows: most of scrolling has not. */
  function drawSoon() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      if (!list.isConnected) return;
      const rows = rowsOf(list, of.things().length);
      if (Object.values(rows).join() !== drawn) draw(rows);
    });
  }

  /** Bring the card at *index* into the window and to the keyboard. @param {number} index */
  function focus(index) {
    active = Math.max(0, Math.min(index, of.things().length - 1));
    const rows = draw();
    scrollToRow(list, Math.floor(active / rows.columns), rows.height);
    draw();
    const thing = of.things()[active];
    if (thing) linkOf(cards.get(of.id(thing)))?.focus({ preventScroll: true });
  }

  /** Go with the keyboard to where *key*, one of `KEYS`, points. @param {string} key */
  function step(key) {
    const columns = columnsOf(list);
    const isMirrored = getComputedStyle(list).direction === "rtl";
    const across = isMirrored ? -1 : 1;
    const steps = { ArrowLeft: -across, ArrowRight: across, ArrowUp: -columns, ArrowDown: columns, Home: -Infinity, End: Infinity };
    const to = active + steps[/** @type {keyof typeof steps} */ (key)];
    const isBeyond = to < 0 || to >= of.things().length;
    if (Number.isFinite(to) && isBeyond) return;
    focus(to);
  }

  const stopping = new AbortController();
  const until = { signal: stopping.signal };
  const resized = new ResizeObserver(drawSoon);
  resized.observe(list);
  document.addEventListener("scroll", drawSoon, { ...until, capture: true, passive: true });
  list.addEventListener("focusin", (event) => {
    const card = /** @type {HTMLElement} */ (event.target).closest("li");
    if (!card) return;
    active = Number(card.dataset.index);
    cards.forEach((one) => reach(one, one === card));
  }, until);

  return {
    draw: () => void draw(),
    drawSoon,
    focus,
    step,
    /** The thing that the keyboard is at. @returns {T | undefined} */
    current: () => of.things()[active],
    place: () => active,
    stop() {
      stopping.abort();
      resized.disconnect();
      discard(new Set());
    },
  };
}

/**
 * Which rows of *count* things are kept: from, to (exclusive), of count rows, each height pixels with its gap.
 * @param {HTMLElement} list
 * @param {number} things
 */
function rowsOf(list, things) {
  const columns = columnsOf(list);
  const first = /** @type {HTMLElement | null} */ (list.firstElementChild);
  const height = first ? first.offsetHeight + (parseFloat(getComputedStyle(list).rowGap) || 0) : 0;
  const count = Math.ceil(things / columns);
  if (!height) return { columns, height: 1, count, from: 0, to: Math.min(count, 4) }; // measured when drawn again
  const top = -list.getBoundingClientRect().top;
  const from = Math.max(0, Math.floor((top - AHEAD * innerHeight) / height));
  const to = Math.min(count, Math.ceil((top + (1 + AHEAD) * innerHeight) / height));
  return { columns, height, count, from: Math.min(from, Math.max(0, count - 1)), to: Math.max(to, 1) };
}

/** @param {HTMLElement} list */
function columnsOf(list) {
  return Math.max(1, getComputedStyle(list).gridTemplateColumns.split(" ").length);
}

/** @param {HTMLElement} list @param {number} row @param {number} height */
function scrollToRow(list, row, height) {
  const top = list.getBoundingClientRect().top + row * height;
  const header = parseFloat(getComputedStyle(list).scrollMarginBlockStart) || 0;
  if (top < header) scrollBy({ top: top - header, behavior: "instant" });
  else if (top + height > innerHeight) scrollBy({ top: top + height - innerHeight, behavior: "instant" });
}

/** Let Tab come to what is in *card*, or pass it by. @param {HTMLElement} card @param {boolean} isReached */
function reach(card, isReached) {
  for (const one of card.querySelectorAll("a, button")) /** @type {HTMLElement} */ (one).tabIndex = isReached ? 0 : -1;
}

/** @param {HTMLElement | undefined} card */
function linkOf(card) {
  return card?.querySelector("a");
}
