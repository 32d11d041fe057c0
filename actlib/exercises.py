"""Checking a learner's answer: the reply explains what is wrong, and never is a traceback."""

import warnings
from dataclasses import dataclass
from numbers import Number

import numpy as np
import sympy
from sympy import Expr
from sympy.core.function import AppliedUndef

from .activation import require_activation
from .blocks import numpy_function

POINTS = np.array([-4, -2.5, -1.5, -1, -0.5, 0, 0.25, 0.75, 1, 2, 3.5])


@dataclass(frozen=True)
class Feedback:
    """The reply to an answer: true when it is right, shown as its message."""

    right: bool
    message: str

    def __bool__(self):
        return self.right

    def __repr__(self):
        return f"{'✓' if self.right else '✗'} {self.message}"


UNANSWERED = "Not answered yet: put your answer in the place of the dots."


class _Wrong(Exception):
    """The answer cannot be compared; the text says why."""


def check(answer, activation, order=0, wrt=None, **parameters):
    """Compare a learner's `answer` with `activation` or a derivative of it; return a Feedback.

    `answer` is a SymPy expression in x, or a Python function of a NumPy array (called with the
    parameters that are given here); `...` stands for an answer still to come. `order` = 1, 2, ...
    asks for that derivative, `wrt` for the derivative with respect to a parameter. Compared are
    the values at 11 points between −4 and 4, to 6 digits; points without a derivative are left
    out. An expression is compared at several values of each parameter that is not given; a
    function at its default.

    Whatever `answer` is, nothing is raised, and text is never evaluated. Raises TypeError or
    ValueError when another argument is wrong.
    """
    require_activation(activation)
    case = activation.values_of(parameters)
    expected = _expected(activation, order, wrt, parameters, case)
    if answer is ...:
        return Feedback(False, UNANSWERED)
    try:
        if isinstance(answer, bool) or not isinstance(answer, Expr | Number):
            values = _function_values(answer, parameters)
            return _compare(values, expected, activation, order, wrt, parameters, parameters)
        for case in _cases(activation, parameters):
            values = _expression_values(sympy.sympify(answer), activation, case)
            expected = _expected(activation, order, wrt, parameters, case)
            feedback = _compare(values, expected, activation, order, wrt, parameters, case)
            if not feedback:
                break
    except _Wrong as reason:
        return Feedback(False, str(reason))
    return feedback


def _cases(activation, parameters):
    """Yield values for all parameters: the defaults, then others within the sliders' ranges."""
    yield activation.values_of(parameters)
    free = [p for name, p in activation.parameters.items() if name not in parameters]
    for share in (0.3, 0.8) if free else ():
        yield activation.values_of(
            parameters | {p.name: p.low + share * (p.high - p.low) for p in free}
        )


def _compare(values, expected, activation, order, wrt, parameters, case):
    differs = ~np.isclose(values, expected, rtol=1e-6, atol=1e-9) & np.isfinite(expected)
    if not differs.any():
        return Feedback(True, "Right: it agrees at every point that was tried.")
    first = differs.argmax()
    if (values == values[0]).all() and (
        expected == expected[0]
    ).all():  # plain numbers: no x, and no help from ratios
        return Feedback(False, f"Not yet: {values[first]:.6g} is not the right number.")
    place = "".join(f", {name} = {float(value):g}" for name, value in case.items())
    message = (
        f"Not yet: at x = {POINTS[first]:g}{place} the value should be {expected[first]:.6g}, "
        f"but yours is {values[first]:.6g}."
    )
    return Feedback(
        False,
        f"{message} {_hint(values, expected, activation, order, wrt, parameters, case)}".strip(),
    )


def _expected(activation, order, wrt, parameters, case):
    """Return the right values; nan where, for parameters left open, there is no derivative."""
    if wrt is not None:
        if order not in (0, 1):
            raise ValueError(f"order must be 1 together with wrt, not {order!r}")
        return activation.grad(POINTS, wrt=wrt, **case)
    symbols = [parameter.symbol for parameter in activation.parameters.values()]
    function = numpy_function((activation.x, *symbols), activation.diff(order, **parameters))
    return function(POINTS, *case.values()) + np.zeros_like(POINTS)


def _expression_values(answer, activation, numbers):
    if isinstance(answer, sympy.Lambda) and answer.signature == answer.variables[:1]:
        answer = answer(activation.x)
    allowed = [activation.x.name, *numbers]
    unknown = answer.atoms(AppliedUndef) or {
        symbol for symbol in answer.free_symbols if symbol.name not in allowed
    }
    if unknown:
        names = ", ".join(sorted(map(str, unknown)))
        raise _Wrong(f"The answer contains {names}; it may contain {', '.join(allowed)}.")
    values = []
    for point in POINTS:
        given = numbers | {activation.x.name: sympy.nsimplify(point)}
        given = {symbol: given[symbol.name] for symbol in answer.free_symbols}
        try:
            number = complex(answer.doit().subs(given))
        except Exception as error:  # SymPy has many ways to fail on a formula that makes no sense
            raise _Wrong(f"SymPy finds no number for it at x = {point:g}: {error}") from error
        values.append(number.real if abs(number.imag) < 1e-9 else np.nan)
    return np.array(values)


def _function_values(answer, parameters):
    if isinstance(answer, str):
        raise _Wrong("Text is not evaluated: write the answer without quotation marks.")
    if isinstance(answer, np.ndarray | list | tuple):
        raise _Wrong("These are values: write a formula in x, or hand in the function itself.")
    if not callable(answer):
        kind = type(answer).__name__
        raise _Wrong(f"The answer must be a formula or a function of x, not {kind}.")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            values = answer(POINTS.copy(), **parameters)
        except Exception as error:  # a learner's function may raise anything
            raise _Wrong(_why_it_raises(answer, parameters, error)) from error
    if values is ...:
        raise _Wrong(UNANSWERED)
    if isinstance(values, Expr):
        raise _Wrong(
            "Your function returns a formula instead of numbers: use NumPy's functions, such as "
            "np.exp, and no SymPy names in it."
        )
    if values is None:
        raise _Wrong("Your function returns None: does it end with a return line?")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # NumPy only warns when it drops an imaginary part
            if np.asarray(values).dtype.kind not in "biufO":
                raise TypeError("text, dates and complex numbers")
            values = np.asarray(values, dtype=float)
    except Exception as error:
        kind = getattr(values, "dtype", type(values).__name__)
        raise _Wrong(f"Your function returns {kind} instead of real numbers.") from error
    if values.shape != POINTS.shape:
        raise _Wrong(
            f"Not vectorised: for {len(POINTS)} values of x in an array your function returns an "
            f"array of shape {values.shape}. It should return one value for each x."
        )
    return values


def _why_it_raises(answer, parameters, error):
    reason = f"{type(error).__name__}: {error}"
    try:
        for point in POINTS:
            answer(float(point), **parameters)
    except Exception:
        return f"Your function stops with {reason}"
    return (
        f"Not vectorised: your function works for one number, but not for an array ({reason}). "
        "Use NumPy's functions (np.exp, np.where) in the place of math.exp and if."
    )


def _hint(values, expected, activation, order, wrt, parameters, case):
    """Return a sentence on a usual mistake that explains the values, or an empty one."""
    kept = np.isfinite(expected)
    values, expected = values[kept], expected[kept]
    if np.isnan(values).any():
        return f"It returns nan at x = {POINTS[kept][np.isnan(values)][0]:g}."
    if np.allclose(values, -expected):
        return "The sign is the wrong way round: does the chain rule bring in a minus?"
    others = {0: "f itself", 1: "the first derivative", 2: "the second derivative"}
    for other in others if wrt else others.keys() - {order}:
        if np.allclose(values, _expected(activation, other, None, parameters, case)[kept]):
            return f"This is {others[other]}."
    steep = np.abs(expected).argmax()
    factor = values[steep] / expected[steep] if expected[steep] else np.nan
    if factor and np.isfinite(factor) and np.allclose(values, factor * expected):
        return (
            f"It is {factor:.6g} times the right answer: look for a factor, as from an inner slope."
        )
    return ""
