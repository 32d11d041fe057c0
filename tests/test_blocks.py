"""The building blocks, the rules that find them, and the code generated from them."""

import mpmath
import numpy as np
import pytest
from sympy import (
    Function,
    Heaviside,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Symbol,
    asinh,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    limit,
    log,
    oo,
    simplify,
    sin,
    sqrt,
    tanh,
)

from actlib import Activation, elu, logistic, relu
from actlib.blocks import (
    BLOCKS,
    COMPOSITIONS,
    PRODUCTS,
    SUMS,
    Phi,
    expm1,
    log1p,
    logcosh,
    sech,
    sigma,
    softplus,
    stable,
    u,
    written_out,
)
from actlib.numerics import numpy_function as function_of
from actlib.pieces import Formula

x = Symbol("x", real=True)
SPECIAL = np.array([np.nan, -np.inf, -1e4, -1.0, 0.0, 1.0, 1e4, np.inf])
RULES = [*SUMS.items(), *PRODUCTS.items(), *COMPOSITIONS.items()]


def numpy_function(arguments, expression):
    first, *others = arguments
    return function_of(Formula(expression, first, others, [[1.0] * len(others)]))


@pytest.mark.parametrize(("pattern", "form"), RULES, ids=str)
def test_each_rule_is_an_identity(pattern, form):
    argument = Symbol("t", real=True)
    difference = written_out((pattern - form).subs(u, argument)).rewrite(erf)
    # SymPy does not expand the logarithm of a quotient by itself: z = e^t does it.
    z = Symbol("z", positive=True)
    difference = simplify(difference.rewrite(exp).subs(argument, log(z)))
    assert simplify(difference.rewrite(log).expand(log=True, force=True)) == 0


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_a_block_is_its_definition(block):
    definition = block.definition(x)
    assert written_out(block(x)) == definition
    slope = written_out(block(x).diff(x)).rewrite(exp) - definition.diff(x).rewrite(exp)
    assert simplify(slope) == 0
    point = Rational(7, 3)
    for value in {0, oo, -oo} & block.values.keys():
        assert simplify(block(value) - limit(definition, x, value)) == 0 or (
            block(value) == limit(definition, x, value)
        )
    assert abs(block(point).evalf(30) - definition.subs(x, point)) < 1e-30
    assert float(block.numpy(7 / 3)) == pytest.approx(float(block(point)), rel=1e-14)
    if block.positive:
        assert block(x).is_positive


ROOTS = [
    (sqrt(x**2 + 4) + x, 2 * exp(asinh(x / 2))),
    (sqrt(x**2 + 1) - x, exp(asinh(-x))),
    (1 + x / sqrt(x**2 + 1), exp(asinh(x)) / sqrt(x**2 + 1)),
    (sqrt(x**2 + 1) - 1, x**2 / (sqrt(x**2 + 1) + 1)),
]


@pytest.mark.parametrize(("formula", "form"), ROOTS, ids=str)
def test_differences_of_roots_are_kept_from_cancelling(formula, form):
    assert stable(formula) == form
    assert simplify((formula - form).rewrite(log)) == 0


@pytest.mark.parametrize(
    "formula",
    [x - 1, 1 / (1 + x), 1 - x**2, 2 * x - 1, exp(x), sin(x) - 1, 1 - sin(x) ** 2],
    ids=str,
)
def test_other_formulas_are_left_alone(formula):
    assert stable(formula) == formula


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (1 / (1 + exp(-3 * x)), sigma(3 * x)),
        (exp(x) / (1 + exp(x)), sigma(x)),
        (1 - 1 / (1 + exp(-x)), sigma(-x)),
        (2 / (1 + exp(-2 * x)) - 1, tanh(x)),
        (x * tanh(log(1 + exp(x))), x * tanh(softplus(x))),
        ((exp(x) - exp(-x)) / (exp(x) + exp(-x)), tanh(x)),
        (1 / cosh(x) ** 2, sech(x) ** 2),
        (log((exp(x) + exp(-x)) / 2), logcosh(x)),
        (log(1 / (1 + exp(-x))), -softplus(-x)),
        (1 / (1 + 2 * exp(-x)) ** 3, sigma(x - log(2)) ** 3),
        (x * (1 + erf(x / sqrt(2))) / 2, x * Phi(x)),
        (x * erfc(-x / sqrt(2)) / 2, x * Phi(x)),
        (1 - exp(-exp(x)), -expm1(-exp(x))),
        (log(1 + x**2), log1p(x**2)),
    ],
    ids=str,
)
def test_blocks_are_found_in_textbook_formulas(formula, expected):
    assert stable(formula) == expected


@pytest.mark.parametrize(
    "formula",
    [
        Piecewise((0, x < 0), (x, True)),
        Piecewise((-1, x < -1), (x, x <= 1), (1, True)),
        Piecewise((exp(x), x <= 0), (2, True)),
        Piecewise(
            (exp(-1 / x), x > 0), (0, True)
        ),  # no value at the joint: stays as it is
    ],
    ids=str,
)
def test_formulas_in_pieces_keep_their_values(formula):
    function = numpy_function((x,), formula)
    for point in (-800, -2, -1, Rational(-1, 2), 0, Rational(1, 2), 1, 2, 800):
        expected = float(formula.subs(x, point).evalf(20))
        assert function(np.float64(point)) == pytest.approx(expected, rel=1e-14)
    assert np.isnan(function(np.array(np.nan)))


def test_no_piece_is_computed_outside_of_its_interval():
    formula = Formula(Piecewise((exp(x) - 1, x < 0), (x, True)), x)
    assert function_of(formula)._as_a_sum() == expm1(Min(x, 0)) + Max(x, 0)


def test_nan_and_infinity_without_warning():
    with np.errstate(all="raise"):
        silu = numpy_function((x,), x / (1 + exp(-x)))(SPECIAL)
        one = numpy_function((x,), S.One)(SPECIAL)
    np.testing.assert_array_equal(silu[[0, 1, -1]], [np.nan, 0, np.inf])
    np.testing.assert_array_equal(one, [np.nan, 1, 1, 1, 1, 1, 1, 1])


def test_hostile_symbol_names_do_not_reach_the_code():
    for name in (
        'x);__import__("os").abort();(',
        "lambda",
        "sigma",
        "x\n  raise SystemExit",
    ):
        hostile = Symbol(name)
        assert Activation("hostile", 1 / (1 + exp(-hostile)))(0.0) == 0.5
        assert numpy_function((x, hostile), x * hostile)(np.ones(1), 3.0) == 3


def test_undefined_names_do_not_reach_the_code():
    with pytest.raises(ValueError, match=r"os_system\(x\) is not defined"):
        Activation("hostile", Function("os_system")(x))(1.0)
    with pytest.raises(ValueError, match="y is not defined"):
        numpy_function((x,), x + Symbol("y"))


# What SymPy does by itself, and what actlib makes of it. When one of these fails after
# an update, SymPy has improved and actlib may become simpler.


def test_trap_the_derivative_of_max_is_one_half_at_the_kink():
    assert diff(Max(0, x), x) == Heaviside(x)
    assert Heaviside(0) == Rational(1, 2)
    mine = Activation("my ReLU", Max(0, x))
    assert mine.diff().subs(mine.x, 0) is S.NaN
    assert mine.grad([-1, 0, 2]).tolist() == [0, 0, 1]


def test_trap_the_derivative_of_pieces_ignores_kinks_and_jumps():
    assert diff(Piecewise((0, x < 0), (x, True)), x).subs(x, 0) == 1
    assert diff(Piecewise((0, x < 0), (1, True)), x) == 0
    assert relu.diff().subs(relu.x, 0) is S.NaN
    step = Activation("a step", Heaviside(x))
    assert step.diff().subs(step.x, 0) is S.NaN
    assert step.grad([-1, 0, 1, np.nan]).tolist()[:3] == [0, 0, 0]


def test_trap_limits_of_pieces():
    with pytest.raises(TypeError):
        limit(Piecewise((0, x < 0), (x, True)), x, -oo)
    assert relu.facts()["limits"] == (0, oo)
    alpha = elu.parameters["alpha"].symbol
    assert limit(Piecewise((1, x > 0), (alpha * exp(x), True)), x, 0, "+") == alpha
    assert elu.one_sided(1, 0) == (alpha, 1)


def test_trap_limits_of_blocks_need_their_definition():
    formula = x * sigma(x)
    assert limit(formula, x, -oo) != 0
    assert limit(written_out(formula), x, -oo) == 0


def test_trap_simplify_finds_cosh_instead_of_the_textbook_form():
    assert simplify(diff(logistic.expr, logistic.x)).has(cosh)
    assert logistic.diff() == sigma(logistic.x) * (1 - sigma(logistic.x))


def test_trap_fused_tails():
    """1/(1 + e^-x), differentiated as it stands, is nan where it should be tiny."""
    assert logistic.grad(-600.0) == pytest.approx(float(mpmath.exp(-600)), rel=1e-12)
    assert logistic.grad(-800.0) == 0


def test_undefined_values_are_left_alone():
    at_a_kink = Piecewise((x, x < 0), (S.NaN, True))
    assert stable(at_a_kink) == at_a_kink
    assert stable(S.Zero) == 0


def test_integers_that_numpy_has_not():
    values = numpy_function((x,), log(2**100) + x / 10**30)(np.array([0.0, 1e30]))
    np.testing.assert_allclose(
        values, [100 * np.log(2), 100 * np.log(2) + 1], rtol=1e-15
    )
