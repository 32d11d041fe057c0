"""What an exercise may ask for: functions, formulas, numbers, arrays, vectors."""

from itertools import permutations

import numpy as np
import pytest
import sympy
from scipy.special import softmax as shares
from sympy import Interval, Max, Min, Piecewise, exp, log, sqrt, tanh

from actlib import (
    Activation,
    Parameter,
    binary_step,
    check,
    elu,
    logistic,
    prelu,
    relu,
    softmax,
    softplus,
)

x, a, b, k, v, w, alpha = sympy.symbols("x a b k v w alpha")
positive = sympy.symbols("p q r", positive=True)
c = sympy.Symbol("c", positive=True)
z1, z2, z3 = sympy.symbols("z_1:4")

# Formulas


@pytest.mark.parametrize(
    "answer, wanted, named",
    [
        (w**3 * x + (w**2 + w + 1) * b, w * (w * (w * x + b) + b) + b, {}),
        (w**3, w * (w * (w * x + b) + b) + b, {"order": 1}),
        (3 * w**2 * x + (2 * w + 1) * b, w * (w * (w * x + b) + b) + b, {"wrt": "w"}),
        (lambda x, w, b: w * x + b, w * x + b, {"w": 3, "b": 1}),
        (c * relu.expr, Max(0, c * x), {}),
        (1 / alpha, 1 / alpha, {}),
        (lambda t: 1 / t, 1 / alpha, {"points": [1, 2, 3]}),
        (sqrt(c) * b, sqrt(c) * b, {}),
        (log(x), log(x), {}),
        (Piecewise((0, x < -1), (1, x < 2), (0, True)), binary_step.of(x + 1)
         - binary_step.of(x - 2), {}),
    ],
)  # fmt: skip
def test_a_formula_may_be_asked_for(answer, wanted, named):
    assert check(answer, wanted, **named)
    assert not check(2 * answer + 1 if isinstance(answer, sympy.Expr) else abs,
                     wanted, **named)  # fmt: skip


def test_symbols_of_unknown_sign_are_tried_with_both_signs():
    plain = sympy.Symbol("c")
    assert not check(abs(plain) * x, plain * x)
    assert check(abs(plain) * x, c * x)


EXCHANGED = [
    (v * Min(0, w * x), {"wanted": v * prelu.of(w * x), "wrt": "alpha"}),
    (x * logistic.diff().subs(logistic.x, w * x + b), {}),
    (w * x + b, {}),
    (w**3 * x + v * b, {}),
    (c * Max(0, x - b), {}),
    (a * tanh(b * x + c), {}),
    (a**x / (c + alpha), {}),
    (tanh(positive[0] * x) / positive[1] + positive[2], {}),
    (tanh(positive[0] * x) + w * x + alpha, {}),
]


@pytest.mark.parametrize("answer, asked", EXCHANGED, ids=range(len(EXCHANGED)))
def test_a_right_formula_with_its_letters_exchanged_is_wrong(answer, asked):
    named = dict(asked)
    wanted = named.pop("wanted", answer)
    assert check(answer, wanted, **named)
    letters = sorted(wanted.free_symbols - {x}, key=str)
    for one, other in permutations(letters, 2):
        for swap in ({one: other}, {one: other, other: one}):
            wrong = answer.xreplace(swap)
            if sympy.expand(wrong - answer) != 0:
                assert not check(wrong, wanted, **named), wrong


@pytest.mark.parametrize("wrong", [abs(v * w), abs(v) * w, v * abs(w), -abs(v * w)])
def test_letters_are_tried_with_all_signs(wrong):
    assert check(v * w * x, v * w * x)
    assert not check(wrong * x, v * w * x)


def test_parameters_are_tried_wherever_they_may_lie():
    assert not check(Max(x, alpha * x), prelu)  # right up to 1, as far as its slider
    assert not check(
        x * abs(alpha), Activation("line", alpha * x, [Parameter(alpha, 1, 0, 1, 1)])
    )
    far = Parameter("k", 6, 5, 7, 1, domain=Interval(5, 7))
    assert check(k * x, Activation("far", k * x, [far]))
    assert not check(6 * x, Activation("far", k * x, [far]))


# Numbers


@pytest.mark.parametrize(
    "answer, wanted",
    [
        (0.25, logistic.facts()["lipschitz"]),
        (sympy.Rational(1, 4), 0.25),
        (np.array(0.25), logistic.grad(0.0)),
        (np.float32(0.25), np.float64(0.25)),
        (69.3147, 100 * log(2)),
        (sympy.oo, binary_step.facts()["lipschitz"]),
        (float("inf"), sympy.oo),
        (0, relu.facts()["breakpoints"]),
        (1, relu.of(1)),
        (-0.4 + 1, elu.grad(np.log(0.6))),
        (3, Activation("three", sympy.Integer(3))),
        ([0, 1], logistic.facts()["limits"]),
        ((-1, sympy.oo), elu.facts()["limits"]),
        ({1, 0}, sympy.FiniteSet(0, 1)),
        ([1 / 3] * 3, softmax.facts()["value_at_0"]),
        (np.eye(2), [[1, 0], [0, 1]]),
        (sympy.eye(2), np.eye(2)),
        (sympy.Matrix([1, 2]), [1, 2]),
        ([sqrt(2) / 2], [0.70710678]),
    ],
)
def test_numbers_may_be_asked_for(answer, wanted):
    reply = check(answer, wanted)
    assert reply
    assert "number" in reply.message and "point" not in reply.message
    assert reply._repr_html_() is None


def test_a_slope_that_is_one_number_is_spoken_of_as_a_number():
    assert check(0, binary_step, 1).message == "Right: that is the number."
    assert check(lambda x: 0 * x, binary_step, 1)
    assert "A number is asked for" in check([0], binary_step, 1).message
    assert "right number" in check(1, binary_step, 1).message


# Functions of a vector


def jacobian(z, temperature=1.0):
    p = shares(z / temperature)
    return (np.diag(p) - np.outer(p, p)) / temperature


total = exp(z1) + exp(z2) + exp(z3)
formulas = sympy.Matrix([exp(z1), exp(z2), exp(z3)]) / total


@pytest.mark.parametrize(
    "answer, order, named",
    [
        (shares, 0, {}),
        (softmax, 0, {}),
        (lambda z: list(shares(z)), 0, {}),
        (lambda z: shares(z + 1000), 0, {}),
        (lambda z, temperature: shares(z / temperature), 0, {"temperature": 3}),
        (shares, 0, {"points": [[1000, 0], [0, -1000]]}),
        (jacobian, 1, {}),
        (jacobian, 1, {"temperature": 0.5}),
        (jacobian, 1, {"points": [[1, 2, 3, 4], [0, 0, 0, 1]]}),
        (lambda z: [jacobian(z) @ row for row in np.eye(3)], 1, {}),
        (formulas, 0, {"temperature": 1}),
        (list(formulas), 0, {"temperature": 1}),
        (formulas.jacobian([z1, z2, z3]), 1, {"temperature": 1}),
        (softmax.expr_for(3), 0, {}),
        (softmax.jacobian_expr(3), 1, {}),
    ],
)
def test_a_function_of_a_vector_may_be_asked_for(answer, order, named):
    assert check(answer, softmax, order, **named)


def test_formulas_for_one_temperature_only_are_not_right_for_all():
    assert not check(formulas, softmax)


# Points of one's own


def test_points_show_what_fails_far_out_or_near_0():
    def textbook(x):
        return np.log(1 + np.exp(x))

    assert check(textbook, softplus)
    assert "x = 800" in check(textbook, softplus, points=[0, 800]).message
    assert "x = -40" in check(textbook, softplus, points=[0, -40]).message
    assert check(softplus, softplus, points=[-700, -40, 0, 800])
    assert not check(lambda x: np.exp(x) - 1, elu, points=[-1e-12])
    assert check(np.expm1, elu, points=[-1e-12])
