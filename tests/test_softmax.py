"""Softmax: formulas proved with SymPy, numbers compared with mpmath and SciPy."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mpmath import mpf
from scipy import special
from sympy import (
    Integer,
    Matrix,
    Rational,
    Sum,
    Symbol,
    diag,
    exp,
    limit,
    log,
    ones,
    oo,
    simplify,
    zeros,
)

import actlib
from actlib import logistic, softmax, vector
from actlib.vector import VectorActivation

T = softmax.parameters["temperature"].symbol
p, J, z = softmax.expr_for(3), softmax.jacobian_expr(3), Matrix(softmax.logits(3))


def test_outputs_are_probabilities():
    assert simplify(sum(p)) == 1
    weights = (z / T).applyfunc(exp)
    assert p == weights / sum(weights)
    assert softmax.expr_for(1) == Matrix([1])


def test_the_jacobian_is_diag_p_minus_p_p_transposed_over_the_temperature():
    assert (J - (diag(*p) - p * p.T) / T).applyfunc(simplify) == zeros(3, 3)
    assert J == J.T
    assert (J * ones(3, 1)).applyfunc(simplify) == zeros(3, 1)
    at = dict(zip(z, (0, log(2), log(5)), strict=True))
    assert J.subs(at).subs(T, 1).rank() == 2
    assert all(value >= 0 for value in J.subs(at).subs(T, 1).eigenvals())


def test_shift_invariance_temperature_and_cross_entropy():
    shift = Symbol("c", real=True)
    moved = p.subs({logit: logit + shift for logit in z}, simultaneous=True)
    assert (moved - p).applyfunc(simplify) == zeros(3, 1)
    assert p.applyfunc(lambda output: limit(output, T, oo)) == ones(3, 1) / 3
    cold = p.subs(dict(zip(z, (1, 3, 2), strict=True)))
    assert cold.applyfunc(lambda output: limit(output, T, 0, "+")) == Matrix([0, 1, 0])
    y = Matrix([Rational(1, 2), Rational(1, 3), Rational(1, 6)])
    loss = -sum(target * log(output) for target, output in zip(y, p, strict=True))
    gradient = Matrix([loss]).jacobian(z).T
    assert (gradient - (p - y) / T).applyfunc(simplify) == zeros(3, 1)


def test_two_classes_are_the_logistic_function():
    first, second = softmax.logits(2)
    assert simplify(softmax.expr_for(2)[0] - logistic.of((first - second) / T)) == 0


def test_facts():
    facts = softmax.facts(temperature=2)
    assert facts["value_at_0"] == ones(3, 1) / 3
    assert facts["slope_at_0"] == (diag(1, 1, 1) - ones(3, 3) / 3) / 6
    assert facts["null_vector"] == ones(3, 1)
    assert (facts["total"], facts["rank"], facts["lipschitz"]) == (1, 2, Rational(1, 4))
    assert "rank of the Jacobian" in facts._repr_html_()


def oracle(logits, temperature):
    """p, log p and J in 60 digits and more."""
    with mpmath.workdps(400):
        weights = [mpmath.exp(mpf(v) / mpf(temperature)) for v in logits]
        total = mpmath.fsum(weights)
        q = [weight / total for weight in weights]
        logs = [mpmath.log(value) for value in q]
        rows = [
            [q[r] * ((r == c) - q[c]) / mpf(temperature) for c in range(len(q))]
            for r in range(len(q))
        ]
        return q, logs, rows


def assert_close(found, exact, zero=0.0):
    for value, expected in zip(
        np.ravel(found), np.ravel(np.array(exact, dtype=object)), strict=True
    ):
        assert abs(mpf(float(value)) - expected) <= max(
            1e-12 * abs(expected), 1e-300, zero
        )


@pytest.mark.parametrize(
    "logits",
    [
        [0.0],
        [40, 0, 0],
        [0, -800],
        [1000, 1001, 1002],
        [0, -40],
        [5, 5, 5, 5],
        [1e4, -1e4, 9999.5],
    ],
    ids=str,
)
@pytest.mark.parametrize("temperature", [0.1, 1, 10])
def test_accuracy(logits, temperature):
    q, logs, jacobian = oracle(logits, temperature)
    with np.errstate(all="raise"):
        assert_close(softmax(logits, temperature=temperature), q)
        assert_close(softmax.log(logits, temperature=temperature), logs)
        assert_close(softmax.jacobian(logits, temperature=temperature), jacobian)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=4),
    st.sampled_from([0.1, 1, 10]),
)
def test_accuracy_anywhere(logits, temperature):
    q, logs, jacobian = oracle(logits, temperature)
    assert_close(softmax(logits, temperature=temperature), q)
    assert_close(softmax.log(logits, temperature=temperature), logs)
    assert_close(softmax.jacobian(logits, temperature=temperature), jacobian)


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(
        st.sampled_from([np.float64, np.float32, np.float16, np.int64]),
        hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4),
        elements=st.integers(-300, 300),
    ),
    st.data(),
)
def test_any_axis_and_dtype(z, data):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    before = z.copy()
    found = softmax(z[::-1], axis=axis)
    expected = special.softmax(z[::-1].astype(np.float64), axis=axis)
    assert found.dtype == (z.dtype if z.dtype.kind == "f" else np.float64)
    np.testing.assert_array_max_ulp(found, expected.astype(found.dtype), maxulp=4)
    logs = special.log_softmax(z.astype(np.float64), axis=axis)
    np.testing.assert_allclose(
        softmax.log(z.astype(np.float64), axis=axis), logs, atol=1e-12
    )
    jacobian = softmax.jacobian(z, axis=axis)
    size = z.shape[axis]
    assert jacobian.shape == (*np.moveaxis(z, axis, -1).shape, size)
    np.testing.assert_array_equal(z, before)


inf = np.inf


@pytest.mark.parametrize(
    ("logits", "p", "logs"),
    [
        ([inf, 0], [1, 0], [0, -inf]),
        ([-inf, 0, 0], [0, 0.5, 0.5], [-inf, -np.log(2), -np.log(2)]),
        ([inf, -inf], [1, 0], [0, -inf]),
        ([-inf], [1], [0]),
        ([inf, inf, 0], [np.nan] * 3, [np.nan] * 3),
        ([-inf, -inf], [np.nan] * 2, [np.nan] * 2),
        ([np.nan, 0, inf], [np.nan] * 3, [np.nan] * 3),
        ([1.7e308, -1.7e308], [1, 0], [0, -inf]),
    ],
    ids=str,
)
def test_infinity_and_nan(logits, p, logs):
    with np.errstate(all="raise"):
        np.testing.assert_allclose(softmax(logits), p, rtol=1e-15)
        np.testing.assert_allclose(softmax.log(logits), logs, rtol=1e-15)
        unknown = np.isnan(softmax.jacobian(logits))
    assert unknown.all() if np.isnan(p).any() else not unknown.any()


def test_temperatures_broadcast():
    z = np.array([[1.0, 2.0, 4.0]])
    found = softmax(z, temperature=[[1], [2]])
    np.testing.assert_allclose(found, special.softmax([z[0], z[0] / 2], axis=-1))
    assert softmax.jacobian(z, temperature=[[1], [2]]).shape == (2, 3, 3)
    found = softmax(z.T, temperature=[1, 2], axis=0)
    np.testing.assert_allclose(found, special.softmax([z[0], z[0] / 2], axis=-1).T)


def test_empty_arrays():
    for shape in ((0, 3), (3, 0), (0,)):
        assert (
            softmax(np.zeros(shape)).shape
            == softmax.log(np.zeros(shape)).shape
            == shape
        )
        assert softmax.jacobian(np.zeros(shape)).shape == (*shape, shape[-1])


def test_wrong_input():
    with pytest.raises(TypeError, match="z must be a real number or an array"):
        softmax("abc")
    for axis in (1, -2, 0.0, None, (0,)):
        with pytest.raises(ValueError, match="axis must be one of z"):
            softmax([1, 2], axis=axis)
    with pytest.raises(ValueError, match="axis must be one of z, which has 0"):
        softmax(1.0)
    for temperature in (0, -1, np.nan, [1, 0]):
        with pytest.raises(ValueError, match="temperature must lie in"):
            softmax([1, 2], temperature=temperature)
    with pytest.raises(ValueError, match="temperature must be the same for all logits"):
        softmax([1, 2], temperature=[1, 2])
    with pytest.raises(ValueError, match=r"z \(2,\), temperature \(3,\)"):
        softmax([1, 2], temperature=[1, 2, 3])
    with pytest.raises(TypeError, match="no parameter 'T'; it has: temperature"):
        softmax([1, 2], T=1)
    for n in (0, -1, 2.0, Integer(2), "3"):
        with pytest.raises(ValueError, match="size must be a whole number"):
            softmax.expr_for(n)


def test_what_only_functions_of_one_number_have():
    with pytest.raises(TypeError, match="activation must be a function of one number"):
        actlib.plot(softmax)


WEIGHTS = {
    "softmin": (lambda u: mpmath.exp(-u), exp(-vector.z[vector.i])),
    "Taylor softmax": (
        lambda u: 1 + u + u**2 / 2,
        1 + vector.z[vector.i] + vector.z[vector.i] ** 2 / 2,
    ),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_another_weight_gives_its_own_numbers_jacobian_facts_and_bars(name):
    weight, formula = WEIGHTS[name]
    total = Sum(formula.xreplace({vector.i: vector.j}), (vector.j, 1, vector.n))
    entry = VectorActivation(name, formula / total)
    logits = np.array([-1.5, 0.25, 2.0])
    weights = [weight(mpf(u)) for u in logits]
    shares = [w / sum(weights) for w in weights]
    np.testing.assert_allclose(entry(logits), np.array(shares, float), rtol=1e-14)
    np.testing.assert_allclose(
        entry.log(logits), [float(mpmath.log(s)) for s in shares], rtol=1e-14
    )
    step = 1e-6
    columns = [
        (entry(logits + step * unit) - entry(logits - step * unit)) / (2 * step)
        for unit in np.eye(3)
    ]
    np.testing.assert_allclose(entry.jacobian(logits), np.transpose(columns), atol=1e-9)
    facts = entry.facts()
    assert facts["total"] == 1
    assert facts["value_at_0"] == ones(3, 1) / 3
    assert (facts["lipschitz"] == actlib.NOT_WORKED_OUT) == (name == "Taylor softmax")
    at_the_sliders = [weight(mpf(u)) for u in (0, 1, 2)]
    live = actlib.explore(entry)._repr_mimebundle_()[0]["text/html"]
    for w in at_the_sliders:
        assert f"= {float(w / sum(at_the_sliders)):.3g}" in live
