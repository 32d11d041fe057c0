// The live figure. matplotlib has drawn an SVG; this module moves its curves.
//
// Python appends two constants, made from SymPy expressions, and the line that starts all:
//   blocks   the building blocks' code, by name
//   figure   { description, inputs, grid, axes, functions, lines }
// Text of a user (titles, names) reaches the page as text nodes and attribute values only.

const SVG = "http://www.w3.org/2000/svg";
const HTML = "http://www.w3.org/1999/xhtml";
const FLAT = 0.01; // where |f′| is below it, hardly any gradient passes
const REACH = 1.5; // the tangent's length to either side, in x
const FAR = 1e5; // pixels: beyond, a coordinate is out of sight anyway
const NEAR = 1e-9; // at a joint, numbers that differ by less are one
const BESIDE = 1e-7; // where a formula has no value at a joint, it is taken this far beside it
const QUIET = 700; // milliseconds without a move before a screen reader hears the values

// A white sheet in every theme, as the figure itself is: the contrast is then the same in all.
const STYLE = `
.actlib-explorer { box-sizing: border-box; display: inline-block; max-width: 100%;
  padding: 8px 12px 12px; border: 1px solid #d0d7de; border-radius: 8px;
  background: #fff; color: #1f2328; color-scheme: light;
  font: 14px/1.4 system-ui, sans-serif; font-variant-numeric: tabular-nums; text-align: left; }
.actlib-explorer > svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.actlib-explorer > svg * { stroke-linejoin: round; stroke-linecap: butt; }
.actlib-explorer > div { width: 0; min-width: 100%; } /* as wide as the figure, not as their text */
.actlib-explorer .sliders { display: grid; gap: 4px 24px; align-items: end;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 13em), 1fr)); }
.actlib-explorer .slider { display: grid; grid-template-columns: 1fr auto; column-gap: 8px;
  align-items: end; }
.actlib-explorer input { grid-column: 1 / -1; width: 100%; min-width: 0; height: 28px; margin: 0;
  accent-color: #0072b2; cursor: pointer; touch-action: pan-y; }
.actlib-explorer .readings { display: flex; flex-wrap: wrap; align-items: center;
  gap: 4px 20px; margin-top: 8px; }
.actlib-explorer label, .actlib-explorer .readings > span { overflow-wrap: anywhere; }
.actlib-explorer .readings svg { width: 26px; height: 8px; margin-right: 6px; }
.actlib-explorer button { margin-left: auto; padding: 3px 12px; font: inherit; color: inherit;
  background: #f6f8fa; border: 1px solid #818b98; border-radius: 6px; cursor: pointer; }
.actlib-explorer :focus-visible { outline: 2px solid #0072b2; outline-offset: 2px; }
.actlib-explorer [role="status"] { position: absolute; width: 1px; height: 1px; margin: 0;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap; }`;

function make(namespace, tag, attributes = {}, ...children) {
  const node = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// Mathematics

const NOWHERE = { f: Array(3).fill(() => NaN) };

function inside(low, high) {
  if (low === -Infinity) return Math.min(high, 1) - 1;
  return high === Infinity ? low + 1 : (low + high) / 2;
}

/** A function of x for the values `p` of its parameters; `f[k]` is a piece's kth derivative. */
function activation({ breaks, pieces }, p, grid) {
  const owner = (x) => pieces.find((piece) => piece.when(x, ...p)) ?? NOWHERE;
  const cuts = [...new Set(breaks.map((point) => point(...p)))].filter(Number.isFinite);
  cuts.sort((a, b) => a - b);
  const ends = [-Infinity, ...cuts, Infinity];
  const between = cuts.concat(Infinity).map((end, i) => owner(inside(ends[i], end)));

  /** The value of a piece at a cut or, where its formula has none, just beside it. */
  function limit(piece, order, cut, side) {
    const there = piece.f[order](cuts[cut], ...p);
    return Number.isNaN(there) ? piece.f[order](cuts[cut] + side * BESIDE, ...p) : there;
  }

  /** The lowest derivative whose limits from both sides of a cut differ: 0 jump, 1 kink, ... */
  function broken(cut) {
    const [left, right] = [between[cut], between[cut + 1]];
    const home = owner(cuts[cut]);
    const differs = (_, k) => {
      const value = limit(left, k, cut, -1);
      const others = [limit(right, k, cut, 1)];
      if (k === 0 && home !== left && home !== right) others.push(home.f[0](cuts[cut], ...p));
      return !others.every((other) => Math.abs(value - other) <= NEAR * (1 + Math.abs(value)));
    };
    const order = left.f.findIndex(differs);
    return order < 0 ? Infinity : order;
  }

  /** The value of a derivative and, where there is none, why. */
  function at(order, x) {
    const cut = cuts.findIndex((point) => Math.abs(point - x) < 1e-9);
    if (order === 0 || cut < 0) return { y: owner(x).f[order](x, ...p) };
    const where = broken(cut);
    if (where <= order) return { y: NaN, why: ["jump", "kink"][where] };
    return { y: limit(between[cut], order, cut, -1) };
  }

  /** The points of a curve, cut by nan where it breaks, and the dots [x, y, closed] that end it. */
  function sample(order) {
    const points = [];
    const dots = [];
    between.forEach((piece, i) => {
      const low = Math.max(ends[i], grid[0]);
      const high = Math.min(ends[i + 1], grid.at(-1));
      if (low >= high) return;
      const xs = [low, ...grid.filter((x) => low < x && x < high), high];
      const part = xs.map((x) => [x, piece.f[order](x, ...p)]);
      if (i > 0 && low === ends[i]) part[0][1] = limit(piece, order, i - 1, 1);
      if (i < cuts.length && high === ends[i + 1]) part.at(-1)[1] = limit(piece, order, i, -1);
      if (points.length && broken(i - 1) <= order) {
        const home = order === 0 && owner(low);
        dots.push([...points.at(-1), home === between[i - 1]], [...part[0], home === piece]);
        if (home && home !== between[i - 1] && home !== piece) {
          dots.push([low, home.f[0](low, ...p), true]);
        }
        points.push([NaN, NaN]);
      }
      points.push(...part);
    });
    return { points, dots };
  }

  return { at, sample };
}

/** The intervals of x where the curve is nearer to 0 than FLAT. */
function flatIntervals(points) {
  const found = [];
  for (let i = 1; i < points.length; i++) {
    const [[a, fa], [b, fb]] = [points[i - 1], points[i]].map(([x, y]) => [x, Math.abs(y)]);
    if (!(Math.min(fa, fb) < FLAT)) continue;
    const crossing = a + ((b - a) * (FLAT - fa)) / (fb - fa);
    const [from, to] = [fa < FLAT ? a : crossing, fb < FLAT ? b : crossing];
    if (found.at(-1)?.[1] === from) found.at(-1)[1] = to;
    else found.push([from, to]);
  }
  return found;
}

// Drawing

/** The SVG in the image's data URI. Its ids get a prefix of their own: a hidden figure with equal
 * ids would take away this one's clip paths. Its style sheet would speak for the whole page. */
function parse(image, prefix) {
  const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (c) => c.charCodeAt(0));
  const text = new TextDecoder().decode(bytes);
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  svg.querySelectorAll("metadata, style").forEach((node) => node.remove());
  for (const node of svg.querySelectorAll("*")) {
    for (const attribute of node.attributes) {
      if (attribute.name === "id") attribute.value = prefix + attribute.value;
      else attribute.value = attribute.value.replace(/^#|(?<=url\(#)/, (mark) => mark + prefix);
    }
  }
  return svg;
}

/** What of one axes moves: pixels from data, and places for bands behind and marks in front. */
function prepareAxes(panel, clip, { x, y }) {
  const corners = panel.querySelector("path").getAttribute("d").match(/[\d.]+/g).map(Number);
  const [left, bottom, right, , , top] = corners; // from the lower left, anticlockwise
  const scale = ([low, high], from, to) => (value) => {
    const pixel = from + ((value - low) / (high - low)) * (to - from);
    return Math.max(-FAR, Math.min(FAR, pixel));
  };
  // matplotlib's own name for a line without a name: a dot at a jump or a kink, to be drawn anew.
  panel.parentNode.querySelectorAll(':scope > [id*="line2d"]').forEach((node) => node.remove());
  const [bands, marks] = [0, 1].map(() => make(SVG, "g", { "clip-path": clip }));
  panel.after(bands);
  panel.parentNode.append(marks);
  const [px, py] = [scale(x, left, right), scale(y, bottom, top)];
  return { px, py, top, height: bottom - top, bands, marks };
}

function pathData(points, { px, py }) {
  let pen = "M";
  let data = "";
  for (const [x, y] of points) {
    if (Number.isNaN(y)) pen = "M";
    else {
      data += `${pen}${px(x).toFixed(3)} ${py(y).toFixed(3)}`;
      pen = "L";
    }
  }
  return data;
}

function dot([x, y, closed], color, { px, py }) {
  const place = { cx: px(x).toFixed(3), cy: py(y).toFixed(3), r: 3 };
  return make(SVG, "circle", { ...place, fill: closed ? color : "#fff", stroke: color });
}

function tangent(x, y, slope, color, on) {
  const ends = [-REACH, REACH].map((step) => [x + step, y + slope * step]);
  return make(SVG, "path", { d: pathData(ends, on), stroke: color, "data-curve": "tangent" });
}

function band([from, to], color, { px, top, height }) {
  const size = { x: px(from), y: top, width: px(to) - px(from), height };
  return make(SVG, "rect", { ...size, fill: color, "fill-opacity": 0.1 });
}

function numeral(value, digits) {
  const small = value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits;
  const text = small ? value.toExponential(2) : value.toFixed(digits);
  return text.replaceAll("-", "−").replace("Infinity", "∞");
}

// Controls

function slider({ name, symbol, meaning, min, max, step }, id) {
  const input = make(HTML, "input", { type: "range", name, id, min, max, step });
  const number = make(HTML, "span");
  const words = [make(HTML, "b", {}, symbol), meaning && `: ${meaning}`];
  const label = make(HTML, "label", { for: id }, ...words);
  const digits = (String(step).split(".")[1] ?? "").length;
  const show = (value) => {
    input.value = value;
    return (number.textContent = numeral(value, digits));
  };
  return { name, show, row: make(HTML, "div", { class: "slider" }, label, number, input) };
}

/** A reading of one line: a sample of its stroke, its label, its value. */
function reading({ label }, path) {
  const stroke = make(SVG, "path", { d: "M0 4H26", style: path.getAttribute("style") });
  const sample = make(SVG, "svg", { viewBox: "0 0 26 8", "aria-hidden": "true" }, stroke);
  const text = make(HTML, "span");
  const show = ({ y, why }) => {
    const value = Number.isNaN(y) ? `undefined${why ? ` (${why})` : ""}` : numeral(y, 4);
    return (text.textContent = `${label} = ${value}`);
  };
  return { show, chip: make(HTML, "span", {}, sample, text) };
}

/** Keys belong to the control that has the focus: else a notebook or a slide deck takes arrows to
 * move on and letters as commands. Tab and Escape lead out, Shift+Enter still runs the cell. */
function keepKeys(event) {
  if (!event.target.closest?.(".actlib-explorer :is(input, button)")) return;
  const command = event.ctrlKey || event.metaKey || event.altKey;
  const leaving = /^(Tab|Escape)$/.test(event.key) || (event.key === "Enter" && event.shiftKey);
  if (!command && !leaving) event.stopPropagation();
}

/** Change a value and tell the kernel, if there still is one: the figure needs none. */
function set(model, name, value) {
  model.set(name, value);
  try {
    model.save_changes();
  } catch (error) {
    console.warn(error);
  }
}

// The figure

/** Fill `root` with the live figure of the picture in it, and return what redraws it.
 * `model` holds the inputs' values by name. */
function build(root, figure, model) {
  const count = (globalThis.actlibFigures = (globalThis.actlibFigures ?? 0) + 1);
  const prefix = `actlib-${count}-`;
  const svg = parse(root.querySelector("img"), prefix);
  svg.setAttribute("role", "img");
  const part = (id) => svg.getElementById(prefix + id);
  const paths = figure.lines.map((_, i) => part(`line-${i}`).querySelector("path"));
  const axes = figure.axes.map((limits, i) => {
    const path = paths[figure.lines.findIndex((line) => line.axes === i)];
    return prepareAxes(part(`axes-${i}`), path.getAttribute("clip-path"), limits);
  });
  const lines = figure.lines.map((line, i) => {
    const path = paths[i];
    path.dataset.curve = i;
    return { ...line, path, color: path.style.stroke, on: axes[line.axes], ...reading(line, path) };
  });
  const { low, high, count: points } = figure.grid;
  const step = (high - low) / (points - 1);
  const grid = Array.from({ length: points }, (_, i) => low + i * step);
  const sliders = figure.inputs.map((input, i) => slider(input, `${prefix}input-${i}`));
  const reset = make(HTML, "button", { type: "button" }, "Reset");
  const status = make(HTML, "p", { role: "status" });
  let timer;

  function drawLine({ function: f, order, points, path, color, on, show }, functions, p, x) {
    if (points) {
      const ends = points.map((point) => point.map((coordinate) => coordinate(...p)));
      path.setAttribute("d", pathData(ends, on));
      return show({ y: ends.at(-1)[1] });
    }
    const curve = functions[f].sample(order);
    const value = functions[f].at(order, x);
    path.setAttribute("d", pathData(curve.points, on));
    if (order === 0) on.marks.append(tangent(x, value.y, functions[f].at(1, x).y, color, on));
    if (order === 1) {
      on.bands.append(...flatIntervals(curve.points).map((place) => band(place, color, on)));
    }
    on.marks.append(...curve.dots.map((place) => dot(place, color, on)));
    if (!Number.isNaN(value.y)) on.marks.append(dot([x, value.y, true], color, on));
    return show(value);
  }

  function draw() {
    const now = sliders.map(({ name, show }) => `${name} = ${show(model.get(name))}`).join(", ");
    svg.setAttribute("aria-label", `With ${now}. At first: ${figure.description}`);
    const p = sliders.map(({ name }) => model.get(name));
    const functions = figure.functions.map((f) => activation(f, p, grid));
    axes.forEach(({ bands, marks }) => [bands, marks].forEach((group) => group.replaceChildren()));
    return lines.map((line) => drawLine(line, functions, p, model.get("at"))).join(", ");
  }

  function redraw() {
    const text = draw();
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = text), QUIET);
  }

  draw();
  const rows = make(HTML, "div", { class: "sliders" }, ...sliders.map(({ row }) => row));
  const readings = make(HTML, "div", { class: "readings" }, ...lines.map(({ chip }) => chip));
  if (lines.some(({ order }) => order === 1)) readings.append("shaded: |f′| < 0.01");
  readings.append(reset);
  rows.addEventListener("input", ({ target }) => set(model, target.name, target.valueAsNumber));
  // On the way down: JupyterLab up to 4.4 takes a key before it reaches the control.
  if (count === 1) window.addEventListener("keydown", keepKeys, true);
  reset.addEventListener("click", () => {
    for (const { name, value } of figure.inputs) set(model, name, value);
  });
  root.dataset.preventSwipe = ""; // reveal.js would take a slider's drag for a swipe
  root.replaceChildren(make(HTML, "style", {}, STYLE), svg, rows, readings, status);
  return redraw;
}

/** Make the figure in `root` live. If that fails, then or later, its picture stays. */
function mount(root, figure, model) {
  const picture = root.firstElementChild;
  let redraw = () => {};
  const attempt = (action) => {
    try {
      action();
    } catch (error) {
      console.error(error);
      const text = `The sliders do not work here (${error.message}). The picture stands still.`;
      root.replaceChildren(picture, make(HTML, "p", { role: "alert" }, text));
      redraw = () => {};
    }
  };
  const changed = () => attempt(redraw);
  attempt(() => (redraw = build(root, figure, model)));
  model.on("change", changed);
  return () => {
    model.off("change", changed);
    root.remove(); // the front end keeps the element around it for good
  };
}

/** In a page without a kernel: make the first figure of that key live that is still a picture. */
function mountInPage(figure, key) {
  const root = document.querySelector(`.actlib-explorer[data-figure="${key}"]`);
  if (!root) return;
  delete root.dataset.figure;
  const values = new Map(figure.inputs.map(({ name, value }) => [name, value]));
  let changed;
  mount(root, figure, {
    get: (name) => values.get(name),
    set(name, value) {
      values.set(name, value);
      changed();
    },
    save_changes() {},
    on: (_, listener) => (changed = listener),
  });
}

/** In a notebook with a kernel: a view of the widget, whose values are synced. */
function mountWidget(figure, { model, el }) {
  const image = make(HTML, "img", { alt: figure.description, src: model.get("_picture") });
  const root = make(HTML, "div", { class: "actlib-explorer" }, make(HTML, "figure", {}, image));
  el.append(root);
  return mount(root, figure, model);
}
