// The live figure of networks that are trained in the page, upon live.js, network.js, brief.js and
// training_panels.js, which draws. `figure` has { functions } too: of each its `name`, `make`,
// which `javascript.elementwise` made, and `parameters`, the names of the inputs that it takes.
//
// A frame takes a few steps with all networks, draws what is cheap, and draws the output and the
// units of as many networks as time is left for. Frames come only while steps are asked for and
// the figure is in view. With prefers-reduced-motion only the end of what was asked for is drawn.

const TRAINING = `
.actlib-training { display: grid; gap: 8px; max-width: 76em; align-items: start; }
.actlib-training .networks { display: grid; gap: 8px 16px;
  grid-template-columns: repeat(auto-fit, minmax(9em, 1fr)); forced-color-adjust: none;
  background: #fff; color: #1f2328; }
.actlib-training .network { display: flex; flex-wrap: wrap; gap: 4px 16px;
  align-content: start; min-width: 0; }
.actlib-training .first { flex: 1 1 15em; min-width: 0; max-width: 24em; }
.actlib-training .layers { flex: 2 1 15em; min-width: 0; display: grid; gap: 8px 16px;
  align-content: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 14em), 1fr)); }
.actlib-training .name { flex: 0 0 100%; font-weight: 600; overflow-wrap: anywhere; }
.actlib-training canvas { display: block; width: 100%; }
.actlib-training .output { aspect-ratio: 1; }
.actlib-training .losses { height: 9em; }
.actlib-training .flow { height: 4.6em; }
.actlib-training p { margin: 0; }
.actlib-training .network p { white-space: nowrap; }
.actlib-training .actions { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; }
.actlib-training .actions button { min-height: 32px; margin: 0; }
.actlib-training .actions button:first-child { min-width: 6em; }
.actlib-training .broken { padding: 4px 8px; border: 2px solid #d55e00; border-radius: 6px;
  overflow-wrap: anywhere; }
.actlib-training .broken:empty { display: none; }
.actlib-training > div { width: auto; min-width: 0; margin: 0; }
.actlib-training i { display: inline-block; width: 1.6em; margin: 0 0.3em 0.25em 0;
  border-top: 2px solid #0072b2; }
.actlib-training i.test { border-top: 2px dashed #d55e00; }
@container (width < 34em) { .actlib-training .networks { font-size: 12px; } }`;

const ON_THE_WAY = ["optimiser", "rate", "decay"]; // a change of another begins anew
const [STEPS_A_FRAME, TRAIN_FOR] = [4, 6]; // steps at most, and milliseconds
const [LOOK_FOR, LOOK_AT_LEAST] = [11, 300]; // milliseconds of a frame; between two looks
const [READ_EVERY, TELL_EVERY] = [200, 500]; // milliseconds
const MOST_MOMENTS = 400;
const MANY = 100;
const [SURFACE_NOTE, CURVE_NOTE] = [
  `Blue is an output above 0, right for ●; orange below, right for ▲; between them runs the line
  of 0. In brackets: the share of test points on their side. Of a unit, the line is where its sum
  is 0.`,
  "Circles on the curve are its kinks, where a unit’s sum passes a kink of f.",
];
const NOTE = `The points are those to train with. Each layer has a bar of its gradient’s size, from
  10⁻⁸ to 10; a histogram of its sums, with all beyond ±5 at the ends; and what each unit makes of
  the inputs. A dead unit is crossed out: its slope is below 0.01 at all points, that of a
  saturated unit at more than half.`;

// Losses on the way: at most so many moments, ever further apart

function newHistory() {
  return { every: 1, steps: [], train: [], test: [] };
}

function remember(history, { steps, train, test }) {
  if (steps % history.every) return;
  const now = { steps, train: train.loss, test: test.loss };
  for (const [name, value] of Object.entries(now)) history[name].push(value);
  if (history.steps.length < MOST_MOMENTS) return;
  history.every *= 2;
  for (const name of Object.keys(now)) history[name] = history[name].filter((_, i) => i % 2 === 0);
}

/** The history with the present at its end. */
function upToNow({ steps, train, test }, training) {
  if (steps.at(-1) === training.steps) return { steps, train, test };
  return {
    steps: [...steps, training.steps],
    train: [...train, training.train.loss],
    test: [...test, training.test.loss],
  };
}

// Words

const WHY = {
  weights: "a weight is no finite number any more",
  sums: "a sum is too large to be a number",
  outputs: "f has no finite value at a sum there",
  slopes: "f′ has no finite value at a sum there",
  gradient: "the gradient is too large to be a number",
  loss: "the loss is too large to be a number",
};

function whyBroken(name, { step, layer, what }) {
  const where = `${name} broke off at step ${step}, in layer ${layer}: ${WHY[what]}.`;
  if (step === 0) return `${where} Take other first weights: a smaller multiple, another seed.`;
  return `${where} The steps were too large: lower the rate or the multiple, then restart.`;
}

function share(part, units) {
  return Math.round(part * units);
}

function wordsOf({ train, test, loss }) {
  const right = loss === "logistic" ? ` (${Math.round(100 * test.accuracy)} %)` : "";
  return [`train ${inBrief(train.loss)}`, `test ${inBrief(test.loss)}${right}`];
}

function wordsOfLayer({ layers, network }, l) {
  const { gradient, dead, saturated } = layers[l];
  const { units } = network.layers[l];
  const last = l === layers.length - 1;
  const flat = `dead ${share(dead, units)}, saturated ${share(saturated, units)}`;
  const name = last ? "output" : `layer ${l + 1}`;
  return [`${name}: gradient ${inBrief(gradient)}`, last ? "" : flat];
}

// A network's column

function newColumn(name) {
  const [output, losses] = ["output", "losses"].map(newPanel);
  const words = [make(HTML, "span"), make(HTML, "span")];
  const key = words.map((word, i) => {
    return make(HTML, "p", {}, make(HTML, "i", { class: ["train", "test"][i] }), word);
  });
  const first = make(HTML, "div", { class: "first" }, output.canvas, ...key, losses.canvas);
  const layers = make(HTML, "div", { class: "layers" });
  const heading = make(HTML, "div", { class: "name" }, name);
  const node = make(HTML, "div", { class: "network", role: "img" }, heading, first, layers);
  return { name, node, output, losses, words, layers, rows: [] };
}

/** Rows for the layers of a training, each of two lines of words and its panels. */
function makeRows(column, training) {
  const { layers } = training.network;
  column.rows = layers.map((_, l) => {
    const row = { words: [make(HTML, "p"), make(HTML, "p")], flow: newPanel("flow"), units: null };
    if (l < layers.length - 1) row.units = newPanel("units");
    const canvases = [row.flow, row.units].filter(Boolean).map(({ canvas }) => canvas);
    row.node = make(HTML, "div", { class: "layer" }, ...row.words, ...canvases);
    return row;
  });
  column.layers.replaceChildren(...column.rows.map(({ node }) => node));
}

function fitColumn({ output, losses, rows, training }, em, face) {
  rows.forEach(({ flow, units }, l) => {
    fit(flow, em, face);
    if (!units) return;
    const count = training.network.layers[l].units;
    const { across, size, gap } = tiles(count, units.canvas.offsetWidth, em);
    units.canvas.style.height = `${Math.ceil(count / across) * (size + gap)}px`;
    fit(units, em, face);
  });
  fit(output, em, face);
  fit(losses, em, face);
}

function paintView({ output, rows, view }) {
  look(view);
  paintOutput(output, view);
  rows.forEach(({ units }, l) => units && paintUnits(units, view, l));
}

function paintRest({ losses, rows, training, history }) {
  paintLosses(losses, upToNow(history, training));
  rows.forEach(({ flow }, l) => paintFlow(flow, training, l));
}

/** Write the numbers, and return them in one sentence. */
function writeWords({ name, node, words, rows, training }) {
  const losses = wordsOf(training);
  losses.forEach((text, i) => (words[i].textContent = text));
  const layers = rows.map((row, l) => {
    const texts = wordsOfLayer(training, l);
    texts.forEach((text, i) => (row.words[i].textContent = text));
    return texts.filter(Boolean).join(", ");
  });
  const text = `${name} after ${training.steps} steps: loss ${losses.join(", ")}`;
  node.setAttribute("aria-label", `${text}; ${layers.join("; ")}`);
  return text;
}

// What a kernel is told

function numbersOf({ weights, biases, inputs }) {
  const rows = Array.from(biases, (_, unit) => {
    return [...weights.subarray(unit * inputs, (unit + 1) * inputs)];
  });
  return [rows, [...biases]];
}

// The figure

function training(figure, part, change, tell) {
  const columns = figure.functions.map(({ name }) => newColumn(name));
  const note = make(HTML, "p");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const button = (text, action) => {
    const node = make(HTML, "button", { type: "button" }, text);
    node.addEventListener("click", action);
    return node;
  };
  const run = button("Run", () => ask(left ? 0 : Infinity));
  const actions = [
    run,
    button("1 step", () => ask(1)),
    button(`${MANY} steps`, () => ask(MANY)),
    button("Restart", () => restart()),
    button("Next seed", () => change("seed", (values.seed + 1) % (mostSeed + 1))),
  ];
  const mostSeed = figure.inputs.find(({ name }) => name === "seed").max;
  const counter = make(HTML, "span");
  const broken = make(HTML, "p", { class: "broken" });
  const bar = { class: "actions", role: "group", "aria-label": "Training" };
  const networks = make(HTML, "div", { class: "networks" }, ...columns.map(({ node }) => node));
  const stage = [make(HTML, "div", bar, ...actions, counter), broken, networks];
  let values = {};
  let left = 0; // steps that are asked for
  let [seen, waiting] = [false, false];
  let [read, told, due, text] = [-Infinity, -Infinity, 0, ""];

  function restart() {
    const { data: name, seed, noise, depth, width, multiple } = values;
    const data = makeData(name, { seed, noise });
    const hidden = Array(depth).fill(width);
    columns.forEach((column, i) => {
      const { make: f, parameters } = figure.functions[i];
      const own = f(...parameters.map((parameter) => values[parameter]));
      column.training = newTraining(own, data, { hidden, seed, multiple });
      column.view = newView(column.training, data);
      column.history = newHistory();
      Object.assign(column, { cost: 0, looked: -Infinity });
      remember(column.history, column.training);
      if (column.rows.length !== depth + 1) makeRows(column, column.training);
    });
    note.textContent = `${name === "curve" ? CURVE_NOTE : SURFACE_NOTE} ${NOTE}`;
    fitAll();
    paint(Infinity);
    reportSoon();
  }

  function fitAll() {
    const { fontSize, fontFamily } = getComputedStyle(networks);
    for (const column of columns) fitColumn(column, parseFloat(fontSize) || 0, fontFamily);
  }

  /** Draw; the outputs and units as long as there is time, those that have waited longest first. */
  function paint(until) {
    const now = performance.now();
    columns.forEach(paintRest);
    for (const column of columns.toSorted((a, b) => a.looked - b.looked)) {
      const start = performance.now();
      if (start + column.cost > until && start - column.looked < LOOK_AT_LEAST) continue;
      paintView(column);
      column.looked = performance.now();
      column.cost = 0.7 * column.cost + 0.3 * (column.looked - start); // without chance
    }
    if (now - read > READ_EVERY || until === Infinity) writeAll(now);
  }

  function writeAll(now) {
    read = now;
    counter.textContent = `step ${steps()}`;
    const stuck = columns.filter(({ training }) => training.broken);
    const reasons = stuck.map(({ name, training }) => whyBroken(name, training.broken));
    broken.textContent = reasons.join(" ");
    text = [...columns.map((column) => `${writeWords(column)}.`), ...reasons].join(" ");
    run.textContent = left ? "Pause" : "Run";
    run.hidden = calm.matches;
  }

  function steps() {
    return Math.max(...columns.map(({ training }) => training.steps));
  }

  /** Tell the kernel, but not too often. */
  function reportSoon() {
    due ||= setTimeout(report, Math.max(0, told + TELL_EVERY - performance.now()));
  }

  function report() {
    [due, told] = [0, performance.now()];
    const named = (each) => {
      return Object.fromEntries(columns.map((column) => [column.name, each(column)]));
    };
    const losses = named(({ history, training }) => upToNow(history, training));
    const weights = named(({ training }) => training.network.layers.map(numbersOf));
    tell({ steps: steps(), losses, weights });
  }

  function ask(count) {
    left = count;
    if (!left) return stop();
    run.textContent = "Pause";
    wait();
  }

  function stop() {
    left = 0;
    paint(Infinity);
    reportSoon();
  }

  function wait() {
    if (waiting || !left || !seen) return;
    waiting = true;
    requestAnimationFrame(frameComes);
  }

  function frameComes() {
    waiting = false;
    if (!seen || !left) return;
    const start = performance.now();
    const { optimiser, rate, decay } = values;
    const settings = { ...SETTINGS, optimiser, rate, decay };
    for (let taken = 0; taken < STEPS_A_FRAME && left > 0; taken++) {
      for (const { training, history } of columns) {
        if (training.broken) continue;
        advance(training, settings);
        remember(history, training);
      }
      left -= 1;
      if (performance.now() - start > TRAIN_FOR) break;
    }
    if (columns.every(({ training }) => training.broken)) left = 0;
    if (!left) return stop();
    if (!calm.matches) paint(start + LOOK_FOR);
    reportSoon();
    wait();
  }

  function draw(given) {
    const moved = figure.inputs.filter(({ name }) => given[name] !== values[name]);
    values = given;
    if (moved.some(({ name }) => !ON_THE_WAY.includes(name))) restart();
    return text;
  }

  new ResizeObserver(() => {
    fitAll();
    if (networks.offsetWidth) paint(Infinity); // else on a slide that is not shown
  }).observe(networks);
  new IntersectionObserver((entries) => {
    seen = entries.at(-1).isIntersecting;
    wait();
  }).observe(networks);

  return { draw, stage, readings: [note], style: TRAINING };
}
