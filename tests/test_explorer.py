import json
import os
import re
import subprocess
import sys
import tracemalloc

import pytest
import sympy
from bs4 import BeautifulSoup
from sympy import Abs, Function, Interval, Piecewise, Symbol, exp, oo, symbols

from actlib import CATALOGUE, Activation, Parameter, explore, javascript
from actlib.vector import VectorActivation

x = symbols("x")
SLOPE = Parameter("alpha", 0.25, 0, 1, 0.05, "slope for x < 0")
LEAKY = Activation("Leaky", Piecewise((Symbol("alpha") * x, x < 0), (x, True)), [SLOPE])
HOSTILE = Activation(
    "</script><script>alert(1)</script> \"quoted\" 'single' $x^$ ${1} _",
    Symbol("alpha") * Symbol("a\"b');alert(1)//</script>"),
    [Parameter("alpha", 1, -2, 2, 0.1, "--> <img src=x onerror=alert(1)>")],
)


def html(widget):
    return widget._repr_mimebundle_()[0]["text/html"]


def figure_of(widget):
    """The description of the figure in the generated code, functions left out."""
    (line,) = re.findall(r"^const figure = (.*);$", html(widget), re.M)
    return line


def parsed(text):
    return BeautifulSoup(text, "html.parser")


def tags(page):
    return [tag.name for tag in page.find_all()]


# Values


def test_each_parameter_is_a_trait_that_can_be_watched():
    widget, seen = explore(LEAKY, alpha=0.5), []
    assert (widget.alpha, widget.at) == (0.5, -1)
    widget.observe(lambda change: seen.append(change.new), "alpha")
    widget.alpha = 1
    assert seen == [1.0] and isinstance(widget.alpha, float)
    assert {"alpha", "at"} <= set(widget.keys), "the browser does not hear of it"


def test_figures_have_values_of_their_own():
    one, other = explore(LEAKY), explore(LEAKY)
    one.alpha = 1
    assert other.alpha == 0.25


def test_functions_share_a_slider_as_far_as_their_ranges_agree():
    steeper = Activation(
        "Steeper", Symbol("alpha") * x, [Parameter("alpha", 2, 0.5, 4, 0.1)]
    )
    widget = explore([LEAKY, steeper], alpha=1)
    with pytest.raises(ValueError, match=r"alpha must be a number in \[0\.5, 1\]"):
        widget.alpha = 2


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            ((LEAKY,), {"alpha": 1.5}),
            ValueError,
            "alpha must be a number in \\[0, 1\\]",
        ),
        (((LEAKY,), {"alpha": float("nan")}), ValueError, "alpha must"),
        (((LEAKY,), {"alpha": "1"}), TypeError, "alpha must be a real number"),
        (((LEAKY,), {"alpha": [0, 1]}), ValueError, "alpha must be a number in"),
        (((LEAKY,), {"at": 7}), ValueError, "at must be a number in \\[-6, 6\\]"),
        (
            ((LEAKY,), {"beta": 1}),
            ValueError,
            "unknown parameter 'beta'; allowed: alpha, at",
        ),
        (((LEAKY,), {"order": 3}), ValueError, "order must be 0, 1 or 2, not 3"),
        (
            ((CATALOGUE["softmax"],), {"n": 9}),
            ValueError,
            "n must be a whole number from 2 to 5",
        ),
        ((([LEAKY] * 5,), {}), ValueError, "list of 1 to 4"),
        ((([],), {}), ValueError, "list of 1 to 4"),
        (((exp(x),), {}), TypeError, "activation must be"),
    ],
)
def test_wrong_input_is_an_error_in_python(arguments, error, message):
    given, named = arguments
    with pytest.raises(error, match=message):
        explore(*given, **named)


@pytest.mark.parametrize("name", ["layout", "at", "_esm", "observe"])
def test_a_parameter_may_not_take_a_name_of_the_widget(name):
    taken = Activation("Taken", Symbol(name) * x, [Parameter(name, 1, 0, 2, 0.5)])
    with pytest.raises(
        ValueError, match=f"cannot have a parameter of the name '{name}'"
    ):
        explore(taken)


def test_a_wrong_value_later_leaves_the_figure_as_it_is():
    widget = explore(LEAKY)
    with pytest.raises(ValueError, match="alpha must be a number in \\[0, 1\\]"):
        widget.alpha = -1
    assert widget.alpha == 0.25


# What is stored


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))
def test_a_stored_figure_is_small_and_says_what_it_shows(entry):
    bundle, _ = explore(entry)._repr_mimebundle_()
    assert bundle["text/plain"].startswith(f"Explorer of {entry.title}: ")
    assert len(bundle["text/html"].encode()) <= 120 * 1024
    page = parsed(bundle["text/html"])
    assert tags(page) == ["div", "figure", "img", "script"]
    alt = page.img["alt"]
    assert len(alt) >= 40 and entry.title in alt
    assert json.dumps(alt) in page.script.string


def test_a_comparison_is_small_too():
    largest = explore(
        [CATALOGUE[name] for name in ("prelu", "elu", "softplus", "tanh")], order=2
    )
    assert len(html(largest).encode()) <= 120 * 1024


def limits_of(widget):
    """The limits of y of each axes in the generated code."""
    found = re.findall(r"y: \[([^],]*), ([^],]*)\], ticks", figure_of(widget))
    return [(float(low), float(high)) for low, high in found]


def test_a_kink_stays_in_view_wherever_a_slider_moves_it():
    elu, relu = CATALOGUE["elu"], CATALOGUE["relu"]
    _, (low, high) = limits_of(explore([elu, relu]))
    # f′ is between 0 and 1 at first, and just left of 0 it is α, up to 3.
    assert -0.5 < low < 0 and elu.parameters["alpha"].high < high < 3.5


def test_a_kink_far_away_does_not_flatten_the_rest():
    slope = Parameter("k", 1, 0, 1000, 1)
    steep = Activation("Steep", Piecewise((0, x < 0), (Symbol("k") * x, True)), [slope])
    *_, (low, high) = limits_of(explore([steep, LEAKY]))
    assert -0.5 < low < 0 and 1 < high < 5


def test_what_another_input_makes_is_in_view_as_a_whole():
    swiglu = CATALOGUE["swiglu"]
    [(low, high)] = limits_of(explore(swiglu))
    at_the_end = swiglu(6.0, swiglu.parameters["b"].high)
    assert low < -at_the_end and at_the_end < high


def test_ticks_are_few_and_within_the_limits():
    described = figure_of(explore([CATALOGUE["elu"], CATALOGUE["softplus"]], order=2))
    views = re.findall(
        r"x: \[([^],]*), ([^],]*)\], y: \[([^],]*), ([^],]*)\]", described
    )
    ticks = re.findall(r"ticks: \{x: (\[\[.*?\]\]), y: (\[\[.*?\]\])\}", described)
    assert len(views) == len(ticks) == 3
    for limits, written in zip(views, ticks, strict=True):
        for ends, text in zip((limits[:2], limits[2:]), written, strict=True):
            low, high = map(float, ends)
            places = json.loads(text)
            assert 3 <= len(places) <= 7
            for place, shown in places:
                assert low <= place <= high
                assert float(shown.replace("−", "-")) == place


def test_a_thousand_moves_leave_the_kernels_memory_as_it_was():
    def move(times):
        for step in range(times):
            widget.alpha = step % 100 / 100

    widget = explore(LEAKY)
    move(100)
    tracemalloc.start()
    move(1000)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 50_000


def test_the_text_is_the_state_and_holds_no_address():
    widget = explore(LEAKY, at=2)
    widget.alpha = 0.5
    assert repr(widget) == "Explorer of Leaky: alpha = 0.5, at = 2"


STORED = (
    "from actlib import *; print(explore([{}])._repr_mimebundle_()[0]['text/html'])"
)


@pytest.mark.parametrize("names", ["logistic", "prelu, elu"])
def test_the_same_bytes_come_out_of_every_process(names):
    def run(seed):
        command = [sys.executable, "-c", STORED.format(names)]
        return subprocess.check_output(
            command, env={**os.environ, "PYTHONHASHSEED": seed}
        )

    assert run("1") == run("2")


def test_no_computed_number_is_stored_outside_the_picture():
    steep = Parameter("k", 1, 0.1, 4, 0.1, domain=Interval.open(0, oo))
    code = figure_of(
        explore(Activation("Steep", exp(-((Symbol("k") * x) ** 2) / 3), [steep]))
    )
    assert not re.search(r"\d\.\d{6}", code)


# What a user's text may do


def test_a_users_text_is_never_code_nor_markup():
    widget = explore(HOSTILE)
    page = parsed(html(widget))
    assert tags(page) == ["div", "figure", "img", "script"]
    assert HOSTILE.title in page.img["alt"]
    code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', figure_of(widget))
    assert "alert" not in code and "=> u0*u1" in code.replace("u1*u0", "u0*u1")


class sigma(Function):
    """A function that bears a block's name, and brings code."""

    def _javascript(self, printer):
        return "alert(1)"


@pytest.mark.parametrize(
    ("expression", "culprit"),
    [
        (Function("alert")(x), "alert"),
        (sigma(x), "sigma"),
        (sympy.Heaviside(x), "Heaviside"),
        (Symbol("window"), "window"),
        (sympy.I * x, "I"),
        (sympy.zoo * x, "zoo"),
        (sympy.Integral(x, (x, 0, 1)), "Integral"),
        (sympy.floor(x), "floor"),
    ],
)
def test_code_is_made_from_known_functions_only(expression, culprit):
    with pytest.raises(ValueError, match=f"no JavaScript code for .*{culprit}"):
        javascript.function([x], expression)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        (1 / (1 + exp(-x)), "(u0) => blocks.sigma(u0)"),
        (exp(x) - 1, "(u0) => blocks.expm1(u0)"),
        (sympy.cbrt(x), "(u0) => Math.pow(u0, 1/3)"),
        (sympy.true, "(u0) => true"),
        (
            Piecewise((x, x > 0), (0, True)),
            "(u0) => ((u0 > 0) ? (u0) : ((true) ? (0) : (NaN)))",
        ),
        ((x > 0) & (Abs(x) < 2), "(u0) => u0 > 0 && Math.abs(u0) < 2"),
    ],
)
def test_code_is_stable_and_readable(expression, code):
    assert javascript.function([x], expression) == code


def test_a_block_brings_those_that_it_calls():
    assert javascript.blocks_of("(u0) => u0").keys() == set()
    assert javascript.blocks_of("blocks.sigma(u0)").keys() == {"sigma"}
    assert javascript.blocks_of("blocks.erf(u0)").keys() == {"erf", "Phi"}


def test_text_in_code_cannot_end_a_script():
    assert json.loads(javascript.literal("</script><!--")) == "</script><!--"
    assert "<" not in javascript.literal({"a": ["</script>", 1.5]})


def test_softmax_has_a_slider_for_each_logit():
    softmax = next(e for e in CATALOGUE.values() if isinstance(e, VectorActivation))
    widget = explore(softmax, n=4, z_4=-1.5, temperature=2)
    assert repr(widget).endswith(
        "z_1 = 0, z_2 = 1, z_3 = 2, z_4 = -1.5, temperature = 2"
    )
