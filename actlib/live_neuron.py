"""The live figure of one neuron: how it makes its output."""

from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from . import figures, javascript
from .activation import Activation, Parameter
from .figures import Curve, as_text
from .live import FEWER_POINTS, Choice, LiveFigure, begin, listed, script, with_margin

NUMBERS = [
    Parameter("x1", 1.5, -2, 2, 0.1, "input"),
    Parameter("x2", 1, -2, 2, 0.1, "input"),
    Parameter("w1", 0.8, -2, 2, 0.1, "weight"),
    Parameter("w2", -0.5, -2, 2, 0.1, "weight"),
    Parameter("b", 0.3, -2, 2, 0.1, "bias"),
]
# All that the sliders can make of the weighted sum.
Z = np.linspace(-10, 10, 401)

# Points of a picture's width and height: text of 11 points is legible on a phone.
WIDE, HIGH = 288, 190
RADIUS = 25
# Where the centres of the circles are; a word and a symbol are written above them.
CIRCLES = {
    "x1": (34, 146, "input", "x₁"),
    "x2": (34, 44, "input", "x₂"),
    "z": (152, 95, "sum", "z"),
    "y": (254, 95, "output", "f(z)"),
}
# What stands beside a connection: where, the connection's start, and how it is called.
WEIGHTS = {"w1": (84, 141, "x1", "w₁"), "w2": (84, 41, "x2", "w₂")}
INK, GREY, POSITIVE, NEGATIVE = "#1f2328", "#57606a", "#0072b2", "#d55e00"
# A connection's points of width for a weight of 1, the least, and dashes if negative.
WIDTH, HAIRLINE, DASHES = 3, 0.5, (7, 4)
STYLE: Any = FEWER_POINTS | {
    # Text stays text, so that JavaScript can change it. The first of these fonts that
    # there is draws it: pages and decks have our own, others what is like them.
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": [
        "Actlib Sans",
        "Source Sans 3",
        "Segoe UI",
        "Helvetica",
        "Arial",
    ],
    "font.serif": [
        "STIX Two Letters",
        "STIX Two Text",
        "STIXGeneral",
        "Times New Roman",
    ],
    "lines.scale_dashes": False,
}
# Points between a word and a symbol.
SPACE = 3


class Neuron(LiveFigure):
    """A live neuron, as `neuron` makes it."""

    _kind, _script = "neuron", script("live_neuron.js")


def neuron(
    functions: Activation | Sequence[Activation], /, **initial: float | str
) -> Neuron:
    """Return a live neuron, an ipywidgets widget, with a choice of functions.

    It has two inputs, a weight for each, and a bias: z = w₁x₁ + w₂x₂ + b. Its output is
    f(z), f being the one that is chosen among `functions`; their parameters have their
    defaults. `initial` are the values to begin with. Each is a trait of the widget: x1,
    x2, w1, w2, b, and `function`, the name of one of the functions, as in
    ``n = neuron([logistic, relu]); n.w1 = 0.5; n.function = "relu"``.

    Raises TypeError for what is not an activation function; ValueError for an unknown
    parameter or a value outside its slider's range.
    """
    several = listed(functions, 8, "a list of 1 to 8")
    options = {function.name: function.title for function in several}
    choice = Choice("function", "f", options, several[0].name, "activation")
    inputs = begin({p.name: p for p in NUMBERS} | {"function": choice}, initial)
    values: dict[str, Any] = {name: given.default for name, given in inputs.items()}
    chosen = list(options).index(values.pop("function"))
    z = weighted_sum(**values)
    curves, views = _curves(several, chosen, z)
    diagram = _diagram(values | {"z": z, "y": float(several[chosen](z))})
    code = [
        {"name": function.name, "axes": view} | _code(function)
        for function, view in zip(several, views, strict=True)
    ]
    title = ", ".join(options.values())
    return Neuron(title, inputs, [diagram, curves], {"functions": code})


def weighted_sum(x1: float, x2: float, w1: float, w2: float, b: float) -> float:
    """Return z, rounded: 0.1 · 3 − 0.3 shall be 0, for a step asks for the sign."""
    return round(w1 * x1 + w2 * x2 + b, 10) + 0.0


def _code(function: Activation) -> dict[str, Any]:
    """Return what JavaScript computes f from: its pieces, its parameters' values."""
    parameters = function.parameters.values()
    code = javascript.formula(function.formula, [p.symbol for p in parameters], 0)
    return code | {"parameters": [p.default for p in parameters]}


# The pictures. JavaScript finds what moves by the names (gid) that are given here.


def _diagram(values: dict[str, float]) -> tuple[str, str]:
    """Return the picture of the neuron, and what it shows in words."""
    text = {name: as_text(value) for name, value in values.items()}
    with matplotlib.rc_context(STYLE, fname=figures.STYLE):
        figure = _figure("none")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDE), ylim=(0, HIGH))
        axes.set_axis_off()
        for name, (x, y, start, symbol) in WEIGHTS.items():
            _connect(axes, start, "z", gid=f"line-{name}", **look(values[name]))
            _equation(axes, x, y, symbol, text[name], name)
        _connect(axes, "z", "y", color=GREY, linestyle="-")
        _write(axes, 203, 105, "f", **figures.VARIABLE)
        x, y, *_ = CIRCLES["z"]
        axes.plot([x, x], [y, 40], color=GREY, linestyle="-", zorder=1)
        _equation(axes, x - 10, 26, "b", text["b"], "b")
        for name, (x, y, word, symbol) in CIRCLES.items():
            circle = {"facecolor": "white", "edgecolor": INK, "linewidth": 1.5}
            axes.add_patch(Circle((x, y), RADIUS, zorder=2, **circle))
            _write(axes, x, y, text[name], gid=name)
            _side_by_side(axes, x + 12 - 4 * len(symbol), y + RADIUS + 5, word, symbol)
    words = (
        f"A neuron with two inputs: x₁ = {text['x1']}, with the weight "
        f"w₁ = {text['w1']}, and x₂ = {text['x2']}, with the weight w₂ = {text['w2']}. "
        f"With the bias b = {text['b']} their weighted sum is z = {text['z']}. "
        f"The output is f(z) = {text['y']}."
    )
    return _address(figure), words


def _figure(layout: Any) -> Figure:
    return Figure(figsize=(WIDE / 72, HIGH / 72), layout=layout)


def _connect(axes: Axes, start: str, end: str, **style: Any) -> None:
    (x, y, *_), (to_x, to_y, *_) = CIRCLES[start], CIRCLES[end]
    axes.plot([x, to_x], [y, to_y], zorder=1, **style)


def look(weight: float) -> dict[str, Any]:
    """Return the style of a connection: it says the size and the sign of the weight."""
    width = max(WIDTH * abs(weight), HAIRLINE)
    if weight < 0:
        return {"linewidth": width, "color": NEGATIVE, "linestyle": (0, DASHES)}
    return {"linewidth": width, "color": POSITIVE, "linestyle": "-"}


def _write(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    middle: Any = {"ha": "center", "va": "center_baseline", "color": INK}
    axes.text(x, y, text, zorder=3, parse_math=False, **middle | style)


def _side_by_side(axes: Axes, x: float, y: float, word: str, symbol: str) -> None:
    """Write a word and a symbol, each in its font, on one line that they share at x."""
    _write(axes, x, y, word, ha="right", va="baseline")
    sign: Any = figures.VARIABLE | {"ha": "left", "va": "baseline"}
    _write(axes, x + SPACE, y, symbol, **sign)


def _equation(
    axes: Axes, x: float, y: float, symbol: str, value: str, name: str
) -> None:
    """Write symbol = value, the sign = at x; JavaScript changes the value."""
    sign: Any = figures.VARIABLE | {"ha": "right", "va": "baseline"}
    _write(axes, x, y, symbol, **sign)
    _write(axes, x + SPACE, y, f"= {value}", ha="left", va="baseline", gid=name)


def _curves(
    functions: Sequence[Activation], chosen: int, z: float
) -> tuple[tuple[str, str], list[Any]]:
    """Return the picture of all curves, in words the chosen one, and all limits.

    Each curve has a panel in the same place. All but the chosen are hidden.
    """
    curves = [Curve(function, 0, {}, Z) for function in functions]
    views = []
    with matplotlib.rc_context(STYLE, fname=figures.STYLE):
        figure = _figure("constrained")
        for i, (function, curve) in enumerate(zip(functions, curves, strict=True)):
            axes = figure.add_subplot()
            axes.set_title(fill(function.title, 32), parse_math=False)
            views.append(_panel(axes, i, curve, z, float(function(z))))
    hidden = {f"panel-{i}" for i in range(len(functions)) if i != chosen}
    words = figures.describe(functions[chosen], [curves[chosen]], {}, "z")
    output = as_text(functions[chosen](z))
    words += f" A dot is at z = {as_text(z)}, f(z) = {output}."
    return (_address(figure, hidden), words), views


def _panel(axes: Axes, i: int, curve: Curve, z: float, y: float) -> dict[str, Any]:
    """Draw a curve, with the way from z to f(z), and return its limits."""
    figures.draw_curve(axes, curve)
    low, high = with_margin(*axes.dataLim.intervaly)
    left, right = Z[[0, -1]]
    way: Any = {"color": GREY, "linewidth": 1, "linestyle": ":", "gid": f"way-{i}"}
    axes.plot([z, z, left], [low, y, y], **way)
    axes.plot(z, y, "o", color=INK, gid=f"dot-{i}")
    axes.set(xlim=(left, right), ylim=(low, high))
    axes.locator_params("y", nbins=5, steps=[1, 2, 5, 10])
    axes.tick_params(left=False, bottom=False)
    axes.set_xlabel("z", **figures.VARIABLE)
    axes.set_ylabel("f(z)", **figures.VARIABLE)
    axes.set_gid(f"panel-{i}")
    axes.patch.set_gid(f"axes-{i}")
    return {"x": [left, right], "y": [low, high]}


def _address(figure: Figure, hidden: Iterable[str] = ()) -> str:
    """Return the address of a picture; the groups of these names are hidden in it."""
    svg = figures.svg(figure, STYLE)
    for name in hidden:
        group = f'<g id="{name}"'
        svg = svg.replace(f"{group}>", f'{group} visibility="hidden">')
    return figures.svg_uri(svg)
