"""A signal in many layers in Chromium: from disk, offline, and in JupyterLab."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from stored import html
from sympy import Piecewise, Symbol, symbols
from test_jupyterlab import run_all
from test_live_figure import require_usable_by_everyone, write

from actlib import (
    Activation,
    Parameter,
    logistic,
    network,
    prelu,
    propagate,
    relu,
    softplus,
    tanh,
)

x = symbols("x")
FOUR = [tanh, relu, logistic, softplus]
SQUARED = Activation("Squared ReLU", Piecewise((x**2, x > 0), (0, True)))
COLUMNS = ["gain", "g", "χ", "size", "gradient", "cosine"]


def figure(open_page, functions, **options):
    """A page with a figure whose bands hold all seeds."""
    page = open_page(html(propagate(functions, **options)))
    settled(page, options.get("seed", 0))
    return page


def settled(page, seed=0):
    bands = f"lines: seed {seed}; bands: to seed {seed + 4}"
    expect(page.locator(".readings > span")).to_have_text(bands)


def row(page, i=0):
    """The numbers of a function in the table, without ranges."""
    cells = page.locator("tbody").nth(i).locator("td")
    texts = cells.evaluate_all("all => all.map((cell) => cell.firstChild.data)")
    return dict(zip(COLUMNS, texts, strict=True))


def line(page, panel, i=0):
    """The places of a line in its panel: 0 to 1 from the left and from the top."""
    place = page.locator(f"[data-panel={panel}]")
    d = place.locator(f"[data-curve='{i}']").get_attribute("d")
    inner = place.locator("svg")
    size = [float(inner.get_attribute(name)) for name in ("width", "height")]
    points = [list(map(float, p.split())) for p in re.split("[ML]", d)[1:]]
    return np.array(points) / size


def test_the_lines_and_the_table_are_those_of_numpy(open_page):
    page = figure(open_page, [tanh, prelu], multiple=1.1, b=0.2, layers=30, seed=2)
    for i, f in enumerate([tanh, prelu]):
        gain = float(f.facts()["gain"])
        expected = network.propagate(f, 1.1 * gain, 0.2, seed=2, layers=30)
        panels = zip(("sizes", "gradients", "cosines"), expected, strict=True)
        for panel, numbers in panels:
            across, down = line(page, panel, i).T
            np.testing.assert_allclose(across, np.arange(31) / 30, atol=1e-4)
            low, high = (-1.1, 1.1) if panel == "cosines" else (-6, 6)
            levels = numbers if panel == "cosines" else np.log10(numbers)
            np.testing.assert_allclose(
                1 - down, (levels - low) / (high - low), atol=1e-4
            )
        found = row(page, i)
        assert float(found["gain"]) == pytest.approx(gain, rel=5e-3)
        assert float(found["g"]) == pytest.approx(1.1 * gain, rel=5e-3)
        assert float(found["gradient"]) == pytest.approx(expected[1][0], rel=0.06)
    assert page.complaints == []


def test_a_slider_moves_the_lines_by_keys_and_by_mouse(open_page):
    page = figure(open_page, FOUR)
    assert page.locator("b").all_inner_texts()[-4:] == [
        "chaos",
        "edge",
        "order",
        "order",
    ]
    before = line(page, "sizes", 1)
    slider = page.locator("input[name=multiple]")
    slider.press("ArrowRight")
    expect(slider).to_have_value("1.01")
    assert row(page, 1)["g"] == "1.43"
    settled(page)
    assert (line(page, "sizes", 1)[1:, 1] < before[1:, 1]).all()
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 12, box["y"] + box["height"] / 2)  # far to the left
    assert float(slider.input_value()) < 0.4
    assert "signal dies" in page.locator("tbody").nth(1).inner_text()
    leaving = page.locator("[data-panel=sizes] .leaving").all_text_contents()
    assert any(
        re.fullmatch(r"↓ relu to \d?·?10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+", text) for text in leaving
    )
    page.get_by_role("button", name="Reset").click()
    settled(page)
    np.testing.assert_array_equal(line(page, "sizes", 1), before)
    assert page.complaints == []


def test_a_parameter_moves_the_gain(open_page):
    page = figure(open_page, prelu)
    slider = page.locator("input[name=alpha]")
    for key in ("Home", "End"):
        slider.press(key)
        alpha = float(slider.input_value())
        gain = float(prelu.facts(alpha=alpha)["gain"])
        assert float(row(page)["gain"]) == pytest.approx(gain, rel=5e-3)


def test_bands_appear_and_hold_all_seeds(open_page):
    page = open_page(html(propagate(tanh, layers=20)))
    settled(page)
    band = page.locator("[data-panel=sizes] [data-band='0']")
    height = float(page.locator("[data-panel=sizes] svg").get_attribute("height"))
    points = re.split("[ML]", band.get_attribute("d").rstrip("Z"))[1:]
    down = np.array([float(point.split()[1]) for point in points]).reshape(2, 21)
    gain = float(tanh.facts()["gain"])
    runs = [network.propagate(tanh, gain, seed=s, layers=20)[0] for s in range(5)]
    low, high = np.log10([np.min(runs, axis=0), np.max(runs, axis=0)])
    levels = 6 - 12 * down / height
    np.testing.assert_allclose(levels, [low, high[::-1]], atol=1e-3)
    text = page.locator("tbody td").nth(3).inner_text()
    assert re.search(r"\d\sto\s\d", text)


def test_bands_of_an_old_value_are_never_drawn(open_page):
    page = figure(open_page, FOUR)
    moved = page.evaluate(
        """async () => {
            const slider = document.querySelector("input[name=multiple]");
            const counts = [];
            for (let i = 0; i < 20; i++) {
                slider.value = 1.01 + i / 100;
                slider.dispatchEvent(new Event("input", { bubbles: true }));
                counts.push(document.querySelectorAll("[data-band]").length);
                await new Promise(requestAnimationFrame);
            }
            return counts;
        }"""
    )
    assert moved == [0] * 20
    settled(page)


def test_out_of_view_no_further_seeds_are_tried(open_page):
    page = open_page(
        f'<div style="height: 3000px"></div>{html(propagate(tanh, layers=5))}'
    )
    page.wait_for_timeout(500)
    text = page.locator(".readings > span")
    expect(text).to_have_text("lines: seed 0; bands: to seed 0")
    text.scroll_into_view_if_needed()
    settled(page)


def test_what_overflows_says_so(open_page):
    page = figure(open_page, [SQUARED, logistic], multiple=1.5)
    (text,) = page.locator("[data-panel=sizes] .leaving").all_text_contents()
    assert re.fullmatch(r"↑ Squared ReLU overflows in layer \d+", text)
    assert (
        row(page)["size"] == "–"
        and "breaks off" in page.locator("tbody").first.inner_text()
    )
    page.locator("input[name=multiple]").press("Home")
    assert row(page)["size"] == "0"
    (text,) = page.locator("[data-panel=sizes] .leaving").all_text_contents()
    assert re.fullmatch(r"↓ Squared ReLU 0 from layer \d+ on", text)
    assert page.complaints == []


def test_names_stay_text(open_page):
    title = "</script><script>alert(1)</script><img src=x onerror=alert(2)> $x^$ \"'"
    k = Parameter("k", 1, 0, 2, 0.1, "<img src=x onerror=alert(3)>")
    page = figure(open_page, Activation(title, Symbol("k") * x, [k]), multiple=2)
    page.locator("input[name=k]").press("End")
    assert title in page.locator("tbody").inner_text()
    assert page.locator("img, script:not([type=module])").count() == 0
    assert page.complaints == []


def test_everyone_can_use_it(open_page):
    page = open_page(html(propagate(FOUR, multiple=1.4)), "#111")
    settled(page)
    require_usable_by_everyone(page)
    page.set_viewport_size({"width": 360, "height": 640})
    page.wait_for_timeout(200)
    texts = page.locator("svg text, td, th")
    sizes = texts.evaluate_all(
        "all => all.map((text) => parseFloat(getComputedStyle(text).fontSize))"
    )
    assert min(sizes) >= 11
    boxes = page.locator(".actlib-propagation > svg text").evaluate_all(
        """all => all.map((text) => {
            const { left, right, top, bottom } = text.getBoundingClientRect();
            return [left, right, top, bottom];
        })"""
    )
    for i, (left, right, top, bottom) in enumerate(boxes):
        assert left >= 0 and right <= 360
        for other in boxes[:i]:
            beside = right <= other[0] + 1 or other[1] <= left + 1
            assert beside or bottom <= other[2] + 5 or other[3] <= top + 5


def test_without_scripts_there_is_the_picture(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(html(propagate(FOUR, layers=10)), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    picture = page.get_by_role("img", name="in 5 networks that are not trained")
    assert picture.bounding_box()["width"] > 300
    context.close()


CELLS = [
    """
    import ipywidgets
    from IPython.display import display
    from actlib import propagate, prelu, tanh
    p = propagate([tanh, prelu], layers=20)
    heard = ipywidgets.HTML()
    hear = lambda change: heard.set_trait("value", f"kernel: {change.new}")
    p.observe(hear, ["multiple", "alpha"])
    """,
    "display(p, heard)",
    "p.multiple = 0.63; p.layers = 30",
]


def test_cells_set_and_read_the_figure(page, lab):
    run_all(page, lab.url("propagation"), write(lab, "propagation", CELLS))
    multiple = page.locator("input[name=multiple]")
    heard = page.locator(".widget-html-content")
    expect(multiple).to_have_value("0.63")
    expect(page.locator("input[name=layers]")).to_have_value("30")
    assert row(page)["g"] == "1.00"
    multiple.press("End")
    expect(heard).to_have_text("kernel: 2.0")
    page.locator("input[name=alpha]").press("Home")
    expect(heard).to_have_text("kernel: 0.0")
    assert page.complaints == []
