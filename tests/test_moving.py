"""The README's first picture: small, ends soon, tells the truth at every moment."""

import re
from xml.etree import ElementTree

import moving
import numpy as np
import pytest

import actlib

TEXT = moving.picture()
ROOT = ElementTree.fromstring(TEXT)
GROUPS = {group.get("id"): group for group in ROOT.iter(f"{moving.SVG}g")}
ANIMATIONS = list(ROOT.iter(f"{moving.SVG}animate"))


def values(group, attribute):
    """The values that an attribute of a part takes, one after the other."""
    animations = GROUPS[group].iter(f"{moving.SVG}animate")
    (found,) = (a for a in animations if a.get("attributeName") == attribute)
    return found.get("values").split(";")


def heights(path):
    """The y of each point of a path."""
    return np.array(re.findall(r"[ML]\S+ (\S+?)(?=[ML]|$)", path), dtype=float)


def test_it_is_small_and_the_same_each_time():
    assert len(TEXT.encode()) < 300_000
    assert moving.picture() == TEXT


def test_it_ends_within_five_seconds_for_good():
    assert {float(a.get("dur").removesuffix("s")) for a in ANIMATIONS} == {
        moving.SECONDS
    }
    assert moving.SECONDS <= 5
    assert not any(a.get("repeatCount") for a in ANIMATIONS)


def test_nothing_is_fetched_and_no_script_runs():
    assert set(re.findall(r'href="(.)', TEXT)) == {"#"}
    assert "<script" not in TEXT
    assert re.findall(r"url\((?!#)", TEXT) == []


def test_the_slider_visits_its_whole_range_and_returns():
    course = moving.course()
    assert course[0] == moving.MOVED.default
    assert course[-1] == pytest.approx(moving.MOVED.default)
    assert min(course) == pytest.approx(moving.MOVED.low)
    assert max(course) == pytest.approx(moving.MOVED.high)


def test_what_it_reads_is_where_the_slider_stands():
    thumb = np.array(values("thumb", "x"), dtype=float)
    low, high = thumb.min(), thumb.max()
    shown = {text: values(text, "visibility") for text in GROUPS if is_number(text)}
    for moment, place in enumerate(thumb):
        (text,) = (text for text, seen in shown.items() if seen[moment] == "visible")
        stands = moving.MOVED.low + (place - low) / (high - low) * (
            moving.MOVED.high - moving.MOVED.low
        )
        assert float(text) == pytest.approx(stands, abs=moving.MOVED.step * 0.6)


def is_number(text):
    return bool(re.fullmatch(r"[\d.]+", text or ""))


@pytest.mark.parametrize(("name", "order"), [("f", 0), ("slope", 1)])
def test_a_curve_is_the_function_at_every_moment(name, order):
    """Up to one scale for all moments, which the picture's axis has."""
    function = (actlib.elu, actlib.elu.grad)[order]
    left, right = moving.X[moving.X < 0], moving.X[moving.X > 0]
    x = np.concatenate([left, [-1e-12, 1e-12], right])
    moments = np.array([heights(path) for path in values(name, "d")])
    expected = np.array([function(x, alpha=alpha) for alpha in moving.course()])
    scale, zero = np.polyfit(moments.ravel(), expected.ravel(), 1)
    assert scale * moments + zero == pytest.approx(expected, abs=0.001)


def test_the_slope_has_dots_exactly_where_it_jumps():
    jumps = ["0" if alpha == 1 else "1" for alpha in moving.course()]
    for name in ("slope-0", "slope-1"):
        seen = values(name, "opacity")
        assert seen[1:-1] == jumps[1:-1]
        assert seen[-1] == GROUPS[name].get("opacity") == "0"
    assert "f-0" not in GROUPS


def test_who_wants_less_motion_sees_the_last_moment():
    assert re.search(r"prefers-reduced-motion: reduce\) \{\s+\.moving \{ display", TEXT)
    still = ROOT.findall(f".//{moving.SVG}g[@class='still']")
    moves = ROOT.findall(f".//{moving.SVG}g[@class='moving']")
    assert len(still) == len(moves)
    for old, new in zip(moves, still, strict=True):
        assert all(a in list(old.iter()) for a in old.iter(f"{moving.SVG}animate"))
        assert not list(new.iter(f"{moving.SVG}animate"))
        for attribute in ("opacity", "visibility"):
            assert old.get(attribute) == new.get(attribute)
    assert {a for group in moves for a in group.iter(f"{moving.SVG}animate")} == set(
        ANIMATIONS
    )
