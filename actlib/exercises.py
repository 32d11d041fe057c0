"""Checking a learner's answer: the reply says what is wrong, and is no traceback."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Number
from typing import Any

import numpy as np
import sympy
from sympy import Expr

from .activation import Activation, real_array, require_activation
from .blocks import Array
from .numerics import numpy_function
from .pieces import Formula

# Values of parameters by name.
Case = dict[str, float]

VECTORISED = (
    "Use NumPy's np.exp, not math.exp or SymPy's exp, and np.where in the place of if."
)
POINTS = np.array([-4, -2.5, -1.5, -1, -0.5, 0, 0.25, 0.75, 1, 2, 3.5])


@dataclass(frozen=True)
class Feedback:
    """The reply to an answer: true when it is right, shown as its message."""

    right: bool
    message: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return f"{'✓' if self.right else '✗'} {self.message}"


class _Wrong(Exception):
    """The answer is not right; the text says why."""


def check(
    answer: Any,
    activation: Activation,
    /,
    order: int = 0,
    wrt: str | None = None,
    **parameters: float,
) -> Feedback:
    """Compare a learner's `answer` with `activation` or a derivative of it.

    `answer` is a SymPy expression in x, or a Python function of a NumPy array (called
    with the parameters that are given here); `...` stands for an answer still to come.
    `order` = 1, 2, ... asks for that derivative, `wrt` for the derivative with respect
    to a parameter. Compared are the values at 11 points between −4 and 4, to 6 digits;
    points without a derivative are left out. An expression is compared at several
    values of each parameter that is not given; a function at its default.

    Whatever `answer` is, nothing is raised, and text is never evaluated. Raises
    TypeError or ValueError when another argument is wrong.
    """
    require_activation(activation)
    cases = _cases(activation, parameters)
    right_values = _right(activation, order, wrt, parameters)
    formula = isinstance(answer, Expr | Number) and not isinstance(answer, bool)
    try:
        for case in cases[: 3 if formula else 1]:
            # First, so that wrong arguments are named whatever the answer is.
            right = right_values(case)
            if formula:
                values = _formula_values(sympy.sympify(answer), activation, case)
            else:
                values = _function_values(answer, parameters)
            _compare(values, right, case, activation)
    except _Wrong as reason:
        return Feedback(False, str(reason))
    return Feedback(True, "Right: it agrees at every point that was tried.")


def _cases(activation: Activation, parameters: Case) -> list[Case]:
    """Return values of all parameters: the defaults, then two more on the sliders."""
    free = [p for name, p in activation.parameters.items() if name not in parameters]
    others = [{p.name: p.low + k * (p.high - p.low) for p in free} for k in (0.3, 0.8)]
    chosen = [{}, *(others if free else [])]
    return [activation.values_of(parameters | other) for other in chosen]


def _right(
    activation: Activation, order: int, wrt: str | None, parameters: Case
) -> Callable[[Case], Array]:
    """Return a function of a case that gives the right values.

    They are nan where there is no derivative. One that exists only for some values of
    the parameters left open counts as none.
    """
    if wrt is not None:
        if order not in (0, 1):
            raise ValueError(f"order must be 1 together with wrt, not {order!r}")
        return lambda case: activation.grad(POINTS, wrt=wrt, **case)
    right = _numbers(activation.diff(order, **parameters), activation)
    return lambda case: right(POINTS, *case.values())


def _numbers(expression: Expr, activation: Activation) -> Callable[..., Array]:
    """Return the function of numbers of an expression in the activation's symbols."""
    x, *parameters = activation.symbols
    return numpy_function(Formula(expression, x, parameters, ()))


@np.errstate(all="ignore")
def _compare(values: Array, right: Array, case: Case, activation: Activation) -> None:
    """Raise _Wrong unless the values are right, with a hint at a usual mistake."""
    exists = np.isfinite(right)
    if not exists.any():
        raise _Wrong("It cannot be compared: there is no value at the points tried.")
    points, values, right = POINTS[exists], values[exists], right[exists]
    differs = ~np.isclose(values, right, rtol=1e-6, atol=1e-9)
    if not differs.any():
        return
    x, yours, value = (array[differs][0] for array in (points, values, right))
    if (values == yours).all() and (
        right == value
    ).all():  # plain numbers: x says nothing
        raise _Wrong(f"Not yet: {yours:.6g} is not the right number.")
    steepest = np.abs(right).argmax()
    factor = values[steepest] / right[steepest] if right[steepest] else 0
    hint = ""
    if np.isnan(values).any():
        hint = f"It returns nan at x = {points[np.isnan(values)][0]:g}."
    elif factor and np.isfinite(factor) and np.allclose(values, factor * right):
        times = f"It is {factor:.6g} times the right answer"
        hint = f"{times}: look for a sign, a factor or brackets."
    names = ("f itself", "the first derivative", "the second derivative")
    for order, name in enumerate(names):
        if np.allclose(values, _right(activation, order, None, case)(case)[exists]):
            hint = f"This is {name}."
    place = "".join(f", {name} = {float(number):g}" for name, number in case.items())
    seen = f"at x = {x:g}{place} the value should be {value:.6g}"
    seen += f", but yours is {yours:.6g}."
    raise _Wrong(f"Not yet: {seen} {hint}".strip())


def _formula_values(answer: Expr, activation: Activation, case: Case) -> Array:
    # Assumptions aside, a name says it all.
    own = {symbol.name: symbol for symbol in activation.symbols}
    try:
        answer = answer.xreplace({s: own.get(s.name, s) for s in answer.free_symbols})
        if answer.has(sympy.Derivative):
            answer = answer.doit()
        return _numbers(answer, activation)(POINTS, *case.values())
    except Exception as error:  # a formula that makes no sense can fail in many ways
        allowed = f"It may contain {', '.join(own)}."
        reason = f"Your formula gives no numbers: {error}. {allowed}"
        raise _Wrong(reason) from error


def _function_values(answer: Any, parameters: Case) -> Array:
    if isinstance(answer, str):
        raise _Wrong("Text is not evaluated: write the answer without quotation marks.")
    if answer is not ... and not callable(answer):
        allowed = "a formula in x, or a function (not its values)"
        raise _Wrong(f"The answer must be {allowed}, not {type(answer).__name__}.")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            values = answer if answer is ... else answer(POINTS.copy(), **parameters)
        except (Exception, SystemExit) as error:  # a learner's may raise anything
            raise _Wrong(_why_it_raises(answer, parameters, error)) from error
    if values is ...:
        raise _Wrong("Not answered yet: put your answer in the place of the dots.")
    if values is None:
        raise _Wrong("Your function returns None: does it end with a return line?")
    try:
        values = real_array("what your function returns", values)
    except Exception as error:
        raise _Wrong(f"Not numbers: {error}. {VECTORISED}") from error
    if values.shape != POINTS.shape:
        raise _Wrong(f"Not one value for each x of an array. {VECTORISED}")
    return values


def _why_it_raises(
    answer: Callable[..., Any], parameters: Case, error: BaseException
) -> str:
    reason = f"{type(error).__name__}: {error}"
    try:
        answer(1.0, **parameters)
    except (Exception, SystemExit):
        return f"Your function stops with {reason}"
    return f"It works for one number, but not for an array ({reason}). {VECTORISED}"
