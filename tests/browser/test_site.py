"""The website, with no network but loopback: its pages, its JupyterLab, in Chromium.

What can be seen in a page's HTML is looked for there, in every page. The browser's
checks take longest: some pages stand for all, where ACTLIB_ALL_IN_BROWSER=1 does not
ask for each.
"""

import json
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from types import SimpleNamespace

import nbformat
import pages
import pytest
import readme
import website
from axe_playwright_python.sync_playwright import Axe
from conftest import ALL, RUN_ALL, RUN_IN_WEBSITE, SAMPLE, SETTINGS
from execute import NOTEBOOKS, NotebookError, code_cells
from mathematics import parsed
from playwright.sync_api import expect
from pyodide import pyodide
from test_jupyterlab import BROKEN_WIDGET, ERRORS, SLIDER, move_slider, run_all

import actlib

PAGES = ["index", *(f"read/{name}" for name in ALL)]
CHECKED = PAGES if RUN_ALL else ["index", *(f"read/{name}" for name in SAMPLE)]
READY = ':has([aria-label^="Python ("]):has-text("Kernel status: Idle")'
# Once, the first time.
FONT_CACHE = "Matplotlib is building the font cache; this may take a moment."
SCREENS = [(1280, 800), (360, 640)]
SCROLLING = """box => box.scrollWidth > box.clientWidth + 1"""
OPEN_ALL = "document.querySelectorAll('details').forEach(d => (d.open = true))"
# What a live figure has drawn by the next frame, be it on a canvas.
PICTURE = """figure => new Promise((done) => requestAnimationFrame(() => done(
    [...figure.querySelectorAll("svg, canvas")]
        .map(drawn => drawn.innerHTML || drawn.toDataURL()).join())))"""


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The website on loopback, without Python for browsers."""
    folder = tmp_path_factory.mktemp("website")
    cards = website.cards_of(NOTEBOOKS)
    website.read(folder, cards)
    website.slides(folder, cards)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    yield SimpleNamespace(folder=folder, url=url, cards=cards)
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def site(built):
    """All of the website; `lack` says why Python for browsers could not be had."""
    files, lack = None, ""
    try:
        files = pyodide()
    except NotebookError as error:
        lack = str(error)
    website.lite(built.folder, built.cards, files)
    configuration = built.folder / "lite" / "jupyter-lite.json"
    settings = json.loads(configuration.read_text())
    settings["jupyter-config-data"]["settingsOverrides"] = SETTINGS
    configuration.write_text(json.dumps(settings))
    return SimpleNamespace(**vars(built), lack=lack)


@pytest.fixture(scope="session")
def html(built):
    """Each page's HTML, parsed."""
    paths = {name: built.folder / f"{name}.html" for name in PAGES}
    return {name: parsed(path.read_text("utf-8")) for name, path in paths.items()}


@pytest.fixture
def heard(page):
    """The page of conftest, which also complains of what its console calls an error."""

    def hear(message):
        if message.type == "error":
            page.complaints.append(f"console: {message.text}")

    page.on("console", hear)
    return page


# In the HTML of every page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_language_and_headings_in_order(html, name):
    assert html[name].html["lang"] == "en"
    levels = [int(tag.name[1]) for tag in html[name].select("h1, h2, h3, h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_links_of_the_site_lead_somewhere(html, site):
    ids = {
        name: {tag["id"] for tag in page.select("[id]")} for name, page in html.items()
    }
    seen = 0
    for name, page in html.items():
        for link in page.select("a[href]"):
            path, _, anchor = link["href"].partition("#")
            if re.match(r"\w+:", path):
                continue
            target = (site.folder / name).parent / path.partition("?")[0]
            target = target.resolve() if path else site.folder / f"{name}.html"
            assert target.is_file(), f"{name}: {link}"
            if anchor:
                page_name = target.relative_to(site.folder).with_suffix("").as_posix()
                assert anchor in ids[page_name], f"{name}: {link}"
                seen += 1
    assert seen > len(ALL)


def test_every_link_of_the_readme_leads_to_a_page(site):
    text = (website.ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(rf"\({re.escape(readme.website())}(.*?)\)", text)
    assert len(links) > 3 * len(ALL)
    for link in links:
        path, _, notebook = link.partition("?path=")
        assert (site.folder / path).is_file() or path == ""
        assert (site.folder / "lite" / "files" / notebook).exists()
    assert (site.folder / "index.html").is_file()


def test_next_leads_through_all_notebooks_and_previous_back(html):
    way = [ALL[0]]
    while following := html[f"read/{way[-1]}"].select_one("a[rel=next]"):
        way.append(following["href"].removesuffix(".html"))
        back = html[f"read/{way[-1]}"].select_one("a[rel=prev]")
        assert back["href"] == f"{way[-2]}.html"
    assert way == ALL
    assert html[f"read/{ALL[0]}"].select_one("a[rel=prev]") is None


def test_the_gallery_has_one_kind_of_card(html, built):
    cards = html["index"].select(".card")
    assert len(cards) == len(ALL)
    for card, name in zip(cards, ALL, strict=True):
        assert card.img["alt"]
        assert (built.folder / card.img["src"]).is_file()
        # The title asks what the notebook asks.
        assert card.h3.text == html[f"read/{name}"].h1.text


# In the browser


@pytest.mark.parametrize("name", CHECKED)
def test_a_page_can_be_read_by_everyone(heard, built, name):
    heard.goto(f"{built.url}/{name}.html")
    assert seen_by_axe(heard) == []
    heard.emulate_media(color_scheme="dark")
    heard.evaluate(OPEN_ALL)
    assert seen_by_axe(heard, runOnly=["color-contrast"]) == []
    assert heard.complaints == []


def seen_by_axe(page, **options):
    """What axe-core finds in a page as it is now, but for what it calls minor."""
    page.wait_for_function("document.fonts.status === 'loaded'")
    options |= {"resultTypes": ["violations"], "preload": False}
    findings = Axe().run(page, options=options).response["violations"]
    return [
        f"{finding['id']}: {node['html'][:200]}"
        for finding in findings
        if finding["impact"] != "minor"
        for node in finding["nodes"]
    ]


@pytest.mark.parametrize("name", ALL)
def test_a_page_from_disk_fits_a_phone_and_moves(heard, built, name):
    heard.context.route("file://**", lambda route: route.continue_())
    heard.set_viewport_size({"width": 360, "height": 640})
    heard.goto((built.folder / "read" / f"{name}.html").as_uri())
    for slider in heard.locator(".actlib-live input[type=range]").all():
        slider.focus()
        heard.keyboard.press("Home")
        before = slider.input_value()
        heard.keyboard.press("ArrowRight")
        assert slider.input_value() != before
    figure = heard.locator(".actlib-live").first
    before = figure.evaluate(PICTURE)
    # How a network learns is not seen before the next step.
    figure.locator("input[type=range]:not([name=rate], [name=decay])").first.focus()
    heard.keyboard.press("End")
    assert figure.evaluate(PICTURE) != before
    heard.evaluate(OPEN_ALL)
    assert heard.evaluate("document.documentElement.scrollWidth") <= 360
    assert heard.complaints == []


def test_boxes_that_scroll_are_named_and_reached_by_keys_and_no_others(heard, built):
    """A formula of a closed answer has no width before it is opened."""
    for width, height in SCREENS:
        heard.set_viewport_size({"width": width, "height": height})
        heard.goto(f"{built.url}/read/90-compare.html")
        heard.evaluate(OPEN_ALL)
        boxes = heard.locator(".wide")
        scrolling = [box.evaluate(SCROLLING) for box in boxes.all()]
        assert any(scrolling) == (width < 500)
        expect(heard.locator(".wide[tabindex]")).to_have_count(sum(scrolling))
        for box, scrolls in zip(boxes.all(), scrolling, strict=True):
            assert (box.get_attribute("tabindex") == "0") == scrolls
            assert (box.get_attribute("role") == "group") == scrolls
            assert bool(box.get_attribute("aria-label")) == scrolls


def test_the_landing_page_opens_with_a_live_figure_of_any_function(heard, built):
    heard.context.route("file://**", lambda route: route.continue_())
    heard.goto((built.folder / "index.html").as_uri())
    sliders = heard.locator("#figure .actlib-live input[type=range]")
    for width, height in SCREENS:
        heard.set_viewport_size({"width": width, "height": height})
        heard.reload()
        box = sliders.first.bounding_box()
        assert box["y"] + box["height"] < height
        assert heard.evaluate("document.documentElement.scrollWidth") <= width
        chosen = heard.locator(".functions :checked + span").bounding_box()
        assert chosen["x"] >= 0
        assert chosen["x"] + chosen["width"] <= width
    choices = heard.locator(".functions input")
    names = choices.evaluate_all("all => all.map(choice => choice.value)")
    assert names == list(actlib.CATALOGUE)
    choices.locator("nth=-1").focus()
    for entry in actlib.CATALOGUE.values():
        heard.keyboard.press("ArrowRight")  # from the last to the first, and so on
        figure = heard.locator("#figure .actlib-live", has_text=entry.title)
        expect(figure.locator("button")).to_be_visible()
        expect(heard.locator("#figure .idea")).to_contain_text(entry.idea)
        expect(heard.locator("#figure a")).to_have_attribute(
            "href", f"read/{entry.notebook}.html"
        )
        before = figure.locator("> svg").inner_html()
        sliders.first.evaluate("slider => slider.focus()")
        heard.keyboard.press("End")
        assert figure.locator("> svg").inner_html() != before
        heard.locator(".functions :checked").focus()
    assert heard.complaints == []


def test_the_landing_page_shows_the_ways_through(html):
    listed = html["index"].select(".routes ol")
    stems = [link["href"] for link in parsed(actlib.routes().data).select("a")]
    found = [link["href"] for list_ in listed for link in list_.select("a")]
    pages_of = [f"read/{stem.removesuffix('.ipynb')}.html" for stem in stems]
    assert found == pages_of
    assert len(listed) == len(actlib.catalogue.ROUTES)


# Of the cards in view: their tops and right edges.
BOXES = """all => all.map(card => card.getBoundingClientRect()).filter(b => b.width)
    .map(b => [b.top, b.right].map(Math.round))"""


def test_the_gallery_is_filtered_by_family_in_full_rows(heard, built):
    heard.goto(f"{built.url}/index.html")
    families = [card["family"] for card in built.cards]
    choices = heard.locator(".families input")
    names = choices.evaluate_all("all => all.map(choice => choice.value)")
    assert names == ["", *dict.fromkeys(families)]
    for width, height in (*SCREENS, (800, 900)):
        heard.set_viewport_size({"width": width, "height": height})
        assert heard.evaluate("document.documentElement.scrollWidth") <= width
        choices.last.focus()
        for name in names:
            heard.keyboard.press("ArrowRight")  # from the last to the first, and so on
            boxes = heard.locator(".cards > li").evaluate_all(BOXES)
            assert len(boxes) == (families.count(name) if name else len(families))
            # Each row ends where the widest one does.
            ends = {}
            for top, right in boxes:
                ends[top] = max(right, ends.get(top, 0))
            assert len({*ends.values()}) == 1
            told = heard.locator(".brings[role=status]")
            expect(told).to_contain_text(f"{len(boxes)} notebook")
            expect(told).to_contain_text(actlib.catalogue.FAMILIES.get(name, "All"))
    assert heard.complaints == []


def test_a_figure_that_cannot_be_fetched_says_so(page, built):
    page.route("**/figures/*.js", lambda route: route.abort())
    page.goto(f"{built.url}/index.html")
    page.locator(".functions label").first.click()
    expect(page.get_by_text("This figure could not be fetched.")).to_be_visible()


def test_a_solution_is_folded_and_a_print_shows_it(heard, built):
    heard.goto(f"{built.url}/read/10-logistic.html")
    solution = heard.locator("#cell-id\\=by-hand-solution pre")
    assert not solution.is_visible()
    heard.emulate_media(media="print")
    assert solution.is_visible()
    fold = heard.locator(".solution", has=solution)
    assert fold.evaluate("fold => getComputedStyle(fold).breakInside") == "avoid"
    assert not heard.locator("#cell-id\\=setup pre").is_visible()


def test_contents_stand_open_where_there_is_room(heard, built):
    for width, height in SCREENS:
        heard.set_viewport_size({"width": width, "height": height})
        heard.goto(f"{built.url}/read/10-logistic.html")
        link = heard.locator(".contents a").last
        assert link.is_visible() == (width > 1000)
        if not link.is_visible():
            heard.locator(".contents summary").click()
        link.click()
        expect(heard.locator("h2").last).to_be_in_viewport()


# JupyterLab in the browser


def test_the_reader_is_told_when_python_cannot_be_fetched(page, site):
    page.route("**/pyodide/**", lambda route: route.abort())
    page.goto(f"{site.url}/lite/lab/index.html?path=10-logistic.ipynb")
    said = page.get_by_role("alert").filter(has_text="Python could not be fetched")
    expect(said).to_be_visible(timeout=20_000)
    address = said.get_by_role("link").get_attribute("href")
    assert address == f"{site.url}/read/10-logistic.html"
    expect(page.locator(".jp-NotebookPanel")).to_contain_text("Python is loading")


@pytest.mark.parametrize("answers", [True, False])
def test_an_address_that_never_answers_is_told_within_20_seconds(page, built, answers):
    def python(route):
        if answers:
            route.fulfill(body="")

    script = website.LAB.format("python.js").replace("../../", "")
    (built.folder / "empty.html").write_text(f"<!doctype html><head>{script}<body>")
    page.route("**/python.js", python)
    page.clock.install()
    with page.expect_request("**/python.js"):
        page.goto(f"{built.url}/empty.html")
    said = page.get_by_role("alert")
    page.clock.fast_forward(5_000)
    expect(said).to_have_count(0)
    page.clock.fast_forward(14_000)
    expect(said).to_have_count(0 if answers else 1)
    if not answers:
        said.get_by_role("button").click()
        expect(said).to_have_count(0)


def run_in_browser(page, site, name):
    """Open a notebook in JupyterLite and run all its cells; its sliders."""
    path = site.folder / "lite" / "files" / f"{name}.ipynb"
    cells = code_cells(nbformat.read(path, as_version=4))
    url = f"{site.url}/lite/lab/index.html?path={name}.ipynb"
    run_all(page, url, cells, READY, "[data-mime-type]:has(.ansi-red-fg)", 180_000)
    return page.locator(SLIDER)


def shorten(path):
    """Keep a notebook's cells up to its live figure: nbval has run the others."""
    notebook = nbformat.read(path, as_version=4)
    live = next(i for i, cell in enumerate(notebook.cells) if pages.is_live(cell))
    del notebook.cells[live + 1 :]
    nbformat.write(notebook, path)


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
    if not RUN_ALL:
        shorten(site.folder / "lite" / "files" / f"{name}.ipynb")
    sliders = run_in_browser(page, site, name)
    shown = (
        page.locator(ERRORS).all_inner_texts()
        + page.get_by_text(BROKEN_WIDGET).all_inner_texts()
    )
    assert [text for text in shown if text.strip() != FONT_CACHE] == []
    if sliders.count():
        move_slider(page)
        assert drag(page, sliders.first)
    expect(page.get_by_role("alert").filter(has_text="Python could not")).to_have_count(
        0
    )
    assert page.complaints == []
