"""Reading an answer: it becomes numbers, or a reply that says why it does not."""

import inspect
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from numbers import Number
from typing import Any

import numpy as np
import sympy
from sympy import Expr, FiniteSet, MatrixBase, NDimArray, Symbol

from .activation import real_array
from .blocks import Array
from .numerics import numpy_function
from .pieces import Formula

NOT_ANSWERED = "Not answered yet: put your answer in the place of the dots."
TEXT = "Text is not evaluated: write the answer without quotation marks."
VECTORISED = (
    "Use NumPy's np.exp, not math.exp or SymPy's exp, and np.where in the place of if."
)

SETS = (set, frozenset, FiniteSet)
SEVERAL = (list, tuple, np.ndarray, sympy.Tuple, MatrixBase, NDimArray, *SETS)


class Wrong(Exception):
    """The answer is not right; the text says why."""


def listed(words: Sequence[str]) -> str:
    """Return words as "x", "x and y" or "x, y and z"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def require_answered(answer: object) -> None:
    """Raise Wrong for dots, and for text, which is never evaluated."""
    if answer is ...:
        raise Wrong(NOT_ANSWERED)
    if isinstance(answer, str):
        raise Wrong(TEXT)


# Formulas


def is_formula(answer: object) -> bool:
    """Return whether an answer is a SymPy expression or a number."""
    return isinstance(answer, Expr | Number) and not isinstance(answer, bool)


@lru_cache(512)
def numbers_of(expression: Expr, symbols: tuple[Symbol, ...]) -> Callable[..., Array]:
    """Return the NumPy function of an expression in these symbols."""
    x, *parameters = symbols
    return numpy_function(Formula(expression, x, parameters, ()))


def in_symbols(answer: Any, symbols: Sequence[Symbol]) -> Expr:
    """Return a formula in these symbols: assumptions aside, a name says it all."""
    own = {symbol.name: symbol for symbol in symbols}
    # Strict: text inside would be evaluated otherwise.
    formula = sympy.sympify(answer, strict=True)
    formula = formula.xreplace({s: own.get(s.name, s) for s in formula.free_symbols})
    return formula.doit() if formula.has(sympy.Derivative) else formula


def formula_values(answer: Any, symbols: tuple[Symbol, ...], *values: Any) -> Array:
    """Return the numbers of a formula for values of its symbols."""
    try:
        return numbers_of(in_symbols(answer, symbols), symbols)(*values)
    except Exception as error:  # a formula that makes no sense can fail in many ways
        names = listed([symbol.name for symbol in symbols])
        reason = str(error).removeprefix("expression cannot be computed: ")
        message = f"Your formula gives no numbers: {reason}. It may contain {names}."
        raise Wrong(message) from error


# Numbers


def number(answer: Any) -> float:
    """Return an answer to a question for one number."""
    require_answered(answer)
    if isinstance(answer, np.ndarray) and answer.ndim == 0:
        answer = answer[()]
    if isinstance(answer, SEVERAL) and len(answer) == 1:
        raise Wrong("A number is asked for: write it without brackets.")
    if answer is None:
        hint = "Does it come from print, or from a function without a return line?"
        raise Wrong(f"A number is asked for, and your answer is None. {hint}")
    if not is_formula(answer):
        raise Wrong(f"A number is asked for, not {type(answer).__name__}.")
    value = sympy.sympify(answer, strict=True)
    if value.free_symbols:
        names = listed(sorted(str(symbol) for symbol in value.free_symbols))
        raise Wrong(f"A number is asked for, and yours still contains {names}.")
    if value is sympy.nan or value.is_extended_real is False:
        raise Wrong(f"A real number is asked for, and yours is {value}.")
    try:
        return float(value)
    except (OverflowError, TypeError) as error:
        raise Wrong(f"A number is asked for, and {value} gives none.") from error


def array(answer: Any) -> Array:
    """Return an answer to a question for several numbers: a list, a matrix, a set."""
    if isinstance(answer, SETS):
        return np.array(sorted(number(part) for part in answer))
    try:
        return np.array(nested(answer, number), dtype=float)
    except ValueError as error:
        raise Wrong("All rows must have the same length.") from error


def nested(answer: Any, read: Callable[[Any], Any]) -> Any:
    """Return what is read from each part of a list, an array or a matrix."""
    require_answered(answer)
    if isinstance(answer, MatrixBase | NDimArray):
        is_column = isinstance(answer, MatrixBase) and answer.cols == 1
        answer = list(answer) if is_column else answer.tolist()
    is_array = isinstance(answer, np.ndarray) and answer.ndim
    if is_array or isinstance(answer, list | tuple | sympy.Tuple):
        return [nested(part, read) for part in answer]
    return read(answer)


# Functions


def function_values(
    answer: Any, x: Array, given: Mapping[str, Any], argument: str = "x"
) -> Array:
    """Return the numbers that a learner's function returns for an array."""
    require_answered(answer)
    if not callable(answer):
        allowed = "a formula in x, or a function (not its values)"
        raise Wrong(f"The answer must be {allowed}, not {type(answer).__name__}.")
    _require_arguments(answer, [argument, *given])
    try:
        values = answer(x.copy(), **given)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit, too: a learner's may raise anything
        raise Wrong(_why_it_raises(answer, given, error)) from error
    if values is ... or (isinstance(values, list) and any(v is ... for v in values)):
        raise Wrong(NOT_ANSWERED)
    if values is None:
        raise Wrong("Your function returns None: does it end with a return line?")
    try:
        return real_array("what your function returns", values)
    except Exception as error:
        raise Wrong(f"Not numbers: {error}. {VECTORISED}") from error


def _require_arguments(answer: Callable[..., Any], named: Sequence[str]) -> None:
    """Raise Wrong unless the function can be called with these, the first unnamed."""
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # functions written in C need not have one
        return
    try:
        signature.bind(..., **dict.fromkeys(named[1:]))
    except TypeError as error:
        called, taken = _only(named), _only([*signature.parameters])
        message = f"Your function is called with {called}, but it takes {taken}."
        raise Wrong(message) from error


def _only(names: Sequence[str]) -> str:
    if not names:
        return "no argument"
    return f"{names[0]} only" if len(names) == 1 else listed(names)


def why_not_one_for_each(answer: Any, x: Array, values: Array, given: Any) -> str:
    """Return why the values of a function are not as many as the x it was given."""
    if values.shape:
        shape = f"{x.shape} goes in, {values.shape} comes out"
        return f"Not one value for each x of an array: the shape {shape}."
    code = getattr(answer, "__code__", None)
    if name := _max_or_min({*getattr(code, "co_names", ())}):
        return MAXIMUM.format(name)
    with redirect_stdout(io.StringIO()):
        other = answer(x[:-1] + 0.125, **given)
    if other == values:
        same = f"It is the same number, {values:.6g}, whatever x is"
        return f"{same}: one value for each x is asked for."
    return "Not one value for each x: it makes one number of the whole array."


# Why a function raises


@dataclass(frozen=True)
class Slip:
    """A usual slip in code: how an error shows it (what it is about), and the reply.

    An error comes with the names that the learner's code looks up.
    """

    name: str
    shown_by: Callable[[BaseException, set[str]], Any]
    words: str


def _undefined(error: BaseException, names: set[str]) -> Any:
    return isinstance(error, NameError) and error.name


def _extreme(error: BaseException, names: set[str]) -> Any:
    of_an_array = "truth value" in str(error) or "inhomogeneous" in str(error)
    return of_an_array and _max_or_min(names)


def _max_or_min(names: set[str]) -> str:
    return next((name for name in ("max", "min") if name in names), "")


MAXIMUM = (
    "Use np.{0}imum, which compares number by number: {0} looks for one number in a "
    "whole array."
)
SLIPS = [
    Slip("dots", lambda error, names: "ellipsis" in str(error), NOT_ANSWERED),
    Slip(
        "a name without a value",
        _undefined,
        "{0} is not defined: give it a value in a line above, {0} = ..., or write "
        "what it stands for.",
    ),
    Slip("max for np.maximum", _extreme, MAXIMUM),
    Slip(
        "if",
        lambda error, names: "truth value" in str(error),
        "It works for one number, but not for an array: an if decides once for all "
        "of x, np.where(condition, a, b) for each number.",
    ),
]


def _why_it_raises(
    answer: Callable[..., Any], given: Mapping[str, Any], error: BaseException
) -> str:
    names = {*_names(error)}
    for slip in SLIPS:
        if about := slip.shown_by(error, names):
            return slip.words.format(about)
    reason = f"{type(error).__name__}: {error}"
    try:
        with redirect_stdout(io.StringIO()):
            answer(1.0, **given)
    except (Exception, SystemExit):
        return f"Your function stops with {reason}"
    return f"It works for one number, but not for an array ({reason}). {VECTORISED}"


def _names(error: BaseException) -> Iterator[str]:
    """Return the names that the code looks up in which an error arose."""
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_globals is not globals():
            yield from step.tb_frame.f_code.co_names
        step = step.tb_next
