"""Measure networks of two functions: a step in the page's engine, and one in NumPy.

    python benchmarks/network.py

For each pair the milliseconds that both networks take together are printed: a step with
all statistics and histograms (median, and the 95th percentile), the surfaces of all
units on 50 × 50 points, and a step in NumPy. Then those of a signal: drawing a seed's
network of 50 layers of 64 units, and sending it through with four functions; at first,
before the browser's engine knows the code, and in the middle of many. Node.js runs it;
nothing is drawn.
"""

import json
import sys
import time
from pathlib import Path
from statistics import median

from functions import FUNCTIONS

from actlib import CATALOGUE, Activation, javascript, network
from actlib.live import script

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from node import run_javascript

PAIRS = [
    ("relu", "tanh"),
    ("relu", "elu"),
    ("logistic", "elu"),
    ("softplus", "prelu"),
    ("GELU", "SiLU"),
    ("Mish", "tanh-GELU"),
    ("sine", "squared ReLU"),
]
SHAPES = {"2–8–8–1": [8, 8], "2–16–16–16–16–16–16–1": [16] * 6}
FOUR = ["tanh", "relu", "GELU", "Mish"]
STEPS, NUMPY_STEPS = 1000, 200
JAVASCRIPT = """
const clock = (action) => {
  const start = performance.now();
  action();
  return performance.now() - start;
};
const part = (times, share) => {
  return times.sort((a, b) => a - b)[Math.floor(share * times.length)];
};
const line = Array.from({ length: 50 }, (_, i) => -2.5 + (5 * i) / 49);
const grid = Float64Array.from(line.flatMap((y) => line.flatMap((x) => [x, y])));
const counts = new Uint32Array(40);

function trainPair(pair, hidden) {
  const data = makeData("spiral");
  const both = pair.map((name) => newTraining(f[name], data, { hidden }));
  const passes = both.map(({ network }) => newPass(network, grid));
  const frame = () => {
    for (const training of both) {
      advance(training, SETTINGS);
      for (const { sums } of training.train.layers) histogram(sums, -4, 4, counts);
    }
  };
  const surfaces = () => both.forEach((t, i) => forward(t.network, t.f, passes[i]));
  const times = Array.from({ length: steps }, () => clock(frame));
  const drawn = Array.from({ length: 50 }, () => clock(surfaces));
  return [part(times, 0.5), part(times, 0.95), part(drawn, 0.5)];
}
"""
TRAIN = "answer(trainPair(names, hidden));"
SEND = """
const signal = newSignal();
let seed = 0;
const draw = () => drawSignal(signal, seed++);
const gains = { g: 1.4, b: 0 };
const send = () => names.forEach((name) => propagate(signal, f[name], gains));
const first = [draw, send].map(clock);
const usual = [draw, send].map((action) => {
  return part(Array.from({ length: 30 }, () => clock(action)), 0.5);
});
answer([first, usual]);
"""


def named(name):
    """Return an entry of the catalogue, or a function of the literature."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    formula, *parameters = FUNCTIONS[name]
    return Activation(name, formula, parameters)


def measured(task, names, hidden=()):
    """Return what JavaScript measures, in a process of its own."""
    code = []
    for name in names:
        f = named(name)
        symbols = [p.symbol for p in f.parameters.values()]
        defaults = json.dumps([p.default for p in f.parameters.values()])[1:-1]
        made = javascript.elementwise(f.formula, symbols)
        code.append(f"{json.dumps(name)}: ({made})({defaults})")
    made = f"{{{', '.join(code)}}}"
    given = {"names": names, "hidden": hidden, "steps": STEPS}
    constants = [f"const {k} = {json.dumps(value)};" for k, value in given.items()]
    blocks = javascript.literal(javascript.blocks_of(made))
    parts = [script("network.js"), f"const blocks = {blocks};", f"const f = {made};"]
    return run_javascript("\n".join([*parts, *constants, JAVASCRIPT, task]))


def numpy_step(f, hidden):
    """Return the milliseconds of a step in NumPy, test points included."""
    data = network.make_data("spiral")
    layers = network.start([2, *hidden, 1], 0, float(f.facts()["gain"]))
    optimiser, times = network.Optimiser(), []
    for _ in range(NUMPY_STEPS):
        start = time.perf_counter()
        optimiser.step(layers, network.gradient(layers, f, *data.train, data.loss))
        network.forward(layers, f, data.inputs)
        times.append(1000 * (time.perf_counter() - start))
    return median(times)


def main():
    for shape, hidden in SHAPES.items():
        print(f"{shape:24}    step    95%   surfaces   NumPy's step")
        for pair in PAIRS:
            usual, late, surfaces = measured(TRAIN, pair, hidden)
            there = sum(numpy_step(named(name), hidden) for name in pair)
            numbers = f"{usual:8.2f}{late:7.2f}{surfaces:11.2f}{there:15.2f}"
            print(f"{' + '.join(pair):24}{numbers}", flush=True)
        print()
    first, usual = measured(SEND, FOUR)
    print(f"50 layers of 64, {', '.join(FOUR)}      first   then")
    for word, *numbers in zip(["draw", "send four"], first, usual, strict=True):
        print(f"{word:40} {numbers[0]:6.1f} {numbers[1]:6.1f}")


if __name__ == "__main__":
    main()
