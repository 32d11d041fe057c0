import base64
import hashlib
import re
import subprocess
import sys
from xml.etree import ElementTree

import matplotlib
import mpmath
import numpy as np
import pytest
import sympy
from bs4 import BeautifulSoup
from IPython.display import HTML
from matplotlib.figure import Figure
from scipy.special import expit
from sympy import Max, Piecewise, Symbol, exp, tanh

import actlib
from actlib import CATALOGUE, Activation, Parameter, logistic, plot, show
from actlib.figures import data_uri, html_image

x, t, k = sympy.symbols("x t k")
SCALAR = [
    pytest.param(entry, id=name)
    for name, entry in CATALOGUE.items()
    if isinstance(entry, Activation)
]
STEEP = Activation("Steep", tanh(k * t), [Parameter("k", 2, 0.5, 4, 0.5, "steepness")])


def drawn(figure):
    """Return the curves of a figure of `plot` as lines, the dots as (x, y, closed)."""
    (axes,) = figure.axes
    curves = [line for line in axes.lines if line.get_marker() == "None"]
    dots = {
        (*line.get_xydata()[0], line.get_markerfacecolor() == line.get_color())
        for line in axes.lines
        if line.get_marker() == "o"
    }
    return curves, dots


# What is drawn


@pytest.mark.parametrize("entry", SCALAR)
def test_curves_are_the_textbook_formula_and_its_slope(entry):
    defaults = {p.symbol: p.default for p in entry.parameters.values()}
    oracle = sympy.lambdify(entry.x, entry.expr.subs(defaults), "mpmath")
    (*_, value, slope), _ = drawn(plot(entry))  # below them those for other inputs
    for line, order in ((value, 0), (slope, 1)):
        points, numbers = line.get_xydata().T
        assert (np.nanmin(points), np.nanmax(points)) == (-6, 6)
        for point, number in zip(points[7::40], numbers[7::40], strict=True):
            if not np.isnan(point):
                expected = mpmath.diff(oracle, point, order)
                np.testing.assert_allclose(
                    number, float(expected), rtol=1e-9, atol=1e-12
                )


def test_curves_of_the_logistic_function():
    (value, slope), dots = drawn(plot(logistic))
    points = value.get_xdata()
    assert len(points) > 400
    np.testing.assert_allclose(value.get_ydata(), expit(points), rtol=1e-12)
    np.testing.assert_allclose(
        slope.get_ydata(), expit(points) * expit(-points), rtol=1e-12
    )
    assert not dots


@pytest.mark.parametrize("given", [{}, {"k": 0.5}, {"k": sympy.Rational(1, 2)}])
def test_parameters_are_put_in_or_have_their_defaults(given):
    figure = plot(STEEP, **given)
    number = float(given.get("k", 2))
    (value, slope), _ = drawn(figure)
    expected = np.tanh(number * value.get_xdata())
    np.testing.assert_allclose(value.get_ydata(), expected, rtol=1e-12, atol=1e-15)
    expected = number * (1 - np.tanh(number * slope.get_xdata()) ** 2)
    np.testing.assert_allclose(slope.get_ydata(), expected, rtol=1e-6)
    if given:
        assert f"k = {number:g}" in figure.get_label()


def test_title_axis_and_legend():
    figure = plot(STEEP)
    (axes,), (legend,) = figure.axes, figure.legends
    assert axes.get_title() == "Steep"
    assert axes.get_xlabel() == "$t$"
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == [line.get_label() for line in drawn(figure)[0]]
    assert len(set(texts)) == 2
    figure.draw_without_rendering()
    assert not legend.get_window_extent().overlaps(axes.get_window_extent())


def test_colour_is_never_the_only_difference():
    (value, slope), _ = drawn(plot(logistic))
    assert value.get_color() != slope.get_color()
    assert value.get_linestyle() != slope.get_linestyle()


STEP = Piecewise((0, x < 0), (1, True))
KINKED = {
    "step": (STEP, {(0, 0, False), (0, 1, True)}),
    "step, closed on the left": (
        Piecewise((0, x <= 0), (1, True)),
        {(0, 0, True), (0, 1, False)},
    ),
    "rectifier": (Piecewise((0, x <= 0), (x, True)), {(0, 0, False), (0, 1, False)}),
    "rectifier by Max": (Max(0, x), {(0, 0, False), (0, 1, False)}),
    "absolute value": (sympy.Abs(x), {(0, -1, False), (0, 1, False)}),
    "two jumps": (
        Piecewise((1, (x > -1) & (x < 2)), (0, True)),
        {
            (-1, 0, True),
            (-1, 1, False),
            (2, 1, False),
            (2, 0, True),
            (-1, 0, False),
            (2, 0, False),
        },
    ),
    "smooth join": (Piecewise((0, x < 0), (x**2, True)), set()),
    "jump beyond the right edge": (Piecewise((0, x < 10), (1, True)), set()),
    "jump beyond the left edge": (Piecewise((0, x < -10), (1, True)), set()),
}


@pytest.mark.parametrize("name", KINKED)
def test_jumps_and_kinks_are_cut_and_dotted(name):
    expression, expected = KINKED[name]
    curves, dots = drawn(plot(Activation(name, expression)))
    # The derivative of a jump has the same open dot from both sides.
    assert dots == expected | ({(0, 0, False)} if "step" in name else set())
    for line in curves:
        points, numbers = line.get_xydata().T
        steps = np.diff(numbers)
        assert not (np.abs(steps) > 0.5).any()  # a connector; next to nan a step is nan
        assert np.nanmin(points) == -6 and np.nanmax(points) == 6
        assert not (np.diff(points) < 0).any()


def test_a_jump_takes_its_value_on_the_closed_side():
    (value, _), _ = drawn(plot(Activation("Step", STEP)))
    points, numbers = value.get_xydata().T
    np.testing.assert_array_equal(numbers[points < 0], 0)
    np.testing.assert_array_equal(numbers[points > 0], 1)
    assert np.isnan(numbers).sum() == 1
    assert [*numbers[points == 0]] == [0, 1]


@pytest.mark.parametrize(
    "expression", [1 / x, sympy.log(x), sympy.sin(x) / x, x + sympy.sin(x) ** 2]
)
def test_functions_that_are_hard_on_the_facts_are_plotted_all_the_same(expression):
    (value, _), _ = drawn(plot(Activation("Own", expression)))
    points, numbers = value.get_xydata().T
    expected = float(expression.subs(x, points[-1]))
    assert numbers[-1] == pytest.approx(expected, rel=1e-12)


# Alternative text


@pytest.mark.parametrize("entry", SCALAR)
def test_alternative_text_says_what_is_drawn(entry):
    text = plot(entry).get_label()
    assert len(text) >= 40
    assert entry.title in text
    assert not {"oo", "nan", "None", "zoo"} & set(text.replace(",", " ").split())


def test_alternative_text_keeps_the_title_as_it_is():
    assert "Too-cool" in plot(Activation("Too-cool", x)).get_label()


# Showing


def shown(monkeypatch, *arguments, **named):
    displayed = []
    monkeypatch.setattr(actlib.figures, "display", displayed.append)
    assert show(*arguments, **named) is None
    (output,) = displayed
    assert isinstance(output, HTML)
    return output.data


@pytest.mark.parametrize("alt", [None, 'two <b>lines</b> & "quotes"\nit\'s'])
def test_show_displays_one_image_with_its_alternative_text(monkeypatch, alt):
    figure = plot(logistic)
    alt = alt or figure.get_label()
    page = BeautifulSoup(shown(monkeypatch, figure, alt), "html.parser")
    outer, inner = page.find_all()
    assert (outer.name, outer.attrs) == ("figure", {"class": ["actlib-figure"]})
    assert (inner.name, inner.attrs.keys()) == ("img", {"alt", "src"})
    assert inner["alt"] == alt
    kind, data = inner["src"].split(",")
    assert kind == "data:image/svg+xml;base64"
    image = ElementTree.fromstring(base64.b64decode(data, validate=True))
    assert image.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(image.iter("{http://www.w3.org/2000/svg}path"))) > 2


def test_show_takes_figures_that_learners_made(monkeypatch):
    figure, axes = actlib.subplots(1, 2, sharey=True)
    axes[0].plot([0, 1], [0, 1])
    assert "A straight line" in shown(
        monkeypatch, figure, alt="A straight line to (1, 1)."
    )
    with pytest.raises(ValueError, match="alt"):
        show(figure)


DIGEST = """
import hashlib
from actlib import logistic, plot
from actlib.figures import data_uri, html_image
print(hashlib.sha256(html_image(data_uri(plot(logistic)), "alt").encode()).hexdigest())
"""


def test_equal_figures_have_equal_bytes_in_every_process():
    figure = plot(logistic)
    html = html_image(data_uri(figure), "alt")
    assert (
        html_image(data_uri(figure), "alt")
        == html_image(data_uri(plot(logistic)), "alt")
        == html
    )
    command = [sys.executable, "-c", DIGEST]
    fresh = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert fresh.strip() == hashlib.sha256(html.encode()).hexdigest()


def test_settings_of_matplotlib_are_left_alone(monkeypatch):
    before = matplotlib.rcParams.copy()
    shown(monkeypatch, plot(logistic))
    actlib.subplots()
    # A copy: comparing the original loads pyplot.
    assert matplotlib.rcParams.copy() == before
    assert Figure().get_constrained_layout() == before["figure.constrained_layout.use"]


# Letters


def fonts_of(figure):
    """The fonts whose letters are drawn in a figure."""
    svg = actlib.figures.svg(figure)
    return set(re.findall(r'<path id="([A-Za-z]+)[^"]*-[0-9a-f]+"', svg))


def test_letters_are_in_our_font_and_formulas_in_stix():
    assert fonts_of(plot(logistic)) == {"ActlibSans", "STIXGeneral"}


def test_a_learner_s_own_text_is_in_our_font_too():
    figure, axes = actlib.subplots()
    axes.plot([0, 1], label="α = 1, and f′ ≤ √2")
    axes.legend()
    axes.text(0, 0.5, r"both α and $\alpha$")
    assert fonts_of(figure) == {"ActlibSans", "STIXGeneral"}
    assert {text.get_fontsize() for text in axes.get_legend().get_texts()} == {12}


def test_a_font_that_a_learner_chose_stays():
    figure, axes = actlib.subplots()
    axes.text(0, 0.5, "own", family="DejaVu Serif", fontsize=9)
    assert "DejaVuSerif" in fonts_of(figure)
    assert axes.texts[0].get_fontsize() == 9


def test_what_our_font_lacks_is_drawn_all_the_same():
    figure, axes = actlib.subplots()
    axes.set_title("ж")
    assert "DejaVuSans" in fonts_of(figure)


# Wrong arguments


@pytest.mark.parametrize("wrong", ["logistic", None, exp(x), Activation, ...])
def test_plot_needs_an_activation(wrong):
    with pytest.raises(TypeError, match="activation"):
        plot(wrong)


@pytest.mark.parametrize(
    "given, error, words",
    [
        ({"alpha": 1}, TypeError, "alpha"),
        ({"k": "1"}, TypeError, "k must be"),
        ({"k": [1, 2]}, TypeError, "k must be"),
        ({"k": x}, TypeError, "k must be"),
        ({"k": np.inf}, ValueError, "k must lie in"),
    ],
)
def test_plot_names_a_wrong_parameter(given, error, words):
    with pytest.raises(error, match=words):
        plot(STEEP, **given)


@pytest.mark.parametrize("wrong", ["figure", None, plot, logistic])
def test_show_needs_a_figure(wrong):
    with pytest.raises(TypeError, match="figure"):
        show(wrong, alt="text")


@pytest.mark.parametrize(
    "wrong", [1, ["text"], Symbol("text"), b"text", np.array(["text"])]
)
def test_alternative_text_is_text(wrong):
    with pytest.raises(TypeError, match="alt"):
        show(plot(logistic), alt=wrong)


@pytest.mark.parametrize("empty", ["", " \n"])
def test_alternative_text_is_not_empty(empty):
    with pytest.raises(ValueError, match="alt"):
        show(Figure(), alt=empty)


def test_alternative_text_says_that_a_wave_goes_up_and_down():
    label = actlib.plot(actlib.sine, omega=2).get_label()
    assert "f rises and falls between −1 and 1: it turns 8 times." in label
    assert "highest" not in label
    assert "rises and falls" not in actlib.plot(actlib.gelu).get_label()
