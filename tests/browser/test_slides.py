"""Every deck in Chromium, from disk and without a network: nothing overflows, all is legible.

To look at the slides, name a folder: ACTLIB_SCREENSHOTS=shots python -m pytest tests/browser
"""

import os
from pathlib import Path

import pytest
import slides
from axe_playwright_python.sync_playwright import Axe
from conftest import NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
# What is wrong with the current slide, each line opened by the id of the cell. Sizes are those on
# a screen of 1280 × 720; a figure's text is 11 pt of its own, drawn as paths.
PROBLEMS = r"""() => {
    const [TEXT, CODE, FIGURE_TEXT, ROUNDING] = [20, 16, 11 * 96 / 72, 1];
    const slide = Reveal.getCurrentSlide();
    const scale = Reveal.getScale();
    const cell = (node) => node.closest("[id^='cell-id=']")?.id.slice(8) ?? slide.id;
    const [problems, overflows] = [new Set(), new Map()];
    const report = (node, what) => problems.add(`${cell(node)}: ${what}`);
    const unseen = "aside, script, style, [role=status]";

    const style = getComputedStyle(slide);
    const margin = (side) => parseFloat(style[`padding-${side}`]) * scale;
    for (const node of slide.querySelectorAll("*")) {
        const box = node.getBoundingClientRect();
        if (node.closest(unseen) || node.closest("svg *, math *") || !box.width) continue;
        const over = {
            bottom: box.bottom + margin("bottom") - innerHeight, top: margin("top") - box.top,
            right: box.right + margin("right") - innerWidth, left: margin("left") - box.left,
            inside: node.tagName === "PRE" && (node.scrollWidth - node.clientWidth) * scale,
        };
        for (const [side, pixels] of Object.entries(over)) {
            const key = `${cell(node)}: overflows its slide (${side})`;
            const most = Math.max(overflows.get(key) ?? ROUNDING, pixels / scale);
            if (most > ROUNDING) overflows.set(key, most);
        }
    }

    const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const [text, parent] = [walker.currentNode.data.trim(), walker.currentNode.parentElement];
        if (!text || parent.closest(unseen)) continue;
        const code = parent.closest("pre, code");
        if (!code && /\$|\\[a-z({[]/i.test(text)) report(parent, `formula not rendered: ${text}`);
        const formula = parent.closest("math");  // its indices are smaller, and may be
        const size = parseFloat(getComputedStyle(formula ?? parent).fontSize);
        const least = code ? CODE : TEXT;
        if (size < least) report(parent, `text of ${size} px, not ${least}: ${text}`);
    }

    for (const node of slide.querySelectorAll("img, figure + *, .actlib-explorer > svg")) {
        if (node.tagName !== "IMG" && node.tagName !== "svg") continue;
        const [width, height] = node.tagName === "IMG"
            ? [node.naturalWidth, node.naturalHeight]
            : [node.viewBox.baseVal.width * 96 / 72, node.viewBox.baseVal.height * 96 / 72];
        if (!width) report(node, "the image is broken");
        const size = Math.min(node.clientWidth / width, node.clientHeight / height) * FIGURE_TEXT;
        if (size < TEXT - 0.5) report(node, `figure's text of ${size.toFixed(1)} px, not ${TEXT}`);
    }
    const errors = slide.querySelectorAll("merror, [role=alert], [data-mime-type$='stderr']");
    errors.forEach((node) => report(node, `error: ${node.textContent}`));
    overflows.forEach((most, key) => problems.add(`${key} by ${Math.round(most)} px`));
    return [...problems];
}"""
END = "Reveal.isLastSlide() && !Reveal.availableFragments().next"
CURRENT = "section.present > section.present"


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """A folder with all decks."""
    folder = tmp_path_factory.mktemp("slides")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slides, "TARGET", folder)
        slides.main([path.stem for path in PATHS])
    return folder


@pytest.fixture
def open_deck(browser):
    """Open a deck from disk; `page.complaints` collects errors of the page and its requests."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)

    def open_deck(path, query=""):
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(f"page error: {error}"))
        page.on("requestfailed", lambda request: page.complaints.append(f"asks for {request.url}"))
        page.on(
            "console",
            lambda message: (
                message.type in ("error", "warning")
                and page.complaints.append(f"console: {message.text}")
            ),
        )
        page.goto(f"{path.as_uri()}{query}")
        page.wait_for_function("Reveal.isReady() && document.fonts.ready.then(() => true)")
        return page

    yield open_deck
    context.close()


def violations(page):
    """What axe-core finds serious on the current slide."""
    options = {"resultTypes": ["violations"], "preload": False}  # it would load style sheets again
    found = Axe().run(page, context=CURRENT, options=options).response
    return [
        f"{node['target']}: {violation['help']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def pages(page):
    """Press the key for the next step, slide after slide; yields after each step."""
    yield
    while not page.evaluate(END):
        page.keyboard.press("ArrowRight")
        yield


def problems(page, path):
    """All that is wrong with a deck, on both sizes of a screen."""
    found = {}
    for width, height in ((1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("Reveal.slide(0, 0, -1)")
        for _ in pages(page):
            found |= dict.fromkeys(page.evaluate(PROBLEMS))
            if width == 1280 and not page.evaluate("Reveal.availableFragments().next"):
                found |= dict.fromkeys(violations(page))
                if folder := os.environ.get("ACTLIB_SCREENSHOTS"):
                    number = page.evaluate("Reveal.getIndices().h + 1")
                    page.screenshot(path=Path(folder) / f"{path.parent.name}-{number:02}.png")
    return list(found | dict.fromkeys(page.complaints))


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_every_slide_fits_and_is_legible(decks, open_deck, name):
    path = decks / name / "index.html"
    if not path.exists():
        pytest.skip("no slides yet")
    found = problems(open_deck(path), path)
    assert not found, "\n".join(found)
