// What is drawn of a network that is trained, on canvases: its output, its losses, its layers.
//
//   newPanel(name)                a canvas with its context, for one drawing
//   fit(panel, em, face)          after a change of its size or its text
//   newView(training, data)    room for the network's values on a grid, and what stays
//   look(view)                    find these values
//   paintOutput(panel, view), paintUnits(panel, view, layer)
//   paintLosses(panel, history), paintFlow(panel, training, layer)

const INK = "#1f2328";
const LINE = "#d8d8d8"; // as a grid in a figure
const [BELOW, ABOVE] = [[228, 150, 89], [89, 163, 205]]; // an output below 0 is orange
const [DARK_BELOW, DARK_ABOVE] = ["#8a3b00", "#004f7d"];
const [TRAIN, TEST] = ["#0072b2", "#d55e00"];
const SIDE = 40; // of the grid for two inputs
const PLACES = 241; // of the grid for one
const LEAST_TEXT = 11; // CSS pixels
const [LEAST_GRADIENT, MOST_GRADIENT] = [-8, 1]; // powers of ten
const [LEAST_LOSS, MOST_LOSS] = [-6, 3];
const [SUMS, BINS] = [5, 40]; // a histogram reaches from −5 to 5
const DASH = [5, 3];

// Colours: 256 between −1 and 1, white at 0, and none for what is no number.

function tint(value) {
  const hue = value < 0 ? BELOW : ABOVE;
  return [...hue.map((part) => 255 + Math.abs(value) * (part - 255)), 255];
}

const COLORS = Array.from({ length: 256 }, (_, i) => tint((2 * i) / 255 - 1));
const PALETTE = new Uint32Array(Uint8ClampedArray.from([...COLORS, [0, 0, 0, 0]].flat()).buffer);

function colorOf(value) {
  if (Number.isNaN(value)) return PALETTE[256];
  return PALETTE[Math.round(127.5 * (1 + Math.max(-1, Math.min(1, value))))];
}

// Panels

function newPanel(name) {
  const canvas = make(HTML, "canvas", { class: name, "aria-hidden": "true" });
  return { canvas, pen: canvas.getContext("2d"), width: 0, height: 0 };
}

function fit(panel, em, face) {
  const { canvas } = panel;
  const { offsetWidth: width, offsetHeight: height } = canvas;
  const zoom = width ? canvas.getBoundingClientRect().width / width : 1; // of a deck's stage
  const ratio = Math.min(3, Math.max(1, zoom * devicePixelRatio));
  canvas.width = Math.round(ratio * width);
  canvas.height = Math.round(ratio * height);
  Object.assign(panel, { width, height, ratio, em, text: Math.max(LEAST_TEXT, 0.85 * em), face });
}

/** A clean panel, in CSS pixels. */
function wiped({ canvas, pen, ratio, text, face }) {
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.font = `${text}px ${face}`;
  pen.lineJoin = "round";
  return pen;
}

function stroke(pen, color, width, dash = []) {
  pen.setLineDash(dash);
  pen.lineWidth = width;
  pen.strokeStyle = color;
  pen.stroke();
}

/** A line through points in pixels, broken where one is no number. */
function trace(pen, points) {
  let down = false;
  pen.beginPath();
  for (const [x, y] of points) {
    if (Number.isNaN(y)) down = false;
    else if (down) pen.lineTo(x, y);
    else {
      pen.moveTo(x, y);
      down = true;
    }
  }
}

function write(pen, text, x, y, align) {
  pen.fillStyle = INK;
  pen.textAlign = align;
  pen.fillText(text, x, y);
}

// A network on a grid

/** The places of cuts where f jumps or has a kink. */
function kinks({ values, slopes, cuts }) {
  return cuts.filter((cut) => {
    const sides = Float64Array.of(cut - BESIDE, cut + BESIDE);
    return [values, slopes].some((fill) => {
      const found = new Float64Array(2);
      fill(sides, found);
      return Math.abs(found[1] - found[0]) > 1e3 * BESIDE;
    });
  });
}

function newView(training, data) {
  const flat = data.dimension === 1;
  const reach = data.train.inputs.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const limit = 1.1 * reach;
  const side = flat ? PLACES : SIDE;
  const middle = (i) => limit * ((2 * i + 1) / side - 1); // of a pixel
  const line = Array.from({ length: side }, (_, i) => middle(i));
  const rows = line.toReversed(); // from above
  const grid = flat ? line : rows.flatMap((y) => line.flatMap((x) => [x, y]));
  const pass = newPass(training.network, Float64Array.from(grid));
  const small = new ImageData(SIDE, SIDE);
  const scratch = make(HTML, "canvas", { width: SIDE, height: SIDE });
  const image = { small, colors: new Uint32Array(small.data.buffer), scratch };
  return { training, data, flat, limit, line, pass, image, kinks: kinks(training.f) };
}

function look({ training, pass }) {
  forward(training.network, training.f, pass);
}

/** Fill the scratch image with each `units`th of the values, from `unit` on. */
function paintImage({ small, colors, scratch }, values, units, unit, shade) {
  for (let i = 0; i < colors.length; i++) colors[i] = colorOf(shade(values[unit + i * units]));
  scratch.getContext("2d").putImageData(small, 0, 0);
  return scratch;
}

/** Where values on the grid cross 0, by marching squares, each `by` places. `on` makes a pixel
 * from a row or a column. */
function traceZero(pen, values, units, unit, by, on) {
  const at = (row, column) => values[unit + units * (row * SIDE + column)];
  const ends = new Float64Array(8);
  pen.beginPath();
  for (let row = 0; row + by < SIDE; row += by) {
    for (let column = 0; column + by < SIDE; column += by) {
      const [a, b] = [at(row, column), at(row, column + by)];
      const [c, d] = [at(row + by, column), at(row + by, column + by)];
      if (((a > 0) + (b > 0) + (c > 0) + (d > 0)) % 4 === 0) continue;
      let count = 0;
      const cross = (from, to, rowFrom, columnFrom, down, right) => {
        if (from > 0 === to > 0) return;
        const part = by * (from / (from - to));
        ends[count++] = on(columnFrom + right * part);
        ends[count++] = on(rowFrom + down * part);
      };
      cross(a, b, row, column, 0, 1);
      cross(b, d, row, column + by, 1, 0);
      cross(c, d, row + by, column, 0, 1);
      cross(a, c, row, column, 1, 0);
      for (let i = 0; i < count; i += 4) {
        pen.moveTo(ends[i], ends[i + 1]);
        pen.lineTo(ends[i + 2], ends[i + 3]);
      }
    }
  }
}

// The output

function paintOutput(panel, view) {
  if (!panel.width) return;
  (view.flat ? paintCurve : paintSurface)(panel, view, wiped(panel));
}

function paintSurface(panel, { data, limit, pass, image }, pen) {
  const { width, height, em } = panel;
  const outputs = pass.layers.at(-1).outputs;
  // 2σ(z) − 1, which is from −1 to 1
  const scratch = paintImage(image, outputs, 1, 0, (z) => Math.tanh(z / 2));
  pen.drawImage(scratch, 0, 0, width, height);
  traceZero(pen, outputs, 1, 0, 1, (place) => ((place + 0.5) / SIDE) * width);
  stroke(pen, INK, 1.5);
  const px = (x) => ((x / limit + 1) / 2) * width;
  const py = (y) => ((1 - y / limit) / 2) * height;
  const { inputs, targets } = data.train;
  const radius = Math.min(0.3 * em, width / 50);
  for (const [side, color] of [[1, DARK_ABOVE], [-1, DARK_BELOW]]) {
    pen.beginPath();
    targets.forEach((target, i) => {
      if (target === side) addMark(pen, px(inputs[2 * i]), py(inputs[2 * i + 1]), radius, side > 0);
    });
    pen.fillStyle = color;
    pen.fill();
    stroke(pen, "#fff", 0.8);
  }
  nameAxes(pen, panel, "x₁ →", "↑ x₂");
}

/** A circle or a triangle. */
function addMark(pen, x, y, radius, round) {
  if (round) {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  pen.moveTo(x, y - 1.2 * radius);
  pen.lineTo(x + 1.1 * radius, y + 0.9 * radius);
  pen.lineTo(x - 1.1 * radius, y + 0.9 * radius);
  pen.closePath();
}

/** Names of what goes to the right and up, and a frame. */
function nameAxes(pen, { width, height, text }, across, up) {
  pen.lineWidth = 3;
  pen.strokeStyle = "#fff";
  const places = [[across, width - 4, height - 6, "right"], [up, 5, text + 3, "left"]];
  for (const [name, x, y, align] of places) {
    pen.textAlign = align;
    pen.strokeText(name, x, y);
    write(pen, name, x, y, align);
  }
  frame(pen, width, height);
}

function frame(pen, width, height) {
  pen.beginPath();
  pen.rect(0.5, 0.5, width - 1, height - 1);
  stroke(pen, "#818b98", 1);
}

/** The network's curve with the points; dots are its kinks. */
function paintCurve(panel, view, pen) {
  const { width, height, em } = panel;
  const { data, limit, line, pass } = view;
  const outputs = pass.layers.at(-1).outputs;
  const top = 1.15 * data.targets.reduce((most, y) => Math.max(most, Math.abs(y)), 1);
  const px = (x) => ((x / limit + 1) / 2) * width;
  const py = (y) => Math.max(-FAR, Math.min(FAR, ((1 - y / top) / 2) * height));
  trace(pen, [[0, py(0)], [width, py(0)]]);
  stroke(pen, LINE, 1);
  pen.beginPath();
  const { inputs, targets } = data.train;
  targets.forEach((y, i) => addMark(pen, px(inputs[i]), py(y), 0.2 * em, true));
  pen.fillStyle = DARK_ABOVE;
  pen.fill();
  trace(pen, line.map((x, i) => [px(x), py(outputs[i])]));
  stroke(pen, TEST, 2);
  pen.beginPath();
  const found = kinksOfCurve(view);
  const radius = (found.length > 20 ? 0.12 : 0.22) * em;
  for (const [x, y] of found) addMark(pen, px(x), py(y), radius, true);
  pen.fillStyle = "#fff";
  pen.fill();
  stroke(pen, TEST, 1.5);
  nameAxes(pen, panel, "x →", "↑ y");
}

/** Where a unit's sum passes a kink of f: there the network's curve has one. */
function kinksOfCurve({ line, pass, kinks: places }) {
  const found = [];
  const outputs = pass.layers.at(-1).outputs;
  for (const { sums } of pass.layers.slice(0, -1)) {
    const units = sums.length / line.length;
    for (let i = 0; i + units < sums.length; i++) {
      for (const place of places) {
        const [here, next] = [sums[i] - place, sums[i + units] - place];
        if (here > 0 === next > 0) continue;
        const [at, part] = [Math.floor(i / units), here / (here - next)];
        const between = (values) => values[at] + part * (values[at + 1] - values[at]);
        found.push([between(line), between(outputs)]);
      }
    }
  }
  return found;
}

// The units of a layer: the output of each, in its own scale, and where its sum is 0. A dead one is
// crossed out.

function paintUnits(panel, { training, flat, pass, image }, layer) {
  const { width, em } = panel;
  if (!width) return;
  const pen = wiped(panel);
  const { units } = training.network.layers[layer];
  const { sums, outputs } = pass.layers[layer];
  const { slopes } = training.train.layers[layer];
  const { across, size, gap } = tiles(units, width, em);
  for (let unit = 0; unit < units; unit++) {
    let most = 0;
    for (let i = unit; i < outputs.length; i += units) most = Math.max(most, Math.abs(outputs[i]));
    const by = most > 0 && most < Infinity ? most : 1;
    pen.save();
    pen.translate((unit % across) * (size + gap), Math.floor(unit / across) * (size + gap));
    if (flat) paintUnitsCurve(pen, outputs, units, unit, size, by);
    else {
      const scratch = paintImage(image, outputs, units, unit, (value) => value / by);
      pen.drawImage(scratch, 0, 0, size, size);
      traceZero(pen, sums, units, unit, 3, (place) => ((place + 0.5) / SIDE) * size);
      stroke(pen, INK, 0.8);
    }
    frame(pen, size, size);
    if (flatShare(slopes, units, unit) === 1) crossOut(pen, size);
    pen.restore();
  }
}

function crossOut(pen, size) {
  pen.beginPath();
  pen.moveTo(0, 0);
  pen.lineTo(size, size);
  pen.moveTo(0, size);
  pen.lineTo(size, 0);
  stroke(pen, INK, 1.2);
}

/** How many tiles stand in a row, their size, and the gap between them. */
function tiles(units, width, em) {
  const across = Math.min(8, Math.max(units, 4));
  const gap = 3;
  return { across, gap, size: Math.min(4 * em, (width - gap * (across - 1)) / across) };
}

function paintUnitsCurve(pen, outputs, units, unit, size, by) {
  const points = [];
  for (let i = unit; i < outputs.length; i += units) {
    points.push([(i / outputs.length) * size, ((1 - (0.9 * outputs[i]) / by) / 2) * size]);
  }
  trace(pen, [[0, size / 2], [size, size / 2]]);
  stroke(pen, LINE, 1);
  trace(pen, points);
  stroke(pen, TRAIN, 1.5);
}

// Losses

/** The least of 1, 2, 5, 10, ... hundreds that holds so many steps. */
function reachOfSteps(steps) {
  const power = 10 ** Math.floor(Math.log10(Math.max(steps, 100)));
  return power * [1, 2, 5, 10].find((times) => times * power >= steps);
}

function paintLosses(panel, { steps, train, test }) {
  const { width, height, text } = panel;
  if (!width) return;
  const pen = wiped(panel);
  const levels = [...train, ...test].filter((loss) => loss > 0 && loss < Infinity).map(Math.log10);
  const held = (level) => Math.max(LEAST_LOSS, Math.min(MOST_LOSS, level));
  const low = held(Math.floor(Math.min(-1, ...levels)));
  const high = held(Math.ceil(Math.max(0, ...levels)));
  const reach = reachOfSteps(steps.at(-1));
  const [left, top, right, bottom] = [3 * text, 0.5 * text, width - 2, height - 1.4 * text];
  const px = (step) => left + (step / reach) * (right - left);
  const py = (level) => top + ((high - level) / (high - low)) * (bottom - top);
  const by = Math.ceil((high - low) / 3);
  pen.beginPath();
  for (let level = low; level <= high; level += by) {
    pen.moveTo(left, py(level));
    pen.lineTo(right, py(level));
    write(pen, powerOfTen(level), left - 0.4 * text, py(level) + 0.35 * text, "right");
  }
  stroke(pen, LINE, 1);
  write(pen, "0", left, height - 0.2 * text, "center");
  write(pen, `${reach} steps`, right, height - 0.2 * text, "right");
  write(pen, "loss", right, top + text, "right");
  trace(pen, [[left, top], [left, bottom], [right, bottom]]);
  stroke(pen, INK, 1);
  pen.save();
  pen.beginPath();
  pen.rect(left, top - 2, right - left, bottom - top + 4);
  pen.clip();
  for (const [losses, color, dash] of [[train, TRAIN, []], [test, TEST, DASH]]) {
    trace(pen, steps.map((step, i) => [px(step), py(held(Math.log10(losses[i])))]));
    stroke(pen, color, 1.8, dash);
  }
  pen.restore();
}

// A layer: its gradient as a bar, its sums as a histogram

const counts = new Uint32Array(BINS);

function paintFlow(panel, training, layer) {
  const { width, height, text } = panel;
  if (!width) return;
  const pen = wiped(panel);
  const level = Math.log10(training.layers[layer].gradient);
  const share = (level - LEAST_GRADIENT) / (MOST_GRADIENT - LEAST_GRADIENT);
  const thick = 0.6 * text;
  pen.fillStyle = TRAIN;
  pen.fillRect(0, 0, Math.max(0, Math.min(1, share)) * width, thick); // of nan: nothing
  pen.beginPath();
  pen.rect(0.5, 0.5, width - 1, thick - 1);
  stroke(pen, "#818b98", 1);
  histogram(training.train.layers[layer].sums, -SUMS, SUMS, counts);
  const [top, bottom] = [1.1 * text, height - 1.3 * text];
  const most = Math.max(...counts, 1);
  const step = width / BINS;
  pen.fillStyle = "#57606a";
  counts.forEach((count, bin) => {
    const tall = (count / most) * (bottom - top);
    pen.fillRect(bin * step, bottom - tall, step - 0.5, tall);
  });
  trace(pen, [[0, bottom + 0.5], [width, bottom + 0.5]]);
  stroke(pen, INK, 1);
  const y = height - 0.2 * text;
  write(pen, `−${SUMS}`, 0, y, "left");
  write(pen, "0", width / 2, y, "center");
  write(pen, String(SUMS), width, y, "right");
}
