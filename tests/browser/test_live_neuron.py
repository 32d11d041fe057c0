"""The live neuron in Chromium: in a page from disk, offline, and in JupyterLab."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from stored import html
from sympy import log, symbols
from test_jupyterlab import run_all
from test_live_figure import require_usable_by_everyone, write

from actlib import Activation, binary_step, logistic, neuron, relu, tanh

FOUR = [binary_step, logistic, tanh, relu]
PANEL = ".actlib-neuron g[id*='panel-']:not([visibility=hidden])"


def texts(page):
    """What is written in the picture of the neuron."""
    return (
        page.locator(".actlib-neuron > svg").first.locator("text").all_text_contents()
    )


def readings(page):
    return page.locator(".readings > span").all_inner_texts()


def dot(page):
    """The place of the dot in the visible axes: 0 to 1 from the left and the bottom."""
    expect(page.locator(PANEL)).to_have_count(1)
    path = page.locator(f"{PANEL} [id*='-axes-'] > path").get_attribute("d")
    left, bottom, right, _, _, top, *_ = map(float, re.findall(r"-?[\d.]+", path))
    circle = page.locator(f"{PANEL} circle")
    x, y = (float(circle.get_attribute(name)) for name in ("cx", "cy"))
    return (x - left) / (right - left), (y - bottom) / (top - bottom)


def test_a_slider_moves_the_readings_the_picture_and_the_dot(open_page):
    page = open_page(html(neuron(FOUR, function="logistic")))
    assert readings(page) == [
        "z = 0.8 · 1.5 + (−0.5) · 1 + 0.3 = 1",
        "f(z) = 0.7311",
    ]
    place = dot(page)
    page.locator("input[name=w1]").press("Home")  # −2
    page.locator("input[name=b]").press("ArrowLeft")
    assert readings(page) == [
        "z = −2 · 1.5 + (−0.5) · 1 + 0.2 = −3.3",
        "f(z) = 0.0356",
    ]
    assert {"1.5", "1", "−3.3", "0.0356", "= −2", "= 0.2"} <= {*texts(page)}
    moved = dot(page)
    assert moved[0] == pytest.approx((10 - 3.3) / 20, abs=1e-3)
    # The curve from 0 to 1 has a margin of a twentieth on either side.
    expected = (logistic(-3.3) + 0.05) / 1.1
    assert moved[1] == pytest.approx(expected, abs=2e-3) and moved[1] < place[1]
    line = page.locator("[id$='-line-w1'] > path")
    assert line.evaluate("e => getComputedStyle(e).strokeDasharray") != "none"
    page.get_by_role("button", name="Reset").click()
    assert dot(page) == place
    assert page.complaints == []


def test_another_function_is_chosen_by_keys(open_page):
    page = open_page(html(neuron(FOUR)))
    page.evaluate(
        "window.heard = []; addEventListener('keydown', (e) => heard.push(e.key))"
    )
    choice = page.get_by_label("f: activation")
    titles = [function.title for function in FOUR]
    expect(choice.locator("option")).to_have_text(titles)
    for title, value in zip(titles[1:], ["0.7311", "0.7616", "1.0000"], strict=True):
        choice.press("ArrowDown")
        assert readings(page)[1] == f"f(z) = {value}"
        assert title in page.locator(PANEL).text_content()
        assert dot(page)[0] == pytest.approx(11 / 20, abs=1e-3)
    assert page.evaluate("heard") == [], "a deck would turn its page"
    page.get_by_label("b: bias").press("End")
    assert readings(page)[1] == "f(z) = 2.7000"
    assert page.complaints == []


def test_where_there_is_no_value_there_is_no_dot(open_page):
    page = open_page(html(neuron(Activation("Log", log(symbols("x"))))))
    assert readings(page)[1] == "f(z) = 0.0000"
    page.locator("input[name=b]").press("Home")
    assert readings(page)[1] == "f(z) = undefined"
    expect(page.locator(f"{PANEL} circle")).to_have_count(0)
    page.get_by_role("button", name="Reset").click()
    dot(page)


def test_everyone_can_use_it(open_page):
    page = open_page(html(neuron(FOUR)), "#111")
    require_usable_by_everyone(page)
    page.set_viewport_size({"width": 360, "height": 640})
    sizes = page.locator("svg text").evaluate_all(
        """all => all.map((text) => {
            const { a, b } = text.getScreenCTM();
            return Math.hypot(a, b) * parseFloat(getComputedStyle(text).fontSize);
        })"""
    )
    assert min(sizes) >= 11


def test_no_text_of_the_picture_covers_another(open_page):
    page = open_page(html(neuron(FOUR, x1=-1.5, x2=-1.5, w1=-1.5, w2=-1.5, b=-1.5)))
    boxes = page.locator(".actlib-neuron > svg").first.locator("text")
    corners = boxes.evaluate_all(
        """all => all.map((text) => {
            const { left, right, top, bottom } = text.getBoundingClientRect();
            return [left, right, top, bottom];
        })"""
    )
    for i, (left, right, top, bottom) in enumerate(np.array(corners)):
        for other in corners[:i]:
            beside = right <= other[0] or other[1] <= left
            assert beside or bottom <= other[2] or other[3] <= top


def test_without_scripts_there_are_the_pictures(browser, tmp_path):
    (tmp_path / "page.html").write_text(html(neuron(FOUR)), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    for name in ("A neuron with two inputs", "Binary step: f for z"):
        assert page.get_by_role("img", name=name).bounding_box()["width"] > 300
    context.close()


CELLS = [
    """
    import ipywidgets
    from IPython.display import display
    from actlib import logistic, neuron, relu
    n = neuron([logistic, relu])
    heard = ipywidgets.HTML()
    hear = lambda change: heard.set_trait("value", f"kernel: {change.new}")
    n.observe(hear, ["w1", "function"])
    """,
    "display(n, heard)",
    "n.w1 = -1; n.function = 'relu'",
]


def test_cells_set_and_read_the_neuron(page, lab):
    run_all(page, lab.url("neuron"), write(lab, "neuron", CELLS))
    weight, choice = (
        page.locator("input[name=w1]"),
        page.locator("select[name=function]"),
    )
    heard = page.locator(".widget-html-content")
    expect(weight).to_have_value("-1")
    expect(choice).to_have_value("relu")
    choice.select_option("logistic")
    expect(heard).to_have_text("kernel: logistic")
    weight.press("End")
    expect(heard).to_have_text("kernel: 2.0")
    expect(page.locator(".readings")).to_contain_text("z = 2 · 1.5 + (−0.5) · 1 + 0.3")
    assert page.complaints == []
