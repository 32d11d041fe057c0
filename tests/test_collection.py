import inspect
import math
import operator
import re

import pytest
import sympy
from bs4 import BeautifulSoup
from IPython.display import HTML
from sympy import Symbol

import actlib
from actlib import CATALOGUE, Activation, get
from actlib.catalogue import FAMILIES

ENTRIES = [pytest.param(entry, id=name) for name, entry in CATALOGUE.items()]
OWN = Activation("Own", Symbol("x") ** 2)
TAG = re.compile(r"</?[a-z]\w*")


def page(shown):
    """The parsed page of what is shown; every tag that opens closes, in order."""
    assert isinstance(shown, HTML)
    found = BeautifulSoup(shown.data, "html.parser")
    # Written anew, what was left open is closed, and what closes nothing is gone.
    assert TAG.findall(shown.data) == TAG.findall(str(found))
    return found


def links(page):
    return [link["href"] for link in page.select("[href]")]


def test_public_names_exist_and_are_documented():
    assert len(set(actlib.__all__)) == len(actlib.__all__)
    for name in set(actlib.__all__) - {"CATALOGUE"}:  # a mapping can have no docstring
        assert inspect.getdoc(getattr(actlib, name)), name


def test_every_entry_bears_the_name_by_which_it_is_imported():
    for name, entry in CATALOGUE.items():
        assert entry.name == name
        assert name.isidentifier()


def test_no_entry_can_be_deleted():
    with pytest.raises(TypeError):
        operator.delitem(CATALOGUE, "logistic")


@pytest.mark.parametrize("name", ["leaky_relu", "Leaky ReLU", "leaky-relu"])
def test_get_takes_a_name_however_it_is_written(name):
    assert get(name) is actlib.prelu


# As PyTorch documents them.
RELATIVES = {
    "gelu_tanh": lambda x: (
        x * (1 + math.tanh(0.7978845608028654 * (x + 0.044715 * x**3))) / 2
    ),
    "hard_sigmoid": lambda x: 0 if x <= -3 else 1 if x >= 3 else x / 6 + 1 / 2,
    "hard_tanh": lambda x: -1 if x < -1 else 1 if x > 1 else x,
    "mish": lambda x: x * math.tanh(math.log1p(math.exp(x))),
    "quick_gelu": lambda x: x / (1 + math.exp(-1.702 * x)),
    "relu6": lambda x: min(max(0, x), 6),
}


@pytest.mark.parametrize("name", actlib.catalogue.RELATIVES)
def test_get_says_how_to_write_a_relative(name):
    with pytest.raises(ValueError, match="write it as your own: ") as caught:
        get(name)
    own = str(caught.value).partition("own: ")[2]
    words = vars(sympy) | {"actlib": actlib, "x": sympy.Symbol("x")}
    relative = eval(own, words)  # as a learner does who copies it
    for x in (-7, -2.5, -0.5, 0, 0.7, 2, 8):
        assert relative(float(x)) == pytest.approx(RELATIVES[name](x))


@pytest.mark.parametrize(
    "name, near", [("sigmod", "'sigmoid'"), ("mich", "'mish'"), ("relux", "'relu6'")]
)
def test_get_suggests_the_nearest_names(name, near):
    with pytest.raises(
        ValueError, match=f"unknown name '{name}'; did you mean .*{near}"
    ):
        get(name)


def test_get_lists_names_when_none_is_near():
    with pytest.raises(ValueError, match="logistic"):
        get("")


@pytest.mark.parametrize(
    "name", [None, 1, b"sigmoid", ["sigmoid"], actlib.logistic, ...]
)
def test_get_takes_strings_only(name):
    with pytest.raises(TypeError, match="name must be a string"):
        get(name)


def test_gallery_links_every_notebook_in_order():
    gallery = page(actlib.gallery())
    assert links(gallery) == [f"{entry.notebook}.ipynb" for entry in CATALOGUE.values()]
    for entry in CATALOGUE.values():
        assert entry.idea in gallery.text


def test_gallery_groups_entries_by_family_and_says_what_each_brings():
    groups = page(actlib.gallery()).select("tbody")
    families = dict.fromkeys(entry.family for entry in CATALOGUE.values())
    for group, family in zip(groups, families, strict=True):
        heading, *rows = group.select("tr")
        assert heading.th["scope"] == "rowgroup"
        assert heading.text == f"{family.capitalize()}. {FAMILIES[family]}"
        ideas = [e.idea for e in CATALOGUE.values() if e.family == family]
        assert [row.select("td")[-1].text for row in rows] == ideas


@pytest.mark.parametrize(
    ("count", "columns", "rows"), [(1, 4, 1), (14, 5, 3), (15, 5, 3), (16, 4, 4)]
)
def test_overview_shows_every_entry_in_full_rows(monkeypatch, count, columns, rows):
    names = [str(n) for n in range(count - 1)]
    entries = {name: Activation(name, Symbol("x") ** 2) for name in names}
    entries["softmax"] = actlib.softmax
    monkeypatch.setattr(actlib.collection, "CATALOGUE", entries)
    figure = actlib.overview()
    assert [axes.get_title() for axes in figure.axes] == [*entries]
    shape = figure.axes[0].get_subplotspec().get_gridspec()
    assert (shape.nrows, shape.ncols) == (rows, columns)
    assert all(f"{name} from 16 to 16" in figure.get_label() for name in names)
    assert figure.get_label().endswith("Bars: softmax.")


def test_every_family_says_what_it_brings():
    assert {entry.family for entry in CATALOGUE.values()} <= FAMILIES.keys()


@pytest.mark.parametrize("entry", ENTRIES)
def test_recall_links_the_primer_and_what_the_notebook_builds_on(entry):
    earlier = [CATALOGUE[name].notebook for name in entry.builds_on]
    stems = ["00-start-here", *earlier]
    assert links(page(actlib.recall(entry))) == [f"{stem}.ipynb" for stem in stems]


@pytest.mark.parametrize("entry", ENTRIES)
def test_onward_links_the_neighbours_and_the_map(entry):
    stems = [other.notebook for other in CATALOGUE.values()] + ["90-compare"]
    place = stems.index(entry.notebook)
    around = stems[max(place - 1, 0) : place] + stems[place + 1 : place + 2]
    found = links(page(actlib.onward(entry)))
    assert found == [f"{stem}.ipynb" for stem in (*around, "00-start-here")]


@pytest.mark.parametrize("entry", ENTRIES)
def test_references_are_listed_and_linked(entry):
    listed = page(actlib.references(entry))
    assert len(listed.select("li")) == len(entry.references) > 0
    assert links(listed) == [
        r.url or f"https://doi.org/{r.doi}" for r in entry.references
    ]
    for reference in entry.references:
        assert (
            f"{reference.authors} ({reference.year}). {reference.title}." in listed.text
        )


@pytest.mark.parametrize("entry", ENTRIES)
def test_frameworks_are_a_table(entry):
    table = page(actlib.frameworks(entry))
    assert len(table.select("tr")) == 1 + len(entry.frameworks)
    for framework, name in entry.frameworks.items():
        assert framework + name in table.text


LINKS = [actlib.recall, actlib.onward, actlib.references, actlib.frameworks]


@pytest.mark.parametrize("function", LINKS)
@pytest.mark.parametrize("wrong", ["logistic", None, Symbol("x"), Activation, ...])
def test_links_need_an_activation(function, wrong):
    with pytest.raises(TypeError, match="activation must be"):
        function(wrong)


def test_onward_needs_an_entry_of_the_catalogue():
    with pytest.raises(ValueError, match=r"activation must be .*catalogue"):
        actlib.onward(OWN)
