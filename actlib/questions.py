"""What an exercise asks for: right values, at points that can be checked by hand."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sympy import Expr, FiniteSet, Interval, Symbol, nan, oo

from .activation import Activation, Parameter, real_array
from .answers import (
    SEVERAL,
    Wrong,
    array,
    formula_values,
    function_values,
    in_symbols,
    is_formula,
    listed,
    nested,
    number,
    numbers_of,
    why_not_one_for_each,
)
from .blocks import Array
from .facts import NOT_WORKED_OUT
from .vector import VectorActivation

# Values of all parameters by name.
Case = dict[str, float]
Given = tuple[tuple[str, Expr], ...]

POINTS = np.array([-4, -2.5, -1.5, -1, -0.5, 0, 0.25, 0.75, 1, 2, 3.5])
# Whoever checks by hand begins here.
BY_HAND = (0, 1, -1, 2)
# All logits alike come late: too many mistakes are the same there.
LOGITS = np.array([[2, 1, 0], [1, 0, 0], [0, 0, 0], [2, -1, 0.5], [-3, 1.5, 1]])
# Where parameters left open are tried besides, if they may be that.
TRIED = (2, 0.5, -1.5, -0.75, 3)
ORDINALS = ("first", "second", "third", "fourth", "fifth")
ALLOWED = (
    "an activation function such as actlib.logistic, a formula, a number, or an array "
    "of numbers"
)


class Question(ABC):
    """The right values, at `points`, for each of the `cases` of the parameters."""

    points: Array
    cases: Sequence[Case] = ({},)
    # The points were given: they may lie where all values are tiny.
    chosen = False
    # How many axes the values have besides that of the points.
    axes = 0

    @property
    def is_number(self) -> bool:
        """Whether the right answer is one number."""
        return False

    @property
    def right_words(self) -> str:
        """What is said of a right answer."""
        if self.is_number:
            return "Right: that is the number."
        return "Right: it agrees at every point that was tried."

    @abstractmethod
    def right(self, case: Case) -> Array:
        """Return the right values, nan where there is none."""

    @abstractmethod
    def values(self, answer: Any) -> list[Array]:
        """Return the values of an answer for the first cases, or for all."""

    def derivative(self, order: int, case: Case) -> Array | None:
        """Return the values of f or a derivative of it; None where there is no f."""
        return None

    @abstractmethod
    def place(self, case: Case, index: tuple[int, ...]) -> str:
        """Return where a value stands, in words."""

    def has_gap(self, answer: Any, case: Case, index: tuple[int, ...]) -> bool:
        """Return whether an answer has a value there by algebra only, as x/x at 0."""
        return False

    def effort(self, index: tuple[int, ...]) -> Any:
        """Return how hard it is to check a value by hand."""
        return index

    def close(self, values: Array, others: Array) -> Any:
        """Return where values equal others: to 6 digits, next to 0 to 9 decimals."""
        near_0 = np.where(others == 0, 1e-9, 1e-300) if self.chosen else 1e-9
        with np.errstate(all="ignore"):
            return np.isclose(values, others, rtol=1e-6, atol=near_0)


class Numbers(Question):
    """A number, or an array of numbers."""

    def __init__(self, numbers: Array):
        self._numbers = numbers
        self.axes = numbers.ndim

    @property
    def is_number(self) -> bool:
        return not self.axes

    @property
    def right_words(self) -> str:
        numbers = "Right: these are the numbers."
        return super().right_words if self.is_number else numbers

    def right(self, case: Case) -> Array:
        return self._numbers

    def values(self, answer: Any) -> list[Array]:
        return [array(answer) if self._numbers.ndim else np.array(number(answer))]

    def place(self, case: Case, index: tuple[int, ...]) -> str:
        match index:
            case [k] if k < len(ORDINALS):
                return f"the {ORDINALS[k]} number"
            case [k]:
                return f"number {k + 1}"
            case [row, column]:
                return f"the number in row {row + 1} and column {column + 1}"
        return f"the number at {list(index)}"


class OfParameters(Question):
    """What depends on parameters: it is tried for several values of those left open."""

    argument = "x"

    def __init__(
        self, entry: Any, order: int, wrt: str | None, given: dict[str, Any]
    ) -> None:
        self.entry, self.order, self.wrt, self.given = entry, order, wrt, given
        entry.exact(given)  # each must be one number
        free = [p for name, p in entry.parameters.items() if name not in given]
        cases = [given, *(given | more for more in _tried(free))]
        self.cases = [self._numbers(entry.values_of(case)) for case in cases]

    def _numbers(self, values: dict[str, Any]) -> Case:
        parameters = self.entry.parameters
        return {name: float(parameters[name].check(v)) for name, v in values.items()}

    def place(self, case: Case, index: tuple[int, ...]) -> str:
        point = self.points[index[0]]
        at = f"({', '.join(f'{z:g}' for z in point)})" if point.ndim else f"{point:g}"
        values = [f"{name} = {value:g}" for name, value in case.items()]
        return "at " + ", ".join([f"{self.argument} = {at}", *values])


class OnTheLine(OfParameters):
    """A function of one number, or a derivative of it."""

    # Parameters without a value of their own, which a function cannot know.
    letters: Sequence[str] = ()

    def __init__(
        self,
        entry: Activation,
        order: int,
        wrt: str | None,
        given: dict[str, Any],
        points: ArrayLike | None,
    ) -> None:
        super().__init__(entry, order, wrt, given)
        self.argument = str(entry.x)
        if wrt is not None and order not in (0, 1):
            raise ValueError(f"order must be 1 together with wrt, not {order!r}")
        self.points = POINTS if points is None else _points(points, 1)
        self.chosen = points is not None
        if wrt is None:
            # One that exists for some values of the parameters only counts as none.
            exact = zip(given, entry.exact(given).values(), strict=True)
            self._formula = _derivative(entry, order, tuple(exact))
        self.right(self.cases[0])

    @property
    def symbol(self) -> Symbol:
        """The symbol of the derivative."""
        wrt = self.wrt
        return self.entry.x if wrt is None else self.entry.parameters[wrt].symbol

    @property
    def has_curve(self) -> bool:
        """Whether a picture of an answer makes sense."""
        return not (self.is_number or self.chosen)

    def effort(self, index: tuple[int, ...]) -> Any:
        x = float(self.points[index[0]])
        return x not in BY_HAND, abs(x), x < 0

    def right(self, case: Case, points: Array | None = None) -> Array:
        x = self.points if points is None else points
        if self.wrt is not None:
            return np.asarray(self.entry.grad(x, wrt=self.wrt, **case))
        values = numbers_of(self._formula, self.entry.symbols)(x, *case.values())
        return np.where(np.isinf(values), np.nan, values)

    def derivative(self, order: int, case: Case) -> Array:
        return self.values_of(_derivative(self.entry, order), case)

    def values_of(self, formula: Expr, case: Case) -> Array:
        """Return the values of a formula in the function's symbols."""
        symbols = self.entry.symbols
        return numbers_of(formula, symbols)(self.points, *case.values())

    @cached_property
    def is_number(self) -> bool:
        """Whether the right answer is the same for all x and all parameters."""
        values = np.concatenate([self.right(case, POINTS) for case in self.cases])
        values = values[np.isfinite(values)]
        return len(values) > 0 and bool((values == values[0]).all())

    def values(self, answer: Any) -> list[Array]:
        if is_formula(answer):
            try:
                return [self.at_points(answer, case) for case in self.cases]
            except Wrong as reason:
                raise Wrong(f"{reason}{self._about_unknown(answer)}") from reason
        if self.is_number and not callable(answer):
            return [np.full(self.points.shape, number(answer))]
        if self.letters and callable(answer):
            names = listed(self.letters)
            raise Wrong(f"A formula with {names} is asked for, not a function.")
        # Parameters have their defaults; only inputs are tried at several values.
        names, first = [p.name for p in self.entry.inputs], self.cases[0]
        cases = self.cases if names else [first]
        self.cases = [first | {name: case[name] for name in names} for case in cases]
        return [self._of_function(answer, case) for case in self.cases]

    def _of_function(self, answer: Any, case: Case) -> Array:
        values = self.at_points(answer, case)
        if values.shape != self.points.shape:
            raise Wrong(why_not_one_for_each(answer, self.points, values, self.given))
        exists = np.isfinite(self.entry(self.points, **case))
        lost = np.isnan(values) & np.isnan(self.right(case)) & exists
        if lost.any():
            there = self.place(case, (int(np.argmax(lost)),))
            kink = "There is no derivative there, but a network needs a number."
            raise Wrong(f"Not yet: your function returns nan {there}. {kink}")
        return values

    def at_points(self, answer: Any, case: Case, points: Array | None = None) -> Array:
        """Return the values of an answer, a formula or a function."""
        x = self.points if points is None else points
        if is_formula(answer):
            return formula_values(answer, self.entry.symbols, x, *case.values())
        inputs = {p.name: case[p.name] for p in self.entry.inputs}
        return function_values(answer, x, self.given | inputs, self.argument)

    def has_gap(self, answer: Any, case: Case, index: tuple[int, ...]) -> bool:
        if not is_formula(answer):
            return False
        numbers = (self.points[index[0]], *case.values())
        formula = in_symbols(answer, self.entry.symbols)
        there = formula.subs(dict(zip(self.entry.symbols, numbers, strict=True)))
        return there is nan and not formula.has(nan)

    def _about_unknown(self, answer: Any) -> str:
        """Return what helps if a formula is right with f(x) for an unknown name."""
        try:
            formula = in_symbols(answer, self.entry.symbols)
            (name,) = formula.free_symbols - {*self.entry.symbols}
            formula = formula.xreplace({name: self.entry.expr})
            for case in self.cases:
                values, right = self.values_of(formula, case), self.right(case)
                if not (self.close(values, right) | np.isnan(right)).all():
                    return ""
        except Exception:  # more than one name is unknown, or something else
            return ""
        what = f"{name} stands for f({self.argument})"
        return (
            f" It is right if {what}: write {name} = ... with that formula before it."
        )


class OfVectors(OfParameters):
    """A function of a vector, or the matrix of its derivatives, its Jacobian."""

    argument = "z"

    def __init__(
        self,
        entry: VectorActivation,
        order: int,
        given: dict[str, Any],
        points: ArrayLike | None,
    ) -> None:
        super().__init__(entry, order, None, given)
        if isinstance(order, bool) or order not in (0, 1):
            raise ValueError(f"order must be 0, or 1 for the Jacobian, not {order!r}")
        self.points = LOGITS if points is None else _points(points, 2)
        self.axes = 1 + order
        self.chosen = points is not None
        self.right(self.cases[0])

    def right(self, case: Case) -> Array:
        values = self.derivative(self.order, case)
        return np.where(np.isinf(values), np.nan, values)

    def derivative(self, order: int, case: Case) -> Array:
        if order > 1:
            return np.array(np.nan)
        function = self.entry.jacobian if order else self.entry
        return np.asarray(function(self.points, **case))

    def values(self, answer: Any) -> list[Array]:
        if isinstance(answer, SEVERAL) or is_formula(answer):
            return [self._formulas(answer, case) for case in self.cases]
        vectors = [
            function_values(answer, z, self.given, self.argument) for z in self.points
        ]
        shapes = {vector.shape for vector in vectors}
        if len(shapes) > 1:
            raise Wrong(f"The shape changes with the logits: {sorted(shapes)}.")
        return [np.array(vectors, dtype=float)]

    def _formulas(self, answer: Any, case: Case) -> Array:
        """Return the values of a vector or matrix of formulas in z_1, z_2, ..."""
        logits = self.entry.logits(self.points.shape[-1])
        symbols = (*logits, *(p.symbol for p in self.entry.parameters.values()))
        columns = [*self.points.T, *case.values()]
        parts = nested(answer, lambda part: formula_values(part, symbols, *columns))
        return np.moveaxis(np.array(parts), -1, 0)


def asked(
    wanted: Any,
    order: int,
    wrt: str | None,
    given: dict[str, Any],
    points: ArrayLike | None,
) -> Question:
    """Return the question; TypeError or ValueError if an argument of check is wrong."""
    if isinstance(wanted, VectorActivation):
        if wrt is not None:
            raise ValueError(f"wrt must be None for {wanted.name}, not {wrt!r}")
        return OfVectors(wanted, order, given, points)
    if isinstance(wanted, Expr) and wanted.free_symbols:
        formula = OnTheLine(_function(wanted), order, wrt, given, points)
        formula.letters = [p for p in formula.entry.parameters if p not in given]
        return formula
    if isinstance(wanted, Activation):
        return OnTheLine(wanted, order, wrt, given, points)
    if isinstance(wanted, FiniteSet) and len(wanted) == 1:
        (wanted,) = wanted
    if not (is_formula(wanted) or isinstance(wanted, SEVERAL)):
        raise TypeError(f"wanted must be {ALLOWED}; not {wanted!r}")
    if order or wrt is not None or given or points is not None:
        named = ["order"] * bool(order) + ["wrt"] * (wrt is not None) + [*given]
        named += ["points"] * (points is not None)
        raise ValueError(f"{named[0]} must not be given where numbers are asked for")
    try:
        return Numbers(array(wanted))
    except (Wrong, ValueError) as error:
        raise ValueError(f"wanted must be {ALLOWED}; not {wanted!r}") from error


@lru_cache(256, typed=True)
def _derivative(entry: Activation, order: int, given: Given = ()) -> Expr:
    return entry.diff(order, **dict(given))


@lru_cache(256)  # a learner tries more than once
def _function(formula: Expr) -> Activation:
    """Return a formula as a function: of x, or else of its first symbol."""
    if formula == NOT_WORKED_OUT:
        raise ValueError("wanted must be known, but this fact is not worked out")
    names = {symbol.name: symbol for symbol in formula.free_symbols}
    argument = "x" if "x" in names else min(names)
    others = [names[name] for name in sorted(names) if name != argument]
    try:
        parameters = [_parameter(symbol, 2 + k) for k, symbol in enumerate(others)]
        return Activation("The function", formula, parameters)
    except ValueError as error:
        raise ValueError(f"wanted must be {ALLOWED}: {error}") from error


def _parameter(symbol: Symbol, default: float) -> Parameter:
    """Return a parameter that is tried for values of the symbol's sign."""
    if symbol.is_nonnegative:
        domain = Interval.open(0, oo) if symbol.is_positive else Interval(0, oo)
        return Parameter(symbol, default, 0.5, 1 + default, 0.5, domain=domain)
    return Parameter(symbol, default, -1 - default, 1 + default, 0.5)


def _tried(parameters: Sequence[Parameter]) -> Iterator[Case]:
    """Yield values for parameters left open.

    No two have the same value each time: so none is taken for another.
    """
    values = {p.name: _allowed(p) for p in parameters}
    for turn in range(len(TRIED) if parameters else 0):
        places = enumerate(values.items(), turn)
        yield {name: those[place % len(those)] for place, (name, those) in places}


def _allowed(parameter: Parameter) -> Sequence[float]:
    low, high = float(parameter.domain.inf), float(parameter.domain.sup)
    allowed = [value for value in TRIED if low < value < high]
    return allowed if len(allowed) > 1 else (parameter.low, parameter.high)


def _points(given: ArrayLike, ndim: int) -> Array:
    """Return the points to be tried, as an array of that many axes, or an error."""
    points = np.array(real_array("points", given), dtype=float, ndmin=ndim)
    if points.ndim != ndim or not points.size or not np.isfinite(points).all():
        kind = "numbers" if ndim == 1 else "vectors"
        raise ValueError(f"points must be a list of finite {kind}, not {given!r}")
    return points
