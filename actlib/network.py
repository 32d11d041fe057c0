"""Networks in NumPy, step by step as in network.js: the page and Python agree.

network.js trains in the page; here is the same for the pictures that stand where no
script runs, and for notebooks. Random whole numbers are the same to the last bit, other
numbers to the last digits. An f is called for values, and its `grad` for slopes, as
every activation is; :class:`Fixed` is one with values for its parameters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .activation import Activation

Array = NDArray[np.float64]

# Each use has a stream of its own; a network's layers have the next ones, too.
STREAM = {
    **{"points": 0, "noise": 1, "sums": 2, "gradient": 3},
    **{"weights": 1000, "biases": 2000},
}
RADIUS = 2  # of all data, without noise: a coordinate's mean square is near 1
TURNS = {"spiral": 1.5, "long spiral": 2.5}
DATA = ("circle", "xor", "moons", *TURNS, "curve")
MEAN_KEEPS, SQUARE_KEEPS, EPSILON = 0.9, 0.999, 1e-8  # as Adam's authors have them


class Function(Protocol):
    """What a network asks of its f."""

    def __call__(self, x: Array, /) -> Array: ...
    def grad(self, x: Array, /) -> Array: ...


@dataclass(frozen=True)
class Fixed:
    """An activation with values for its parameters."""

    activation: Activation
    parameters: Mapping[str, Any]

    def __call__(self, x: Array, /) -> Array:
        return self.activation(x, **self.parameters)

    def grad(self, x: Array, /) -> Array:
        return self.activation.grad(x, **self.parameters)


def gain(function: Activation, given: Mapping[str, Any]) -> float:
    """Return the gain for these values of the parameters; nan if there is none."""
    try:
        found = float(function.facts(**given)["gain"])
    except TypeError:  # not worked out
        return np.nan
    return found if 0 < found < np.inf else np.nan


# Random numbers


def philox(index: NDArray[np.uint64], stream: int, seed: int) -> NDArray[np.uint64]:
    """Return two random whole numbers of 32 bits for each index, as two columns.

    It is Philox 2x32-10 of J. K. Salmon and others (2011), Parallel random numbers: as
    easy as 1, 2, 3. SC '11.
    """
    left, right = index.astype(np.uint64), np.full_like(index, stream, np.uint64)
    key, low = seed % 2**32, np.uint64(2**32 - 1)
    for _ in range(10):
        product = np.uint64(0xD256D193) * left
        left = (product >> np.uint64(32)) ^ np.uint64(key) ^ right
        right = product & low
        key = (key + 0x9E3779B9) % 2**32
    return np.stack([left, right], axis=-1)


def _pairs(seed: int, stream: int, count: int) -> Array:
    index = np.arange((count + 1) // 2, dtype=np.uint64)
    return philox(index, stream, seed).astype(np.float64)


def uniforms(seed: int, stream: int, count: int) -> Array:
    """Return numbers from [0, 1)."""
    return _pairs(seed, stream, count).ravel()[:count] / 2**32


@lru_cache(maxsize=512)  # several functions are tried with the same weights
def normals(seed: int, stream: int, count: int) -> Array:
    """Return numbers from N(0, 1), by Box and Muller, in a read-only array."""
    first, second = _pairs(seed, stream, count).T
    radius = np.sqrt(-2 * np.log((first + 0.5) / 2**32))
    angle = 2 * np.pi * (second / 2**32)
    both = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    numbers = both.ravel()[:count]
    numbers.setflags(write=False)
    return numbers


# Data


@dataclass(frozen=True)
class Data:
    """Points, a row each, and their targets; the first half is to train with."""

    inputs: Array
    targets: Array
    loss: str

    @property
    def train(self) -> tuple[Array, Array]:
        half = len(self.targets) // 2
        return self.inputs[:half], self.targets[:half]

    @property
    def test(self) -> tuple[Array, Array]:
        half = len(self.targets) // 2
        return self.inputs[half:], self.targets[half:]


def make_data(name: str, seed: int = 0, noise: float = 0.05, points: int = 200) -> Data:
    """Return data of a name in DATA; `noise` is its standard deviation."""
    u, v = uniforms(seed, STREAM["points"], 2 * points).reshape(-1, 2).T
    shift = noise * normals(seed, STREAM["noise"], 2 * points).reshape(-1, 2)
    if name == "curve":
        x = RADIUS * (2 * u - 1)
        return Data(x[:, None], wave(x) + shift[:, 0], "squared")
    side = np.where(np.arange(points) % 2, -1.0, 1.0)
    inputs = RADIUS * _in_unit_circle(name, side, u, v) + shift
    return Data(inputs, side, "logistic")


def wave(x: Array) -> Array:
    """Return the curve to fit: a wave that dies away."""
    return np.cos(4 * x) * np.exp(-(x**2) / 2)


def _in_unit_circle(name: str, side: Array, u: Array, v: Array) -> Array:
    if name == "xor":  # in the square around it
        left, size = np.where(v < 0.5, 1, -1), 2 * v % 1
        pair = left * (0.1 + 0.9 * u), side * left * (0.1 + 0.9 * size)
        return np.stack(pair, axis=1)
    if name == "moons":
        return side[:, None] * (_polar(np.ones_like(u), u / 2) - [0.5, 0.25]) / 1.5
    if name == "circle":
        return _polar(np.where(side > 0, 0.5 * u, 0.7 + 0.3 * u), v)
    return _polar(0.1 + 0.9 * u, TURNS[name] * u + np.where(side > 0, 0, 0.5))


def _polar(radius: Array, turns: Array) -> Array:
    angle = 2 * np.pi * turns
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


# A network: a list of layers, each a pair of weights (units × inputs) and biases

Layers = list[tuple[Array, Array]]


def start(sizes: Sequence[int], seed: int, scale: float) -> Layers:
    """Return the first weights: from N(0, 1), times scale/√inputs. The biases are 0."""
    layers = []
    for k, (inputs, units) in enumerate(pairwise(sizes)):
        draws = normals(seed, STREAM["weights"] + k, units * inputs)
        weights = draws.reshape(units, inputs) * (scale / np.sqrt(inputs))
        layers.append((weights, np.zeros(units)))
    return layers


def forward(layers: Layers, f: Function, inputs: Array) -> tuple[list[Array], Array]:
    """Return the sums of all layers but the last, and the last one's: the outputs."""
    sums, signal = [], inputs
    for weights, biases in layers[:-1]:
        sums.append(signal @ weights.T + biases)
        signal = f(sums[-1])
    weights, biases = layers[-1]
    return sums, signal @ weights.T + biases


def mean_loss(loss: str, outputs: Array, targets: Array) -> float:
    """Return the mean of log(1 + exp(−yz)), or of half the square of z − y."""
    z = outputs[:, 0]
    if loss == "logistic":
        return float(np.mean(np.logaddexp(0, -targets * z)))
    return float(np.mean((z - targets) ** 2) / 2)


def gradient(
    layers: Layers, f: Function, inputs: Array, targets: Array, loss: str
) -> Layers:
    """Return the gradient of the mean loss, of the form of the layers."""
    sums, outputs = forward(layers, f, inputs)
    z, y = outputs, targets[:, None]
    with np.errstate(over="ignore"):  # exp(yz) may be ∞: the quotient is 0 then
        slope = -y / (1 + np.exp(y * z)) if loss == "logistic" else z - y
    deltas, found = slope / len(targets), []
    for (weights, _), below in zip(layers[:0:-1], reversed(sums), strict=True):
        found.append((deltas.T @ f(below), deltas.sum(axis=0)))
        deltas = (deltas @ weights) * f.grad(below)
    found.append((deltas.T @ inputs, deltas.sum(axis=0)))
    return found[::-1]


class Optimiser:
    """Gradient descent with momentum, or Adam; `decay` shrinks the weights."""

    def __init__(
        self,
        optimiser: str = "adam",
        rate: float = 0.01,
        momentum: float = 0.9,
        decay: float = 0,
    ):
        self.adam, self.rate, self.momentum = optimiser == "adam", rate, momentum
        self.decay, self.steps = decay, 0
        self.state: list[tuple[Array, Array]] = []

    def step(self, layers: Layers, slopes: Layers) -> None:
        """Change the layers in place, given the gradient."""
        numbers = [array for layer in layers for array in layer]
        self.state = self.state or [(0 * array, 0 * array) for array in numbers]
        self.steps += 1
        for weights, _ in layers:
            weights -= self.rate * self.decay * weights
        for array, g, (means, squares) in zip(
            numbers, (g for layer in slopes for g in layer), self.state, strict=True
        ):
            array -= self.rate * self._direction(g, means, squares)

    def _direction(self, g: Array, means: Array, squares: Array) -> Array:
        if not self.adam:
            means[...] = self.momentum * means + g
            return means
        means[...] = MEAN_KEEPS * means + (1 - MEAN_KEEPS) * g
        squares[...] = SQUARE_KEEPS * squares + (1 - SQUARE_KEEPS) * g**2
        mean = means / (1 - MEAN_KEEPS**self.steps)
        return mean / (np.sqrt(squares / (1 - SQUARE_KEEPS**self.steps)) + EPSILON)


# A signal through many layers


def propagate(
    f: Function,
    g: float,
    b: float = 0,
    *,
    seed: int = 0,
    layers: int = 50,
    width: int = 64,
    inputs: int = 2,
) -> tuple[Array, Array, Array]:
    """Return sizes of the signal, sizes of the gradient, and cosines of two inputs.

    Each is an array: in front of every layer, and after the last. Weights are from
    N(0, g²/width), biases from N(0, b²), the first sums from N(0, 1).
    """

    def draw(name: str, rows: int, columns: int, layer: int = 0) -> Array:
        count = rows * columns
        return normals(seed, STREAM[name] + layer, count).reshape(rows, columns)

    scale = g / np.sqrt(width)
    sums, matrices = [draw("sums", inputs, width).T], []
    for k in range(layers):
        matrices.append(scale * draw("weights", width, width, k))
        sums.append(matrices[k] @ f(sums[k]) + b * draw("biases", width, 1, k))
    deltas = [draw("gradient", inputs, width).T]
    for z, weights in zip(sums[-2::-1], matrices[::-1], strict=True):
        deltas.append(f.grad(z) * (weights.T @ deltas[-1]))
    sizes = [_size(z) for z in sums]
    gradients = [_size(delta) for delta in deltas[::-1]]
    return np.array(sizes), np.array(gradients), np.array([_cosine(z) for z in sums])


def _size(numbers: Array) -> float:
    return float(np.sqrt(np.mean(numbers**2)))


def _cosine(sums: Array) -> float:
    """Return the mean cosine between two columns."""
    unit = sums / np.abs(sums).max(axis=0)  # squares of numbers below 1e−162 are 0
    unit = unit / np.linalg.norm(unit, axis=0)
    return float((unit.T @ unit)[np.triu_indices(sums.shape[1], 1)].mean())
