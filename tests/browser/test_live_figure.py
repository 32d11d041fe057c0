"""The live figure in Chromium: in a page from disk, offline, and in JupyterLab."""

import re
from base64 import b64decode
from textwrap import dedent

import matplotlib
import nbformat
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from examples import OWN, k
from execute import METADATA, ROOT
from matplotlib.figure import Figure
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import expect
from stored import html
from sympy import Symbol
from test_jupyterlab import READY, run_all

from actlib import CATALOGUE, Activation, Parameter, explore, figures, logistic, neuron
from actlib.vector import VectorActivation

SCALAR = {n: e for n, e in CATALOGUE.items() if isinstance(e, Activation)} | OWN
VECTOR = {n: e for n, e in CATALOGUE.items() if isinstance(e, VectorActivation)}
ALL = SCALAR | VECTOR
FIGURE = ".actlib-explorer > svg"


# The picture


def require_usable_by_everyone(page):
    """Fail unless a live figure is accessible, and fits a phone, fingers included."""
    page.locator("[role=img][aria-label]").first.wait_for()
    found = Axe().run(page, context=".actlib-live").response
    assert [violation["id"] for violation in found["violations"]] == []
    for width in (360, 320):  # a small phone; 1280 pixels at 400 %
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for control in page.locator("input, select, button").all():
            assert control.bounding_box()["height"] >= 24


def numbers(text):
    return np.array(re.findall(r"-?[\d.]+", text), dtype=float)


def path_data(page, curve):
    return page.locator(f"[data-curve='{curve}']").first.get_attribute("d")


def view(page, stored, axes=0):
    """The axes' edges in the picture and their limits: left, right, bottom, top."""
    place = page.locator(".axes > svg").nth(axes)
    width, height = (float(place.get_attribute(name)) for name in ("width", "height"))
    assert width > 200 and height > 100
    limits = re.findall(r"\{x: \[([^]]*)\], y: \[([^]]*)\], ticks", stored)[axes]
    return (0, width, height, 0), numbers(" ".join(limits))


def plain(corners, limits, points):
    """The path that plain matplotlib draws through the points in such axes."""
    left, right, bottom, top = corners / 720
    with matplotlib.rc_context(fname=figures.STYLE):
        figure = Figure(figsize=(10, 10), layout="none")
        axes = figure.add_axes([left, 1 - bottom, right - left, bottom - top])
        axes.set(xlim=limits[:2], ylim=limits[2:])
        axes.plot(*points, gid="curve")
        svg = b64decode(figures.data_uri(figure).partition(",")[2]).decode()
    return numbers(re.search(r'id="curve">\s*<path d="([^"]*)"', svg)[1])


def points_of(entry, order, parameters):
    curve = figures.Curve(entry, order, parameters)
    return curve.x, curve.y


@pytest.mark.parametrize("name", SCALAR)
def test_the_moved_path_is_the_one_that_matplotlib_draws(open_page, name):
    entry = SCALAR[name]
    stored = html(explore(entry, order=2))
    page = open_page(stored)
    corners, limits = view(page, stored)
    defaults = {p.name: p.default for p in entry.parameters.values()}
    for order in range(3):
        moved = numbers(path_data(page, order))
        drawn = plain(np.array(corners), limits, points_of(entry, order, defaults))
        np.testing.assert_allclose(moved, drawn, rtol=0, atol=0.05)


# Moving


def values(page):
    """What the sliders stand at, by name."""
    pairs = page.evaluate(
        "[...document.querySelectorAll('.actlib-explorer input')]"
        ".map((i) => [i.name, +i.value])"
    )
    return dict(pairs)


def shown(value):
    """How a reading shows a number."""
    text = (
        f"{value:.2e}".replace("e-0", "e-") if 0 < abs(value) < 5e-5 else f"{value:.4f}"
    )
    return "undefined" if np.isnan(value) else text.replace("-", "−")


def agrees(page, entry, stored):
    """Curves, dots and readings are those of the formula at the sliders' values."""
    setting = values(page)
    at = setting.pop("at")
    corners, limits = view(page, stored)
    readings = page.locator(".readings > span").all_inner_texts()
    dots = [
        numbers(node.get_attribute("transform"))
        for node in page.locator(".handle").all()
    ]
    for order, reading in enumerate(readings):
        drawn = plain(np.array(corners), limits, points_of(entry, order, setting))
        np.testing.assert_allclose(
            numbers(path_data(page, order)), drawn, rtol=0, atol=0.05
        )
        value = float(entry.diff(order, **setting).subs(entry.x, at))
        assert shown(value) in reading
        left, right, bottom, top = corners
        dot = (
            left + (at - limits[0]) / (limits[1] - limits[0]) * (right - left),
            bottom + (value - limits[2]) / (limits[3] - limits[2]) * (top - bottom),
        )
        np.testing.assert_allclose(dots[order], dot, atol=0.05)


@pytest.mark.parametrize("name", ["logistic", "elu", "steep"])
def test_every_slider_moves_the_figure(open_page, name):
    entry = SCALAR[name]
    stored = html(explore(entry))
    page = open_page(stored)
    agrees(page, entry, stored)
    for slider in page.locator("input[type=range]").all():
        before, number = path_data(page, 0), slider.input_value()
        slider.focus()
        for key in ["ArrowRight", "PageUp", "ArrowLeft"]:
            page.keyboard.press(key)
            agrees(page, entry, stored)
        box = slider.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 4, steps=4)
        page.mouse.up()
        agrees(page, entry, stored)
        assert slider.input_value() != number
        assert (path_data(page, 0) != before) == (slider.get_attribute("name") != "at")
    page.get_by_role("button", name="Reset").click()
    assert values(page) == {p.name: p.default for p in entry.parameters.values()} | {
        "at": -1
    }
    agrees(page, entry, stored)
    assert page.complaints == []


def test_softmax_moves_its_bars(open_page):
    (softmax,) = VECTOR.values()
    stored = html(explore(softmax))
    page = open_page(stored)
    corners, limits = view(page, stored)
    for key in ["End", "PageDown", "Home"]:
        for slider in page.locator("input[type=range]").all():
            slider.focus()
            page.keyboard.press(key)
        *logits, temperature = values(page).values()
        for bar, height in enumerate(softmax(logits, temperature=temperature)):
            sides, up = np.array([0.6, 0.6, 1.4, 1.4]) + bar, [0, height, height, 0]
            drawn = plain(np.array(corners), limits, (sides, up))
            np.testing.assert_allclose(
                numbers(path_data(page, bar)), drawn, rtol=0, atol=0.05
            )
            assert (
                shown(height) in page.locator(".readings > span").nth(bar).inner_text()
            )


@pytest.mark.parametrize(
    ("name", "initial", "readings", "open_dots"),
    [
        ("elu", {"k": 2, "at": 0}, ["f = 0.0000", "f′ = undefined (kink)"], 2),
        ("elu", {"k": 1, "at": 0}, ["f = 0.0000", "f′ = 1.0000"], 0),
        ("step", {"c": 1, "at": 1}, ["f = 2.0000", "f′ = undefined (jump)"], 3),
        ("shrink", {"k": 1, "at": -1}, ["f = 0.0000", "f′ = undefined (kink)"], 4),
    ],
)
def test_jumps_and_kinks_are_honest(open_page, name, initial, readings, open_dots):
    page = open_page(html(explore(SCALAR[name], **initial)))
    expect(page.locator(".readings > span")).to_have_text(readings)
    expect(page.locator("circle[fill='#fff']")).to_have_count(open_dots)
    drawn = "undefined" not in readings[1]
    tangent = page.locator("[data-curve=tangent]").get_attribute("d")
    assert bool(tangent) == drawn


def test_what_has_hardly_any_gradient_is_shaded(open_page):
    stored = html(explore(SCALAR["steep"]))
    page = open_page(stored)
    (left, right, *_), limits = view(page, stored)
    bands = page.locator(f"{FIGURE} rect[fill-opacity]").evaluate_all(
        "all => all.map((r) => [+r.getAttribute('x'), +r.getAttribute('width')])"
    )
    ends = [
        limits[0] + (n - left) / (right - left) * 12
        for x, w in bands
        for n in (x, x + w)
    ]
    # 2σ(1 − σ) = 0.01, so σ = (1 ± √0.98)/2
    flat = np.log((1 + 0.98**0.5) / (1 - 0.98**0.5)) / 2
    np.testing.assert_allclose(ends, [-6, 0.5 - flat, 0.5 + flat, 6], atol=0.01)


# Beside others


def test_a_hidden_twin_takes_nothing_away(open_page):
    (softmax,) = VECTOR.values()
    stored = html(explore(softmax))
    page = open_page(f'<div style="display: none">{stored}</div>{stored}')
    expect(page.locator(".actlib-explorer svg[role=img]")).to_have_count(2)
    ids = page.locator("[id]").evaluate_all("all => all.map((node) => node.id)")
    assert len(ids) == len(set(ids))
    at_home = """bar => {
        const pattern = bar.style.fill.match(/#(.*?)"?\\)/)[1];
        return bar.closest("[role=img]").contains(document.getElementById(pattern));
    }"""
    bars = page.locator("path[data-curve='1']")
    assert [bars.nth(k).evaluate(at_home) for k in range(2)] == [True, True]
    before = bars.first.get_attribute("d")
    page.locator("input[name=z_2]").last.press("End")
    assert bars.first.get_attribute("d") == before != bars.last.get_attribute("d")


@pytest.mark.parametrize("first", ["explorer", "neuron"])
def test_figures_of_two_kinds_keep_their_looks(open_page, first):
    both = {"explorer": html(explore(logistic)), "neuron": html(neuron(logistic))}
    looks = """() => [...document.querySelectorAll(".actlib-live > svg, .inputs")].map(
        (node) => [node.clientWidth, node.clientHeight])"""
    alone = {kind: open_page(stored).evaluate(looks) for kind, stored in both.items()}
    order = sorted(both, key=lambda kind: kind != first)
    together = open_page("".join(both[kind] for kind in order)).evaluate(looks)
    assert together == [look for kind in order for look in alone[kind]]


def test_keys_stay_in_the_slider(open_page):
    page = open_page(html(explore(logistic)))
    page.evaluate(
        "window.heard = []; addEventListener('keydown', (e) => heard.push(e.key))"
    )
    for key in [
        "ArrowRight",
        "PageDown",
        "Home",
        "a",
        "Escape",
        "Control+s",
        "Shift+Enter",
    ]:
        page.locator("input[name=at]").press(key)
    assert page.evaluate("heard") == ["Escape", "Control", "s", "Enter"]


@pytest.mark.parametrize("theme", ["white", "#111"])
@pytest.mark.parametrize(
    "names", [["elu"], ["logistic", "mish", "elu"], ["softmax"]], ids=" ".join
)
def test_everyone_can_use_it(open_page, names, theme):
    entries = [ALL[name] for name in names]
    page = open_page(html(explore(entries[0] if len(names) == 1 else entries)), theme)
    page.locator("[role=img][aria-label]").wait_for()
    require_usable_by_everyone(page)


def test_a_screen_reader_hears_the_end_of_a_move_only(open_page):
    page = open_page(html(explore(logistic)))
    page.evaluate("""window.heard = [];
        const status = document.querySelector("[role=status]");
        const hear = () => heard.push(status.textContent);
        new MutationObserver(hear).observe(status, { childList: true });
    """)
    for _ in range(20):
        page.locator("input[name=at]").press("ArrowRight")
    page.wait_for_timeout(1500)
    assert page.evaluate("heard") == ["f = 0.5000, f′ = 0.2500"]
    assert (
        page.get_by_role("img")
        .get_attribute("aria-label")
        .startswith("With at = 0.00. At first: ")
    )


# By hand


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def swipe(page, x, y, across, down):
    """Move a finger in ten steps."""
    touch = page.context.new_cdp_session(page)
    for step in range(11):
        point = {"x": x + across * step / 10, "y": y + down * step / 10}
        kind = "touchMove" if step else "touchStart"
        event = {"type": kind, "touchPoints": [point]}
        touch.send("Input.dispatchTouchEvent", event)
        page.wait_for_timeout(16)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)


@pytest.mark.parametrize("how", ["mouse", "touch"])
@pytest.mark.parametrize("names", [["elu"], ["elu", "logistic"]], ids=" ".join)
def test_every_dot_is_dragged_along_its_curve(open_page, names, how):
    entries = [CATALOGUE[name] for name in names]
    page = open_page(html(explore(entries[0] if len(names) == 1 else entries)))
    dots, slider = page.locator(".handle .middle"), page.locator("input[name=at]")
    expect(dots).to_have_count(2 * len(names))
    for dot in dots.all():
        slider.fill("-3")
        x, y = middle(dot)
        # Beside its middle: a finger is no needle.
        x, y = x + 15, y + 15
        if how == "mouse":
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + 90, y + 40, steps=5)
            page.mouse.up()
            page.mouse.move(x + 140, y)
        else:
            swipe(page, x, y, 90, 40)
        width = page.locator(".axes > svg").first.evaluate(
            "e => e.firstChild.getBoundingClientRect().width"
        )
        at = values(page)["at"]
        assert at == pytest.approx(-3 + 12 * 90 / width, abs=0.03)
        assert at == pytest.approx(round(at / 0.05) * 0.05, abs=1e-9)
        assert middle(dot)[0] == pytest.approx(x - 15 + 90, abs=0.03 * width / 12 + 0.5)
    before = values(page)["at"]
    slider.press("ArrowRight")
    assert values(page)["at"] == pytest.approx(before + 0.05)
    assert page.complaints == []


def test_a_dot_goes_on_beyond_a_place_without_a_value(open_page):
    page = open_page(html(explore(CATALOGUE["relu"], at=-1)))
    slope = page.locator(".handle").nth(1)
    x, y = middle(slope.locator(".middle"))
    unit = page.locator(".axes > path").bounding_box()["width"] / 12
    page.mouse.move(x, y)
    page.mouse.down()
    for at, seen in [(0, "hidden"), (2, "visible"), (9, "visible")]:
        page.mouse.move(x + (at + 1) * unit, y, steps=3)
        assert values(page)["at"] == pytest.approx(min(at, 6), abs=0.1)
        page.locator("input[name=at]").fill(str(min(at, 6)))
        assert slope.evaluate("e => getComputedStyle(e).visibility") == seen
    page.mouse.up()


def test_what_is_far_from_a_dot_drags_nothing(open_page):
    page = open_page(html(explore(logistic)))
    x, y = middle(page.locator(".handle .middle").first)
    for place in [(x + 40, y - 40), (x, y - 60)]:
        page.mouse.move(*place)
        page.mouse.down()
        page.mouse.move(place[0] + 80, place[1], steps=3)
        page.mouse.up()
    assert values(page)["at"] == -1


@pytest.mark.parametrize("start", ["slider", "dot", "curve"])
def test_a_vertical_swipe_scrolls_and_changes_nothing(open_page, start):
    body = html(explore(CATALOGUE["elu"])) + '<div style="height: 2000px"></div>'
    page = open_page(body, width=360, height=640)
    targets = {"slider": "input[name=alpha]", "dot": ".middle", "curve": ".axes"}
    x, y = middle(page.locator(targets[start]).first)
    page.evaluate("addEventListener('input', () => (window.heard = true), true)")
    x += 60 if start == "slider" else 0
    swipe(page, x, y, 4, -150)
    assert page.evaluate("scrollY") > 50
    assert values(page) == {"alpha": 1, "at": -1}
    assert not page.evaluate("window.heard")


def test_a_finger_moves_a_slider_and_a_tap_sets_it(open_page):
    page = open_page(html(explore(CATALOGUE["elu"])), width=360, height=640)
    slider = page.locator("input[name=alpha]")
    box = slider.bounding_box()
    x, y = box["x"] + 10 + (box["width"] - 20) / 3, box["y"] + 14  # α = 1
    swipe(page, x, y, (box["width"] - 20) / 3, 5)
    assert values(page)["alpha"] == 2
    page.locator("input[name=alpha]").evaluate("e => e.blur()")
    swipe(page, box["x"] + 10 + (box["width"] - 20) / 2, y, 0, 0)
    assert values(page)["alpha"] == 1.5
    assert page.evaluate("document.activeElement.name") == "alpha"


@pytest.mark.parametrize("start", ["slider", "dot", "curve"])
def test_on_a_slide_only_a_swipe_beside_what_moves_turns_it(open_page, start):
    reveal = (ROOT / "tools/deck/shared/dist/reveal").as_uri()
    page = open_page(f"""<link rel="stylesheet" href="{reveal}.css">
        <script src="{reveal}.js"></script><style>main {{ height: 100% }}</style>
        <div class="reveal"><div class="slides">
        <section>{html(explore(CATALOGUE["elu"]))}</section><section>Next</section>
        </div></div><script>Reveal.initialize()</script>""")
    page.wait_for_function("Reveal.isReady()")
    targets = {"slider": "input[name=alpha]", "dot": ".middle"}
    if start == "curve":
        box = page.locator(".axes").bounding_box()
        x, y = box["x"] + 0.8 * box["width"], box["y"] + 0.8 * box["height"]
    else:
        x, y = middle(page.locator(targets[start]).first)
    swipe(page, x, y, -120, 0)
    assert page.evaluate("Reveal.getIndices().h") == (start == "curve")
    assert (values(page) == {"alpha": 1, "at": -1}) == (start == "curve")
    assert page.complaints == []


# Legible


@pytest.mark.parametrize(("width", "least"), [(320, 11), (360, 11), (800, 13)])
@pytest.mark.parametrize(
    "names", [["elu"], ["elu", "relu", "logistic"], ["softmax"]], ids=" ".join
)
def test_text_keeps_its_size_and_its_place(open_page, names, width, least):
    entries = [CATALOGUE[name] for name in names]
    shown = explore(entries[0] if len(names) == 1 else entries)
    # As a page of the website holds it, with 16 pixels on either side, and 16 more.
    body = f'<div style="margin: 0 24px 0 8px">{html(shown)}</div>'
    page = open_page(body, width=width, height=640)
    page.locator(".axes").first.wait_for()
    texts = page.locator(".actlib-explorer > svg text")
    boxes = texts.evaluate_all(
        """all => all.filter((text) => text.textContent).map((text) => {
            const { a } = text.getScreenCTM();
            const { left, right, top, bottom } = text.getBoundingClientRect();
            const size = a * parseFloat(getComputedStyle(text).fontSize);
            return [size, left, right, top, bottom];
        })"""
    )
    sheet = page.locator(".actlib-explorer > svg").bounding_box()
    for i, (size, left, right, top, bottom) in enumerate(boxes):
        assert size >= least
        assert sheet["x"] - 0.5 <= left and right <= sheet["x"] + sheet["width"] + 0.5
        assert sheet["y"] - 0.5 <= top and bottom <= sheet["y"] + sheet["height"] + 0.5
        for other in boxes[:i]:
            beside = right <= other[1] or other[2] <= left
            assert beside or bottom <= other[3] or other[4] <= top
    radius = page.locator(".middle").evaluate_all(
        "all => all.map((dot) => dot.getBoundingClientRect().width)"
    )
    assert all(8 <= width <= 16 for width in radius)


def test_sliders_form_a_group_with_a_name(open_page):
    page = open_page(html(explore([CATALOGUE["elu"], logistic])))
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    nodes = {node["nodeId"]: node for node in tree["nodes"]}
    sliders = [node for node in nodes.values() if node["role"]["value"] == "slider"]
    names = [slider["name"]["value"] for slider in sliders]
    assert names == ["α: −α is the limit on the left", "at: where the dots are"]
    for node in sliders:
        while node["role"]["value"] != "group":
            node = nodes[node["parentId"]]
        title = f"{CATALOGUE['elu'].title}, {logistic.title}"
        assert node["name"]["value"] == f"Parameters of {title}"


LOOKS = """all => all.map(({ style }) =>
    [style.fill, style.stroke, style.strokeDasharray].join(" "))"""


@pytest.mark.parametrize(
    "names", [["elu"], ["elu", "relu", "logistic"], ["softmax"]], ids=" ".join
)
def test_each_reading_shows_its_own_colour_and_pattern(open_page, names):
    entries = [CATALOGUE[name] for name in names]
    page = open_page(html(explore(entries[0] if len(names) == 1 else entries)))
    samples = page.locator(".readings svg path").evaluate_all(LOOKS)
    drawn = page.locator(".axes path[data-curve]:not([data-curve=tangent])")
    assert len(set(samples)) == len(samples) > 1
    assert samples == drawn.evaluate_all(LOOKS)[: len(samples)]


def test_on_paper_there_is_nothing_to_pull(open_page):
    page = open_page(html(explore(CATALOGUE["elu"])))
    page.emulate_media(media="print")
    expect(page.locator(".track").first).to_be_hidden()
    expect(page.get_by_role("button")).to_be_hidden()
    expect(page.locator("label").first).to_be_visible()
    expect(page.locator(".readings")).to_contain_text("f = −0.6321")


# When something is wrong


def test_without_scripts_there_is_the_picture(browser, tmp_path):
    (tmp_path / "page.html").write_text(html(explore(logistic)), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert (
        page.get_by_role("img", name="Logistic function").bounding_box()["width"] > 500
    )
    context.close()


@pytest.mark.parametrize("point", [-2, 3], ids=["at once", "later"])
def test_an_error_leaves_the_picture_and_says_so(open_page, point):
    stored = html(explore(SCALAR["mish"], at=-2))
    page = open_page(
        stored.replace(
            "(u0, u1) => true", f"(u0, u1) => u0 === {point} ? missing : true"
        )
    )
    if point == 3:
        page.locator("input[name=at]").fill("3")
    expect(page.get_by_role("alert")).to_contain_text("missing is not defined")
    expect(page.locator("figure > img")).to_be_visible()
    expect(page.locator("input")).to_have_count(0)


def test_hostile_text_does_nothing(open_page):
    name = "a\"b');alert(1)//</script>"
    title = "</script><script>alert(1)</script><img src=x onerror=alert(1)> $x^$"
    slope = Parameter("k", 1, -2, 2, 0.5, "<img src=x onerror=alert(1)>")
    page = open_page(html(explore(Activation(title, k * Symbol(name), [slope]))))
    page.locator("input").first.press("End")
    assert page.locator("[role=img]").get_attribute("aria-label").count(title) == 1
    expect(page.locator("label").first).to_have_text(f"k: {slope.meaning}")
    assert page.complaints == []


def test_a_thousand_moves_leave_the_memory_as_it_was(open_page):
    page = open_page(html(explore(SCALAR["steep"])))
    devtools = page.context.new_cdp_session(page)
    move = """count => {
        const slider = document.querySelector("input[name=k]");
        for (let n = 0; n < count; n++) {
            slider.value = 0.5 + (n % 30) / 10;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }"""

    def used():
        devtools.send("HeapProfiler.collectGarbage")
        counters = devtools.send("Memory.getDOMCounters")
        heap = devtools.send("Runtime.getHeapUsage")["usedSize"]
        return counters["nodes"], counters["jsEventListeners"], heap

    page.evaluate(move, 100)
    before = used()
    page.evaluate(move, 1000)
    after = used()
    assert after[:2] == before[:2]
    assert after[2] < before[2] + 200_000


# In JupyterLab

CELLS = [
    """
    import actlib, ipywidgets
    from IPython.display import display
    w = actlib.explore(actlib.elu)
    heard = ipywidgets.HTML()
    hear = lambda change: heard.set_trait("value", f"kernel: {change.new:g}")
    w.observe(hear, "alpha")
    slider = ipywidgets.FloatSlider(1, min=0.1, max=2, step=0.05)
    ipywidgets.jslink((slider, "value"), (w, "alpha"))
    """,
    "display(w)",
    "display(w, slider, heard)",
    "w.alpha = 0.5",
]


def write(lab, name, sources):
    cells = [new_code_cell(dedent(source).strip()) for source in sources]
    nbformat.write(
        new_notebook(cells=cells, metadata=METADATA), lab.folder / f"{name}.ipynb"
    )
    return cells


def test_the_widget_is_one_in_the_kernel_and_in_all_its_views(page, lab):
    run_all(page, lab.url("live"), write(lab, "live", CELLS))
    inputs, curves = (
        page.locator("input[name=alpha]"),
        page.locator("path[data-curve='0']"),
    )
    expect(inputs).to_have_count(2)
    for view in range(2):
        expect(inputs.nth(view)).to_have_value("0.5")
    stock = page.locator(".widget-readout")
    expect(stock).to_have_text("0.50")
    heard = page.locator(".widget-html-content")
    before = curves.first.get_attribute("d")
    inputs.first.press("ArrowRight")
    assert curves.first.get_attribute("d") == curves.last.get_attribute("d") != before
    number = inputs.last.input_value()
    expect(stock).to_have_text(f"{float(number):.2f}")
    expect(heard).to_have_text(f"kernel: {float(number):g}")
    page.locator("[role=slider]").press("ArrowRight")
    expect(inputs.first).not_to_have_value(number)
    assert page.complaints == []


def test_the_figure_outlives_its_kernel(page, lab):
    run_all(page, lab.url("restart"), write(lab, "restart", CELLS[:2]))
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Restart Kernel…").first.click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.locator(".jp-NotebookPanel-toolbar" + READY).wait_for()
    before = path_data(page, 0)
    page.locator("input[name=alpha]").press("End")
    assert path_data(page, 0) != before
    assert page.complaints == []


@pytest.mark.parametrize("trusted", [True, False])
def test_a_stored_figure_is_live_if_the_notebook_is_trusted(page, lab, trusted):
    output = new_output("execute_result", {"text/html": html(explore(OWN["elu"]))})
    output.execution_count = 1
    cell = new_code_cell("explore(f)", outputs=[output], execution_count=1)
    notebook = new_notebook(cells=[cell], metadata=METADATA)
    name = f"stored-{trusted}"
    if trusted:
        NotebookNotary(data_dir=str(lab.folder.parent / "data")).sign(notebook)
    nbformat.write(notebook, lab.folder / f"{name}.ipynb")
    page.goto(lab.url(name))
    page.get_by_role("img", name="Kink").wait_for()
    page.wait_for_timeout(1000)
    expect(page.locator("path[data-curve='0']")).to_have_count(int(trusted))
    expect(page.locator("figure > img")).to_have_count(int(not trusted))
    if trusted:
        before = path_data(page, 0)
        page.locator("input[name=k]").press("End")
        assert path_data(page, 0) != before
    assert page.complaints == []


def test_many_runs_of_a_cell_leave_nothing_behind(page, lab):
    cells = write(lab, "again", CELLS[:2])
    run_all(page, lab.url("again"), cells)
    devtools = page.context.new_cdp_session(page)

    def run(start, end):
        for count in range(start, end):
            page.keyboard.press("Control+Enter")
            prompt = page.locator(".jp-CodeCell .jp-InputPrompt").last
            expect(prompt).to_have_text(f"[{count}]:")
        expect(page.locator("input[name=alpha]")).to_have_count(1)
        devtools.send("HeapProfiler.collectGarbage")
        return devtools.send("Memory.getDOMCounters")["nodes"]

    page.locator(".jp-CodeCell .jp-InputArea-editor").last.click()
    # A figure has about 1,100 nodes: a listener, on them or the model, would keep them.
    assert run(3, 8) + 1000 > run(8, 28)
