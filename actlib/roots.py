"""Where a smooth formula is 0, proved by interval arithmetic.

The line is cut into boxes. The enclosure of a formula on a box holds all its values
there: a box whose enclosure leaves out 0 has no root. A box on which the derivative has
one sign, and the formula two, has one root. Every other box is cut in two. Source:
R. E. Moore, *Interval Analysis*, Prentice-Hall (1966).
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np
import sympy
from mpmath import iv, mpf
from sympy import (
    EmptySet,
    Expr,
    FiniteSet,
    Float,
    Interval,
    Mul,
    Pow,
    Rational,
    S,
    Set,
    Symbol,
    Union,
)
from sympy.functions.elementary.trigonometric import TrigonometricFunction
from sympy.polys.polyerrors import BasePolynomialError

from .blocks import BLOCKS, stable, unwieldy, written_out
from .digits import Function, compiled, mpmath_code, precise
from .limits import NotWorkedOut
from .pieces import derivative

# Roots are likely at round numbers: those shall not be ends of boxes.
EDGES = np.linspace(-300.37, 300.71, 257)
SHARE = 0.4831
SMALLEST_BOX = 1e-6
MOST_BOXES = 3000
MOST_ROOTS = 10
VANISHING = 1e-280
# More than rounding can do to a function of mpmath's.
SLACK = iv.mpf([1 - 1e-14, 1 + 1e-14])


def _bounds(formula: Expr, x: Symbol) -> Callable[[float, float], Any]:
    """Return a function of a box: an interval that holds all values of a formula."""
    function = compiled((x,), formula, _interval_code())

    def bounds(low: float, high: float) -> Any:
        try:
            return iv.convert(function(iv.mpf([low, high])))
        except iv.ComplexResult:  # the formula is not real everywhere
            return iv.mpf([-mpmath.inf, mpmath.inf])

    return bounds


@lru_cache
def _interval_code() -> list[object]:
    """Return the modules of functions of intervals, those of the blocks among them."""
    numbers = vars(mpmath) | mpmath_code()[0]
    rising = ["exp", "tanh", "sinh", "asinh", "atan"]
    rising += [block.__name__ for block in BLOCKS if block.increasing]
    even = ["cosh", *(block.__name__ for block in BLOCKS if not block.increasing)]
    code = {name: getattr(iv, name) for name in ("log", "sqrt", "sin", "cos", "pi")}
    code |= {name: _of_ends(numbers[name]) for name in rising}
    code |= {name: _of_ends(numbers[name], even=True) for name in even}
    code["mpf"] = lambda number: iv.mpf(mpf(number)) * SLACK
    return [code, "mpmath"]


def _of_ends(function: Function, even: bool = False) -> Callable[[Any], Any]:
    """Return a function of intervals, from one that only rises or only falls.

    One that is `even` does so on either side of 0.
    """

    def of_interval(u: Any) -> Any:
        u = abs(iv.convert(u)) if even else iv.convert(u)
        ends = function(mpf(u.a)), function(mpf(u.b))
        return iv.mpf([min(ends), max(ends)]) * SLACK

    return of_interval


@lru_cache(4096)
def roots(formula: Expr, x: Symbol, domain: Interval) -> tuple[Set, Interval]:
    """Return where `formula` is 0 on `domain`, and the stretch for which that is so.

    The stretch is all of the domain, unless the proof leaves its far ends open. Raises
    NotWorkedOut where nobody can tell.
    """
    if formula == 0:
        return domain, domain
    points, stretch = EmptySet, domain
    for factor in Mul.make_args(sympy.factor_terms(formula)):
        if _never_zero(factor):
            continue
        pole = isinstance(factor, Pow) and factor.exp.is_negative
        found, searched = _roots_of_factor(factor.base if pole else factor, x, domain)
        if pole and found is not EmptySet:
            raise NotWorkedOut(f"{formula} has poles")
        points = Union(points, found)
        stretch = Interval(
            sympy.Max(stretch.start, searched.start),
            sympy.Min(stretch.end, searched.end),
        )
    return points, stretch


def _never_zero(factor: Expr) -> bool:
    """Whether a factor is positive wherever it is defined."""
    if isinstance(factor, Pow) and not factor.exp.has(*factor.base.free_symbols):
        return _never_zero(factor.base)
    return bool(factor.is_positive) or isinstance(factor, sympy.exp)


def _roots_of_factor(factor: Expr, x: Symbol, domain: Interval) -> tuple[Set, Interval]:
    if not factor.has(x):
        return EmptySet, domain
    if factor.is_rational_function(x):
        factor = sympy.expand(sympy.numer(sympy.together(factor)))
        if not factor.has(x):
            return EmptySet, domain
    if factor.has(TrigonometricFunction):
        factor = sympy.trigsimp(factor)
    exact = _solved(factor, x, domain)
    if exact is not None:
        return exact, domain
    with mpmath.workdps(30):
        found = _search(stable(factor), x, domain)
    if found is None:
        raise NotWorkedOut(f"the roots of {factor}")
    return found


def _solved(factor: Expr, x: Symbol, domain: Interval) -> Set | None:
    """Return the roots of a polynomial in one function of x by algebra, or None."""
    symbols = {power: sympy.Dummy(positive=True) for power in unwieldy(factor)}
    powers = {symbol: power for power, symbol in symbols.items()}
    try:
        polynomial = sympy.Poly(factor.xreplace(symbols))
    except BasePolynomialError:
        return None
    functions = [part for part in polynomial.gens if part.has(x) or part in powers]
    if len(functions) != 1 or polynomial.total_degree() > 4:
        return None
    _, factors = polynomial.factor_list()
    if any(part.total_degree() > 2 for part, _ in factors):
        return None
    (function,) = functions
    y = sympy.Dummy("y", real=True)
    try:
        levels = sympy.solveset(
            polynomial.as_expr().xreplace({function: y}), y, S.Reals
        )
        inner = powers.get(function, written_out(function))
        equations = [inner - level for level in levels]
        found = Union(*(sympy.solveset(e, x, S.Reals) for e in equations))
    except Exception:  # SymPy gives up in many ways
        return None
    if isinstance(found, FiniteSet):
        inside = [point for point in found if domain.contains(point) == sympy.true]
        return FiniteSet(*inside)
    endless = found.has(sympy.ImageSet) and domain == S.Reals
    return found if found is EmptySet or endless else None


@lru_cache(4096)
def _search(formula: Expr, x: Symbol, domain: Interval) -> tuple[Set, Interval] | None:
    """Return the roots on the domain, and the stretch for which there are no others.

    None if they are too many, or too near, or the derivative is 0 at one: several facts
    ask, and it takes its time to find out.
    """
    value, slope = _bounds(formula, x), _bounds(stable(derivative(formula, x)), x)
    boxes = [(float(domain.start), float(domain.end))]
    left_open, crossed = [], []
    for low, high in boxes:
        y = value(low, high)
        if 0 not in y:
            continue
        edges = EDGES[(low < EDGES) & (high > EDGES)].tolist()
        if edges:
            middle = edges[len(edges) // 2]
            boxes += [(low, middle), (middle, high)]
        # Neither what goes on for ever nor what vanishes can be cut to an end.
        elif math.isinf(high - low) or abs(y) < VANISHING:
            left_open.append((low, high))
        elif 0 not in slope(low, high):
            signs = [_sign(formula, x, end, domain) for end in (low, high)]
            if signs[0] * signs[1] < 0:
                crossed.append((low, high))
        elif high - low > SMALLEST_BOX and len(boxes) < MOST_BOXES:
            middle = low + SHARE * (high - low)
            boxes += [(low, middle), (middle, high)]
        else:
            return None
    stretch = _searched(left_open, domain)
    if stretch != domain and len(crossed) > MOST_ROOTS:
        return None  # they may be without end
    found = FiniteSet(*(_polished(formula, x, *box) for box in crossed))
    return found.intersect(stretch), stretch


def _searched(left_open: Sequence[tuple[float, float]], domain: Interval) -> Interval:
    """Return the domain without the boxes that the proof left open at its far ends."""
    start, end = domain.start, domain.end
    for low, high in left_open:
        if high <= 0:
            start = sympy.Max(start, math.ceil(high))
        elif low >= 0:
            end = sympy.Min(end, math.floor(low))
        else:
            raise NotWorkedOut("a formula vanishes around 0")
    return Interval(start, end, domain.left_open, domain.right_open)


def _sign(formula: Expr, x: Symbol, end: float, domain: Interval) -> int:
    """Return the sign at the end of a box; 0 only at an end of the domain."""
    borders = [border for border in domain.boundary if float(border) == end]
    if any(sympy.simplify(formula.subs(x, border)) == 0 for border in borders):
        return 0
    sign = int(mpmath.sign(precise((x,), formula)(end)))
    if sign == 0 and not borders:
        raise NotWorkedOut(f"a root of {formula} on the edge of two boxes")
    return sign


def _polished(formula: Expr, x: Symbol, low: float, high: float) -> Expr:
    """Return the one root in a box: exact if it is a simple fraction."""
    with mpmath.workdps(40):
        function = precise((x,), formula)
        root = _bracketed(function, low, high)
        simple = Rational(str(mpmath.nstr(root, 30))).limit_denominator(1000)
        near = abs(float(simple) - float(root)) < 1e-15 * (1 + abs(float(root)))
        if near and formula.subs(x, simple) == 0:
            return simple
        return Float(root, 20)


def _bracketed(function: Callable[..., mpf], low: float, high: float) -> mpf:
    """Return the root of a function between two places where its signs differ."""
    ends = tuple(map(mpf, (low, high)))
    near = mpmath.findroot(function, ends, solver="bisect", maxsteps=30, verify=False)
    root = mpmath.findroot(function, near, solver="secant", verify=False)
    near = (1 + abs(root)) * mpf(10) ** -20
    signs = [mpmath.sign(function(place)) for place in (root - near, root + near)]
    if signs[0] * signs[1] > 0:
        raise NotWorkedOut(f"the digits of a root near {float(root)}")
    return root
