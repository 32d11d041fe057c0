"""Training in NumPy, written anew: what the page's networks are compared with.

Of actlib it uses only values and slopes of the functions, which other tests compare
with many digits. Points are columns here; all numbers of a network are one array, in
the page's order.
"""

import cmath
import math

import numpy as np


def philox(index, stream, seed):
    """The generator in whole numbers, as its authors' paper has it."""
    left, right = index, stream
    for turn in range(10):
        key = (seed + turn * 0x9E3779B9) & 0xFFFFFFFF
        upper, lower = divmod(left * 0xD256D193, 2**32)
        left, right = upper ^ key ^ right, lower
    return left, right


def uniforms(seed, stream, count):
    numbers = []
    for index in range(-(-count // 2)):
        numbers += philox(index, stream, seed)
    return [number / 2**32 for number in numbers[:count]]


def normals(seed, stream, count):
    numbers = []
    for index in range(-(-count // 2)):
        first, second = philox(index, stream, seed)
        length = math.sqrt(-2 * math.log((first + 0.5) / 2**32))
        point = cmath.rect(length, math.tau * second / 2**32)
        numbers += [point.real, point.imag]
    return np.array(numbers[:count])


def circle(side, u, v):
    return cmath.rect(u / 2 if side == 1 else 0.7 + 0.3 * u, math.tau * v)


def xor(side, u, v):
    first, second = 0.1 + 0.9 * u, 0.1 + 0.9 * ((2 * v) % 1)
    point = complex(first, second if side == 1 else -second)
    return point if v < 0.5 else -point


def moons(side, u, v):
    upper = cmath.rect(1, math.pi * u) - complex(0.5, 0.25)
    return side * upper / 1.5


def spiral(turns):
    def point(side, u, v):
        return side * cmath.rect(0.1 + 0.9 * u, math.tau * turns * u)

    return point


CLASSES = {
    "circle": circle,
    "xor": xor,
    "moons": moons,
    "spiral": spiral(1.5),
    "long spiral": spiral(2.5),
}


def data(name, seed, noise=0.05, points=200):
    """All inputs, a column each, and all targets."""
    random, shift = uniforms(seed, 0, 2 * points), normals(seed, 1, 2 * points)
    inputs, targets = [], []
    for i in range(points):
        (u, v), (right, up) = (
            random[2 * i : 2 * i + 2],
            noise * shift[2 * i : 2 * i + 2],
        )
        if name == "curve":
            x = 4 * u - 2
            inputs.append([x])
            targets.append(math.cos(4 * x) * math.exp(-(x**2) / 2) + right)
        else:
            targets.append(1 if i % 2 == 0 else -1)
            place = 2 * CLASSES[name](targets[-1], u, v) + complex(right, up)
            inputs.append([place.real, place.imag])
    return np.array(inputs).T, np.array(targets, dtype=float)


class Network:
    """A network with one output, and how it learns."""

    def __init__(self, f, sizes, seed=0, scale=1.0):
        self.f, self.shapes = f, list(zip(sizes[1:], sizes[:-1], strict=True))
        first = []
        for k, (units, inputs) in enumerate(self.shapes):
            draws = normals(seed, 1000 + k, units * inputs)
            first += [*(draws * scale / math.sqrt(inputs)), *(0.0,) * units]
        self.parameters = np.array(first)
        self.memory = np.zeros((2, len(first)))
        self.is_weight = np.concatenate(
            [np.repeat([1.0, 0.0], [n * m, n]) for n, m in self.shapes]
        )
        self.steps = 0

    def layers(self):
        start = 0
        for units, inputs in self.shapes:
            middle = start + units * inputs
            weights = self.parameters[start:middle].reshape(units, inputs)
            start = middle + units
            yield weights, self.parameters[middle:start, None]

    def outputs(self, x):
        *hidden, (weights, biases) = self.layers()
        for w, b in hidden:
            x = self.f(w @ x + b)
        return (weights @ x + biases)[0]

    def gradient(self, x, targets, squared):
        signals, sums = [x], []
        for weights, biases in self.layers():
            sums.append(weights @ signals[-1] + biases)
            signals.append(self.f(sums[-1]))
        z = sums[-1]
        if squared:
            delta = (z - targets) / len(targets)
        else:
            away = np.exp(-np.logaddexp(0, targets * z))  # sigma(−yz)
            delta = -targets * away / len(targets)
        parts = []
        for k in range(len(self.shapes) - 1, -1, -1):
            parts += [delta.sum(axis=1), np.ravel(delta @ signals[k].T)]
            if k:
                weights, _ = list(self.layers())[k]
                delta = self.f.grad(sums[k - 1]) * (weights.T @ delta)
        return np.concatenate(parts[::-1])

    def step(self, g, optimiser, rate, momentum=0.9, decay=0.0):
        self.steps += 1
        if optimiser == "adam":
            for k, (keep, now) in enumerate([(0.9, g), (0.999, g * g)]):
                self.memory[k] = keep * self.memory[k] + (1 - keep) * now
            mean = self.memory[0] / (1 - 0.9**self.steps)
            move = mean / (np.sqrt(self.memory[1] / (1 - 0.999**self.steps)) + 1e-8)
        else:
            self.memory[0] = momentum * self.memory[0] + g
            move = self.memory[0]
        shrunk = decay * self.is_weight * self.parameters
        self.parameters = self.parameters - rate * (move + shrunk)
