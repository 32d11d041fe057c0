"""The live figure of a signal and a gradient in a network that is not trained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from . import figures, network
from .activation import Activation, Parameter
from .figures import as_text
from .live import (
    TEXT,
    Data,
    LiveFigure,
    Whole,
    begin,
    elementwise,
    listed,
    script,
    shared,
)
from .network import Array

WIDTH = 64
SEEDS = 5
PANELS = [
    ("sizes", "size of the signal →"),
    ("gradients", "← size of the gradient"),
    ("cosines", "cosine between two inputs →"),
]
# Powers of ten that a panel shows in any case, and at most.
LEAST, MOST = 6, (-24, 12)
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

SETTINGS = [
    Parameter("multiple", 1, 0.2, 2, 0.01, "of each gain"),
    Parameter("b", 0, 0, 2, 0.05, "size of the biases"),
    Whole("layers", 50, 1, 100, 1),
    Whole("seed", 0, 0, 99, 1),
]


class Propagation(LiveFigure):
    """A live figure of signals in a network, as `propagate` makes it."""

    _kind = "propagation"
    _script = "\n".join(map(script, ("network.js", "brief.js", "propagation.js")))


def propagate(
    functions: Activation | Sequence[Activation],
    /,
    *,
    layers: int = 50,
    **initial: float,
) -> Propagation:
    r"""Return a live figure, an ipywidgets widget, of a signal in many layers.

    The network is not trained. With sums z, at first from N(0, 1), and a gradient δ, at
    the output from N(0, 1), each layer of 64 units does::

        z ← g W f(z) + b v        W from N(0, 1/64), v from N(0, 1)
        δ ← f′(z) · g Wᵀδ         on the way back

    For one function or up to four the figure shows, layer by layer, the size of the
    signal and that of the gradient (root mean squares), and the cosine between the sums
    of two inputs. g is `multiple` times the function's own gain 1/√E[f(z)²], which
    keeps a signal of size 1: ``f.facts()["gain"]``. A layer multiplies the mean square
    of a gradient by χ = g² E[f′(sz)²], if s is the size of the signal there. At a size
    that stays, χ < 1 is order, χ > 1 chaos, and at the edge, χ = 1, both a gradient and
    the difference of two inputs get through.

    A line is one network; a band is the range of five, with this seed and the next.
    `initial` are the values to begin with: `multiple`, `b`, `seed`, and the functions'
    parameters; those of the same name share a slider. Each is a trait, and so is
    `layers`: ``p = propagate([tanh, relu]); p.multiple = 0.63``.

    Raises TypeError for what is not an activation function of one number; ValueError
    for more than four, for an unknown parameter or a value outside its slider's range.

    Sources: B. Poole and others (2016), Exponential expressivity in deep neural
    networks through transient chaos, NIPS 29, arXiv:1606.05340; S. S. Schoenholz and
    others (2017), Deep information propagation, ICLR, arXiv:1611.01232.
    """
    several = listed(functions, 4, "a list of 1 to 4")
    parameters = [p for function in several for p in function.parameters.values()]
    settings = {p.name: p for p in SETTINGS}
    sliders = settings | shared(parameters, settings)
    inputs = begin(sliders, {"layers": layers, **initial})
    fates = [_fate(function, inputs) for function in several]
    panels = [_panel(k, fates) for k in range(3)]
    title = ", ".join(function.title for function in several)
    picture = _picture(fates, panels), _words(fates, inputs)
    data: Data = {"width": WIDTH, "seeds": SEEDS, "panels": panels}
    data["functions"] = elementwise(several)
    return Propagation(title, inputs, [picture], data)


# The picture where no script runs


@dataclass(frozen=True)
class Fate:
    """What becomes of signals with a function: `runs[seed, what, layer]`.

    `what` is 0 for the size of the signal, 1 for that of the gradient, 2 for the
    cosine. `gain` is nan if the function has none.
    """

    function: Activation
    gain: float
    runs: Array


def _fate(function: Activation, inputs: Mapping[str, Parameter]) -> Fate:
    given = {name: inputs[name].default for name in function.parameters}
    gain = network.gain(function, given)
    g = inputs["multiple"].default * (gain if np.isfinite(gain) else 1)
    b, first = inputs["b"].default, int(inputs["seed"].default)
    size: Any = {"layers": int(inputs["layers"].default), "width": WIDTH}
    fixed = network.Fixed(function, given)
    with np.errstate(all="ignore"):  # what overflows leaves the picture
        runs = [
            network.propagate(fixed, g, b, seed=seed, **size)
            for seed in range(first, first + SEEDS)
        ]
    return Fate(function, gain, np.array(runs))


def _panel(k: int, fates: Sequence[Fate]) -> Data:
    """Return what a panel shows: its limits and ticks, of a size its powers of ten."""
    of, heading = PANELS[k]
    if of == "cosines":
        ticks = [[place, as_text(place)] for place in (-1, -0.5, 0, 0.5, 1)]
        return {"of": of, "heading": heading, "limits": [-1.1, 1.1], "ticks": ticks}
    numbers = np.concatenate([fate.runs[:, k].ravel() for fate in fates])
    levels = np.log10(numbers[np.isfinite(numbers) & (numbers > 0)])
    low = max(3 * floor(levels.min(initial=-LEAST) / 3), MOST[0])
    high = min(3 * ceil(levels.max(initial=LEAST) / 3), MOST[1])
    step = 3 * ceil((high - low) / 15)
    powers = range(-(-low // step) * step, high + 1, step)
    ticks = [[p, "10" + str(p).translate(RAISED) if p else "1"] for p in powers]
    return {"of": of, "heading": heading, "limits": [low, high], "ticks": ticks}


def _picture(fates: Sequence[Fate], panels: Sequence[Data]) -> str:
    """Return the address of a picture of the panels."""
    with matplotlib.rc_context(TEXT, fname=figures.STYLE):
        figure, grid = figures.subplots(3, 1, sharex=True)
        figure.set_size_inches(6.4, 6.4)
        for k, (axes, panel) in enumerate(zip(grid, panels, strict=True)):
            axes.set_title(panel["heading"], loc="left", fontsize="medium")
            axes.set_yticks(*zip(*panel["ticks"], strict=True))
            for i, fate in enumerate(fates):
                title = fate.function.title.replace("$", r"\$")
                style = {"gid": f"line-{i}", "label": title} if k == 0 else {}
                _draw(axes, fate.runs[:, k], panel, **style)
        grid[-1].set_xlabel("layer")
        figure.legend(loc="outside lower center", ncols=2)
    return figures.svg_uri(figures.svg(figure, TEXT))


def _draw(axes: Axes, runs: Array, panel: Data, **style: Any) -> None:
    """Draw the first run as a line, with the range of all as a band behind it."""
    low, high = panel["limits"]
    with np.errstate(divide="ignore"):  # 0 is below all powers of ten
        levels = runs if panel["of"] == "cosines" else np.log10(runs)
    levels, layers = np.clip(levels, low - 1, high + 1), np.arange(runs.shape[1])
    (line,) = axes.plot(layers, levels[0], **style)
    color: Any = {"color": line.get_color(), "alpha": 0.15, "linewidth": 0}
    axes.fill_between(layers, levels.min(axis=0), levels.max(axis=0), **color)
    axes.set(xlim=(0, layers[-1]), ylim=(low, high))


def _words(fates: Sequence[Fate], inputs: Mapping[str, Parameter]) -> str:
    """Return in words what the picture shows, and of how many networks."""
    values = {name: given.default for name, given in inputs.items()}
    given = ", ".join(f"{name} = {as_text(value)}" for name, value in values.items())
    sentences = [
        f"A signal and a gradient in {SEEDS} networks that are not trained, for "
        f"{given}: ranges at the end of their way."
    ]
    for fate in fates:
        size, gradient, cosine = (
            _range(fate.runs[:, what, end]) for what, end in enumerate((-1, 0, -1))
        )
        gain = "no gain" if np.isnan(fate.gain) else f"gain {as_text(fate.gain)}"
        sentences.append(
            f"{fate.function.title}, {gain}: size of the signal {size}, size of the "
            f"gradient {gradient}, cosine between two inputs {cosine}."
        )
    return " ".join(sentences)


def _range(numbers: Array) -> str:
    low, high = as_text(numbers.min()), as_text(numbers.max())
    return low if low == high else f"{low} to {high}"
