"""An independent oracle: the catalogue's functions and derivatives, typed in mpmath."""

import mpmath
from mpmath import mpf

mpmath.mp.dps = 50


def sigma(x):
    return 1 / (1 + mpmath.exp(-x))


def softplus_by_beta(x, beta):
    with mpmath.workdps(400):  # the difference below cancels
        u = beta * x
        return (u * sigma(u) - mpmath.log1p(mpmath.exp(u))) / beta**2


# name -> f, f′ and, by parameter, ∂f/∂parameter. At a kink: the left-hand derivative.
ORACLES = {
    "identity": (lambda x: x, lambda x: mpf(1)),
    "binary_step": (lambda x: mpf(x >= 0), lambda x: mpf(0)),
    "logistic": (sigma, lambda x: sigma(x) * sigma(-x)),
    "tanh": (mpmath.tanh, lambda x: mpmath.sech(x) ** 2),
    "relu": (lambda x: max(x, mpf(0)), lambda x: mpf(x > 0)),
    "prelu": (
        lambda x, alpha: x if x > 0 else alpha * x,
        lambda x, alpha: mpf(1) if x > 0 else alpha,
        {"alpha": lambda x, alpha: min(x, mpf(0))},
    ),
    "elu": (
        lambda x, alpha: x if x > 0 else alpha * mpmath.expm1(x),
        lambda x, alpha: mpf(1) if x > 0 else alpha * mpmath.exp(x),
        {"alpha": lambda x, alpha: mpmath.expm1(min(x, mpf(0)))},
    ),
    "softplus": (
        lambda x, beta: mpmath.log1p(mpmath.exp(beta * x)) / beta,
        lambda x, beta: sigma(beta * x),
        {"beta": softplus_by_beta},
    ),
    "selu": (
        lambda x, alpha, scale: scale * (x if x > 0 else alpha * mpmath.expm1(x)),
        lambda x, alpha, scale: scale * (1 if x > 0 else alpha * mpmath.exp(x)),
        {
            "alpha": lambda x, alpha, scale: scale * mpmath.expm1(min(x, mpf(0))),
            "scale": lambda x, alpha, scale: x if x > 0 else alpha * mpmath.expm1(x),
        },
    ),
    "squared_relu": (lambda x: max(x, mpf(0)) ** 2, lambda x: 2 * max(x, mpf(0))),
    "gelu": (
        lambda x: x * mpmath.ncdf(x),
        lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x),
    ),
    "silu": (
        lambda x, beta: x * sigma(beta * x),
        lambda x, beta: sigma(beta * x) + beta * x * sigma(beta * x) * sigma(-beta * x),
        {"beta": lambda x, beta: x**2 * sigma(beta * x) * sigma(-beta * x)},
    ),
    "hard_swish": (
        lambda x: x * min(max(x / 6 + mpf(1) / 2, 0), 1),
        lambda x: mpf(0) if x <= -3 else x / 3 + mpf(1) / 2 if x <= 3 else mpf(1),
    ),
    "swiglu": (
        lambda x, b: x * sigma(x) * b,
        lambda x, b: (sigma(x) + x * sigma(x) * sigma(-x)) * b,
        {"b": lambda x, b: x * sigma(x)},
    ),
    "sine": (
        lambda x, omega: mpmath.sin(omega * x),
        lambda x, omega: omega * mpmath.cos(omega * x),
        {"omega": lambda x, omega: x * mpmath.cos(omega * x)},
    ),
}
