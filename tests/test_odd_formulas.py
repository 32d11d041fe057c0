"""Formulas of learners that once gave a wrong number, or a traceback, in silence."""

import math

import mpmath
import numpy as np
import pytest
from brute import compare
from mpmath import mpf
from sympy import (
    Abs,
    Float,
    Interval,
    Max,
    Min,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    acosh,
    atan,
    cos,
    cosh,
    exp,
    log,
    nan,
    oo,
    pi,
    sin,
    sinc,
    sinh,
    sqrt,
    tanh,
)

import actlib
from actlib import NOT_WORKED_OUT, Activation, Parameter
from actlib.vector import VectorActivation, i, j, n, z

x = Symbol("x")
INF = np.inf


def facts(formula):
    return Activation("f", formula).facts()


@pytest.mark.parametrize(
    "formula, point, value, slope",
    [
        (log(x), -3, nan, nan),  # 1/x is no slope where there is no logarithm
        (sqrt(2 - x), 3, nan, nan),
        (acosh(x), 0.5, nan, nan),
        (Max(log(x), 0), -1, nan, nan),
        (log(x + sin(x) + Rational(1, 2)), -10, nan, nan),
        (Piecewise((sqrt(-1 - x**2), x < 0), (x, True)), 1, 1, 1),
        (Abs(x) ** Rational(3, 2), 0, 0, 0),
        (sinc(x), 0, 1, 0),
        (Max(cos(x), x), -INF, nan, nan),
        (Max(cos(x), x), INF, INF, nan),
        (exp(2 * x) * (1000 - x) / (1 + exp(x)), INF, -INF, nan),
        (sin(x) ** 2 + cos(x) ** 2, INF, 1, 0),
    ],
)
def test_values_and_slopes(formula, point, value, slope):
    activation = Activation("f", formula)
    np.testing.assert_equal(float(activation(point)), float(value))
    if not math.isinf(point):
        np.testing.assert_equal(float(activation.grad(point)), float(slope))


def test_a_tail_that_131_digits_cancel_to():
    silu_slope = (x / (1 + exp(-x))).diff()
    exact = float(-298 * exp(Float(-300, 40)))
    assert Activation("f", silu_slope).grad(300) == pytest.approx(exact, rel=1e-13)


@pytest.mark.parametrize(
    "formula, name, fact",
    [
        (exp(-400 * (x - Rational(1, 3)) ** 2), "gain", 6.50360316088369),
        (exp(2 * x) * (1000 - x) / (1 + exp(x)), "limits", (0, -oo)),
        (x / (1 + 2**-x), "limits", (0, oo)),
        # Both grow beyond all bounds; that they went to 0 was wrong.
        (exp(-x / 2) / sin(pi / (1 + exp(-x))), "limits", NOT_WORKED_OUT),
        (exp(-3 * x / 2) / log(cosh(exp(-x))), "limits", NOT_WORKED_OUT),
        # A root where the derivative is 0 too: no sign changes there to prove it.
        (x - tanh(x), "zeros", NOT_WORKED_OUT),
        (exp(-x) / x, "limits", (-oo, 0)),
        (log(1 + exp(x - 100)), "value_at_0", 3.720075976020836e-44),
        (10**-20 * exp(-(x**2)), "range", Interval.Lopen(0, Rational(1, 10**20))),
        (Rational(1, 10**13) * exp(x), "zero_centred", False),
        (sinh(x**3), "zero_centred", NOT_WORKED_OUT),
        (Max(sin(x), cos(x)), "slope_at_0", NOT_WORKED_OUT),
        (atan(1 / x), "value_at_0", nan),
        (acosh(x), "value_at_0", nan),
        (x + sqrt(x**2 + 4), "lipschitz", 2),
        (
            (x**10 - 3 * x + 1) / (x**10 + 1),
            "range",
            (-1.167402216752622, 3.167402216752622),
        ),
    ],
)
def test_facts(formula, name, fact):
    found = facts(formula)[name]
    if isinstance(fact, float):
        assert float(found.evalf(20)) == pytest.approx(fact, rel=1e-12)
    elif name == "range" and isinstance(fact, tuple):
        assert (float(found.start), float(found.end)) == pytest.approx(fact, rel=1e-12)
    elif isinstance(fact, tuple):
        assert tuple(found) == fact
    else:
        assert found == fact


def test_the_steepest_points_of_a_wave_are_its_own():
    steepest = facts(x + sin(x) ** 2)["steepest_at"]
    inside = steepest.intersect(Interval(0, 6))
    assert set(inside) == {pi / 4, 5 * pi / 4}


def test_a_limit_from_one_side_at_a_jump_that_no_piece_shows():
    assert Activation("f", atan(1 / x)).one_sided(0, 0) == (-pi / 2, pi / 2)
    with pytest.raises(ValueError, match="finite"):
        actlib.logistic.one_sided(0, oo)


@pytest.mark.parametrize(
    "formula, why",
    [
        (10**400 * x, "too large"),
        ((-2) ** x, "not a real number"),
        (nan, "no value"),
        (Symbol("self") * x, "parameters must declare"),
    ],
)
def test_what_cannot_be_computed_is_refused(formula, why):
    with pytest.raises(ValueError, match=why):
        Activation("f", formula)


@pytest.mark.parametrize(
    "formula", [log(-1 - Abs(x)), Float("1e-320") * x, x**1000, 1 / x**2, exp(1000 * x)]
)
def test_what_is_huge_tiny_or_nowhere_can_be_drawn(formula):
    activation = Activation("a $x_$ <b>", formula)
    actlib.show(actlib.plot(activation))
    actlib.explore(activation)
    assert "<b>" not in activation.facts()._repr_html_()


def vector(weight):
    return VectorActivation("v", weight(z[i]) / Sum(weight(z[j]), (j, 1, n)))


def test_weights_in_pieces_and_weights_that_are_none():
    np.testing.assert_allclose(vector(lambda u: exp(Abs(u)))([1, -1]), [0.5, 0.5])
    shares = vector(lambda u: exp(Max(u, 0)))([-5, 3])
    np.testing.assert_allclose(shares, np.array([1, np.exp(3)]) / (1 + np.exp(3)))
    with pytest.raises(ValueError, match=r"g\(z\) > 0"):
        vector(lambda u: u**2)


def test_a_parameter_of_many_digits_stays_quick():
    """SymPy would take exp(x/α) for a power of 10¹⁰."""
    alpha = Parameter("alpha", 1, 0.1, 3, 0.1, domain=Interval.open(0, oo))
    a = alpha.symbol
    celu = Activation("CELU", Max(0, x) + Min(0, a * (exp(x / a) - 1)), [alpha])
    given = mpf(0.8734651234)
    facts = celu.facts(alpha=0.8734651234)

    def f(t):
        return t if t > 0 else given * mpmath.expm1(t / given)

    def slope(t):
        return mpmath.exp(min(t, 0) / given)

    assert list(compare(facts, f, slope)) == []
    found = celu.diff(alpha=0.8734651234).subs(celu.x, -1)
    assert float(found) == pytest.approx(float(slope(mpf(-1))))
