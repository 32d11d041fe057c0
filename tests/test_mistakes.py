"""What the usual mistakes are told: answers as learners write them, and the words."""

import math

import numpy as np
import pytest
import sympy
from scipy.special import expit
from sympy import (
    Abs,
    Derivative,
    Eq,
    Function,
    Matrix,
    Max,
    Min,
    Piecewise,
    Rational,
    Symbol,
    cos,
    exp,
    log,
    pi,
    sin,
    sqrt,
    tanh,
)

from actlib import (
    Activation,
    Parameter,
    binary_step,
    check,
    elu,
    identity,
    logistic,
    mistakes,
    prelu,
    relu,
    softmax,
    softplus,
    vector,
)

x, a, b, c, k, p, v, w = sympy.symbols("x a b c k p v w")
alpha, beta = sympy.symbols("alpha beta")
POSITIVE = Symbol("c", positive=True)
f = 1 / (1 + exp(-x))
slope = exp(-x) / (1 + exp(-x)) ** 2
bend = slope * (1 - 2 * f)
TANH = Activation("tanh", tanh(x))
STEEP = Activation("Steep", tanh(k * x), [Parameter("k", 2, 0.5, 4, 0.5)])
NEURON = Activation("Neuron", 1 / (1 + exp(-w * x)), [Parameter("w", 2, -8, 8, 0.5)])
BELL = Activation("Bell", exp(-(x**2)))
SILU = Activation("SiLU", x / (1 + exp(-x)))
WAVE = Activation("Wave", sin(3 * x))
SHIFTED = Activation("Shifted", tanh(x - c), [Parameter("c", 0.5, -2, 2, 0.5)])
RAMP = Activation("Ramp", Max(-1, Min(1, x)))
HINGE = Max(0, POSITIVE * x)
LEAKY = v * prelu.of(w * x)
first, second, third = softmax.expr_for(3, temperature=1).subs(
    dict(zip(softmax.logits(3), (x, 2 * x, 0), strict=True))
)
SIXTH = Activation("slope", Rational(1, 6))


def p_undefined(x):
    return undefined * (1 - undefined)  # noqa: F821


def with_an_if(x):
    if x > 0:
        return x
    return 0


def with_a_helper(x):
    return 1 / (1 + power(-x))


def power(x):
    return math.exp(x)


def printed(x):
    print(np.maximum(0, x))


def random_walk(x):
    raise SystemExit("stop")


# Rows: the answer, what is wanted, the order, words of the reply
SIGNS_AND_FACTORS = [
    (-f, logistic, 0, "right but for the sign"),
    (-slope, logistic, 1, "right but for the sign"),
    (lambda x: -np.tanh(x), TANH, 0, "right but for the sign"),
    (2 * slope, logistic, 1, "It is 2 times the right answer"),
    (lambda x: expit(x) / 2, logistic, 0, "It is 0.5 times the right answer"),
    (-2 * tanh(x), TANH, 0, "It is -2 times the right answer"),
    (-slope / 2, logistic, 1, "It is -0.5 times the right answer"),
    (x + Abs(x), relu, 0, "It is 2 times the right answer"),
    (lambda x: np.where(x > 0, 2, 0), relu, 1, "It is 2 times the right answer"),
    (log(1 + exp(beta * x)), softplus, 0, "It is the right answer multiplied by beta"),
    (
        alpha * exp(Min(0, x)) - alpha,
        elu,
        "alpha",
        "It is the right answer multiplied by alpha",
    ),
    (c * Max(0, x) / c**2, Max(0, Symbol("c", positive=True) * x), 0, "at x = 1"),
]
DERIVATIVES = [
    (f, logistic, 1, "This is f itself."),
    (tanh(k * x), STEEP, "k", "This is f itself."),
    (slope, logistic, 0, "This is the first derivative."),
    (slope, logistic, 2, "This is the first derivative."),
    (bend, logistic, 1, "This is the second derivative."),
    (k * (1 - tanh(k * x) ** 2), STEEP, "k", "with respect to x, not to k"),
    (x * (1 - tanh(k * x) ** 2), STEEP, 1, "with respect to k, not to x"),
    (w * x**2, w * x * b, "w", "at x = 1, b = 2, w = 3"),
    (w * x, w * x * b, "w", "This is the derivative with respect to b, not to w."),
    (lambda x: np.maximum(0, x), relu, 1, "This is f itself."),
    (lambda x: (x > 0) * 1.0, relu, 0, "This is the first derivative."),
    (x, identity, 1, "This is f itself."),
    # One number proves nothing.
    (1, identity, 0, "yours is 1. It is the same number everywhere"),
    (0, (1 - alpha) / sqrt(2 * pi), 0, "yours is 0. It is the same number everywhere"),
    (0, prelu, 0, "yours is 0. It is the same number everywhere"),
    (0, Max(0, POSITIVE * x), 0, "yours is 0. It is the same number everywhere"),
    (0, logistic, 1, "yours is 0. It is the same number everywhere"),
    (f * 1 - f, logistic, 1, "yours is 0. It is the same number everywhere"),
    (lambda x: expit(x) - expit(x), TANH, 1, "It is the same number everywhere"),
    (0, elu, "alpha", "yours is 0. It is the same number everywhere"),
]
RULES = [
    (1 - tanh(k * x) ** 2, STEEP, 1, "chain rule asks for the inner derivative"),
    (1 - tanh(k * x) ** 2, STEEP, 1, "that of k*x"),
    (
        exp(-w * x) / (1 + exp(-w * x)) ** 2,
        NEURON,
        1,
        "the inner derivative, too: that of w*x is missing.",
    ),
    (cos(3 * x), WAVE, 1, "that of 3*x"),
    (lambda x: np.cos(3 * x), WAVE, 1, "that of 3*x"),
    (exp(-(x**2)), BELL, 1, "This is f itself."),
    (cos(x**2), sin(x**2), 1, "that of x**2"),
    (1 / (1 + exp(x)), log(1 + exp(x)), 1, "that of exp(x) + 1"),
    (1 / (1 + exp(-beta * x)) ** 2, softplus, 2, "at x = 1"),
    (
        exp(-beta * x) / (1 + exp(-beta * x)) ** 2,
        softplus,
        2,
        "that of beta*x",
    ),
    (1 - tanh(k * x) ** 2, STEEP, "k", "that of k*x"),
    (-third * (first + second), third, 1, "that of 2*x is missing"),
    (f, SILU, 1, "The product rule has two terms"),
    (x * slope, SILU, 1, "that with the derivative of x is missing"),
    (lambda x: expit(x), SILU, 1, "The product rule has two terms"),
]
PARAMETERS = [
    (tanh(x), STEEP, 0, "It is right for k = 1 only: is k left out?"),
    (tanh(2 * x), STEEP, 0, "It is right for k = 2 only"),
    (tanh(x), SHIFTED, 0, "It is right for c = 0 only: is c left out?"),
    (Piecewise((exp(x) - 1, x < 0), (x, True)), elu, 0, "alpha = 1 only"),
    (Max(0, x), prelu, 0, "alpha = 0 only"),
    (Max(x, alpha * x), prelu, 0, "at x = 1, alpha = 2"),
    (Max(0, x) + Min(0, alpha * x), prelu, 0, "at x = 1, alpha = -1.5"),
    (Min(0, w * x), LEAKY, "alpha", "It is the right answer divided by v."),
    (v * w * Min(0, w * x), LEAKY, "alpha", "It is the right answer multiplied by w."),
    (v * Min(0, x), LEAKY, "alpha", "It is right for w = 1 only: is w left out?"),
    (w * Min(0, x), LEAKY, "alpha", "at x = -1, alpha = 2, v = 3, w = 4"),
    (v * w * Min(0, x), LEAKY, "alpha", "at x = 1, alpha = 2, v = 0.5, w = -1.5"),
    (v * w * Min(0, x), LEAKY, "alpha", "be -0.75, but yours is 0."),
    (tanh(x / k), STEEP, 0, "at x = 1"),
    (tanh(a * x), STEEP, 0, "a is not defined. It may contain x and k."),
]
ARGUMENTS = [
    (2 * f - 1, TANH, 0, "It is right with 2*x in the place of x."),
    (tanh(2 * x), TANH, 0, "It is right with x/2 in the place of x."),
    (2 / (1 + exp(-2 * x)), TANH, 0, "right but for a constant that is added."),
    (lambda x: np.tanh(x) - 1, TANH, 0, "right but for a constant that is added."),
    (lambda x: expit(x) + (x > 3), logistic, 0, "yours is 1.97069. It is wrong for x"),
    (1 / (1 + exp(x)), logistic, 0, "right with −x in the place of x"),
    (lambda x: 1 / (1 + np.exp(x)), logistic, 0, "the curve is mirrored"),
    (log(1 + exp(-x)), log(1 + exp(x)), 0, "right with −x in the place of x"),
    (lambda x, y: x, logistic, 0, "is called with x only, but it takes x and y"),
    (lambda: 1, logistic, 0, "is called with x only, but it takes no argument"),
    (lambda x, a: a * x, {"k": 3}, 0, "called with x and k, but it takes x and a"),
    (lambda x: x, {"k": 3}, 0, "called with x and k, but it takes x only"),
    (math.pow, logistic, 0, "is called with x only, but it takes x and y"),
]
CODE = [
    (lambda x: np.max(x, 0), relu, 0, "Use np.maximum"),
    (lambda x: max(0, x), relu, 0, "Use np.maximum"),
    (lambda x: min(0, x) + x, relu, 0, "Use np.minimum"),
    (lambda x: np.max([0, x]), relu, 0, "Use np.maximum"),
    (lambda x: 0.5, logistic, 0, "It is the same number, 0.5, whatever x is"),
    (Rational(1, 2), logistic, 0, "the same number everywhere"),
    (lambda x: 0 * x + 1, logistic, 0, "the same number everywhere"),
    (lambda x: np.sum(x), relu, 0, "it makes one number of the whole array"),
    (lambda x: expit(x)[:3], logistic, 0, "(11,) goes in, (3,) comes out"),
    (lambda x: np.max(0, x), relu, 0, "Use np.maximum"),
    (lambda x: x ^ 2, relu, 0, "a power is written **: x**2"),
    (lambda x: Max(0, x), relu, 0, "use np.maximum, not SymPy's Max."),
    (lambda x: sympy.Max(0, x), relu, 0, "use np.maximum, not SymPy's sympy.Max."),
    (lambda x: 1 / (1 + math.exp(-x)), logistic, 0, "np.exp, not math.exp"),
    (lambda x: 1 / (1 + exp(-x)), logistic, 0, "use np.exp, not SymPy's exp."),
    (lambda x: with_a_helper(x), logistic, 0, "use np.exp, not math.exp."),
    (lambda x: x * sqrt(2) + pi, relu, 0, "np.sqrt, not SymPy's sqrt; np.pi, not"),
    (lambda x: [exp(number) for number in x], relu, 0, "not SymPy's exp"),
    (
        lambda x: np.where(x < 0, alpha * (np.exp(x) - 1), x),
        elu,
        0,
        "with numbers, not with SymPy's alpha: put numbers there, or",
    ),
    (lambda x: np.exp(alpha * x), elu, 0, "not with SymPy's alpha"),
    (lambda x: c * np.maximum(0, x), HINGE, 0, "A formula with c is asked for, not"),
    (lambda x: np.maximum(0, 2 * x), HINGE, 0, "A formula with c is asked for, not"),
    (relu, LEAKY, 0, "A formula with alpha, v and w is asked for, not a function."),
    (lambda x: logistic.expr, logistic, 0, "Not numbers"),
    (lambda x: logistic.of(x), logistic, 0, "(of an array: logistic(x))"),
    (lambda x: f(x) * (1 - f(x)), logistic, 1, "not with SymPy's f: put numbers"),
    (lambda x: f * (1 - f), logistic, 1, "not with SymPy's f: put numbers"),
    (with_an_if, relu, 0, "np.where(condition, a, b)"),
    (lambda x: x if x > 0 else 0, relu, 0, "for one number, but not for an array"),
    (printed, relu, 0, "returns None: it must end with a return line"),
    (p_undefined, logistic, 1, "undefined is not defined: give it a value"),
    (p * (1 - p), logistic, 1, "p is not defined. It may contain x."),
    (p * (1 - p), logistic, 1, "It is right if p stands for f(x)"),
    (lambda x: x.expit(), logistic, 0, "stops with AttributeError"),
    (lambda x: 1 / 0, logistic, 0, "stops with ZeroDivisionError"),
    (random_walk, logistic, 0, "stops with SystemExit: stop"),
    ("1/(1 + exp(-x))", logistic, 0, "without quotation marks"),
    (expit(np.arange(3)), logistic, 0, "a function (not its values)"),
    ([f], logistic, 0, "a function (not its values)"),
    (Eq(x, 1), logistic, 0, "not Equality"),
    (f + Function("g")(x), logistic, 0, "g(x) is not defined"),
    (lambda x: expit(x) + 0j, logistic, 0, "Not numbers: what your function returns"),
    (lambda x: [1, [2]], logistic, 0, "Not numbers: what your function returns"),
    (lambda x: ["0.5"] * len(x), logistic, 0, "Not numbers"),
    (lambda x: ... + x, logistic, 0, "Not answered yet"),
    (lambda x: ..., logistic, 0, "Not answered yet"),
]
POINTS = [
    (1 / x, logistic, 0, "at x = 0 the value should be 0.5, but yours is inf"),
    (log(x), logistic, 0, "yours is nan at x = 0, where the value should be 0.5"),
    (lambda x: np.where(x > 1, np.nan, expit(x)), logistic, 0, "nan at x = 2"),
    (lambda x: x * (1 - x), logistic, 1, "at x = 0 the value should be 0.25"),
    (lambda x: np.where(x > 3, 0, expit(x)), logistic, 0, "at x = 3.5"),
    (lambda x: np.where(x > 0, 1, 0), binary_step, 0, "It is wrong for x = 0 only."),
    (lambda x: np.where(x < 0, x, 0), relu, 0, "at x = 1 the value should be 1"),
    (lambda x: np.maximum(-0.5, x), relu, 0, "It is wrong for x < 0 only."),
    ((x + Abs(x)) / (2 * x), relu, 0, "yours is 1. There your formula is 0/0."),
    (elu.diff(), elu, "alpha", "should be 0. This is"),
    (lambda x: x, RAMP, 0, "at x = 2 the value should be 1, but yours is 2."),
    (1.7159 * tanh(2 * x / 3), 1.72 * tanh(2 * x / 3), 0, "It is close"),
    (
        lambda x: np.where(x > 0, 1, np.where(x < 0, 0, np.nan)),
        relu,
        1,
        "nan at x = 0. There is no derivative there",
    ),
]
NUMBERS = [
    ([0.5], Rational(1, 2), 0, "A number is asked for: write it without brackets."),
    (np.array([0.5]), SIXTH, 0, "A number is asked for: write it without brackets."),
    (None, SIXTH, 0, "A number is asked for, and your answer is None."),
    ("1/6", SIXTH, 0, "without quotation marks"),
    (lambda x: 1 / 6, 1 / 6, 0, "A number is asked for, not function."),
    (x / 6, 1 / 6, 0, "A number is asked for, and yours still contains x."),
    (True, 1, 0, "A number is asked for, not bool."),
    (1j, 1, 0, "A real number is asked for"),
    (float("nan"), 1, 0, "A real number is asked for, and yours is nan."),
    (..., 1, 0, "Not answered yet"),
    (3, SIXTH, 0, "Not yet: 3 is not the right number."),
    (-1 / 6, SIXTH, 0, "It is right but for the sign."),
    # Where the sign is asked for, it is no hint.
    (-1, 1, 0, "-1 is not the right number."),
    (0.1667, SIXTH, 0, "It is close"),
    # Not rounded, but miscounted.
    (6560, 6561, 0, "6560 is not the right number."),
    ([100, 6560], [100, 6561], 0, "the second number, 6560, is not right."),
    (3, identity, 1, "Not yet: 3 is not the right number."),
    ([1, 0], [0, 1], 0, "Not yet: the first number, 1, is not right."),
    ([0, 0, 0, 0, 0, 1], [0] * 6, 0, "Not yet: number 6, 1, is not right."),
    ([[1, 2], [3, 4]], [[1, 2], [0, 4]], 0, "in row 2 and column 1, 3, is not right."),
    ([[[1]]], [[[2]]], 0, "the number at [0, 0, 0], 1, is not right."),
    ([0, 1, 2], [0, 1], 0, "the shape is (3,), and it should be (2,)"),
    ([[1, 2], [3]], [0, 1], 0, "All rows must have the same length."),
    ([[1, 3], [2, 4]], [[1, 2], [3, 4]], 0, "Rows and columns are exchanged."),
    ([1, 4], [[1, 2], [3, 4]], 0, "This is the diagonal only"),
]


def shares(z):
    return np.exp(z) / np.exp(z).sum()


def jacobian(z):
    return np.diag(shares(z)) - np.outer(shares(z), shares(z))


CURVED = vector.VectorActivation(
    "Curved",
    (1 + vector.z[vector.i] ** 2)
    / sympy.Sum(1 + vector.z[vector.j] ** 2, (vector.j, 1, vector.n)),
)
VECTORS = [
    (shares, softmax, 1, "This is f itself."),
    (jacobian, softmax, 0, "This is the first derivative."),
    (lambda z: -jacobian(z), softmax, 1, "right but for the sign"),
    (lambda z: shares(z) * (1 - shares(z)), softmax, 1, "This is the diagonal only"),
    (lambda z: np.diag(np.diag(jacobian(z))), softmax, 1, "This is the diagonal only"),
    (
        lambda z: -np.outer(shares(z), shares(z)),
        softmax,
        1,
        "Only the diagonal is wrong.",
    ),
    (lambda z: CURVED.jacobian(z).T, CURVED, 1, "Rows and columns are exchanged."),
    (np.exp, softmax, 0, "at z = (2, 1, 0), temperature = 1"),
    (np.exp, softmax, 0, "The outputs must add up to 1, and yours do not."),
    (lambda z: np.exp(z) / np.sum(z), softmax, 0, "must add up to 1"),
    (lambda z: exp(z) / exp(z).sum(), softmax, 0, "use np.exp, not SymPy's exp."),
    (lambda z: math.exp(z) / math.exp(z).sum(), softmax, 0, "np.exp, not math.exp"),
    (lambda z: shares(z)[0], softmax, 0, "the shape is (), and it should be (3,)"),
    (lambda z: [..., ..., ...], softmax, 0, "Not answered yet"),
    ([..., ..., ...], softmax, 0, "Not answered yet"),
    (["z_1"], softmax, 0, "without quotation marks"),
    (lambda a, b, c: a, softmax, 0, "called with z only, but it takes a, b and c"),
    (lambda z: [1] * int(3 + z[0]), softmax, 0, "The shape changes with the logits"),
    (Matrix([x, x, x]), softmax, 0, "x is not defined. It may contain z_1, z_2, z_3"),
]
ROWS = [
    *(SIGNS_AND_FACTORS + DERIVATIVES + RULES + PARAMETERS + ARGUMENTS),
    *(CODE + POINTS + NUMBERS + VECTORS),
]


@pytest.mark.parametrize(
    "answer, wanted, order, words",
    [pytest.param(*row, id=f"{n}-{row[-1][:40]}") for n, row in enumerate(ROWS)],
)
def test_the_reply_names_the_mistake(answer, wanted, order, words):
    named = {"wrt": order} if isinstance(order, str) else {"order": order}
    if isinstance(wanted, dict):
        wanted, named = STEEP, named | wanted
    feedback = check(answer, wanted, **named)
    assert not feedback
    assert words in feedback.message


def test_every_mistake_of_the_table_is_met_by_a_row():
    found = {
        mistake.name
        for mistake in mistakes.MISTAKES
        for *_, words in ROWS
        for part in mistake.words.split("{}")
        if len(part) > 8 and (part in words or words in part)
    }
    assert {mistake.name for mistake in mistakes.MISTAKES} - found <= {"one side"}


# No hint without proof


def test_a_factor_is_not_named_for_another():
    reply = check(w * Min(0, x), LEAKY, wrt="alpha")
    assert not {"multiplied", "divided", "left"} & {*reply.message.split()}


def test_max_is_no_mistake_where_something_else_fails():
    def stable(z):
        return np.exp(z - z.max()) + np.ones(2)

    assert "maximum" not in check(stable, softmax).message
    assert "stops with ValueError" in check(stable, softmax).message


NO_FACTOR = [
    lambda x: -6.57219e-17 * expit(x),
    lambda x: -0.577681 * expit(x),
    lambda x: 3 * expit(x),
    lambda x: 0 * x,
    sympy.Integer(0),
    sympy.oo,
    10**400,
    lambda x: 2 * expit(x) + 1e-3 * (x == 3.5),
]


@pytest.mark.parametrize("answer", NO_FACTOR, ids=range(len(NO_FACTOR)))
def test_a_factor_is_named_only_where_it_is_simple_and_holds_everywhere(answer):
    message = check(answer, logistic).message
    assert "times" not in message and "sign" not in message


def test_a_factor_of_one_number_may_be_chance():
    assert "times" not in check(0.5, 0.25).message
    assert "times" not in check(lambda x: 2 + 0 * x, identity, 1).message
    assert "times" not in check(2 * f, logistic, points=[0, 1, 2]).message


def test_tiny_values_are_told_apart_where_points_are_chosen():
    far = [-600, -500, -400, -300]
    assert check(lambda x: np.exp(x), logistic, points=far)
    assert not check(lambda x: 0 * x, logistic, points=far)
    assert "sign" in check(lambda x: -np.exp(x), logistic, points=far).message
    assert "sign" not in check(lambda x: 0 * x, logistic, points=far).message


# Right all the same


def test_a_warning_of_numpy_stands_beside_the_verdict():
    root = Activation("Root", sqrt(Max(0, x)))
    reply = check(lambda x: np.where(x >= 0, np.sqrt(x), 0), root)
    assert reply
    warns = "NumPy warns: invalid value encountered in sqrt."
    start = "Right: it agrees at every point that was tried."
    assert reply.message == f"{start} {warns}"
    wrong = check(lambda x: 1 / x, logistic)
    assert not wrong and "NumPy warns: divide by zero" in wrong.message


STABLE = {
    "by the largest": (lambda z: shares(z - z.max()), True),
    "by the first": (lambda z: shares(z - z[0]), False),
    "by the second": (lambda z: shares(z - z[1]), False),
    "by 1000": (lambda z: shares(z - 1000), False),
    "not at all": (shares, False),
}


@pytest.mark.parametrize("answer, right", STABLE.values(), ids=STABLE)
def test_a_softmax_that_may_overflow_is_not_right(answer, right):
    assert check(lambda z: shares(z), softmax)
    points = [[2000, 0, -2000], [-2000, 2000, 0], [0, 1, 2]]
    reply = check(answer, softmax, points=points)
    assert bool(reply) == right
    assert right or "nan" in reply.message


def test_the_derivative_that_is_not_carried_out_is_right():
    assert check(Derivative(f, x), logistic, 1)
