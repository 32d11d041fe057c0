"""Checking a learner's answer: the reply explains what is wrong, and never is a traceback."""

import warnings
from dataclasses import dataclass
from numbers import Number

import numpy as np
import sympy
from sympy import Expr

from .activation import Activation, require_activation
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
    """The answer is not right; the text says why."""


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
    question = _Question(activation, parameters, order, wrt)
    cases = question.cases()
    question.values(cases[0])  # so that wrong arguments are named whatever the answer is
    try:
        if answer is ...:
            raise _Wrong(UNANSWERED)
        if isinstance(answer, bool) or not isinstance(answer, Expr | Number):
            question.compare(_function_values(answer, parameters), cases[0])
        else:
            for case in cases:
                question.compare(_formula_values(sympy.sympify(answer), activation, case), case)
    except _Wrong as reason:
        return Feedback(False, str(reason))
    return Feedback(True, "Right: it agrees at every point that was tried.")


@dataclass(frozen=True)
class _Question:
    """What is asked for: a function or a derivative, with some of its parameters."""

    activation: Activation
    parameters: dict
    order: int
    wrt: str | None = None

    def cases(self):
        """Return values for all parameters: the defaults, then two more within the sliders."""
        free = [p for name, p in self.activation.parameters.items() if name not in self.parameters]
        others = [{p.name: p.low + k * (p.high - p.low) for p in free} for k in (0.3, 0.8)]
        given = [self.parameters | other for other in ({}, *(others if free else ()))]
        return [self.activation.values_of(values) for values in given]

    def values(self, case):
        """Return the right values; nan where, for parameters left open, there is no derivative."""
        if self.wrt is not None:
            if self.order not in (0, 1):
                raise ValueError(f"order must be 1 together with wrt, not {self.order!r}")
            return self.activation.grad(POINTS, wrt=self.wrt, **case)
        arguments = (self.activation.x, *self.activation.symbols)
        derivative = self.activation.diff(self.order, **self.parameters)
        return numpy_function(arguments, derivative)(POINTS, *case.values())

    def compare(self, values, case):
        """Raise _Wrong unless `values` are right."""
        expected = self.values(case)
        differs = ~np.isclose(values, expected, rtol=1e-6, atol=1e-9) & np.isfinite(expected)
        if not differs.any():
            return
        x, yours, right = (array[differs][0] for array in (POINTS, values, expected))
        if (values == yours).all() and (expected == right).all():  # plain numbers: x says nothing
            raise _Wrong(f"Not yet: {yours:.6g} is not the right number.")
        place = "".join(f", {name} = {float(value):g}" for name, value in case.items())
        raise _Wrong(
            f"Not yet: at x = {x:g}{place} the value should be {right:.6g}, but yours is "
            f"{yours:.6g}. {self.hint(values, expected, case)}".strip()
        )

    def hint(self, values, expected, case):
        """Return a sentence on a usual mistake that explains the values, or an empty one."""
        kept = np.isfinite(expected)
        values, expected, points = values[kept], expected[kept], POINTS[kept]
        if np.isnan(values).any():
            return f"It returns nan at x = {points[np.isnan(values)][0]:g}."
        if np.allclose(values, -expected):
            why = ": does the chain rule bring in a minus?" if self.order or self.wrt else "."
            return f"The sign is the wrong way round{why}"
        for order, name in enumerate(("f itself", "the first derivative", "the second derivative")):
            other = _Question(self.activation, case, order)
            if np.allclose(values, other.values(case)[kept]):
                return f"This is {name}."
        steepest = np.abs(expected).argmax()
        factor = values[steepest] / expected[steepest] if expected[steepest] else 0
        if factor and np.isfinite(factor) and np.allclose(values, factor * expected):
            where = "in an inner slope, or brackets" if self.order or self.wrt else "or brackets"
            return f"It is {factor:.6g} times the right answer: look for a factor {where}."
        return ""


def _formula_values(answer, activation, case):
    if isinstance(answer, sympy.Lambda) and answer.signature == answer.variables[:1]:
        answer = answer(activation.x)
    symbols = (activation.x, *activation.symbols)
    own = {symbol.name: symbol for symbol in symbols}  # assumptions aside, a name says it all
    try:
        answer = answer.xreplace({s: own.get(s.name, s) for s in answer.free_symbols})
        return numpy_function(symbols, answer.doit())(POINTS, *case.values())
    except Exception as error:  # a formula that makes no sense can fail in many ways
        allowed = ", ".join(own)
        raise _Wrong(
            f"Your formula gives no numbers: {error}. It may contain {allowed}."
        ) from error


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
        raise _Wrong(
            f"Your function returns {kind} instead of real numbers. If there is a SymPy name in "
            "it, such as exp, use NumPy's: np.exp."
        ) from error
    if values.shape != POINTS.shape:
        raise _Wrong(
            f"Not vectorised: for {len(POINTS)} values of x in an array your function returns "
            f"{values.size}. It should return one value for each x; np.where may help."
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
        "Use NumPy's functions (np.exp, np.where) in the place of math.exp, SymPy's exp and if."
    )
