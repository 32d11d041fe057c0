"""The live figure of networks that are trained in the page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from traitlets import Dict, Int

from . import figures, network
from .activation import Activation, Parameter
from .figures import as_text
from .live import (
    TEXT,
    Choice,
    LiveFigure,
    Logarithmic,
    Whole,
    begin,
    elementwise,
    listed,
    script,
    shared,
)
from .network import Array

# A tenth of a point is enough for points and lines that no script moves.
DIGITS = re.compile(r"(?<=\.\d)\d+")
SETTINGS: list[Parameter | Choice] = [
    Choice(
        "data",
        "data",
        {
            "circle": "circle",
            "xor": "XOR",
            "moons": "two moons",
            "spiral": "spiral of 1.5 turns",
            "long spiral": "spiral of 2.5 turns",
            "curve": "a curve to fit",
        },
        "moons",
    ),
    Choice(
        "optimiser",
        "optimiser",
        {"adam": "Adam", "descent": "descent, momentum 0.9"},
        "adam",
    ),
    Logarithmic("rate", 0.01, 0.0001, 1, 0.1, "of learning"),
    Parameter("decay", 0, 0, 0.5, 0.01, "of the weights"),
    Parameter("multiple", 1, 0.1, 4, 0.1, "of each gain"),
    Parameter("noise", 0.05, 0, 0.5, 0.05, "in the data"),
    Whole("depth", 2, 1, 6, 1, "hidden layers"),
    Whole("width", 8, 2, 16, 1, "units in each"),
    Whole("seed", 0, 0, 99, 1),
]
SCRIPTS = ("network.js", "brief.js", "training_panels.js", "training.js")
STATE = ("steps", "losses", "weights")
# Of the picture that stands where no script runs: its steps, and when to look.
STEPS, LOOK_EVERY = 200, 8
GRID = 50
LARGEST_LOSS = 1e6  # that is drawn
FLAT_SLOPE = 0.01  # as in network.js
# An output below 0 is orange, above 0 blue; points on it are darker.
BELOW, ABOVE = "#e49659", "#59a3cd"
DARK_BELOW, DARK_ABOVE = "#8a3b00", "#004f7d"
LINES = {"train": "-", "test": "--"}


class Training(LiveFigure):
    """Networks that are trained in the page, as `train` makes them."""

    _kind = "training"
    _script = "\n".join(map(script, SCRIPTS))

    steps = Int(read_only=True).tag(sync=True)
    losses = Dict(read_only=True).tag(sync=True)
    weights = Dict(read_only=True).tag(sync=True)


def train(
    functions: Activation | Sequence[Activation],
    /,
    *,
    data: str = "moons",
    layers: Sequence[int] = (8, 8),
    **initial: float | str,
) -> Training:
    """Return a live figure, an ipywidgets widget, of networks that learn in the page.

    For one function or for two, side by side, a network with that function after each
    layer in `layers` learns `data`, when you ask it to: 100 points to train with, 100
    to test with. Both networks begin with the same numbers from N(0, 1), times
    `multiple` times the function's own gain, over the root of the number of inputs;
    biases begin at 0. The output is linear. Each step takes all points to train with;
    the loss is log(1 + exp(−yz)) for the classes y = ±1, half the squared difference
    for the curve.

    Of each network you see its output with the points, both losses, and for each layer
    what every unit makes of the inputs, the size of the gradient of its weights (root
    mean square), the histogram of its sums, and how many units have a slope below 0.01
    at all points (dead, crossed out) or at more than half of them (saturated).

    `data` is "circle", "xor", "moons", "spiral", "long spiral", or "curve"; `layers`
    are 1 to 6 equal numbers from 2 to 16. `initial` are other values to begin with:
    `optimiser`, "adam" or "descent", which has momentum 0.9; `rate`; `decay`, of which
    a weight loses rate · decay in each step; `multiple`; `noise`, the standard
    deviation in the data; `seed`; and the functions' parameters; those of the same name
    share a slider. Each is a trait, and so are `data`, `depth` and `width`:
    ``t = train([relu, tanh]); t.rate = 0.1``. A change of the optimiser, the rate or
    the decay holds from the next step on; any other begins training anew.

    Three traits can be read where the figure is shown with a kernel; the page writes
    them when training stops, and each second meanwhile: ``t.steps``;
    ``t.losses["relu"]``, a dict of the lists "steps", "train" and "test", with at most
    400 moments of the way; ``t.weights["relu"]``, a list of pairs, weights and biases
    of each layer: ``W, b = map(np.array, t.weights["relu"][0])``. What is no number any
    more is None there.

    Raises TypeError for what is not an activation function of one number; ValueError
    for more than two, for layers of another form, for an unknown parameter or a value
    that its control does not offer.

    Source: D. P. Kingma and J. Ba (2015), Adam: A method for stochastic optimization,
    ICLR, arXiv:1412.6980.
    """
    several = listed(functions, 2, "one or a list of two")
    parameters = [p for function in several for p in function.parameters.values()]
    controls = {given.name: given for given in SETTINGS}
    controls |= shared(parameters, [*controls, *STATE])
    size = dict(zip(("depth", "width"), _depth_and_width(layers), strict=True))
    inputs = begin(controls, {"data": data, **size, **initial})
    values = {name: given.default for name, given in inputs.items()}
    runs = [_trained(function, values) for function in several]
    title = ", ".join(function.title for function in several)
    picture = _picture(runs), _words(runs, values)
    return Training(title, inputs, [picture], {"functions": elementwise(several)})


def _depth_and_width(layers: Sequence[int]) -> tuple[int, int]:
    """Return the depth and the width of layers; ValueError for another form."""
    units = list(layers) if isinstance(layers, list | tuple) else []
    whole = all(isinstance(n, int | np.integer) and 2 <= n <= 16 for n in units)
    if not (1 <= len(units) <= 6 and whole and len({*units}) == 1):
        allowed = "1 to 6 whole numbers from 2 to 16, all the same, such as (8, 8)"
        raise ValueError(f"layers must be {allowed}, not {layers!r}")
    return len(units), int(units[0])


# The picture where no script runs


@dataclass(frozen=True)
class Run:
    """A trained network: its data, and losses at some steps, to train and to test."""

    function: Activation
    f: network.Function
    data: network.Data
    layers: network.Layers
    steps: Sequence[int]
    losses: Mapping[str, Sequence[float]]

    def outputs(self, inputs: Array) -> Array:
        return network.forward(self.layers, self.f, inputs)[1][:, 0]


def _trained(function: Activation, values: Mapping[str, Any]) -> Run:
    own = {name: values[name] for name in function.parameters}
    data = network.make_data(values["data"], int(values["seed"]), values["noise"])
    hidden = [int(values["width"])] * int(values["depth"])
    sizes = [data.inputs.shape[1], *hidden, 1]
    gain = network.gain(function, own)
    scale = values["multiple"] * (gain if np.isfinite(gain) else 1)
    given = {name: values[name] for name in ("optimiser", "rate", "decay")}
    f, optimiser = network.Fixed(function, own), network.Optimiser(**given)
    layers = network.start(sizes, int(values["seed"]), scale)
    steps = range(0, STEPS + 1, LOOK_EVERY)
    losses: dict[str, list[float]] = {name: [] for name in LINES}
    run = Run(function, f, data, layers, steps, losses)
    with np.errstate(all="ignore"):  # what blows up is said
        for step in range(STEPS + 1):
            if step in steps:
                for name in LINES:
                    inputs, targets = getattr(data, name)
                    outputs = run.outputs(inputs)[:, None]
                    losses[name].append(network.mean_loss(data.loss, outputs, targets))
            if step < STEPS:
                slopes = network.gradient(layers, f, *data.train, data.loss)
                optimiser.step(layers, slopes)
    return run


def _picture(runs: Sequence[Run]) -> str:
    """Return the address of a picture: for each network its output and its losses."""
    with matplotlib.rc_context(TEXT, fname=figures.STYLE):
        figure, grid = figures.subplots(len(runs), 2, squeeze=False)
        figure.set_size_inches(6.4, 3.1 * len(runs))
        for (left, right), run in zip(grid, runs, strict=True):
            left.set_title(fill(run.function.title, 30), parse_math=False)
            (_draw_curve if run.data.loss == "squared" else _draw_surface)(left, run)
            for name, style in LINES.items():
                losses = np.array(run.losses[name])
                losses[~(losses < LARGEST_LOSS)] = np.nan
                right.semilogy(run.steps, losses, style, label=f"{name} loss")
            right.set_xlabel("steps")
            right.minorticks_off()
            right.locator_params("x", nbins=2)
        grid[0, 1].legend()
    return figures.svg_uri(DIGITS.sub("", figures.svg(figure, TEXT)))


def _draw_surface(axes: Axes, run: Run) -> None:
    points, targets = run.data.train
    limit = 1.1 * np.abs(points).max()
    places = limit * ((np.arange(GRID) + 0.5) / GRID * 2 - 1)
    x, y = np.meshgrid(places, places)
    with np.errstate(all="ignore"):
        z = run.outputs(np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    colors = LinearSegmentedColormap.from_list("output", [BELOW, "white", ABOVE], 32)
    # Not made larger: a page does that itself.
    image: Any = {"origin": "lower", "interpolation": "none", "cmap": colors}
    span = (-limit, limit, -limit, limit)
    axes.imshow(np.tanh(z / 2), vmin=-1, vmax=1, extent=span, **image)
    if z.min() < 0 < z.max():
        axes.contour(x, y, z, [0], colors="#1f2328", linewidths=1.5)
    _draw_dots(axes, points[targets == 1], edge="white")
    _draw_triangles(axes, points[targets == -1], 0.035 * limit)
    axes.grid(visible=False)
    axes.set(xticks=[-2, 0, 2], yticks=[-2, 0, 2])


def _draw_curve(axes: Axes, run: Run) -> None:
    points, targets = run.data.train
    _draw_dots(axes, np.column_stack([points[:, 0], targets]))
    x = np.linspace(points.min(), points.max(), 241)
    with np.errstate(all="ignore"):
        axes.plot(x, run.outputs(x[:, None]), "-", color="C1")
    axes.set(ylim=(-1.6, 1.6), xticks=[-2, 0, 2], yticks=[-1, 0, 1])


# All points of a kind are one path: markers of matplotlib's would be half the picture.


def _draw_dots(axes: Axes, points: Array, edge: str = "none") -> None:
    """Draw points as lines of no length, with round ends."""
    path = Path.make_compound_path_from_polys(points[:, None])
    style: Any = {"fill": False, "capstyle": "round", "joinstyle": "round", "zorder": 3}
    for color, width in ((edge, 7.0), (DARK_ABOVE, 5.5)):
        axes.add_patch(PathPatch(path, edgecolor=color, linewidth=width, **style))


def _draw_triangles(axes: Axes, points: Array, size: float) -> None:
    corners = size * np.array([[0, 1.2], [1.1, -0.9], [-1.1, -0.9]])
    path = Path.make_compound_path_from_polys(points[:, None] + corners)
    style: Any = {"edgecolor": "white", "linewidth": 0.8, "zorder": 3}
    axes.add_patch(PathPatch(path, facecolor=DARK_BELOW, **style))


def _words(runs: Sequence[Run], values: Mapping[str, Any]) -> str:
    """Return in words what the picture shows."""
    given = ", ".join(
        f"{name} = {value if isinstance(value, str) else as_text(value)}"
        for name, value in values.items()
    )
    sentences = [f"Networks after {STEPS} steps of training, for {given}."]
    return " ".join(sentences + [_fate(run) for run in runs])


def _fate(run: Run) -> str:
    train, test = (as_text(run.losses[name][-1]) for name in LINES)
    with np.errstate(all="ignore"):
        slopes = network.gradient(run.layers, run.f, *run.data.train, run.data.loss)
        sums, _ = network.forward(run.layers, run.f, run.data.train[0])
        flat = np.hstack([np.abs(run.f.grad(z)) < FLAT_SLOPE for z in sums])
    sizes = ", ".join(as_text(np.sqrt(np.mean(w**2))) for w, _ in slopes)
    dead = int(flat.all(axis=0).sum())
    saturated = int((flat.mean(axis=0) > 0.5).sum()) - dead
    return (
        f"{run.function.title}: train loss {train}, test loss {test}; size of the "
        f"gradient, layer by layer, {sizes}; dead units {dead}, saturated {saturated}, "
        f"of {flat.shape[1]}."
    )
