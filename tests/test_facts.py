"""Facts, compared with what is known of the functions and with others' integrals."""

import pytest
from brute import compare
from mpmath import mpf
from oracles import ORACLES
from sympy import (
    Abs,
    EmptySet,
    Interval,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Symbol,
    Union,
    cos,
    erf,
    exp,
    log,
    nan,
    oo,
    pi,
    sin,
    sqrt,
    tanh,
)

from actlib import (
    CATALOGUE,
    NOT_WORKED_OUT,
    Activation,
    binary_step,
    elu,
    prelu,
    softplus,
)
from actlib.facts import FACTS

x = Symbol("x")
half, quarter = Rational(1, 2), Rational(1, 4)
R, left, right, unit = (
    S.Reals,
    Interval.open(-oo, 0),
    Interval.open(0, oo),
    Interval.open(0, 1),
)
up = "increasing"
above, none, no, yes = Interval.open(-1, oo), EmptySet, S.false, S.true

# By fact, for these functions with their defaults; an entry to come needs none here.
KNOWN = [
    *("identity", "binary_step", "logistic", "tanh"),
    *("relu", "prelu", "elu", "softplus"),
]
EXPECTED = {
    "value_at_0": (0, 1, half, 0, 0, 0, 0, log(2)),
    "slope_at_0": (1, nan, quarter, 1, nan, nan, 1, half),
    "limits": (
        (-oo, oo),
        (0, 1),
        (0, 1),
        (-1, 1),
        (0, oo),
        (-oo, oo),
        (-1, oo),
        (0, oo),
    ),
    "range": (R, {0, 1}, unit, Interval.open(-1, 1), Interval(0, oo), R, above, right),
    "zeros": ({0}, left, none, {0}, Interval(-oo, 0), {0}, {0}, none),
    "parity": ("odd", *2 * ["neither"], "odd", *4 * ["neither"]),
    "monotone": (up, "non-decreasing", up, up, "non-decreasing", up, up, up),
    "convex": ("affine", *3 * ["neither"], *3 * ["convex"], "strictly convex"),
    "inflections": (none, none, {0}, {0}, none, none, none, none),
    "breakpoints": (none, {0}, none, none, {0}, {0}, {0}, none),
    "smoothness": (oo, -1, oo, oo, 0, 0, 1, oo),
    "lipschitz": (1, oo, quarter, 1, 1, 1, 1, 1),
    "steepest_at": (R, none, {0}, {0}, right, right, Interval(0, oo), none),
    "zero_centred": (yes, no, no, yes, no, no, no, no),
}


@pytest.mark.parametrize("fact", EXPECTED)
def test_cards(fact):
    for name, expected in zip(KNOWN, EXPECTED[fact], strict=True):
        found = CATALOGUE[name].facts()[fact]
        assert found == (Symbol(expected) if isinstance(expected, str) else expected), (
            name
        )


@pytest.mark.parametrize(
    ("name", "gain"),
    [
        ("relu", 1.4142), ("tanh", 1.5925), ("logistic", 1.8462), ("elu", 1.2452),
        ("softplus", 1.0419), ("identity", 1), ("binary_step", 1.4142),
        ("prelu", 1.3720),
    ],
)  # fmt: skip
def test_known_gains(name, gain):
    assert float(CATALOGUE[name].facts()["gain"]) == pytest.approx(gain, abs=5e-5)


def saturation(entry, **parameters):
    return entry.facts(**parameters)["saturation"]


def test_saturation():
    for name, bound in (("logistic", 4.58486), ("tanh", 2.99322)):
        low, high = saturation(CATALOGUE[name]).args
        assert float(low.sup) == pytest.approx(-bound, abs=1e-5)
        assert float(high.inf) == pytest.approx(bound, abs=1e-5)
    assert saturation(binary_step) == Union(left, right)
    assert saturation(CATALOGUE["identity"]) == saturation(prelu) == EmptySet
    assert saturation(CATALOGUE["relu"]) == saturation(prelu, alpha=0) == left
    assert saturation(elu) == Interval.open(-oo, -log(100))
    assert saturation(softplus) == Interval.open(-oo, -log(99))


def test_facts_depend_on_parameters():
    for alpha in (0, half, 1, 2):
        facts = elu.facts(alpha=alpha)
        assert facts["lipschitz"] == max(1, alpha)
        assert facts["limits"] == (-alpha, oo)
        assert facts["convex"] == Symbol("convex" if alpha <= 1 else "neither")
        assert facts["smoothness"] == (1 if alpha == 1 else 0)
        assert facts["slope_at_0"] == (1 if alpha == 1 else nan)
        reached = {1: Interval(0, oo), 2: EmptySet}
        assert facts["steepest_at"] == reached.get(alpha, right)
    for alpha in (-half, 0, half, 1, 2):
        facts = prelu.facts(alpha=alpha)
        assert facts["lipschitz"] == max(1, abs(alpha))
        assert facts["convex"] == Symbol(
            "affine" if alpha == 1 else "convex" if alpha < 1 else "concave"
        )
        assert facts["smoothness"] == (oo if alpha == 1 else 0)
        assert facts["range"] == (R if alpha > 0 else Interval(0, oo))
        assert facts["gain"] == pytest.approx(
            float(sqrt(2 / (1 + alpha**2))), rel=1e-12
        )
    for beta in (Rational(1, 10), 3):
        facts = softplus.facts(beta=beta)
        assert facts["value_at_0"] == log(2) / beta
        assert (facts["lipschitz"], facts["steepest_at"]) == (1, EmptySet)


def test_elu_is_centred_at_another_alpha_than_it_is_smooth():
    assert elu.facts(alpha=1.6732632423543772)["zero_centred"]
    assert not elu.facts(alpha=1.67)["zero_centred"]


def test_functions_without_closed_forms():
    silu = Activation("SiLU", x / (1 + exp(-x))).facts()
    assert float(silu["range"].inf) == pytest.approx(-0.2784645, abs=1e-7)
    assert float(silu["lipschitz"]) == pytest.approx(1.0998393, abs=1e-7)
    assert [float(t) for t in silu["steepest_at"]] == pytest.approx(
        [2.3993573], abs=1e-7
    )
    gelu = Activation("GELU", x * (1 + erf(x / sqrt(2))) / 2).facts()
    assert gelu["inflections"] == {-sqrt(2), sqrt(2)}
    assert float(gelu["lipschitz"]) == pytest.approx(1.1289041, abs=1e-7)
    assert float(gelu["gain"]) == pytest.approx(1.5335, abs=5e-5)


def test_long_fractions_are_shown_with_few_digits():
    limit = Activation("f", 1.6732632423543772 * tanh(x)).facts()
    assert "limits: (-1.67326, 1.67326)" in repr(limit)
    assert limit["limits"][1] == Rational("1.67326324235438")


def test_functions_in_other_words():
    softsign = Activation("softsign", x / (1 + Abs(x))).facts()
    assert softsign["smoothness"] == 1
    assert softsign["inflections"] == softsign["steepest_at"] == {0}
    hardtanh = Activation("hard tanh", Max(-1, Min(x, 1))).facts()
    assert hardtanh["parity"] == Symbol("odd")
    assert hardtanh["range"] == Interval(-1, 1)
    assert hardtanh["breakpoints"] == {-1, 1}
    hard_swish = Activation("hard swish", x * Max(0, Min(x / 6 + half, 1))).facts()
    assert (hard_swish["range"], hard_swish["lipschitz"]) == (
        Interval(-Rational(3, 8), oo),
        3 * half,
    )
    squared = Activation("squared ReLU", Max(x, 0) ** 2)
    assert (
        list(
            compare(squared.facts(), lambda t: max(t, 0) ** 2, lambda t: 2 * max(t, 0))
        )
        == []
    )
    assert squared.facts()["steepest_at"] is EmptySet
    zero = Activation("zero", S.Zero).facts()
    assert (zero["gain"], zero["monotone"], zero["zeros"]) == (
        oo,
        Symbol("constant"),
        R,
    )
    steps = Activation("steps", Piecewise((0, x < 0), (1, x < 1), (0, True))).facts()
    assert steps["monotone"] == steps["convex"] == Symbol("neither")


def test_what_a_reader_sees():
    facts = CATALOGUE["tanh"].facts()
    assert dict(facts).keys() <= FACTS.keys()
    assert (
        "saturation: Union(Interval.open(-oo, -2.99322), Interval.open(2.99322, oo))"
        in repr(facts)
    )
    assert "<table>" in facts._repr_html_() and "1.59254" in facts._repr_html_()
    with pytest.raises(TypeError):
        facts["gain"] = 1


def test_every_entry_has_an_oracle():
    scalars = {n for n, e in CATALOGUE.items() if isinstance(e, Activation)}
    assert set(ORACLES) == scalars


@pytest.mark.parametrize("name", ORACLES)
def test_facts_are_what_a_fine_grid_shows(name):
    entry, (f, slope, *_) = CATALOGUE[name], ORACLES[name]
    values = [mpf(parameter.default) for parameter in entry.parameters.values()]
    complaints = compare(
        entry.facts(), lambda x: f(x, *values), lambda x: slope(x, *values)
    )
    assert list(complaints) == []


ODD = {
    "1/x": 1 / x,
    "log": log(x),
    "the larger of cos and x": Max(cos(x), x),
    "a gap": Piecewise((x, x > 1)),
}


@pytest.mark.parametrize("name", ODD)
def test_what_nobody_can_tell_is_said(name):
    facts = Activation(name, ODD[name]).facts()
    assert facts["range"] is facts["lipschitz"] is NOT_WORKED_OUT
    assert "not worked out" in repr(facts)


def test_endless_sets_are_sets():
    facts = Activation("sine", sin(3 * x)).facts()
    assert facts["zeros"].contains(7 * pi / 3) and not facts["zeros"].contains(1)
    assert facts["inflections"].contains(7 * pi / 3)
    assert (facts["range"], facts["lipschitz"]) == (Interval(-1, 1), 3)
    assert facts["limits"] == (nan, nan)


def test_a_fact_that_rests_on_a_search_names_the_stretch():
    facts = Activation("Mish", x * tanh(log(1 + exp(x)))).facts()
    assert "monotone" in facts.searched and "limits" not in facts.searched
    assert facts.stretch.contains(100)
    assert "nobody looked" in repr(facts) and "nobody looked" in facts._repr_html_()
    assert not CATALOGUE["logistic"].facts().searched
