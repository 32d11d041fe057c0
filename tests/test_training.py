"""A network that trains: its inputs, its picture, what it says, wrong input."""

import json
import re
from functools import partial

import networks
import numpy as np
import pytest
from examples import OWN
from stored import answer_of, html, picture
from sympy import Piecewise, Symbol, log, symbols
from traitlets import TraitError

from actlib import (
    Activation,
    Parameter,
    elu,
    logistic,
    prelu,
    relu,
    softmax,
    tanh,
    train,
)
from actlib.training import SCRIPTS

x = symbols("x")
HOSTILE = "</script><script>alert(1)</script> <b> $x^$ \"'"
CUBE = Activation("Cubed ReLU", Piecewise((x**3, x > 0), (0, True)))


ask = partial(answer_of, ("live.js", *SCRIPTS))


# Values


def test_each_input_is_a_trait_that_can_be_watched():
    widget, seen = train([tanh, prelu], layers=(4,) * 3, data="xor", rate=0.1), []
    assert (widget.data, widget.depth, widget.width, widget.rate) == ("xor", 3, 4, 0.1)
    assert widget.alpha == prelu.parameters["alpha"].default
    widget.observe(lambda change: seen.append(change.new), ["optimiser", "rate"])
    widget.optimiser, widget.rate = "descent", 0.03
    assert seen == ["descent", 0.03]
    names = "data optimiser rate decay multiple noise depth width seed alpha"
    assert {*names.split(), "steps", "losses", "weights"} <= set(widget.keys)
    assert "data = xor, optimiser = descent, rate = 0.03" in repr(widget)


def test_what_the_page_tells_can_be_read_only():
    widget = train(relu)
    assert (widget.steps, widget.losses, widget.weights) == (0, {}, {})
    for name in ("steps", "losses", "weights"):
        with pytest.raises(TraitError, match="read-only"):
            setattr(widget, name, widget.trait_defaults(name))
    widget.set_state({"steps": 3, "losses": {"relu": {"steps": [0, 3]}}})
    assert widget.steps == 3 and widget.losses["relu"]["steps"] == [0, 3]


def test_functions_share_the_slider_of_a_name():
    assert [*train([elu, prelu])._inputs].count("alpha") == 1


ALL_THE_SAME = "layers must be 1 to 6 whole numbers from 2 to 16, all the same"
B = Parameter("rate", 1, 0, 2, 0.1)


@pytest.mark.parametrize(
    ("functions", "initial", "error", "message"),
    [
        (softmax, {}, TypeError, "activation must be a function of one number"),
        ([relu, softmax], {}, TypeError, "activation must be a function of one number"),
        ("relu", {}, TypeError, "activation must be"),
        ([], {}, ValueError, "functions must be one or a list of two"),
        ([relu, tanh, elu], {}, ValueError, "functions must be one or a list of two"),
        ([relu, relu], {}, ValueError, "each of another name"),
        (relu, {"layers": (8, 0)}, ValueError, ALL_THE_SAME),
        (relu, {"layers": (8, 4)}, ValueError, ALL_THE_SAME),
        (relu, {"layers": ()}, ValueError, ALL_THE_SAME),
        (relu, {"layers": (4,) * 7}, ValueError, ALL_THE_SAME),
        (relu, {"layers": (2.5,)}, ValueError, ALL_THE_SAME),
        (relu, {"layers": 8}, ValueError, r"such as \(8, 8\), not 8"),
        (relu, {"data": "moon"}, ValueError, "data must be one of 'circle', 'xor', "),
        (relu, {"data": 3}, ValueError, "data must be one of"),
        (relu, {"optimiser": "sgd"}, ValueError, "one of 'adam', 'descent', not 'sgd'"),
        (relu, {"rate": "fast"}, TypeError, "rate must be a real number"),
        (relu, {"rate": float("nan")}, ValueError, "rate must"),
        (relu, {"rate": 0}, ValueError, r"rate must be a number in \[0.0001, 1\]"),
        (relu, {"decay": -1}, ValueError, "decay must be a number in"),
        (relu, {"noise": 3}, ValueError, "noise must be a number in"),
        (relu, {"seed": 1.5}, ValueError, "seed must be a whole number, not 1.5"),
        (relu, {"depth": 0}, ValueError, r"depth must be a number in \[1, 6\]"),
        (relu, {"momentum": 0}, ValueError, "unknown parameter 'momentum'; allowed: d"),
        (prelu, {"alpha": 9}, ValueError, "alpha must be a number in"),
        (
            Activation("Own", B.symbol * x, [B]),
            {},
            ValueError,
            "cannot have a parameter of the name 'rate'",
        ),
        (
            Activation(
                "Own", Symbol("w") * x, [Parameter("w", 1, 0, 2, 1, name="weights")]
            ),
            {},
            ValueError,
            "cannot have a parameter of the name 'weights'",
        ),
    ],
)
def test_wrong_input_is_an_error_in_python(functions, initial, error, message):
    with pytest.raises(error, match=message):
        train(functions, **initial)


def test_a_wrong_value_is_refused_later_too():
    widget = train(relu)
    for name, value in {"width": 17, "data": "xor ", "rate": 2}.items():
        with pytest.raises(ValueError, match=f"{name} must"):
            setattr(widget, name, value)


# The picture where no script runs


def test_the_picture_says_what_200_steps_come_to():
    f, settings = tanh, {"optimiser": "descent", "rate": 0.1, "decay": 0.01}
    widget = train(
        [f, relu], data="xor", layers=(4, 4), multiple=0.5, seed=3, **settings
    )
    svg, words = picture(widget)
    oracle = networks.Network(f, [2, 4, 4, 1], 3, 0.5 * float(f.facts()["gain"]))
    inputs, targets = networks.data("xor", 3)
    points = inputs[:, :100], targets[:100]
    for _ in range(200):
        oracle.step(oracle.gradient(*points, squared=False), **settings)

    def loss(half):
        z = oracle.outputs(inputs[:, half])
        return f"{np.logaddexp(0, -targets[half] * z).mean():.3g}"

    losses = f"train loss {loss(slice(100))}, test loss {loss(slice(100, 200))}"
    assert f"Hyperbolic tangent: {losses}" in words
    assert "after 200 steps" in words and "multiple = 0.5" in words
    assert svg.count("<image") == 2 and "Hyperbolic tangent" in svg


def test_the_picture_tells_of_units_that_are_flat():
    """All sums of the first layer are far from 0: tanh is flat there."""
    widget = train(tanh, layers=(8,), multiple=4, rate=0.0001, data="circle")
    oracle = networks.Network(tanh, [2, 8, 1], 0, 4 * float(tanh.facts()["gain"]))
    inputs = networks.data("circle", 0)[0][:, :100]
    weights, _ = next(oracle.layers())
    share = (np.abs(tanh.grad(weights @ inputs)) < 0.01).mean(axis=1)
    saturated = int((share > 0.5).sum())
    assert 0 < saturated < 8
    words = f"dead units 0, saturated {saturated}, of 8."
    assert words in picture(widget)[1]


@pytest.mark.parametrize("data", ["moons", "curve"])
@pytest.mark.parametrize("f", [CUBE, Activation("Log", log(x)), tanh])
def test_what_blows_up_is_said(f, data, recwarn):
    settings = {"optimiser": "descent", "rate": 1, "multiple": 4}
    _, words = picture(train(f, data=data, layers=(8,) * 6, **settings))
    assert f is tanh or "train loss undefined" in words
    assert not recwarn.list


def test_a_curve_has_a_picture_too():
    svg, words = picture(train(relu, data="curve"))
    assert "<image" not in svg and "data = curve" in words


def test_names_stay_text():
    symbol = "x);alert(1)//"
    parameters = [Parameter("k", 1, 0, 2, 0.1, HOSTILE)]
    hostile = Activation(HOSTILE, Symbol(symbol) * Symbol("k"), parameters)
    text = html(train([hostile, relu]))
    assert text.count("<script") == 1 and text.count("</script") == 1
    assert "alert(1)//" not in text


def test_a_figure_takes_a_part_of_what_a_notebook_holds():
    assert len(html(train([relu, tanh]))) < 130_000


# In the page


def test_no_name_of_a_module_is_taken_twice():
    ask("answer(null)", OWN.values())


def test_a_history_is_never_long_and_ends_at_the_present():
    found = ask(
        """const training = (steps) => {
            return { steps, train: { loss: 2 * steps }, test: { loss: 3 * steps } };
        };
        const history = newHistory();
        for (let steps = 0; steps <= 36007; steps++) remember(history, training(steps));
        answer(upToNow(history, training(36007)));"""
    )
    steps = np.array(found["steps"])
    assert 200 <= len(steps) <= 401
    assert steps[0] == 0 and steps[-1] == 36007
    assert len({*np.diff(steps[:-1])}) == 1
    assert found["train"] == [*2 * steps] and found["test"] == [*3 * steps]


@pytest.mark.parametrize(
    ("steps", "reach"), [(0, 100), (100, 100), (101, 200), (999, 1000), (5001, 10000)]
)
def test_the_axis_holds_all_steps(steps, reach):
    assert ask(f"answer(reachOfSteps({steps}))") == reach


def test_kinks_are_found_where_slopes_or_values_jump():
    found = ask("answer(f.map(kinks))", [relu, tanh, elu, OWN["shrink"], OWN["step"]])
    assert found == [[0], [], [], [-2, 2], [0.5]]


def test_the_curves_kinks_are_those_of_the_network():
    """Between two of them the curve of a ReLU network is straight."""
    found = ask(
        """globalThis.ImageData = function () { this.data = new Uint8Array(6400); };
        const node = { append() {}, setAttribute() {} };
        globalThis.document = { createElementNS: () => node };
        const data = makeData("curve");
        const trained = newTraining(f[0], data, { seed: 5 });
        for (let i = 0; i < 60; i++) advance(trained, SETTINGS);
        const view = newView(trained, data);
        look(view);
        const curve = [...view.pass.layers.at(-1).outputs];
        answer([view.line, curve, kinksOfCurve(view)]);""",
        [relu],
    )
    line, curve, kinks = map(np.array, found)
    bends = np.abs(np.diff(curve, 2)) > 1e-9
    for place, height in kinks:
        at = np.searchsorted(line, place)
        low, high = sorted(curve[at - 1 : at + 1])
        assert low - 1e-9 <= height <= high + 1e-9
    near = [
        (np.abs(kinks[:, 0] - middle) <= line[1] - line[0]).any()
        for middle in line[1:-1]
    ]
    assert len(kinks) > 3 and bends.sum() >= 3
    assert (np.array(near) | ~bends).all()


@pytest.mark.parametrize(
    ("step", "what", "words"),
    [
        (0, "sums", "smaller multiple"),
        (12, "outputs", "no finite value at a sum"),
        (12, "weights", "lower the rate"),
    ],
)
def test_a_break_has_a_step_a_place_a_reason_and_a_way_out(step, what, words):
    place = {"step": step, "layer": 2, "what": what}
    text = ask(f"answer(whyBroken('relu', {json.dumps(place)}))")
    assert f"relu broke off at step {step}, in layer 2" in text and words in text


def test_colours_are_white_at_0_and_two_at_the_ends():
    numbers = ask("answer([-2, -1, 0, 1, 2, NaN].map(colorOf))")
    colors = [tuple(number.to_bytes(4, "little")) for number in numbers]
    below, white, above = (228, 150, 89, 255), (254, 254, 254, 255), (89, 163, 205, 255)
    assert colors[:2] == [below] * 2 and colors[3:5] == [above] * 2
    assert min(colors[2]) >= min(white) and colors[5] == (0, 0, 0, 0)


def test_words_of_losses_and_layers():
    found = ask(
        """const data = makeData("circle");
        const training = newTraining(f[0], data, { hidden: [4, 4] });
        answer([wordsOf(training), wordsOfLayer(training, 0), wordsOfLayer(training, 2),
            training.layers[0].gradient, training.test.accuracy]);""",
        [logistic],
    )
    (_, test), (first, flat), (last, nothing), gradient, accuracy = found
    assert test.endswith(f"({100 * accuracy:.0f} %)")
    number = re.fullmatch(r"layer 1: gradient (.*)", first)[1]
    assert number == ask(f"answer(inBrief({gradient}))")
    assert re.fullmatch(r"dead \d, saturated \d", flat)
    assert last.startswith("output: gradient") and nothing == ""
