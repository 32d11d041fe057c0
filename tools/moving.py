"""The README's first picture: a slider that bends a curve, an SVG that moves by itself.

matplotlib draws it once, at the slider's default. What moves is then told by its places
at each moment (SMIL: it plays where a page shows the SVG as an image, too). It plays
once. Whoever asks for less motion sees its last moment only.
"""

from copy import deepcopy
from math import cos, pi
from xml.etree import ElementTree

import matplotlib
import numpy as np
from sympy import latex

import actlib
from actlib.figures import LABELS, STYLE, Curve, as_text, describe, svg
from actlib.live import with_margin, written

ENTRY = actlib.elu
MOVED = ENTRY.parameters["alpha"]
NAMES = ("f", "slope")
X = np.linspace(-4, 4, 97)

# The slider stands for a moment, goes up, down, and back: seconds, and where to.
COURSE = [
    (0.6, MOVED.default),
    (1.2, MOVED.high),
    (1.8, MOVED.low),
    (1.2, MOVED.default),
]
STEP = 0.15  # seconds from moment to moment; a browser draws what lies between
SECONDS = sum(seconds for seconds, _ in COURSE)

SVG = "{http://www.w3.org/2000/svg}"
LESS_MOTION = """
.still { display: none }
@media (prefers-reduced-motion: reduce) {
  .moving { display: none }
  .still { display: inline }
}
"""
ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


# The moments


def course():
    """The parameter's value at each moment."""
    values = [MOVED.default]
    for seconds, stop in COURSE:
        start, steps = values[-1], round(seconds / STEP)
        # A hand starts and stops slowly.
        done = [(1 - cos(pi * step / steps)) / 2 for step in range(1, steps + 1)]
        values += [start + (stop - start) * share for share in done]
    return values


def reading(value):
    """A value as the slider shows it: a whole number of its steps."""
    decimals = len(f"{MOVED.step:g}".partition(".")[2])
    return f"{round(value / MOVED.step) * MOVED.step:.{decimals}f}"


def curves(value):
    """The curves of f and f′ for a value of the parameter."""
    return [Curve(ENTRY, order, {MOVED.name: value}, X) for order in (0, 1)]


def parts(curve):
    """The points of a curve, cut at each joint whether it breaks there or not."""
    kept = ~np.isnan(curve.y)
    x, y = curve.x[kept], curve.y[kept]
    joints = np.flatnonzero(np.diff(x) == 0) + 1
    return np.insert(x, joints, np.nan), np.insert(y, joints, np.nan)


def ends(curve):
    """The dots of a curve; where it does not break just now, where they would be."""
    x, y = parts(curve)
    cuts = np.flatnonzero(np.isnan(x))
    return curve.dots or [(x[i], y[i], False) for c in cuts for i in (c - 1, c + 1)]


def alternative_text():
    """What the picture shows, in words."""
    still = describe(ENTRY, curves(MOVED.default), {MOVED.name: MOVED.default})
    low, high = map(as_text, (MOVED.low, MOVED.high))
    return (
        f"A slider moves {written(MOVED.name)} between {low} and {high}, and the "
        f"curves of a function f and of its derivative f′ bend with it. {still}"
    )


# The drawing


def draw_curves(axes, moments):
    """Draw the curves of the last moment, with dots if they ever break.

    Return what moves: the name of a part -> its curve's order, and a dot's index.
    """
    moving = {}
    for order, (name, label) in enumerate(zip(NAMES, LABELS, strict=False)):
        curve = moments[-1][order]
        (line,) = axes.plot(*parts(curve), label=label, gid=name)
        moving[name] = (order, None)
        if not any(moment[order].dots for moment in moments):
            continue
        for index, (x, y, closed) in enumerate(ends(curve)):
            face = line.get_color() if closed else "white"
            colours = {"color": line.get_color(), "markerfacecolor": face}
            axes.plot(x, y, "o", gid=f"{name}-{index}", **colours)
            moving[f"{name}-{index}"] = (order, index)
    axes.legend(loc="upper left")
    return moving


def draw_slider(axes, value, readings):
    """Draw a slider at a value; all that it ever reads stands in one place."""
    axes.set_axis_off()
    axes.set(xlim=(MOVED.low, MOVED.high), ylim=(-1, 1))
    track = {"color": "#c4c4c4", "linewidth": 5, "solid_capstyle": "round"}
    axes.plot([MOVED.low, MOVED.high], [0, 0], "-", clip_on=False, **track)
    thumb = {"color": "#333333", "markersize": 14, "gid": "thumb"}
    axes.plot(value, 0, "o", clip_on=False, **thumb)
    style = {"textcoords": "offset points", "va": "center", "fontsize": 14}
    symbol = f"${latex(MOVED.symbol)}$"
    axes.annotate(symbol, (MOVED.low, 0), (-16, 0), ha="right", **style)
    for text in readings:
        axes.annotate(text, (MOVED.high, 0), (16, 0), gid=text, **style)


class Places:
    """Where points of axes lie in the SVG, as its attributes say it."""

    def __init__(self, axes):
        self._to_pixels = axes.transData
        self._height = axes.figure.bbox.height

    def of(self, x, y):
        """A point's x and y, with two decimals: finer than a screen."""
        right, up = self._to_pixels.transform((x, y))
        return f"{right:.2f}", f"{self._height - up:.2f}"

    def path(self, x, y):
        """A line through points; nan cuts it."""
        letter, words = "M", []
        for point in zip(x, y, strict=True):
            if np.isnan(point[0]):
                letter = "M"
                continue
            words.append(letter + " ".join(self.of(*point)))
            letter = "L"
        return "".join(words)


# The animation


def animate(element, name, values, **options):
    """Let an attribute take its values one after the other, and keep the last."""
    element.set(name, values[-1])
    if len(set(values)) > 1:
        timing = {"values": ";".join(values), "dur": f"{SECONDS:g}s", **options}
        attributes = {"attributeName": name, **timing}
        ElementTree.SubElement(element, f"{SVG}animate", attributes)


def move(group, points):
    """Let a dot go from point to point."""
    dot = group.find(f".//{SVG}use")
    for name, values in zip("xy", zip(*points, strict=True), strict=True):
        animate(dot, name, values)


def add_still(parent, group):
    """Put beside a part that moves the one for whoever asks for less motion."""
    still = deepcopy(group)
    for element in [*still.iter()]:
        element.attrib.pop("id", None)
        for child in [*element]:
            if child.tag in (f"{SVG}animate", f"{SVG}defs"):
                element.remove(child)
    group.set("class", "moving")
    still.set("class", "still")
    parent.insert([*parent].index(group) + 1, still)


def picture():
    """The SVG's text."""
    values = course()
    moments = [curves(value) for value in values]
    heights = np.concatenate([curve.y for moment in moments for curve in moment])
    readings = [reading(value) for value in values]

    figure, (axes, slider) = actlib.subplots(2, height_ratios=[9, 1])
    figure.set(size_inches=(6.4, 4.0), dpi=72)  # an SVG's unit is a point
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)
    limits = with_margin(np.nanmin(heights), np.nanmax(heights))
    with matplotlib.rc_context(fname=STYLE):
        axes.set(xlim=X[[0, -1]], ylim=limits, xlabel=f"${latex(ENTRY.x)}$")
        axes.set_title(ENTRY.title, parse_math=False)
        moving = draw_curves(axes, moments)
        draw_slider(slider, values[-1], sorted(set(readings)))
    root = ElementTree.fromstring(svg(figure))
    named = {group.get("id"): group for group in root.iter(f"{SVG}g")}

    places = Places(axes)
    for name, (order, index) in moving.items():
        drawn = [moment[order] for moment in moments]
        if index is None:
            lines = [places.path(*parts(curve)) for curve in drawn]
            animate(named[name].find(f"{SVG}path"), "d", lines)
        else:
            move(named[name], [places.of(*ends(curve)[index][:2]) for curve in drawn])
            seen = ["1" if curve.dots else "0" for curve in drawn]
            animate(named[name], "opacity", seen)
    move(named["thumb"], [Places(slider).of(value, 0) for value in values])
    for text in set(readings):
        seen = ["visible" if now == text else "hidden" for now in readings]
        animate(named[text], "visibility", seen, calcMode="discrete")

    parents = {child: parent for parent in root.iter() for child in parent}
    for name in [*moving, "thumb", *sorted(set(readings))]:
        add_still(parents[named[name]], named[name])
    ElementTree.SubElement(root, f"{SVG}style").text = LESS_MOTION
    return ElementTree.tostring(root, encoding="unicode") + "\n"
