"""Every deck in Chromium, from disk and offline: nothing overflows, all is legible.

To look at the slides, name a folder:
ACTLIB_SCREENSHOTS=shots python -m pytest tests/browser
"""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pypdf
import pytest
import slides
from axe_playwright_python.sync_playwright import Axe
from execute import NOTEBOOKS
from nbformat.v4 import new_markdown_cell, new_notebook
from playwright.sync_api import expect

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
PROBLEMS = Path(__file__).with_name("problems.js").read_text(encoding="utf-8")
CURRENT = "section.present > section.present"
WITHOUT_SCRIPTS = """() => {
    const { textContent } = document.querySelector("noscript");
    document.head.insertAdjacentHTML("beforeend", textContent);
}"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """A folder with all decks."""
    folder = tmp_path_factory.mktemp("slides")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slides, "TARGET", folder)
        slides.main([path.stem for path in PATHS])
    return folder


@contextmanager
def decks_in(browser):
    """Open a deck from disk.

    `page.complaints` collects errors of the page and its requests.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)

    def open_deck(path, query=""):
        page = context.new_page()
        page.complaints = []
        page.on(
            "pageerror", lambda error: page.complaints.append(f"page error: {error}")
        )
        page.on(
            "requestfailed",
            lambda request: page.complaints.append(f"asks for {request.url}"),
        )
        page.on(
            "console",
            lambda message: (
                message.type in ("error", "warning")
                and page.complaints.append(f"console: {message.text}")
            ),
        )
        page.goto(f"{path.as_uri()}{query}")
        page.wait_for_function(
            "!globalThis.Reveal"
            " || Reveal.isReady() && document.fonts.ready.then(() => true)"
        )
        return page

    yield open_deck
    context.close()


@pytest.fixture
def open_deck(browser):
    with decks_in(browser) as open_deck:
        yield open_deck


def violations(page, path):
    """What axe-core finds serious where all slides stand one below the other."""
    page = page.context.new_page()
    page.route("**/reveal.js", lambda route: route.abort())
    page.goto(path.as_uri())
    page.evaluate(WITHOUT_SCRIPTS)
    # With preload, it would load style sheets again.
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, options=options).response
    return [
        f"{node['target']}: {violation['help']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def problems(page, path):
    """All that is wrong with a deck: reveal.js scales it to any screen."""
    found = page.evaluate(PROBLEMS)
    if folder := os.environ.get("ACTLIB_SCREENSHOTS"):
        for number in range(page.evaluate("Reveal.getTotalSlides()")):
            page.evaluate("number => Reveal.slide(number, 0, 99)", number)
            name = f"{path.parent.name}-{number + 1:02}.png"
            page.screenshot(path=Path(folder) / name)
    return [*found, *violations(page, path), *page.complaints]


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_every_slide_fits_and_is_legible(decks, open_deck, name):
    path = decks / name / "index.html"
    page = open_deck(path)
    found = problems(page, path)
    assert not found, "\n".join(found)


def test_slides_fit_a_screen_of_4_to_3(decks, open_deck):
    page = open_deck(decks / "10-logistic" / "index.html")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.wait_for_function("Reveal.getScale() === 0.8")
    assert page.evaluate(PROBLEMS) == []
    screen = page.locator(".slides").bounding_box()
    assert screen == {"x": 0, "y": 96, "width": 1024, "height": 576}


# The test bites

LONG = "A sentence that goes on and on, as sentences on slides should not. " * 60
PICTURE = '<figure class="actlib-figure"><img alt="{}" src="{}"></figure>'
SVG = (
    "data:image/svg+xml,"
    "<svg xmlns='http://www.w3.org/2000/svg' width='460pt' height='{}pt'/>"
)
BROKEN = {
    "too long": (LONG, r"^HERE: overflows its slide \(bottom\) by \d+ px"),
    "too wide": (
        "```\n" + "x" * 120 + "\n```",
        r"^HERE: overflows its slide \(right\)",
    ),
    "wide formula": (
        f"$${'+'.join('abcdefghijklm' * 4)}$$",
        r"^HERE: overflows its slide \(right\)",
    ),
    "covered": (
        f"{LONG[:600]}\n\n{PICTURE.format('a', SVG.format(260))}",
        "^HERE: figure's text of",
    ),
    "small": (
        '<span style="font-size: 19px">small</span>',
        "^HERE: text of 19 px, not 20",
    ),
    "small code": (
        '<code style="font-size: 15px">x</code>',
        "^HERE: text of 15 px, not 20",
    ),
    "small figure": (
        PICTURE.format("a", SVG.format(500)),
        "^HERE: figure's text of 1",
    ),
    "formula": (r"<div>\(x\)</div>", "^HERE: formula not rendered"),
    "unknown command": (r"An $\nocommand{x}$", "^HERE: formula not rendered"),
    "image": (
        PICTURE.format("a", "missing.png"),
        "^HERE: the image is broken|missing.png",
    ),
    "network": (PICTURE.format("a", "https://192.0.2.1/a.png"), "192.0.2.1"),
    "script": ("<script>undefined.x</script>", "page error"),
    "console": ("<script>console.error('oh')</script>", "console: oh"),
    "figure fails": (
        '<p role="alert">The sliders do not work here.</p>',
        "^HERE: error: The sl",
    ),
    "contrast": ('<span style="color: #aaa">pale</span>', "contrast"),
    "no alt": (
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">',
        "^HERE: no alternative text",
    ),
    "overlap": (
        "Words.\n\n<p style='margin-top: -60px'>Others.</p>",
        "^HERE: lies on the P of HERE",
    ),
    "half empty": ("<div class='answer'>So.</div>", "^on-HERE: 7.% of the height are"),
}


def cell(id, source, kind, **metadata):
    slideshow = {"slide_type": kind, **metadata}
    return new_markdown_cell(source, id=id, metadata={"slideshow": slideshow})


def id_of(name):
    return name.replace(" ", "-")


@pytest.fixture(scope="module")
def found_in_broken(browser, tmp_path_factory):
    """What is found in a deck that has a slide of each broken example."""
    folder = tmp_path_factory.mktemp("broken")
    cells = [cell("first", "# A deck", "slide", minutes=1)]
    for name, (body, _) in BROKEN.items():
        cells.append(cell(f"on-{id_of(name)}", "## A slide", "slide", minutes=1))
        cells.append(cell(id_of(name), body, "fragment"))
    nbformat.write(new_notebook(cells=cells), folder / "broken.ipynb")
    shutil.copytree(slides.SHARED, folder / "shared")
    path = folder / "broken" / "index.html"
    with pytest.MonkeyPatch.context() as patch, decks_in(browser) as open_deck:
        patch.setattr(slides, "TARGET", folder)
        slides.build(folder / "broken.ipynb")
        return "\n".join(problems(open_deck(path), path))


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_a_slide_is_seen(found_in_broken, name):
    symptom = BROKEN[name][1].replace("HERE", id_of(name))
    assert re.search(symptom, found_in_broken, re.MULTILINE), found_in_broken


def test_nothing_is_wrong_with_a_slide_but_what_was_broken(found_in_broken):
    assert "first" not in found_in_broken


# On stage


@pytest.fixture
def stage(decks, open_deck):
    """The slide of a live figure."""
    return open_deck(decks / "10-logistic" / "index.html", "#/explore")


def state(page):
    slider = page.locator(f"{CURRENT} input[name=k]")
    curve = page.locator(f"{CURRENT} [data-curve='0']").get_attribute("d")
    return page.evaluate("Reveal.getIndices().h"), slider.input_value(), curve


@pytest.mark.parametrize("how", ["mouse", "keys", "touch"])
def test_a_slider_moves_its_figure_and_not_the_deck(stage, how):
    slide, number, curve = state(stage)
    slider = stage.locator(f"{CURRENT} input[name=k]")
    box = slider.bounding_box()
    x, y = box["x"] + 20, box["y"] + box["height"] / 2
    if how == "mouse":
        stage.mouse.move(x, y)
        stage.mouse.down()
        stage.mouse.move(x + 150, y, steps=5)
        stage.mouse.up()
    elif how == "keys":
        slider.focus()
        for key in ("ArrowRight", "ArrowUp", "PageUp", "End"):
            stage.keyboard.press(key)
    else:
        swipe(stage, f"{CURRENT} input[name=k]", 150)
    assert state(stage)[0] == slide
    assert state(stage)[1] != number and state(stage)[2] != curve
    assert stage.complaints == []


def swipe(page, place, way):
    """Move a finger over the middle of a place, to the right if `way` is positive."""
    box = page.locator(place).first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    for step, kind in enumerate(["touchStart", *["touchMove"] * 5, "touchEnd"]):
        points = [] if kind == "touchEnd" else [{"x": x + way * step / 5, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_swipe_turns_the_slide_but_not_on_the_live_figure(stage):
    slide = state(stage)[0]
    for place in (".actlib-live .axes", ".actlib-live .readings"):
        swipe(stage, f"{CURRENT} {place}", 200)
        assert state(stage)[0] == slide
    swipe(stage, f"{CURRENT} > h2", 200)
    assert stage.evaluate("Reveal.getIndices().h") == slide - 1


def test_the_figure_stays_where_it_is_while_answers_take_turns(stage):
    slide, figure = state(stage)[0], stage.locator(f"{CURRENT} .actlib-live > svg")
    answers = stage.locator(f"{CURRENT} .answer")
    before = figure.bounding_box()
    for number in range(3):
        stage.keyboard.press("ArrowRight")
        seen = [answer.is_visible() for answer in answers.all()]
        assert seen == [number == place for place in range(3)]
        assert figure.bounding_box() == before and state(stage)[0] == slide


def test_escape_gives_the_keys_back_to_the_deck(stage):
    stage.locator(f"{CURRENT} input[name=k]").focus()
    stage.keyboard.press("Escape")
    stage.keyboard.press("ArrowRight")
    assert stage.evaluate("Reveal.getIndices().f") == 0  # the first answer
    assert not stage.evaluate("Reveal.isOverview()")


def test_a_link_within_a_notebook_leads_to_the_slide(stage):
    stage.evaluate("location.hash = '#The-derivative,-step-by-step'")
    expect(stage.locator(f"{CURRENT} h2")).to_have_text("The derivative, step by step")


def test_the_notes_are_in_the_speaker_view(stage):
    with stage.context.expect_page() as opened:
        stage.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes")
    expect(notes).to_contain_text(
        re.compile(r"\d minutes; after this slide: \d+ of \d\d")
    )
    expect(notes).to_contain_text("Ask: Which of the two sliders")
    expect(notes).to_contain_text("Its weight is")
    stage.evaluate("Reveal.slide(Reveal.getIndices().h + 1)")
    expect(notes).not_to_contain_text("Its weight is")
    assert stage.complaints == []


def test_without_scripts_the_pictures_stand(browser, decks):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((decks / "10-logistic" / "index.html").as_uri())
    count = page.locator("section > section").count()
    expect(page.locator("section > section:visible")).to_have_count(count)
    pictures = page.locator(".actlib-live img").count()
    assert pictures > 0
    expect(page.locator(".actlib-live img:visible")).to_have_count(pictures)
    ends = page.locator("section > section").evaluate_all(
        "all => all.map((slide) => slide.scrollHeight - slide.clientHeight)"
    )
    assert max(ends) <= 1  # no slide runs into the next one
    fragments = page.locator(".slides .fragment")
    expect(page.locator(".slides .fragment:visible")).to_have_count(fragments.count())
    context.close()


def test_the_index_leads_to_every_deck(decks, open_deck):
    page = open_deck(decks / "index.html")
    links = page.locator("li a").evaluate_all("links => links.map(a => a.href)")
    assert links == [path.as_uri() for path in sorted(decks.glob("*/index.html"))]
    assert page.locator("li img").evaluate_all(
        "all => all.every(i => i.naturalWidth && i.alt)"
    )
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"preload": False}).response["violations"]
        assert found == []
    shade = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert shade == "rgb(13, 17, 23)" and page.complaints == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


# On paper


def test_the_pdf_has_every_slide_formula_figure_and_link(decks, open_deck):
    name = "10-logistic"
    # In a process of its own: Playwright's event loop runs in this one.
    code = "import sys, slides; slides.TARGET = slides.Path(sys.argv[1]); "
    code += "sys.exit(slides.main([sys.argv[2], '--pdf']))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, str(decks), name]
    subprocess.run(command, env=environment, check=True, timeout=60)
    reader = pypdf.PdfReader(decks / name / f"{name}.pdf")
    page = open_deck(decks / name / "index.html", "?print-pdf")
    page.locator(".pdf-page").first.wait_for()
    page.emulate_media(media="print")
    headings = page.locator("h1, section > :is(h2, h3)").all_inner_texts()
    assert len(reader.pages) == len(headings)
    texts = [" ".join(found.extract_text().split()) for found in reader.pages]
    for heading, text in zip(headings, texts, strict=True):
        assert text.startswith(heading)
    assert "𝑓(𝑥) = 1 1 + 𝑒−𝑥" in texts[2]
    assert page.locator("math").count() > 40
    heights = page.locator(
        ".pdf-page figure img, .pdf-page .actlib-live > svg"
    ).evaluate_all("all => all.map(e => e.clientHeight)")
    assert len(heights) == 3 and min(heights) > 400
    expect(page.locator(".actlib-live input").first).to_be_hidden()
    annotations = [
        a.get_object() for found in reader.pages for a in found.get("/Annots", [])
    ]
    links = [a["/A"]["/URI"] for a in annotations if "/A" in a]
    assert links and all(link.startswith("https://") for link in links)
