"""The live figure: drawn once by matplotlib, moved by JavaScript made of formulas."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import product
from math import floor, inf, isfinite, log10
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib
import numpy as np
import sympy
from anywidget import AnyWidget
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sympy import pretty
from traitlets import TraitType, Unicode

from . import figures, javascript
from .activation import Activation, Parameter, require_activation
from .figures import Curve, X
from .pieces import derivative
from .vector import VectorActivation

Inputs = dict[str, Parameter]
# What JavaScript is told of a line, of axes, of a function.
Data = dict[str, Any]

MODULE = Path(__file__).with_name("explorer.js").read_text(encoding="utf-8")
MODULE += f"\nconst blocks = {javascript.BLOCKS_CODE};"
AT = Parameter("at", -1, X[0], X[-1], 0.05, "where the dots are")
READINGS = ("f", "f′", "f″")
# Less than this is no margin of a picture.
SMALLEST_MARGIN = 1e-100
# Two of a straight line's 401 points do for the picture: JavaScript draws the others.
FEWER_POINTS = matplotlib.RcParams(
    {"path.simplify": True, "path.simplify_threshold": 0.02}
)


def _name(name: str) -> str:
    """Return a name as people write it: α for alpha, z₁ for z_1."""
    return pretty(sympy.Symbol(name), use_unicode=True)


class SliderValue(TraitType[float, float]):
    """The trait of one slider: a number in its range.

    TypeError or ValueError for another.
    """

    def __init__(self, parameter: Parameter):
        super().__init__(parameter.default)
        self.parameter = parameter

    def validate(self, owner: object, value: object) -> float:
        p, number = self.parameter, self.parameter.check(value)
        if number.ndim or not p.low <= number <= p.high:
            allowed = f"a number in [{p.low:g}, {p.high:g}]"
            raise ValueError(f"{p.name} must be {allowed}, not {value!r}")
        return float(number)


class Explorer(AnyWidget):
    """A live figure, as `explore` makes it.

    Each slider's value is a trait, synced both ways.
    """

    _picture = Unicode().tag(sync=True)

    def __init__(
        self,
        title: str,
        inputs: Inputs,
        figure: Figure,
        lines: list[Data],
        axes: list[Data],
        functions: Sequence[Data] = (),
    ):
        picture, description = figures.data_uri(figure), str(figure.get_label())
        sliders = [
            {"name": name, "symbol": _name(name), "meaning": p.meaning}
            | {"min": p.low, "max": p.high, "step": p.step, "value": p.default}
            for name, p in inputs.items()
        ]
        data: Data = {"description": description, "inputs": sliders, "lines": lines}
        grid = {"low": X[0], "high": X[-1], "count": len(X)}
        data |= {"axes": axes, "grid": grid, "functions": [*functions]}
        module = f"{MODULE}\nconst figure = {javascript.literal(data)};"
        key = sha256(module.encode()).hexdigest()[:16]
        self._html = (
            f'<div class="actlib-explorer" data-figure="{key}">'
            f"{figures.html_image(picture, description)}"
            f'<script type="module">\n{module}\nmountInPage(figure, "{key}");\n'
            "</script></div>"
        )
        self._title, self._inputs = title, inputs
        traits = {name: SliderValue(p).tag(sync=True) for name, p in inputs.items()}
        self.add_traits(**traits)
        start = "export default { render: (view) => mountWidget(figure, view) };"
        super().__init__(_esm=f"{module}\n{start}", _picture=picture)

    def __repr__(self) -> str:
        values = ", ".join(f"{name} = {getattr(self, name):g}" for name in self._inputs)
        return f"Explorer of {self._title}: {values}"

    def _repr_mimebundle_(self, **options: Any) -> tuple[Data, Data]:
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return data | {"text/html": self._html}, metadata


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


def _inputs(parameters: Sequence[Parameter], initial: Mapping[str, float]) -> Inputs:
    """Return {name: Parameter} of the sliders, with the initial values as defaults."""
    inputs: Inputs = {}
    for p in parameters:
        taken = p.name[0] == "_" or p.name == AT.name or hasattr(Explorer, p.name)
        if p is not AT and taken:
            problem = f"a parameter of the name {p.name!r}"
            raise ValueError(f"a live figure cannot have {problem}")
        same = inputs.get(p.name, p)
        low, high = max(p.low, same.low), min(p.high, same.high)
        default = min(max(same.default, low), high)
        inputs[p.name] = replace(same, low=low, high=high, default=default)
    for name, value in initial.items():
        if name not in inputs:
            allowed = ", ".join(inputs)
            raise ValueError(f"unknown parameter {name!r}; allowed: {allowed}")
        value = SliderValue(inputs[name]).validate(None, value)
        inputs[name] = replace(inputs[name], default=value)
    return inputs


# Curves


def _curves(
    activations: Sequence[Activation], order: int, initial: Mapping[str, float]
) -> Explorer:
    """Return the live figure of one function or of several.

    One has all its curves in the same axes. Several have axes for each derivative, side
    by side.
    """
    for activation in activations:
        require_activation(activation)
    if not 1 <= len(activations) <= 4:
        raise ValueError(
            "activation must be one activation function or a list of 1 to 4"
        )
    if order not in (0, 1, 2):
        raise ValueError(f"order must be 0, 1 or 2, not {order!r}")
    parameters = [p for a in activations for p in a.parameters.values()]
    inputs = _inputs([*parameters, AT], initial)
    functions = [_function(activation, inputs, order) for activation in activations]
    given = [{name: inputs[name].default for name in a.parameters} for a in activations]
    # f and f′ are drawn, and described, whatever is shown.
    curves = [
        [Curve(a, k, values) for k in range(max(order, 1) + 1)]
        for a, values in zip(activations, given, strict=True)
    ]
    alone, limits = len(activations) == 1, []
    lines: list[Data] = []
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
                reading = READINGS[k] if alone else f"{name} {READINGS[k]}"
                line = {"label": reading, "axes": index, "function": i, "order": k}
                lines.append(line)
            limits.append(_limits(axes, activations, orders, inputs))
            heading = fill(title, 50) if alone else READINGS[index]
            axes.set_title(heading, parse_math=False)
            name = _name(activations[0].x.name)
            axes.set_xlabel(name, fontstyle="italic", parse_math=False)
            _fix(axes, index, limits[-1])
        figure.legend(loc="outside lower center", ncols=3 if alone else 2)
    shown = zip(activations, curves, given, strict=True)
    figure.set_label(" ".join(figures.describe(*each) for each in shown))
    return Explorer(title, inputs, figure, lines, limits, functions)


def _function(activation: Activation, inputs: Inputs, order: int) -> Data:
    """Return the code of an activation: its cuts, and each formula with its test."""
    own = activation.parameters
    parameters = [own[k].symbol if k in own else sympy.Dummy() for k in inputs]
    arguments = [activation.x, *parameters]
    pieces = []
    for branch in activation.formula.branches:
        slopes = [
            derivative(branch.formula, activation.x, k)
            for k in range(max(order, 1) + 1)
        ]
        code = [javascript.function(arguments, slope) for slope in slopes]
        test = javascript.function(arguments, branch.test)
        pieces.append({"when": test, "f": code})
    cuts = [javascript.function(parameters, cut) for cut in activation.formula.cuts]
    return {"breaks": cuts, "pieces": pieces}


def _limits(
    axes: Axes,
    activations: Sequence[Activation],
    orders: Sequence[int],
    inputs: Inputs,
) -> Data:
    """Return limits that hold what is drawn, and as much again of what sliders make.

    They are rounded, so that they do not hang on a platform's last digit.
    """
    low, high = axes.dataLim.intervaly
    span = high - low or inf
    for activation, order in product(activations, orders):
        ends = [(inputs[name].low, inputs[name].high) for name in activation.parameters]
        for corner in product(*ends):
            given = dict(zip(activation.parameters, corner, strict=True))
            curve = Curve(activation, order, given)
            axes.update_datalim(np.column_stack([curve.x, curve.y]))
    least, most = axes.dataLim.intervaly
    low, high = max(least, low - span), min(most, high + span)
    if not isfinite(low):  # nothing is drawn
        low, high = 0, 1
    margin = (high - low) / 20
    if margin < SMALLEST_MARGIN:
        margin = 1
    digits = 1 - floor(log10(margin))
    y = [round(low - margin, digits), round(high + margin, digits)]
    return {"x": [X[0], X[-1]], "y": y}


def _fix(axes: Axes, index: int, limits: Data) -> None:
    """Set the limits, and the name by which JavaScript finds the axes."""
    axes.set(xlim=limits["x"], ylim=limits["y"])
    axes.patch.set_gid(f"axes-{index}")


# Bars


def _bars(vector: VectorActivation, n: int, initial: Mapping[str, float]) -> Explorer:
    if n not in range(2, 6):
        raise ValueError(f"n must be a whole number from 2 to 5, not {n!r}")
    symbols = enumerate(vector.logits(n))
    logits = [Parameter(z, k, -5, 5, 0.1, "logit") for k, z in symbols]
    inputs = _inputs([*logits, *vector.parameters.values()], initial)
    given = {p.symbol: p.default for p in inputs.values()}
    limits, lines, words = {"x": [0.4, n + 0.6], "y": [0, 1]}, [], []
    with matplotlib.rc_context(fname=figures.STYLE):
        figure, axes = figures.subplots()
        for k, p in enumerate(vector.expr_for(n), 1):
            height, label = float(p.subs(given)), _name(f"p_{k}")
            bar = {"color": "C0", "linewidth": 40, "solid_capstyle": "butt"}
            axes.plot([k, k], [0, height], gid=f"line-{k - 1}", **bar)
            ends = [
                [javascript.function(given, coordinate) for coordinate in end]
                for end in ((k, 0), (k, p))
            ]
            lines.append({"label": label, "axes": 0, "points": ends})
            words.append(f"{label} = {height:.3g}")
        axes.set_xticks(range(1, n + 1), [line["label"] for line in lines])
        axes.set_title(vector.title)
        _fix(axes, 0, limits)
    at = ", ".join(f"{name} = {p.default:g}" for name, p in inputs.items())
    figure.set_label(f"{vector.title} as bars, for {at}: {', '.join(words)}.")
    return Explorer(vector.title, inputs, figure, lines, [limits])
