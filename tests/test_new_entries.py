"""An entry is all it takes: three more go through the whole chain."""

import mpmath
import nbformat
import numpy as np
import pages
import pytest
import readme
import slides
from brute import compare
from mpmath import mpf
from sympy import Abs, Max, Min, Rational, Symbol, exp, log, nan, tanh

import actlib
from actlib import CATALOGUE, Activation, Reference

x = Symbol("x")
REST = {
    "family": "smooth",
    "idea": "One idea.",
    "builds_on": ["relu"],
    "references": [Reference("An Author", 2016, "A title")],
    "frameworks": {"PyTorch": "torch", "JAX": "jax"},
}
NEW = [
    Activation("Mish", x * tanh(log(1 + exp(x))), name="mish", number=34, **REST),
    Activation("Softsign", x / (1 + Abs(x)), name="softsign", number=35, **REST),
    Activation(
        "Hard sigmoid",
        Max(0, Min(x / 6 + Rational(1, 2), 1)),
        name="hard_sigmoid",
        number=36,
        **REST,
    ),
]
ORACLES = {
    "mish": (
        lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
        lambda x: (
            mpmath.tanh(mpmath.log1p(mpmath.exp(x)))
            + x * mpmath.sech(mpmath.log1p(mpmath.exp(x))) ** 2 / (1 + mpmath.exp(-x))
        ),
    ),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "hard_sigmoid": (
        lambda x: min(max(x / 6 + mpf(1) / 2, mpf(0)), mpf(1)),
        lambda x: mpf(-3 < x <= 3) / 6,
    ),
}
POINTS = np.array([s * m for m in (*np.logspace(-12, 4, 33), 3) for s in (-1, 1)] + [0])
ENTRIES = pytest.mark.parametrize("entry", NEW, ids=lambda entry: entry.name)


@pytest.fixture
def catalogue(monkeypatch):
    """The catalogue with the new entries, in the place of the real one."""
    several = CATALOGUE | {entry.name: entry for entry in NEW}
    several = dict(sorted(several.items(), key=lambda item: item[1].number))
    monkeypatch.setattr(actlib, "CATALOGUE", several)
    monkeypatch.setattr(actlib.collection, "CATALOGUE", several)
    return several


@ENTRIES
@pytest.mark.parametrize("order", [0, 1])
def test_numbers(entry, order):
    oracle = ORACLES[entry.name][order]
    with np.errstate(all="raise"):
        found = (entry.grad if order else entry)(POINTS)
    for point, value in zip(POINTS, found, strict=True):
        exact = oracle(mpf(point))
        assert abs(mpf(value) - exact) <= max(1e-12 * abs(exact), 1e-300), point


@ENTRIES
def test_the_derivative_is_that_of_the_formula(entry):
    for point in (-5, -2, -0.5, 0.7, 2, 5):
        slope = float(entry.diff().subs(entry.x, point))
        assert slope == pytest.approx(float(ORACLES[entry.name][1](mpf(point))))
    if entry.name == "hard_sigmoid":
        assert entry.diff().subs(entry.x, 3) is nan


@ENTRIES
def test_facts(entry):
    assert list(compare(entry.facts(), *ORACLES[entry.name])) == []


@ENTRIES
def test_figures_and_exercises(entry):
    assert entry.title in actlib.plot(entry).get_label()
    _, axes = actlib.subplots()
    actlib.draw(axes, entry)
    assert len(axes.lines) >= 2 and axes.get_title() == entry.title
    live = actlib.explore(entry)._repr_mimebundle_()[0]["text/html"]
    assert f'"{entry.title}' in live and "const figure = " in live
    assert actlib.check(entry.expr, entry)
    assert actlib.check(entry.diff(), entry, 1)
    assert not actlib.check(entry.expr + x / 7, entry)


@ENTRIES
def test_a_slide_and_a_card(entry, tmp_path):
    live = actlib.explore(entry)._repr_mimebundle_()[0]
    output = nbformat.v4.new_output("display_data", live)
    cells = [
        nbformat.v4.new_markdown_cell(f"# {entry.title}", id="title"),
        nbformat.v4.new_code_cell("explore(f)", outputs=[output], id="explore"),
    ]
    cells[0].metadata.slideshow = {"slide_type": "slide", "minutes": 2}
    cells[1].execution_count = 1
    path = tmp_path / f"{entry.notebook}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    slide = slides.deck(path)
    assert f"{entry.title}</h1>" in slide and "const figure = " in slide
    picture = tmp_path / "card.svg"
    assert entry.title in pages.thumbnail(entry, picture)
    assert "<svg" in picture.read_text(encoding="utf-8")


def test_the_collection_shows_them(catalogue, tmp_path):
    for entry in NEW:
        assert f"{entry.notebook}.ipynb" in actlib.gallery().data
        stems = [other.notebook for other in catalogue.values()]
        place = stems.index(entry.notebook)
        for neighbour in (stems[place - 1], stems[place + 1]):
            assert f"{neighbour}.ipynb" in actlib.onward(entry).data
        notebook = nbformat.v4.new_notebook()
        nbformat.write(notebook, tmp_path / f"{entry.notebook}.ipynb")
    rows = {path.stem: title for path, title, *_ in readme.summaries(tmp_path)}
    assert rows == {entry.notebook: entry.title for entry in NEW}
    table = actlib.compare(NEW, "range", "gain").data
    assert all(entry.name in table for entry in NEW)
