"""Figures: pure functions to matplotlib Figures, without pyplot, with alt text."""

import io
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any, SupportsFloat

import matplotlib
import numpy as np
from IPython.display import HTML, display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text
from numpy.typing import ArrayLike
from sympy import latex

from .activation import Activation, Entry, Number, require, require_entry
from .blocks import Array
from .numerics import piece_function
from .pieces import Joint, Piece, intervals, joints
from .vector import VectorActivation

STYLE = Path(__file__).with_name("actlib.mplstyle")
fontManager.addfont(Path(__file__).with_name("actlib-sans.ttf"))
# How x and names of parameters are written, where they are no formula.
VARIABLE: Any = {"family": ["serif", "sans-serif"], "style": "italic"}
X = np.linspace(-6, 6, 401)
LABELS = ("$f(x)$", "$f'(x)$", "$f''(x)$")
# Numbers that differ by less are one, at a joint.
NEAR = 1e-9
# Where a formula has no value at a joint itself, it is taken this far beside it.
BESIDE = 1e-7
# What an SVG does without: its prolog, who made it; line breaks and indents, a space
# after a letter of a path and within a style; names of groups that nobody refers to;
# turns by 0; more than two decimals of a point; half of our face's name, which is told
# for each letter.
SPARE = re.compile(
    r"<\?xml.*?\?>|<!DOCTYPE[^>]*>|<metadata>[\s\S]*?</metadata>"
    r"|\s*\n\s*|(?<=[\n\"][MLQC]) (?=[-\d])|(?<=[:;]) (?=[^\"<>]*\"[ />])"
    r"|(?<=<g) id=\"[a-zA-Z.\d]+_\d+\"(?=>)| transform=\"rotate\(-0 [^\"]*\""
    r"|(?<=[\d-]\.\d\d)\d+(?=[ ,\"LMQCz)])(?<!scale\(0\.015625)"
    r"|(?<=ActlibSans)-Regular"
)
# A curve that turns so often oscillates.
SEVERAL = 3
# A group that says nothing of the shapes in it.
BARE_GROUP = re.compile(r"<g>((?:<(?:path|use)[^>]*/>)*)</g>")
# What is larger is no place in a picture.
LARGEST_DRAWN = 1e30


def subplots(rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """Return a figure and its axes in actlib's style, as pyplot.subplots would.

    `options` go to `matplotlib.figure.Figure.subplots`. No pyplot state is involved:
    nothing is shown until you call :func:`show`.
    """
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure()
        return figure, figure.subplots(rows, columns, **options)


# Curves


class Curve:
    """The curve of f or of a derivative, for x along `grid`, for drawing.

    `x` and `y` are float64 arrays. At a jump, and at a kink of a derivative, nan cuts
    the curve and `dots` (x, y, closed) mark its ends: closed where the point belongs to
    the curve. The rule for joints is that of live.js: numbers are compared.
    """

    def __init__(
        self,
        activation: Activation,
        order: int,
        parameters: Mapping[str, Number],
        grid: Array = X,
    ):
        self._formula, self._order, self.grid = activation.formula, order, grid
        values = activation.values_of(parameters)
        pieces = activation.pieces(**values)
        self._values = [float(value) for value in values.values()]
        parts: list[Array] = []
        self.dots: list[tuple[float, float, bool]] = []
        starts = [None, *joints(pieces)]
        for joint, piece in zip(starts, intervals(pieces), strict=True):
            low = max(float(piece.domain.start), grid[0])
            high = min(float(piece.domain.end), grid[-1])
            if low >= high:
                continue
            x = np.array([low, *grid[(low < grid) & (high > grid)], high])
            if parts and joint and self._breaks(joint):
                self._mark(joint)
                parts.append(np.array([[np.nan], [np.nan]]))
            y = self._numbers(piece, order, x)
            for end, side in ((0, 1), (-1, -1)):
                if np.isnan(y[end]):
                    y[end] = self._numbers(piece, order, x[end] + side * BESIDE)
            parts.append(np.array([x, y]))
        self.x, self.y = np.concatenate(parts, axis=1)

    def _numbers(self, piece: Piece, order: int, x: ArrayLike) -> Array:
        y = piece_function(self._formula, piece.branch, order)(x, *self._values)
        return np.where(np.abs(y) < LARGEST_DRAWN, y, np.nan)

    def _at(self, joint: Joint, piece: Piece, order: int) -> float:
        """Return the value of a piece, or of a derivative of it, at a joint."""
        point = float(joint.point)
        side = -BESIDE if piece is joint.left else BESIDE
        there, beside = self._numbers(piece, order, [point, point + side])
        return beside if np.isnan(there) else there

    def _breaks(self, joint: Joint) -> bool:
        """Whether the curve, or a lower derivative, breaks at a joint."""
        for order in range(self._order + 1):
            left, right = (self._at(joint, p, order) for p in (joint.left, joint.right))
            values = [left, right]
            if order == 0 and joint.home not in (joint.left, joint.right):
                values.append(float(joint.value))
            near = NEAR * (1 + abs(left))
            if not all(abs(value - left) <= near for value in values):
                return True
        return False

    def _mark(self, joint: Joint) -> None:
        point = float(joint.point)
        for piece in (joint.left, joint.right):
            closed = self._order == 0 and piece is joint.home
            self.dots.append((point, self._at(joint, piece, self._order), closed))
        own = joint.home not in (joint.left, joint.right, None)
        if self._order == 0 and own:
            self.dots.append((point, float(joint.value), True))


def plot(activation: Activation, /, **parameters: Number) -> Figure:
    """Return a Figure of f and f′ with its alternative text as the figure's label.

    Jumps and kinks are drawn as they are: no connecting line, closed and open dots.
    Thin curves are f for other values of a second input.

    Raises TypeError unless `activation` is an Activation, TypeError or ValueError for
    parameters that it does not have or accept.
    """
    require_entry(activation)
    curves = [Curve(activation, order, parameters) for order in (0, 1)]
    figure, axes = subplots()
    with matplotlib.rc_context(fname=STYLE):
        others = _draw_others(axes, activation, parameters)
        for curve, label in zip(curves, LABELS, strict=False):
            draw_curve(axes, curve, label=label)
        name = f"${latex(activation.x)}$"
        axes.set(xlabel=name, xlim=(X[0], X[-1]))
        axes.set_title(activation.title, parse_math=False)
        # Inside, it would lie over a wave.
        figure.legend(loc="outside lower center", ncols=3)
    figure.set_label(describe(activation, curves, parameters) + others)
    return figure


def draw(axes: Axes, entry: Entry, /, **parameters: Number) -> None:
    """Draw an entry in small: f and f′, or the bars of a vector function of 0, 1, 2.

    Thin curves are f for other values of a second input.
    """
    require_entry(entry, Entry)
    axes.set_title(entry.title, parse_math=False)
    if isinstance(entry, Activation):
        _draw_others(axes, entry, parameters)
        for order in (0, 1):
            draw_curve(axes, Curve(entry, order, parameters))
    elif isinstance(entry, VectorActivation):
        axes.bar(["0", "1", "2"], entry([0, 1, 2], axis=0, **parameters))


def _draw_others(
    axes: Axes, activation: Activation, parameters: Mapping[str, Number]
) -> str:
    """Draw f, thin, for other values of inputs; return in words what is drawn."""
    words = ""
    for p in activation.inputs:
        values = np.linspace(p.low, p.high, 5)
        listed = ", ".join(map(as_text, values))
        for k, value in enumerate(values):
            curve = Curve(activation, 0, {**parameters, p.name: value})
            label = "" if k else f"${latex(p.symbol)}$ = {listed}"
            style = {"color": "C0", "linestyle": "-", "linewidth": 0.7}
            draw_curve(axes, curve, label=label, **style)
        words += f" Thin curves: f for {p.name} = {listed}."
    return words


def draw_curve(axes: Axes, curve: Curve, **style: Any) -> None:
    """Draw a curve with its dots. `style` goes to the line."""
    (line,) = axes.plot(curve.x, curve.y, **style)
    for *place, closed in curve.dots:
        face = line.get_color() if closed else "white"
        axes.plot(*place, "o", color=line.get_color(), markerfacecolor=face)


def describe(
    activation: Activation,
    curves: list[Curve],
    parameters: Mapping[str, Number],
    argument: str = "",
) -> str:
    """Return in words what the curve of f, or those of f and f′, show.

    `argument` is its name in the picture, if not the activation's own.
    """
    values = activation.values_of(parameters)
    given = "".join(f", {name} = {as_text(value)}" for name, value in values.items())
    low, high = curves[0].grid[[0, -1]]
    numbers = activation(np.array([low, 0, high]), **values)
    left, middle, right = map(as_text, numbers)
    low, high = map(as_text, (low, high))
    what = "f and its derivative f′" if curves[1:] else "f"
    sentences = [
        f"{activation.title}{given}: {what} for {argument or activation.x} "
        f"from {low} to {high}.",
        f"f is about {left} at {low}, {middle} at 0 and {right} at {high}.",
    ]
    sentences.append(_oscillation(curves[0]))
    sentences += map(_extent, curves[1:2])
    for name, curve in zip(("f", "f′"), curves, strict=False):
        for place in dict.fromkeys(place for place, _, _ in curve.dots):
            before, after, *_ = (as_text(y) for at, y, _ in curve.dots if at == place)
            if before != after:
                where = f"At {as_text(place)} {name} jumps"
                sentences.append(f"{where} from {before} to {after}.")
    return " ".join(filter(None, sentences))


def _turns(curve: Curve) -> int:
    """Return how often a curve turns from rising to falling or back."""
    steps = np.diff(curve.y)
    ways = np.sign(steps[np.isfinite(steps) & (steps != 0)])
    return int(np.count_nonzero(np.diff(ways)))


def _oscillation(curve: Curve) -> str:
    """Return a sentence on how f goes up and down, if it does again and again."""
    if (turns := _turns(curve)) < SEVERAL:
        return ""
    low, high = map(as_text, (np.nanmin(curve.y), np.nanmax(curve.y)))
    return f"f rises and falls between {low} and {high}: it turns {turns} times."


def _extent(curve: Curve) -> str:
    """Return a sentence on the least and the largest slope, if there is any."""
    slopes = curve.y[np.isfinite(curve.y)]
    if not len(slopes):
        return ""
    low, high = map(as_text, (slopes.min(), slopes.max()))
    if slopes.min() == slopes.max():
        return f"f′ is {low} wherever it exists."
    words = f"f′ lies between {low} and {high}"
    if _turns(curve) >= SEVERAL:
        return f"{words}."
    return f"{words}, highest at {as_text(_peak(curve))}."


def _peak(curve: Curve) -> float:
    """Return where a curve is highest: the vertex of the parabola through 3 points."""
    top = int(np.nanargmax(curve.y))
    near = slice(top - 1, top + 2)
    x, y = curve.x[near], curve.y[near]
    bend = y[0] - 2 * y[1] + y[2] if len(y) == 3 else np.nan
    if not bend < 0 or not np.isclose(x[1] - x[0], x[2] - x[1]):
        return float(curve.x[top])
    return float(x[1] + (x[1] - x[0]) * (y[0] - y[2]) / bend / 2)


def as_text(value: SupportsFloat) -> str:
    """Return a number as people write it, with three digits at most."""
    number = float(value)
    if np.isnan(number):
        return "undefined"
    return f"{number + 0.0:.3g}".replace("-", "−").replace("inf", "∞")


# Showing


def show(figure: Figure, alt: str | None = None) -> None:
    """Display `figure` as an image with alternative text, which survives every export.

    `alt` says in a sentence or two what the figure shows; figures made by :func:`plot`
    bring theirs. The image is an SVG, sharp at any size.

    Raises TypeError unless `figure` is a matplotlib Figure, ValueError without
    alternative text.
    """
    require("figure", figure, Figure, "a matplotlib Figure")
    alt = str(figure.get_label() or "") if alt is None else alt
    require("alt", alt, str, "text that says what the figure shows")
    if not alt.strip():
        raise ValueError('alt must say what the figure shows: show(figure, alt="...")')
    display(HTML(html_image(data_uri(figure), alt)))


def data_uri(figure: Figure) -> str:
    """Return the address of a figure as SVG that holds all of it."""
    return svg_uri(svg(figure))


def svg(figure: Figure, style: Any = None) -> str:
    """Return a figure as SVG; `style` are settings of matplotlib's beyond actlib's."""
    buffer = io.StringIO()
    with matplotlib.rc_context(style, fname=STYLE):
        for text in figure.findobj(Text):
            _in_our_face(text)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    # A third of the file is spare.
    light, groups = SPARE.sub("", buffer.getvalue()), 1
    while groups:
        light, groups = BARE_GROUP.subn(r"\1", light)
    return light


def _in_our_face(text: Text) -> None:
    """Give text our face and size if it has matplotlib's, as a learner's legend has."""
    usual, ours = matplotlib.rcParamsDefault, matplotlib.rcParams
    if text.get_fontfamily() == usual["font.family"]:
        text.set_fontfamily(ours["font.family"])
        text.set_math_fontfamily(ours["mathtext.fontset"])
        if text.get_fontsize() == usual["font.size"]:
            text.set_fontsize(ours["font.size"])


def svg_uri(svg: str) -> str:
    """Return the address of an SVG that holds all of it."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def html_image(uri: str, alt: str) -> str:
    """Return the HTML of an image with its alternative text."""
    return html_images([(uri, alt)])


def html_images(images: Iterable[tuple[str, str]]) -> str:
    """Return the HTML of a figure of images, each an address and alternative text."""
    tags = (f'<img alt="{escape(alt)}" src="{uri}">' for uri, alt in images)
    return f'<figure class="actlib-figure">{"".join(tags)}</figure>'
