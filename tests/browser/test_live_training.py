"""Networks that train in Chromium: from disk, offline, and in JupyterLab."""

import networks
import numpy as np
import pytest
from playwright.sync_api import expect
from stored import html
from sympy import Piecewise, Symbol, symbols
from test_jupyterlab import run_all
from test_live_figure import require_usable_by_everyone, write

from actlib import Activation, Parameter, logistic, prelu, relu, tanh, train

x = symbols("x")
CUBE = Activation("Cubed ReLU", Piecewise((x**3, x > 0), (0, True)))
# What a kernel would be told, for tests to read.
TOLD = ("const values = new Map(", "const values = globalThis.told = new Map(")
ORANGE, BLUE = np.array([[228, 150, 89], [89, 163, 205]])


def figure(open_page, functions, **options):
    """A page with a figure that tells the test what it would tell a kernel."""
    text = html(train(functions, **options))
    assert text.count(TOLD[0]) == 1
    page = open_page(text.replace(*TOLD))
    at_step(page, 0)
    return page


def at_step(page, step):
    expect(page.locator(".actions > span")).to_have_text(f"step {step}")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def told(page, name):
    """What the page has told, once it has told of all steps."""
    now = page.locator(".actions > span").inner_text().removeprefix("step ")
    page.wait_for_function(f"globalThis.told?.get('steps') === {now}")
    return page.evaluate(f"told.get('{name}')")


def pixels(page, selector):
    """The colours of a canvas, row by row."""
    size, data = page.locator(selector).first.evaluate(
        """canvas => {
            const { width, height } = canvas;
            const image = canvas.getContext("2d").getImageData(0, 0, width, height);
            return [[height, width, 4], [...image.data]];
        }"""
    )
    return np.array(data).reshape(size)


def test_nothing_moves_before_it_is_asked_to(open_page):
    page = figure(open_page, [relu, tanh])
    images = "[...document.querySelectorAll('canvas')].map((each) => each.toDataURL())"
    before = page.evaluate(images)
    page.wait_for_timeout(400)
    at_step(page, 0)
    assert page.evaluate(images) == before


def test_buttons_and_keys_run_pause_step_and_restart(open_page):
    page = figure(open_page, [relu, tanh])
    step = page.get_by_role("button", name="1 step")
    step.click()
    at_step(page, 1)
    step.press("Enter")
    at_step(page, 2)
    run = page.locator(".actions button").first
    run.press(" ")
    expect(run).to_have_text("Pause")
    page.wait_for_function("told.get('steps') > 20")
    rate = page.locator("input[name=rate]")
    rate.press("ArrowRight")  # a change on the way
    expect(rate).to_have_attribute("aria-valuetext", "0.013")
    run.press(" ")
    expect(run).to_have_text("Run")
    stopped = told(page, "steps")
    assert stopped > 20
    page.wait_for_timeout(200)
    at_step(page, stopped)
    page.get_by_role("button", name="Restart").press("Enter")
    at_step(page, 0)
    first = told(page, "weights")
    step.click()
    at_step(page, 1)
    assert told(page, "steps") == 1
    press(page, "Next seed")
    at_step(page, 0)
    expect(page.locator("input[name=seed]")).to_have_value("1")
    assert told(page, "weights") != first
    step.click()
    at_step(page, 1)
    page.locator("input[name=depth]").press("End")
    at_step(page, 0)
    assert page.locator(".network").first.locator(".layer").count() == 7
    press(page, "Reset")
    assert page.locator(".network").first.locator(".layer").count() == 3
    assert page.complaints == []


def test_what_is_learned_and_drawn_is_numpys(open_page):
    both = [relu, prelu]
    given = {"data": "xor", "layers": (4,) * 3, "multiple": 0.8, "seed": 2}
    settings = {"optimiser": "descent", "rate": 0.1, "decay": 0.05}
    page = figure(open_page, both, **given, **settings)
    press(page, "100 steps")
    at_step(page, 100)
    losses, weights = told(page, "losses"), told(page, "weights")
    inputs, targets = networks.data("xor", 2)
    points = inputs[:, :100], targets[:100]
    limit = 1.1 * np.abs(points[0]).max()
    for f in both:
        network = networks.Network(
            f, [2, 4, 4, 4, 1], 2, 0.8 * float(f.facts()["gain"])
        )
        for _ in range(100):
            network.step(network.gradient(*points, squared=False), **settings)
        found = np.concatenate(
            [np.ravel(part) for layer in weights[f.name] for part in layer]
        )
        most = np.abs(network.parameters).max()
        np.testing.assert_allclose(found, network.parameters, atol=1e-9 * most, rtol=0)
        assert losses[f.name]["steps"] == [*range(101)]
        for half, part in ((slice(100), "train"), (slice(100, 200), "test")):
            z = network.outputs(inputs[:, half])
            loss = np.logaddexp(0, -targets[half] * z).mean()
            assert losses[f.name][part][-1] == pytest.approx(loss, rel=1e-9)
    network = networks.Network(relu, [2, 4, 4, 4, 1])
    network.parameters = np.concatenate(
        [np.ravel(part) for layer in weights["relu"] for part in layer]
    )
    image, errors = pixels(page, ".output"), []
    for row in range(4, 37):  # without what is written in the corners
        for column in range(3, 35):
            place = limit * np.array([2 * column - 39, 39 - 2 * row]) / 40
            near = np.linalg.norm(points[0] - place[:, None], axis=0).min() < 0.25
            share = np.tanh(network.outputs(place[:, None])[0] / 2)
            if near or abs(share) < 0.15:
                continue
            end = BLUE if share > 0 else ORANGE
            y, x = (int((k + 0.5) / 40 * len(image)) for k in (row, column))
            expected = 255 + abs(share) * (end - 255)
            errors.append(np.abs(image[y, x, :3] - expected).max())
    # Some are beside the line of 0, where colours change from cell to cell.
    assert len(errors) > 200
    assert np.quantile(errors, [0.5, 0.95]) == pytest.approx([0, 0], abs=10)
    assert page.complaints == []


def test_a_unit_is_crossed_out_as_long_as_it_is_dead(open_page):
    k = Parameter("k", 0, 0, 1, 1, "slope")
    page = figure(open_page, Activation("k·x", Symbol("k") * x, [k]), data="xor")
    for strokes in (1, 0):  # without a slope, and with one
        tiles = pixels(page, ".units").min(axis=2)
        first = [tiles[i, i] < 100 for i in range(5, 25)]
        assert np.mean(first) == strokes
        page.locator("input[name=k]").press("End")
    assert page.complaints == []


def test_what_blows_up_says_when_and_why_and_can_begin_anew(open_page):
    settings = {"optimiser": "descent", "rate": 1, "multiple": 2}
    page = figure(open_page, [CUBE, tanh], data="curve", **settings)
    press(page, "100 steps")
    at_step(page, 100)
    alert = page.locator(".broken")
    expect(alert).to_contain_text("Cubed ReLU broke off at step ")
    expect(alert).to_contain_text("lower the rate or the multiple, then restart")
    expect(page.get_by_role("status")).to_contain_text("broke off")  # is spoken
    gain = 2 * float(CUBE.facts()["gain"])
    network = networks.Network(CUBE, [1, 8, 8, 1], 0, gain)
    inputs, targets = networks.data("curve", 0)
    with np.errstate(all="ignore"):
        while np.isfinite(network.outputs(inputs[:, :100])).all():
            g = network.gradient(inputs[:, :100], targets[:100], squared=True)
            if not np.isfinite(g).all():
                break
            network.step(g, "descent", 1)
    step = int(alert.inner_text().split("at step ")[1].split(",")[0])
    assert abs(step - network.steps) <= 1
    assert told(page, "losses")["Cubed ReLU"]["steps"][-1] == step
    page.locator("input[name=rate]").press("Home")
    page.locator("input[name=multiple]").press("Home")
    expect(alert).to_have_text("")
    press(page, "100 steps")
    at_step(page, 100)
    expect(alert).to_have_text("")
    assert page.complaints == []


def test_with_reduced_motion_only_the_end_is_drawn(open_page):
    page = open_page("")
    page.emulate_media(reduced_motion="reduce")
    page = page.context.pages[0]
    page.set_content(html(train(relu)))
    at_step(page, 0)
    expect(page.get_by_role("button", name="Run")).to_have_count(0)
    page.evaluate(
        """() => {
            globalThis.seen = [];
            const counter = document.querySelector(".actions > span");
            const hear = () => seen.push(counter.textContent);
            new MutationObserver(hear).observe(counter, { childList: true });
        }"""
    )
    press(page, "100 steps")
    at_step(page, 100)
    assert page.evaluate("seen") == ["step 100"]


def test_out_of_view_it_stops(open_page):
    text = html(train(relu)).replace(*TOLD)
    page = open_page(f'{text}<div style="height: 5000px"></div>')
    at_step(page, 0)
    press(page, "Run")
    page.wait_for_function("told.get('steps') > 10")
    page.evaluate("scrollTo(0, 5000)")
    page.wait_for_timeout(700)
    steps = page.evaluate("told.get('steps')")
    page.wait_for_timeout(700)
    assert page.evaluate("told.get('steps')") == steps
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(f"told.get('steps') > {steps}")


def test_names_stay_text(open_page):
    title = "</script><script>alert(1)</script><img src=x onerror=alert(2)> $x^$ \"'"
    k = Parameter("k", 1, 0, 2, 0.1, "<img src=x onerror=alert(3)>")
    page = figure(open_page, Activation(title, Symbol("k") * x, [k]))
    page.locator("input[name=k]").press("End")
    press(page, "1 step")
    at_step(page, 1)
    assert title in page.locator(".name").inner_text()
    assert page.locator("img, script:not([type=module])").count() == 0
    assert page.complaints == []


def test_everyone_can_use_it(open_page):
    page = open_page(html(train([relu, logistic], layers=(16,) * 2)), "#111")
    at_step(page, 0)
    require_usable_by_everyone(page)
    page.set_viewport_size({"width": 360, "height": 640})
    page.wait_for_timeout(200)
    texts = page.locator(".actlib-training :is(p, .name, button, label, span)")
    sizes = texts.evaluate_all(
        "all => all.map((text) => parseFloat(getComputedStyle(text).fontSize))"
    )
    assert min(sizes) >= 11
    fits = page.locator(".network p, .network .name").evaluate_all(
        "all => all.every((text) => text.scrollWidth <= text.clientWidth)"
    )
    assert fits
    first, second = (box.bounding_box() for box in page.locator(".network").all())
    assert first["x"] + first["width"] <= second["x"] and first["y"] == second["y"]
    label = page.locator(".network").first.get_attribute("aria-label")
    assert "relu after 0 steps: loss train" in label and "layer 2: gradient" in label


def test_without_scripts_there_is_the_picture(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(html(train(relu)), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    picture = page.get_by_role("img", name="after 200 steps of training")
    assert picture.bounding_box()["width"] > 300
    context.close()


CELLS = [
    """
    import ipywidgets
    import numpy as np
    from IPython.display import display
    from actlib import prelu, tanh, train
    t = train([tanh, prelu])
    heard = ipywidgets.HTML()

    def hear(change):
        layers = t.weights.get("prelu", [])
        shapes = [np.array(W).shape + np.array(b).shape for W, b in layers]
        heard.value = f"{t.steps} {shapes} {len(t.losses['tanh']['test'])}"

    t.observe(hear, "weights")
    """,
    "display(t, heard)",
    "t.width = 3; t.data = 'curve'; t.rate = 0.1",
]


def test_cells_set_and_read_the_figure(page, lab):
    run_all(page, lab.url("training"), write(lab, "training", CELLS))
    heard = page.locator(".widget-html-content")
    expect(page.locator("select[name=data]")).to_have_value("curve")
    expect(heard).to_have_text("0 [(3, 1, 3), (3, 3, 3), (1, 3, 1)] 1")
    press(page, "1 step")
    expect(heard).to_have_text("1 [(3, 1, 3), (3, 3, 3), (1, 3, 1)] 2")
    assert page.complaints == []
