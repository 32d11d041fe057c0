"""Figures: pure functions to matplotlib Figures, without pyplot, and their alternative text."""

import io
from base64 import b64encode
from html import escape
from pathlib import Path

import matplotlib
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from sympy import latex

from .activation import require_activation
from .blocks import numpy_function
from .display import Shown
from .facts import shortened

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
    xs, ys, dots = [], [], []
    for domain, piece in activation.pieces(order, **parameters):
        low, high = max(domain.inf, X[0]), min(domain.sup, X[-1])
        x = np.array([low, *X[(low < X) & (high > X)], high], dtype=float)
        y = np.broadcast_to(numpy_function((activation.x,), piece)(x), x.shape)
        if xs and not activation.smooth_at(domain.inf, order, **parameters):
            closed = order == 0 and low in domain
            dots += [(x[0], ys[-1][-1], order == 0 and not closed), (x[0], y[0], closed)]
            xs.append([np.nan])
            ys.append([np.nan])
        xs.append(x)
        ys.append(y)
    return np.concatenate(xs), np.concatenate(ys), dots


def plot(activation, **parameters):
    """Return a Figure of f and f′ with its alternative text as the figure's label.

    Jumps and kinks are drawn as they are: no connecting line, closed and open dots.

    Raises TypeError unless `activation` is an Activation, TypeError or ValueError for parameters
    that it does not have or accept.
    """
    require_activation(activation)
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
    """Return what the figure of `plot` shows, in words that follow from the facts."""
    facts = {name: shortened(value) for name, value in activation.facts(**parameters).items()}
    given = "".join(f", {name} = {value:g}" for name, value in parameters.items())
    left, right = facts["limits"]
    text = (
        f"{activation.title}{given}: f and its derivative f′ for x from −6 to 6. "
        f"f tends to {left} on the left and to {right} on the right, f(0) = {facts['value_at_0']}; "
        f"monotone: {facts['monotone']}. The slope is at most {facts['lipschitz']} in size, "
        f"and {facts['slope_at_0']} at 0."
    )
    return text.replace("oo", "∞").replace("-", "−").replace("nan at", "undefined at")


def show(figure, alt=None):
    """Display `figure` as an image with alternative text, which survives every export.

    `alt` says in a sentence or two what the figure shows; figures made by :func:`plot` bring
    theirs. The image is an SVG, sharp at any size.

    Raises TypeError unless `figure` is a matplotlib Figure, ValueError without alternative text.
    """
    if not isinstance(figure, Figure):
        raise TypeError(f"figure must be a matplotlib Figure, not {type(figure).__name__}")
    alt = alt or figure.get_label()
    if not alt:
        raise ValueError('alt must say what the figure shows: show(figure, alt="...")')
    display(Shown(html_image(data_uri(figure), alt), alt))


def data_uri(figure):
    buffer = io.BytesIO()
    with matplotlib.rc_context(fname=STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return f"data:image/svg+xml;base64,{b64encode(buffer.getvalue()).decode()}"


def html_image(uri, alt):
    image = f'<img alt="{escape(alt)}" src="{uri}">'
    return f'<figure class="actlib-figure">{image}</figure>'
