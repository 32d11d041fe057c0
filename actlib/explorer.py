"""The live figure: matplotlib draws it once, JavaScript made from the expressions moves it."""

from dataclasses import replace
from hashlib import sha256
from itertools import product
from math import ceil, floor, inf, log10
from pathlib import Path
from textwrap import fill

import matplotlib
import numpy as np
import sympy
from anywidget import AnyWidget
from sympy import Piecewise, default_sort_key, pretty
from sympy.core.relational import Relational
from traitlets import TraitType, Unicode

from . import figures, javascript
from .activation import Parameter, require_activation
from .blocks import KINKED, stable
from .figures import X
from .vector import VectorActivation

MODULE = Path(__file__).with_name("explorer.js").read_text(encoding="utf-8")
AT = Parameter("x", -1, X[0], X[-1], 0.05, "of the dots")
READINGS = ("f", "f′", "f″")
# Of a straight line's 401 points two will do for the picture: JavaScript draws the others.
FEWER_POINTS = {"path.simplify": True, "path.simplify_threshold": 0.02}


class SliderValue(TraitType):
    """The trait of one slider: a number in its range; TypeError or ValueError for another."""

    def __init__(self, name, parameter):
        super().__init__(parameter.default)
        self.name, self.parameter = name, parameter

    def validate(self, owner, value):
        p, number = self.parameter, self.parameter.check(value)
        if number.ndim or not p.low <= number <= p.high:
            allowed = f"from {p.low:g} to {p.high:g}, the range of its slider"
            raise ValueError(f"{self.name} must be a number {allowed}, not {value!r}")
        return float(number)


class Explorer(AnyWidget):
    """A live figure, as `explore` makes it: each slider's value is a trait, synced both ways."""

    _picture = Unicode().tag(sync=True)

    def __init__(self, title, traits, values, figure, data):
        picture, description = figures.data_uri(figure), figure.get_label()
        sliders = []
        for name, p in ((name, trait.parameter) for name, trait in traits.items()):
            numbers = {"min": p.low, "max": p.high, "step": p.step, "value": values[name]}
            symbol = pretty(p.symbol if name == "at" else sympy.Symbol(name), use_unicode=True)
            sliders.append({"name": name, "symbol": symbol, "meaning": p.meaning, **numbers})
        grid = {"low": X[0], "high": X[-1], "count": len(X)}
        data = {"description": description, "inputs": sliders, "grid": grid, **data}
        constants = {"blocks": javascript.blocks(), "figure": javascript.literal(data)}
        code = "\n".join(f"const {name} = {value};" for name, value in constants.items())
        module = f"{MODULE}\n{code}"
        key = sha256(module.encode()).hexdigest()[:16]
        self._html = (
            f'<div class="actlib-explorer" data-figure="{key}">'
            f"{figures.html_image(picture, description)}"
            f'<script type="module">\n{module}\nmountInPage(figure, "{key}");\n</script></div>'
        )
        self._title, self._values = title, tuple(values)
        self.add_traits(**{name: trait.tag(sync=True) for name, trait in traits.items()})
        start = "export default { render: (view) => mountWidget(figure, view) };"
        super().__init__(_esm=f"{module}\n{start}", _picture=picture, **values)

    def __repr__(self):
        values = ", ".join(f"{name} = {getattr(self, name):g}" for name in self._values)
        return f"Explorer of {self._title}: {values}"

    def _repr_mimebundle_(self, **options):
        data, metadata = super()._repr_mimebundle_(**options)
        return data | {"text/html": self._html}, metadata


def explore(activation, *, order=1, n=3, **initial):
    """Return a live figure, an ipywidgets widget, of an activation function or a list of them.

    It shows f and its derivatives up to `order`, with a slider for each parameter and one for
    `at`, the x of a dot on each curve and of the tangent. Functions that share a parameter's name
    share its slider. Of a vector function such as softmax it shows the `n` components as bars,
    with a slider for each logit. `initial` are the values to begin with; each is a trait of the
    widget, as in ``w = explore(elu); w.alpha = 0.5``.

    Raises TypeError for what is not an activation function; ValueError for an unknown parameter,
    a value outside its slider's range, or a function for which there is no JavaScript code.
    """
    if isinstance(activation, VectorActivation):
        return _explore_bars(activation, n, initial)
    several = activation if isinstance(activation, list | tuple) else [activation]
    return _explore_curves(several, order, initial)


def _begin(inputs, initial):
    """Return the sliders' traits, and the values to begin with; ValueError for wrong ones."""
    if taken := [name for name in inputs if name.startswith("_") or hasattr(Explorer, name)]:
        raise ValueError(f"a live figure cannot have a parameter of the name {taken[0]!r}")
    if unknown := initial.keys() - inputs.keys():
        raise ValueError(f"unknown parameter {min(unknown)!r}; allowed: {', '.join(inputs)}")
    traits = {name: SliderValue(name, p) for name, p in inputs.items()}
    values = {name: trait.parameter.default for name, trait in traits.items()} | initial
    return traits, {name: trait.validate(None, values[name]) for name, trait in traits.items()}


# Curves


def _explore_curves(activations, order, initial):
    for activation in activations:
        require_activation(activation)
    if not 1 <= len(activations) <= 4:
        raise ValueError("activation must be one activation function or a list of 1 to 4")
    if order not in (0, 1, 2):
        raise ValueError(f"order must be 0, 1 or 2, not {order!r}")
    parameters = {}
    for p in (p for activation in activations for p in activation.parameters.values()):
        same = parameters.get(p.name, p)
        low, high = max(p.low, same.low), min(p.high, same.high)
        default = min(max(same.default, low), high)
        parameters[p.name] = replace(same, low=low, high=high, default=default)
    if "at" in parameters:
        raise ValueError("a live figure cannot have a parameter of the name 'at'")
    at = replace(AT, symbol=activations[0].x.name)
    traits, values = _begin({**parameters, "at": at}, initial)
    alone = len(activations) == 1
    lines = [
        {
            "label": READINGS[k] if alone else f"{activation.title} {READINGS[k]}",
            "axes": 0 if alone else k,
            "function": i,
            "order": k,
        }
        for i, activation in enumerate(activations)
        for k in range(order + 1)
    ]
    functions = [_function(activation, parameters, order) for activation in activations]
    figure, axes = _draw_curves(activations, lines, parameters, values)
    words = (figures.describe(a, **{p: values[p] for p in a.parameters}) for a in activations)
    figure.set_label(" ".join(words))
    data = {"functions": functions, "lines": lines, "axes": axes, "parameters": list(parameters)}
    return Explorer(", ".join(a.title for a in activations), traits, values, figure, data)


def _function(activation, names, order):
    """Return the code of an activation: its breakpoints, and each formula with its condition."""
    symbols = {name: p.symbol for name, p in activation.parameters.items()}
    parameters = [symbols.get(name, sympy.Dummy()) for name in names]
    arguments = [activation.x, *parameters]
    expression = sympy.piecewise_fold(activation.expr.rewrite(KINKED, Piecewise))
    cases = expression.args if isinstance(expression, Piecewise) else [(expression, True)]
    relations = {r for _, condition in cases for r in sympy.sympify(condition).atoms(Relational)}
    try:
        ends = {end for r in relations for end in sympy.solve(r.lhs - r.rhs, activation.x)}
    except NotImplementedError as error:
        raise ValueError(f"SymPy cannot find the breakpoints of {activation.title}") from error
    orders = range(max(order, 1) + 1)
    pieces = [
        {
            "when": javascript.function(arguments, condition),
            "f": [
                javascript.function(arguments, stable(formula).diff(activation.x, k))
                for k in orders
            ],
        }
        for formula, condition in cases
    ]
    breaks = [javascript.function(parameters, end) for end in sorted(ends, key=default_sort_key)]
    return {"breaks": breaks, "pieces": pieces}


def _draw_curves(activations, lines, parameters, values):
    """Return the figure and the limits of its axes; several functions have axes for each order."""
    alone, limits = len(activations) == 1, []
    with matplotlib.rc_context(FEWER_POINTS, fname=figures.STYLE):
        figure, panels = figures.subplots(lines[-1]["axes"] + 1, 1, squeeze=False, sharex=True)
        figure.set_figheight(1.7 + 2.1 * len(panels))
        styles = list(matplotlib.rcParams["axes.prop_cycle"])
        for index, axes in enumerate(panels[:, 0]):
            curves = []
            for number, line in enumerate(lines):
                if line["axes"] == index:
                    i, order = line["function"], line["order"]
                    given = {name: values[name] for name in activations[i].parameters}
                    label = figures.LABELS[order] if alone else _plain(activations[i].title)
                    names = {"gid": f"line-{number}", "label": "" if index else label}
                    style = styles[order if alone else i]
                    figures.draw_curve(axes, activations[i], order, given, **names, **style)
                    curves.append((activations[i], order))
            limits.append(_limits(axes, curves, parameters))
            title = fill(activations[0].title, 50) if alone else READINGS[index]
            _finish(axes, index, limits[-1], title)
        axes.set_xlabel(pretty(activations[0].x), fontstyle="italic", parse_math=False)
        figure.legend(loc="outside lower center", ncols=4)
    return figure, limits


def _plain(title):
    """Return `title` for a legend, which would read its "$" as mathematics."""
    return title.replace("$", r"\$")


def _limits(axes, curves, parameters):
    """Return limits that hold what is drawn, and as much again of what the sliders can make.

    They are rounded outwards, so that they do not hang on a platform's last digit.
    """
    low, high = axes.dataLim.intervaly
    span = high - low or inf
    for activation, order in curves:
        own = [parameters[name] for name in activation.parameters]
        for corner in product(*((p.low, p.high) for p in own)):
            given = {p.name: value for p, value in zip(own, corner, strict=True)}
            x, y, _ = figures.curve(activation, order, **given)
            axes.update_datalim(np.column_stack([x, y]))
    least, most = axes.dataLim.intervaly
    low, high = max(least, low - span), min(most, high + span)
    margin = (high - low) / 20 or 1
    unit = 10 ** floor(log10(margin))
    ends = floor((low - margin) / unit), ceil((high + margin) / unit)
    return {"x": [X[0], X[-1]], "y": [float(f"{end * unit:.6g}") for end in ends]}


def _finish(axes, index, limits, title):
    axes.set(xlim=limits["x"], ylim=limits["y"])
    axes.set_title(title, parse_math=False)
    axes.patch.set_gid(f"axes-{index}")


# Bars


def _explore_bars(vector, n, initial):
    if n not in range(2, 6):
        raise ValueError(f"n must be a whole number from 2 to 5, not {n!r}")
    logits = {str(z): Parameter(z, k, -5, 5, 0.1, "logit") for k, z in enumerate(vector.logits(n))}
    inputs = logits | vector.parameters
    symbols = [p.symbol for p in inputs.values()]
    traits, values = _begin(inputs, initial)
    given = dict(zip(symbols, values.values(), strict=True))
    limits = {"x": [0.4, n + 0.6], "y": [0, 1]}
    lines, words = [], []
    with matplotlib.rc_context(fname=figures.STYLE):
        figure, axes = figures.subplots()
        for k, p in enumerate(vector.expr_for(n)):
            height, name = (
                float(p.subs(given)),
                pretty(sympy.Symbol(f"p_{k + 1}"), use_unicode=True),
            )
            bar = {"color": "C0", "linewidth": 40, "solid_capstyle": "butt", "gid": f"line-{k}"}
            axes.plot([k + 1, k + 1], [0, height], **bar)
            ends = [
                [javascript.function(symbols, c) for c in end] for end in ((k + 1, 0), (k + 1, p))
            ]
            lines.append({"label": name, "axes": 0, "points": ends})
            words.append(f"{name} = {height:.3g}")
        axes.set_xticks(range(1, n + 1), [line["label"] for line in lines])
        _finish(axes, 0, limits, vector.title)
    at = ", ".join(f"{name} = {value:g}" for name, value in values.items())
    figure.set_label(f"{vector.title} as bars, for {at}: {', '.join(words)}.")
    data = {"functions": [], "lines": lines, "axes": [limits], "parameters": list(inputs)}
    return Explorer(vector.title, traits, values, figure, data)
