"""Measure what `actlib` makes of functions of the literature, each in a fresh process.

    python benchmarks/functions.py               all of them, and all entries
    python benchmarks/functions.py GELU Mish     some of them

Each is taken as it is, times 0.5, shifted by 1.3, and with its parameters moved. For
each the largest relative error of values and derivatives is printed, over 0 and
±[1e-12, 1e4], beside the textbook's formula and its difference quotient with 1,000
digits; which facts are not worked out; and the seconds, medians of three, of the first
facts, plot, explore and check after `import actlib`.
"""

import json
import statistics
import subprocess
import sys
import time

import mpmath
import numpy as np
import sympy
from sympy import (
    Abs,
    Interval,
    Max,
    Min,
    Piecewise,
    Rational,
    atan,
    erf,
    exp,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    symbols,
    tanh,
)

import actlib
from actlib import CATALOGUE, NOT_WORKED_OUT, Activation, Parameter

ROUNDS = 3
DIGITS = 1000
POINTS = [0.0, *(s * m for m in (*np.logspace(-12, 4, 33), 3, 6) for s in (-1, 1))]
TINY = 1e-300
# A last digit of x, or of x − 1.3, moves the value by this times the slope.
ROUNDING = 2.0**-52

x, alpha, beta, k, a, b = symbols("x alpha beta k a b")
POSITIVE = Interval.open(0, oo)
SELU = 1.0507009873554805, 1.6732632423543772
FUNCTIONS = {
    "GELU": (x * (1 + erf(x / sqrt(2))) / 2,),
    "SiLU": (x / (1 + exp(-x)),),
    "Swish": (x / (1 + exp(-beta * x)), Parameter(beta, 1, 0, 10, 0.1)),
    "Mish": (x * tanh(log(1 + exp(x))),),
    "SELU": (SELU[0] * Piecewise((SELU[1] * (exp(x) - 1), x < 0), (x, True)),),
    "CELU": (
        Max(0, x) + Min(0, alpha * (exp(x / alpha) - 1)),
        Parameter(alpha, 1, 0.1, 3, 0.1, domain=POSITIVE),
    ),
    "softsign": (x / (1 + Abs(x)),),
    "hard swish": (x * Max(0, Min(6, x + 3)) / 6,),
    "hard sigmoid": (Max(0, Min(1, x / 6 + Rational(1, 2))),),
    "ReLU6": (Min(6, Max(0, x)),),
    "squared ReLU": (Max(0, x) ** 2,),
    "tanh-GELU": (x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2,),
    "quick GELU": (x / (1 + exp(-1.702 * x)),),
    "soft-shrink": (
        sign(x) * Max(0, Abs(x) - k),
        Parameter(k, 0.5, 0, 3, 0.1, domain=Interval(0, oo)),
    ),
    "LogSigmoid": (log(1 / (1 + exp(-x))),),
    "arctan": (atan(x),),
    "sine": (sin(x),),
    "Snake": (
        x + sin(a * x) ** 2 / a,
        Parameter(a, 1, 0.1, 5, 0.1, domain=POSITIVE),
    ),
    "Gaussian": (exp(-(x**2)),),
    "|x|": (Abs(x),),
    "squareplus": (
        (x + sqrt(x**2 + b)) / 2,
        Parameter(b, 4, 0, 8, 0.1, domain=Interval(0, oo)),
    ),
}


def expression(name):
    """Return the formula of a function and the list of its parameters."""
    if name in FUNCTIONS:
        formula, *parameters = FUNCTIONS[name]
        return formula, parameters
    entry = CATALOGUE[name]
    return entry.expr, list(entry.parameters.values())


def variants(name):
    """Yield a word, the activation, and values of its parameters."""
    formula, parameters = expression(name)
    argument = next(s for s in formula.free_symbols if s.name == "x")
    yield "", Activation(name, formula, parameters), {}
    yield " · 0.5", Activation(name, 0.5 * formula, parameters), {}
    shifted = formula.subs(argument, argument - 1.3)
    yield ", shifted", Activation(name, shifted, parameters), {}
    if parameters:
        moved = {p.name: p.default + 7 * p.step for p in parameters}
        yield ", moved", Activation(name, formula, parameters), moved


def errors(activation, values):
    """Return the largest relative errors of values and of derivatives."""
    exact = {f: sympy.Rational(str(f)) for f in activation.expr.atoms(sympy.Float)}
    for name, value in activation.values_of(values).items():
        exact[activation.parameters[name].symbol] = sympy.Rational(value)
    formula = activation.expr.xreplace(exact)
    textbook = sympy.lambdify(activation.x, formula, "mpmath")
    worst = [0.0, 0.0]
    found = activation(np.array(POINTS), **values), activation.grad(POINTS, **values)
    with mpmath.workdps(DIGITS):
        for index, place in enumerate(map(mpmath.mpf, POINTS)):
            right = left_derivatives(textbook, place)
            for order in (0, 1):
                size = abs(right[order])
                difference = abs(mpmath.mpf(float(found[order][index])) - right[order])
                difference -= ROUNDING * (1 + abs(place)) * abs(right[order + 1])
                if max(difference, size) > TINY and difference > 0:
                    worst[order] = max(worst[order], float(difference / size))
    return worst


def left_derivatives(function, place):
    """Return the value, the derivative and the second, by differences to the left."""
    step = mpmath.mpf(10) ** (-DIGITS // 5)
    value, near, far = (function(place - k * step) for k in range(3))
    return value, (value - near) / step, (value - 2 * near + far) / step**2


def measure(name):
    """Return what one fresh process finds: seconds, and after them the errors."""
    _, activation, _ = next(variants(name))
    calls = {
        "facts": activation.facts,
        "plot": lambda: actlib.plot(activation),
        "explore": lambda: actlib.explore(activation),
        "check": lambda: actlib.check(activation.diff(), activation, order=1),
    }
    seconds = {}
    for call, function in calls.items():
        start = time.perf_counter()
        function()
        seconds[call] = time.perf_counter() - start
    return seconds


def judge(name):
    """Return a row for each variant: word, errors, facts that are not worked out."""
    rows = []
    for word, activation, values in variants(name):
        facts = activation.facts(**values)
        missing = [n for n, value in facts.items() if value == NOT_WORKED_OUT]
        rows.append([name + word, *errors(activation, values), missing])
    return rows


def alone(task, name):
    """Return what a task finds in a process of its own."""
    command = [sys.executable, __file__, f"--{task}", name]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(found.stdout)


def main():
    scalar = [n for n, entry in CATALOGUE.items() if isinstance(entry, Activation)]
    names = sys.argv[1:] or [*scalar, *FUNCTIONS]
    print(f"{'':22} {'f':>8} {'f′':>8}   facts   plot  explore  check   not worked out")
    for name in names:
        times = [alone("measure", name) for _ in range(ROUNDS)]
        middle = [statistics.median(t[call] for t in times) for call in times[0]]
        for label, value, slope, missing in alone("judge", name):
            numbers = f"{label:22} {value:8.0e} {slope:8.0e}"
            seconds = (
                "".join(f"{s:8.2f}" for s in middle) if label == name else " " * 32
            )
            print(f"{numbers}{seconds}   {', '.join(missing) or '–'}", flush=True)


if __name__ == "__main__":
    tasks = {"--measure": measure, "--judge": judge}
    if sys.argv[1:] and sys.argv[1] in tasks:
        print(json.dumps(tasks[sys.argv[1]](sys.argv[2])))
    else:
        main()
