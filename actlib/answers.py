"""Reading an answer: it becomes numbers, or a reply that says why it does not."""

import builtins
import dis
import inspect
import io
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from numbers import Number
from types import CodeType, FunctionType, ModuleType
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
        ends = "it must end with a return line, and print gives back None"
        raise Wrong(f"Your function returns None: {ends}.")
    try:
        return real_array("what your function returns", values)
    except Exception as error:
        raise Wrong(_slip(answer, error) or f"Not numbers: {error}.") from error


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
    if name := _max_or_min(_looked_up(answer)):
        return MAXIMUM.format(name)
    with redirect_stdout(io.StringIO()):
        other = answer(x[:-1] + 0.125, **given)
    if other == values:
        same = f"It is the same number, {values:.6g}, whatever x is"
        return f"{same}: one value for each x is asked for."
    return "Not one value for each x: it makes one number of the whole array."


# Why a function raises

# The values of the names that code looks up outside of itself, such as {"np.exp": ...}.
Names = Mapping[str, Any]


@dataclass(frozen=True)
class Slip:
    """A usual slip in code: how an error shows it (what it is about), and the reply.

    An error comes with the names that the learner's code looks up.
    """

    name: str
    shown_by: Callable[[BaseException, Names], Any]
    words: str


def _undefined(error: BaseException, names: Names) -> Any:
    return isinstance(error, NameError) and error.name


def _extreme(error: BaseException, names: Names) -> Any:
    signs = ("truth value", "inhomogeneous", "scalar index")
    return any(sign in str(error) for sign in signs) and _max_or_min(names)


def _max_or_min(names: Names) -> str:
    return next((EXTREMES[id(v)] for v in names.values() if id(v) in EXTREMES), "")


def _letters(error: BaseException, names: Names) -> str:
    """Return the names that stand for SymPy's letters and formulas."""
    formulas = {n: v for n, v in names.items() if isinstance(v, Expr)}
    letters = [name for name, formula in formulas.items() if formula.free_symbols]
    return listed(letters) if letters and isinstance(error, TypeError) else ""


def _of_sympy_or_math(error: BaseException, names: Names) -> str:
    """Return what to write for names that take no array."""
    takes_one = any(sign in str(error) for sign in ("Python scalar", "real number"))
    better = []
    for name, value in names.items():
        module = str(getattr(value, "__module__", "")).partition(".")[0]
        own = name.rpartition(".")[2]
        other = IN_NUMPY.get(own, own)
        is_slip = module == "sympy" or (module == "math" and takes_one)
        if is_slip and hasattr(np, other):
            better.append(f"np.{other}, not {MODULES[module]}{name}")
    return "; ".join(better)


ATTRIBUTE = ("LOAD_ATTR", "LOAD_METHOD")  # the latter in Python 3.11
EXTREMES = {id(max): "max", id(np.max): "max", id(min): "min", id(np.min): "min"}
MODULES = {"sympy": "SymPy's ", "math": ""}
IN_NUMPY = {"Max": "maximum", "Min": "minimum", "Piecewise": "where", "Abs": "abs"}
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
        "a letter for a number",
        _letters,
        "Your function computes with numbers, not with SymPy's {}: put numbers there, "
        "or answer with a formula.",
    ),
    Slip(
        "SymPy's or math's functions",
        _of_sympy_or_math,
        "Your function gets an array: use {}.",
    ),
    Slip(
        "^ for a power",
        lambda error, names: "bitwise_xor" in str(error) or "for ^:" in str(error),
        "In Python a power is written **: x**2. The sign ^ means something else.",
    ),
    Slip(
        "if",
        lambda error, names: "truth value" in str(error),
        "It works for one number, but not for an array: an if decides once for all "
        "of x, np.where(condition, a, b) for each number.",
    ),
]


def _slip(answer: Callable[..., Any], error: BaseException) -> str:
    """Return the words for the first slip that an error shows, or nothing."""
    names = _looked_up(answer)
    found = ((slip.words, slip.shown_by(error, names)) for slip in SLIPS)
    return next((words.format(about) for words, about in found if about), "")


def _why_it_raises(
    answer: Callable[..., Any], given: Mapping[str, Any], error: BaseException
) -> str:
    if slip := _slip(answer, error):
        return slip
    reason = f"{type(error).__name__}: {error}"
    try:
        with redirect_stdout(io.StringIO()):
            answer(1.0, **given)
    except (Exception, SystemExit):
        return f"Your function stops with {reason}"
    return f"It works for one number, but not for an array: {reason}"


def _looked_up(function: Any, names: dict[str, Any] | None = None) -> Names:
    """Return what a function looks up outside of itself, and its helpers do."""
    names = {} if names is None else names
    if isinstance(function, FunctionType):
        own = function.__globals__
        for name, value in _outer(function.__code__, ChainMap(own, vars(builtins))):
            if name not in names:
                names[name] = value
                if getattr(value, "__globals__", None) is own:
                    _looked_up(value, names)
    return names


def _outer(code: CodeType, scope: Names) -> Iterator[tuple[str, Any]]:
    """Yield the names of a scope that code uses, with their values."""
    for step, after in pairwise(dis.get_instructions(code)):
        if step.opname == "LOAD_GLOBAL" and step.argval in scope:
            name, value = step.argval, scope[step.argval]
            if isinstance(value, ModuleType) and after.opname in ATTRIBUTE:
                name = f"{name}.{after.argval}"
                value = getattr(value, str(after.argval), None)
            yield name, value
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _outer(inner, scope)
