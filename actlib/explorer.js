// The live figure of functions, upon live.js: `figure` has { grid, axes, functions, lines } too.

const FLAT = 0.01; // where |f′| is below it, hardly any gradient passes
const REACH = 1.5; // the tangent's length to either side, in x
const EM = 12; // matplotlib's points in the height of a line of text
const FINGER = 24; // pixels: a dot is grabbed so far from its middle
// The tones of the words f, f′ and f″, where the page has none of its own for a white sheet.
const TONES = ["--f, #005a8c", "--slope, #a34700", "--curvature, #006648"];

// Higher where there is no room for panels side by side.
const EXPLORER = `
.actlib-explorer > svg { width: 100%; height: 24em; background: #fff; forced-color-adjust: none;
  touch-action: pan-y pinch-zoom; }
@container (max-width: 36em) {
  .actlib-explorer > svg { height: 20em; }
  .actlib-explorer > .panels-2 { height: 32em; }
  .actlib-explorer > .panels-3 { height: 44em; }
}
.actlib-explorer > svg text { font-size: ${EM}px; }
.actlib-explorer .heading { font-weight: 600; }
.actlib-explorer .name { font-size: 1.15em;
  font-family: var(--letter-face, "STIX Two Text", "Times New Roman", serif); font-style: italic; }
.actlib-explorer > svg .name { font-size: ${1.15 * EM}px; }
.actlib-explorer .value { white-space: nowrap; }
.actlib-explorer .handle { cursor: ew-resize; }
.actlib-explorer .handle:hover .halo { fill-opacity: 0.4; }`;

// Mathematics

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

// Axes. Text keeps its size when the figure is made smaller, so that they are drawn anew. Lengths
// are matplotlib's points, and EM of them are as high as the text of the page.

/** Keep a text from being longer than `most`. */
function squeeze(text, most) {
  text.removeAttribute("textLength");
  const tooLong = text.getComputedTextLength() > most;
  if (tooLong) setAll(text, { textLength: most, lengthAdjust: "spacingAndGlyphs" });
}

/** Axes with matplotlib's limits and ticks. Behind the curves is room for `bands`, in front of them
 * for `marks`, and upon all for `handles`; `place` says where they lie. */
function makeAxes({ x, y, ticks, name, heading }, headingClass) {
  const [bands, curves, marks, handles] = Array.from({ length: 4 }, () => make(SVG, "g"));
  const [grid, spines] = ["#d8d8d8", "#1f2328"].map((stroke) => {
    return make(SVG, "path", { stroke, "stroke-width": 0.7, fill: "none" });
  });
  const write = (className, anchor, text) => {
    return make(SVG, "text", { class: className, "text-anchor": anchor }, text);
  };
  const [below, beside] = [ticks.x, ticks.y].map((all, i) => {
    return all.map(([, text]) => write("tick", ["middle", "end"][i], text));
  });
  const title = write(headingClass, "start", heading);
  const argument = write("name", "start", name);
  // An SVG of its own cuts off what leaves it.
  const view = make(SVG, "svg", { "aria-hidden": true }, grid, bands, curves, marks);
  const texts = [...below, ...beside, title, argument];
  const node = make(SVG, "g", { class: "axes" }, ...texts, view, spines, handles);
  const axes = { node, bands, curves, marks, handles, spines };

  axes.widestNumber = () => Math.max(...beside.map((text) => text.getComputedTextLength()));

  axes.place = (left, top, width, height) => {
    const [px, py] = [scale(x, 0, width), scale(y, height, 0)];
    Object.assign(axes, { px, py, width, height });
    setAll(node, { transform: `translate(${left} ${top})` });
    setAll(view, { width, height });
    const [columns, rows] = [ticks.x.map(([at]) => px(at)), ticks.y.map(([at]) => py(at))];
    const upright = columns.map((at) => `M${at} 0v${height}`);
    const level = rows.map((at) => `M0 ${at}h${width}`);
    setAll(grid, { d: [...upright, ...level].join("") });
    setAll(spines, { d: `M0 0V${height}H${width}` });
    below.forEach((text, i) => setAll(text, { x: columns[i], y: height + 1.4 * EM }));
    beside.forEach((text, i) => setAll(text, { x: -0.5 * EM, y: rows[i] + 0.35 * EM }));
    setAll(title, { y: -0.8 * EM });
    squeeze(title, width + EM);
    setAll(argument, { x: width + 0.4 * EM, y: height + 0.3 * EM });
  };
  return axes;
}

/** Place all axes in a picture of so many pixels: side by side, or below each other. */
function placeAll(svg, axes, { width, height }) {
  const unit = parseFloat(getComputedStyle(svg).fontSize) / EM;
  const [columns, rows] = width > height ? [axes.length, 1] : [1, axes.length];
  const [cellWidth, cellHeight] = [width / unit / columns, height / unit / rows];
  setAll(svg, { viewBox: `0 0 ${width / unit} ${height / unit}` });
  const margin = { top: 2 * EM, right: 1.5 * EM, bottom: 2 * EM };
  margin.left = EM + Math.max(...axes.map((each) => each.widestNumber()));
  axes.forEach((each, i) => {
    const [left, top] = [(i % columns) * cellWidth, Math.floor(i / columns) * cellHeight];
    const size = [cellWidth - margin.left - margin.right, cellHeight - margin.top - margin.bottom];
    each.place(left + margin.left, top + margin.top, ...size);
  });
  return unit;
}

// Drawing

function tangent(x, y, slope, color, on) {
  const ends = [-REACH, REACH].map((step) => [x + step, y + slope * step]);
  return make(SVG, "path", { d: pathData(ends, on), stroke: color, "data-curve": "tangent" });
}

function band([from, to], color, { px, height }) {
  const [left, right] = [from, to].map((x) => px(x).toFixed(3));
  const size = { x: left, y: 0, width: (right - left).toFixed(3), height };
  return make(SVG, "rect", { ...size, fill: color, "fill-opacity": 0.1 });
}

/** A dot to be dragged along its curve. */
function makeHandle(color) {
  const grip = make(SVG, "circle", { class: "grip", "fill-opacity": 0 });
  const halo = make(SVG, "circle", { class: "halo", r: 8, fill: color, "fill-opacity": 0.2 });
  const middle = make(SVG, "circle", { class: "middle", r: 4, fill: color });
  return make(SVG, "g", { class: "handle" }, grip, halo, middle);
}

function showHandle(handle, x, y, { px, py, height }) {
  const inView = py(y) >= -1 && py(y) <= height + 1; // false if there is no y
  handle.style.visibility = inView ? "visible" : "hidden";
  const place = [px(x), py(y)].map((number) => number.toFixed(3));
  if (inView) setAll(handle, { transform: `translate(${place.join(" ")})` });
}

/** A sample of a line, or of the filling of a bar. */
function makeSample({ path, points }) {
  const d = points ? "M0 0H26V10H0" : "M0 5H26";
  const shape = make(SVG, "path", { d, style: path.getAttribute("style") });
  return make(SVG, "svg", { viewBox: "0 0 26 10", "aria-hidden": "true" }, shape);
}

/** The value of a line as text, here and in what `show` returns. */
function makeReading({ title, symbol, tone }) {
  const name = make(HTML, "span", { class: "name" }, symbol);
  if (tone) name.style.color = `var(${tone})`;
  const number = make(HTML, "span");
  const show = ({ y, why }) => {
    const value = Number.isNaN(y) ? `undefined${why ? ` (${why})` : ""}` : numeral(y, 4);
    number.textContent = ` = ${value}`;
    return `${title} ${symbol} = ${value}`.trim();
  };
  return { show, text: make(HTML, "span", { class: "value" }, name, number) };
}

/** What stands beneath the sliders: a chip for each line of the first axes, with a sample of it and
 * its value; beside it, what the other axes show of the same function. */
function makeChips(lines) {
  const [first, others] = [0, 1].map((from) => lines.filter(({ axes }) => axes > 0 == from));
  return first.map((line) => {
    const more = others.filter((other) => other.function === line.function);
    const texts = [line, ...more].flatMap(({ text }) => [", ", text]).slice(1);
    return make(HTML, "span", {}, makeSample(line), line.title && `${line.title}: `, ...texts);
  });
}

// The figure

function explorer(figure, part, change) {
  const paths = figure.lines.map((_, i) => part(`line-${i}`).querySelector("path"));
  const svg = paths[0].ownerSVGElement;
  const several = figure.functions.length > 1;
  const axes = figure.axes.map((each) => makeAxes(each, several ? "name" : "heading"));
  const lines = figure.lines.map((line, i) => {
    const [path, on] = [paths[i], axes[line.axes]];
    path.removeAttribute("clip-path");
    path.dataset.curve = i;
    on.curves.append(path);
    const tone = !several && TONES[line.order]; // the colours of several tell functions apart
    return { ...line, path, color: path.style.stroke, on, ...makeReading({ ...line, tone }) };
  });
  const patterns = make(SVG, "defs", {}, ...svg.querySelectorAll("pattern")); // of bars
  svg.replaceChildren(patterns, ...axes.map(({ node }) => node));
  svg.classList.add(`panels-${axes.length}`);
  const { low, high, count } = figure.grid;
  const step = (high - low) / (count - 1);
  const grid = Array.from({ length: count }, (_, i) => low + i * step);
  let shown; // the values at which the figure stands

  for (const line of lines) {
    if (line.points) continue;
    line.handle = makeHandle(line.color);
    line.on.handles.append(line.handle);
    const begin = () => {
      const { width } = line.on.spines.getBoundingClientRect();
      return { value: shown.at, perPixel: (high - low) / width };
    };
    draggable(line.handle, begin, (x) => change("at", x));
  }

  function drawBar({ points, path, on, show }, p) {
    const corners = points.map((point) => point.map((coordinate) => coordinate(...p)));
    path.setAttribute("d", pathData(corners, on));
    return show({ y: corners[1][1] });
  }

  function drawCurve({ function: f, order, path, color, on, show, handle }, functions, x) {
    const curve = functions[f].sample(order);
    const value = functions[f].at(order, x);
    path.setAttribute("d", pathData(curve.points, on));
    if (order === 0) on.marks.append(tangent(x, value.y, functions[f].at(1, x).y, color, on));
    if (order === 1) {
      on.bands.append(...flatIntervals(curve.points).map((place) => band(place, color, on)));
    }
    on.marks.append(...curve.dots.map((place) => dot(place, color, on)));
    showHandle(handle, x, value.y, on);
    return show(value);
  }

  function draw(values) {
    shown = values;
    const p = Object.values(values);
    const functions = figure.functions.map((f) => activation(f, p, grid));
    axes.forEach(({ bands, marks }) => [bands, marks].forEach((group) => group.replaceChildren()));
    const texts = lines.map((line) => {
      return line.points ? drawBar(line, p) : drawCurve(line, functions, values.at);
    });
    return texts.join(", ");
  }

  axes.forEach((each) => each.place(0, 0, 1, 1)); // until the picture has a size
  new ResizeObserver(([{ contentRect }]) => {
    if (!contentRect.width) return; // on a slide that is not shown
    const unit = placeAll(svg, axes, contentRect);
    svg.querySelectorAll(".grip").forEach((grip) => setAll(grip, { r: FINGER / unit }));
    draw(shown);
  }).observe(svg);

  const readings = makeChips(lines);
  if (lines.some(({ order }) => order === 1)) readings.push("shaded: |f′| < 0.01");
  return { draw, readings, style: EXPLORER };
}
