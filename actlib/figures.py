"""Figures: pure functions to matplotlib Figures, without pyplot, and their alternative text."""

import io
from base64 import b64encode
from html import escape
from pathlib import Path

import matplotlib
import numpy as np
from IPython.display import HTML, display
from matplotlib.figure import Figure
from sympy import latex

from .activation import require, require_activation
from .blocks import numpy_function

STYLE = Path(__file__).with_name("actlib.mplstyle")
X = np.linspace(-6, 6, 401)
LABELS = ("$f(x)$", "$f\\,'(x)$", "$f\\,''(x)$")


def subplots(rows=1, columns=1, **options):
    """Return a figure and its axes in actlib's style, as `matplotlib.pyplot.subplots` would.

    `options` go to `matplotlib.figure.Figure.subplots`. No pyplot state is involved: nothing is
    shown until you call :func:`show`.
    """
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure()
        return figure, figure.subplots(rows, columns, **options)


def curve(activation, order=0, **parameters):
    """Return x, y and dots of the curve of f or of a derivative, for x from −6 to 6.

    x and y are float64 arrays. At a jump, and at a kink of a derivative, nan cuts the curve and
    two dots (x, y, closed) mark its ends: closed where the point belongs to the curve.
    """
    parts, dots, before = [], [], None
    for domain, piece in activation.pieces(order, **parameters):
        if domain.sup <= X[0] or domain.inf >= X[-1]:
            continue
        low, high = max(domain.inf, X[0]), min(domain.sup, X[-1])
        x = np.array([low, *X[(low < X) & (high > X)], high], dtype=float)
        y = numpy_function((activation.x,), piece)(x)
        if parts and not activation.smooth_at(domain.inf, order, **parameters):
            ends = ((parts[-1][1][-1], before), (y[0], domain))
            dots += [(x[0], end, order == 0 and low in part) for end, part in ends]
            if order == 0 and not (low in before or low in domain):
                dots.append((x[0], activation(x[0], **parameters), True))
            parts.append([[np.nan], [np.nan]])
        parts.append([x, y])
        before = domain
    return *np.concatenate(parts, axis=1), dots


def plot(activation, **parameters):
    """Return a Figure of f and f′ with its alternative text as the figure's label.

    Jumps and kinks are drawn as they are: no connecting line, closed and open dots.

    Raises TypeError unless `activation` is an Activation, TypeError or ValueError for parameters
    that it does not have or accept.
    """
    require_activation(activation)
    parameters = activation.values_of(parameters)
    figure, axes = subplots()
    with matplotlib.rc_context(fname=STYLE):
        for order in (0, 1):
            draw_curve(axes, activation, order, parameters, label=LABELS[order])
        axes.set(xlabel=f"${latex(activation.x)}$", title=activation.title, xlim=(X[0], X[-1]))
        axes.legend()
    figure.set_label(describe(activation, **parameters))
    return figure


def draw_curve(axes, activation, order, parameters, **style):
    """Draw the curve of f or of a derivative with its dots. `style` goes to the curve."""
    x, y, dots = curve(activation, order, **parameters)
    (line,) = axes.plot(x, y, **style)
    for *place, closed in dots:
        face = line.get_color() if closed else "white"
        axes.plot(*place, "o", color=line.get_color(), markerfacecolor=face)


def describe(activation, **parameters):
    """Return what the figure of `plot` shows, in words that follow from what is drawn."""
    given = "".join(f", {name} = {_number(value)}" for name, value in parameters.items())
    left, middle, right = map(_number, activation(np.array([X[0], 0, X[-1]]), **parameters))
    curves = [curve(activation, order, **parameters) for order in (0, 1)]
    x, slopes, _ = curves[1]
    low, high = np.nanmin(slopes), np.nanmax(slopes)
    top = _number(x[np.nanargmax(slopes)])
    bounds = f"lies between {_number(low)} and {_number(high)}, highest at {top}"
    text = (
        f"{activation.title}{given}: f and its derivative f′ for {activation.x} from −6 to 6. "
        f"f is about {left} at −6, {middle} at 0 and {right} at 6. "
        f"f′ {bounds if low < high else f'is {_number(low)} wherever it exists'}."
    )
    for name, (_, _, dots) in zip(("f", "f′"), curves, strict=True):
        for place in dict.fromkeys(place for place, _, _ in dots):
            before, after, *_ = (_number(y) for at, y, _ in dots if at == place)
            if before != after:
                text += f" At {_number(place)} {name} jumps from {before} to {after}."
    return text


def _number(value):
    return f"{float(value):.3g}".replace("-", "−")


def show(figure, alt=None):
    """Display `figure` as an image with alternative text, which survives every export.

    `alt` says in a sentence or two what the figure shows; figures made by :func:`plot` bring
    theirs. The image is an SVG, sharp at any size.

    Raises TypeError unless `figure` is a matplotlib Figure, ValueError without alternative text.
    """
    require("figure", figure, Figure, "a matplotlib Figure")
    alt = figure.get_label() if alt is None else alt
    require("alt", alt, str, "text that says what the figure shows")
    if not alt.strip():
        raise ValueError('alt must say what the figure shows: show(figure, alt="...")')
    display(HTML(html_image(data_uri(figure), alt)))


def data_uri(figure):
    buffer = io.BytesIO()
    with matplotlib.rc_context(fname=STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return f"data:image/svg+xml;base64,{b64encode(buffer.getvalue()).decode()}"


def html_image(uri, alt):
    return f'<figure class="actlib-figure"><img alt="{escape(alt)}" src="{uri}"></figure>'
