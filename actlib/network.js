// Networks: random numbers, data, training, and a signal through many layers. Pure functions on
// typed arrays; they know no page. network.py says the same in NumPy.
//
// A network's f is what `javascript.elementwise` makes of a formula, called with the values of
// its parameters: { values(x, y), slopes(x, y), cuts }. f stands after every layer but the last.
//
//   philox(index, stream, seed, pair)       two random whole numbers, 32 bits each
//   uniforms(seed, stream, numbers)         fills an array with numbers from [0, 1)
//   normals(seed, stream, numbers)          ... from N(0, 1)
//   makeData(name, options)                 points and targets: name is one of DATA
//   newNetwork(sizes)                       weights and biases, all 0
//   start(network, seed, scale)             the first weights
//   newPass(network, inputs)                room for what a forward and a backward pass find
//   forward(network, f, pass)               sums and outputs of all layers; returns the last
//   backward(network, f, pass, loss, targets, gradient)
//   meanLoss(loss, outputs, targets), accuracy(outputs, targets)
//   newOptimiser(network), step(network, gradient, optimiser, settings)
//   histogram(numbers, low, high, counts)
//   newTraining(f, data, options)           all of these in one object, which trains:
//   advance(training, settings)             one step; `measure` after any other change
//   newSignal(options), drawSignal(signal, seed), propagate(signal, f, settings)
//   meanSquare(values, cuts), gain(f), chi(f, g)
//
// Whole numbers are the same on every machine. Others may differ from NumPy's, and from browser
// to browser, in their last digits, as logarithms, exponentials, sines and cosines do.

// Random numbers

// Each use has a stream of its own; a network's layers have the next ones, too.
const STREAM = { points: 0, noise: 1, sums: 2, gradient: 3, weights: 1000, biases: 2000 };

/** The upper 32 bits of the product of two whole numbers of 32 bits. */
function upperHalf(a, b) {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + (middle >>> 16) + (other >>> 16);
}

/** Philox 2x32-10: two random whole numbers of 32 bits, from three that say which.
 * J. K. Salmon and others (2011), Parallel random numbers: as easy as 1, 2, 3. SC '11. */
function philox(index, stream, seed, pair) {
  let left = index >>> 0;
  let right = stream >>> 0;
  let key = seed >>> 0;
  for (let round = 0; round < 10; round++) {
    const upper = upperHalf(0xd256d193, left);
    const lower = Math.imul(0xd256d193, left) >>> 0;
    left = (upper ^ key ^ right) >>> 0;
    right = lower;
    key = (key + 0x9e3779b9) >>> 0;
  }
  pair[0] = left;
  pair[1] = right;
}

const pair = new Uint32Array(2);

function uniforms(seed, stream, numbers) {
  for (let i = 0; i < numbers.length; i++) {
    if (i % 2 === 0) philox(i / 2, stream, seed, pair);
    numbers[i] = pair[i % 2] / 2 ** 32;
  }
  return numbers;
}

/** By Box and Muller: a random angle, and a radius that makes both coordinates normal. */
function normals(seed, stream, numbers) {
  for (let i = 0; i < numbers.length; i += 2) {
    philox(i / 2, stream, seed, pair);
    const radius = Math.sqrt(-2 * Math.log((pair[0] + 0.5) / 2 ** 32)); // never log 0
    const angle = 2 * Math.PI * (pair[1] / 2 ** 32);
    numbers[i] = radius * Math.cos(angle);
    if (i + 1 < numbers.length) numbers[i + 1] = radius * Math.sin(angle);
  }
  return numbers;
}

// Data

const RADIUS = 2; // of all data, without noise: a coordinate's mean square is near 1

/** A point at a radius and an angle, which counts whole turns. */
function polar(radius, turns) {
  return [radius * Math.cos(2 * Math.PI * turns), radius * Math.sin(2 * Math.PI * turns)];
}

function spiral(turns, side, u) {
  return polar(0.1 + 0.9 * u, turns * u + (side > 0 ? 0 : 0.5));
}

function moon(side, u) {
  const [x, y] = polar(1, u / 2);
  return [(side * (x - 0.5)) / 1.5, (side * (y - 0.25)) / 1.5];
}

function quadrant(side, u, v) {
  const [left, size] = v < 0.5 ? [1, 2 * v] : [-1, 2 * v - 1];
  return [left * (0.1 + 0.9 * u), side * left * (0.1 + 0.9 * size)];
}

// Each makes a point within the unit circle (xor: the square around it) from its side, which is
// its class, 1 or −1, and two random numbers from [0, 1).
const CLASSES = {
  circle: (side, u, v) => polar(side > 0 ? 0.5 * u : 0.7 + 0.3 * u, v),
  xor: quadrant,
  moons: moon,
  spiral: (side, u) => spiral(1.5, side, u),
  "long spiral": (side, u) => spiral(2.5, side, u),
};
const DATA = [...Object.keys(CLASSES), "curve"];

/** The curve to fit: a wave that dies away. */
function wave(x) {
  return Math.cos(4 * x) * Math.exp((-x * x) / 2);
}

/** Points (`inputs`, one after the other), their `targets` and the right `loss` for them.
 * The first half is `train`, the second is `test`. Of noise, the standard deviation is given. */
function makeData(name, { seed = 0, noise = 0.05, points = 200 } = {}) {
  const random = uniforms(seed, STREAM.points, new Float64Array(2 * points));
  const shift = normals(seed, STREAM.noise, new Float64Array(2 * points));
  const dimension = name === "curve" ? 1 : 2;
  const inputs = new Float64Array(dimension * points);
  const targets = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    if (dimension === 1) {
      inputs[i] = RADIUS * (2 * random[2 * i] - 1);
      targets[i] = wave(inputs[i]) + noise * shift[2 * i];
      continue;
    }
    targets[i] = i % 2 === 0 ? 1 : -1;
    const [x, y] = CLASSES[name](targets[i], random[2 * i], random[2 * i + 1]);
    inputs[2 * i] = RADIUS * x + noise * shift[2 * i];
    inputs[2 * i + 1] = RADIUS * y + noise * shift[2 * i + 1];
  }
  const part = (from, to) => ({
    inputs: inputs.subarray(dimension * from, dimension * to),
    targets: targets.subarray(from, to),
  });
  const half = points >> 1;
  const loss = dimension === 1 ? "squared" : "logistic";
  return { inputs, targets, dimension, loss, train: part(0, half), test: part(half, points) };
}

// A network

/** A network of layers of these sizes, inputs and outputs included. All its numbers stand in one
 * array, `parameters`; each layer has a view of its `weights`, one unit's after the other's, and
 * of its `biases`. The gradient of a network has the same form. */
function newNetwork(sizes) {
  const shapes = sizes.slice(1).map((units, l) => ({ inputs: sizes[l], units }));
  const total = shapes.reduce((sum, { inputs, units }) => sum + (inputs + 1) * units, 0);
  const parameters = new Float64Array(total);
  let from = 0;
  const view = (length) => parameters.subarray(from, (from += length));
  const layers = shapes.map(({ inputs, units }) => {
    return { inputs, units, weights: view(inputs * units), biases: view(units) };
  });
  return { sizes, parameters, layers };
}

/** The first weights: numbers from N(0, 1) times scale/√inputs. The biases are 0. */
function start(network, seed, scale) {
  network.layers.forEach(({ inputs, weights, biases }, l) => {
    normals(seed, STREAM.weights + l, weights);
    for (let i = 0; i < weights.length; i++) weights[i] *= scale / Math.sqrt(inputs);
    biases.fill(0);
  });
}

/** Room for what passes find at these inputs: of each layer `sums`, `outputs`, `slopes` and
 * `deltas`, the derivatives of the loss with respect to the sums; one point after the other. */
function newPass(network, inputs) {
  const points = inputs.length / network.sizes[0];
  const layers = network.layers.map(({ units }, l) => {
    const room = () => new Float64Array(points * units);
    const sums = room();
    const linear = l === network.layers.length - 1;
    return { sums, outputs: linear ? sums : room(), slopes: room().fill(1), deltas: room() };
  });
  return { points, inputs, layers };
}

function forward(network, f, pass) {
  let signal = pass.inputs;
  for (let l = 0; l < network.layers.length; l++) {
    const { sums, outputs } = pass.layers[l];
    weightedSums(network.layers[l], signal, sums);
    if (outputs !== sums) f.values(sums, outputs);
    signal = outputs;
  }
  return signal;
}

/** z = W a + b, for all points. */
function weightedSums({ inputs, units, weights, biases }, signal, sums) {
  for (let p = 0, i = 0; i < sums.length; p += inputs) {
    for (let unit = 0; unit < units; unit++, i++) {
      let sum = biases[unit];
      for (let k = 0; k < inputs; k++) sum += weights[unit * inputs + k] * signal[p + k];
      sums[i] = sum;
    }
  }
}

/** Fill the gradient of the mean loss, after a forward pass. */
function backward(network, f, pass, loss, targets, gradient) {
  const last = network.layers.length - 1;
  const { outputs, deltas } = pass.layers[last];
  const { slope } = LOSSES[loss];
  for (let p = 0; p < targets.length; p++) {
    deltas[p] = slope(outputs[p], targets[p]) / targets.length;
  }
  for (let l = last; l >= 0; l--) {
    const below = l > 0 ? pass.layers[l - 1] : null;
    gradientOfLayer(gradient.layers[l], below?.outputs ?? pass.inputs, pass.layers[l].deltas);
    if (!below) return;
    f.slopes(below.sums, below.slopes);
    deltasBelow(network.layers[l], pass.layers[l].deltas, below);
  }
}

/** ∂L/∂W = δ aᵀ and ∂L/∂b = δ, summed over all points. */
function gradientOfLayer({ inputs, units, weights, biases }, signal, deltas) {
  weights.fill(0);
  biases.fill(0);
  for (let p = 0, i = 0; i < deltas.length; p += inputs) {
    for (let unit = 0; unit < units; unit++, i++) {
      const delta = deltas[i];
      biases[unit] += delta;
      for (let k = 0; k < inputs; k++) weights[unit * inputs + k] += delta * signal[p + k];
    }
  }
}

/** The chain rule, one layer down: Wᵀ δ times the slopes f′(z) there. */
function deltasBelow({ inputs, units, weights }, deltas, below) {
  for (let p = 0, i = 0; i < below.deltas.length; p += units) {
    for (let k = 0; k < inputs; k++, i++) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) sum += weights[unit * inputs + k] * deltas[p + unit];
      below.deltas[i] = sum * below.slopes[i];
    }
  }
}

// Losses, of an output z and its target y

const LOSSES = {
  logistic: {
    // log(1 + exp(−yz)), y being 1 or −1, without overflow
    value: (z, y) => Math.max(-y * z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
    slope: (z, y) => -y / (1 + Math.exp(y * z)),
  },
  squared: {
    value: (z, y) => (z - y) ** 2 / 2,
    slope: (z, y) => z - y,
  },
};

function meanLoss(loss, outputs, targets) {
  const { value } = LOSSES[loss];
  let sum = 0;
  for (let p = 0; p < targets.length; p++) sum += value(outputs[p], targets[p]);
  return sum / targets.length;
}

/** The share of points on their side of 0. */
function accuracy(outputs, targets) {
  let right = 0;
  for (let p = 0; p < targets.length; p++) if (outputs[p] * targets[p] > 0) right++;
  return right / targets.length;
}

// A step

const [MEAN_KEEPS, SQUARE_KEEPS, EPSILON] = [0.9, 0.999, 1e-8]; // as Adam's authors have them
const SETTINGS = { optimiser: "adam", rate: 0.01, momentum: 0.9, decay: 0 };

function newOptimiser(network) {
  const room = () => new Float64Array(network.parameters.length);
  return { kind: "", steps: 0, means: room(), squares: room() };
}

/** Change the weights. `optimiser` is "descent", which has momentum, or "adam". `decay` shrinks
 * the weights, not the biases, by rate · decay of their size, whatever the optimiser (AdamW). */
function step(network, gradient, state, { optimiser, rate, momentum, decay }) {
  if (state.kind !== optimiser) {
    Object.assign(state, { kind: optimiser, steps: 0 });
    state.means.fill(0);
    state.squares.fill(0);
  }
  state.steps += 1;
  for (const { weights } of network.layers) {
    for (let i = 0; i < weights.length; i++) weights[i] -= rate * decay * weights[i];
  }
  const take = optimiser === "adam" ? adam : descend;
  take(network.parameters, gradient.parameters, state, rate, momentum);
}

/** Gradient descent; momentum keeps a part of the step before. */
function descend(parameters, gradient, { means }, rate, momentum) {
  for (let i = 0; i < parameters.length; i++) {
    means[i] = momentum * means[i] + gradient[i];
    parameters[i] -= rate * means[i];
  }
}

/** Adam (Kingma & Ba 2015): steps of the size of the rate, whatever that of the gradient. */
function adam(parameters, gradient, { steps, means, squares }, rate) {
  const [meanBias, squareBias] = [1 - MEAN_KEEPS ** steps, 1 - SQUARE_KEEPS ** steps];
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i];
    means[i] = MEAN_KEEPS * means[i] + (1 - MEAN_KEEPS) * g;
    squares[i] = SQUARE_KEEPS * squares[i] + (1 - SQUARE_KEEPS) * g * g;
    const size = Math.sqrt(squares[i] / squareBias) + EPSILON;
    parameters[i] -= (rate * (means[i] / meanBias)) / size;
  }
}

// What to look at

const FLAT_SLOPE = 0.01; // where |f′| is below it, hardly any gradient passes

/** The root mean square. */
function size(numbers) {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] * numbers[i];
  return Math.sqrt(sum / numbers.length);
}

/** At which share of the points a unit is flat. */
function flatShare(slopes, units, unit) {
  let flat = 0;
  for (let i = unit; i < slopes.length; i += units) if (Math.abs(slopes[i]) < FLAT_SLOPE) flat++;
  return flat / (slopes.length / units);
}

/** The shares of a layer's units that are flat at all points (dead), and those that are flat at
 * more than half of them, but not at all (saturated). */
function flatUnits({ slopes }, units, shares) {
  shares.dead = shares.saturated = 0;
  for (let unit = 0; unit < units; unit++) {
    const flat = flatShare(slopes, units, unit);
    if (flat === 1) shares.dead += 1 / units;
    else if (flat > 0.5) shares.saturated += 1 / units;
  }
}

/** Count numbers in bins of equal width; the first and the last have all beyond them, too. */
function histogram(numbers, low, high, counts) {
  counts.fill(0);
  const last = counts.length - 1;
  for (let i = 0; i < numbers.length; i++) {
    const bin = Math.floor(((numbers[i] - low) / (high - low)) * counts.length);
    if (!Number.isNaN(bin)) counts[Math.max(0, Math.min(last, bin))]++;
  }
  return counts;
}

// Training

/** A network with an f and data, at its start. The scale of the first weights is the gain of f,
 * or 1 if it has none, times `multiple`. All that can be read of it belongs to the present
 * weights:
 *   steps                  how many were taken
 *   network, gradient      of the loss at the train points
 *   train, test            passes, with `loss` and `accuracy`
 *   layers                 of each: `gradient`, the size of that of its weights; `dead` and
 *                          `saturated`, shares of its units (of the last, linear one: 0)
 *   broken                 null, or { step, layer, what }: which number is not finite, first of
 *                          all, in the layer (from 1): of its "weights", "sums", "outputs",
 *                          "slopes", "loss" or "gradient" */
function newTraining(f, data, { hidden = [8, 8], seed = 0, multiple = 1 } = {}) {
  const sizes = [data.dimension, ...hidden, 1];
  const network = newNetwork(sizes);
  const scale = gain(f);
  start(network, seed, multiple * (scale > 0 && scale < Infinity ? scale : 1));
  const pass = ({ inputs, targets }) => {
    return { ...newPass(network, inputs), targets, loss: NaN, accuracy: NaN };
  };
  const training = {
    f,
    loss: data.loss,
    steps: 0,
    network,
    gradient: newNetwork(sizes),
    optimiser: newOptimiser(network),
    train: pass(data.train),
    test: pass(data.test),
    layers: network.layers.map(() => ({ gradient: NaN, dead: 0, saturated: 0 })),
    broken: null,
  };
  measure(training);
  return training;
}

/** Take one step, unless the training is broken. */
function advance(training, settings) {
  if (training.broken) return;
  step(training.network, training.gradient, training.optimiser, settings);
  training.steps += 1;
  measure(training);
}

/** Find all that can be read of a training, for its f and weights as they are now. */
function measure(training) {
  const { f, loss, network, gradient, train, layers } = training;
  judge(training, training.test);
  judge(training, train);
  backward(network, f, train, loss, train.targets, gradient);
  const last = layers.length - 1;
  let finite = Number.isFinite(train.loss);
  for (let l = 0; l <= last; l++) {
    layers[l].gradient = size(gradient.layers[l].weights);
    finite &&= Number.isFinite(layers[l].gradient);
    if (l < last) flatUnits(train.layers[l], network.layers[l].units, layers[l]);
  }
  training.broken = finite ? null : firstBroken(training);
}

function judge({ f, loss, network }, pass) {
  const outputs = forward(network, f, pass);
  pass.loss = meanLoss(loss, outputs, pass.targets);
  pass.accuracy = loss === "logistic" ? accuracy(outputs, pass.targets) : NaN;
}

/** Where the first number is that is not finite, on the way of the signal. */
function firstBroken({ steps, network, train }) {
  const last = network.layers.length;
  for (let layer = 1; layer <= last; layer++) {
    const { weights, biases } = network.layers[layer - 1];
    const { sums, outputs, slopes } = train.layers[layer - 1];
    const found = { weights, biases, sums, outputs, slopes };
    for (const [what, numbers] of Object.entries(found)) {
      if (!numbers.every(Number.isFinite)) return { step: steps, layer, what };
    }
  }
  return { step: steps, layer: last, what: Number.isFinite(train.loss) ? "gradient" : "loss" };
}

// A signal through many layers

/** Room for a network that is not trained: `layers` matrices of `width`², and what `propagate`
 * finds in front of each layer and after the last: `sizes` and `cosines` of the sums, and the
 * sizes of the `gradients`. `inputs` is the number of signals that are sent through. */
function newSignal({ layers = 50, width = 64, inputs = 2 } = {}) {
  const room = (length) => new Float64Array(length);
  const each = (length) => Array.from({ length: layers }, () => room(length));
  const signals = () => Array.from({ length: layers + 1 }, () => room(width * inputs));
  return {
    width,
    inputs,
    weights: each(width * width), // for g = 1: from N(0, 1/width)
    biases: each(width), // for b = 1: from N(0, 1)
    sums: signals(), // the first are from N(0, 1); one signal after the other
    deltas: signals(), // the last are from N(0, 1)
    outputs: room(width * inputs),
    slopes: signals(),
    sizes: room(layers + 1),
    gradients: room(layers + 1),
    cosines: room(layers + 1),
  };
}

function drawSignal(signal, seed) {
  const { width, weights, biases, sums, deltas } = signal;
  weights.forEach((matrix, l) => {
    normals(seed, STREAM.weights + l, matrix);
    for (let i = 0; i < matrix.length; i++) matrix[i] /= Math.sqrt(width);
    normals(seed, STREAM.biases + l, biases[l]);
  });
  normals(seed, STREAM.sums, sums[0]);
  normals(seed, STREAM.gradient, deltas.at(-1));
}

/** Send the signals through all layers, z → g W f(z) + b, and a gradient back. */
function propagate(signal, f, { g, b }) {
  const { width, inputs, weights, biases, sums, deltas, outputs, slopes } = signal;
  for (let l = 0; l < weights.length; l++) {
    f.values(sums[l], outputs);
    f.slopes(sums[l], slopes[l]);
    sendForward(weights[l], biases[l], outputs, sums[l + 1], width, g, b);
  }
  for (let l = weights.length - 1; l >= 0; l--) {
    sendBack(weights[l], deltas[l + 1], slopes[l], deltas[l], width, g);
  }
  for (let l = 0; l <= weights.length; l++) {
    signal.sizes[l] = size(sums[l]);
    signal.gradients[l] = size(deltas[l]);
    signal.cosines[l] = meanCosine(sums[l], width, inputs);
  }
}

function sendForward(weights, biases, outputs, sums, width, g, b) {
  for (let s = 0; s < sums.length; s += width) {
    for (let unit = 0; unit < width; unit++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += weights[unit * width + k] * outputs[s + k];
      sums[s + unit] = g * sum + b * biases[unit];
    }
  }
}

function sendBack(weights, deltas, slopes, below, width, g) {
  below.fill(0);
  for (let s = 0; s < deltas.length; s += width) {
    for (let unit = 0; unit < width; unit++) {
      const delta = g * deltas[s + unit];
      for (let k = 0; k < width; k++) below[s + k] += weights[unit * width + k] * delta;
    }
  }
  for (let i = 0; i < below.length; i++) below[i] *= slopes[i];
}

/** The mean cosine between two of the signals, each divided by its largest number first: squares
 * of numbers below 1e−162 are 0. */
function meanCosine(sums, width, inputs) {
  const signals = Array.from({ length: inputs }, (_, a) => {
    const signal = sums.subarray(a * width, (a + 1) * width);
    const largest = signal.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
    return signal.map((number) => number / largest);
  });
  const product = (a, b) => a.reduce((sum, number, i) => sum + number * b[i], 0);
  const norms = signals.map((signal) => Math.sqrt(product(signal, signal)));
  let total = 0;
  for (let a = 0; a < inputs; a++) {
    for (let b = 0; b < a; b++) total += product(signals[a], signals[b]) / (norms[a] * norms[b]);
  }
  return total / ((inputs * (inputs - 1)) / 2);
}

// What a formula says beforehand, of numbers z from N(0, 1)

// Gauss and Legendre's 8 points of [−1, 1], by symmetry 4, and their weights.
const POINTS = [0.18343464249564978, 0.525532409916329, 0.7966664774136267, 0.9602898564975363];
const SHARES = [0.362683783378362, 0.31370664587788727, 0.22238103445337448, 0.10122853629037626];
const [REACH_OF_NORMAL, PANEL] = [16, 1 / 8];

/** E[f(z)²], given `values` of f or of f′: by panels, none of which has a cut inside. */
function meanSquare(values, cuts) {
  const inner = cuts.filter((cut) => Math.abs(cut) < REACH_OF_NORMAL);
  const ends = [-REACH_OF_NORMAL, ...inner.sort((a, b) => a - b), REACH_OF_NORMAL];
  const [z, bell] = [[], []];
  for (let i = 1; i < ends.length; i++) {
    const count = Math.ceil((ends[i] - ends[i - 1]) / PANEL);
    const half = (ends[i] - ends[i - 1]) / count / 2;
    for (let panel = 0; panel < count; panel++) {
      const middle = ends[i - 1] + (2 * panel + 1) * half;
      POINTS.forEach((point, k) => {
        for (const place of [middle - half * point, middle + half * point]) {
          z.push(place);
          bell.push((half * SHARES[k] * Math.exp((-place * place) / 2)) / Math.sqrt(2 * Math.PI));
        }
      });
    }
  }
  const found = new Float64Array(z.length);
  values(Float64Array.from(z), found);
  return found.reduce((sum, value, i) => sum + bell[i] * value * value, 0);
}

/** What weights of variance 1/inputs are to be multiplied by, to keep the size of a signal. */
function gain(f) {
  return 1 / Math.sqrt(meanSquare(f.values, f.cuts));
}

/** What a layer multiplies the mean square of a gradient by, if the weights' gain is g. */
function chi(f, g) {
  return g * g * meanSquare(f.slopes, f.cuts);
}
