"""NumPy functions from formulas: fast where that was tried and found right.

A formula in block form is compiled to NumPy. Then it is tried: at a few dozen points,
for a few values of the parameters, its results are compared with those of many digits.
Between points where they agree it is trusted; elsewhere, and at ±∞, each number is
worked out from the definition, with as many digits as it takes.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from typing import Any, SupportsFloat

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray
from sympy import (
    Expr,
    FiniteSet,
    Function,
    Interval,
    Max,
    Min,
    Piecewise,
    Symbol,
    nan,
    oo,
)

from .blocks import BLOCKS, Array, stable, unwieldy
from .digits import compiled, mpmath_code, precise
from .limits import NotWorkedOut, limit
from .pieces import Branch, Formula, Piece, derivative, fraction

# A function is tried at 0 and these: 1 + e⁻ˣ is 1 from about 36.7 on, eˣ is ∞ at 709.8.
SIZES = [
    *(1e-12, 1e-9, 1e-7, 1e-5, 1e-3, 0.01, 0.1, 0.4, 0.7, 1.1, 1.6, 2.3, 3.4, 5, 7),
    *(10, 20, 36.7, 50, 100, 300, 600, 709.8, 745, 1000, 1e4),
]
TRIED = np.array(sorted([0, *SIZES, *np.negative(SIZES)]))
EXTREME = np.array([-np.inf, np.inf, -1.7e308, 1.7e308, 5e-324, -5e-324])
TOLERANCE = 2e-13
SMALLEST = 1e-300


class indicator(Function):
    """1 where the condition, its argument, holds; 0 elsewhere."""


def _of_product(
    wave: Callable[[Array], Array], slope: Callable[[Array], Array]
) -> Callable[[Array, Array], Array]:
    """Return wave(u·v) as a function of u and v; `slope` is the wave's derivative.

    What u·v loses by rounding is made good: far out that is much.
    """

    def of_product(u: Array, v: Array) -> Array:
        product = u * v
        lost = _lost(u, v, product)
        if not lost.any():
            return wave(product)
        return wave(product) + lost * slope(product)

    return of_product


def _lost(u: Array, v: Array, product: Array) -> Array:
    """Return u·v − product, by Dekker's algorithm: DOI 10.1007/BF01397083."""
    (a, b), (c, d) = _halves(u), _halves(v)
    return b * d - (((product - a * c) - b * c) - a * d)


def _halves(x: Array) -> tuple[Array, Array]:
    """Return the first 26 binary digits of each number, and the rest."""
    bits = np.asarray(x, dtype=np.float64).view(np.int64)
    high = (bits & -(1 << 27)).view(np.float64)
    return high, x - high


class sin_of_product(Function):
    """sin(u·v)."""

    numpy = staticmethod(_of_product(np.sin, np.cos))


class cos_of_product(Function):
    """cos(u·v)."""

    numpy = staticmethod(_of_product(np.cos, lambda product: -np.sin(product)))


WAVES: dict[type, Any] = {sympy.sin: sin_of_product, sympy.cos: cos_of_product}


def exact_waves(expression: Expr) -> Expr:
    """Return `expression` with waves of a product that know what it loses."""
    products = {
        wave: WAVES[wave.func](*wave.args[0].as_two_terms())
        for wave in expression.atoms(*WAVES)
        if isinstance(wave.args[0], sympy.Mul)
    }
    return expression.xreplace(products)


def from_the_last(function: Callable[[Any, Any], Any], values: Sequence[Any]) -> Any:
    """Return `function` of the last two values, of that and the third last, and so on.

    SymPy puts numbers first, and NumPy's maximum(x, 0) is three times as fast as
    maximum(0, x).
    """
    return reduce(function, reversed(values))


class Logical:
    """NumPy's `and` or `or` of tests whose arrays have different shapes."""

    def __init__(self, function: np.ufunc):
        self.function = function

    def reduce(self, tests: Sequence[Any]) -> Any:
        return reduce(self.function, tests)


NUMPY = [
    {block.__name__: block.numpy for block in BLOCKS}
    | {wave.__name__: wave.numpy for wave in WAVES.values()}
    | {"indicator": np.float64, "reduce": from_the_last}
    | {"logical_and": Logical(np.logical_and), "logical_or": Logical(np.logical_or)},
    "numpy",
]


class NumpyFunction:
    """A function of x and the parameters that computes a formula, or a derivative.

    nan in x gives nan, ±inf the limit, or nan where there is none, and no warning is
    given. All is computed in float64; the dtype of the result is that of x, which may
    be float64, float32 or float16; anything else gives float64. At a joint a derivative
    is that from the left.
    """

    def __init__(self, formula: Formula, order: int = 0, wrt: str | None = None):
        self.formula, self.order = formula, order
        names = {symbol.name: symbol for symbol in formula.parameters}
        self.symbol = formula.x if wrt is None else names[wrt]
        self.arguments = (formula.x, *formula.parameters)
        # 1^∞ and ∞⁰ are 1 for NumPy, and a test of cases that has no limit is false.
        self.indeterminate = formula.uncut or any(
            power.base.has(formula.x) and power.exp.has(formula.x)
            for branch in formula.branches
            for power in branch.formula.atoms(sympy.Pow)
        )
        self._derivative_of: Callable[..., Expr] = derivative
        with np.errstate(all="ignore"):
            self.fast, self.failures = self._compiled_and_tried()
            if order and len(self.failures):
                as_derived = self.fast, self.failures
                self._derivative_of = _as_one_fraction
                self.fast, self.failures = self._compiled_and_tried()
                if len(self.failures) >= len(as_derived[1]):
                    self._derivative_of = derivative
                    self.fast, self.failures = as_derived
            self.trusted = not len(self.failures) and self._keeps_extremes()

    @np.errstate(all="ignore")
    def __call__(self, x: np.ndarray, *values: Array | float) -> Any:
        dtype = x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)
        x = x.astype(np.float64, copy=False)
        result = np.asarray(self.fast(x, *values), dtype=np.float64)
        shape = np.broadcast_shapes(x.shape, *map(np.shape, values))
        if result.shape != shape or np.may_share_memory(result, x):
            result = np.array(np.broadcast_to(result, shape))
        if not self.trusted:
            self._mend(result, x, values)
        return result.astype(dtype, copy=False)[()]

    def _mend(self, result: Array, x: Array, values: Sequence[Array | float]) -> None:
        """Put right, in place, what the fast way may have got wrong."""
        usual = np.isfinite(x).all() and np.isfinite(result).all()
        if usual and not len(self.failures):
            return
        x, *values = np.broadcast_arrays(x, *values)
        unknown = np.isnan(x)
        result[unknown] = np.nan
        for value in values:  # what NumPy makes of an input that is nan or infinite
            unknown = unknown | ~np.isfinite(value)
        doubtful = np.isnan(result)
        if self.indeterminate:
            doubtful |= np.isinf(x)
        if len(self.failures):
            gap = np.searchsorted(TRIED, x)  # between which points x lies
            doubtful |= np.isin(gap, [*self.failures, *(self.failures + 1)])
        for index in map(tuple, np.argwhere(doubtful & ~unknown)):
            place = [float(array[index]) for array in (x, *values)]
            result[index] = self.slow(*place)

    # The fast way

    def _compiled_and_tried(self) -> tuple[Callable[..., Array], NDArray[np.intp]]:
        """Return the fast way, and where it fails: points of TRIED, by index.

        Next to them it is not trusted.
        """
        fast = self._compiled()
        wrong = [self._wrong(fast, values) for values in self.formula.samples]
        return fast, np.flatnonzero(np.any(wrong, axis=0))

    def _derivative(self, branch: Branch | Piece) -> Expr:
        return stable(self._derivative_of(branch.formula, self.symbol, self.order))

    def _compiled(self) -> Callable[..., Array]:
        expression = self._as_a_sum()
        if expression is not None:
            return compiled(self.arguments, exact_waves(expression), NUMPY)
        side = sympy.Dummy("side")
        cases = [
            (self._derivative(branch), branch.test.xreplace({self.formula.x: side}))
            for branch in self.formula.branches
        ]
        expression = Piecewise(*cases, (nan, True), evaluate=False)
        function = compiled((side, *self.arguments), exact_waves(expression), NUMPY)
        cuts = [
            compiled(self.formula.parameters, cut, NUMPY) for cut in self.formula.cuts
        ]

        def fast(x: Array, *values: Array) -> Array:
            place = x
            if self.order:
                for cut in cuts:
                    place = np.where(x == cut(*values), _left_of(x), place)
            return function(place, x, *values)

        return fast

    def _as_a_sum(self) -> Expr | None:
        """Return the formula as a sum of pieces that stand still beyond their interval.

        So no value has to be chosen point by point, which is slow. A piece that does
        not come to rest at 0 is multiplied by 1 or 0. None where a piece has no finite
        value at an end, or where the ends depend on parameters.
        """
        x, tests = self.formula.x, [branch.test for branch in self.formula.branches]
        if self.formula.uncut or any(t.free_symbols - {x} for t in tests):
            return None
        pieces = self.formula.pieces({}, {})
        if len(pieces) == 1:
            return self._derivative(pieces[0].branch)
        terms = []
        for piece in pieces:
            if isinstance(piece.domain, FiniteSet) or piece.formula is nan:
                return None
            low, high = piece.domain.inf, piece.domain.sup
            domain = Interval(low, high, True) if self.order else piece.domain
            term = self._derivative(piece.branch)
            rest = [term.subs(x, end) for end in (low, high) if end.is_finite]
            if not all(value.is_finite for value in rest):
                return None
            term = term.subs(x, Min(Max(x, low), high))
            if any(rest):
                term *= indicator(domain.as_relational(x))
            terms.append(term)
        return sympy.Add(*terms)

    # The slow way

    def slow(self, x: float, *values: float) -> float:
        """Return the value at one x, worked out from the definition."""
        if np.isnan(x):
            return x
        if np.isinf(x):
            return _limit(self, oo if x > 0 else -oo, values)
        return _by_definition(self, x, values)

    def _wrong(
        self, function: Callable[..., Array], values: Sequence[float]
    ) -> NDArray[np.bool]:
        """Return at which of the points that are tried a fast way is wrong."""
        fast = np.broadcast_to(function(TRIED, *values), TRIED.shape).astype(float)
        right = np.array([self.slow(x, *values) for x in TRIED.tolist()])
        tiny = (np.abs(fast) < SMALLEST) & (np.abs(right) < SMALLEST)
        near = np.abs(fast - right) <= TOLERANCE * np.abs(right)
        # Where it gives nan, the slow way is taken in any case.
        return ~(near | tiny | (fast == right) | np.isnan(fast))

    def _keeps_extremes(self) -> bool:
        """Whether nan stays nan and nothing else becomes nan, ±∞ included."""
        if self.formula.parameters or self.indeterminate:
            return False
        keeps_nan = np.isnan(self.fast(np.array(np.nan)))
        return bool(keeps_nan and not np.isnan(self.fast(EXTREME)).any())


@lru_cache(1024)
def numpy_function(
    formula: Formula, order: int = 0, wrt: str | None = None
) -> NumpyFunction:
    """Return the NumPy function of a formula or of a derivative, tried out once."""
    return NumpyFunction(formula, order, wrt)


@lru_cache(1024)
def piece_function(
    formula: Formula, branch: Branch, order: int
) -> Callable[..., Array]:
    """Return a fast function of one branch of a formula, for pictures."""
    expression = stable(derivative(branch.formula, formula.x, order))
    function = compiled((formula.x, *formula.parameters), expression, NUMPY)

    @np.errstate(all="ignore")
    def values(x: ArrayLike, *parameters: float) -> Array:
        x = np.asarray(x, dtype=float)
        return np.array(np.broadcast_to(function(x, *parameters), x.shape), dtype=float)

    return values


def _as_one_fraction(formula: Expr, symbol: Symbol, order: int) -> Expr:
    """Return a derivative as one fraction, in which differences may cancel exactly."""
    found = derivative(formula, symbol, order)
    return found if unwieldy(found) else sympy.together(found)


def _left_of(x: Array | float) -> Array | np.float64:
    """Return a number left of x, but not so near to 0 that a test cannot tell."""
    return np.minimum(np.nextafter(x, -np.inf), x - SMALLEST)


@lru_cache(4096)
def _tests(
    function: NumpyFunction,
) -> tuple[list[Callable[..., bool]], list[Callable[..., SupportsFloat]]]:
    """Return the branches' tests, and the cuts, as functions of mpmath's numbers."""
    formula = function.formula
    code = mpmath_code()
    tests = (branch.test for branch in formula.branches)
    tests = [compiled(function.arguments, test, code) for test in tests]
    return tests, [compiled(formula.parameters, cut, code) for cut in formula.cuts]


@lru_cache(20_000)
def _by_definition(
    function: NumpyFunction, x: float, values: tuple[float, ...]
) -> float:
    """Return the value at a finite x."""
    tests, cuts = _tests(function)
    place = x
    if function.order and any(float(cut(*values)) == x for cut in cuts):
        place = float(_left_of(x))
    for branch, test in zip(function.formula.branches, tests, strict=True):
        if _true(test, place, *values):
            formula = derivative(branch.formula, function.symbol, function.order)
            value = float(precise(function.arguments, formula)(x, *values))
            if np.isnan(value) and function.symbol == function.formula.x:
                return _left_limit(function, formula, x, values)
            return value
    return np.nan


def _true(test: Callable[..., bool], *numbers: float) -> bool:
    try:
        return test(*numbers)
    except (TypeError, ValueError, ZeroDivisionError):  # numbers that are not real
        return False


def _left_limit(
    function: NumpyFunction, formula: Expr, x: float, values: Sequence[float]
) -> float:
    """Return a derivative where its formula has no value, but the function has."""
    if function.order == 0:
        return np.nan
    if np.isnan(numpy_function(function.formula).slow(x, *values)):
        return np.nan
    given, point = _given(function.formula, values), fraction(x)
    try:
        return float(limit(formula.xreplace(given), function.formula.x, point, "-"))
    except (NotWorkedOut, TypeError, OverflowError):
        return np.nan


def _given(formula: Formula, values: Sequence[float]) -> dict[Symbol, Expr]:
    exact = map(fraction, values)
    return dict(zip(formula.parameters, exact, strict=True))


def _limit(function: NumpyFunction, end: Expr, values: Sequence[float]) -> float:
    """Return the limit at ±∞, or nan where there is none."""
    formula = function.formula
    given = _given(formula, values)
    piece = formula.pieces(given, given)[0 if end == -oo else -1]
    found = function._derivative(piece.branch).xreplace(given)
    try:
        return float(limit(found, formula.x, end, "-" if end == oo else "+"))
    except (NotWorkedOut, TypeError):
        return np.nan
