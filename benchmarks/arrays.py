"""Measure the generated code beside the best NumPy that we can write by hand.

    python benchmarks/arrays.py

For 4 million float64 values it prints, for each function and its derivative,
nanoseconds a value, the same for the rival, their ratio, and the peak of memory, the
result included, as a multiple of the result's size. Then the time from asking for a
first derivative to having it, in a fresh process, imports apart. A rival that breaks a
promise of actlib (nan, ±inf, tails, no warning) is an error: it would win unfairly.
"""

import subprocess
import sys
import time
import tracemalloc
import warnings
from functools import partial

import numpy as np

from actlib import CATALOGUE, Activation

SIZE = 4_000_000
ROUNDS = 40
DERIVATIVE = """
import time
from actlib import CATALOGUE
entry = CATALOGUE[{name!r}]
start = time.perf_counter()
entry.{call}
print(time.perf_counter() - start)
"""


def constant(x, value):
    return np.where(np.isnan(x), np.nan, value)


def indicator(condition, x):
    result = condition.astype(np.float64)
    result[np.isnan(x)] = np.nan
    return result


def prelu(x, alpha):
    # 0 · ∞ would be nan.
    return np.maximum(x, 0) + (alpha * np.minimum(x, 0) if alpha else 0)


def prelu_slope(x, alpha):
    return np.where(np.isnan(x), np.nan, (x > 0) + alpha * (x <= 0))


def elu(x, alpha):
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


def elu_slope(x, alpha):
    return alpha * np.exp(np.minimum(x, 0)) * (x <= 0) + (x > 0)


def softplus(x, beta):
    u = beta * x
    return (np.maximum(u, 0) + np.log1p(np.exp(-np.abs(u)))) / beta


def shifted(z):
    top = z.max(axis=-1, keepdims=True)
    result = z - top
    if np.isinf(top).any():
        first = z == top
        result[first & (first.sum(axis=-1, keepdims=True) == 1)] = 0
    return result


def softmax(z, temperature):
    weights = np.exp(shifted(z) / temperature)
    return weights / weights.sum(axis=-1, keepdims=True)


def jacobian(z, temperature):
    p = softmax(z, temperature)
    result = p[..., :, None] * (p[..., None, :] / -temperature)
    diagonal = np.arange(z.shape[-1])
    result[..., diagonal, diagonal] = 0
    result[..., diagonal, diagonal] = -result.sum(axis=-1)
    return result


RIVALS = {
    "identity": (lambda x: x.copy(), lambda x: constant(x, 1.0)),
    "binary_step": (lambda x: indicator(x >= 0, x), lambda x: constant(x, 0.0)),
    "logistic": (
        lambda x: 1 / (1 + np.exp(-x)),
        lambda x: 0.25 / np.cosh(0.5 * x) ** 2,
    ),
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2),
    "relu": (lambda x: np.maximum(x, 0), lambda x: indicator(x > 0, x)),
    "prelu": (prelu, prelu_slope),
    "elu": (elu, elu_slope),
    "softplus": (softplus, lambda x, beta: 1 / (1 + np.exp(-beta * x))),
    "softmax": (softmax, jacobian),
}
HARD = np.array(
    [np.nan, -np.inf, -1e300, -1e4, -600, -40, -1e-9, 0, 1e-9, 40, 600, np.inf]
)


def check(rival, function, hard):
    """Fail unless the rival keeps the promises, under NumPy's default error state."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found, expected = rival(hard), function(hard)
    close = np.isclose(found, expected, rtol=1e-12, atol=1e-300, equal_nan=True)
    assert close.all(), f"{rival} breaks a promise: {found} for {expected}"


def best_times(*functions):
    """Return the shortest time of each, in turns: a busy machine slows all alike."""
    best = [np.inf] * len(functions)
    for _ in range(ROUNDS):
        for k, function in enumerate(functions):
            start = time.perf_counter()
            function()
            best[k] = min(best[k], time.perf_counter() - start)
    return best


def peak(function):
    tracemalloc.start()
    function()
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return memory


def cases():
    """Yield a label, a call of the function and one of its rival on the same data."""
    x = np.random.default_rng(0).normal(0, 5, SIZE)
    rows = x.reshape(-1, 100)
    for name, (value, slope) in RIVALS.items():
        entry = CATALOGUE[name]
        defaults = [parameter.default for parameter in entry.parameters.values()]
        if isinstance(entry, Activation):
            rivals = {
                "f": (x, entry, value, HARD),
                "f′": (x, entry.grad, slope, HARD),
            }
        else:  # a Jacobian has 100 times as many values as its row of 100 logits
            hard = np.stack([HARD, np.ones_like(HARD)], axis=-1)
            few = rows[: len(rows) // 100]
            rivals = {
                "f": (rows, entry, value, hard),
                "f′": (few, entry.jacobian, slope, hard),
            }
        for order, (data, function, rival, hard) in rivals.items():
            quiet = np.errstate(all="ignore")(partial(_call, rival, defaults))
            check(quiet, function, hard)
            yield f"{name} {order}", partial(function, data), partial(quiet, data)


def _call(function, parameters, x):
    return function(x, *parameters)


def main():
    print(f"{'':20}{'actlib':>10}{'by hand':>10}{'ratio':>8}{'memory':>8}")
    for label, ours, theirs in cases():
        times = best_times(ours, theirs)
        memory = peak(ours) / (8 * SIZE)
        nanoseconds = "".join(f"{time / SIZE * 1e9:7.2f} ns" for time in times)
        print(f"{label:20}{nanoseconds}{times[0] / times[1]:8.2f}{memory:8.1f}")
    print("\nFirst derivative in a fresh process, imports apart")
    for name, entry in CATALOGUE.items():
        call = "diff()" if isinstance(entry, Activation) else "jacobian_expr(3)"
        command = [sys.executable, "-c", DERIVATIVE.format(name=name, call=call)]
        seconds = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        print(f"{name:20}{float(seconds):8.3f} s")


if __name__ == "__main__":
    main()
