// What every live figure has. matplotlib has drawn SVGs; a figure's own module moves what is in
// them, and this one holds the rest: controls, the model behind them, and the place in a page.
//
// Python appends the figure's module, two constants, made from SymPy expressions, and the line
// that starts all:
//   blocks   code of the building blocks that the figure calls, by name
//   figure   { title, inputs, descriptions } and what the figure's module asks for
// Text of a user (titles, names) reaches the page as text nodes and attribute values only.

const SVG = "http://www.w3.org/2000/svg";
const HTML = "http://www.w3.org/1999/xhtml";
const MATHML = "http://www.w3.org/1998/Math/MathML";
const FAR = 1e5; // pixels: beyond, a coordinate is out of sight anyway
const NEAR = 1e-9; // at a joint, numbers that differ by less are one
const BESIDE = 1e-7; // where a formula has no value at a joint, it is taken this far beside it
const QUIET = 700; // milliseconds without a move before a screen reader hears the values
const THUMB = 20; // pixels: the width of a slider's thumb
const SLIP = 4; // pixels: a finger that has moved less may still be about to scroll the page

// Of a slider, borders make the track and the thumb: forced colours keep borders.
const TRACK = "height: 0; border: 2px solid #818b98; border-radius: 2px;";
const KNOB = `appearance: none; box-sizing: border-box; width: ${THUMB}px; height: ${THUMB}px;
  border: ${THUMB / 2}px solid #0072b2; border-radius: 50%;`;
const RING = "outline: 2px solid #0072b2; outline-offset: 2px;";

// A white sheet in every theme, as the figure itself is: the contrast is then the same in all.
const STYLE = `
.actlib-live { box-sizing: border-box; max-width: 800px; container-type: inline-size;
  contain-intrinsic-inline-size: 440px; /* where the width is asked of the figure: side by side */
  padding: 8px 8px 12px; border: 1px solid #d0d7de; border-radius: 8px;
  background: #fff; color: #1f2328; color-scheme: light;
  font: 14px/1.4 var(--text-face, system-ui, sans-serif); font-variant-numeric: tabular-nums;
  text-align: left; }
.actlib-live > svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.actlib-live > svg * { stroke-linejoin: round; stroke-linecap: butt; }
.actlib-live .inputs { display: grid; gap: 4px 24px; align-items: end; margin-top: 8px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 13em), 1fr)); }
.actlib-live .input { display: grid; grid-template-columns: 1fr auto; column-gap: 8px;
  align-items: end; }
.actlib-live :is(.track, select) { grid-column: 1 / -1; }
.actlib-live :is(input, select) { display: block; width: 100%; min-width: 0; height: 28px;
  margin: 0; }
.actlib-live .track { cursor: pointer; touch-action: pan-y pinch-zoom; }
.actlib-live input { appearance: none; background: none; pointer-events: none; }
.actlib-live input::-webkit-slider-runnable-track { ${TRACK} }
.actlib-live input::-moz-range-track { ${TRACK} }
.actlib-live input::-webkit-slider-thumb { ${KNOB} margin-top: -${THUMB / 2}px; }
.actlib-live input::-moz-range-thumb { ${KNOB} }
.actlib-live input:focus-visible { outline: none; } /* it would cut through the label */
.actlib-live input:focus-visible::-webkit-slider-thumb { ${RING} }
.actlib-live input:focus-visible::-moz-range-thumb { ${RING} }
.actlib-live .readings { display: flex; flex-wrap: wrap; align-items: center;
  gap: 4px 20px; margin-top: 8px; }
.actlib-live label, .actlib-live .readings > span { overflow-wrap: anywhere; }
.actlib-live .readings svg { width: 1.9em; height: 0.7em; margin-right: 0.4em; }
.actlib-live button { margin-left: auto; padding: 3px 12px; cursor: pointer; }
.actlib-live :is(button, select) { font: inherit; color: inherit; background: #f6f8fa;
  border: 1px solid #818b98; border-radius: 6px; }
.actlib-live :is(button, select):focus-visible { ${RING} }
@media print { .actlib-live :is(.track, button) { display: none; } }
.actlib-live [role="status"] { position: absolute; width: 1px; height: 1px; margin: 0;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap; }`;

function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

function make(namespace, tag, attributes = {}, ...children) {
  const node = document.createElementNS(namespace, tag);
  setAll(node, attributes);
  node.append(...children);
  return node;
}

function numeral(value, digits) {
  const small = value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits;
  const text = small ? value.toExponential(2) : value.toFixed(digits);
  return text.replaceAll("-", "−").replace("Infinity", "∞");
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

// Drawing

/** The SVG in the image's data URI. Its ids get a prefix of their own: a hidden figure with equal
 * ids would take away this one's clip paths. Its style sheet would speak for the whole page. */
function parse(image, prefix) {
  const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (c) => c.charCodeAt(0));
  const text = new TextDecoder().decode(bytes);
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  svg.querySelectorAll("style").forEach((node) => node.remove());
  for (const node of svg.querySelectorAll("*")) {
    for (const attribute of node.attributes) {
      const { localName, value } = attribute;
      if (localName === "id") attribute.value = prefix + value;
      else if (localName === "href") attribute.value = value.replace("#", `#${prefix}`);
      else attribute.value = value.replace("url(#", `url(#${prefix}`);
    }
  }
  return svg;
}

/** Pixels from data: the limits `low` and `high` lie at `from` and `to`. */
function scale([low, high], from, to) {
  return (value) => {
    const pixel = from + ((value - low) / (high - low)) * (to - from);
    return Math.max(-FAR, Math.min(FAR, pixel));
  };
}

/** Pixels from data, for axes that matplotlib has drawn with these limits. */
function scales(panel, { x, y }) {
  const corners = panel.querySelector("path").getAttribute("d").match(/[\d.]+/g).map(Number);
  const [left, bottom, right, , , top] = corners; // from the lower left, anticlockwise
  return { px: scale(x, left, right), py: scale(y, bottom, top) };
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

// Dragging

/** Let a pointer drag what `area` stands for. `begin` says, of the event that starts it, the
 * `value` then and how much of it a pixel is worth (`perPixel`); `change` hears each new value.
 * A finger that goes up or down scrolls the page (touch-action), and changes nothing. */
function draggable(area, begin, change) {
  let drag;
  area.dataset.preventSwipe = ""; // reveal.js would take it for a swipe, and turn the slide
  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    area.setPointerCapture(event.pointerId);
    const moving = event.pointerType !== "touch";
    drag = { x: event.clientX, y: event.clientY, moving, ...begin(event) };
    if (moving) change(drag.value);
  });
  area.addEventListener("pointermove", ({ clientX, clientY, isPrimary }) => {
    if (!drag || !isPrimary) return;
    const [across, along] = [clientX - drag.x, Math.abs(clientY - drag.y)];
    drag.moving ||= Math.abs(across) > Math.max(SLIP, along);
    if (drag.moving) change(drag.value + across * drag.perPixel);
  });
  area.addEventListener("pointerup", () => {
    if (drag && !drag.moving) change(drag.value); // a tap
    drag = undefined;
  });
  area.addEventListener("pointercancel", () => (drag = undefined)); // the page scrolls
  area.addEventListener("mousedown", (event) => event.preventDefault()); // would select text
}

// Controls

// Each has a `row` in the page. `show` sets it to a value, which it returns as text; `nearest` says
// which value it would offer for another.

/** A name as in a formula: a letter in italics, and its index. A word is text. */
function symbolOf(text) {
  const [, letter, index] = /^(.+?)([₀-₉]*)$/.exec(text);
  if (letter.length > 1) return text;
  return make(MATHML, "math", {}, make(MATHML, "mi", {}, letter), make(MATHML, "mn", {}, index));
}

function label({ symbol, meaning }, id) {
  return make(HTML, "label", { for: id }, symbolOf(symbol), meaning && `: ${meaning}`);
}

/** The label again, for screen readers: browsers leave formulas out of a name. */
function spoken({ symbol, meaning }) {
  return { "aria-label": [symbol, meaning].filter(Boolean).join(": ") };
}

/** A slider. The pointer is followed here, not by the browser's own: that one would take the
 * beginning of a vertical swipe for a press. A logarithmic one stands at a power of ten. */
function slider(input, id, change) {
  const { name, step, logarithmic } = input;
  const place = logarithmic ? Math.log10 : (value) => value;
  const there = logarithmic ? (power) => Number((10 ** power).toPrecision(2)) : (value) => value;
  const [min, max] = [place(input.min), place(input.max)];
  const given = { type: "range", name, id, min, max, step, ...spoken(input) };
  const range = make(HTML, "input", given);
  const track = make(HTML, "div", { class: "track" }, range);
  const number = make(HTML, "span");
  const digits = (String(step).split(".")[1] ?? "").length;
  const nearest = (at) => {
    range.value = at; // the browser rounds it to the next step, within the limits
    return there(range.valueAsNumber);
  };
  const show = (value) => {
    range.value = place(value);
    number.textContent = logarithmic ? String(value) : numeral(value, digits);
    if (logarithmic) range.setAttribute("aria-valuetext", number.textContent);
    return number.textContent;
  };
  range.addEventListener("input", () => change(name, range.valueAsNumber)); // by keys
  const begin = ({ clientX }) => {
    range.focus({ preventScroll: true });
    const { left, width } = range.getBoundingClientRect();
    const zoom = width / range.offsetWidth; // of a deck's stage
    const perPixel = (max - min) / (width - THUMB * zoom);
    const pressed = min + (clientX - left - (THUMB / 2) * zoom) * perPixel;
    const onThumb = Math.abs(pressed - range.value) < (THUMB / 2) * zoom * perPixel;
    return { perPixel, value: onThumb ? range.valueAsNumber : pressed };
  };
  draggable(track, begin, (value) => change(name, value));
  const row = make(HTML, "div", { class: "input" }, label(input, id), number, track);
  return { row, show, nearest };
}

function choice(input, id, change) {
  const { name, options } = input;
  const items = options.map(([value, title]) => make(HTML, "option", { value }, title));
  const select = make(HTML, "select", { name, id, ...spoken(input) }, ...items);
  const show = (value) => (select.value = value);
  select.addEventListener("input", () => change(name, select.value));
  const row = make(HTML, "div", { class: "input" }, label(input, id), select);
  return { row, show, nearest: (value) => value };
}

/** Keys belong to the control that has the focus: else a notebook or a slide deck takes arrows to
 * move on and letters as commands. Tab and Escape lead out, Shift+Enter still runs the cell. */
function keepKeys(event) {
  if (!event.target.closest?.(".actlib-live :is(input, select, button)")) return;
  const command = event.ctrlKey || event.metaKey || event.altKey;
  const leaving = /^(Tab|Escape)$/.test(event.key) || (event.key === "Enter" && event.shiftKey);
  if (!command && !leaving) event.stopPropagation();
}

/** Change values and tell the kernel, if there still is one: the figure needs none. */
function set(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  try {
    model.save_changes();
  } catch (error) {
    console.warn(error);
  }
}

// The figure

/** Style what all live figures share, once in a page: said again in a later figure, it would
 * overrule an earlier figure's own style. */
function shareStyle() {
  const id = "actlib-live-style";
  if (!document.getElementById(id)) document.head.append(make(HTML, "style", { id }, STYLE));
}

/** Fill `root` with the live figure of the pictures in it, and return what redraws it.
 * `model` holds the inputs' values by name. `kind` is the function of the figure's module: from
 * the figure, what finds a part of its pictures by matplotlib's name, what sets an input by its
 * name, and what tells the kernel values of other traits, it makes
 *   draw       a function of all values: moves the pictures and returns the readings as text
 *   readings   what stands beneath the controls
 *   stage      what stands in place of the pictures, if need be
 *   style      a style sheet of its own, if need be */
function build(root, figure, model, kind) {
  shareStyle();
  const count = (globalThis.actlibFigures = (globalThis.actlibFigures ?? 0) + 1);
  const prefix = (i) => `actlib-${count}-${i}-`;
  const images = [...root.querySelectorAll("img")];
  const pictures = images.map((image, i) => parse(image, prefix(i)));
  const part = (id) => pictures.map((svg, i) => svg.getElementById(prefix(i) + id)).find(Boolean);
  const change = (name, value) => {
    const control = controls[figure.inputs.findIndex((input) => input.name === name)];
    const nearest = control.nearest(value);
    if (nearest !== model.get(name)) set(model, { [name]: nearest });
  };
  const tell = (values) => set(model, values);
  const made = kind(figure, part, change, tell);
  const { draw, readings, stage = pictures, style = "" } = made;
  const controls = figure.inputs.map((input, i) => {
    return (input.options ? choice : slider)(input, `actlib-${count}-input-${i}`, change);
  });
  const reset = make(HTML, "button", { type: "button" }, "Reset");
  const status = make(HTML, "p", { role: "status" });
  let timer;

  function show() {
    const values = Object.fromEntries(figure.inputs.map(({ name }) => [name, model.get(name)]));
    const texts = Object.entries(values).map(([name, value], i) => {
      return `${name} = ${controls[i].show(value)}`;
    });
    pictures.forEach((svg, i) => {
      svg.setAttribute("aria-label", `With ${texts.join(", ")}. At first: ${images[i].alt}`);
    });
    return draw(values);
  }

  function redraw() {
    const text = show();
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = text), QUIET);
  }

  show();
  pictures.forEach((svg) => svg.setAttribute("role", "img"));
  const group = { class: "inputs", role: "group", "aria-label": `Parameters of ${figure.title}` };
  const rows = make(HTML, "div", group, ...controls.map(({ row }) => row));
  // On the way down: JupyterLab up to 4.4 takes a key before it reaches the control.
  if (count === 1) window.addEventListener("keydown", keepKeys, true);
  reset.addEventListener("click", () => {
    set(model, Object.fromEntries(figure.inputs.map(({ name, value }) => [name, value])));
  });
  const below = make(HTML, "div", { class: "readings" }, ...readings, reset);
  root.replaceChildren(make(HTML, "style", {}, style), ...stage, rows, below, status);
  return redraw;
}

/** Make the figure in `root` live. If that fails, then or later, its pictures stay. */
function mount(root, figure, model, kind) {
  const still = root.firstElementChild;
  let redraw = () => {};
  const attempt = (action) => {
    try {
      action();
    } catch (error) {
      console.error(error);
      const text = `The sliders do not work here (${error.message}). The picture stands still.`;
      root.replaceChildren(still, make(HTML, "p", { role: "alert" }, text));
      redraw = () => {};
    }
  };
  const changed = () => attempt(redraw);
  attempt(() => (redraw = build(root, figure, model, kind)));
  model.on("change", changed);
  return () => {
    model.off("change", changed);
    root.remove(); // the front end keeps the element around it for good
  };
}

/** In a page without a kernel: make the first figure of that key live that is still a picture. */
function mountInPage(kind, figure, key) {
  const root = document.querySelector(`.actlib-live[data-figure="${key}"]`);
  if (!root) return;
  delete root.dataset.figure;
  const values = new Map(figure.inputs.map(({ name, value }) => [name, value]));
  let changed;
  const model = {
    get: (name) => values.get(name),
    set(name, value) {
      values.set(name, value);
      changed();
    },
    save_changes() {},
    on: (_, listener) => (changed = listener),
  };
  mount(root, figure, model, kind);
}

/** In a notebook with a kernel: a view of the widget, whose values are synced. */
function mountWidget(kind, figure, { model, el }) {
  const images = model.get("_pictures").map((src, i) => {
    return make(HTML, "img", { alt: figure.descriptions[i], src });
  });
  const still = make(HTML, "figure", {}, ...images);
  const root = make(HTML, "div", { class: `actlib-live actlib-${kind.name}` }, still);
  el.append(root);
  return mount(root, figure, model, kind);
}
