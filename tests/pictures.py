"""A pytest plugin: a freshly run cell draws the pictures that its notebook stores.

nbval compares texts, so it would have to compare the bytes of a picture; these differ
from platform to platform in the last digits and in matplotlib's ids, which are hashes.
Here pictures are equal if their elements are and no drawn line is farther than
`TOLERANCE` from its twin.
"""

import re
from base64 import b64decode
from io import BytesIO
from itertools import zip_longest
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.image import imread
from nbval.plugin import IPyNbCell

TOLERANCE = 0.5  # points, of which a figure is about 460 wide
COLOR = 12  # of 255: from one of 32 levels to the next
PNG = "data:image/png;base64,"
PICTURE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")


def pictures(outputs):
    """The SVG texts of the pictures in a cell's outputs."""
    texts = (output.get("data", {}).get("text/html", "") for output in outputs)
    return [
        b64decode(code).decode() for text in texts for code in PICTURE.findall(text)
    ]


def elements(svg):
    """The (tag, attributes) of what an SVG draws, without ids and shapes of letters."""
    plain = re.sub(r"\b([mp])[0-9a-f]{10}\b", r"\1", svg)
    found = []
    for element in ElementTree.fromstring(plain).iter():
        tag, name = element.tag.rpartition("}")[2], element.attrib.pop("id", "")
        if not (tag == "path" and "-" in name):  # DejaVuSans-13 is a letter
            found.append((tag, element.attrib))
    return found


def path(text):
    """The corners and control points of an SVG path, in runs without a gap."""
    runs = [run for run in text.split("M") if run.strip()]
    return [np.array(NUMBER.findall(run), dtype=float).reshape(-1, 2) for run in runs]


def distance(points, line):
    """How far the farthest of the points is from the line through the corners."""
    start, step = line[:-1], np.diff(line, axis=0)
    if len(line) == 1:
        start, step = line, np.zeros((1, 2))
    to_point = points[:, None] - start
    length = (step**2).sum(axis=1)
    part = (to_point * step).sum(axis=2) / np.where(length > 0, length, 1)
    nearest = start + np.clip(part, 0, 1)[..., None] * step
    return np.linalg.norm(points[:, None] - nearest, axis=2).min(axis=1).max()


def pixels(address):
    """The colours of an image in its own address."""
    png = BytesIO(b64decode(address.partition(",")[2]))
    return 255 * imread(png, format="png")


def alike(name, old, new):
    """Whether two values of an attribute differ by no more than a platform may."""
    if old.startswith(PNG) and new.startswith(PNG):
        olds, news = pixels(old), pixels(new)
        return olds.shape == news.shape and np.abs(olds - news).max() <= COLOR
    if name == "d":
        olds, news = path(old), path(new)
        pairs = list(zip(olds, news, strict=False))
        return len(olds) == len(news) and all(
            max(distance(a, b), distance(b, a)) <= TOLERANCE for a, b in pairs
        )
    if NUMBER.sub("0", old) != NUMBER.sub("0", new) or name == "style":
        return old == new
    numbers = (np.array(NUMBER.findall(text), dtype=float) for text in (old, new))
    return bool(np.abs(np.subtract(*numbers)).max(initial=0) <= TOLERANCE)


def difference(old, new):
    """What differs between two SVG texts, in words; empty if nothing does."""
    for stored, fresh in zip_longest(
        elements(old), elements(new), fillvalue=("nothing", {})
    ):
        (tag, before), (fresh_tag, after) = stored, fresh
        if tag != fresh_tag or before.keys() != after.keys():
            return f"{fresh_tag} is drawn in place of {tag}"
        for name in before:
            if not alike(name, before[name], after[name]):
                old, new = before[name][:200], after[name][:200]
                return f"{name} of {tag} is {new!r}, stored is {old!r}"
    return ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    if isinstance(item, IPyNbCell):
        stored, fresh = pictures(item.cell.outputs), pictures(item.test_outputs)
        for number, (old, new) in enumerate(zip(stored, fresh, strict=True), 1):
            if what := difference(old, new):
                item.raise_cell_error(f"Picture {number} differs", what)
    return result
