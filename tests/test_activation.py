"""Values and derivatives: accuracy, special values, shapes, dtypes, and wrong input."""

from itertools import product

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mpmath import mpf
from oracles import ORACLES
from sympy import Interval, Piecewise, Rational, S, Symbol, exp, oo, sin, symbols

import actlib
from actlib import Activation, Parameter, elu, logistic, prelu, relu, softplus, tanh
from actlib.pieces import joints

ENTRIES = [actlib.CATALOGUE[name] for name in ORACLES]
TINY = 1e-300  # what is smaller may be 0
MAGNITUDES = [
    *np.logspace(-320, -20, 7),
    *np.logspace(-19, 4, 70),
    19.1,
    36.8,
    600,
    709.8,
    745.2,
]
POINTS = np.array([0.0, *MAGNITUDES, *np.negative(MAGNITUDES)])
EXTREMES = [np.nan, np.inf, -np.inf, 5e-324, -5e-324, 1.7e308, -1.7e308, 0.0, -0.0]


def settings_of(entry):
    """Parameter values: the ends of the sliders, the defaults, and a value between."""
    ranges = [
        {p.low, p.default, p.high, p.low + 0.37 * (p.high - p.low)}
        for p in entry.parameters.values()
    ]
    return [
        dict(zip(entry.parameters, values, strict=True)) for values in product(*ranges)
    ]


CASES = [
    pytest.param(entry, order, values, id=f"{entry.name} {order} {values}")
    for entry in ENTRIES
    for values in settings_of(entry)
    for order in ("f", "grad", *entry.parameters)
]


def function_and_oracle(entry, order, values):
    f, slope, *by_parameter = ORACLES[entry.name]
    exact = [mpf(value) for value in values.values()]
    if order == "f":
        return lambda x: entry(x, **values), lambda x: f(x, *exact)
    if order == "grad":
        return lambda x: entry.grad(x, **values), lambda x: slope(x, *exact)
    partial = by_parameter[0][order]
    return lambda x: entry.grad(x, wrt=order, **values), lambda x: partial(x, *exact)


@pytest.mark.parametrize(("entry", "order", "values"), CASES)
def test_accuracy(entry, order, values):
    function, oracle = function_and_oracle(entry, order, values)
    found = function(POINTS)
    for x, value in zip(POINTS, found, strict=True):
        exact = oracle(mpf(x))
        assert abs(mpf(value) - exact) <= max(1e-12 * abs(exact), TINY), (x, value)


@pytest.mark.parametrize(("entry", "order", "values"), CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_narrow_floats(entry, order, values, dtype):
    function, oracle = function_and_oracle(entry, order, values)
    points = POINTS[np.abs(POINTS) <= 1e4].astype(dtype)
    found = function(points)
    assert found.dtype == dtype
    with np.errstate(over="ignore"):
        exact = np.array([float(oracle(mpf(float(x)))) for x in points]).astype(dtype)
    finite = np.isfinite(exact)
    np.testing.assert_array_equal(found[~finite], exact[~finite])
    np.testing.assert_array_max_ulp(found[finite], exact[finite], maxulp=4)


def limit_of(oracle, side):
    """The limit at ±∞, from values at millions; nan if they neither settle nor grow."""
    far = [oracle(side * mpf(10**6) * k) for k in range(1, 10)]
    if max(far) - min(far) < 1e-9:
        return float(far[0])
    grows = min(map(abs, far)) > 1e3 and len(set(map(mpmath.sign, far))) == 1
    return float(mpmath.sign(far[0]) * mpmath.inf) if grows else np.nan


@pytest.mark.parametrize(("entry", "order", "values"), CASES)
def test_infinity_gives_the_limit_and_nan_is_kept(entry, order, values):
    function, oracle = function_and_oracle(entry, order, values)
    with np.errstate(all="raise"):
        left, right, unknown = function(np.array([-np.inf, np.inf, np.nan]))
    assert np.isnan(unknown)
    for value, side in ((left, -1), (right, 1)):
        # A parameter is the fraction of 15 digits there.
        expected = limit_of(oracle, side)
        assert value == pytest.approx(expected, rel=1e-15, abs=1e-300, nan_ok=True)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_parameters_beyond_the_slider_give_no_nan(entry):
    for values in product(*([1e-300, 1e-9, 1e9, 1e300] for _ in entry.parameters)):
        given_values = dict(zip(entry.parameters, values, strict=True))
        with np.errstate(all="raise"):
            for order in (None, *entry.parameters):
                assert not np.isnan(entry(POINTS, **given_values)).any()
                assert not np.isnan(entry.grad(POINTS, wrt=order, **given_values)).any()


def test_what_frameworks_return_at_a_kink():
    assert relu.grad(0) == 0 == actlib.binary_step.grad(0)
    assert prelu.grad(0, alpha=0.3) == 0.3
    assert elu.grad(0, alpha=2) == 2


arrays = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.float16, np.int8, np.int64, np.bool_]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(ENTRIES),
    arrays,
    st.sampled_from(["plain", "strided", "read-only", "F"]),
)
def test_arrays_are_their_elements(entry, x, layout):
    x = {
        "plain": lambda: x,
        "strided": lambda: np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else x,
        "read-only": lambda: np.broadcast_to(x, (2, *x.shape)),
        "F": lambda: np.asfortranarray(x),
    }[layout]()
    before = x.copy()
    for function in (entry, entry.grad):
        found = function(x)
        assert found.shape == x.shape
        assert found.dtype == (x.dtype if x.dtype.kind == "f" else np.float64)
        assert isinstance(found, np.ndarray if x.ndim else np.generic)
        elements = np.array(
            [function(element) for element in x.ravel()], dtype=found.dtype
        )
        np.testing.assert_allclose(found.ravel(), elements, rtol=1e-12)
        assert not np.may_share_memory(found, x)
    np.testing.assert_array_equal(x, before)


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from([prelu, elu, softplus]),
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3),
    st.data(),
)
def test_parameters_broadcast(entry, shapes, data):
    (parameter,) = entry.parameters.values()
    inside = st.one_of(
        st.floats(parameter.low, parameter.high), st.sampled_from([1e-300, 1e6])
    )
    x = data.draw(
        hnp.arrays(np.float64, shapes.input_shapes[0], elements=st.floats(-50, 50))
    )
    values = data.draw(hnp.arrays(np.float64, shapes.input_shapes[1], elements=inside))
    for wrt in (None, parameter.name):
        found = entry.grad(x, wrt=wrt, **{parameter.name: values})
        assert found.shape == shapes.result_shape
        pairs = zip(
            *(np.broadcast_to(a, found.shape).ravel() for a in (x, values)), strict=True
        )
        elements = [entry.grad(a, wrt=wrt, **{parameter.name: b}) for a, b in pairs]
        np.testing.assert_allclose(found.ravel(), elements, rtol=1e-12, atol=TINY)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ENTRIES), st.lists(st.floats() | st.sampled_from(EXTREMES)))
def test_no_input_gives_a_warning_or_an_unfounded_nan(entry, x):
    x, values = np.array(x), settings_of(entry)[0]
    for order in ("f", "grad"):
        function, oracle = function_and_oracle(entry, order, values)
        unknown = np.isnan(x)
        for side in (-1, 1):
            unknown |= (x == side * np.inf) & np.isnan(limit_of(oracle, side))
        with np.errstate(all="raise"):
            np.testing.assert_array_equal(np.isnan(function(x)), unknown)


def test_parameter_arrays_and_special_values():
    alpha = np.array([[0.0], [0.25]])
    np.testing.assert_array_equal(
        prelu([-np.inf, 0, np.inf, np.nan], alpha=alpha),
        [[0, 0, np.inf, np.nan], [-np.inf, 0, np.inf, np.nan]],
    )
    np.testing.assert_array_equal(
        prelu.grad([-np.inf, np.nan], alpha=alpha), [[0, np.nan], [0.25, np.nan]]
    )


@pytest.mark.parametrize(
    "x", ["1", ["a"], 1j, None, object(), [1, None], np.datetime64("now")]
)
def test_x_must_be_real_numbers(x):
    for function in (logistic, logistic.grad):
        with pytest.raises(TypeError, match="x must be a real number or an array"):
            function(x)


def test_a_formula_is_told_where_to_go():
    with pytest.raises(TypeError, match=r"x must be numbers; .* tanh\.of\(x/2\)"):
        tanh(Symbol("x") / 2)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda c: c * relu,
        lambda c: 1 - relu,
        lambda c: relu / c,
        lambda c: relu * (1 - relu),
        lambda c: np.ones(2) * relu,
        lambda c: relu**2,
    ],
    ids=range(6),
)
def test_a_function_is_no_formula(wrong):
    with pytest.raises(TypeError, match=r"relu is a function.* write relu\.expr"):
        wrong(Symbol("c"))


def test_ragged_lists_are_refused():
    with pytest.raises(ValueError, match=r"x must be .* ragged"):
        logistic([[1, 2], [3]])


@pytest.mark.parametrize("beta", [0, -1, np.nan, np.inf, [1, 0]])
def test_parameters_must_lie_in_their_domain(beta):
    with pytest.raises(ValueError, match=r"beta must lie in Interval.open\(0, oo\)"):
        softplus(1.0, beta=beta)


def test_wrong_parameters_are_named():
    with pytest.raises(TypeError, match="beta must be a real number"):
        softplus(1.0, beta="2")
    with pytest.raises(TypeError, match="relu has no parameter 'alpha'; it has: none"):
        relu(1.0, alpha=2)
    with pytest.raises(
        ValueError, match=r"wrt must be None or one of \['alpha'\], not 'beta'"
    ):
        elu.grad(1.0, wrt="beta")
    with pytest.raises(
        ValueError, match=r"shapes must broadcast .*: x \(3,\), alpha \(2,\)"
    ):
        elu([1, 2, 3], alpha=[1, 2])
    with pytest.raises(TypeError, match="alpha must be one number here"):
        elu.diff(alpha=[1, 2])
    with pytest.raises(TypeError, match="alpha must be one number here"):
        elu.facts(alpha=[1, 2])
    with pytest.raises(TypeError, match="alpha must be a real number"):
        elu.diff(alpha=Symbol("a"))
    for order in (-1, 1.0, "1", None):
        with pytest.raises(ValueError, match="order must be a whole number"):
            elu.diff(order)


# A learner's own functions


def test_a_function_of_ones_own_gets_everything():
    x, k = symbols("t k")
    own = Activation("squeezed", exp(-k * x**2), [Parameter("k", 1, 0.5, 2, 0.1)])
    assert own.x == Symbol("t", real=True)
    assert own.diff(k=Rational(1, 2)) == -own.x * exp(-(own.x**2) / 2)
    assert own(1.0) == pytest.approx(np.exp(-1))
    assert own.grad(1.0, k=2) == pytest.approx(-4 * np.exp(-2))
    assert own.grad(2.0, wrt="k") == pytest.approx(-4 * np.exp(-4))
    np.testing.assert_array_equal(own.grad([-np.inf, np.inf]), 0)


def test_facts_need_no_parameters():
    bump = Activation("bump", exp(-(Symbol("x") ** 2)))
    assert bump.facts()["range"] == Interval.Lopen(0, 1)
    assert bump.facts()["parity"] == Symbol("even")


def test_a_constant_is_a_function():
    one = Activation("one", S.One)
    np.testing.assert_array_equal(one(np.array([1, np.nan])), [1, np.nan])
    np.testing.assert_array_equal(one.grad(np.zeros((2, 2))), np.zeros((2, 2)))


def test_symbols_match_by_name():
    assert logistic.of(2) == 1 / (1 + exp(-2))
    y = Symbol("y")
    assert tanh.of(y + 1).free_symbols == {y}


def test_wrong_definitions():
    x, y = symbols("x y")
    for expression in ("x**2", x > 0, [x], None):
        with pytest.raises(TypeError, match="expression must be a SymPy expression"):
            Activation("wrong", expression)
    with pytest.raises(ValueError, match="parameters must declare all but one of x, y"):
        Activation("wrong", x * y)
    with pytest.raises(TypeError, match=r"list of actlib\.Parameter"):
        Activation("wrong", x * y, ["y"])
    with pytest.raises(TypeError, match="symbol must be a name"):
        Parameter(1, 1, 0, 2, 0.1)
    with pytest.raises(ValueError, match="low <= default <= high"):
        Parameter("k", 3, 0, 2, 0.1)
    with pytest.raises(ValueError, match="k must lie in"):
        Parameter("k", 1, 0, 2, 0.1, domain=Interval.open(0, oo))


def test_pieces_and_smoothness():
    x = Symbol("x")
    shelf = Activation("shelf", Piecewise((0, x < 0), (sin(x) ** 2, x < 3), (1, True)))
    left, middle, right = (piece.domain for piece in shelf.pieces())
    assert left == Interval.open(-oo, 0)
    assert (middle, right) == (Interval.Ropen(0, 3), Interval(3, oo))
    assert shelf.facts()["breakpoints"] == {0, 3}
    at_0, at_3 = joints(shelf.pieces())
    assert at_0.smooth_up_to(1) and not at_0.smooth_up_to(2)
    assert not at_3.smooth_up_to(0)
