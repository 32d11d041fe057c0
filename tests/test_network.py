"""Networks: the page's against NumPy's, and both against what is known."""

import json
from functools import lru_cache
from itertools import product
from pathlib import Path

import nbformat
import networks
import numpy as np
import pytest
from examples import OWN, corners
from node import run_javascript
from scipy import stats
from sympy import Piecewise, exp, log, sin, sqrt

from actlib import CATALOGUE, Activation, javascript, network, relu
from actlib.live import script

SCALAR = {
    name: entry
    for name, entry in CATALOGUE.items()
    if isinstance(entry, Activation) and not entry.inputs
}
SCALAR |= {f"own_{name}": activation for name, activation in OWN.items()}
NOTEBOOK = Path(__file__).parents[1] / "notebooks/90-compare.ipynb"
# Whoever trains in a page begins with these.
DEFAULTS = {"optimiser": "adam", "rate": 0.01, "momentum": 0.9, "decay": 0}


def ask(body, functions=SCALAR, **given):
    """What a body of JavaScript answers; `f.name` is a function at its defaults."""
    code = {n: javascript.elementwise(*parts(f)) for n, f in functions.items()}
    defaults = {
        n: [p.default for p in f.parameters.values()] for n, f in functions.items()
    }
    made = javascript.literal(list(code.values()))
    return run_javascript(f"""{script("network.js")}
        import fs from "node:fs";
        const blocks = {javascript.literal(javascript.blocks_of(made))};
        const defaults = {json.dumps(defaults)};
        const make = Object.fromEntries(
            {made}.map((made, i) => [{json.dumps([*code])}[i], made]));
        const f = Object.fromEntries(
            Object.entries(make).map(([name, at]) => [name, at(...defaults[name])]));
        const given = {json.dumps(given)};
        function floats(path) {{
            const bytes = fs.readFileSync(path);
            return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
        }}
        {{ {body} }}""")


def parts(activation):
    return activation.formula, [p.symbol for p in activation.parameters.values()]


def difference(found, expected):
    """The largest difference, as a part of the largest number."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape and np.isfinite(found).all()
    return np.abs(found - expected).max() / np.abs(expected).max()


# A formula for arrays


def test_arrays_of_values_and_slopes_are_numpys():
    places = [-745.0, -30.0, *np.linspace(-6, 6, 49), 0.5, 1e-9, 40.0, 800.0]
    settings = {n: [list(c.values()) for c in corners(f)] for n, f in SCALAR.items()}
    found = ask(
        """answer(Object.entries(given.settings).map(([name, all]) => all.map((p) => {
            const { values, slopes, cuts } = make[name](...p);
            const z = Float64Array.from([...given.places, ...cuts]);
            const filled = [values, slopes].map((fill) => {
                const y = new Float64Array(z.length);
                fill(z, y);
                return [...y];
            });
            return [[...z], ...filled];
        })));""",
        settings=settings,
        places=places,
    )
    for f, each in zip(SCALAR.values(), found, strict=True):
        for setting, (z, values, slopes) in zip(corners(f), each, strict=True):
            # Far out a wave feels how a product with its parameter is rounded.
            far = max([1, *setting.values()]) * np.maximum(1, np.abs(z))
            close = {"rtol": 1e-12, "atol": 1e-15 * far}
            assert np.isclose(values, f(z, **setting), **close).all()
            assert np.isclose(slopes, f.grad(z, **setting), **close).all()


def test_no_text_of_a_user_gets_into_the_code():
    code = javascript.elementwise(*parts(OWN["steep"]))
    assert "steep" not in code and "k" not in code.replace("blocks", "")


# Random numbers

# Of the file kat_vectors of Random123, by the authors of the paper.
KNOWN = [
    ((0, 0, 0), (0xFF1DAE59, 0x6CD10DF2)),
    ((2**32 - 1,) * 3, (0x2C3F628B, 0xAB4FD7AD)),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E), (0xDD7CE038, 0xF62A4C12)),
]


def test_philox_is_that_of_its_authors():
    each = "given.places.map((place) => (philox(...place, pair), [...pair]))"
    places = [place for place, _ in KNOWN]
    found = ask(f"answer({each})", {}, places=places)
    for (index, *rest), numbers, expected in zip(
        places, found, (numbers for _, numbers in KNOWN), strict=True
    ):
        assert tuple(numbers) == expected == networks.philox(index, *rest)
        assert tuple(network.philox(np.array([index]), *rest)[0]) == expected


@pytest.mark.parametrize("count", [1, 7, 1000])
def test_random_numbers_are_the_same_in_both_languages(count):
    found = ask(
        """answer([uniforms, normals].map((fill) => given.seeds.map(([seed, stream]) =>
            [...fill(seed, stream, new Float64Array(given.count))])));""",
        {},
        seeds=(seeds := [(0, 0), (1, 2), (2**32 - 1, 1007)]),
        count=count,
    )
    for i, (seed, stream) in enumerate(seeds):
        same = networks.uniforms(seed, stream, count)
        assert found[0][i] == same == network.uniforms(seed, stream, count).tolist()
        expected = networks.normals(seed, stream, count)
        for numbers in found[1][i], network.normals(seed, stream, count):
            np.testing.assert_allclose(numbers, expected, rtol=0, atol=4e-15)


def test_normal_numbers_are_normal_and_streams_are_not_related():
    numbers = np.array([network.normals(s, k, 5000) for s in range(25) for k in (0, 1)])
    chances = [stats.kstest(row, "norm").pvalue for row in numbers]
    assert stats.kstest(chances, "uniform").pvalue > 0.001
    related = np.corrcoef(np.concatenate([numbers, numbers[:, ::-1]]))
    assert np.abs(related - np.eye(len(related))).max() < 5 / np.sqrt(5000)


# Data


def test_data_are_the_same_in_both_languages():
    cases = list(product(network.DATA, [0, 3]))
    found = ask(
        """answer(given.cases.map(([name, seed]) => {
            const data = makeData(name, { seed, noise: 0.2 });
            const listed = ({ inputs, targets }) => [[...inputs], [...targets]];
            const parts = [data, data.train, data.test].map(listed);
            return [data.loss, data.dimension, ...parts];
        }))""",
        {},
        cases=cases,
    )
    for (name, seed), (loss, dimension, whole, *halves) in zip(
        cases, found, strict=True
    ):
        inputs, targets = networks.data(name, seed, noise=0.2)
        numpy = network.make_data(name, seed, noise=0.2)
        assert (loss, dimension) == (numpy.loss, len(inputs))
        assert [a + b for a, b in zip(*halves, strict=True)] == whole
        for flat, labels in [whole, (numpy.inputs.ravel(), numpy.targets)]:
            np.testing.assert_allclose(flat, inputs.T.ravel(), rtol=0, atol=1e-14)
            np.testing.assert_allclose(labels, targets, rtol=0, atol=1e-14)
        for (_, labels), half in zip(halves, (numpy.train, numpy.test), strict=True):
            assert labels == pytest.approx(half[1], abs=1e-14) and len(labels) == 100
            assert name == "curve" or sum(labels) == 0


# Training

GAINS = {name: float(f.facts()["gain"]) for name, f in SCALAR.items()}


def oracle(name, hidden, data, seed=0):
    """NumPy's network at its start, its points to train with; is the loss squared?"""
    inputs, targets = networks.data(data, seed)
    sizes = [len(inputs), *hidden, 1]
    made = networks.Network(SCALAR[name], sizes, seed, GAINS[name])
    return made, (inputs[:, :100], targets[:100], data == "curve")


@pytest.mark.parametrize("rate", [0.01, 0.003, 0.001])
def test_after_50_steps_all_weights_are_numpys(rate):
    data = {name: network.DATA[i % 6] for i, name in enumerate(SCALAR)}
    data["relu"] = data["tanh"] = "spiral"
    found = ask(
        """answer(Object.entries(given.data).map(([name, data]) => {
            const training = newTraining(f[name], makeData(data));
            const settings = { ...SETTINGS, rate: given.rate };
            for (let i = 0; i < 50; i++) advance(training, settings);
            const { train, test, network, gradient } = training;
            return { settings: SETTINGS, weights: [...network.parameters],
                gradient: [...gradient.parameters], losses: [train.loss, test.loss] };
        }))""",
        data=data,
        rate=rate,
    )
    worst = 0
    for name, page in zip(SCALAR, found, strict=True):
        assert page["settings"] == DEFAULTS
        made, given = oracle(name, [8, 8], data[name])
        for _ in range(50):
            made.step(made.gradient(*given), **DEFAULTS | {"rate": rate})
        worst = max(worst, difference(page["weights"], made.parameters))
        size = np.abs(made.parameters).max()
        np.testing.assert_allclose(
            page["gradient"], made.gradient(*given), rtol=0, atol=1e-9 * size
        )
        weights, losses = numpy_training(name, data[name], rate)
        worst = max(worst, difference(weights, made.parameters))
        assert page["losses"] == pytest.approx(losses, rel=1e-9)
    print(f"rate {rate}: {worst:.1e} of the largest weight")
    assert worst < 1e-9


def numpy_training(name, data, rate):
    """Weights and losses after 50 steps, by actlib's own NumPy."""
    data, f = network.make_data(data), SCALAR[name]
    sizes = [data.inputs.shape[1], 8, 8, 1]
    layers = network.start(sizes, 0, GAINS[name])
    optimiser = network.Optimiser(rate=rate)
    for _ in range(50):
        optimiser.step(layers, network.gradient(layers, f, *data.train, data.loss))
    losses = [
        network.mean_loss(data.loss, network.forward(layers, f, inputs)[1], targets)
        for inputs, targets in (data.train, data.test)
    ]
    return np.concatenate([np.ravel(a) for layer in layers for a in layer]), losses


OPTIMISERS = {
    "adam": {"optimiser": "adam", "rate": 0.1, "momentum": 0.9, "decay": 0},
    "momentum": {"optimiser": "descent", "rate": 0.3, "momentum": 0.9, "decay": 0.01},
    "plain": {"optimiser": "descent", "rate": 1, "momentum": 0, "decay": 0},
}


def test_each_step_is_numpys_even_at_rates_that_are_chaotic(tmp_path):
    """Depth 6. Every function meets all optimisers and data, and they each other."""
    cases, before, after, allowed = [], [], [], []
    for (i, name), (j, data) in product(enumerate(SCALAR), enumerate(network.DATA)):
        settings = list(OPTIMISERS.values())[(i + j) % 3]
        made, given = oracle(name, [4] * 6, data, seed=i)
        states = []
        for _ in range(50):
            state = [*made.parameters, *made.memory.ravel(), made.steps]
            with np.errstate(over="ignore", invalid="ignore"):
                made.step(made.gradient(*given), **settings)
            if not np.abs(made.parameters).max() < 1e100:
                break  # blown up, which another test is about
            states.append(state)
            after.append(made.parameters)
            # Adam divides by the gradient's size: a tiny one's rounding is magnified.
            least = np.sqrt(made.memory[1]).min() if "adam" in settings.values() else 1
            allowed.append(1e-12 * max(1, 1e-6 / (least + 1e-8)))
        before += states
        cases.append([name, data, i, settings, len(states)])
    sizes = [len(state) for state in before]
    np.concatenate(before).tofile(tmp_path / "before")
    ask(
        """const states = floats(given.folder + "/before");
        const found = [];
        let at = 0;
        const take = (target) => target.set(states.subarray(at, (at += target.length)));
        for (const [name, data, seed, settings, steps] of given.cases) {
            const made = makeData(data, { seed });
            const options = { hidden: Array(6).fill(4), seed };
            const training = newTraining(f[name], made, options);
            for (let step = 0; step < steps; step++) {
                take(training.network.parameters);
                take(training.optimiser.means);
                take(training.optimiser.squares);
                Object.assign(training.optimiser,
                    { steps: states[at++], kind: settings.optimiser });
                measure(training);
                advance(training, settings);
                found.push(...training.network.parameters);
            }
        }
        const bytes = new Uint8Array(new Float64Array(found).buffer);
        fs.writeFileSync(given.folder + "/after", bytes);
        answer(null);""",
        folder=str(tmp_path),
        cases=cases,
    )
    found = np.split(
        np.fromfile(tmp_path / "after"), np.cumsum([(n - 1) // 3 for n in sizes])[:-1]
    )
    differences = [*map(difference, found, after)]
    print(f"{len(found)} steps: {max(differences):.1e} of the largest weight")
    assert len(found) > 40 * len(cases)
    assert all(a < b for a, b in zip(differences, allowed, strict=True))


def test_the_gradient_is_that_of_finite_differences():
    smooth = [n for n in SCALAR if n not in ("binary_step", "own_step")]
    found = ask(
        """answer(given.names.flatMap((name) => ["moons", "curve"].map((data) => {
            const options = { hidden: [3, 4], seed: 5 };
            const training = newTraining(f[name], makeData(data), options);
            const { network: { parameters }, gradient } = training;
            for (const i of parameters.keys()) parameters[i] += 0.01 * (i % 7) - 0.03;
            measure(training);
            const slopes = [...gradient.parameters];
            const losses = (i, h) => {
                const whole = parameters[i];
                parameters[i] += h;
                measure(training);
                parameters[i] = whole;
                return training.train.loss;
            };
            const h = 1e-6;
            const quotient = (_, i) => (losses(i, h) - losses(i, -h)) / (2 * h);
            return [slopes, slopes.map(quotient)];
        })));""",
        names=smooth,
    )
    for slopes, quotients in found:
        np.testing.assert_allclose(slopes, quotients, rtol=1e-5, atol=2e-8)


def test_weights_start_from_normal_numbers_and_biases_from_0():
    weights = ask(
        """const network = newNetwork([2, 300, 100, 1]);
        start(network, 7, 1.5);
        const listed = ({ weights, biases }) => [[...weights], [...biases]];
        answer(network.layers.map(listed));""",
        {},
    )
    twin = network.start([2, 300, 100, 1], 7, 1.5)
    for (page, biases), (same, _), inputs in zip(
        weights, twin, [2, 300, 100], strict=True
    ):
        np.testing.assert_allclose(page, same.ravel(), rtol=0, atol=1e-14)
        deviation = 1.5 / np.sqrt(inputs)
        assert np.std(page) == pytest.approx(deviation, rel=4 / np.sqrt(len(page)))
        assert set(biases) == {0}


def test_outputs_on_a_grid_are_the_networks_values():
    line = np.linspace(-2.5, 2.5, 9)
    grid = np.array([*product(line, line)])
    found = ask(
        """const data = makeData("spiral");
        const training = newTraining(f.own_mish, data, { hidden: [8, 5] });
        for (let i = 0; i < 20; i++) advance(training, SETTINGS);
        const pass = newPass(training.network, Float64Array.from(given.grid));
        const outputs = forward(training.network, training.f, pass);
        answer([[...training.network.parameters], [...outputs]]);""",
        grid=grid.ravel().tolist(),
    )
    made, _ = oracle("own_mish", [8, 5], "spiral")
    made.parameters = np.array(found[0])
    assert difference(found[1], made.outputs(grid.T)) < 1e-13


# What to look at


def test_units_are_dead_where_all_slopes_are_flat_and_saturated_where_most_are():
    # Four units, four points: flat at 4, 3, 2 and 0 of them.
    slopes = [0, 0, 1, 1, 0.009, 0, 1, 1, 0, -0.009, 0, -1, 0, 1, 0, 0.011]
    found = ask(
        """const shares = {};
        flatUnits({ slopes: given.slopes }, 4, shares);
        answer(shares);""",
        {},
        slopes=slopes,
    )
    assert found == {"dead": 0.25, "saturated": 0.25}


def test_a_training_tells_of_its_layers():
    found = ask(
        """const data = makeData("xor");
        answer(Object.fromEntries(["binary_step", "relu", "identity"].map((name) => {
            const training = newTraining(f[name], data);
            const sizes = training.gradient.layers.map(({ weights }) =>
                Math.sqrt(weights.reduce((sum, g) => sum + g * g, 0) / weights.length));
            // With these weights, and positive inputs only, all ReLUs are off.
            training.network.parameters.fill(-1);
            training.train.inputs.forEach((x, i, all) => (all[i] = Math.abs(x)));
            const { layers } = training;
            const before = layers.map(({ gradient }) => gradient);
            measure(training);
            return [name, { sizes, before, layers, test: training.test.accuracy }];
        })));""",
    )
    for page in found.values():
        assert page["sizes"] == pytest.approx(page["before"], rel=1e-12)
    dead = {name: [s["dead"] for s in page["layers"]] for name, page in found.items()}
    assert dead == {"binary_step": [1, 1, 0], "relu": [1, 1, 0], "identity": [0, 0, 0]}
    assert all(s["gradient"] == 0 for s in found["relu"]["layers"])


def test_a_histogram_counts_all_numbers_but_nan():
    numbers = [-9, -1, -0.5, 0, 0.49, 0.99, 1, 7, float("inf"), float("-inf"), np.nan]
    text = json.dumps(numbers)
    found = ask(f"answer([...histogram({text}, -1, 1, new Uint32Array(4))])", {})
    assert found == [3, 1, 2, 4]


def test_accuracy_is_the_share_on_the_right_side():
    outputs = [0.1, -2, 3, -4, 0]
    assert ask(f"answer(accuracy({outputs}, [1, 1, 1, -1, 1]))", {}) == 0.6


# What goes wrong

X = SCALAR["relu"].x
STRANGE = {
    "log": Activation("Log", log(X)),
    "root": Activation("Root", Piecewise((0, X < 0), (sqrt(X), True))),
    "explosive": Activation("Explosive", exp(500 * X)),
    "relu": relu,
}


@pytest.mark.parametrize(
    ("name", "rate", "step", "layer", "what"),
    [
        ("log", 0.01, 0, 1, "outputs"),
        ("explosive", 0.01, 0, 1, "outputs"),
        ("relu", 1e200, 1, 2, "sums"),
    ],
)
def test_a_training_that_blows_up_says_where(name, rate, step, layer, what):
    found = ask(
        """const training = newTraining(f[given.name], makeData("xor"));
        const settings = { ...SETTINGS, optimiser: "descent", rate: given.rate };
        const steps = [];
        for (let i = 0; i < 5; i++) {
            advance(training, settings);
            steps.push(training.steps);
        }
        answer([training.broken, steps]);""",
        STRANGE,
        name=name,
        rate=rate,
    )
    assert found[0] == {"step": step, "layer": layer, "what": what}
    assert found[1][-1] == step


@pytest.mark.parametrize(
    ("change", "layer", "what"),
    [
        ("network.layers[1].weights[3] = NaN", 2, "weights"),
        ("network.layers[1].biases[3] = Infinity", 2, "biases"),
        ("network.layers[0].weights.fill(1e308)", 1, "sums"),
        ("network.layers[2].biases.fill(-1e200)", 3, "loss"),
        ("network.layers[1].weights.fill(1e155)", 3, "loss"),
    ],
)
def test_the_first_number_that_is_not_finite_is_found(change, layer, what):
    found = ask(
        f"""const training = newTraining(f.identity, makeData("curve"));
        const {{ network }} = training;
        {change};
        measure(training);
        const {{ broken }} = training;
        start(network, 0, 1);
        measure(training);
        answer([broken, training.broken]);"""
    )
    assert found == [{"step": 0, "layer": layer, "what": what}, None]


def test_36000_steps_leave_memory_flat():
    sizes = ask(
        """const v8 = await import("node:v8"), vm = await import("node:vm");
        v8.setFlagsFromString("--expose-gc");
        const collect = vm.runInNewContext("gc");
        const training = newTraining(f.relu, makeData("spiral", { points: 40 }));
        const sizes = [];
        for (let i = 0; i <= 36000; i++) {
            advance(training, SETTINGS);
            if (i % 9000 === 0) {
                collect();
                const { heapUsed, arrayBuffers } = process.memoryUsage();
                sizes.push(heapUsed + arrayBuffers);
            }
        }
        answer(sizes);""",
        {"relu": relu},
    )
    assert max(sizes[1:]) - min(sizes[1:]) < 100_000


# A signal through many layers


@pytest.fixture(scope="module")
def fate():
    """The experiment of the notebook: its own functions."""
    cells = {c.id: c.source for c in nbformat.read(NOTEBOOK, 4).cells}
    names = ("def size", "def cosine", "def network", "def fate")
    code = [source for name in names for source in cells.values() if name in source]
    space = {"np": np, "lru_cache": lru_cache}
    exec("\n".join(dict.fromkeys(code)), space)
    return space


def test_a_signal_fares_as_in_the_notebook(fate, tmp_path):
    weights, z, delta = fate["network"](0)
    parts = [weights.ravel(), z.T.ravel(), delta.T.ravel()]
    np.concatenate(parts).tofile(tmp_path / "drawn")
    found = ask(
        """const drawn = floats(given.path);
        const signal = newSignal({ layers: 50, width: 128, inputs: 8 });
        let at = 0;
        const take = (target) => target.set(drawn.subarray(at, (at += target.length)));
        [...signal.weights, signal.sums[0], signal.deltas.at(-1)].forEach(take);
        answer(Object.entries(given.gains).map(([name, g]) => {
            propagate(signal, f[name], { g, b: 0 });
            const { sizes, gradients, cosines } = signal;
            return [sizes.at(-1), gradients[0], cosines.at(-1)];
        }));""",
        path=str(tmp_path / "drawn"),
        gains=GAINS,
    )
    for (name, f), page in zip(SCALAR.items(), found, strict=True):
        with np.errstate(invalid="ignore"):  # a signal of size 0 has no cosine
            expected = fate["fate"](f, GAINS[name], 0)
        close = {"rel": 5e-4, "abs": 1e-300, "nan_ok": True}
        assert page == pytest.approx(expected, **close), name


def test_pages_and_python_send_the_same_signal_through_the_same_layers():
    names = ["tanh", "relu", "own_steep", "own_mish"]
    found = ask(
        """const signal = newSignal({ layers: 12, width: 16, inputs: 3 });
        answer(given.names.map((name) => {
            drawSignal(signal, 4);
            propagate(signal, f[name], { g: 1.3, b: 0.4 });
            return ["sizes", "gradients", "cosines"].map((what) => [...signal[what]]);
        }));""",
        names=names,
    )
    for name, page in zip(names, found, strict=True):
        expected = network.propagate(
            SCALAR[name], 1.3, 0.4, seed=4, layers=12, width=16, inputs=3
        )
        np.testing.assert_allclose(page, expected, rtol=1e-9)
        assert page[1][-1] == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("g", [1e-40, 1e40])
def test_the_cosine_is_that_of_the_directions_at_any_size(g):
    found = ask(
        """const signal = newSignal({ layers: 5, width: 16, inputs: 2 });
        drawSignal(signal, 4);
        answer([1, given.g].map((g) => {
            propagate(signal, f.identity, { g, b: 0 });
            return [...signal.cosines];
        }));""",
        g=g,
    )
    identity = SCALAR["identity"]
    sent = {"seed": 4, "layers": 5, "width": 16}
    with np.errstate(over="ignore"):  # the size of such a signal is ∞
        found += [network.propagate(identity, size, **sent)[2] for size in (1, g)]
    for cosines in found[1:]:
        np.testing.assert_allclose(cosines, found[0], rtol=1e-9)


# Gains


def test_gains_are_those_of_the_facts():
    fixed = {
        f"{name} {i}": (name, setting)
        for name, f in SCALAR.items()
        for i, setting in enumerate(corners(f)[::4])
    }
    found = ask(
        """answer(given.settings.map(([name, p]) => {
            const at = make[name](...p);
            return [gain(at), chi(at, gain(at))];
        }));""",
        settings=[[name, [*setting.values()]] for name, setting in fixed.values()],
    )
    grid = np.linspace(-12, 12, 48_001) + 1e-7
    bell = np.exp(-(grid**2) / 2) / np.exp(-(grid**2) / 2).sum()
    for (name, setting), (gain, chi) in zip(fixed.values(), found, strict=True):
        f = SCALAR[name]
        expected = float(f.facts(**setting)["gain"])
        assert gain == pytest.approx(expected, rel=1e-9), (name, setting)
        slopes = (f.grad(grid, **setting) ** 2 * bell).sum()
        assert chi == pytest.approx(expected**2 * slopes, rel=2e-3), (name, setting)


def test_a_function_without_a_gain_starts_with_gain_1():
    nothing = Activation("Nothing", 0 * X + 0 * sin(X))
    found = ask(
        """const { network } = newTraining(f.nothing, makeData("xor"));
        const finite = network.parameters.every(Number.isFinite);
        answer([gain(f.nothing), gain(f.log), gain(f.explosive), finite]);
        """,
        {"nothing": nothing, **STRANGE},
    )
    assert np.array_equal(found, [np.inf, np.nan, 0, True], equal_nan=True)


def test_a_figures_module_can_hold_both():
    run_javascript(f"{script('live.js')}\n{script('network.js')}\nanswer(null);")
