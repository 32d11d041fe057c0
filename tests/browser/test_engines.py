"""Pages and a deck, from disk, in Firefox and WebKit."""

import io
import shutil
from itertools import pairwise

import engines
import pypdf
import pytest
import slides
import website
from conftest import no_browser

LANDING, FUNCTION, SEVERAL = "index", "read/22-elu", "read/90-compare"
PAGES = [LANDING, FUNCTION, SEVERAL]
DECK = "slides/22-elu/index"
SIZES = [(360, 640), (1280, 800), (1920, 1080)]
SLIDER = ".actlib-live input[type=range]"
ON_SLIDE = "section.present > section.present"
# The figure is there, and says with its first curve where it stands.
STATE = """(() => {
  const figure = document.querySelector("%s .actlib-live:has(> svg)");
  return figure && [
    figure.querySelector("input[type=range]").value,
    figure.querySelector("[data-curve]").getAttribute("d"),
    figure.querySelector(".readings").textContent,
  ];
})()"""
# What is wrong with the formulas that are in view: not drawn; parts in no order; a
# displayed one, or on a slide the output of a cell, not in the middle of its box.
FORMULAS = """(() => {
  const found = [];
  const middle = ({ left, right }) => (left + right) / 2;
  const level = ({ top, bottom }) => (top + bottom) / 2;
  const box = (node) => node.getBoundingClientRect();
  const around = (node) => {
    const style = getComputedStyle(node.parentElement);
    const inLine = /^(contents|inline)/.test(style.display);
    return inLine ? around(node.parentElement) : node.parentElement;
  };
  for (const formula of document.querySelectorAll("math")) {
    if (!formula.checkVisibility()) continue;
    const complain = (what) => found.push(`${what}: ${formula.textContent}`);
    const { left, right, height } = box(formula);
    if (!(right > left && height > 5)) complain("not drawn");
    const outer = box(around(formula));
    const displayed = formula.getAttribute("display") === "block";
    const output = formula.closest(".reveal .jp-RenderedLatex");
    const off = middle(box(formula)) - middle(outer);
    const fits = right - left <= outer.right - outer.left;
    if ((displayed || output) && fits && Math.abs(off) > 8) complain(`${off} px off`);
    for (const node of formula.querySelectorAll("mfrac, msup")) {
      const [first, second] = Array.from(node.children, (child) => level(box(child)));
      if (node.localName === "mfrac" ? first >= second : first <= second) {
        complain(`${node.localName} upside down`);
      }
    }
  }
  return found;
})()"""
# The texts whose contrast with what is behind them is too low for WCAG AA.
PALE = """(() => {
  const found = new Set();
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const parts = channels(color).slice(0, 3).map((part) => part / 255);
    const [r, g, b] = parts.map((part) => part ** 2.2);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    const color = getComputedStyle(node).backgroundColor;
    const opaque = color.startsWith("rgb(") || !node.parentElement;
    return opaque ? color : behind(node.parentElement);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement: node } = texts.currentNode;
    if (!data.trim() || !node.checkVisibility()) continue;
    const style = getComputedStyle(node);
    const ink = light(node.closest("svg") ? style.fill : style.color);
    const paper = light(behind(node));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) found.add(`${ratio.toFixed(1)}: ${data.trim()}`);
  }
  return [...found];
})()"""
# Which parts of the live figures in view lie upon each other.
OVERLAPS = """(() => {
  const found = [];
  for (const figure of document.querySelectorAll(".actlib-live")) {
    const parts = [...figure.querySelectorAll(":scope > :is(svg, figure, div)")];
    const boxes = parts.map((part) => part.getBoundingClientRect());
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const along = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const which = parts[i].localName;
      if (Math.min(across, along) > 2) found.push(`${which} covered by ${along} px`);
    }));
  }
  return found;
})()"""
DARK = {"layout.css.prefers-color-scheme.content-override": 0}
FORCED = {
    "browser.display.document_color_use": 2,
    "browser.display.background_color": "#000000",
    "browser.display.foreground_color": "#ffff00",
    "browser.anchor_color": "#00ffff",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A website of two notebooks and one deck, without JupyterLab."""
    folder = tmp_path_factory.mktemp("engines")
    (folder / "notebooks").mkdir()
    for name in (FUNCTION, SEVERAL):
        notebook = name.removeprefix("read/") + ".ipynb"
        shutil.copy(website.NOTEBOOKS / notebook, folder / "notebooks")

    def one_deck(target, cards):
        patch.setattr(slides, "TARGET", target / "slides")
        slides.main([FUNCTION.removeprefix("read/")])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(website, "NOTEBOOKS", folder / "notebooks")
        patch.setattr(website, "slides", one_deck)
        patch.setattr(website, "lite", lambda *arguments: None)
        website.build(folder / "site")
    engines.hook(folder / "site")
    return folder / "site"


def running(start):
    try:
        with start() as browser:
            yield browser
    except engines.MissingBrowserError as error:
        no_browser(str(error))


@pytest.fixture(scope="module")
def firefox():
    yield from running(engines.firefox)


@pytest.fixture(scope="module")
def webkit():
    yield from running(engines.webkit)


@pytest.fixture(params=["firefox", "webkit"])
def engine(request):
    browser = request.getfixturevalue(request.param)
    browser.resize(1280, 800)
    return browser


def load(engine, site, name, fragment=""):
    engine.open(site / f"{name}.html", fragment)


def problems(engine):
    return engine.evaluate(FORMULAS) + engine.evaluate(OVERLAPS)


def state(engine, place=""):
    return engine.evaluate(STATE % place)


def require_that_it_moves(engine, place=""):
    """Move the first slider by keys and by mouse; its figure has to follow."""
    slider = f"{place} {SLIDER}"
    engine.wait(STATE % place)
    states = [state(engine, place)]
    engine.evaluate(f"document.querySelector('{slider}').focus()")
    engine.press("Home")
    for key in ("ArrowRight", "ArrowUp"):
        states.append(state(engine, place))
        engine.press(key)
    states.append(state(engine, place))
    engine.drag(slider, 0.3, 0.8)
    states.append(state(engine, place))
    for before, after in pairwise(states):
        for old, new in zip(before, after, strict=True):
            assert old != new
    values = [float(value) for value, _, _ in states]
    assert values[1] < values[2] < values[3] < values[4]


# Pages


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_at_every_size(engine, site, name):
    load(engine, site, name)
    for width, height in SIZES:
        engine.resize(width, height)
        assert engine.evaluate("[innerWidth, innerHeight]") == [width, height]
        assert engine.evaluate("document.documentElement.scrollWidth") <= width
        assert problems(engine) == []
    assert name == LANDING or engine.evaluate("document.querySelector('math') !== null")
    # Pictures further down are fetched when they come near.
    engine.evaluate("[...document.images].forEach((i) => { i.loading = 'eager'; })")
    engine.wait("[...document.images].every((i) => i.complete)")
    assert engine.evaluate("[...document.images].every((i) => i.alt && i.naturalWidth)")
    assert engine.evaluate("[...document.fonts].every((f) => f.status !== 'error')")
    assert engine.errors() == []


@pytest.mark.parametrize("name", PAGES)
def test_a_figure_in_a_page_moves(engine, site, name):
    load(engine, site, name)
    require_that_it_moves(engine)
    assert engine.errors() == []


# A deck


def each_slide(engine):
    """Press the key for the next step, slide after slide; yields at each slide."""
    yield
    while not engine.evaluate("Reveal.isLastSlide()"):
        slide = engine.evaluate("Reveal.getCurrentSlide().id")
        while engine.evaluate("Reveal.getCurrentSlide().id") == slide:
            engine.press("ArrowRight")
        yield


def test_each_slide_is_well(engine, site):
    load(engine, site, DECK)
    engine.wait("Reveal.isReady()")
    assert engine.evaluate("document.querySelectorAll('math').length") > 10
    found = []
    for _ in each_slide(engine):
        found += problems(engine)
    assert found == []
    assert engine.errors() == []


def test_a_figure_in_a_deck_moves_and_the_deck_stays(engine, site):
    load(engine, site, DECK, "#/explore")
    engine.wait("Reveal.isReady()")
    require_that_it_moves(engine, ON_SLIDE)
    assert engine.evaluate("Reveal.getCurrentSlide().id") == "explore"
    assert engine.errors() == []


# Other ways to look at a page, in Firefox


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("colors", ["dark", "forced"])
def test_all_can_be_read_in_other_colors(firefox, site, name, colors):
    settings, query = {
        "dark": (DARK, "(prefers-color-scheme: dark)"),
        "forced": (FORCED, "(forced-colors: active)"),
    }[colors]
    firefox.resize(1280, 800)
    with firefox.settings(settings):
        load(firefox, site, name)
        assert firefox.evaluate(f"matchMedia('{query}').matches")
        assert firefox.evaluate(PALE) == []
        assert firefox.errors() == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_at_200_percent(firefox, site, name):
    load(firefox, site, name)
    firefox.resize(1280, 800, zoom=2)
    assert firefox.evaluate("[innerWidth, devicePixelRatio]") == [640, 2]
    assert firefox.evaluate("document.documentElement.scrollWidth") <= 640
    assert firefox.evaluate(FORMULAS) == []


def test_a_print_has_text_formulas_and_no_controls(firefox, site):
    load(firefox, site, FUNCTION)
    firefox.wait(STATE % "")
    reader = pypdf.PdfReader(io.BytesIO(firefox.pdf("1-2")))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert all(word in text for word in ("Exponential linear unit", "𝑓", "𝛼"))
    assert "Reset" not in text and "Run it here" not in text
