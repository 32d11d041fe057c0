"""The website in Chromium, with no network but loopback: its pages, its JupyterLab."""

import json
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from types import SimpleNamespace

import nbformat
import pytest
import readme
import website
from axe_playwright_python.sync_playwright import Axe
from conftest import ALL, RUN_IN_WEBSITE, SETTINGS
from execute import NotebookError, code_cells
from pyodide import pyodide
from test_jupyterlab import BROKEN_WIDGET, ERRORS, SLIDER, move_slider, run_all

PAGES = ["index", *(f"read/{name}" for name in ALL)]
READY = ':has([aria-label^="Python ("]):has-text("Kernel status: Idle")'
# Once, the first time.
FONT_CACHE = "Matplotlib is building the font cache; this may take a moment."


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The website on loopback; `lack` says why Python for browsers could not be had."""
    folder = tmp_path_factory.mktemp("website") / "site"
    files, lack = None, ""
    try:
        files = pyodide()
    except NotebookError as error:
        lack = str(error)
    website.build(folder, files)
    configuration = folder / "lite" / "jupyter-lite.json"
    settings = json.loads(configuration.read_text())
    settings["jupyter-config-data"]["settingsOverrides"] = SETTINGS
    configuration.write_text(json.dumps(settings))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield SimpleNamespace(
        folder=folder, lack=lack, url=f"http://127.0.0.1:{server.server_port}"
    )
    server.shutdown()
    server.server_close()


@pytest.fixture
def heard(page):
    """The page of conftest, which also complains of what its console calls an error."""

    def hear(message):
        if message.type == "error":
            page.complaints.append(f"console: {message.text}")

    page.on("console", hear)
    return page


def test_every_link_of_the_readme_leads_to_a_page(site):
    text = (website.ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(rf"\({re.escape(readme.website())}(.*?)\)", text)
    assert len(links) > 3 * len(ALL)
    for link in links:
        path, _, notebook = link.partition("?path=")
        assert (site.folder / path).is_file() or path == ""
        assert (site.folder / "lite" / "files" / notebook).exists()
    assert (site.folder / "index.html").is_file()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_everyone(heard, site, name):
    heard.goto(f"{site.url}/{name}.html")
    assert heard.locator("html").get_attribute("lang") == "en"
    findings = Axe().run(heard).response["violations"]
    shown = [f"{f['id']}: {f['nodes'][0]['html'][:200]}" for f in findings]
    assert [
        text for text, f in zip(shown, findings, strict=True) if f["impact"] != "minor"
    ] == []
    levels = heard.eval_on_selector_all(
        "h1, h2, h3, h4", "all => all.map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert heard.complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_in_the_dark(heard, site, name):
    heard.set_viewport_size({"width": 360, "height": 740})
    heard.emulate_media(color_scheme="dark")
    heard.goto(f"{site.url}/{name}.html")
    heard.evaluate("document.querySelectorAll('details').forEach(d => (d.open = true))")
    assert heard.evaluate("document.documentElement.scrollWidth") <= 360
    findings = (
        Axe().run(heard, options={"runOnly": ["color-contrast"]}).response["violations"]
    )
    assert [node["html"] for f in findings for node in f["nodes"]] == []


@pytest.mark.parametrize("name", ALL)
def test_a_figure_moves_in_a_page_from_disk(heard, site, name):
    heard.context.route("file://**", lambda route: route.continue_())
    heard.goto((site.folder / "read" / f"{name}.html").as_uri())
    for slider in heard.locator(".actlib-live input[type=range]").all():
        slider.focus()
        heard.keyboard.press("Home")
        before = slider.input_value()
        heard.keyboard.press("ArrowRight")
        assert slider.input_value() != before
    figure = heard.locator(".actlib-live").first
    if figure.count():
        pictures = figure.locator("> svg")
        before = pictures.evaluate_all("all => all.map(svg => svg.innerHTML)")
        figure.locator("input").first.focus()
        heard.keyboard.press("End")
        assert pictures.evaluate_all("all => all.map(svg => svg.innerHTML)") != before
    assert heard.complaints == []


def test_a_solution_is_folded_and_a_print_shows_it(heard, site):
    heard.goto(f"{site.url}/read/10-logistic.html")
    solution = heard.locator("#cell-id\\=by-hand-solution pre")
    assert not solution.is_visible()
    heard.emulate_media(media="print")
    assert solution.is_visible()


def test_links_of_the_site_lead_somewhere(heard, site):
    for name in PAGES:
        heard.goto(f"{site.url}/{name}.html")
        for link in heard.eval_on_selector_all("a", "all => all.map(a => a.href)"):
            if link.startswith(site.url):
                path = (
                    link.removeprefix(f"{site.url}/")
                    .partition("#")[0]
                    .partition("?")[0]
                )
                assert (site.folder / path).is_file(), f"{name}: {link}"


def run_in_browser(page, site, name):
    """Open a notebook in JupyterLite and run all its cells; its sliders."""
    path = site.folder / "lite" / "files" / f"{name}.ipynb"
    cells = code_cells(nbformat.read(path, as_version=4))
    url = f"{site.url}/lite/lab/index.html?path={name}.ipynb"
    run_all(page, url, cells, READY, "[data-mime-type]:has(.ansi-red-fg)", 180_000)
    return page.locator(SLIDER)


def drag(page, slider):
    """Move a slider by mouse; whether its value changed."""
    slider.scroll_into_view_if_needed()
    box, before = slider.bounding_box(), slider.input_value()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    return slider.input_value() != before


@pytest.mark.parametrize("name", RUN_IN_WEBSITE)
def test_a_notebook_runs_in_the_browser(page, site, name):
    if site.lack:
        pytest.skip(f"JUPYTERLITE IS NOT TESTED, Pyodide cannot be had: {site.lack}")
    sliders = run_in_browser(page, site, name)
    shown = (
        page.locator(ERRORS).all_inner_texts()
        + page.get_by_text(BROKEN_WIDGET).all_inner_texts()
    )
    assert [text for text in shown if text.strip() != FONT_CACHE] == []
    if sliders.count():
        move_slider(page)
        assert drag(page, sliders.first)
    assert page.complaints == []
