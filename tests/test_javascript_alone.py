"""The mathematics of the live figure by itself: values, breaks, dots, flat places."""

import json
from functools import cache

import mpmath
import numpy as np
import pytest
from examples import OWN, corners, x
from node import run_javascript
from scipy.special import expit
from sympy import Abs, Piecewise

from actlib import CATALOGUE, Activation, explore, figures, live_neuron, logistic, relu

SCALAR = {n: e for n, e in CATALOGUE.items() if isinstance(e, Activation)}
SCALAR |= {f"own {name}": activation for name, activation in OWN.items()}
SIGN = Activation("Sign", Piecewise((-1, x < 0), (1, x > 0), (0, True)))
nan, inf = float("nan"), float("inf")


@cache
def module(entry, order):
    """The code of a live figure without the line that starts it."""
    return explore(entry, order=order)._esm.rpartition("\n")[0]


def run(entry, expression, order=1, **values):
    """What a JavaScript expression is, with `f` as the function at these values."""
    setting = [values.get(p.name, p.default) for p in entry.parameters.values()]
    # In a block: the module's names stay its own.
    code = f"""{{
        const [p, xs] = {json.dumps([setting, figures.X.tolist()])};
        const make = (p) => activation(figure.functions[0], p, xs);
        const f = make(p);
        answer({expression});
    }}"""
    return run_javascript(module(entry, order) + code)


# Values


@pytest.mark.parametrize("name", SCALAR)
def test_javascript_and_numpy_have_the_same_values(name):
    entry, settings = SCALAR[name], corners(SCALAR[name])
    given = json.dumps([list(setting.values()) for setting in settings])
    each = "xs.map((x) => make(p).at(order, x).y)"
    found = run(entry, f"{given}.map((p) => [0, 1].map((order) => {each}))")
    for setting, values in zip(settings, found, strict=True):
        fixed = Activation(name, entry.diff(0, **setting))
        for function, numbers in zip([fixed, fixed.grad], values, strict=True):
            numbers = np.array(numbers)
            there = ~np.isnan(numbers)
            assert there.sum() >= len(figures.X) - 2  # at a kink there is no derivative
            expected = function(figures.X)[there]
            np.testing.assert_allclose(numbers[there], expected, rtol=1e-9, atol=1e-14)


def test_values_of_known_functions():
    found = run(OWN["steep"], "[0, 1].map((k) => f.at(k, 2).y)", k=2, c=0.5)
    assert found == pytest.approx([expit(3), 2 * expit(3) * expit(-3)], rel=1e-14)
    found = run(OWN["mish"], "[0, 1, 2].map((k) => f.at(k, -1.5).y)", order=2)

    def mish(x):
        return x * mpmath.tanh(mpmath.log1p(mpmath.exp(x)))

    expected = [float(mpmath.diff(mish, -1.5, order)) for order in range(3)]
    assert found == pytest.approx(expected, rel=1e-12)


def test_tails_are_reached_without_overflow():
    points = "[-1e4, 1e4].map((x) => [0, 1].map((k) => f.at(k, x).y))"
    assert run(logistic, points) == [[0, 0], [1, 0]]
    assert run(OWN["elu"], points, k=2) == [[-2, 0], [1e4, 1]]


# Jumps and kinks


@pytest.mark.parametrize(
    ("name", "values", "at", "expected"),
    [
        ("elu", {"k": 2}, 0, [{"y": 0}, {"y": nan, "why": "kink"}]),
        ("elu", {"k": 1}, 0, [{"y": 0}, {"y": 1}]),
        ("step", {"k": 3, "c": 1}, 1, [{"y": 3}, {"y": nan, "why": "jump"}]),
        ("step", {"k": 3, "c": 1}, 0.99, [{"y": 0}, {"y": 0}]),
        ("shrink", {"k": 0.5}, -0.5, [{"y": 0}, {"y": nan, "why": "kink"}]),
        ("shrink", {"k": 0.5}, -0.75, [{"y": -0.25}, {"y": 1}]),
    ],
)
def test_a_derivative_that_is_not_there_is_nan_and_says_why(name, values, at, expected):
    found = run(OWN[name], f"[0, 1].map((k) => f.at(k, {at}))", **values)
    assert json.dumps(found) == json.dumps(expected)  # in Python, nan is not nan


@pytest.mark.parametrize(
    ("entry", "values", "order", "dots"),
    [
        (logistic, {}, 0, []),
        (relu, {}, 0, []),
        (relu, {}, 1, [[0, 0, False], [0, 1, False]]),
        (OWN["elu"], {"k": 1}, 1, []),
        (OWN["elu"], {"k": 2}, 1, [[0, 2, False], [0, 1, False]]),
        (OWN["step"], {"k": 3, "c": 1}, 0, [[1, 0, False], [1, 3, True]]),
        (OWN["step"], {"k": 3, "c": 1}, 1, [[1, 0, False], [1, 0, False]]),
        (SIGN, {}, 0, [[0, -1, False], [0, 1, False], [0, 0, True]]),
    ],
    ids=str,
)
def test_dots_end_a_curve_where_it_breaks(entry, values, order, dots):
    assert run(entry, f"f.sample({order}).dots", **values) == dots


def test_a_curve_is_cut_at_its_break_and_reaches_both_ends():
    points = np.array(run(OWN["step"], "f.sample(0).points", k=3, c=0.507))
    gaps = np.flatnonzero(np.isnan(points).any(axis=1))
    assert len(gaps) == 1 and np.isnan(points[gaps[0]]).all()
    left, right = points[: gaps[0]], points[gaps[0] + 1 :]
    assert (left[0, 0], left[-1, 0], right[0, 0], right[-1, 0]) == (-6, 0.507, 0.507, 6)
    assert set(left[:, 1]) == {0} and set(right[:, 1]) == {3}
    assert {*left[:-1, 0], *right[1:, 0]} == set(figures.X)


def test_a_break_beyond_the_picture_cuts_nothing():
    far = Activation("Far", Abs(x - 10))
    points = np.array(run(far, "f.sample(0).points"))
    np.testing.assert_allclose(points, np.stack([figures.X, 10 - figures.X], axis=1))


# What hardly passes a gradient


def test_flat_intervals_end_where_the_slope_is_a_hundredth():
    # 2σ(1 − σ) = 0.01, so σ = (1 ± √0.98)/2
    flat = np.log((1 + 0.98**0.5) / (1 - 0.98**0.5)) / 2
    found = run(OWN["steep"], "flatIntervals(f.sample(1).points)", k=2, c=0.5)
    expected = [[-6, 0.5 - flat], [0.5 + flat, 6]]
    np.testing.assert_allclose(found, expected, atol=1e-2)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([], []),
        ([[0, 1], [1, 1]], []),
        ([[0, 0], [1, 0], [2, 0]], [[0, 2]]),
        ([[0, 0], [1, 0.02]], [[0, 0.5]]),
        ([[0, -0.02], [1, 0], [2, 0.02]], [[0.5, 1.5]]),
        ([[0, 0], [1, 0], [nan, nan], [1, 1], [2, 1]], [[0, 1]]),
        ([[0, 0.01], [1, 0.01]], []),
    ],
    ids=str,
)
def test_flat_intervals_of_points(points, expected):
    found = run(relu, f"flatIntervals({json.dumps(points)})")
    assert len(found) == len(expected)
    np.testing.assert_allclose(found, expected)


def test_a_rectifier_is_flat_where_it_is_zero():
    assert run(relu, "flatIntervals(f.sample(1).points)") == [[-6, 0]]


# Text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.5, 4, "0.5000"),
        (-0.25, 2, "−0.25"),
        (0, 2, "0.00"),
        (3, 0, "3"),
        (1e-7, 4, "1.00e−7"),
        (-4.2e-5, 4, "−4.20e−5"),
        (5e-5, 4, "0.0001"),
        (inf, 4, "∞"),
        (-inf, 4, "−∞"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, digits, text):
    assert run(relu, f"numeral({json.dumps(value)}, {digits})") == text


@pytest.mark.parametrize(
    ("points", "data"),
    [
        ([], ""),
        ([[0, 0], [1, 2]], "M10.000 90.000L20.000 70.000"),
        (
            [[0, 0], [1, 2], [nan, nan], [1, 3], [2.5, -1.25]],
            "M10.000 90.000L20.000 70.000M20.000 60.000L35.000 102.500",
        ),
        ([[0, nan], [1, 2]], "M20.000 70.000"),
    ],
    ids=str,
)
def test_a_path_is_lifted_where_there_is_no_number(points, data):
    axes = "{ px: (x) => 10 + 10 * x, py: (y) => 90 - 10 * y }"
    assert run(relu, f"pathData({json.dumps(points)}, {axes})") == data


# By hand


# An area that hears events, as an element does; what it changes to is kept.
AREA = """
    const area = new EventTarget();
    Object.assign(area, { dataset: {}, setPointerCapture() {} });
    const changes = [];
    const begin = () => ({ value: 1, perPixel: 0.5 });
    draggable(area, begin, (value) => changes.push(value));
    const place = { button: 0, isPrimary: true, clientX: 0, clientY: 0 };
    for (const [type, more] of EVENTS) {
        area.dispatchEvent(Object.assign(new Event(type), place, more));
    }
    answer(changes);
"""


@pytest.mark.parametrize(
    ("pointer", "moves", "end", "changes"),
    [
        ("mouse", [(2, 0), (20, 90)], "pointerup", [1, 2, 11]),
        ("mouse", [], "pointerup", [1]),
        ("touch", [(2, 0), (20, 5), (0, 90)], "pointerup", [11, 1]),
        ("touch", [(3, 8), (4, 90)], "pointercancel", []),
        ("touch", [(3, 2)], "pointerup", [1]),
    ],
    ids=["mouse", "click", "finger", "vertical swipe", "tap"],
)
def test_a_pointer_drags_and_a_vertical_swipe_does_not(pointer, moves, end, changes):
    events = [["pointerdown", {"pointerType": pointer}]]
    events += [["pointermove", {"clientX": x, "clientY": y}] for x, y in moves]
    events += [[end, {}], ["pointermove", {"clientX": 50}]]
    code = AREA.replace("EVENTS", json.dumps(events))
    assert run_javascript(f"{module(relu, 1)}{{ {code} }}") == changes


@pytest.mark.parametrize("other", [{"button": 2}, {"isPrimary": False}])
def test_another_button_or_a_second_finger_drags_nothing(other):
    events = [["pointerdown", {"pointerType": "mouse", **other}]]
    events += [["pointermove", {"clientX": 20, **other}]]
    code = AREA.replace("EVENTS", json.dumps(events))
    assert run_javascript(f"{module(relu, 1)}{{ {code} }}") == []


# A neuron


def ask_neuron(expression, functions=(logistic, relu)):
    """What a JavaScript expression is in the module of a neuron."""
    code = live_neuron.neuron(functions)._esm.rpartition("\n")[0]
    return run_javascript(f"{code}{{ answer({expression}); }}")


def test_a_neurons_functions_have_numpys_values():
    functions = [f for f in SCALAR.values() if f not in (OWN["steep"], OWN["step"])][:8]
    each = f"""({{ parameters, ...formula }}) => {{
        const f = activation(formula, parameters, []);
        return {live_neuron.Z.tolist()}.map((z) => f.at(0, z).y);
    }}"""
    found = ask_neuron(f"figure.functions.map({each})", functions)
    for function, values in zip(functions, found, strict=True):
        np.testing.assert_allclose(
            values, function(live_neuron.Z), rtol=1e-12, atol=1e-15
        )


VALUES = [0, 1, -0.5, 6.25, 0.1234567, -0.000123, 1234567, nan, inf, -inf]


def test_javascript_and_python_write_numbers_alike():
    found = ask_neuron(f"{json.dumps(VALUES)}.map(short)")
    expected = [figures.as_text(value) for value in VALUES]
    expected[VALUES.index(1234567)] = "1230000"
    assert found == expected
    assert ask_neuron("[-4.5398e-5, 1e-300].map(short)") == ["−4.54e−5", "1e−300"]


def test_javascript_and_python_draw_connections_alike():
    weights = [-2, -0.5, 0, 0.1, 1.5]
    for weight, found in zip(
        weights, ask_neuron(f"{weights}.map(connection)"), strict=True
    ):
        look = live_neuron.look(weight)
        dashes = "none" if look["linestyle"] == "-" else "7 4"
        assert (look["linestyle"] == "-") == (weight >= 0)
        assert found == {
            "stroke": look["color"],
            "strokeWidth": look["linewidth"],
            "strokeDasharray": dashes,
        }


@pytest.mark.parametrize(
    ("numbers", "text", "z"),
    [
        ((1, 2, 0.8, -0.5, 0.3), "0.8 · 1 + (−0.5) · 2 + 0.3", 0.1),
        ((-1, 0, -2, 0, -1.5), "−2 · (−1) + 0 · 0 + (−1.5)", 0.5),
        ((0.3, 1, 1, -0.1, -0.2), "1 · 0.3 + (−0.1) · 1 + (−0.2)", 0),
    ],
)
def test_the_weighted_sum_is_written_out(numbers, text, z):
    values = dict(zip(["x1", "x2", "w1", "w2", "b"], numbers, strict=True))
    found = ask_neuron(f"[writtenOut, weightedSum].map((f) => f({json.dumps(values)}))")
    assert found == [text, z] == [text, live_neuron.weighted_sum(**values)]
