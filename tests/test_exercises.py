import math
import sys
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sympy import (
    Abs,
    Function,
    Interval,
    Lambda,
    Matrix,
    Piecewise,
    S,
    Symbol,
    exp,
    log,
    tanh,
)

from actlib import (
    CATALOGUE,
    NOT_WORKED_OUT,
    Activation,
    Parameter,
    check,
    logistic,
    softmax,
)

x, k = sympy.symbols("x k")
f = 1 / (1 + exp(-x))
SCALAR = [
    pytest.param(entry, id=name)
    for name, entry in CATALOGUE.items()
    if isinstance(entry, Activation)
]
STEEP = Activation("Steep", tanh(k * x), [Parameter("k", 2, 0.5, 4, 0.5)])
IDENTITY = Activation("Identity", x)
RELU = Activation("ReLU", Piecewise((0, x <= 0), (x, True)))


# Right answers


@pytest.mark.parametrize("entry", SCALAR)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_own_expression_is_right_whatever_its_symbols_assume(entry, order):
    answer = entry.diff(order)
    assert check(answer, entry, order)
    plain = {symbol: Symbol(symbol.name) for symbol in answer.free_symbols}
    assert check(answer.subs(plain), entry, order)


@pytest.mark.parametrize("entry", SCALAR)
def test_own_values_are_right(entry):
    assert check(entry, entry)
    assert check(entry.grad, entry, 1)
    for name in entry.parameters:
        assert check(partial(entry.grad, wrt=name), entry, wrt=name)


def careful(x, scale=1.0):
    """A function with a default, and a loop."""
    return [scale / (1 + math.exp(-number)) for number in x]


class Callable:
    def __call__(self, x):
        return expit(x)

    def method(self, x):
        return expit(x)


OTHER_WAYS = {
    "another formula": sympy.tanh(x / 2) / 2 + S.Half,
    "a derivative not carried out": sympy.Derivative(log(1 + exp(x)), x),
    "a symbol with assumptions": 1 / (1 + sympy.E ** (-Symbol("x", positive=True))),
    "ufunc": expit,
    "function": lambda x: 1 / (1 + np.exp(-x)),
    "function that returns a list": lambda x: list(expit(x)),
    "function that returns float32": lambda x: expit(x.astype(np.float32)),
    "vectorize": np.vectorize(lambda x: 1 / (1 + math.exp(-x))),
    "rewritten": f.rewrite(tanh).simplify(),
    "an unevaluated sum": sympy.Add(f, x, -x, evaluate=False),
    "numbers with a point": 1.0 / (1.0 + sympy.exp(-1.0 * x)),
    "exponentials of E": sympy.E**x / (sympy.E**x + 1),
    "a choice": lambda x: np.where(x < 0, np.exp(x) / (1 + np.exp(x)), expit(x)),
    "expm1": lambda x: 1 / (2 + np.expm1(-x)),
    "a default argument": lambda x, k=1: expit(k * x),
    "a loop": careful,
    "partial": partial(careful, scale=1),
    "an object": Callable(),
    "a method": Callable().method,
    "lambdify": sympy.lambdify(x, f),
    "more arguments": lambda *numbers: expit(numbers[0]),
    "its own function": logistic,
    "a learner's function": Activation("Own", f),
    "a column": lambda x: np.stack([expit(number) for number in x]),
}


@pytest.mark.parametrize("answer", OTHER_WAYS.values(), ids=OTHER_WAYS)
def test_other_ways_to_write_it_are_right(answer):
    feedback = check(answer, logistic)
    assert feedback
    assert feedback.message == "Right: it agrees at every point that was tried."
    assert repr(feedback) == f"✓ {feedback.message}"


@pytest.mark.parametrize(
    "one",
    [1, 1.0, np.float32(1), np.int64(1), Fraction(1), S.One],
    ids=lambda one: type(one).__name__,
)
def test_a_number_is_a_constant_function(one):
    assert check(one, Activation("Identity", x), 1)
    assert not check(one, logistic)


def test_points_without_a_derivative_are_left_out():
    assert check(lambda x: np.where(x > 0, 1, 0), RELU, 1)
    assert check(lambda x: np.where(x >= 0, 1, 0), RELU, 1)
    assert not check(lambda x: np.where(x >= -0.5, 1, 0), RELU, 1)


def test_a_formula_holds_for_every_value_of_a_parameter_that_is_not_given():
    assert check(tanh(k * x), STEEP)
    assert check(tanh(k * x), STEEP, k=3)
    assert check(tanh(3 * x), STEEP, k=3)
    assert check(x * (1 - tanh(k * x) ** 2), STEEP, wrt="k")
    assert not check(tanh(2 * x), STEEP)  # true at the default only
    assert not check(tanh(2 * x), STEEP, k=sympy.Rational(1, 2))


def test_a_kink_that_only_some_values_of_a_parameter_remove_is_left_out():
    leaky = Activation(
        "Leaky", Piecewise((x, x > 0), (k * x, True)), [Parameter("k", 1, 0, 2, 1)]
    )
    assert check(leaky.diff(), leaky, 1)
    assert check(Piecewise((1, x > 0), (k, True)), leaky, 1)
    assert not check(Piecewise((1, x > 0), (1 / k, True)), leaky, 1)


def test_a_function_is_called_with_the_parameters_that_are_given():
    assert check(lambda x: np.tanh(2 * x), STEEP)
    assert check(lambda x, k=2: np.tanh(k * x), STEEP)
    assert check(lambda x, k: np.tanh(k * x), STEEP, k=3)
    assert check(lambda x, k: x / np.cosh(k * x) ** 2, STEEP, wrt="k", k=0.5)
    assert not check(lambda x, k: np.tanh(2 * x), STEEP, k=3)


# What a wrong answer is told


def test_dots_are_not_answered_yet():
    assert "Not answered yet" in check(..., logistic).message
    assert not check(..., logistic)


def test_the_first_difference_is_shown():
    feedback = check(lambda x: np.where(x < 1, expit(x), 0.75), logistic)
    assert not feedback
    start = "Not yet: at x = 1 the value should be 0.731059, but yours is 0.75."
    assert feedback.message == f"{start} It is wrong for x > 0 only."
    start = feedback.message
    assert repr(feedback) == f"✗ {start}"


def test_the_parameters_of_a_difference_are_shown():
    assert "at x = 1, k = 3 the value should be" in check(tanh(x), STEEP, k=3).message
    assert "k = " in check(tanh(2 * x), STEEP).message


def test_a_wrong_number_is_told_without_the_right_one():
    feedback = check(3, Activation("Identity", x), 1)
    assert feedback.message == "Not yet: 3 is not the right number."


@pytest.mark.parametrize(
    "wrong, named",
    [
        ([-4, 0, 1], 0),
        ([-4, -1, 1, 2], 1),
        ([-4, -1, 2], -1),
        ([0.25, -4, 2], 2),
        ([-4, 0.25, 0.75], 0.25),
        ([-1.5, -0.5], -0.5),
        ([3.5, -4], 3.5),
    ],
)
def test_points_that_are_easy_to_check_come_first(wrong, named):
    message = check(lambda x: x + np.isin(x, wrong), IDENTITY).message
    assert message.startswith(
        f"Not yet: at x = {named:g} the value should be {named:g}"
    )


# Nothing is raised, nothing is evaluated, nothing is spoilt


class Hostile:
    """An object on which everything that can be overridden fails."""

    def fail(self, *arguments, **named):
        raise RuntimeError("hostile")

    __array__ = __bool__ = __call__ = __eq__ = __float__ = __len__ = __repr__ = fail
    __hash__ = None


def recursive(x):
    return recursive(x)


ODD = [
    *(
        np.True_,
        True,
        sympy.true,
        1j,
        sympy.I,
        sympy.nan,
        sympy.zoo,
        Decimal("0.5"),
        10**400,
        b"x",
    ),
    *(
        Matrix([f]),
        sympy.ImmutableMatrix([f]),
        sympy.MatrixSymbol("x", 2, 2),
        sympy.Array([1]),
    ),
    *(
        x > 0,
        sympy.And(x > 0, x < 1),
        Interval(0, 1),
        {1},
        {"x": f},
        sympy.Tuple(f),
        S.Reals,
    ),
    *(
        Piecewise((1, x > 0)),
        sympy.DiracDelta(x),
        sympy.Order(x),
        sympy.floor(x),
        sympy.gamma(x),
    ),
    *(
        Function("g"),
        Function("g")(x).diff(x),
        sympy.Integral(f.diff(x), (x, 0, x)),
        Abs(x) ** x,
    ),
    *(
        Lambda((x, k), f),
        Lambda(((x,),), f),
        Lambda(x, x > 0),
        sympy.Poly(x),
        sympy.tanh,
        exp,
    ),
    *(
        math,
        float,
        str,
        list,
        type,
        Symbol,
        Hostile,
        Hostile(),
        SimpleNamespace(),
        Activation,
    ),
    *(
        math.exp,
        print,
        recursive,
        sys.intern,
        lambda: 1,
        lambda x, y: x,
        lambda x: x.missing,
    ),
    *(
        np.array(...),
        [...],
        np.array([f]),
        range(3),
        iter([1.0]),
        NotImplemented,
        ValueError,
    ),
]
ODD_NAMES = [f"{number}-{type(odd).__name__}" for number, odd in enumerate(ODD)]


@pytest.mark.parametrize("odd", ODD, ids=ODD_NAMES)
def test_odd_answers_are_wrong_and_raise_nothing(odd):
    assert not check(odd, logistic)


@pytest.mark.parametrize("odd", ODD, ids=ODD_NAMES)
@pytest.mark.parametrize("wanted", [-7.25, [1, 2], softmax], ids=["one", "two", "z"])
def test_odd_answers_to_other_questions_are_wrong_and_raise_nothing(odd, wanted):
    assert not check(odd, wanted)
    assert not check([odd], wanted)
    assert not check(lambda z: odd, wanted)


@pytest.mark.parametrize("odd", ODD, ids=ODD_NAMES)
def test_odd_values_of_a_function_are_wrong_and_raise_nothing(odd):
    assert not check(lambda x: odd, logistic)
    assert not check(lambda x: [odd] * len(x), logistic)


PLAIN = st.one_of(
    *(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.complex_numbers(),
        st.text(),
    ),
    *(st.binary(), st.decimals(), st.fractions(), st.dates(), st.just(...)),
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(VALUES)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_any_plain_value_gets_a_feedback(value):
    for answer in (value, lambda x: value, lambda x: [value] * len(x)):
        feedback = check(answer, logistic)
        assert not feedback
        assert feedback.message


def test_text_is_never_evaluated(tmp_path):
    trace = tmp_path / "trace"
    text = f"__import__('pathlib').Path({str(trace)!r}).touch()"
    answers = [
        text,
        [text],
        {text: text},
        np.array([text]),
        Symbol(text),
        Function(text)(x),
    ]
    for answer in (*answers, lambda x: text, lambda x: [text] * len(x)):
        assert not check(answer, logistic)
    assert not trace.exists()


class Unspeakable(BaseException):
    def __str__(self):
        raise SystemExit


def test_whatever_a_function_raises_is_caught_but_for_an_interrupt():
    def raises(error):
        def answer(x):
            raise error

        return answer

    for error in (SystemExit, GeneratorExit, BaseException("no"), Unspeakable()):
        for wanted in (logistic, softmax):
            assert not check(raises(error), wanted)
    with pytest.raises(KeyboardInterrupt):
        check(raises(KeyboardInterrupt), logistic)


def test_a_function_that_changes_its_argument_spoils_nothing():
    def careless(x):
        x *= 0
        return x

    assert not check(careless, logistic)
    assert check(expit, logistic)


def test_what_a_function_prints_is_shown(capsys):
    check(lambda x: print("so far so good"), logistic)
    assert "so far so good" in capsys.readouterr().out


# The other arguments


@pytest.mark.parametrize(
    "arguments, named, error, words",
    [
        (["logistic"], {}, TypeError, "activation"),
        ([None], {}, TypeError, "wanted"),
        ([True], {}, TypeError, "wanted"),
        ([float("nan")], {}, ValueError, "wanted"),
        ([[1, [2]]], {}, ValueError, "wanted"),
        ([[f]], {}, ValueError, "wanted"),
        ([sympy.gamma(x)], {}, ValueError, "wanted"),
        ([NOT_WORKED_OUT], {}, ValueError, "wanted must be known"),
        ([3, 1], {}, ValueError, "order"),
        ([3], {"wrt": "k"}, ValueError, "wrt"),
        ([3], {"k": 1}, ValueError, "k must not be given"),
        ([3], {"points": [1]}, ValueError, "points"),
        ([softmax, 2], {}, ValueError, "order"),
        ([softmax, True], {}, ValueError, "order"),
        ([softmax], {"wrt": "temperature"}, ValueError, "wrt"),
        ([softmax], {"temperature": 0}, ValueError, "temperature"),
        ([softmax], {"points": [0, [1]]}, ValueError, "points"),
        ([STEEP], {"points": []}, ValueError, "points"),
        ([STEEP], {"points": [[1.0]]}, ValueError, "points"),
        ([STEEP], {"points": "1"}, TypeError, "points"),
        ([STEEP], {"points": [np.inf]}, ValueError, "points"),
        ([STEEP, -1], {}, ValueError, "order"),
        ([STEEP, 1.5], {}, ValueError, "order"),
        ([STEEP, "1"], {}, ValueError, "order"),
        ([STEEP, True], {}, ValueError, "order"),
        ([STEEP, 2], {"wrt": "k"}, ValueError, "order"),
        ([STEEP], {"wrt": "alpha"}, ValueError, "wrt"),
        ([STEEP], {"wrt": ["k"]}, ValueError, "wrt"),
        ([STEEP], {"alpha": 1}, TypeError, "alpha"),
        ([STEEP], {"k": "1"}, TypeError, "k must be"),
        ([STEEP], {"k": [1, 2]}, TypeError, "k must be"),
        ([STEEP], {"k": np.nan}, ValueError, "k must lie in"),
    ],
)
@pytest.mark.parametrize("answer", [..., f])
def test_a_wrong_argument_other_than_the_answer_is_named(
    answer, arguments, named, error, words
):
    with pytest.raises(error, match=words):
        check(answer, *arguments, **named)


@pytest.mark.parametrize(
    "expression", [Abs(x), sympy.Max(0, x), 1 / x, log(x), sympy.sin(x) / x]
)
def test_learners_own_functions_are_checked_like_any_other(expression):
    own = Activation("Own", expression)
    assert check(expression, own)
    assert check(own.diff(), own, 1)
    assert not check(expression + 1, own)
    assert not check(expression + 1, own, 1)
