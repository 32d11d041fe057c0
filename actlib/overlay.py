"""The picture of an answer: the learner's curve over the right one, in small.

It is written as SVG by hand: a tenth of the size of a figure by matplotlib, so that a
notebook may hold many.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from html import escape
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from .blocks import Array
from .figures import as_text, html_image, svg_uri
from .questions import Case, OnTheLine

X = np.arange(-40, 41) / 10
# Left, right, top and bottom of the axes, in a picture of 320 × 190.
LEFT, RIGHT, TOP, BOTTOM = 48, 308, 26, 158
# A step as high as this part of the picture, between neighbours, is a jump.
JUMP = 0.3
# Neither the colour of f nor that of f′: what is asked for may be either.
STYLES = {
    "right": 'stroke="#8c8c8c" stroke-width="5"',
    "yours": 'stroke="#A0417E" stroke-width="2" stroke-dasharray="7 3"',
}


def overlay(question: OnTheLine, answer: Any, case: Case, place: float | None) -> str:
    """Return the HTML of a picture of an answer; `place` is where it is wrong."""
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yours = np.array(question.at_points(answer, case, X), dtype=float)
    right = question.right(case, X)
    values = ", ".join(f"{name} = {as_text(value)}" for name, value in case.items())
    parts = _parts(right, yours, question.argument, values)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="190" '
        'viewBox="0 0 320 190" font-family="sans-serif" font-size="11">'
        f"{''.join(parts)}</svg>"
    )
    return html_image(svg_uri(svg), _alt(question, right, yours, place))


def _alt(question: OnTheLine, right: Array, yours: Array, place: float | None) -> str:
    x = question.argument
    alt = f"The right curve, solid, for {x} from −4 to 4, and yours, dashed"
    if place is None:
        return f"{alt}, which lies on it."
    there = int(np.abs(X - place).argmin())
    values = f"{as_text(right[there])} and {as_text(yours[there])}"
    return f"{alt}: at {as_text(X[there])} they are at {values}."


def _parts(right: Array, yours: Array, argument: str, values: str) -> Iterator[str]:
    """Yield the elements of the picture."""
    low, high = _window(right, yours)
    xs = LEFT + (X - X[0]) / (X[-1] - X[0]) * (RIGHT - LEFT)
    scale = (BOTTOM - TOP) / (high - low)
    yield '<rect width="320" height="190" fill="white"/>'
    # The grid, and its numbers.
    lines, texts = [], []
    for x, number in zip(xs[::20], X[::20], strict=True):
        lines.append(f"M{x:.1f} {TOP}L{x:.1f} {BOTTOM}")
        texts.append(_text(x, BOTTOM + 14, as_text(number), "middle"))
    for number in MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(low, high):
        if low <= number <= high:
            y = BOTTOM - (number - low) * scale
            lines.append(f"M{LEFT} {y:.1f}L{RIGHT} {y:.1f}")
            texts.append(_text(LEFT - 6, y + 4, as_text(number), "end"))
    yield f'<path d="{"".join(lines)}" stroke="#d8d8d8"/>'
    yield from texts
    yield _text((LEFT + RIGHT) / 2, BOTTOM + 28, argument, "middle")
    # The curves, and above them what they are.
    corners = f"{LEFT} {TOP}L{RIGHT} {TOP}L{RIGHT} {BOTTOM}L{LEFT} {BOTTOM}"
    yield f'<clipPath id="axes"><path d="M{corners}"/></clipPath>'
    for name, curve, start in (("right", right, LEFT), ("yours", yours, LEFT + 70)):
        path = _path(xs, BOTTOM - (_cut(curve, high - low) - low) * scale)
        style = f'fill="none" {STYLES[name]}'
        yield f'<path d="{path}" {style} clip-path="url(#axes)"/>'
        yield f'<path d="M{start} 12L{start + 24} 12" {style}/>'
        yield _text(start + 30, 16, name)
    yield _text(RIGHT, 16, values, "end")


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def _path(xs: Array, ys: Array) -> str:
    """Return the path through points; nan is a gap."""
    path, pen = "", "M"
    for x, y in zip(xs, ys, strict=True):
        if np.isnan(y):
            pen = "M"
        else:
            path += f"{pen}{x:.1f} {y:.1f}"
            pen = "L"
    return path


def _window(right: Array, yours: Array) -> tuple[float, float]:
    """Return the ends of the picture: of yours, what is not too far from the right."""
    right, yours = right[np.isfinite(right)], yours[np.isfinite(yours)]
    room = np.ptp(right) or 1.0
    both = np.clip([*right, *yours], right.min() - room, right.max() + room)
    margin = 0.06 * (np.ptp(both) or 1.0)
    return float(both.min() - margin), float(both.max() + margin)


def _cut(values: Array, height: float) -> Array:
    """Return a curve with gaps where it jumps; what is far outside is cut off."""
    values = np.clip(values, -1e6, 1e6)
    jumps = np.abs(np.diff(values)) > JUMP * height
    return np.where([False, *jumps], np.nan, values)
