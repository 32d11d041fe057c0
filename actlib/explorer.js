// The live figure of functions, upon live.js: `figure` has { grid, axes, functions, lines } too.

const FLAT = 0.01; // where |f′| is below it, hardly any gradient passes
const REACH = 1.5; // the tangent's length to either side, in x

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

// Drawing

/** What of one axes moves: pixels from data, and places for bands behind and marks in front. */
function prepareAxes(panel, clip, limits) {
  // matplotlib's own name for a line without a name: a dot at a jump or a kink, to be drawn anew.
  panel.parentNode.querySelectorAll(':scope > [id*="line2d"]').forEach((node) => node.remove());
  const [bands, marks] = [0, 1].map(() => make(SVG, "g", { "clip-path": clip }));
  panel.after(bands);
  panel.parentNode.append(marks);
  return { ...scales(panel, limits), bands, marks };
}

function tangent(x, y, slope, color, on) {
  const ends = [-REACH, REACH].map((step) => [x + step, y + slope * step]);
  return make(SVG, "path", { d: pathData(ends, on), stroke: color, "data-curve": "tangent" });
}

function band([from, to], color, { px, top, height }) {
  const size = { x: px(from), y: top, width: px(to) - px(from), height };
  return make(SVG, "rect", { ...size, fill: color, "fill-opacity": 0.1 });
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

// The figure

function explorer(figure, part) {
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
  const { low, high, count } = figure.grid;
  const step = (high - low) / (count - 1);
  const grid = Array.from({ length: count }, (_, i) => low + i * step);

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

  function draw(values) {
    const p = Object.values(values);
    const functions = figure.functions.map((f) => activation(f, p, grid));
    axes.forEach(({ bands, marks }) => [bands, marks].forEach((group) => group.replaceChildren()));
    return lines.map((line) => drawLine(line, functions, p, values.at)).join(", ");
  }

  const readings = lines.map(({ chip }) => chip);
  if (lines.some(({ order }) => order === 1)) readings.push("shaded: |f′| < 0.01");
  return { draw, readings };
}
