"""The usual mistakes: what answers they lead to, and what the reply says then.

A mistake is named only if it explains every value of an answer that was tried.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from sympy import Basic, Dummy, Expr, Function, Mul, Piecewise, Pow, Symbol, nan
from sympy import preorder_traversal as parts_of

from .blocks import Array
from .pieces import derivative
from .questions import Case, OfVectors, OnTheLine, Question

# The values that a way to go wrong leads to.
Way = Callable[[Case], Array | None]

# Fewer values may be in proportion by chance.
ENOUGH = 4


@dataclass(frozen=True)
class Attempt:
    """The values of an answer, for the first cases of the parameters or for all."""

    question: Question
    values: list[Array]

    @cached_property
    def right(self) -> list[Array]:
        """The right values, for the same cases."""
        cases = zip(self.question.cases, self.values, strict=False)
        return [self.question.right(case) for case, _ in cases]

    def cases(self) -> Iterator[tuple[Case, Array, Array]]:
        """Yield the parameters, the values of the answer and the right ones."""
        return zip(self.question.cases, self.values, self.right, strict=False)

    def is_given_by(self, way: Way) -> bool:
        """Return whether a way to go wrong leads to all values of the answer.

        One number everywhere proves nothing: many ways may lead to it.
        """
        return self.vary(self.values) and self.is_like(way)

    def is_like(self, way: Way) -> bool:
        """Return whether a way leads to all values of the answer, be it by chance."""
        return all(
            self._equal(values, way(case), right)
            for case, values, right in self.cases()
        )

    def _equal(self, values: Array, wrong: Array | None, right: Array) -> bool:
        if wrong is None or values.shape != wrong.shape:
            return False
        asked = ~np.isnan(right) if values.shape == right.shape else np.array(True)
        # At a kink that way has no value; nearly everywhere it must have one.
        compared = asked & ~np.isnan(wrong)
        close = self.question.close(values, wrong)
        return compared.sum() > asked.sum() / 2 and bool(close[compared].all())

    def tells(self) -> bool:
        """Return whether the right values can tell a rule from an accident."""
        exist = sum(int(np.isfinite(right).sum()) for right in self.right)
        return exist >= ENOUGH and self.vary(self.right)

    def vary(self, arrays: list[Array]) -> bool:
        """Return whether values are not one number everywhere."""
        values = np.concatenate(arrays, axis=None)
        values = values[np.isfinite(values)]
        return not self.question.close(values, values[:1]).all()

    @property
    def has_shape(self) -> bool:
        """Whether there are as many values as there should be."""
        return self.values[0].shape == self.right[0].shape

    def wrong(self) -> Array:
        """Return where the answer is wrong, in any case."""
        close = self.question.close
        wrong = [~(close(v, right) | np.isnan(right)) for _, v, right in self.cases()]
        return np.any(wrong, axis=0)


@dataclass(frozen=True)
class Mistake:
    """A name, how it is found in an attempt, and the words for it.

    What is found is put in the place of {}.
    """

    name: str
    found: Callable[[Attempt], Any]
    words: str


def hint(attempt: Attempt) -> str:
    """Return the words for the first mistake that explains the answer, or nothing."""
    for mistake in MISTAKES:
        if about := mistake.found(attempt):
            return mistake.words.format(about)
    return ""


# What can be said of any values


def _is_derivative(order: int) -> Callable[[Attempt], bool]:
    def found(attempt: Attempt) -> bool:
        return attempt.is_given_by(partial(attempt.question.derivative, order))

    return found


def _is_times(factor: float) -> Callable[[Attempt], bool]:
    def found(attempt: Attempt) -> bool:
        right = attempt.question.right
        # Of a single number, too, but the sign of 1 may be all that is asked for.
        is_sign = factor == -1 and not (np.abs(attempt.right[0]) == 1).all()
        proves = attempt.tells() or is_sign
        return proves and attempt.is_like(lambda case: factor * right(case))

    return found


def _is_shifted(attempt: Attempt) -> bool:
    """Return whether the answer is off by the same number everywhere."""
    if not (attempt.tells() and attempt.has_shape):
        return False
    off = [(values - right)[~np.isnan(right)] for _, values, right in attempt.cases()]
    exists = all(np.isfinite(part).all() for part in off)
    return exists and not attempt.vary(off)


def _is_constant(attempt: Attempt) -> bool:
    values = np.concatenate([np.ravel(values) for values in attempt.values])
    return attempt.tells() and bool((values == values[0]).all())


def _is_close(attempt: Attempt) -> bool:
    """Return whether no value is off by more than a hundredth, nor miscounted."""
    if not attempt.has_shape:
        return False
    for _, values, right in attempt.cases():
        off, exists = np.abs(values - right), ~np.isnan(right)
        counted = (off > 0) & (values % 1 == 0) & (right % 1 == 0)
        if ((off > np.abs(right) / 100) | counted)[exists].any():
            return False
    return True


# Functions of one number


def _on_the_line(
    ways: Callable[[OnTheLine], Iterator[tuple[Any, Way]]],
) -> Callable[[Attempt], Any]:
    """Return what tries ways to go wrong, each with what it is about."""

    def found(attempt: Attempt) -> Any:
        question = attempt.question
        if not (isinstance(question, OnTheLine) and attempt.tells()):
            return None
        for about, way in ways(question):
            try:
                if attempt.is_given_by(way):
                    return about
            except ValueError:  # that way leads to no numbers
                continue
        return None

    return found


def _times_a_parameter(question: OnTheLine) -> Iterator[tuple[str, Way]]:
    def scaled(name: str, power: int, case: Case) -> Array:
        return question.right(case) * case[name] ** power

    for name in question.entry.parameters:
        yield f"multiplied by {name}", partial(scaled, name, 1)
        yield f"divided by {name}", partial(scaled, name, -1)


def _without_a_parameter(question: OnTheLine) -> Iterator[tuple[str, Way]]:
    def fixed(name: str, value: float, case: Case) -> Array:
        return question.right(case | {name: value})

    for parameter in question.entry.parameters.values():
        for value in (1, 0, parameter.default):
            name = parameter.name
            about = f"{name} = {value:g} only: is {name} left out?"
            yield about, partial(fixed, name, value)


def _by_another(question: OnTheLine) -> Iterator[tuple[str, Way]]:
    """Yield the derivatives with respect to what is not asked for."""
    if question.wrt is None and question.order != 1:
        return
    entry, symbol = question.entry, question.symbol

    def slope(name: str, case: Case) -> Array:
        return np.asarray(entry.grad(question.points, wrt=name, **case))

    if question.wrt is not None:
        yield f"{entry.x}, not to {symbol}", partial(question.derivative, 1)
    for name in entry.parameters:
        if name != question.wrt:
            yield f"{name}, not to {symbol}", partial(slope, name)


def _at_another_place(question: OnTheLine) -> Iterator[tuple[str, Way]]:
    def seen(factor: float, case: Case) -> Array:
        return question.right(case, question.points / factor)

    x = question.argument
    yield f"−{x} in the place of {x}: the curve is mirrored", partial(seen, -1)
    yield f"2*{x} in the place of {x}", partial(seen, 2)
    yield f"{x}/2 in the place of {x}", partial(seen, 0.5)


def _in_part(attempt: Attempt) -> str:
    """Return where the answer is wrong, if it is so on one side of 0 only."""
    question = attempt.question
    if not isinstance(question, OnTheLine):
        return ""
    wrong = question.points[attempt.wrong()]
    if len(question.points) - len(wrong) < ENOUGH:
        return ""
    sides = {"= 0": wrong == 0, "< 0": wrong < 0, "> 0": wrong > 0}
    sides |= {"≤ 0": wrong <= 0, "≥ 0": wrong >= 0}
    side = next((side for side, there in sides.items() if there.all()), "")
    return side and f"{question.argument} {side}"


# Rules of differentiation, applied by half


def _without_inner(outer: Expr, t: Symbol, symbol: Symbol) -> Expr:
    """Return the derivative of f(t(x)) as if that of t were 1."""
    return derivative(outer, t) + derivative(outer, symbol)


def _with_one_held(outer: Expr, t: Symbol, symbol: Symbol) -> Expr:
    """Return the derivative of f(t(x)) as if t did not change."""
    return derivative(outer, symbol)


def _by_half(
    rule: Callable[[Expr, Symbol, Symbol], Expr], *kinds: type[Basic]
) -> Callable[[OnTheLine], Iterator[tuple[Expr, Way]]]:
    """Return the ways that a rule leads to, tried on the parts of these kinds in f."""

    def ways(question: OnTheLine) -> Iterator[tuple[Expr, Way]]:
        symbol = question.symbol
        for form in _differentiated(question):
            for whole, part in _parts(form, kinds, symbol):
                t = Dummy("t", real=True)
                named = whole.func(*(t if arg == part else arg for arg in whole.args))
                outer = [(f.xreplace({whole: named}), test) for f, test in form]
                cases = [(rule(f, t, symbol).xreplace({t: part}), c) for f, c in outer]
                yield part, partial(question.values_of, Piecewise(*cases, (nan, True)))

    return ways


def _parts(
    form: list[tuple[Expr, Any]], kinds: tuple[type[Basic], ...], symbol: Symbol
) -> Iterator[tuple[Basic, Expr]]:
    """Yield the parts of these kinds with each of their arguments that varies."""
    wholes = {w: None for f, _ in form for w in parts_of(f) if isinstance(w, kinds)}
    for whole in wholes:
        varying = [part for part in whole.args if part.has(symbol)]
        if isinstance(whole, Mul):
            varying = varying if len(varying) > 1 else []
        else:
            varying = [part for part in varying if part != symbol]
        yield from ((whole, part) for part in varying)


def _differentiated(question: OnTheLine) -> Iterator[list[tuple[Expr, Any]]]:
    """Yield what is to be differentiated: formulas with the conditions for them."""
    if question.wrt is None and question.order == 0:
        return
    lower = max(question.order - 1, 0)
    entry, symbol = question.entry, question.symbol
    branches = entry.formula.branches
    if len(branches) == 1 and not entry.expr.has(Piecewise):
        # As the textbook writes it: blocks hide what they are made of.
        yield [(derivative(entry.expr, symbol, lower), True)]
    yield [(derivative(b.formula, symbol, lower), b.test) for b in branches]


# Matrices


def _of_a_matrix(found: Callable[[Attempt], bool]) -> Callable[[Attempt], bool]:
    """Return what is only tried where a square matrix is asked for."""

    def of_a_matrix(attempt: Attempt) -> bool:
        question = attempt.question
        rows, columns = ([0, 0, *question.right(question.cases[0]).shape])[-2:]
        return question.axes == 2 and rows == columns > 1 and found(attempt)

    return of_a_matrix


def _is_transposed(attempt: Attempt) -> bool:
    right = attempt.question.right
    return attempt.is_given_by(lambda case: np.swapaxes(right(case), -1, -2))


def _is_diagonal(attempt: Attempt) -> bool:
    """Return whether the answer is the diagonal alone, as a vector or as a matrix."""
    right = attempt.question.right

    def vector(case: Case) -> Array:
        return np.diagonal(right(case), axis1=-2, axis2=-1)

    def matrix(case: Case) -> Array:
        return right(case) * np.eye(right(case).shape[-1])

    return attempt.is_given_by(vector) or attempt.is_given_by(matrix)


def _is_right_off_the_diagonal(attempt: Attempt) -> bool:
    if not attempt.has_shape:
        return False
    wrong = attempt.wrong()
    return not wrong[..., ~np.eye(wrong.shape[-1], dtype=bool)].any()


# Shares


def _is_no_share(attempt: Attempt) -> bool:
    """Return whether outputs of a vector that should add up to 1 do so nowhere."""
    question = attempt.question
    is_asked = isinstance(question, OfVectors) and question.order == 0
    if not (is_asked and attempt.has_shape):
        return False

    def add_up(outputs: Array) -> Any:
        return question.close(outputs.sum(axis=-1), np.array(1.0))

    cases = list(attempt.cases())
    wanted = all(add_up(right).all() for *_, right in cases)
    return wanted and not any(add_up(values).any() for _, values, _ in cases)


# The table, in the order in which it is tried


MISTAKES = [
    Mistake("f for a derivative", _is_derivative(0), "This is f itself."),
    Mistake(
        "another variable",
        _on_the_line(_by_another),
        "This is the derivative with respect to {}.",
    ),
    Mistake("f′ for another", _is_derivative(1), "This is the first derivative."),
    Mistake("f″ for another", _is_derivative(2), "This is the second derivative."),
    Mistake("a sign", _is_times(-1), "It is right but for the sign."),
    Mistake(
        "no inner derivative",
        _on_the_line(_by_half(_without_inner, Function, Pow)),
        "The chain rule asks for the inner derivative, too: that of {} is missing.",
    ),
    Mistake(
        "half a product rule",
        _on_the_line(_by_half(_with_one_held, Mul)),
        "The product rule has two terms: that with the derivative of {} is missing.",
    ),
    *(
        Mistake(
            f"{factor:g} as a factor",
            _is_times(factor),
            f"It is {factor:g} times the right answer: look for a factor or brackets.",
        )
        for factor in (2, 0.5, -2, -0.5)
    ),
    Mistake(
        "a parameter as a factor",
        _on_the_line(_times_a_parameter),
        "It is the right answer {}.",
    ),
    Mistake(
        "a parameter left out",
        _on_the_line(_without_a_parameter),
        "It is right for {}",
    ),
    Mistake(
        "f(−x) for f(x)",
        _on_the_line(_at_another_place),
        "It is right with {}.",
    ),
    Mistake(
        "a term",
        _is_shifted,
        "It is right but for a constant that is added.",
    ),
    Mistake(
        "a constant",
        _is_constant,
        "It is the same number everywhere, and the right answer is not.",
    ),
    Mistake(
        "rows for columns",
        _of_a_matrix(_is_transposed),
        "Rows and columns are exchanged.",
    ),
    Mistake(
        "the diagonal alone",
        _of_a_matrix(_is_diagonal),
        "This is the diagonal only: an output depends on the other inputs, too.",
    ),
    Mistake(
        "the diagonal",
        _of_a_matrix(_is_right_off_the_diagonal),
        "Only the diagonal is wrong.",
    ),
    Mistake(
        "no shares",
        _is_no_share,
        "The outputs must add up to 1, and yours do not.",
    ),
    Mistake(
        "rounded",
        _is_close,
        "It is close, but 6 digits are compared: give more, or the exact numbers.",
    ),
    Mistake("one side", _in_part, "It is wrong for {} only."),
]
