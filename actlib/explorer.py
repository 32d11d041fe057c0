"""The live figure of functions: curves and dots, or the bars of a vector function."""

from collections.abc import Mapping, Sequence
from itertools import product
from math import inf
from textwrap import fill

import matplotlib
import numpy as np
import sympy
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import figures, javascript
from .activation import Activation, Parameter, require_entry
from .figures import Curve, X
from .live import (
    FEWER_POINTS,
    Data,
    LiveFigure,
    begin,
    script,
    shared,
    with_margin,
    written,
)
from .vector import VectorActivation

Inputs = dict[str, Parameter]

AT = Parameter("at", -1, X[0], X[-1], 0.05, "where the dots are")
SYMBOLS = ("f", "f′", "f″")
# What is held may be so many times as far away as what is drawn at first is high.
FAR = 3
# Bars: their width, and patterns, so that colour is never the only difference.
BAR = 0.8
HATCHES = ("", "//", "--", "\\\\", "xx")


class Explorer(LiveFigure):
    """A live figure of functions, as `explore` makes it."""

    _kind, _script = "explorer", script("explorer.js")

    def __init__(
        self,
        title: str,
        inputs: Inputs,
        figure: Figure,
        lines: list[Data],
        axes: list[Data],
        functions: Sequence[Data] = (),
    ):
        grid = {"low": X[0], "high": X[-1], "count": len(X)}
        data = {"lines": lines, "axes": axes, "grid": grid, "functions": [*functions]}
        picture = figures.data_uri(figure), str(figure.get_label())
        super().__init__(title, inputs, [picture], data)


def explore(
    activation: Activation
    | VectorActivation
    | list[Activation]
    | tuple[Activation, ...],
    /,
    *,
    order: int = 1,
    n: int = 3,
    **initial: float,
) -> Explorer:
    """Return a live figure, an ipywidgets widget, of an activation function or several.

    It shows f and its derivatives up to `order`, with a slider for each parameter and
    one for `at`, the x of a dot on each curve and of the tangent. Functions that share
    a parameter's name share its slider. Of a vector function such as softmax it shows
    the `n` components as bars, with a slider for each logit. `initial` are the values
    to begin with; each is a trait of the widget: ``w = explore(elu); w.alpha = 0.5``.

    Raises TypeError for what is not an activation function; ValueError for an unknown
    parameter or a value outside its slider's range.
    """
    if isinstance(activation, VectorActivation):
        return _bars(activation, n, initial)
    several = activation if isinstance(activation, list | tuple) else [activation]
    return _curves(several, order, initial)


# Curves


def _curves(
    activations: Sequence[Activation], order: int, initial: Mapping[str, float]
) -> Explorer:
    """Return the live figure of one function or of several.

    One has all its curves in the same axes. Several have axes for each derivative, side
    by side.
    """
    for activation in activations:
        require_entry(activation)
    if not 1 <= len(activations) <= 4:
        raise ValueError(
            "activation must be one activation function or a list of 1 to 4"
        )
    if order not in (0, 1, 2):
        raise ValueError(f"order must be 0, 1 or 2, not {order!r}")
    parameters = [p for a in activations for p in a.parameters.values()]
    inputs = begin(shared(parameters, [AT.name]) | {AT.name: AT}, initial)
    highest = max(order, 1)
    functions = [_function(activation, inputs, highest) for activation in activations]
    given = [{name: inputs[name].default for name in a.parameters} for a in activations]
    # f and f′ are drawn, and described, whatever is shown.
    curves = [
        [Curve(a, k, values) for k in range(highest + 1)]
        for a, values in zip(activations, given, strict=True)
    ]
    alone = len(activations) == 1
    lines: list[Data] = []
    views: list[Data] = []
    title = ", ".join(a.title for a in activations)
    with matplotlib.rc_context(FEWER_POINTS, fname=figures.STYLE):
        panels = [range(order + 1)] if alone else [[k] for k in range(order + 1)]
        figure, grid = figures.subplots(1, len(panels), squeeze=False)
        styles = list(matplotlib.rcParams["axes.prop_cycle"])
        for index, (axes, orders) in enumerate(zip(grid[0], panels, strict=True)):
            for (i, activation), k in product(enumerate(activations), orders):
                name, style = activation.title, styles[k if alone else i]
                label = figures.LABELS[k] if alone else name.replace("$", r"\$")
                names = {"gid": f"line-{len(lines)}", "label": "" if index else label}
                figures.draw_curve(axes, curves[i][k], **names, **style)
                said = {"title": "" if alone else name, "symbol": SYMBOLS[k]}
                lines.append(said | {"axes": index, "function": i, "order": k})
            view = _limits(axes, activations, orders, inputs)
            heading = title if alone else SYMBOLS[index]
            if alone:
                axes.set_title(fill(title, 50), parse_math=False)
            else:
                axes.set_title(figures.LABELS[index])
            name = written(activations[0].x.name)
            axes.set_xlabel(name, **figures.VARIABLE, parse_math=False)
            views.append(_fix(axes, view) | {"name": name, "heading": heading})
        figure.legend(loc="outside lower center", ncols=3 if alone else 2)
    shown = zip(activations, curves, given, strict=True)
    figure.set_label(" ".join(figures.describe(*each) for each in shown))
    return Explorer(title, inputs, figure, lines, views, functions)


def _function(activation: Activation, inputs: Inputs, order: int) -> Data:
    """Return the code of an activation, as a function of x and all sliders' values."""
    own = activation.parameters
    parameters = [own[k].symbol if k in own else sympy.Dummy() for k in inputs]
    return javascript.formula(activation.formula, parameters, order)


def _limits(
    axes: Axes,
    activations: Sequence[Activation],
    orders: Sequence[int],
    inputs: Inputs,
) -> Data:
    """Return limits that hold what is drawn, and as much again of what sliders make.

    What a joint can be moved to, and what another input makes, is held as a whole: it
    is what there is to be seen.
    """
    low, high = axes.dataLim.intervaly
    span = high - low or inf
    held = [low, high]
    for activation, order in product(activations, orders):
        ends = [(inputs[name].low, inputs[name].high) for name in activation.parameters]
        for corner in product(*ends):
            given = dict(zip(activation.parameters, corner, strict=True))
            curve = Curve(activation, order, given)
            axes.update_datalim(np.column_stack([curve.x, curve.y]))
            seen = curve.y if activation.inputs else [y for _, y, _ in curve.dots]
            held += [y for y in seen if low - FAR * span <= y <= high + FAR * span]
    least, most = axes.dataLim.intervaly
    y = with_margin(
        min(max(least, low - span), *held), max(min(most, high + span), *held)
    )
    return {"x": [X[0], X[-1]], "y": y}


def _fix(axes: Axes, limits: Data) -> Data:
    """Set the limits; return them with the ticks, each a place and a text."""
    axes.set(xlim=limits["x"], ylim=limits["y"])
    axes.locator_params("y", nbins=6)
    places = {"x": axes.get_xticks(), "y": axes.get_yticks()}
    ticks: Data = {}
    for name, (low, high) in limits.items():
        texts = [f"{place:.6g}" for place in places[name] if low <= place <= high]
        ticks[name] = [[float(text), text.replace("-", "−")] for text in texts]
    return limits | {"ticks": ticks}


# Bars


def _bars(vector: VectorActivation, n: int, initial: Mapping[str, float]) -> Explorer:
    if n not in range(2, 6):
        raise ValueError(f"n must be a whole number from 2 to 5, not {n!r}")
    symbols = enumerate(vector.logits(n))
    logits = [Parameter(z, k, -5, 5, 0.1, "logit") for k, z in symbols]
    parameters = shared([*logits, *vector.parameters.values()], [AT.name])
    inputs = begin(parameters, initial)
    given = {p.symbol: p.default for p in inputs.values()}
    limits: Data = {"x": [0.4, n + 0.6], "y": [0, 1]}
    names = [written(f"p_{k}") for k in range(1, n + 1)]
    lines, words = [], []
    with matplotlib.rc_context(fname=figures.STYLE):
        figure, axes = figures.subplots()
        for k, p in enumerate(vector.expr_for(n)):
            height = float(p.subs(given))
            left, right = k + 1 - BAR / 2, k + 1 + BAR / 2
            style = {"facecolor": f"C{k}", "hatch": HATCHES[k], "edgecolor": "white"}
            # Dashes of an edge of no width are an error to older matplotlib.
            style["linestyle"] = "-"
            across, up = [left, left, right, right], [0, height, height, 0]
            axes.fill(across, up, gid=f"line-{k}", linewidth=0, **style)
            corners = [
                [javascript.function(given, coordinate) for coordinate in corner]
                for corner in zip(across, [0, p, p, 0], strict=True)
            ]
            lines.append(
                {"title": "", "symbol": names[k], "axes": 0, "points": corners}
            )
            words.append(f"{names[k]} = {height:.3g}")
        axes.set_title(vector.title)
        view = _fix(axes, limits)
        view["ticks"]["x"] = [[k, name] for k, name in enumerate(names, 1)]
        axes.set_xticks(range(1, n + 1), [f"$p_{k}$" for k in range(1, n + 1)])
    at = ", ".join(f"{name} = {p.default:g}" for name, p in inputs.items())
    figure.set_label(f"{vector.title} as bars, for {at}: {', '.join(words)}.")
    view |= {"name": "", "heading": vector.title}
    return Explorer(vector.title, inputs, figure, lines, [view])
