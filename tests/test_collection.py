import inspect
import operator
from html.parser import HTMLParser

import pytest
from IPython.display import HTML
from sympy import Symbol

import actlib
from actlib import CATALOGUE, Activation, get

ENTRIES = [pytest.param(entry, id=name) for name, entry in CATALOGUE.items()]
OWN = Activation("Own", Symbol("x") ** 2)
VOID = {"br", "img"}


class Page(HTMLParser):
    """The tags and links of a piece of HTML; every tag that opens must close."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.links, self.text = [], [], [], ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name == "href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def page(shown):
    assert isinstance(shown, HTML)
    return Page(shown.data)


def test_public_names_exist_and_are_documented():
    assert len(set(actlib.__all__)) == len(actlib.__all__)
    for name in set(actlib.__all__) - {"CATALOGUE"}:  # a mapping can have no docstring
        assert inspect.getdoc(getattr(actlib, name)), name


def test_every_entry_is_importable_and_stands_in_teaching_order():
    for name, entry in CATALOGUE.items():
        assert getattr(actlib, name) is entry
        assert entry.name == name
        assert name.isidentifier()
        assert inspect.getdoc(type(entry))
    numbers = [entry.number for entry in CATALOGUE.values()]
    assert numbers == sorted(set(numbers))


def test_names_and_aliases_are_unique():
    names = [
        name for entry in CATALOGUE.values() for name in (entry.name, *entry.aliases)
    ]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("entry", ENTRIES)
def test_entries_build_on_earlier_ones(entry):
    earlier = [
        other.name for other in CATALOGUE.values() if other.number < entry.number
    ]
    assert set(entry.builds_on) <= set(earlier)


def test_catalogue_is_read_only():
    with pytest.raises(TypeError):
        operator.setitem(CATALOGUE, "own", OWN)
    with pytest.raises(TypeError):
        operator.delitem(CATALOGUE, "logistic")


@pytest.mark.parametrize("entry", ENTRIES)
def test_get_finds_name_and_aliases(entry):
    assert {get(name) for name in (entry.name, *entry.aliases)} == {entry}


@pytest.mark.parametrize(
    "name, near", [("sigmod", "'sigmoid'"), ("Logistic", "'logistic'")]
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
    assert gallery.links == [f"{entry.notebook}.ipynb" for entry in CATALOGUE.values()]
    assert gallery.tags.count("tr") == 1 + len(CATALOGUE)
    for entry in CATALOGUE.values():
        assert entry.idea in gallery.text


@pytest.mark.parametrize("entry", ENTRIES)
def test_recall_links_the_primer_and_what_the_notebook_builds_on(entry):
    earlier = [CATALOGUE[name].notebook for name in entry.builds_on]
    stems = ["00-start-here", *earlier]
    assert page(actlib.recall(entry)).links == [f"{stem}.ipynb" for stem in stems]


@pytest.mark.parametrize("entry", ENTRIES)
def test_onward_links_the_neighbours_and_the_map(entry):
    stems = [other.notebook for other in CATALOGUE.values()]
    place = stems.index(entry.notebook)
    around = stems[max(place - 1, 0) : place] + stems[place + 1 : place + 2]
    links = page(actlib.onward(entry)).links
    assert links == [f"{stem}.ipynb" for stem in (*around, "00-start-here")]


@pytest.mark.parametrize("entry", ENTRIES)
def test_references_are_listed_and_linked(entry):
    listed = page(actlib.references(entry))
    assert listed.tags.count("li") == len(entry.references) > 0
    assert listed.links == [
        f"https://doi.org/{r.doi}" for r in entry.references if r.doi
    ]
    for reference in entry.references:
        assert (
            f"{reference.authors} ({reference.year}). {reference.title}." in listed.text
        )


@pytest.mark.parametrize("entry", ENTRIES)
def test_frameworks_are_a_table(entry):
    table = page(actlib.frameworks(entry))
    assert table.tags.count("tr") == 1 + len(entry.frameworks)
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
