// The live figure of signals in networks that are not trained, upon live.js, network.js and
// brief.js.
// `figure` has { width, seeds, panels, functions } too: a panel shows what it is `of`, sizes by
// their powers of ten; a function's `make` is what `javascript.elementwise` makes, and
// `parameters` are the names of the inputs that it takes.
//
// The line is one network's: the seed that the slider says. It is drawn at once; then, after each
// frame, one of the next seeds is tried on all functions, until the bands hold all `seeds`. A move
// begins anew.

const PROPAGATION = `
.actlib-propagation { display: grid; gap: 8px 24px; max-width: 76em; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26em), 1fr)); }
.actlib-propagation > svg { grid-row: span 3; width: 100%; height: 38em; background: #fff;
  forced-color-adjust: none; }
.actlib-propagation > svg text { font-size: 1em; fill: #1f2328; }
.actlib-propagation [data-curve] { stroke-width: 0.15em !important; }
.actlib-propagation > svg .heading { font-weight: 600; }
.actlib-propagation > svg .leaving { paint-order: stroke; stroke: #fff; stroke-width: 3px; }
.actlib-propagation > div { width: auto; min-width: 0; margin: 0; }
.actlib-propagation .inputs {
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 10em), 1fr)); }
.actlib-propagation table { width: 100%; border-collapse: collapse; table-layout: fixed; }
.actlib-propagation :is(th, td) { padding: 1px 0 1px 4px; border: 0; background: none;
  color: inherit; font-weight: 400; text-align: right; vertical-align: top; }
.actlib-propagation tbody th { padding-top: 6px; border-top: 1px solid #d0d7de; text-align: left;
  overflow-wrap: anywhere; }
.actlib-propagation thead th { width: 12%; }
.actlib-propagation thead th:nth-child(n + 4) { width: 20%; }
.actlib-propagation thead th:nth-child(5) { width: 24%; }
.actlib-propagation td span { display: block; color: #57606a; }
.actlib-propagation .readings p { margin: 0; }`;

const COLUMNS = ["gain", "g", "χ", "size", "gradient", "cosine"];
const NOTE = `χ is what a layer multiplies the mean square of a gradient by, at the size of the
  signal in the second half of the layers. Below 1 is order: gradients die and inputs become
  alike. Above 1 is chaos: gradients grow and inputs part. Between them lies the edge.`;
const [STEADY, EDGE] = [0.1, 0.05]; // a layer may change so much of a mean square, of a distance

// Words

/** A gain or a χ, with three digits. */
function factor(value) {
  const plain = Math.abs(value) >= 0.01 && Math.abs(value) < 100;
  return plain ? value.toPrecision(3) : inBrief(value);
}

/** Where and how a line leaves a panel of sizes for good: { layer, up, text }; else null. */
function leaving(values, { of, limits: [low, high] }) {
  const back = of === "gradients";
  const layers = Array.from(values, (_, layer) => layer);
  if (back) layers.reverse();
  const levels = layers.map((layer) => Math.log10(values[layer]));
  const first = levels.findLastIndex((level) => level >= low && level <= high) + 1;
  if (first === layers.length) return null;
  const [before, there] = [levels[Math.max(first - 1, 0)], levels[first]];
  const up = (Number.isNaN(there) ? before : there) > (low + high) / 2;
  const end = values[layers.at(-1)];
  const from = (test) => {
    const layer = layers.find((each) => test(values[each]));
    return back ? `up to layer ${layer}` : `from layer ${layer} on`;
  };
  let text = `to ${inBrief(end)}`;
  if (end === 0) text = `0 ${from((value) => value === 0)}`;
  if (!Number.isFinite(end)) {
    const broken = values.indexOf(Infinity);
    text = broken < 0 ? `undefined ${from(Number.isNaN)}` : `overflows in layer ${broken}`;
  }
  return { layer: layers[first], up, text };
}

// Numbers

/** f of numbers that are so many times larger. */
function atSize(f, times) {
  const larger = (fill) => (z, y) => fill(z.map((number) => times * number), y);
  const cuts = f.cuts.map((cut) => cut / times);
  return { values: larger(f.values), slopes: larger(f.slopes), cuts };
}

function jumps({ values, cuts }) {
  return cuts.some((cut) => {
    const sides = new Float64Array(2);
    values(Float64Array.of(cut - BESIDE, cut + BESIDE), sides);
    return Math.abs(sides[1] - sides[0]) > 1e3 * BESIDE;
  });
}

/** The size of a signal in the second half of its way, as its geometric mean: in a single layer
 * chance has too large a part. */
function lastingSize(sizes) {
  const half = sizes.slice(Math.floor(sizes.length / 2));
  return Math.exp(half.reduce((sum, value) => sum + Math.log(value), 0) / half.length);
}

/** χ at a size of the signal, and what becomes of it: its mean square in the next layer says if it
 * stays; the distance between two like inputs, relative to it, if they part. */
function phase(f, g, b, signalSize) {
  if (!(signalSize > 0 && signalSize < Infinity)) {
    return { chi: NaN, word: signalSize === 0 ? "signal dies" : "signal breaks off" };
  }
  const there = atSize(f, signalSize);
  const growth = (g * g * meanSquare(there.values, there.cuts) + b * b) / signalSize ** 2;
  const factorBack = chi(there, g);
  const parting = factorBack / growth;
  let word = "edge";
  if (growth < 1 - STEADY) word = "signal dies";
  else if (growth > 1 + STEADY) word = "signal grows";
  else if (jumps(f)) word = "a jump, which χ leaves out";
  else if (parting < 1 - EDGE) word = "order";
  else if (parting > 1 + EDGE) word = "chaos";
  return { chi: factorBack, word };
}

/** What a network has found, without what comes of a sum that is no number: some formulas make a
 * number of nan. After the first size that is not finite nothing is known, on the way back too. */
function found({ sizes, gradients, cosines }) {
  const run = { sizes: [...sizes], gradients: [...gradients], cosines: [...cosines] };
  const broken = run.sizes.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return run;
  run.sizes.fill(NaN, broken + 1);
  run.cosines.fill(NaN, broken);
  if (broken < sizes.length - 1) run.gradients.fill(NaN, 0, -1);
  return run;
}

/** The least and the largest of several lists, place by place; nan where none has a number. */
function rangeOf(lists) {
  const ends = [Math.min, Math.max].map((choose) => (all) => (all.length ? choose(...all) : NaN));
  return ends.map((end) => Array.from(lists[0], (_, place) => {
    return end(lists.map((list) => list[place]).filter((value) => !Number.isNaN(value)));
  }));
}

/** The outline of a band, in one part for each stretch without nan. */
function outline([low, high], on) {
  const parts = [];
  let open = false;
  low.forEach((value, layer) => {
    if (Number.isNaN(value)) open = false;
    else if (open) parts.at(-1).push(layer);
    else open = parts.push([layer]);
  });
  const side = (numbers) => (layer) => [layer, numbers[layer]];
  const around = (part) => [...part.map(side(low)), ...part.toReversed().map(side(high))];
  return parts.map((part) => `${pathData(around(part), on)}Z`).join("");
}

// Drawing. All is drawn anew each time, at the size that the picture has in the page.

function shortened(name) {
  return name.length > 16 ? `${name.slice(0, 15)}…` : name;
}

function layerTicks(layers) {
  const by = [1, 2, 5, 10, 20].find((step) => layers / step <= 5);
  return Array.from({ length: Math.floor(layers / by) + 1 }, (_, i) => i * by);
}

function write(x, y, anchor, text, className = "") {
  return make(SVG, "text", { x, y, "text-anchor": anchor, class: className }, text);
}

/** A panel with what is shown of each function: `bands` and `lines` are styles for them. */
function drawPanel(panel, { left, top, width, height, em, last }, shown, layers) {
  const [low, high] = panel.limits;
  const px = (layer) => (layer / layers) * width;
  const log = panel.of !== "cosines";
  const toPixel = (level) => ((high - level) / (high - low)) * height;
  const py = (value) => {
    const y = toPixel(log ? Math.log10(value) : value);
    return Math.max(-FAR, Math.min(FAR, y));
  };
  const on = { px, py };
  const node = make(SVG, "g", { transform: `translate(${left} ${top})`, "data-panel": panel.of });
  const inner = make(SVG, "svg", { width, height });
  const line = (d, stroke) => make(SVG, "path", { d, stroke, fill: "none", "stroke-width": 0.8 });
  const ticks = panel.ticks.map(([level, text]) => [toPixel(level), text]);
  const columns = layerTicks(layers);
  const upright = columns.map((layer) => `M${px(layer)} 0v${height}`);
  const level = ticks.map(([y]) => `M0 ${y}h${width}`);
  inner.append(line([...upright, ...level].join(""), "#d8d8d8"));
  node.append(write(0, -0.5 * em, "start", panel.heading, "heading"), inner);
  node.append(...ticks.map(([y, text]) => write(-0.4 * em, y + 0.35 * em, "end", text)));
  node.append(line(`M0 0V${height}H${width}`, "#1f2328"));
  if (last) {
    node.append(...columns.map((x) => write(px(x), height + 1.3 * em, "middle", String(x))));
    node.append(write(width / 2, height + 2.6 * em, "middle", "layer"));
  }
  const rows = { true: 0, false: 0 }; // of words at the upper and at the lower edge
  shown.forEach(({ name, style, runs }, i) => {
    const lists = runs.map((run) => run[panel.of]);
    if (lists.length > 1) {
      const fill = { fill: style.stroke, "fill-opacity": 0.15, "data-band": i };
      inner.append(make(SVG, "path", { d: outline(rangeOf(lists), on), ...fill }));
    }
    const points = Array.from(lists[0], (value, layer) => [layer, value]);
    const path = make(SVG, "path", { d: pathData(points, on), "data-curve": i, style: style.line });
    inner.append(path);
    const out = log && leaving(lists[0], panel);
    if (!out) return;
    const row = rows[out.up]++;
    const y = out.up ? (1 + 1.15 * row) * em : height - (0.35 + 1.15 * row) * em;
    const text = `${out.up ? "↑" : "↓"} ${shortened(name)} ${out.text}`;
    const length = Math.min(0.58 * em * text.length, width); // about
    const x = px(out.layer) - (out.layer > layers / 2 ? length : 0);
    const words = write(Math.max(0, Math.min(width - length, x)), y, "start", text, "leaving");
    if (length === width) words.setAttribute("textLength", width);
    node.append(words);
  });
  return node;
}

function drawPanels(svg, panels, shown, layers, { width, height }) {
  const em = parseFloat(getComputedStyle(svg).fontSize);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const [left, above, below] = [3.4 * em, 1.8 * em, 2.9 * em];
  const room = (height - below) / panels.length - above;
  const size = { left, width: width - left - em, height: room, em };
  const nodes = panels.map((panel, i) => {
    const place = { ...size, top: above + i * (above + room), last: i === panels.length - 1 };
    return drawPanel(panel, place, shown, layers);
  });
  svg.replaceChildren(...nodes);
}

// The table

/** Rows of a function: its name and what becomes of the signal, and a number in each column. */
function makeRows({ name }, { line }) {
  const stroke = make(SVG, "path", { d: "M0 4H26", style: line });
  const sample = make(SVG, "svg", { viewBox: "0 0 26 8", "aria-hidden": "true" }, stroke);
  const word = make(HTML, "b");
  const span = { scope: "rowgroup", colspan: COLUMNS.length };
  const heading = make(HTML, "th", span, sample, `${name}: `, word);
  const cells = COLUMNS.map(() => make(HTML, "td"));
  const [upper, lower] = [[heading], cells].map((all) => make(HTML, "tr", {}, ...all));
  return { node: make(HTML, "tbody", {}, upper, lower), word, cells };
}

/** Fill the rows, and return what they say, but for the ranges. */
function fillRows({ word, cells }, { name, right, g, state, runs }) {
  const ends = [(run) => run.sizes.at(-1), (run) => run.gradients[0], (run) => run.cosines.at(-1)];
  const texts = [...[right, g, state.chi].map(factor), ...ends.map((end) => inBrief(end(runs[0])))];
  word.textContent = state.word;
  cells.forEach((cell, i) => (cell.textContent = texts[i]));
  if (runs.length > 1) {
    ends.forEach((end, i) => {
      const [low, high] = rangeOf(runs.map((run) => [end(run)])).map(([value]) => inBrief(value));
      if (low !== high) cells[i + 3].append(make(HTML, "span", {}, `${low}\u00a0to ${high}`));
    });
  }
  return `${name}: ${state.word}, ${COLUMNS.map((title, i) => `${title} ${texts[i]}`).join(", ")}`;
}

// The figure

function propagation(figure, part) {
  const paths = figure.functions.map((_, i) => part(`line-${i}`).querySelector("path"));
  const styles = paths.map((path) => {
    return { line: path.getAttribute("style"), stroke: path.style.stroke };
  });
  const svg = paths[0].ownerSVGElement;
  svg.replaceChildren();
  const rows = figure.functions.map((f, i) => makeRows(f, styles[i]));
  const headings = COLUMNS.map((title) => make(HTML, "th", { scope: "col" }, title));
  const head = make(HTML, "thead", {}, make(HTML, "tr", {}, ...headings));
  const table = make(HTML, "table", {}, head, ...rows.map(({ node }) => node));
  const range = make(HTML, "span");
  let values = {};
  let shown; // of each function: f, its gain, g, and what each network has found
  let signal, spare; // a network with the slider's seed, and one for all others
  let place; // the size of the picture
  let [text, seen, turns] = ["", false, 0];

  /** Send signals through one network, with all functions. */
  function send(network) {
    for (const { f, g, runs } of shown) {
      propagate(network, f, { g, b: values.b });
      runs.push(found(network));
    }
  }

  function paint() {
    if (place) drawPanels(svg, figure.panels, shown, values.layers, place);
    const { seed } = values;
    range.textContent = `lines: seed ${seed}; bands: to seed ${seed + shown[0].runs.length - 1}`;
    text = shown.map((each, i) => fillRows(rows[i], each)).join("; ");
  }

  /** Try the next seed when what is drawn has been painted, as long as someone looks. */
  function goOn() {
    const turn = ++turns;
    if (!seen || shown[0].runs.length === figure.seeds) return;
    const tryNext = () => {
      if (turn !== turns) return; // moved meanwhile
      drawSignal(spare, values.seed + shown[0].runs.length);
      send(spare);
      paint();
      goOn();
    };
    requestAnimationFrame(() => setTimeout(tryNext));
  }

  function prepare({ name, make: f, parameters }, style, given) {
    const own = f(...parameters.map((parameter) => given[parameter]));
    const right = gain(own);
    const g = given.multiple * (right > 0 && right < Infinity ? right : 1);
    return { name, style, f: own, right, g, runs: [] };
  }

  function draw(given) {
    if (figure.inputs.every(({ name }) => given[name] === values[name])) return text;
    const { layers, seed } = given;
    if (layers !== values.layers) {
      [signal, spare] = [0, 1].map(() => newSignal({ layers, width: figure.width }));
    }
    if (layers !== values.layers || seed !== values.seed) drawSignal(signal, seed);
    values = given;
    shown = figure.functions.map((f, i) => prepare(f, styles[i], given));
    send(signal);
    for (const each of shown) {
      each.state = phase(each.f, each.g, given.b, lastingSize(each.runs[0].sizes));
    }
    paint();
    goOn();
    return text;
  }

  new ResizeObserver(([{ contentRect }]) => {
    if (!contentRect.width) return; // on a slide that is not shown
    place = contentRect;
    paint();
  }).observe(svg);
  new IntersectionObserver((entries) => {
    seen = entries.at(-1).isIntersecting;
    goOn();
  }).observe(svg);

  return { draw, readings: [table, range, make(HTML, "p", {}, NOTE)], style: PROPAGATION };
}
