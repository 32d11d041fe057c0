"""Where a smooth formula is 0, proved by interval arithmetic.

The line is cut into boxes. The enclosure of a formula on a box holds all its values
there: a box whose enclosure leaves out 0 has no root. A box on which the derivative has
one sign, and the formula two, has one root. Every other box is cut in two. Source:
R. E. Moore, *Interval Analysis*, Prentice-Hall (1966).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import mpmath
import numpy as np
import sympy
from mpmath import mpf
from numpy.typing import NDArray
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

from .blocks import BLOCKS, Array, stable, unwieldy, written_out
from .digits import precise
from .limits import NotWorkedOut
from .pieces import derivative

Bounds = tuple[Array, Array]

# Roots are likely at round numbers: those shall not be ends of boxes.
EDGES = np.array([-np.inf, *np.linspace(-300.37, 300.71, 257), np.inf])
SHARE = 0.4831
SMALLEST_BOX = 1e-6
MOST_BOXES = 20_000
MOST_ROOTS = 10
VANISHING = 1e-280
# More than rounding can do to one operation, or to one function of NumPy's.
SLACK, LEAST = 1e-14, 1e-300

RISING: dict[type, Callable[[Array], Array]] = {
    **{sympy.exp: np.exp, sympy.log: np.log, sympy.tanh: np.tanh, sympy.sinh: np.sinh},
    **{sympy.asinh: np.arcsinh, sympy.acosh: np.arccosh, sympy.atanh: np.arctanh},
    **{sympy.asin: np.arcsin, sympy.atan: np.arctan},
    **{block: block.numpy for block in BLOCKS if block.increasing},
}
EVEN = {sympy.cosh: np.cosh} | {b: b.numpy for b in BLOCKS if not b.increasing}


def enclosure(formula: Expr, x: Symbol, low: Array, high: Array) -> Bounds:
    """Return bounds of `formula` on boxes [low, high]; nan where it is undefined.

    Raises NotWorkedOut for a function whose bounds are not known.
    """

    def of(part: Expr) -> Bounds:
        return enclosure(part, x, low, high)

    if formula == x:
        return low, high
    if not formula.has(x):
        number = np.full_like(low, float(formula))
        return _wider(number, number)
    if isinstance(formula, sympy.Add):
        lows, highs = zip(*map(of, formula.args), strict=True)
        return _wider(np.sum(lows, axis=0), np.sum(highs, axis=0))
    if isinstance(formula, sympy.Mul):
        bounds = of(formula.args[0])
        for part in formula.args[1:]:
            bounds = _extremes(*_products(bounds, of(part)))
        return bounds
    if isinstance(formula, sympy.Pow):
        return _power(formula, of)
    (argument,) = formula.args
    ends = of(argument)
    if isinstance(formula, sympy.sin | sympy.cos):
        shift = np.pi / 2 if isinstance(formula, sympy.cos) else 0
        return _wave(*(end + shift for end in ends))
    if formula.func in RISING:
        bounds = _extremes(*map(RISING[formula.func], ends))
    elif formula.func in EVEN:
        bounds = _extremes(*map(EVEN[formula.func], _sizes(*ends)))
    else:
        raise NotWorkedOut(f"bounds of {formula.func}")
    return _not_negative(bounds) if formula.is_positive else bounds


def _wider(low: Array, high: Array) -> Bounds:
    return low - SLACK * np.abs(low) - LEAST, high + SLACK * np.abs(high) + LEAST


def _not_negative(bounds: Bounds) -> Bounds:
    return np.maximum(bounds[0], 0), bounds[1]


def _extremes(*values: Array) -> Bounds:
    return _wider(np.minimum.reduce(values), np.maximum.reduce(values))


def _products(first: Bounds, second: Bounds) -> Iterator[Array]:
    for a in first:
        for b in second:
            # ∞ is only the end of a box: 0·∞ is 0.
            yield np.where((a == 0) | (b == 0), 0, a * b)


def _sizes(low: Array, high: Array) -> Bounds:
    """Return the bounds of |u|."""
    small, large = np.minimum(abs(low), abs(high)), np.maximum(abs(low), abs(high))
    return np.where((low < 0) & (high > 0), 0, small), large


def _power(formula: Expr, of: Callable[[Expr], Bounds]) -> Bounds:
    base, exponent = formula.args
    if exponent.has(*base.free_symbols):
        return of(sympy.exp(exponent * sympy.log(base), evaluate=False))
    low, high = of(base)
    if exponent.is_negative:  # of a base that is not 0
        low, high = np.where((low <= 0) & (high >= 0), np.nan, [1 / high, 1 / low])
    if exponent.is_even:
        low, high = _sizes(low, high)
    elif not exponent.is_odd:
        nonnegative = base.is_nonnegative
        low = np.maximum(low, 0) if nonnegative else np.where(low < 0, np.nan, low)
    size = abs(float(exponent))
    ends = (np.sign(end) * abs(end) ** size for end in (low, high))
    return _extremes(*ends) if exponent.is_odd else _not_negative(_extremes(*ends))


def _wave(low: Array, high: Array) -> Bounds:
    """Return the bounds of the sine."""
    turn = 2 * np.pi

    def crosses(place: float) -> NDArray[np.bool]:
        return np.floor((high - place) / turn) > np.floor((low - place) / turn)

    wide = ~(high - low < turn)
    least, most = _extremes(np.sin(low), np.sin(high))
    bottom, top = crosses(-np.pi / 2 - SLACK * 1e3), crosses(np.pi / 2 - SLACK * 1e3)
    return np.where(wide | bottom, -1, least), np.where(wide | top, 1, most)


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
    with np.errstate(all="ignore"):
        found, stretch = _search(stable(factor), x, domain)
    return FiniteSet(*found), stretch


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


def _search(formula: Expr, x: Symbol, domain: Interval) -> tuple[list[Expr], Interval]:
    """Return the roots on the domain, and the stretch for which there are no others."""
    slope = stable(derivative(formula, x))
    boxes = _first_boxes(domain)
    number, left_open, monotone, small = 0, [], [], []
    while len(boxes):
        number += len(boxes)
        if number > MOST_BOXES:
            problem = "they are too many, or too near"
            raise NotWorkedOut(f"the roots of {formula}: {problem}")
        fates = _fates(formula, slope, x, *boxes.T)
        left_open += boxes[fates == "left open"].tolist()
        monotone += boxes[fates == "monotone"].tolist()
        small += boxes[fates == "small"].tolist()
        boxes = _cut(*boxes[fates == "to be cut"].T)
    crossed = [box for box in monotone if _changes_sign(formula, x, box, domain)]
    stretch = _searched(left_open, domain)
    if stretch != domain and len(crossed) > MOST_ROOTS:
        raise NotWorkedOut(f"the roots of {formula}: they may be without end")
    found = [_polished(formula, x, *box) for box in crossed]
    for low, high in small:
        found += _touching(formula, x, low, high, domain)
    return [root for root in set(found) if stretch.contains(root)], stretch


def _first_boxes(domain: Interval) -> Array:
    """Return rows [low, high] that cover the domain."""
    start, end = float(domain.start), float(domain.end)
    edges = [start, *EDGES[(start < EDGES) & (end > EDGES)], end]
    return np.array([edges[:-1], edges[1:]]).T


def _cut(low: Array, high: Array) -> Array:
    """Return the rows of the two parts of each box."""
    middle = low + SHARE * (high - low)
    return np.array([[*low, *middle], [*middle, *high]]).T


def _fates(
    formula: Expr, slope: Expr, x: Symbol, low: Array, high: Array
) -> NDArray[np.str_]:
    """Return what becomes of each box: the first of these words that fits it."""
    least, most = enclosure(formula, x, low, high)
    falls_or_rises = _has_one_sign(*enclosure(slope, x, low, high))
    # Neither what goes on for ever nor what underflows can be cut to an end.
    endless = np.isinf(low) | np.isinf(high)
    vanishing = np.maximum(abs(least), abs(most)) < VANISHING
    words = {
        "without root": _has_one_sign(least, most),
        "left open": endless | vanishing,
        "monotone": falls_or_rises,
        "small": high - low < SMALLEST_BOX,
    }
    return np.select([*words.values()], [*words], "to be cut")


def _has_one_sign(least: Array, most: Array) -> NDArray[np.bool]:
    return (least > 0) | (most < 0)


def _changes_sign(
    formula: Expr, x: Symbol, box: Sequence[float], domain: Interval
) -> bool:
    """Whether a formula that rises or falls on a box has a root inside."""
    first, last = (_sign(formula, x, end, domain) for end in box)
    return first * last < 0


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


def _touching(
    formula: Expr, x: Symbol, low: float, high: float, domain: Interval
) -> list[Expr]:
    """Return the root in a small box where the derivative vanishes too, if it has one.

    It is at a simple fraction, or at an end of the domain, where the formula and its
    first derivatives are exactly 0, while the next one has one sign on the box.
    """
    candidates = {border for border in domain.boundary if low <= border <= high}
    middle = Rational((low + high) / 2).limit_denominator(1000)
    candidates |= {middle} if low <= middle <= high else set()
    box = np.array([low]), np.array([high])
    for point in candidates:
        slope = formula
        for _ in range(3):
            if slope.subs(x, point) != 0:
                break
            slope = stable(derivative(slope, x))
            least, most = enclosure(slope, x, *box)
            if least > 0 or most < 0:
                return [point] if point in domain else []
    raise NotWorkedOut(f"a root of {formula} near {low}")
