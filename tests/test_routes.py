"""The ways through the collection lead to notebooks, and take as long as they say."""

import re

import pytest
from bs4 import BeautifulSoup
from execute import NOTEBOOKS, read

import actlib
from actlib import CATALOGUE
from actlib.catalogue import ACROSS, ROUTES

NAMED = {name for way in ROUTES.values() for names in way for name in names.split()}


def test_routes_link_their_notebooks_in_order():
    shown = BeautifulSoup(actlib.routes().data, "html.parser")
    assert [title.text for title in shown.select("div > p > b")] == list(ROUTES)
    lists = shown.select("ol")
    for listed, steps in zip(lists, ROUTES.values(), strict=True):
        for item, (names, why) in zip(listed.select("li"), steps.items(), strict=True):
            stems = [path(name).name for name in names.split()]
            assert [link["href"] for link in item.select("a")] == stems
            assert item.text.endswith(f" – {why}")


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_notebook_of_a_route_is_there(name):
    assert path(name).is_file()


@pytest.mark.parametrize(("stem", "title"), ACROSS.items())
def test_a_notebook_across_bears_its_title(stem, title):
    assert read(path(stem)).cells[0].source.startswith(f"# {title}\n")


def test_a_course_of_three_hours_takes_no_longer():
    course, lectures = (
        steps for title, steps in ROUTES.items() if "hours" in title or "90" in title
    )
    # As each notebook says itself, at its beginning.
    told = [minutes for names in course for minutes in said(names)]
    assert 150 <= sum(told) <= 180
    for names in lectures:  # as the decks' slides say
        assert 60 <= sum(map(spoken, names.split())) <= 90


def path(name):
    """The file of a notebook that a route names."""
    stem = CATALOGUE[name].notebook if name in CATALOGUE else name
    return NOTEBOOKS / f"{stem}.ipynb"


def said(name):
    """The minutes that a notebook allows for its core, part by part."""
    text = "\n".join(cell.source for cell in read(path(name)).cells[:3])
    found = re.search(r"core takes about (\d+) min|Allow (\d+) .*?(\d+) for", text)
    return [int(minutes) for minutes in found.groups() if minutes]


def spoken(name):
    """The minutes that a notebook's slides take."""
    cells = read(path(name)).cells
    return sum(cell.metadata.get("slideshow", {}).get("minutes", 0) for cell in cells)
