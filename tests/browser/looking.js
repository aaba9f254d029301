// What a ruler sees on a page, and what somebody meets who goes through it with the Tab key. Put into pages by `looking.py`.

window.lookAt = (() => {
  const seen = (e) => {
    const r = e.getBoundingClientRect();
    const s = getComputedStyle(e);
    return r.width > 1 && r.height > 1 && s.visibility !== "hidden" && !e.closest("[hidden]") && e.checkVisibility();
  };
  const name = (e) => `<${e.tagName.toLowerCase()}> ${(e.innerText || e.getAttribute("aria-label") || e.name || "").trim().slice(0, 40)}`;
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const all = (selector) => [...document.querySelectorAll(selector)];
  /** What of the page can be seen at all, an element after the other. */
  const visible = () => all("*").map((e) => (e.checkVisibility({ visibilityProperty: true }) ? "1" : "0")).join("");
  /** All that decides how the page looks in a window: what it says, what of that is seen, what its fields hold, where the focus is. */
  const page = () => JSON.stringify([
    document.documentElement.outerHTML.replace(/\bonce=[\w-]+/g, ""),
    visible(),
    all("input, textarea, select").map((e) => [e.value, e.checked, e.disabled]),
    all("*").indexOf(document.activeElement),
  ]);
  const boxOf = (e) => (e.closest("label.chip") || e).getBoundingClientRect();

  const small = () =>
    all(TARGETS).filter(seen).filter((e) => {
      const inText = e.tagName === "A" && getComputedStyle(e).display === "inline" && e.closest("p, li, td, dd, th, figcaption, pre");
      const inDrawing = e.ownerSVGElement;  // an area of a map: the list beside it does the same
      const r = boxOf(e);
      return !inText && !inDrawing && (r.height < 43.5 || r.width < 43.5);
    }).map((e) => `small target ${name(e)} ${Math.round(boxOf(e).width)} × ${Math.round(boxOf(e).height)}`);

  /** Words that reach beyond what clips them, or beyond the edge of the window where nothing scrolls. */
  const cut = () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const faults = new Set();
    while (texts.nextNode()) {
      const e = texts.currentNode.parentElement;
      if (!texts.currentNode.textContent.trim() || !seen(e) || e.closest(".sr, .skip, textarea, select, svg, script, .maplibregl-map")) continue;
      range.selectNodeContents(texts.currentNode);
      const r = range.getBoundingClientRect();
      let scrolls = false;
      for (let box = e; box && box !== document.body; box = box.parentElement) {
        const s = getComputedStyle(box);
        const b = box.getBoundingClientRect();
        scrolls ||= ["auto", "scroll"].includes(s.overflowX);
        if (scrolls || b.width <= 1) break;
        const across = ["hidden", "clip"].includes(s.overflowX) && (r.left < b.left - 2 || r.right > b.right + 2);
        const down = ["hidden", "clip"].includes(s.overflowY) && (r.top < b.top - 2 || r.bottom > b.bottom + 2);
        if (across || down) faults.add(`text is cut off in ${name(e)}`);
      }
      if (!scrolls && (r.left < -1 || r.right > innerWidth + 1) && !e.closest(".brand")) faults.add(`text is out of the window in ${name(e)}`);
    }
    return [...faults];
  };

  const headings = () => {
    const found = all("h1, h2, h3, h4, h5, h6").filter(seen);
    const levels = found.map((e) => Number(e.tagName[1]));
    const jumps = found.filter((_, n) => n && levels[n] > levels[n - 1] + 1).map((e) => `heading jumps at ${name(e)}`);
    return [...jumps, ...(levels.filter((one) => one === 1).length === 1 ? [] : [`${levels.filter((one) => one === 1).length} h1`])];
  };

  const frame = () => {
    const faults = [];
    const root = document.documentElement;
    if (all("main").length !== 1) faults.push(`${all("main").length} main`);
    const skip = document.querySelector("a.skip");
    if (!skip || document.querySelector(skip.getAttribute("href")) !== document.querySelector("main")) faults.push("the skip link does not lead to main");
    if (!/\S.* · Buurtnet$/.test(document.title)) faults.push(`title "${document.title}"`);
    if (!root.lang) faults.push("no language");
    if ((root.dir === "rtl") !== (root.lang === "ar")) faults.push(`${root.lang} is written ${root.dir}`);
    const ids = all("[id]").map((e) => e.id);
    for (const id of new Set(ids.filter((one, n) => ids.indexOf(one) !== n))) faults.push(`id ${id} twice`);
    for (const e of all("[aria-describedby], [aria-labelledby], [aria-controls]")) {
      for (const way of ["aria-describedby", "aria-labelledby", "aria-controls"]) {
        for (const id of (e.getAttribute(way) || "").split(" ").filter(Boolean)) if (!document.getElementById(id)) faults.push(`${way} of ${name(e)} leads nowhere`);
      }
    }
    return faults;
  };

  /** Where the header stays while somebody scrolls, nothing may come to lie over the way out. */
  const wayOut = () => {
    const e = document.querySelector(".top .leave");
    if (!e || getComputedStyle(e.closest(".top")).position !== "sticky") return [];
    const was = scrollY;
    scrollTo(0, 300);
    const hidden = covered(e);
    scrollTo(0, was);
    return hidden ? ["the way out is covered by what scrolls"] : [];
  };

  const ruler = () => {
    const wide = document.scrollingElement.scrollWidth - innerWidth;
    return [...(wide > 0 ? [`sticks out ${wide} px`] : []), ...small(), ...cut(), ...headings(), ...frame(), ...wayOut()];
  };

  // Wide text spacing as in WCAG 1.4.12, by whoever reads, not by us.
  const spaced = new CSSStyleSheet();
  spaced.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-block-end: 2em !important; }");
  const space = (on) => {
    if (on !== document.adoptedStyleSheets.includes(spaced)) document.adoptedStyleSheets = on ? [spaced] : [];
  };

  // --- the way of the Tab key ---
  const stops = () => {
    const groups = new Set();
    return all(`${TARGETS}, [tabindex="0"]`).filter((e) => {
      if (e.disabled || e.tabIndex < 0 || !e.checkVisibility({ visibilityProperty: true }) || e.closest("[inert]")) return false;
      if (e.type !== "radio") return true;
      const key = `${e.form ? all("form").indexOf(e.form) : ""} ${e.name}`;
      if (groups.has(key)) return false;
      groups.add(key);
      return true;
    });
  };

  const ringed = (e) => {
    const s = getComputedStyle(e);
    return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== "none";
  };

  const covered = (e) => {
    const r = e.getBoundingClientRect();
    const label = e.closest("label");
    const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].map(([x, y]) => [r.left + r.width * x, r.top + r.height * y]);
    const inside = points.filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
    return !inside.some(([x, y]) => {
      const hit = document.elementFromPoint(x, y);
      return hit && (e.contains(hit) || hit.contains(e) && hit.closest(".top, .bar") === e.closest(".top, .bar") || label?.contains(hit));
    });
  };

  let way = [];
  const note = (event) => {
    if (event.key !== "Tab") return;
    const e = document.activeElement;
    if (!e || e === document.body || way.some((one) => one.e === e)) return;
    const r = e.getBoundingClientRect();
    way.push({ e, ring: ringed(e), covered: covered(e), top: r.top + scrollY, bottom: r.bottom + scrollY });
  };
  const walk = async () => {
    way = [];
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))); // autofocus has had its turn
    document.addEventListener("keydown", note, true);
    // From the very beginning, also where a field has taken the focus by itself.
    document.body.tabIndex = -1;
    document.body.focus({ preventScroll: true });
    document.body.removeAttribute("tabindex");
    // Fields of dates and players of sounds have stops of their own inside.
    return stops().length + 2 + 4 * all("input[type=date], input[type=time]").length + 8 * all("audio").length;
  };
  const told = () => {
    document.removeEventListener("keydown", note, true);
    const group = (e) => (e.type === "radio" ? `${e.name}` : e);
    const met = new Set(way.map(({ e }) => group(e)));
    const faults = stops().filter((e) => !met.has(group(e))).map((e) => `Tab does not reach ${name(e)}`);
    for (const { e, ring, covered } of way) {
      if (!ring) faults.push(`no focus to be seen on ${name(e)}`);
      if (covered) faults.push(`focus is hidden behind something at ${name(e)}`);
    }
    const order = way.filter(({ e }) => e.tabIndex > 0).map(({ e }) => `tabindex on ${name(e)}`);
    const main = way.filter(({ e }) => e.closest("main") && !e.ownerSVGElement);
    for (let n = 1; n < main.length; n++) {
      const [a, b] = [main[n - 1], main[n]];
      if (a.e.compareDocumentPosition(b.e) & Node.DOCUMENT_POSITION_PRECEDING) order.push(`the focus goes back at ${name(b.e)}`);
      const column = (one) => one.e.closest(".two > *, .map > *, .side, .map-side, td, th, .row, .chips, .printed > *");
      if (b.bottom <= a.top - 1 && column(a) === column(b)) order.push(`the focus goes up the page at ${name(b.e)}`);
    }
    if (way.length && !way[0].e.matches(".skip")) faults.push(`the first stop is ${name(way[0].e)}, not the skip link`);
    return [...faults, ...order];
  };
  return { ruler, space, visible, page, walk, told };
})();
