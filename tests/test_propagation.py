"""A signal in many layers: what it shows, its picture, what it says, wrong input."""

import json
import re
from functools import partial

import numpy as np
import pytest
from examples import OWN
from stored import answer_of, html, picture
from sympy import Piecewise, Symbol, exp, log, symbols

from actlib import (
    Activation,
    Parameter,
    binary_step,
    elu,
    identity,
    logistic,
    network,
    prelu,
    propagate,
    relu,
    softmax,
    softplus,
    tanh,
)

x = symbols("x")
FOUR = [tanh, relu, logistic, softplus]
HOSTILE = "</script><script>alert(1)</script> <b> $x^$ \"'"
SQUARED = Activation("Squared ReLU", Piecewise((x**2, x > 0), (0, True)))
SELU = Activation(
    "SELU",
    1.0507009873554805
    * Piecewise((x, x > 0), (1.6732632423543772 * (exp(x) - 1), True)),
)


ask = partial(answer_of, ("live.js", "network.js", "brief.js", "propagation.js"))


# Values


def test_each_input_is_a_trait_that_can_be_watched():
    widget, seen = propagate([tanh, prelu], layers=3, multiple=0.63), []
    assert (widget.layers, widget.multiple, widget.b, widget.seed) == (3, 0.63, 0, 0)
    assert widget.alpha == prelu.parameters["alpha"].default
    widget.observe(lambda change: seen.append(change.new), ["alpha", "layers"])
    widget.alpha, widget.layers = 0.5, 4
    assert seen == [0.5, 4]
    assert {"multiple", "b", "layers", "seed", "alpha"} <= set(widget.keys)
    assert repr(widget).endswith(
        "multiple = 0.63, b = 0, layers = 4, seed = 0, alpha = 0.5"
    )


def test_functions_share_the_slider_of_a_name():
    assert [*propagate([elu, prelu], layers=1)._inputs].count("alpha") == 1


@pytest.mark.parametrize(
    ("functions", "initial", "error", "message"),
    [
        (softmax, {}, TypeError, "activation must be a function of one number"),
        ([relu, softmax], {}, TypeError, "activation must be a function of one number"),
        (x**2, {}, TypeError, "activation must be"),
        ("relu", {}, TypeError, "activation must be"),
        ([], {}, ValueError, "functions must be a list of 1 to 4"),
        ([*FOUR, elu], {}, ValueError, "functions must be a list of 1 to 4"),
        ([relu, relu], {}, ValueError, "each of another name"),
        (
            relu,
            {"layers": 0},
            ValueError,
            r"layers must be a number in \[1, 100\], not 0",
        ),
        (relu, {"layers": 101}, ValueError, "layers must be a number in"),
        (relu, {"layers": 2.5}, ValueError, "layers must be a whole number, not 2.5"),
        (relu, {"layers": "5"}, TypeError, "layers must be a real number"),
        (relu, {"seed": -1}, ValueError, "seed must be a number in"),
        (relu, {"multiple": float("nan")}, ValueError, "multiple must"),
        (relu, {"b": 3}, ValueError, r"b must be a number in \[0, 2\]"),
        (
            relu,
            {"alpha": 1},
            ValueError,
            "unknown parameter 'alpha'; allowed: multiple",
        ),
        (prelu, {"alpha": 9}, ValueError, "alpha must be a number in"),
        (
            Activation("Own", Symbol("b") * x, [Parameter("b", 1, 0, 2, 0.1)]),
            {},
            ValueError,
            "cannot have a parameter of the name 'b'",
        ),
    ],
)
def test_wrong_input_is_an_error_in_python(functions, initial, error, message):
    with pytest.raises(error, match=message):
        propagate(functions, **initial)


def test_a_wrong_value_is_refused_later_too():
    widget = propagate(relu, layers=2)
    for name, value in {"layers": 1.5, "seed": 100, "b": -1}.items():
        with pytest.raises(ValueError, match=f"{name} must"):
            setattr(widget, name, value)


# The picture where no script runs


def test_the_picture_says_what_five_networks_do():
    _, words = picture(propagate([tanh, logistic], layers=20, seed=3))
    assert "in 5 networks that are not trained" in words and "layers = 20" in words
    for f in (tanh, logistic):
        gain = float(f.facts()["gain"])
        runs = [network.propagate(f, gain, seed=s, layers=20) for s in range(3, 8)]
        for what, ends in (
            ("size of the signal", [sizes[-1] for sizes, _, _ in runs]),
            ("size of the gradient", [gradients[0] for _, gradients, _ in runs]),
        ):
            low, high = (
                f"{end:.3g}".replace("-", "−") for end in (min(ends), max(ends))
            )
            assert f"{what} {low} to {high}" in words


def test_the_picture_draws_every_function():
    svg, _ = picture(propagate(FOUR, layers=5))
    assert [len(re.findall(f'id="line-{i}"', svg)) for i in range(5)] == [1, 1, 1, 1, 0]
    for f in FOUR:
        assert f.title in svg


def test_what_overflows_is_said(recwarn):
    _, words = picture(propagate([SQUARED, binary_step], multiple=1.5))
    assert "size of the signal undefined" in words
    assert "size of the gradient 0," in words
    assert not recwarn.list


def test_a_function_without_a_gain_takes_the_multiple():
    _, words = picture(propagate(Activation("Nothing", 0 * x), layers=2))
    assert "no gain" in words and "size of the signal 0," in words


def test_names_stay_text():
    hostile = Activation(
        HOSTILE,
        Symbol("x);alert(1)//") * Symbol("k"),
        [Parameter("k", 1, 0, 2, 0.1, HOSTILE)],
    )
    text = html(propagate(hostile, layers=2))
    assert text.count("<script") == 1 and text.count("</script") == 1
    assert "alert(1)//" not in text


def test_a_figure_takes_a_part_of_what_a_notebook_holds():
    assert len(html(propagate(FOUR))) < 180_000


# In the page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("1", "1"),
        ("-0.456", "−0.46"),
        ("99.6", "100"),
        ("999", "10³"),
        ("0.00999", "0.01"),
        ("0.0012", "10⁻³"),
        ("2.6e-21", "3·10⁻²¹"),
        ("-4e7", "−4·10⁷"),
        ("-1e-7", "−10⁻⁷"),
        ("Infinity", "∞"),
        ("-Infinity", "−∞"),
        ("NaN", "–"),
    ],
)
def test_numbers_are_brief(value, text):
    assert ask(f"answer(inBrief({value}))") == text


@pytest.mark.parametrize(
    ("of", "values", "expected"),
    [
        ("sizes", "[1, 10, 1e5]", None),
        ("sizes", "[1, 1e7, 1]", None),  # it comes back
        ("sizes", "[1, 1e7, 1, 1e7, 1e8]", (3, True, "to 10⁸")),
        ("sizes", "[1, 1e7, Infinity, NaN]", (1, True, "overflows in layer 2")),
        ("sizes", "[1, 10, NaN, NaN]", (2, True, "undefined from layer 2 on")),
        ("sizes", "[1, 0, 0]", (1, False, "0 from layer 1 on")),
        ("gradients", "[1e-8, 1e-7, 1e-5, 1]", (1, False, "to 10⁻⁸")),
        ("gradients", "[0, 0, 1]", (1, False, "0 up to layer 1")),
        ("gradients", "[NaN, NaN, 1]", (1, True, "undefined up to layer 1")),
    ],
)
def test_a_line_that_leaves_its_panel_says_so(of, values, expected):
    found = ask(f"answer(leaving({values}, {{ of: '{of}', limits: [-6, 6] }}))")
    words = expected and dict(zip(("layer", "up", "text"), expected, strict=True))
    assert found == (
        words | {"up": found["up"]} if words and "undef" in words["text"] else words
    )


def test_after_an_overflow_nothing_is_known():
    numbers = [1, 5, np.inf, 0, 0]
    run = {"sizes": numbers, "gradients": [0, 0, 0, 0, 1], "cosines": [0, 1, 0, 0, 0]}
    text = json.dumps(run)
    sizes, gradients, cosines = ask(f"answer(Object.values(found({text})))")
    nan = np.nan
    np.testing.assert_equal(sizes, [1, 5, np.inf, nan, nan])
    np.testing.assert_equal(gradients, [nan] * 4 + [1])
    np.testing.assert_equal(cosines, [0, 1, nan, nan, nan])
    run["sizes"] = [1, 2, 3, 4, 5]
    assert ask(f"answer(found({json.dumps(run)}))") == run


def test_overflow_is_found_where_numpy_finds_it():
    (found,) = ask(
        """const signal = newSignal({ layers: 20, width: 64 });
        drawSignal(signal, 0);
        answer(f.map((each) => {
            propagate(signal, each, { g: 1.3, b: 0 });
            return Object.values(found(signal));
        }));""",
        [SQUARED],
    )
    with np.errstate(all="ignore"):
        expected = network.propagate(SQUARED, 1.3, layers=20)
    for page, numpys in zip(found[:2], expected[:2], strict=True):
        finite = np.isfinite(page)
        assert np.array_equal(finite, np.isfinite(numpys))
        np.testing.assert_allclose(np.array(page)[finite], numpys[finite], rtol=1e-9)


def test_ranges_leave_out_what_is_no_number():
    lists = "[[1, NaN, 3, NaN], [2, 5, Infinity, NaN]]"
    np.testing.assert_equal(
        ask(f"answer(rangeOf({lists}))"),
        [[1, 5, 3, np.nan], [2, 5, np.inf, np.nan]],
    )


def test_a_band_has_a_part_for_each_stretch():
    on = "{ px: (x) => x, py: (y) => y }"
    d = ask(f"answer(outline([[0, 0, NaN, 1], [2, 3, NaN, 4]], {on}))")
    numbers = [
        [tuple(map(float, point.split())) for point in re.split("[ML]", part)[1:]]
        for part in d.split("Z")[:-1]
    ]
    assert numbers == [[(0, 0), (1, 0), (1, 3), (0, 2)], [(3, 1), (3, 4)]]


PHASES = [
    (tanh, 1.0, 0, 0.05, "edge"),  # its edge of chaos, without biases
    (tanh, 1.5925, 0, 1, "chaos"),
    (tanh, 0.8, 0, 0.01, "signal dies"),
    (relu, 2**0.5, 0, 1, "edge"),
    (relu, 2, 0, 1e5, "signal grows"),
    (logistic, 1.846, 0, 1, "order"),
    (softplus, 1.0419, 0, 1, "order"),
    (identity, 1, 0, 7, "edge"),
    (binary_step, 2**0.5, 0, 1, "a jump, which χ leaves out"),
    (SELU, 1, 0, 1, "chaos"),
    (relu, 1, 0, 0, "signal dies"),
    (relu, 1, 0, None, "signal breaks off"),
]


def test_the_phase_is_that_of_the_theory():
    found = ask(
        """answer(f.map((each, i) => {
            const [g, b, size] = given.settings[i];
            return phase(each, g, b, size ?? NaN);
        }));""",
        [f for f, *_ in PHASES],
        settings=[setting for _, *setting, _ in PHASES],
    )
    z = np.linspace(-12, 12, 48_001) + 1e-7
    bell = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    for (f, g, _, size, word), page in zip(PHASES, found, strict=True):
        assert page["word"] == word, (f, g)
        if size:
            expected = g**2 * (f.grad(size * z) ** 2 * bell).sum()
            assert page["chi"] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("f", "g", "b", "word"),
    [
        (tanh, 1.5925, 0, "chaos"),
        (tanh, 1, 0, "edge"),
        (tanh, 1.2, 0.5, "order"),
        (relu, 2**0.5, 0, "edge"),
        (relu, 1.3, 0, "signal dies"),
        (logistic, 1.8462, 0, "order"),
        (softplus, 1.0419, 0, "order"),
    ],
)
def test_chance_hardly_changes_the_word(f, g, b, word):
    """Of 20 networks of 64 units: their sizes differ, the phase does not."""
    found = ask(
        """const signal = newSignal({ layers: 50, width: 64 });
        answer(Array.from({ length: 20 }, (_, seed) => {
            drawSignal(signal, seed);
            propagate(signal, f[0], given);
            return phase(f[0], given.g, given.b, lastingSize(signal.sizes)).word;
        }));""",
        [f],
        g=g,
        b=b,
    )
    assert found.count(word) >= 19, found


def test_no_name_of_a_module_is_taken_twice():
    ask("answer(null)", OWN.values())


def test_a_logarithm_breaks_off():
    _, words = picture(propagate(Activation("Log", log(x)), layers=3))
    assert "size of the signal undefined" in words
