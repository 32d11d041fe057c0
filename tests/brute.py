"""Facts, compared with what a fine grid of an independent oracle's values shows."""

import mpmath
import numpy as np
from mpmath import mpf
from sympy import Interval, Symbol, lambdify, nan, oo

GRID = np.linspace(-40, 40, 3201)
SEEN = Interval(-40, 40)  # sets without end are compared here
RISING = {"increasing", "non-decreasing", "constant"}
FALLING = {"decreasing", "non-increasing", "constant"}
CONVEX = {"strictly convex", "convex", "affine"}
CONCAVE = {"strictly concave", "concave", "affine"}
# How far a value on the grid may be from the least or the largest between its points.
COARSE = 2e-3


def compare(facts, f, slope):
    """Yield a complaint for each fact that the oracle's f and f′ contradict."""
    y = np.array([float(f(mpf(x))) for x in GRID])
    d = np.array([float(slope(mpf(x))) for x in GRID])
    step, tiny = GRID[1] - GRID[0], 1e-12
    jumps = {float(point) for point in facts["breakpoints"]}
    away = np.array([all(abs(x - p) > step for p in jumps) for x in GRID])
    low, high = float(facts["range"].inf), float(facts["range"].sup)
    if (y < low - tiny).any() or (y > high + tiny).any():
        yield "range: a value lies outside"
    far = [float(f(mpf(x))) for x in (-1e6, 1e6)]
    for end, found in ((low, min(y.min(), *far)), (high, max(y.max(), *far))):
        if np.isfinite(end) and abs(found - end) > COARSE:
            yield f"range: {end} is not approached"
    for place in np.flatnonzero(y[1:] * y[:-1] < 0):
        zeros = facts["zeros"].intersect(SEEN)
        inside = [GRID[place] <= float(zero) <= GRID[place + 1] for zero in zeros]
        if not any(inside) and all(abs(GRID[place] - p) > step for p in jumps):
            yield f"zeros: one near {GRID[place]} is missing"
    words = {name: str(facts[name]) for name in ("parity", "monotone", "convex")}
    even, odd = np.allclose(y, y[::-1]), np.allclose(y, -y[::-1])
    if words["parity"] != ("even" if even else "odd" if odd else "neither"):
        yield "parity"
    rises, falls = (np.diff(y) >= -tiny).all(), (np.diff(y) <= tiny).all()
    if rises != (words["monotone"] in RISING) or falls != (
        words["monotone"] in FALLING
    ):
        yield "monotone"
    bends = np.diff(y, 2)
    bowl, dome = (bends >= -tiny).all(), (bends <= tiny).all()
    if bowl != (words["convex"] in CONVEX) or dome != (words["convex"] in CONCAVE):
        yield "convex"
    x = Symbol("x", real=True)
    steepest = facts["lipschitz"]
    if facts["smoothness"] < 0:
        if steepest != oo:
            yield "lipschitz of a jump"
    elif steepest == oo:
        if max(abs(slope(mpf(far))) for far in (-1e6, 1e6)) < 1e3:
            yield "lipschitz: no slope is without end"
    elif not np.abs(d).max() - tiny <= float(steepest) <= np.abs(d).max() + COARSE:
        yield "lipschitz"
    is_steepest = lambdify(x, facts["steepest_at"].intersect(SEEN).as_relational(x))
    if (is_steepest(GRID) & (np.abs(d) < float(steepest) - tiny))[away].any():
        yield "steepest_at"
    is_flat = lambdify(x, facts["saturation"].as_relational(x))
    if (is_flat(GRID) != (np.abs(d) < 0.01))[away].any():
        yield "saturation"
    for value, far in zip(facts["limits"], (-1e4, 1e4), strict=True):
        seen = [f(far * mpf(k)) for k in (1, 2, 3)]
        if value is nan:
            right = max(seen) - min(seen) > 1e-3
        elif value.is_finite:
            right = abs(seen[0] - value) < 1e-3
        else:
            right = abs(seen[0]) > 1e3
        if not right:
            yield f"limits: {value}"
    for power, fact in ((1, "zero_centred"), (2, "gain")):
        nodes = [-30, -8, *sorted(jumps), 8, 30]
        mean = mpmath.quad(lambda t, p=power: f(t) ** p * mpmath.npdf(t), nodes)
        if power == 1 and bool(facts[fact]) != (abs(mean) < 1e-12):
            yield "zero_centred"
        if power == 2 and abs(float(facts[fact]) * float(mean) ** 0.5 - 1) > 1e-9:
            yield "gain"
    if Symbol("not worked out") in facts.values():
        yield "a fact that is not given"
