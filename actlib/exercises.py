"""Checking a learner's answer: the reply says what is wrong, and is no traceback."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from html import escape
from traceback import format_exception_only
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sympy import Expr

from .activation import Entry
from .answers import Wrong, require_answered
from .mistakes import Attempt, hint
from .overlay import overlay
from .questions import Case, Numbers, OnTheLine, Question, asked


@dataclass(frozen=True)
class Feedback:
    """The reply to an answer: true when it is right, shown as its message.

    Where HTML can be shown, the learner's curve stands over the right one below it.
    """

    right: bool
    message: str
    picture: Callable[[], str] | None = field(default=None, repr=False, compare=False)

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return f"{'✓' if self.right else '✗'} {self.message}"

    def _repr_html_(self) -> str | None:
        if self.picture is None:
            return None
        try:
            return f"<p>{escape(repr(self))}</p>{self.picture()}"
        except Exception:  # a function that is right at a few points may fail elsewhere
            return None


def check(
    answer: Any,
    wanted: Entry | Expr | ArrayLike,
    /,
    order: int = 0,
    wrt: str | None = None,
    *,
    points: ArrayLike | None = None,
    **parameters: float,
) -> Feedback:
    """Compare a learner's `answer` with what is `wanted`, or with a derivative of it.

    `wanted` is one of these:

    - a function such as actlib.elu. The answer is a SymPy expression in x, or a Python
      function of a NumPy array, called with the parameters that are given here, and
      with the inputs of a gated unit.
    - a function of a vector such as actlib.softmax; with `order` = 1, its Jacobian. The
      answer is a Python function of one vector, or a SymPy vector or matrix in z_1,
      z_2, z_3.
    - a SymPy expression, which stands for a function of x. Its other symbols are
      parameters; declare a symbol positive to have positive values tried only.
    - a number, or an array of numbers: a fact, or what an experiment gives.

    `order` = 1, 2, ... asks for that derivative, `wrt` for the derivative with respect
    to a parameter. Values are compared to 6 digits, at 11 points between −4 and 4 (five
    vectors), or at the `points` given; points without a derivative are left out. An
    expression is compared at several values of each parameter that is not given; a
    function at its default, but at several values of inputs (with symbols left open, no
    function is taken). `...` stands for an answer still to come.

    Whatever `answer` is, nothing is raised, and text is never evaluated. Raises
    TypeError or ValueError when another argument is wrong.
    """
    question = asked(wanted, order, wrt, parameters, points)
    try:
        return _reply(question, answer)
    except Wrong as reason:
        return Feedback(False, str(reason))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # an object may fail whatever is asked of it
        reason = format_exception_only(error)[-1].strip()
        return Feedback(False, f"Your answer cannot be read: {reason}")


def _reply(question: Question, answer: Any) -> Feedback:
    require_answered(answer)
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
        warnings.simplefilter("always")
        np.seterr(under="ignore")
        attempt = Attempt(question, question.values(answer))
    with np.errstate(all="ignore"):
        difference = _difference(attempt)
        message = question.right_words
        if difference is not None:
            gap = "There your formula is 0/0." * question.has_gap(answer, *difference)
            words = _words(attempt, *difference), gap, hint(attempt)
            message = f"Not yet: {' '.join(filter(None, words))}"
    by_numpy = (w.message for w in caught if issubclass(w.category, RuntimeWarning))
    if texts := dict.fromkeys(map(str, by_numpy)):
        message += f" NumPy warns: {'; '.join(texts)}."
    picture = None
    if isinstance(question, OnTheLine) and question.has_curve:
        case, index = difference or (question.cases[0], None)
        place = None if index is None else float(question.points[index[0]])
        picture = partial(overlay, question, answer, case, place)
    return Feedback(difference is None, message, picture)


def _difference(attempt: Attempt) -> tuple[Case, tuple[int, ...]] | None:
    """Return the case and the index of a wrong value, or None if all are right."""
    comparable = False
    for case, values, right in attempt.cases():
        if values.shape != right.shape:
            first = right.ndim - attempt.question.axes
            shapes = f"{values.shape[first:]}, and it should be {right.shape[first:]}"
            raise Wrong(f"Not yet: the shape is {shapes}. {hint(attempt)}".strip())
        exists = ~np.isnan(right)
        wrong = exists & ~attempt.question.close(values, right)
        comparable |= bool(exists.any())
        if wrong.any():
            # What is lost altogether comes first, then what is easy to check.
            lost = wrong & np.isnan(values)
            places = np.argwhere(lost if lost.any() else wrong).tolist()
            return case, min(map(tuple, places), key=attempt.question.effort)
    if not comparable:
        raise Wrong("It cannot be compared: there is no value at the points tried.")
    return None


def _words(attempt: Attempt, case: Case, index: tuple[int, ...]) -> str:
    """Return what is wrong at one place."""
    question = attempt.question
    values = attempt.values[list(question.cases).index(case)]
    # No −0.
    yours, right = values[index] + 0.0, question.right(case)[index] + 0.0
    if question.is_number and (values == yours).all():
        return f"{yours:.6g} is not the right number."
    place = question.place(case, index)
    if isinstance(question, Numbers):
        return f"{place}, {yours:.6g}, is not right."
    if np.isnan(yours):
        return f"yours is nan {place}, where the value should be {right:.6g}."
    return f"{place} the value should be {right:.6g}, but yours is {yours:.6g}."
