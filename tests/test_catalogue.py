"""The catalogue is complete; formulas and derivatives read as those of textbooks."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
from sympy import (
    Piecewise,
    S,
    Sum,
    Symbol,
    erf,
    exp,
    latex,
    log,
    nan,
    nsimplify,
    simplify,
    sympify,
)
from sympy import tanh as tanh_of

import actlib
from actlib import (
    CATALOGUE,
    Activation,
    binary_step,
    catalogue,
    elu,
    identity,
    logistic,
    prelu,
    relu,
    softmax,
    softplus,
    tanh,
)
from actlib.blocks import BLOCKS, sigma
from actlib.vector import i, j, n, z

x = Symbol("x", real=True)
alpha = Symbol("alpha", real=True)
limit = Symbol("alpha", nonnegative=True)  # ELU's α
beta, T = Symbol("beta", positive=True), Symbol("T", positive=True)
SCALARS = [entry for entry in CATALOGUE.values() if isinstance(entry, Activation)]


def pieces(left, right):
    return Piecewise((left, x < 0), (right, True))


DEFINITIONS = {
    identity: x,
    binary_step: pieces(0, 1),
    logistic: 1 / (1 + exp(-x)),
    tanh: 2 / (1 + exp(-2 * x)) - 1,
    relu: pieces(0, x),
    prelu: pieces(alpha * x, x),
    elu: pieces(limit * (exp(x) - 1), x),
    softplus: log(1 + exp(beta * x)) / beta,
    softmax: exp(z[i] / T) / Sum(exp(z[j] / T), (j, 1, n)),
}


def kinked(left, right):
    return Piecewise((left, x < 0), (right, x > 0), (nan, True))


# What a textbook prints.
DERIVATIVES = {
    identity: S.One,
    logistic: sigma(x) * (1 - sigma(x)),
    tanh: 1 - S("tanh(x)").subs(Symbol("x"), x) ** 2,
    relu: kinked(0, 1),
    prelu: kinked(alpha, 1),
    elu: kinked(limit * exp(x), 1),
    softplus: sigma(beta * x),
}


def test_definitions():
    for entry, definition in DEFINITIONS.items():
        assert entry.expr == definition


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))
def test_every_entry_is_complete(entry):
    earlier = list(CATALOGUE)[: list(CATALOGUE).index(entry.name)]
    assert getattr(actlib, entry.name) is entry is actlib.get(entry.name)
    assert all(actlib.get(alias) is entry for alias in entry.aliases)
    assert entry.title and entry.family and entry.idea.endswith(".")
    assert set(entry.builds_on) <= set(earlier)
    assert all(CATALOGUE[name].number < entry.number for name in earlier)
    assert entry.notebook == f"{entry.number:02d}-{entry.name.replace('_', '-')}"
    assert set(entry.frameworks) <= {"PyTorch", "Keras", "JAX", "ONNX"}
    assert len(entry.frameworks) >= 2
    assert latex(entry.expr) in entry._repr_latex_()
    assert entry.references
    for reference in entry.references:
        assert 1838 <= reference.year <= 2025
        assert reference.title and not reference.title.endswith(".")
        doi = re.fullmatch(r"10\.\d{4,}/\S+", reference.doi)
        assert doi or re.fullmatch(r"https://\S+", reference.url), reference.title
    for parameter in entry.parameters.values():
        assert parameter.meaning
        steps = nsimplify(parameter.default - parameter.low) / nsimplify(parameter.step)
        assert steps.is_integer, "a slider cannot stand at the default"


def entries_without_their_variable(source):
    """Return the names of the entries that no variable of their name holds."""
    tree = ast.parse(source)
    assignments = [node for node in tree.body if isinstance(node, ast.Assign)]
    variables = {ast.unparse(node.targets): node.value for node in assignments}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    entries = [call for call in calls if ast.unparse(call.func).endswith("Activation")]
    named = {
        ast.literal_eval(keyword.value): entry
        for entry in entries
        for keyword in entry.keywords
        if keyword.arg == "name"
    }
    assert len(named) == len(entries)
    return [name for name, entry in named.items() if variables.get(name) is not entry]


def test_every_entry_is_a_variable_of_its_name():
    source = Path(catalogue.__file__).read_text(encoding="utf-8")
    assert entries_without_their_variable(source) == []
    mistakes = {
        "elu": source.replace("\nelu = ", "\nexponential = "),
        "tan": source.replace(' name="tanh",', ' name="tan",'),
        "relu": source.replace("\nrelu = ", "\nif True:\n    relu = "),
    }
    for name, mistake in mistakes.items():
        assert entries_without_their_variable(mistake) == [name]
    for name, entry in CATALOGUE.items():
        assert getattr(catalogue, name) is entry is getattr(actlib, name)


def test_names_and_aliases_are_unique():
    names = [
        name for entry in CATALOGUE.values() for name in (entry.name, *entry.aliases)
    ]
    assert len(names) == len(set(names))
    assert set(names) >= {"sigmoid", "ReLU", "PReLU", "ELU"}


def test_the_catalogue_is_read_only():
    with pytest.raises(TypeError):
        CATALOGUE["relu"] = None
    with pytest.raises(TypeError):
        elu.parameters["alpha"] = None


@pytest.mark.parametrize("entry", DERIVATIVES, ids=lambda entry: entry.name)
def test_derivatives_read_as_in_a_textbook(entry):
    assert entry.diff() == DERIVATIVES[entry]


@pytest.mark.parametrize("entry", SCALARS, ids=lambda entry: entry.name)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivatives_are_those_of_sympy_between_the_breakpoints(entry, order):
    derivative = entry.diff(order).rewrite((*BLOCKS, tanh_of), exp).rewrite(erf)
    difference = derivative - entry.expr.diff(entry.x, order)
    t = Symbol("t", positive=True)
    ends = sorted({0, *entry.facts()["breakpoints"]})
    for point in [ends[0] - 1, *((a + b) / 2 for a, b in pairwise(ends)), ends[-1] + 1]:
        there = difference.replace(Piecewise, lambda *cases, at=point: held(cases, at))
        side = t if point > 0 else -t
        assert simplify(there.subs(entry.x, side)) == 0


def held(cases, point):
    """Return the formula of the case that holds at `point`."""
    tests = ((formula, sympify(test)) for formula, test in cases)
    return next(f for f, test in tests if test.subs(x, point) == S.true)


@pytest.mark.parametrize(
    "entry", [binary_step, relu, prelu, elu], ids=lambda entry: entry.name
)
def test_there_is_no_derivative_at_a_kink(entry):
    assert entry.diff().subs(entry.x, 0) is S.NaN
    assert entry.diff(2).subs(entry.x, 0) is S.NaN


def test_there_is_one_where_the_pieces_fit():
    assert elu.diff(alpha=1).subs(elu.x, 0) == 1
    assert elu.diff(2, alpha=1).subs(elu.x, 0) is S.NaN
    assert prelu.diff(alpha=1).subs(prelu.x, 0) == 1


def test_identities():
    assert simplify(tanh.expr - (2 * logistic.of(2 * x) - 1)) == 0
    assert simplify(logistic.of(-x) - (1 - logistic.expr)) == 0
    assert simplify(softplus.expr.diff(x).rewrite(exp) - logistic.of(beta * x)) == 0
