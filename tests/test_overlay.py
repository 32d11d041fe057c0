"""The picture below a reply: both curves, told apart by more than colour, in little."""

import re
from base64 import b64decode
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy
from sympy import exp

from actlib import binary_step, check, elu, logistic, relu, softmax

x = sympy.Symbol("x")
SVG = "{http://www.w3.org/2000/svg}"


def picture(reply):
    """Return the SVG below a reply, as XML, and its alternative text."""
    html = reply._repr_html_()
    alt, code = re.search(
        r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)"', html
    ).groups()
    assert len(html) < 6000
    return ElementTree.fromstring(b64decode(code)), unescape(alt)


def curves(svg):
    """Return the points of both curves."""
    paths = [p for p in svg.iter(f"{SVG}path") if p.get("clip-path")]
    number = re.compile(r"[\d.]+")
    return [
        np.array(number.findall(p.get("d")), dtype=float).reshape(-1, 2) for p in paths
    ]


def test_a_wrong_curve_lies_over_the_right_one():
    reply = check(1 / (1 + exp(x)), logistic)
    assert reply._repr_html_().startswith(f"<p>✗ {reply.message}</p>")
    svg, alt = picture(reply)
    right, yours = curves(svg)
    assert len(right) == len(yours) == 81
    assert np.allclose(right[:, 1], yours[::-1, 1], atol=0.11)
    assert (np.diff(right[:, 1]) <= 0).all()  # upwards, on a screen
    dashed = [p.get("stroke-dasharray") for p in svg.iter(f"{SVG}path")]
    assert dashed.count(None) < len(dashed)
    words = [t.text for t in svg.iter(f"{SVG}text")]
    assert {"right", "yours", "x", "−4", "0", "4"} <= {*words}
    assert alt == (
        "The right curve, solid, for x from −4 to 4, and yours, dashed: at 1 they are "
        "at 0.731 and 0.269."
    )


def test_a_right_curve_is_said_to_lie_on_it():
    svg, alt = picture(check(lambda x: np.maximum(0, x), relu))
    right, yours = curves(svg)
    assert (right == yours).all()
    assert alt.endswith("and yours, dashed, which lies on it.")


def test_jumps_are_gaps_and_parameters_are_named():
    svg, _ = picture(check(lambda x: x > 1e9, binary_step))
    right, yours = (p.get("d") for p in svg.iter(f"{SVG}path") if p.get("clip-path"))
    assert right.count("M") == 2 and yours.count("M") == 1
    svg, _ = picture(check(lambda x, alpha: x, elu, alpha=2))
    assert "alpha = 2" in [t.text for t in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    "answer",
    [
        1 / x,
        lambda x: 1e300 * x,
        lambda x: np.tan(100 * x),
        lambda x: np.full_like(x, np.nan),
        sympy.Integer(7),
        sympy.log(x),
    ],
    ids=["pole", "huge", "wild", "nan", "constant", "half"],
)
def test_what_leaves_the_picture_is_cut_off(answer):
    svg, _ = picture(check(answer, logistic))
    right, *_ = curves(svg)
    assert np.ptp(right[:, 1]) > 30  # the right curve does not shrink to a line
    for word in ("nan", "inf", "∞"):
        assert word not in "".join(p.get("d") for p in svg.iter(f"{SVG}path"))


def test_no_picture_without_a_curve(capsys):
    replies = [
        check(..., logistic),
        check(3, logistic(0.0)),
        check(lambda x: 1 / 0, logistic),
        check(0, binary_step, 1),
        check(lambda z: z, softmax),
        check(lambda x: x, logistic, points=[100]),
        check(lambda x: x if len(x) == 11 else 1 / 0, logistic),
    ]
    for reply in replies:
        assert reply._repr_html_() is None


def test_the_learners_function_is_quiet_while_it_is_drawn(capsys):
    reply = check(lambda x: print("once"), logistic)
    reply = check(lambda x: (print("once"), 1 / x)[1], logistic)
    capsys.readouterr()
    assert picture(reply)
    assert capsys.readouterr().out == ""


def test_words_are_escaped():
    reply = check(lambda x: np.maximum(-0.5, x), relu)
    assert "x &lt; 0 only" in reply._repr_html_()
    assert "x < 0 only" in repr(reply)
