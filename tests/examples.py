"""Functions beside the catalogue's: moving breakpoints, jumps, kinks, a composition."""

from itertools import product

from sympy import Interval, Piecewise, exp, log, oo, symbols, tanh

from actlib import Activation, Parameter, logistic

x, c, k = symbols("x c k")
STEEP = Parameter("k", 2, 0.5, 4, 0.1, "steepness", domain=Interval.open(0, oo))
CENTRE = Parameter("c", 0.5, -4, 4, 0.1, "centre")
OWN = {
    "steep": Activation("Steep", logistic.of(k * (x - c)), [STEEP, CENTRE]),
    "elu": Activation("Kink", Piecewise((k * (exp(x) - 1), x < 0), (x, True)), [STEEP]),
    "shrink": Activation(
        "Shrink", Piecewise((x + k, x < -k), (0, x <= k), (x - k, True)), [STEEP]
    ),
    "step": Activation("Jump", Piecewise((0, x < c), (k, True)), [STEEP, CENTRE]),
    "mish": Activation("Mish", x * tanh(log(1 + exp(x)))),
}


def corners(entry):
    """Settings of all parameters at the ends and in the middle of their sliders."""
    values = ((p.low, (p.low + p.high) / 2, p.high) for p in entry.parameters.values())
    return [
        dict(zip(entry.parameters, setting, strict=True))
        for setting in product(*values)
    ]
