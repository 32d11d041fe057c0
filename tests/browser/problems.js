// What is wrong with a deck, each line opened by the id of the cell. Looks at each slide with all
// of its steps. Sizes are those on a screen of 1280 × 720; a figure's text is 12 pt of its own, drawn
// as paths.
async () => {
  // nbconvert's words
  const NO_ALT = "No description has been provided for this image";
  const [TEXT, FIGURE_TEXT] = [20, 12 * 96 / 72];
  const [ROUNDING, MOST_EMPTY] = [1, 0.5];
  const unseen = "aside, script, style, [role=status]";
  const solid = "img, svg, canvas, math, table, input, select, button, .highlight, .answer";
  const BLOCKS = "h1, h2, h3, p, ul, ol, table, pre, figure, .answer, .actlib-live > *";
  // Parts of one live figure may share a row, and answers may take turns in one place.
  const TOGETHER = ".actlib-live, .answers";
  const MOST_SHARED = 4;
  const problems = new Set();

  function look(slide) {
    const scale = Reveal.getScale();
    const cell = (node) => {
      return node.closest("[id^='cell-id=']")?.id.slice(8) ?? slide.id;
    };
    const report = (node, what) => problems.add(`${cell(node)}: ${what}`);
    const overflows = new Map();

    const screen = Reveal.getSlidesElement().getBoundingClientRect();
    const style = getComputedStyle(slide);
    const margin = (side) => parseFloat(style[`padding-${side}`]) * scale;
    for (const node of slide.querySelectorAll("*")) {
      const box = node.getBoundingClientRect();
      if (node.closest(unseen) || node.closest("svg *") || !box.width) continue;
      const over = {
        bottom: box.bottom + margin("bottom") - screen.bottom,
        top: screen.top + margin("top") - box.top,
        right: box.right + margin("right") - screen.right,
        left: screen.left + margin("left") - box.left,
        inside: node.tagName === "PRE"
          && (node.scrollWidth - node.clientWidth) * scale,
      };
      for (const [side, pixels] of Object.entries(over)) {
        const key = `${cell(node)}: overflows its slide (${side})`;
        const most = Math.max(overflows.get(key) ?? ROUNDING, pixels / scale);
        // A formula's parts stand out of their lines.
        if (node.closest("math *") && /top|bottom/.test(side)) continue;
        if (most > ROUNDING) overflows.set(key, most);
      }
    }

    const covered = [];  // from where to where there is something, from the top
    const cover = (top, height) => covered.push([top, top + height]);
    const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const text = node.data.trim();
      const parent = node.parentElement;
      if (!text || parent.closest(unseen)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) cover(line.top, line.height);
      const code = parent.closest("pre, code");
      if (!code && /\$|\\[a-z({[]/i.test(text)) {
        report(parent, `formula not rendered: ${text}`);
      }
      const formula = parent.closest("math");  // its indices may be smaller
      const matrix = parent.closest("svg") && parent.getScreenCTM();
      const zoom = matrix ? Math.hypot(matrix.a, matrix.b) / scale : 1;
      const { fontSize } = getComputedStyle(formula ?? parent);
      const size = zoom * parseFloat(fontSize);
      if (size < TEXT) {
        report(parent, `text of ${size} px, not ${TEXT}: ${text}`);
      }
    }

    const natural = (node) => {
      const { width, height } = node.viewBox?.baseVal ?? {};
      return node.tagName === "IMG" ? [node.naturalWidth, node.naturalHeight]
        : [(width ?? 0) * 96 / 72, (height ?? 0) * 96 / 72];
    };
    for (const node of slide.querySelectorAll(solid)) {
      if (node.closest(unseen) || node.closest("svg *")) continue;
      const box = node.getBoundingClientRect();
      const [width, height] = natural(node);
      // A picture stands in the middle of its box, and may not fill it.
      const most = width ? box.width * height / width : box.height;
      const drawn = Math.min(box.height, most);
      cover((box.top + box.bottom - drawn) / 2, drawn);
    }
    let [empty, end] = [0, screen.top];
    covered.sort((a, b) => a[0] - b[0]).push([screen.bottom, screen.bottom]);
    for (const [from, to] of covered) {
      empty += Math.max(from - end, 0);
      end = Math.max(end, to);
    }
    const share = empty / screen.height;
    if (share > MOST_EMPTY && !slide.matches(".statement")) {
      report(slide, `${Math.round(100 * share)}% of the height are empty`);
    }

    const all = [...slide.querySelectorAll(BLOCKS)].filter((node) => {
      const outer = node.parentElement.closest(BLOCKS);
      const { visibility } = getComputedStyle(node);
      return !node.closest(unseen) && !slide.contains(outer) && visibility === "visible";
    });
    all.forEach((node, i) => {
      const box = node.getBoundingClientRect();
      for (const other of all.slice(0, i)) {
        if (node.closest(TOGETHER)?.contains(other)) continue;
        const its = other.getBoundingClientRect();
        const right = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        if (Math.min(right, down) > MOST_SHARED) {
          report(node, `lies on the ${other.tagName} of ${cell(other)}`);
        }
      }
    });

    const pictures = "img, figure + *, .actlib-live > svg:not(:has(text))";
    for (const node of slide.querySelectorAll(pictures)) {
      if (node.tagName !== "IMG" && node.tagName !== "svg") continue;
      const [width, height] = natural(node);
      if (!width) report(node, "the image is broken");
      const sides = [node.clientWidth / width, node.clientHeight / height];
      const size = Math.min(...sides) * FIGURE_TEXT;
      if (size < TEXT - 0.5) {
        report(node, `figure's text of ${size.toFixed(1)} px, not ${TEXT}`);
      }
    }
    for (const image of slide.querySelectorAll("img")) {
      const alt = image.alt || NO_ALT;
      if (alt === NO_ALT) report(image, "no alternative text");
    }
    const error = "merror, [role=alert], [data-mime-type$='stderr']";
    const errors = slide.querySelectorAll(error);
    errors.forEach((node) => report(node, `error: ${node.textContent}`));
    for (const [what, most] of overflows) {
      problems.add(`${what} by ${Math.round(most)} px`);
    }
  }

  // Live figures draw themselves after a frame.
  const frame = () => {
    return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  };
  for (;;) {
    while (Reveal.availableFragments().next) Reveal.nextFragment();
    await frame();
    look(Reveal.getCurrentSlide());
    if (Reveal.isLastSlide()) return [...problems];
    Reveal.next();
  }
}
